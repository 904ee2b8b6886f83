"""`/token/…`: authenticate, refresh, validate, logout, and the token check of every other call."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
import uuid
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from starlette.responses import Response

from .answers import Call, Refusal, json_response, parse_object
from .state import User
from .world import Token, World

_BAD_HEADER = "FAILURE_BAD_HEADER"
_BAD_CREDENTIAL = "FAILURE_BAD_CREDENTIAL"
_PAYLOAD_SECONDS = 300


def _refused(message: str = "Credentials were not accepted") -> Refusal:
    return Refusal(401, message, _BAD_CREDENTIAL)


def authenticate(call: Call) -> Response:
    """A new token for basic credentials or a signed certificate payload."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme == "Basic" and value:
        user, by_certificate = _basic_user(call, value), False
    elif scheme == "CACertificate" and value:
        user, by_certificate = _certificate_user(call, value), True
    else:
        raise Refusal(401, "A Basic or CACertificate authorization header is needed", _BAD_HEADER)
    token = Token(
        value=secrets.token_urlsafe(48),
        id=str(uuid.uuid4()),
        refresh_id=str(uuid.uuid4()),
        user=user,
        expires=call.world.now() + call.world.options.token_seconds,
        by_certificate=by_certificate,
    )
    call.world.tokens[token.value] = token
    return _token_answer(call, token, 201, "Login successful")


def refresh(call: Call) -> Response:
    """A later expiry for the same token value."""
    token = _own_token(call, 400)
    token.expires = call.world.now() + call.world.options.token_seconds
    return _token_answer(call, token, 200, "Token refreshed")


def validate(call: Call) -> Response:
    """Whose token it is, and when it expires."""
    token = _own_token(call, 400)
    return json_response(
        {
            "meta": {"validationUrl": f"{call.world.url}/token/validate"},
            "status": "SUCCESS",
            "statusMessage": "Token validated",
            "userInfo": {
                "userGuid": token.user.id,
                "userId": token.user.email,
                "customerGuid": call.world.tenant.id,
            },
            "tokenInfo": {"expiresAt": int(token.expires * 1000), "tokenId": token.id},
        }
    )


def logout(call: Call) -> Response:
    """The end of a token, at once."""
    del call.world.tokens[_own_token(call, 401).value]
    return Response(status_code=204)


def check_token(call: Call) -> Token:
    """The live token of a call to `/2/0`, or a 401."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    token = _live_token(call.world, value)
    if scheme not in ("AnaplanAuthToken", "Bearer") or token is None:
        raise Refusal(401, "The authorization token is missing, unknown or expired")
    return token


def trust(world: World, certificate_pem: bytes, user: User) -> None:
    """Registers a certificate for a user."""
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    world.certificates[certificate.fingerprint(hashes.SHA256())] = user


def _live_token(world: World, value: str) -> Token | None:
    token = world.tokens.get(value)
    return token if token and token.expires > world.now() else None


def _own_token(call: Call, bad_header_status: int) -> Token:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme != "AnaplanAuthToken" or not value:
        raise Refusal(bad_header_status, "An AnaplanAuthToken authorization header is needed", _BAD_HEADER)
    token = _live_token(call.world, value)
    if token is None:
        raise _refused("The token is unknown or expired")
    return token


def _token_answer(call: Call, token: Token, status: int, message: str) -> Response:
    info = {
        "expiresAt": int(token.expires * 1000),
        "tokenId": token.id,
        "refreshTokenId": token.refresh_id,
        "tokenValue": token.value,
    }
    meta = {"validationUrl": f"{call.world.url}/token/validate"}
    return json_response({"meta": meta, "status": "SUCCESS", "statusMessage": message, "tokenInfo": info}, status)


def _basic_user(call: Call, value: str) -> User:
    try:
        email, colon, password = _decoded(value).decode().partition(":")
    except UnicodeDecodeError:
        raise Refusal(401, "The Basic header is not base64 of user:password", _BAD_HEADER) from None
    if not colon:
        raise Refusal(401, "The Basic header is not base64 of user:password", _BAD_HEADER)
    for user in call.world.tenant.users:
        same = user.email.lower() == email.lower() and hmac.compare_digest(user.password.encode(), password.encode())
        if same and user.active and not user.sso_only:
            return user
    raise _refused()


def _certificate_user(call: Call, value: str) -> User:
    try:
        certificate = x509.load_pem_x509_certificate(_decoded(value))
    except ValueError:
        raise Refusal(401, "The CACertificate header is not base64 of a PEM certificate", _BAD_HEADER) from None
    user = call.world.certificates.get(certificate.fingerprint(hashes.SHA256()))
    now = datetime.fromtimestamp(call.world.now(), UTC)
    if user is None or not user.active or certificate.not_valid_after_utc < now:
        raise _refused("The certificate is not registered or has expired")
    body = parse_object(call.body) if call.body.strip() else {}
    required, known = {"encodedData", "encodedSignedData"}, {"encodedData", "encodedSignedData", "encodedDataFormat"}
    if not required <= body.keys() <= known or not all(isinstance(text, str) for text in body.values()):
        raise _refused("The body needs encodedData and encodedSignedData, and may give encodedDataFormat")
    data, signature = _decoded(body["encodedData"]), _decoded(body["encodedSignedData"])
    _check_payload(call, data, body.get("encodedDataFormat"))
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise _refused("Only RSA keys are supported")
    try:
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA512())
    except InvalidSignature:
        raise _refused("The signature does not fit the data and the certificate") from None
    call.world.seen_payloads.add(data)
    return user


def _check_payload(call: Call, data: bytes, format: str | None) -> None:
    if format == "v2":
        if len(data) <= 8 or abs(struct.unpack(">Q", data[:8])[0] - call.world.now()) > _PAYLOAD_SECONDS:
            raise _refused("The time in front of the data is too far from now")
    elif format is not None or not call.world.options.accept_v1_certificates:
        raise _refused("This encodedDataFormat is not accepted")
    elif len(data) < 100:
        raise _refused("The data must hold at least 100 random bytes")
    if data in call.world.seen_payloads:
        raise _refused("This payload was used before")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Refusal(401, "A value is not valid base64", _BAD_HEADER) from None
