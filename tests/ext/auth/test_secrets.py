"""No password, key or token is ever shown: not by an error, not by a repr, not by a log line of any level."""

import base64
import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any
from unittest.mock import ANY

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from anaplan_client import alm, authentication, integration
from anaplan_client.authentication.models import CertificatePayload, TokenInfo, TokenResponse, TokenValidation
from anaplan_client.core import (
    AuthenticationError,
    DecodeError,
    Request,
    ServerError,
    TransportError,
)
from anaplan_ext import AsyncClient, Client, OutcomeUnknown, RetryPolicy
from anaplan_ext.auth.credentials import use_certificate, use_password
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transport import telemetry

from ...core.support import FACES, answering, answers, exchange
from .test_credentials import (
    Identity,
    identity,  # noqa: F401 - `identity` is a fixture
    pem,
)

CANARY = "canary-6b1f0e"
KEY_PASSWORD = "canary-of-the-key"


class Watch:
    """Collects all that is shown, and looks in it for what must not be."""

    def __init__(self, emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
        self.emulator = emulator
        self.caplog = caplog
        self.secrets: set[str] = {CANARY, KEY_PASSWORD, emulator.password}
        self.shown: list[str] = []

    def keep_secret(self, *secrets: str | bytes) -> None:
        for secret in secrets:
            text = secret.decode() if isinstance(secret, bytes) else secret
            self.secrets |= {line for line in text.splitlines() if line and "-----" not in line}

    def see(self, value: object) -> None:
        self.shown += [str(value), repr(value), f"{value}"]

    def see_error(self, error: BaseException) -> None:
        self.shown += traceback.format_exception(error)
        seen: BaseException | None = error
        while seen is not None:
            self.see(seen)
            self.shown += [repr(seen.args)]
            seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)

    def check(self) -> None:
        for record in self.caplog.records:
            self.shown += [record.getMessage(), repr(record.args), record.exc_text or ""]
        for seen in self.emulator.exchanges:
            for body in (seen.request_body, seen.response_body):
                self.secrets |= secrets_of(body)
        pairs = {f"{self.emulator.user_email}:{secret}" for secret in self.secrets}
        encoded = {base64.b64encode(text.encode()).decode() for text in self.secrets | pairs}
        for secret in self.secrets | encoded:
            assert len(secret) > 3
            assert [text for text in self.shown if secret in text] == []


def secrets_of(body: object) -> set[str]:
    """The token or the proof in the body of an exchange."""
    try:
        value = json.loads(body) if isinstance(body, bytes) else {}
    except ValueError:
        return set()
    if not isinstance(value, dict):
        return set()
    info = value.get("tokenInfo")
    found = [value.get("encodedData"), value.get("encodedSignedData")]
    found += [info.get("tokenValue"), info.get("refreshToken")] if isinstance(info, dict) else []
    return {text for text in found if isinstance(text, str)}


@pytest.fixture
def watch(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> Watch:
    caplog.set_level(1)
    emulator.tenant.users[0].password = "canary-of-the-user"
    assert logging.getLogger("httpx").isEnabledFor(logging.DEBUG)
    return Watch(emulator, caplog)


def list_workspaces(client: Any) -> Any:
    return client.list_workspaces()


async def use(
    kind: str, watch: Watch, call: Callable[[Any], Any] = list_workspaces, raises: Any = None, **given: Any
) -> None:
    """Makes a client, calls it, and looks at all that it shows; `ANY` outcome is fine where only that counts."""
    options: dict[str, Any] = {
        "base_url": watch.emulator.url,
        "retry_policy": RetryPolicy(count=1, base_delay=0),
        **given,
    }
    caught: BaseException | None = None
    client: Any = None
    try:
        client = (AsyncClient if kind == "async" else Client)(None, watch.emulator.development_model_id, **options)
        result = call(client)
        watch.see(await result if kind == "async" else result)
    except BaseException as error:
        caught = error
        watch.see_error(error)
    finally:
        if client is not None:
            watch.see(client)
            watch.see(client.alm)
            await client.aclose() if kind == "async" else client.close()
    watch.check()
    assert raises is ANY or type(caught) is (raises or type(None))


def password(watch: Watch) -> dict[str, Any]:
    return {"user_email": watch.emulator.user_email, "password": watch.emulator.password}


def certificate(identity: Identity, watch: Watch) -> dict[str, Any]:  # noqa: F811
    key = pem(identity.key, KEY_PASSWORD)
    watch.keep_secret(key)
    return {"certificate": identity.certificate, "private_key": key, "private_key_password": KEY_PASSWORD}


every_face = pytest.mark.parametrize("kind", FACES)


@every_face
async def test_when_all_goes_well(kind: str, watch: Watch) -> None:
    await use(kind, watch, **password(watch))
    assert any(record.name == "anaplan" for record in watch.caplog.records)
    assert any(record.name == "httpx" for record in watch.caplog.records)
    assert any(record.name.startswith("httpcore") for record in watch.caplog.records)
    assert watch.emulator.count("POST", "/token/authenticate") == 1


@every_face
async def test_when_a_certificate_signs_in(kind: str, watch: Watch, identity: Identity) -> None:  # noqa: F811
    watch.emulator.trust(identity.certificate)
    await use(kind, watch, **certificate(identity, watch))


@every_face
async def test_when_the_password_is_wrong(kind: str, watch: Watch) -> None:
    await use(kind, watch, raises=AuthenticationError, user_email=watch.emulator.user_email, password=CANARY)


@every_face
async def test_when_the_certificate_is_not_known(kind: str, watch: Watch, identity: Identity) -> None:  # noqa: F811
    await use(kind, watch, raises=AuthenticationError, **certificate(identity, watch))


@every_face
@pytest.mark.parametrize("given", [CANARY, CANARY.encode(), None])
async def test_when_the_password_of_the_key_is_wrong(
    kind: str,
    given: str | bytes | None,
    watch: Watch,
    identity: Identity,  # noqa: F811
) -> None:
    options = certificate(identity, watch) | {"private_key_password": given}
    await use(kind, watch, raises=ValueError, **options)
    assert watch.emulator.count() == 0


@every_face
async def test_when_the_key_needs_no_password(kind: str, watch: Watch, identity: Identity) -> None:  # noqa: F811
    plain = identity.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    watch.keep_secret(plain)
    options = certificate(identity, watch) | {"private_key": plain, "private_key_password": CANARY}
    await use(kind, watch, raises=ValueError, **options)


@every_face
async def test_when_the_key_is_mangled(kind: str, watch: Watch, identity: Identity) -> None:  # noqa: F811
    key = certificate(identity, watch)["private_key"]
    for mangled in (b"".join(key.splitlines()[1:-1]), key[: len(key) // 2], key.splitlines()[3]):
        watch.keep_secret(mangled)
        options = certificate(identity, watch) | {"private_key": mangled}
        await use(kind, watch, raises=ValueError, **options)


@every_face
async def test_when_a_ready_token_is_refused(kind: str, watch: Watch) -> None:
    await use(kind, watch, raises=AuthenticationError, token=CANARY)


@every_face
async def test_when_a_token_is_refused_and_so_is_the_next_sign_in(kind: str, watch: Watch) -> None:
    watch.emulator.inject(Fault(path="/workspaces", status=401, times=None))
    await use(kind, watch, raises=AuthenticationError, **password(watch))
    watch.emulator.inject(Fault(path="/token/authenticate", status=401, times=None))
    await use(kind, watch, raises=AuthenticationError, **password(watch))


@every_face
@pytest.mark.parametrize(
    "body",
    [
        {"tokenInfo": {"tokenValue": CANARY}},
        {"tokenInfo": {"tokenValue": CANARY, "expiresAt": "soon"}},
        {"tokenInfo": {"tokenValue": CANARY, "expiresAt": 10**30}},
        {"tokenInfo": {"tokenValue": [CANARY], "expiresAt": 0}},
        {"tokenInfo": {"tokenValue": {"secret": CANARY}, "expiresAt": 0}},
        {"tokenInfo": CANARY},
        {"tokenInfo": [CANARY]},
        {"token": CANARY},
        [CANARY],
        CANARY,
    ],
)
async def test_when_the_answer_with_the_token_is_not_as_documented(kind: str, body: object, watch: Watch) -> None:
    watch.emulator.inject(Fault(path="/token/authenticate", status=201, body=json.dumps(body).encode()))
    await use(kind, watch, raises=DecodeError, **password(watch))


@every_face
@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"tokenInfo": {"tokenValue": CANARY}}).encode()[:-1],
        f"<html>{CANARY}</html>".encode(),
        CANARY.encode(),
        b'{"tokenInfo": {"tokenValue": "' + CANARY.encode() + b'\xff"}}',
    ],
    ids=["cut", "html", "text", "encoding"],
)
async def test_when_the_answer_with_the_token_is_no_json(kind: str, body: bytes, watch: Watch) -> None:
    watch.emulator.inject(Fault(path="/token/authenticate", status=201, body=body))
    await use(kind, watch, raises=DecodeError, **password(watch))


@every_face
@pytest.mark.parametrize(("fault", "raises"), [("malformed", DecodeError), ("truncate", TransportError)])
async def test_when_the_answer_with_the_token_breaks_off(
    kind: str, fault: Any, raises: type[Exception], watch: Watch
) -> None:
    watch.emulator.inject(Fault(path="/token/authenticate", kind=fault, times=None))
    await use(kind, watch, raises=raises, **password(watch))


@every_face
@pytest.mark.parametrize(
    ("fault", "raises"),
    [
        (Fault(path="/workspaces", status=503, times=None), ServerError),
        (Fault(path="/workspaces", kind="reset", times=None), TransportError),
        (Fault(path="/workspaces", kind="malformed", times=None), DecodeError),
    ],
    ids=["status", "reset", "malformed"],
)
async def test_when_a_request_fails(kind: str, fault: Fault, raises: type[Exception], watch: Watch) -> None:
    watch.emulator.inject(fault)
    await use(kind, watch, raises=raises, **password(watch))
    # What was tried again was also said.
    warned = [record for record in watch.caplog.records if record.levelno == logging.WARNING]
    assert bool(warned) == (raises is not DecodeError)


# Tokens that are renewed, and errors that are shared or remembered


@every_face
async def test_when_credentials_were_refused_a_short_time_ago(kind: str, watch: Watch) -> None:
    async def twice(client: Any) -> None:
        for _ in range(2):
            try:
                await list_workspaces(client) if kind == "async" else list_workspaces(client)
            except AuthenticationError as error:
                watch.see_error(error)
                watch.see(error.context)

    if kind == "async":
        await use(kind, watch, twice, user_email=watch.emulator.user_email, password=CANARY)
    else:
        with Client(user_email=watch.emulator.user_email, password=CANARY, base_url=watch.emulator.url) as client:
            await twice(client)
        watch.check()
    assert watch.emulator.count() == 1
    assert any("ago" in text for text in watch.shown)


@every_face
@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="/token/refresh", status=401),
        Fault(path="/token/refresh", status=503),
        Fault(path="/token/refresh", kind="reset"),
        Fault(path="/token/refresh", kind="malformed"),
        Fault(path="/token/refresh", status=200, body=json.dumps({"tokenInfo": {"tokenValue": CANARY}}).encode()),
        Fault(path="/token/refresh", status=400, body=f"the token {CANARY} is wrong".encode()),
    ],
    ids=["401", "503", "reset", "malformed", "incomplete", "repeated"],
)
async def test_when_a_token_cannot_be_extended(
    kind: str, fault: Fault, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every token is due at once.
    monkeypatch.setattr("anaplan_ext.auth.token.MIN_TOKEN_SECONDS", 0.0)
    monkeypatch.setattr("anaplan_ext.auth.token.REFRESH_MARGIN_SECONDS", 1e6)
    monkeypatch.setattr(
        "anaplan_ext.auth.token.Token.is_usable", lambda token, refused, now: token.signature != refused
    )
    watch.emulator.inject(fault)

    async def later(client: Any) -> None:
        await client.list_workspaces()
        await client.list_workspaces()
        await client._session._tokens._refresh.wait()

    def now(client: Any) -> None:
        client.list_workspaces()
        client.list_workspaces()
        client._session._tokens._refresh.wait()

    await use(kind, watch, later if kind == "async" else now, **password(watch))
    assert any("could not be refreshed" in record.getMessage() for record in watch.caplog.records)
    assert watch.emulator.count("POST", "/token/refresh") >= 1


@every_face
async def test_when_an_own_auth_is_refused(kind: str, watch: Watch) -> None:
    await use(kind, watch, raises=AuthenticationError, auth=httpx.BasicAuth("someone", CANARY))


@every_face
async def test_when_a_stream_is_refused(kind: str, watch: Watch) -> None:
    request = integration.download_file(watch.emulator.development_model_id, "113000000000")

    async def later(client: Any) -> None:
        async with client.stream(request):
            pass

    def now(client: Any) -> None:
        with client.stream(request):
            pass

    await use(kind, watch, later if kind == "async" else now, raises=AuthenticationError, token=CANARY)


@every_face
async def test_when_requests_are_traced(
    kind: str,
    watch: Watch,
    identity: Identity,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", lambda: provider.get_tracer("anaplan"))
    watch.emulator.trust(identity.certificate)
    watch.emulator.inject(Fault(path="/workspaces"))
    await use(kind, watch, **certificate(identity, watch))
    await use(kind, watch, raises=AuthenticationError, user_email=watch.emulator.user_email, password=CANARY)
    await use(kind, watch, raises=ValueError, **certificate(identity, watch) | {"private_key_password": CANARY})
    watch.shown += [span.to_json() for span in exporter.get_finished_spans()]
    watch.check()
    assert len(exporter.get_finished_spans()) > 4
    provider.shutdown()


def test_errors_that_went_through_another_process_show_nothing_more() -> None:
    error = AuthenticationError(exchange(status=401, body=CANARY.encode(), message="refused"))
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert CANARY not in str(again) + repr(again)
        assert again.context.body == CANARY.encode()


@every_face
async def test_when_it_is_unknown_whether_a_request_had_its_effect(kind: str, watch: Watch) -> None:
    watch.emulator.inject(Fault(path="/tasks$", method="POST", kind="reset", after_effect=True))
    await use(kind, watch, lambda client: client.invoke_action("112000000000"), OutcomeUnknown, **password(watch))


@every_face
@pytest.mark.parametrize(
    "end",
    ["\n", " ", "\r\nX: y", "\x00", "\N{LATIN SMALL LETTER E WITH ACUTE}", "\udcff"],
    ids=["newline", "space", "header", "null", "accent", "surrogate"],
)
async def test_when_a_token_cannot_be_sent(kind: str, end: str, watch: Watch) -> None:
    # As read from a file, for instance.
    await use(kind, watch, raises=ANY, token=CANARY + end)


@every_face
@pytest.mark.parametrize(
    "given",
    [
        f"AnaplanAuthToken {CANARY}\n",
        *(pytest.param(text) for text in (f"AnaplanAuthToken {CANARY} ", f" AnaplanAuthToken {CANARY}")),
    ],
    ids=["newline", "blank behind", "blank before"],
)
async def test_when_an_authorization_of_ones_own_cannot_be_sent(kind: str, given: str, watch: Watch) -> None:
    await use(
        kind,
        watch,
        lambda client: client.send(authentication.create_token(authorization=given)),
        ANY,
        **password(watch),
    )


@every_face
async def test_when_a_password_cannot_be_encoded(kind: str, watch: Watch) -> None:
    # As an environment variable with a byte that is not UTF-8 gives it.
    await use(kind, watch, raises=ValueError, user_email="someone", password=CANARY + "\udcff")


@every_face
@pytest.mark.parametrize(
    "name",
    [
        "private_key",
        pytest.param("private_key_password"),
    ],
)
async def test_when_a_key_or_its_password_cannot_be_encoded(
    kind: str,
    name: str,
    watch: Watch,
    identity: Identity,  # noqa: F811
) -> None:
    given = certificate(identity, watch)
    value = given[name].decode() if isinstance(given[name], bytes) else given[name]
    await use(kind, watch, raises=ValueError, **given | {name: value + "\udcff"})


@every_face
async def test_when_a_base_url_has_a_password(kind: str, watch: Watch) -> None:
    url = watch.emulator.url.replace("//", f"//someone:{CANARY}@")
    await use(kind, watch, raises=ANY, **password(watch) | {"base_url": url})


# What is shown by itself


@pytest.mark.parametrize("make", [repr, str, "{}".format, lambda value: f"{value!r}"])
def test_objects_that_hold_a_secret_do_not_show_it(
    make: Callable[[object], str],
    identity: Identity,  # noqa: F811
) -> None:
    info = {"tokenValue": CANARY, "expiresAt": 0, "refreshToken": CANARY, "somethingNew": CANARY}
    by_certificate = use_certificate(identity.certificate, identity.plain, None, "v2")
    proof = by_certificate()
    values: list[object] = [
        TokenInfo.from_dict(info),
        TokenResponse.from_dict({"tokenInfo": info, "somethingNew": CANARY}),
        TokenValidation.from_dict({"tokenInfo": info}),
        CertificatePayload(encoded_data=CANARY, encoded_signed_data=CANARY),
        use_password("someone", CANARY),
        use_password("someone", CANARY)(),
        by_certificate,
        proof,
        authentication.create_token(
            authorization=CANARY, body=CertificatePayload(encoded_data=CANARY, encoded_signed_data=CANARY)
        ),
        [Client(token=CANARY), AsyncClient(token=CANARY)],
        Client(user_email="someone", password=CANARY),
    ]
    assert isinstance(proof, Request)
    assert isinstance(proof.content, bytes)
    encoded = base64.b64encode(f"someone:{CANARY}".encode()).decode()
    secrets = [CANARY, encoded, *secrets_of(proof.content)]
    assert len(secrets) == 4
    for value in values:
        for secret in secrets:
            assert secret not in make(value)


@every_face
async def test_a_signed_request_does_not_show_its_token(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    seen: list[Any] = []

    async def later(request: object) -> None:
        seen.append(request)

    hook = later if kind == "async" else seen.append
    client: Any = (AsyncClient if kind == "async" else Client)(
        None, "M", token=CANARY, hooks={"request": [hook]}, base_url="http://emulator.test"
    )
    with answering(answers(json={"revisions": []})) as sent:
        result = client.send(alm.get_latest_revision("M"))
        if kind == "async":
            await result
            await client.aclose()
        else:
            client.close()
    assert sent[0].headers["authorization"] == f"AnaplanAuthToken {CANARY}"
    assert CANARY not in repr(seen) + repr(sent[0].headers) + caplog.text
