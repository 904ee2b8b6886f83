"""`/token/…`: authenticate, refresh, validate, logout, and the token check of every other call."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
import uuid

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from starlette.responses import Response

from ..http.errors import Refusal
from ..http.request import Call
from ..http.responses import json_response
from ..http.validation import parse_object
from ..state.objects import Json, User
from ..state.server_state import Token

_REQUIRED = {"encodedData", "encodedSignedData"}
_PAYLOAD_SECONDS = 300


def _refused(message: str) -> Refusal:
    return Refusal(401, message, "FAILURE_BAD_CREDENTIAL")


def authenticate(call: Call) -> Response:
    """A new token for basic credentials or a signed certificate payload."""
    scheme, value = _authorization(call)
    if scheme == "Basic":
        user = _basic_user(call, _decoded(value))
    elif scheme == "CACertificate":
        user = _certificate_user(call, _decoded(value))
    else:
        raise Refusal(401, "A Basic or CACertificate authorization header is needed")
    token = Token(
        value=secrets.token_urlsafe(48),
        id=str(uuid.uuid4()),
        refresh_id=str(uuid.uuid4()),
        user=user,
        expires=call.world.now() + call.world.token_seconds,
        by_certificate=scheme == "CACertificate",
    )
    call.world.tokens[token.value] = token
    return _answer(call, token, "Login successful", _secrets(token), 201)


def refresh(call: Call) -> Response:
    """A later expiry for the same token value."""
    token = _own_token(call, 400)
    token.expires = call.world.now() + call.world.token_seconds
    return _answer(call, token, "Token refreshed", _secrets(token))


def validate(call: Call) -> Response:
    """Whose token it is, and when it expires."""
    token = _own_token(call, 400)
    user = {"userGuid": token.user.id, "userId": token.user.email, "customerGuid": call.world.tenant.id}
    return _answer(call, token, "Token validated", {}, userInfo=user)


def logout(call: Call) -> Response:
    """The end of a token, at once."""
    del call.world.tokens[_own_token(call, 401).value]
    return Response(status_code=204)


def check_token(call: Call) -> Token:
    """The live token of a call to `/2/0`, or a 401."""
    scheme, value = _authorization(call)
    token = call.world.tokens.get(value)
    if scheme not in ("AnaplanAuthToken", "Bearer") or token is None or token.expires <= call.world.now():
        raise _refused("The authorization token is missing, unknown or expired")
    return token


def _authorization(call: Call) -> tuple[str, str]:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    return (scheme, value) if value else ("", "")


def _own_token(call: Call, bad_header_status: int) -> Token:
    if _authorization(call)[0] != "AnaplanAuthToken":
        raise Refusal(bad_header_status, "An AnaplanAuthToken authorization header is needed")
    return check_token(call)


def _answer(call: Call, token: Token, message: str, info: Json, status: int = 200, **more: Json) -> Response:
    meta = {"validationUrl": f"{call.world.url}/token/validate"}
    shown = {"expiresAt": int(token.expires * 1000), "tokenId": token.id} | info
    body = {"meta": meta, "status": "SUCCESS", "statusMessage": message, "tokenInfo": shown} | more
    return json_response(body, status)


def _secrets(token: Token) -> Json:
    return {"refreshTokenId": token.refresh_id, "tokenValue": token.value}


def _basic_user(call: Call, credentials: bytes) -> User:
    email, colon, password = credentials.partition(b":")
    if not colon:
        raise Refusal(401, "The Basic header is not base64 of user:password")
    for user in call.world.tenant.users:
        same = user.email.lower().encode() == email.lower() and hmac.compare_digest(user.password.encode(), password)
        if same and user.active and not user.sso_only:
            return user
    raise _refused("Credentials were not accepted")


def _certificate_user(call: Call, pem: bytes) -> User:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise Refusal(401, "The CACertificate header is not base64 of a PEM certificate") from None
    user = call.world.certificates.get(certificate.fingerprint(hashes.SHA256()))
    if user is None or not user.active or certificate.not_valid_after_utc.timestamp() < call.world.now():
        raise _refused("The certificate is not registered or has expired")
    body = parse_object(call.body) if call.body.strip() else {}
    if not _REQUIRED <= body.keys() <= _REQUIRED | {"encodedDataFormat"} or not all(
        isinstance(text, str) for text in body.values()
    ):
        raise _refused("The body needs encodedData and encodedSignedData, and may give encodedDataFormat")
    data, key = _decoded(body["encodedData"]), certificate.public_key()
    _check_payload(call, data, body.get("encodedDataFormat"))
    if not isinstance(key, rsa.RSAPublicKey):
        raise _refused("Only RSA keys are supported")
    try:
        key.verify(_decoded(body["encodedSignedData"]), data, padding.PKCS1v15(), hashes.SHA512())
    except InvalidSignature:
        raise _refused("The signature does not fit the data and the certificate") from None
    call.world.seen_payloads.add(data)
    return user


def _check_payload(call: Call, data: bytes, format: str | None) -> None:
    if format == "v2":
        if len(data) <= 8 or abs(struct.unpack(">Q", data[:8])[0] - call.world.now()) > _PAYLOAD_SECONDS:
            raise _refused("The time in front of the data is too far from now")
    elif format is not None or not call.world.accept_v1_certificates:
        raise _refused("This encodedDataFormat is not accepted")
    elif len(data) < 100:
        raise _refused("The data must hold at least 100 random bytes")
    if data in call.world.seen_payloads:
        raise _refused("This payload was used before")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Refusal(401, "A value is not valid base64") from None
