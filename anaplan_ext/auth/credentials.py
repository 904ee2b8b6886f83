"""Credentials for token requests: a password, or a certificate and its key. Nothing here sends a request."""

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
"""Return the request for a new token. Call it for each token: Anaplan accepts the proof of a certificate once."""

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
    """Return the credentials from the arguments of a client; None with a `token` or `auth`.

    Raises:
        ValueError: unless exactly one way to sign in is complete.
        ImportError: if certificates need an extra that is not installed.
    """
    ways = {
        "user_email and password": user_email is not None or password is not None,
        "certificate and private_key": certificate is not None or private_key is not None,
        "token": token is not None,
        "auth": has_auth,
    }
    present = [name for name, is_present in ways.items() if is_present]
    if len(present) != 1:
        raise ValueError(f"pass exactly one of {', '.join(ways)} to sign in (got {', '.join(present) or 'none'})")
    if private_key_password is not None and private_key is None:
        raise ValueError("private_key_password must be passed with a private_key")
    if certificate_format not in ("v1", "v2"):
        raise ValueError(f"certificate_format must be 'v1' or 'v2' (got {certificate_format!r})")
    if present == ["user_email and password"]:
        if not user_email or not password:
            raise ValueError("user_email and password must both be set")
        return use_password(user_email, password)
    if present == ["certificate and private_key"]:
        if not certificate or not private_key:
            raise ValueError("certificate and private_key must both be set")
        _require_cryptography()
        return use_certificate(certificate, private_key, private_key_password, certificate_format)
    if token is not None and not re.fullmatch(r"[!-~]+", token):
        raise ValueError("token must be visible ASCII characters without spaces")
    return None


def use_password(user_email: str, password: str) -> Credentials:
    """Return the credentials of a password."""
    pair = base64.b64encode(_encode("user_email and password", f"{user_email}:{password}")).decode()
    return lambda: authentication.create_token(authorization=f"Basic {pair}")


def use_certificate(
    certificate: str | bytes,
    private_key: str | bytes,
    private_key_password: str | bytes | None,
    data_format: Literal["v1", "v2"],
) -> Credentials:
    """Return the credentials of a certificate and its key, each of which is PEM content or the path of a PEM file.

    A file may also hold the certificates of the authorities: the one that the key belongs to is sent. The first call
    of the credentials reads the files and decrypts the key, or raises `ValueError`. In format v2 the signed bytes start
    with the time. In v1, which Anaplan accepted before June 2026, all bytes are random.
    """
    loaded: list[tuple[str, RSAPrivateKey]] = []

    def request() -> Request[authentication.models.TokenResponse]:
        if not loaded:
            key = _load_key(private_key, private_key_password)
            loaded.append((_certificate_header(certificate, key), key))
        header, key = loaded[0]
        return authentication.create_token(authorization=header, body=_sign_proof(key, data_format))

    return request


def _sign_proof(key: RSAPrivateKey, data_format: Literal["v1", "v2"]) -> authentication.models.CertificatePayload:
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
    """Return the header with the certificate of the key; nothing else of the file leaves this process."""
    pem = _read_pem("certificate", source)
    blocks = [match[0] for match in _CERTIFICATE.finditer(pem)]
    if not blocks:
        raise ValueError(f"certificate must be a certificate in PEM form{_binary_hint(pem)}")
    matching = [block for block in blocks if _belongs(block, key)]
    if not matching:
        raise ValueError(f"private_key must belong to certificate (certificates of other keys: {len(blocks)})")
    # A file with only one certificate is sent unchanged, which Anaplan is known to accept.
    content = pem if pem.strip() == blocks[0] else matching[0] + b"\n"
    return f"CACertificate {base64.b64encode(content).decode()}"


def _belongs(block: bytes, key: RSAPrivateKey) -> bool:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        public = x509.load_pem_x509_certificate(block).public_key()
    except UnsupportedAlgorithm:
        return False  # an authority may have any kind of certificate
    except ValueError:
        pass
    else:
        return isinstance(public, RSAPublicKey) and public.public_numbers() == key.public_key().public_numbers()
    raise ValueError("certificate must be a certificate in PEM form")


def _binary_hint(content: bytes) -> str:
    """Return advice for a DER or PKCS #12 file, which start with the same byte."""
    return "; convert it, for example with openssl pkcs12 -in FILE -nodes" if content[:1] == b"\x30" else ""


def _load_key(source: str | bytes, password: str | bytes | None) -> RSAPrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = _read_pem("private_key", source)
    if (block := _PRIVATE_KEY.search(pem)) is not None:
        pem = block[0]  # a file made from a PKCS #12 also holds certificates
    secret = _encode("private_key_password", password) if isinstance(password, str) else password
    try:
        key = load_pem_private_key(pem, secret)
    # Without the causes, whose text can hold parts of the key.
    except TypeError:
        rule = "passed with an encrypted" if secret is None else "omitted with an unencrypted"
        raise ValueError(f"private_key_password must be {rule} private_key") from None
    except (ValueError, UnsupportedAlgorithm):
        hint = _binary_hint(pem) if secret is None else ", or private_key_password is wrong"
        raise ValueError(f"private_key must be a private key in PEM form{hint}") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("private_key must be an RSA key")
    return key


def _encode(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    # Outside the handler: the original error holds the text.
    raise ValueError(f"{name} must not have characters that UTF-8 cannot encode")


def _read_pem(name: str, source: str | bytes) -> bytes:
    content = _encode(name, source) if isinstance(source, str) else source
    if b"-----BEGIN" in content:
        return content
    try:
        return Path(os.fsdecode(source)).expanduser().read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        # The value may be a damaged key, so the message does not repeat it.
        detail = error.strerror if isinstance(error, OSError) else "not a path"
        raise ValueError(f"{name} must be PEM content or a readable file (got {detail})") from None


def _require_cryptography() -> None:
    """Raise `ImportError` with the extra to install, if certificates cannot be used."""
    if find_spec("cryptography") is None:
        raise ImportError("certificates need an extra: pip install 'anaplan-client[certificate]'")
