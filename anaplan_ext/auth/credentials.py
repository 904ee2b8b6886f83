"""What a token is asked for with: a password, or a certificate and its key. Nothing here talks to Anaplan."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from anaplan_client import authentication
from anaplan_client.core import Request

from ..transport import clock

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Credentials: TypeAlias = "Callable[[], Request[authentication.models.TokenResponse]]"
"""Makes the request for a new token; called for each one, since a certificate's proof is good for one call only."""

_RANDOM_BYTES = 150
_CERTIFICATE = re.compile(rb"-----BEGIN ((?:X509 )?CERTIFICATE)-----.+?-----END \1-----", re.DOTALL)
_PRIVATE_KEY = re.compile(rb"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)


def resolve_credentials(
    user_email: str | None,
    password: str | None,
    certificate: str | bytes | None,
    private_key: str | bytes | None,
    private_key_password: str | bytes | None,
    certificate_format: Literal["v1", "v2"],
    token: str | None,
    has_auth: bool,
) -> Credentials | None:
    """Finds the one way of signing in that the arguments of a client give; None for a ready token or an own `auth`.

    Raises `ValueError` for none, for half of one, and for more than one; `ImportError` if certificates cannot be used.
    """
    ways = {
        "user_email and password": user_email is not None or password is not None,
        "certificate and private_key": certificate is not None or private_key is not None,
        "token": token is not None,
        "auth": has_auth,
    }
    given = [name for name, present in ways.items() if present]
    if len(given) != 1:
        raise ValueError(f"sign in with exactly one of: {', '.join(ways)}; given: {', '.join(given) or 'none'}")
    if private_key_password is not None and private_key is None:
        raise ValueError("private_key_password: there is no private_key")
    if certificate_format not in ("v1", "v2"):
        raise ValueError(f"certificate_format: {certificate_format!r} is neither v1 nor v2")
    if given == ["user_email and password"]:
        if not user_email or not password:
            raise ValueError("user_email and password: one is missing or empty")
        return use_password(user_email, password)
    if given == ["certificate and private_key"]:
        if not certificate or not private_key:
            raise ValueError("certificate and private_key: one is missing or empty")
        _require_cryptography()
        return use_certificate(certificate, private_key, private_key_password, certificate_format)
    if token is not None and not re.fullmatch(r"[!-~]+", token):
        raise ValueError("token: it is empty, or has blanks or characters that cannot be sent")
    return None


def use_password(user_email: str, password: str) -> Credentials:
    """Signs in with a password."""
    pair = base64.b64encode(_encoded("user_email and password", f"{user_email}:{password}")).decode()
    return lambda: authentication.create_token(authorization=f"Basic {pair}")


def use_certificate(
    certificate: str | bytes,
    private_key: str | bytes,
    private_key_password: str | bytes | None,
    data_format: Literal["v1", "v2"],
) -> Credentials:
    """Signs in with a certificate; each argument is PEM content or the path of a file, which may hold more.

    Of several certificates, as in a file with those of the authorities, the one is sent that the key belongs to.

    The files are read and the key is decrypted at the first call, which raises `ValueError` if they cannot be. In
    format v2 the signed bytes begin with the time; v1, which Anaplan accepted before June 2026, has random bytes only.
    """
    held: list[tuple[str, RSAPrivateKey]] = []

    def request() -> Request[authentication.models.TokenResponse]:
        if not held:
            key = _load_key(private_key, private_key_password)
            held.append((_certificate_header(certificate, key), key))
        header, key = held[0]
        return authentication.create_token(authorization=header, body=_proof(key, data_format))

    return request


def _proof(key: RSAPrivateKey, data_format: Literal["v1", "v2"]) -> authentication.models.CertificatePayload:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    moment = int(clock.utc_now().timestamp()).to_bytes(8, "big") if data_format == "v2" else b""
    data = moment + os.urandom(_RANDOM_BYTES)
    signature = key.sign(data, padding.PKCS1v15(), hashes.SHA512())
    return authentication.models.CertificatePayload(
        encoded_data=base64.b64encode(data).decode(),
        encoded_signed_data=base64.b64encode(signature).decode(),
        encoded_data_format=authentication.models.EncodedDataFormat.V2 if data_format == "v2" else None,
    )


def _certificate_header(source: str | bytes, key: RSAPrivateKey) -> str:
    """The header with the certificate that belongs to the key: nothing else of the file leaves this process."""
    pem = _pem("certificate", source)
    blocks = [match[0] for match in _CERTIFICATE.finditer(pem)]
    if not blocks:
        raise ValueError(f"certificate: not a certificate in PEM form{_binary_hint(pem)}")
    fitting = [block for block in blocks if _belongs(block, key)]
    if not fitting:
        those = "certificate" if len(blocks) == 1 else f"{len(blocks)} certificates"
        raise ValueError(f"private_key: the key does not belong to the {those} of certificate")
    # A file that is one certificate goes as it is, which Anaplan is known to take.
    sent = pem if pem.strip() == blocks[0] else fitting[0] + b"\n"
    return f"CACertificate {base64.b64encode(sent).decode()}"


def _belongs(block: bytes, key: RSAPrivateKey) -> bool:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        public = x509.load_pem_x509_certificate(block).public_key()
    except UnsupportedAlgorithm:
        return False  # that of an authority may be of any kind
    except ValueError:
        pass
    else:
        return isinstance(public, RSAPublicKey) and public.public_numbers() == key.public_key().public_numbers()
    raise ValueError("certificate: not a certificate in PEM form")


def _binary_hint(content: bytes) -> str:
    """What to do with a file of another form, such as DER or PKCS #12, which begin alike."""
    return "; convert it, such as with openssl pkcs12 -in FILE -nodes" if content[:1] == b"\x30" else ""


def _load_key(source: str | bytes, password: str | bytes | None) -> RSAPrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = _pem("private_key", source)
    if (block := _PRIVATE_KEY.search(pem)) is not None:
        pem = block[0]  # beside certificates, as in a file that was made of a PKCS #12
    secret = _encoded("private_key_password", password) if isinstance(password, str) else password
    try:
        key = load_pem_private_key(pem, secret)
    # The causes are left out: their text can hold parts of what was read.
    except TypeError:
        wanted = "needs private_key_password" if secret is None else "is not encrypted, leave private_key_password out"
        raise ValueError(f"private_key: the key {wanted}") from None
    except (ValueError, UnsupportedAlgorithm):
        hint = _binary_hint(pem) if secret is None else ", or private_key_password is wrong"
        raise ValueError(f"private_key: not a private key in PEM form{hint}") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("private_key: only RSA keys are known to work with Anaplan")
    return key


def _encoded(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    # Raised outside of the handler: the error about a text holds the text.
    raise ValueError(f"{name}: it has characters that cannot be encoded")


def _pem(name: str, source: str | bytes) -> bytes:
    content = _encoded(name, source) if isinstance(source, str) else source
    if b"-----BEGIN" in content:
        return content
    try:
        return Path(os.fsdecode(source)).expanduser().read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        # What was given may be a mangled key, so it is not repeated.
        detail = error.strerror if isinstance(error, OSError) else "no path"
        raise ValueError(f"{name}: neither PEM content nor a file that can be read ({detail})") from None


def _require_cryptography() -> None:
    """Raises `ImportError` with what to install, if certificates cannot be used here."""
    if find_spec("cryptography") is None:
        raise ImportError("certificates need an extra: pip install 'anaplan-client[certificate]'")
