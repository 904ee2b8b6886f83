"""Credentials for token requests."""

import base64
import datetime
import importlib.util
import inspect
import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from anaplan_client.authentication.models import TokenResponse
from anaplan_client.core import Request
from anaplan_ext import AsyncClient, Client
from anaplan_ext.auth.credentials import resolve_credentials, use_certificate, use_password
from anaplan_ext.transport import clock

from ...core.support import answering, answers

Format = Literal["v1", "v2"]
PASSWORD = "correct horse battery staple"


class Identity:
    """An RSA key in every form, and a certificate of it."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "someone")])
        start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=3650))
            .sign(self.key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )
        self.plain = pem(self.key)
        self.chain = authorities()
        self.traditional = pem(self.key, form=serialization.PrivateFormat.TraditionalOpenSSL)
        self.encrypted = pem(self.key, PASSWORD)


def authorities() -> list[bytes]:
    """Certificates of authorities: one of RSA, and one of a kind that cannot sign in."""
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    found: list[bytes] = []
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())):
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority")])
        builder = x509.CertificateBuilder(name, name, key.public_key(), 2, start, start + datetime.timedelta(days=3650))
        found.append(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return found


def pem(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    password: str | None = None,
    form: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8,
) -> bytes:
    encryption: serialization.KeySerializationEncryption = (
        serialization.NoEncryption() if password is None else serialization.BestAvailableEncryption(password.encode())
    )
    return key.private_bytes(serialization.Encoding.PEM, form, encryption)


@pytest.fixture(scope="session")
def identity() -> Identity:
    return Identity()


def pick(**given: Any) -> Any:
    known: dict[str, Any] = {
        "user_email": None,
        "password": None,
        "certificate": None,
        "private_key": None,
        "private_key_password": None,
        "certificate_format": "v2",
        "token": None,
        "has_auth": False,
    }
    return resolve_credentials(**known | given)


def proof(request: Request[TokenResponse]) -> tuple[bytes, bytes, dict[str, str]]:
    assert isinstance(request.content, bytes)
    body = json.loads(request.content)
    return (
        base64.b64decode(body["encodedData"], validate=True),
        base64.b64decode(body["encodedSignedData"], validate=True),
        body,
    )


# Choosing


def test_a_password_makes_a_basic_header_without_a_body() -> None:
    request = pick(user_email="someone@example.com", password="pässword:1")()
    scheme, _, pair = request.authorization.partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(pair).decode() == "someone@example.com:pässword:1"
    assert (request.method, request.host, request.path) == ("POST", "auth", "/token/authenticate")
    assert request.content is None
    assert request.content_type is None
    assert use_password("someone@example.com", "pässword:1")().authorization == request.authorization


@pytest.mark.parametrize("given", [{"token": "abc"}, {"has_auth": True}])
def test_a_ready_token_and_an_own_auth_need_no_credentials(given: dict[str, Any]) -> None:
    assert pick(**given) is None


def test_a_certificate_is_not_read_before_the_first_call() -> None:
    assert callable(pick(certificate="/no/such/file", private_key="/no/such/file"))


WAYS: list[dict[str, Any]] = [
    {"user_email": "e", "password": "p"},
    {"certificate": "c", "private_key": "k"},
    {"token": "t"},
    {"has_auth": True},
]


@pytest.mark.parametrize("chosen", [chosen for chosen in product([False, True], repeat=4) if sum(chosen) != 1])
def test_none_and_more_than_one_way_of_signing_in_are_refused(chosen: tuple[bool, ...]) -> None:
    given: dict[str, Any] = {}
    for way, present in zip(WAYS, chosen, strict=True):
        given |= way if present else {}
    with pytest.raises(ValueError, match="exactly one of"):
        pick(**given)


ARGUMENTS: dict[str, Any] = {
    "user_email": "e",
    "password": "p",
    "certificate": "c",
    "private_key": "k",
    "token": "t",
    "has_auth": True,
}
SUFFICIENT: list[set[str]] = [{"user_email", "password"}, {"certificate", "private_key"}, {"token"}, {"has_auth"}]


@pytest.mark.parametrize("chosen", list(product([False, True], repeat=len(ARGUMENTS))))
def test_every_combination_of_arguments_is_one_way_of_signing_in_or_refused(chosen: tuple[bool, ...]) -> None:
    given = {name: ARGUMENTS[name] for name, present in zip(ARGUMENTS, chosen, strict=True) if present}
    if set(given) in SUFFICIENT:
        pick(**given)
    else:
        with pytest.raises(ValueError, match=r"exactly one of|must both be set"):
            pick(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"user_email": "e", "password": ""},
        {"user_email": "", "password": "p"},
        {"user_email": "", "password": ""},
        {"certificate": "", "private_key": "k"},
        {"certificate": "c", "private_key": b""},
        {"token": ""},
        {"token": " \n"},
        {"user_email": "e", "password": "p", "token": ""},
        {"token": "t", "has_auth": True},
    ],
)
def test_what_is_empty_is_refused_and_still_counts_as_given(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"exactly one of|must both be set|token must be"):
        pick(**given)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("certificate_format", ["", "V2", "v3", None])
def test_an_unknown_format_is_refused(way: dict[str, Any], certificate_format: Any) -> None:
    with pytest.raises(ValueError, match="certificate_format"):
        pick(**way, certificate_format=certificate_format)


@pytest.mark.parametrize("way", [WAYS[0], WAYS[2], WAYS[3]])
def test_the_password_of_a_key_without_a_key_is_refused(way: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="private_key_password"):
        pick(**way, private_key_password="p")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_refuses_contradictions_when_it_is_made(kind: Any) -> None:
    for given in ({}, {"user_email": "e"}, {"password": "p"}, {"token": "t", "user_email": "e", "password": "p"}):
        with pytest.raises(ValueError, match=r"exactly one of|must both be set"):
            kind(**given)


def test_a_refused_combination_does_not_repeat_what_was_given() -> None:
    secrets = {"user_email": "e", "password": "canary-1", "private_key": "canary-2", "token": "canary-3"}
    with pytest.raises(ValueError, match="exactly one of") as raised:
        pick(**secrets)
    assert "canary" not in str(raised.value) + repr(raised.value)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_certificate_without_its_extra_is_an_import_error_that_says_what_to_install(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec

    def hide(name: str, *args: Any) -> Any:
        return None if name == "cryptography" else find_spec(name, *args)

    monkeypatch.setattr("anaplan_ext.auth.credentials.find_spec", hide)
    with pytest.raises(ImportError, match=r"pip install 'anaplan-client\[certificate\]'"):
        kind(certificate="c", private_key="k")
    pick(user_email="e", password="p")
    pick(token="t")


# Proofs


@pytest.fixture
def make(identity: Identity) -> Callable[..., Request[TokenResponse]]:
    def make(
        key: str | bytes, password: str | bytes | None = None, data_format: Format = "v2"
    ) -> Request[TokenResponse]:
        return use_certificate(identity.certificate, key, password, data_format)()

    return make


@pytest.mark.parametrize("data_format", ["v1", "v2"])
def test_a_proof_is_signed_by_the_key_and_the_certificate_is_in_the_header(
    identity: Identity, data_format: Format
) -> None:
    request = use_certificate(identity.certificate, identity.plain, None, data_format)()
    assert request.authorization is not None
    scheme, _, encoded = request.authorization.partition(" ")
    assert scheme == "CACertificate"
    sent = x509.load_pem_x509_certificate(base64.b64decode(encoded, validate=True))
    data, signature, _ = proof(request)
    assert len(data) >= 100
    public = sent.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(signature, data, padding.PKCS1v15(), hashes.SHA512())
    with pytest.raises(InvalidSignature):
        public.verify(signature, data + b"x", padding.PKCS1v15(), hashes.SHA512())
    assert (request.method, request.host, request.path) == ("POST", "auth", "/token/authenticate")
    assert request.content_type == "application/json"


def test_a_proof_of_v2_begins_with_the_time_and_says_so(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = use_certificate(identity.certificate, identity.plain, None, "v2")
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.datetime.fromtimestamp(1_750_735_742.9, datetime.UTC))
    data, _, body = proof(credentials())
    assert body["encodedDataFormat"] == "v2"
    assert int.from_bytes(data[:8], "big") == 1_750_735_742
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.datetime.fromtimestamp(1_750_735_800.0, datetime.UTC))
    data, _, _ = proof(credentials())
    assert int.from_bytes(data[:8], "big") == 1_750_735_800


def test_a_proof_of_v1_is_random_throughout_and_names_no_format(identity: Identity) -> None:
    credentials = use_certificate(identity.certificate, identity.plain, None, "v1")
    first, _, body = proof(credentials())
    second, _, _ = proof(credentials())
    assert body.keys() == {"encodedData", "encodedSignedData"}
    assert first[:8] != second[:8]


@pytest.mark.parametrize("data_format", ["v1", "v2"])
def test_every_call_has_a_fresh_proof(identity: Identity, data_format: Format) -> None:
    credentials = use_certificate(identity.certificate, identity.plain, None, data_format)
    proofs = [proof(credentials())[:2] for _ in range(5)]
    assert len({data for data, _ in proofs}) == 5
    assert len({signature for _, signature in proofs}) == 5


@pytest.mark.parametrize("form", ["plain", "traditional"])
@pytest.mark.parametrize("as_text", [False, True])
def test_a_key_is_taken_as_content_in_text_and_bytes(
    make: Callable[..., Request[TokenResponse]], identity: Identity, form: str, as_text: bool
) -> None:
    key: bytes = getattr(identity, form)
    assert proof(make(key.decode() if as_text else key))


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize("home", [False, True])
def test_a_key_and_a_certificate_are_taken_as_paths(
    identity: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: bool, as_bytes: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "key é.pem").write_bytes(identity.plain)
    (tmp_path / "certificate.pem").write_bytes(identity.certificate)
    where = "~" if home else str(tmp_path)
    paths: list[Any] = [f"{where}/certificate.pem", f"{where}/key é.pem"]
    if as_bytes:
        paths = [path.encode() for path in paths]
    request = use_certificate(paths[0], paths[1], None, "v2")()
    expected = base64.b64encode(identity.certificate).decode()
    assert request.authorization == f"CACertificate {expected}"


# Files that hold more than one thing

BAG = b"Bag Attributes\n    friendlyName: nightly load\nsubject=CN = someone\n"
LAYOUTS: dict[str, Callable[[Identity], bytes]] = {
    "the certificate first": lambda known: known.certificate + b"".join(known.chain),
    "the authorities first": lambda known: b"".join(known.chain) + known.certificate,
    "between": lambda known: known.chain[0] + known.certificate + known.chain[1],
    "with its key, as of pkcs12 -nodes": lambda known: BAG + known.plain + BAG + known.certificate + known.chain[0],
    "behind a traditional key": lambda known: known.traditional + b"".join(known.chain) + known.certificate,
    "with attributes": lambda known: BAG + known.certificate,
    "with Windows line ends": lambda known: (known.chain[0] + known.certificate).replace(b"\n", b"\r\n"),
    "without a last line end": lambda known: known.chain[0] + known.certificate.rstrip(),
}


@pytest.mark.parametrize("as_path", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_of_several_certificates_the_one_of_the_key_is_sent_and_nothing_else(
    layout: Callable[[Identity], bytes], as_path: bool, identity: Identity, tmp_path: Path
) -> None:
    content = layout(identity)
    (tmp_path / "bundle.pem").write_bytes(content)
    source = str(tmp_path / "bundle.pem") if as_path else content
    request = use_certificate(source, identity.plain, None, "v2")()
    assert request.authorization is not None
    sent = base64.b64decode(request.authorization.removeprefix("CACertificate "), validate=True)
    assert sent.replace(b"\r\n", b"\n") == identity.certificate


@pytest.mark.parametrize("form", ["plain", "traditional", "encrypted"])
def test_a_file_with_key_and_chain_in_one_serves_as_both(form: str, identity: Identity, tmp_path: Path) -> None:
    path = tmp_path / "all.pem"
    path.write_bytes(identity.chain[0] + BAG + getattr(identity, form) + BAG + identity.certificate + identity.chain[1])
    password = PASSWORD if form == "encrypted" else None
    request = use_certificate(str(path), str(path), password, "v2")()
    assert request.authorization == f"CACertificate {base64.b64encode(identity.certificate).decode()}"
    assert proof(request)


def test_a_key_that_belongs_to_no_certificate_is_refused(identity: Identity) -> None:
    other = pem(rsa.generate_private_key(65537, 2048))
    chain = b"".join(identity.chain)
    for certificates, says in (
        (identity.certificate, "certificates of other keys: 1"),
        (chain + identity.certificate, "certificates of other keys: 3"),
    ):
        credentials = use_certificate(certificates, other, None, "v2")
        text = refused(credentials, other, certificates)
        assert text.startswith("private_key must belong to certificate")
        assert says in text
    # A chain without the certificate itself is of no use either.
    assert "certificates of other keys: 2" in refused(
        use_certificate(chain, identity.plain, None, "v2"), identity.plain
    )


@pytest.mark.parametrize("kind", [Client, AsyncClient])
async def test_a_key_that_does_not_fit_is_refused_before_any_request(kind: Any, identity: Identity) -> None:
    other = pem(rsa.generate_private_key(65537, 2048))
    with answering(answers()) as seen:
        client = kind(certificate=identity.certificate, private_key=other, base_url="https://api.test")

        async def sign_in() -> None:
            found = client.list_workspaces()
            await found if inspect.isawaitable(found) else None

        with pytest.raises(ValueError, match="private_key must belong to certificate"):
            await sign_in()
    assert seen == []


def test_a_binary_file_is_refused_with_the_way_to_convert_it(identity: Identity, tmp_path: Path) -> None:
    path = tmp_path / "certificate.p12"
    path.write_bytes(x509.load_pem_x509_certificate(identity.certificate).public_bytes(serialization.Encoding.DER))
    for certificate, key, name in (
        (str(path), identity.plain, "certificate"),
        (identity.certificate, str(path), "private_key"),
    ):
        text = refused(use_certificate(certificate, key, None, "v2"), identity.plain)
        assert text.startswith(f"{name} must be")
        assert "openssl pkcs12" in text


def test_the_files_are_read_once(identity: Identity, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(identity.plain)
    credentials = use_certificate(identity.certificate, str(key), None, "v2")
    credentials()
    key.unlink()
    assert proof(credentials())


def test_a_file_that_appears_after_a_failed_call_is_read(identity: Identity, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    credentials = use_certificate(identity.certificate, str(key), None, "v2")
    with pytest.raises(ValueError, match="private_key"):
        credentials()
    key.write_bytes(identity.plain)
    assert proof(credentials())


@pytest.mark.parametrize("password", [PASSWORD, PASSWORD.encode()])
def test_an_encrypted_key_is_opened_with_its_password(
    make: Callable[..., Request[TokenResponse]], identity: Identity, password: str | bytes
) -> None:
    assert proof(make(identity.encrypted, password))


# Keys that cannot be used: nothing of what was given is repeated


def refused(call: Callable[[], object], *secrets: str | bytes) -> str:
    """The text of the `ValueError` of a call, after checking that no part of a secret shows anywhere."""
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the caller checks the text
        call()
    shown: list[str] = []
    error: BaseException | None = raised.value
    while error is not None:
        shown += [str(error), repr(error)]
        # What was suppressed is not printed with the error.
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for secret in secrets:
        text = secret.decode(errors="replace") if isinstance(secret, bytes) else secret
        lines = [line for line in text.splitlines() if line and "-----" not in line]
        for line in lines:
            for part in {line, line[:12], line[-12:]}:
                assert not any(part in one for one in shown)
    return str(raised.value)


def test_a_wrong_password_of_a_key_is_refused(make: Callable[..., Any], identity: Identity) -> None:
    text = refused(lambda: make(identity.encrypted, "wrong canary"), identity.encrypted, "wrong canary", PASSWORD)
    assert "private_key_password is wrong" in text


def test_a_missing_password_of_a_key_is_refused(make: Callable[..., Any], identity: Identity) -> None:
    assert "passed with an encrypted private_key" in refused(lambda: make(identity.encrypted), identity.encrypted)


@pytest.mark.parametrize("password", ["superfluous canary", b"superfluous canary"])
def test_a_superfluous_password_of_a_key_is_refused(
    make: Callable[..., Any], identity: Identity, password: str | bytes
) -> None:
    assert "omitted with an unencrypted private_key" in refused(
        lambda: make(identity.plain, password), identity.plain, "superfluous canary"
    )


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_key_that_is_not_rsa_is_refused(make: Callable[..., Any], password: str | None) -> None:
    key = pem(ec.generate_private_key(ec.SECP256R1()), password)
    assert "must be an RSA key" in refused(lambda: make(key, password), key)


def test_a_mangled_key_is_refused(make: Callable[..., Any], identity: Identity) -> None:
    key = identity.plain
    middle = len(key) // 2
    mangled: list[str | bytes] = [
        b"-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n",
        key[:middle],
        key.replace(b"\n", b"\\n"),
        key.replace(b"-----END", b"-END"),
        key.replace(key[200:260], b"!" * 60),
        b"-----BEGIN",
    ]
    for one in mangled:
        assert "private_key" in refused(lambda one=one: make(one), one)


def test_what_is_neither_a_key_nor_a_path_is_refused_without_repeating_it(
    make: Callable[..., Any], identity: Identity, tmp_path: Path
) -> None:
    stripped = b"".join(identity.plain.splitlines()[1:-1])  # a key without its armor
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    for source in (
        stripped,
        stripped.decode(),
        b"canary-canary",
        "canary\x00canary",
        b"\xff\xfecanary",
        str(empty),
        str(tmp_path),
    ):
        text = refused(lambda source=source: make(source), source)
        assert text.startswith("private_key must be")


def test_a_public_key_or_a_certificate_is_no_private_key(make: Callable[..., Any], identity: Identity) -> None:
    public = identity.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for source in (public, identity.certificate):
        assert "private_key" in refused(lambda source=source: make(source))


def test_a_certificate_that_is_none_is_refused(identity: Identity) -> None:
    broken = b"-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n"
    for source in (broken, identity.plain, "/no/such/canary", b"canary"):
        credentials = use_certificate(source, identity.plain, None, "v2")
        assert refused(credentials, source).startswith("certificate must be")


def test_a_path_in_the_home_of_nobody_is_refused(make: Callable[..., Any]) -> None:
    assert "private_key" in refused(lambda: make("~no-such-user-anywhere/key.pem"))


def test_a_private_key_beside_the_certificate_never_leaves_the_machine(identity: Identity) -> None:
    both = identity.certificate + identity.plain
    try:
        request = use_certificate(both, both, None, "v2")()
    except ValueError:
        return  # rejecting such a file is as good
    assert request.authorization is not None
    sent = base64.b64decode(request.authorization.partition(" ")[2])
    assert b"PRIVATE KEY" not in sent
    assert sent.strip() == identity.certificate.strip()
