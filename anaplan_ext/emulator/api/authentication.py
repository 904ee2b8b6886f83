"""Tokens: authenticate, refresh, validate, log out, and check the token of every other request."""

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

from ..http.request import HTTPError, Request
from ..http.responses import json_response
from ..http.validation import parse_object
from ..state.tenant import User
from ..state.tokens import Token
from ..state.values import Json

_REQUIRED_FIELDS = {"encodedData", "encodedSignedData"}
MAX_CLOCK_SKEW_SECONDS = 300
_PUBLIC = ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas")


def _bad_credential(message: str) -> HTTPError:
    return HTTPError(401, message, "FAILURE_BAD_CREDENTIAL")


def authenticate(request: Request) -> Response:
    """Create a token for basic credentials or a signed certificate payload."""
    scheme, value = _parse_authorization(request)
    if scheme == "Basic":
        user = _find_basic_user(request, _decode(value))
    elif scheme == "CACertificate":
        user = _find_certificate_user(request, _decode(value))
    else:
        raise HTTPError(401, "A Basic or CACertificate authorization header is needed")
    token = Token(
        value=secrets.token_urlsafe(48),
        id=str(uuid.uuid4()),
        refresh_id=str(uuid.uuid4()),
        user=user,
        expires=request.server.now() + request.server.token_seconds,
        by_certificate=scheme == "CACertificate",
    )
    request.server.tokens[token.value] = token
    user.last_login = request.server.now()
    request.server.record_event("USR-8", user.id, user.id, "USER").session_id = token.id
    return _token_response(request, token, "Login successful", _token_values(token), 201)


def refresh(request: Request) -> Response:
    """Extend the token's expiry; its value stays."""
    token = _require_token(request, 400)
    token.expires = request.server.now() + request.server.token_seconds
    return _token_response(request, token, "Token refreshed", _token_values(token))


def validate(request: Request) -> Response:
    """Return the token's user and expiry."""
    token = _require_token(request, 400)
    user = {"userGuid": token.user.id, "userId": token.user.email, "customerGuid": request.server.tenant.id}
    return _token_response(request, token, "Token validated", {}, userInfo=user)


def logout(request: Request) -> Response:
    """Revoke the token."""
    token = _require_token(request, 401)
    del request.server.tokens[token.value]
    request.server.record_event("USR-10", token.user.id, token.user.id, "USER")
    return Response(status_code=204)


def check_token(request: Request) -> Token:
    """Return the valid token of a request, or reject it with 401. The token of an inactive user is not valid."""
    scheme, value = _parse_authorization(request)
    token = request.server.tokens.get(value)
    is_valid = token is not None and token.expires > request.server.now() and token.user.active
    if scheme not in ("AnaplanAuthToken", "Bearer") or token is None or not is_valid:
        raise _bad_credential("The authorization token is missing, unknown or expired")
    return token


def authorize(request: Request) -> Token | None:
    """Return the token of a request, None if it needs none, or reject it as its API does.

    Unlike the others, three APIs reject `Bearer`, and SCIM accepts a password. The paths of tokens are not meant.
    """
    path, (scheme, value) = request.path, _parse_authorization(request)
    if path.startswith("/scim/") and path.rstrip("/").endswith(_PUBLIC):
        return None
    if path.startswith("/scim/") and scheme == "Basic":
        user = _find_basic_user(request, _decode(value))
        return Token(value="", id="", refresh_id="", user=user, expires=0, by_certificate=False)
    if path.startswith("/audit/") and scheme != "AnaplanAuthToken":
        raise HTTPError(401, "No valid token header")
    if path.startswith("/admin/1/0/permissions/"):
        if scheme not in ("AnaplanAuthToken", "AnaplanApiKey"):
            raise HTTPError(
                400, "Request header invalid, token or apikey or Oauth service-to-service token is required"
            )
        if scheme == "AnaplanApiKey":
            raise _bad_credential("The authorization token is missing, unknown or expired")
    return check_token(request)


def _record_failure(request: Request, email: str) -> None:
    """Record a failed sign-in of a known user."""
    for user in request.server.tenant.users:
        if user.email.lower() == email.lower():
            request.server.record_event("USR-9", user.id, user.id, "USER")


def _parse_authorization(request: Request) -> tuple[str, str]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return (scheme, value) if value else ("", "")


def _require_token(request: Request, bad_header_status: int) -> Token:
    if _parse_authorization(request)[0] != "AnaplanAuthToken":
        raise HTTPError(bad_header_status, "An AnaplanAuthToken authorization header is needed")
    return check_token(request)


def _token_response(
    request: Request, token: Token, message: str, secret_fields: Json, status: int = 200, **more: Json
) -> Response:
    meta = {"validationUrl": f"{request.server.url}/token/validate"}
    token_info = {"expiresAt": int(token.expires * 1000), "tokenId": token.id} | secret_fields
    body = {"meta": meta, "status": "SUCCESS", "statusMessage": message, "tokenInfo": token_info} | more
    return json_response(body, status)


def _token_values(token: Token) -> Json:
    return {"refreshTokenId": token.refresh_id, "tokenValue": token.value}


def _find_basic_user(request: Request, credentials: bytes) -> User:
    email, colon, password = credentials.partition(b":")
    if not colon:
        raise HTTPError(401, "The Basic header is not base64 of user:password")
    for user in request.server.tenant.users:
        same_email = user.email.lower().encode() == email.lower()
        same_password = hmac.compare_digest(user.password.encode(), password)
        if same_email and same_password and user.active and request.server.tenant.is_exception_user(user):
            return user
    _record_failure(request, email.decode(errors="replace"))
    raise _bad_credential("Credentials were not accepted")


def _find_certificate_user(request: Request, pem: bytes) -> User:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise HTTPError(401, "The CACertificate header is not base64 of a PEM certificate") from None
    user = request.server.certificates.get(certificate.fingerprint(hashes.SHA256()))
    if user is None or not user.active or certificate.not_valid_after_utc.timestamp() < request.server.now():
        raise _bad_credential("The certificate is not registered or has expired")
    body = parse_object(request.body) if request.body.strip() else {}
    has_fields = _REQUIRED_FIELDS <= body.keys() <= _REQUIRED_FIELDS | {"encodedDataFormat"}
    if not has_fields or not all(isinstance(text, str) for text in body.values()):
        raise _bad_credential("The body needs encodedData and encodedSignedData, and may give encodedDataFormat")
    data, key = _decode(body["encodedData"]), certificate.public_key()
    _check_payload(request, data, body.get("encodedDataFormat"))
    if not isinstance(key, rsa.RSAPublicKey):
        raise _bad_credential("Only RSA keys are supported")
    try:
        key.verify(_decode(body["encodedSignedData"]), data, padding.PKCS1v15(), hashes.SHA512())
    except InvalidSignature:
        raise _bad_credential("The signature does not fit the data and the certificate") from None
    request.server.used_payloads.add(data)
    return user


def _check_payload(request: Request, data: bytes, data_format: str | None) -> None:
    if data_format == "v2":
        if len(data) <= 8 or abs(struct.unpack(">Q", data[:8])[0] - request.server.now()) > MAX_CLOCK_SKEW_SECONDS:
            raise _bad_credential("The time in front of the data is too far from now")
    elif data_format is not None or not request.server.accept_v1_certificates:
        raise _bad_credential("This encodedDataFormat is not accepted")
    elif len(data) < 100:
        raise _bad_credential("The data must hold at least 100 random bytes")
    if data in request.server.used_payloads:
        raise _bad_credential("This payload was used before")


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise HTTPError(401, "A value is not valid base64") from None
