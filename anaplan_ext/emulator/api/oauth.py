"""OAuth: authorization codes, device codes, and the tokens of both; refresh tokens rotate."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Collection
from typing import cast
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from ..http.request import HTTPError, Request
from ..http.responses import json_response
from ..state.oauth import AuthorizationCode, DeviceRequest, OAuthClient, RefreshToken, create_secret, create_user_code
from ..state.tenant import User
from ..state.tokens import Token

_FORM = "application/x-www-form-urlencoded"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_CODE_SECONDS = 600
# The properties of each grant, without grant_type and client_id.
_GRANTS: dict[str, tuple[Collection[str], Collection[str]]] = {
    "authorization_code": (("code", "redirect_uri"), ("client_secret", "code_verifier")),
    _DEVICE: (("device_code",), ()),
    "refresh_token": (("refresh_token",), ("client_secret",)),
}


def authorize(request: Request) -> Response:
    """Redirect the browser of a user who is signed in, with a code or the user's denial."""
    query = request.query
    for name in ("response_type", "client_id", "redirect_uri", "scope"):
        if not query.get(name):
            raise _error("invalid_request", f"The parameter {name} is missing")
    if query["response_type"] != "code":
        raise _error("invalid_request", "The parameter response_type must be code")
    client = _find_client(request, query["client_id"], "authorization_code", 401)
    if query["redirect_uri"] != client.redirect_uri:
        raise _error("invalid_request", "The redirect_uri is not registered for this client")
    if "code_challenge" in query and query.get("code_challenge_method") != "S256":
        raise _error("invalid_request", "The code challenge must be of the method S256")
    oauth = request.server.oauth
    result = {"state": query["state"]} if "state" in query else {}
    if oauth.user_denies:
        result |= {"error": "access_denied", "error_description": "The user has denied the request"}
    else:
        code = create_secret()
        oauth.codes[code] = AuthorizationCode(
            client=client,
            redirect_uri=client.redirect_uri,
            challenge=query.get("code_challenge"),
            scope=query["scope"],
            user=request.server.tenant.users[0],
            expires=request.server.now() + _CODE_SECONDS,
        )
        result["code"] = code
    return Response(status_code=302, headers={"Location": f"{client.redirect_uri}?{urlencode(result)}"})


def create_device_code(request: Request) -> Response:
    """Create a device code, which a user can approve."""
    body = _read_body(request)
    _check_fields(body, ("client_id",), ("scope", "audience"))
    client = _find_client(request, body["client_id"], "device_code", 403, unknown=403)
    oauth = request.server.oauth
    device = DeviceRequest(
        device_code=create_secret(),
        user_code=create_user_code(),
        client=client,
        scope=body.get("scope", ""),
        expires=request.server.now() + oauth.device_code_seconds,
        interval=oauth.interval,
    )
    oauth.devices[device.device_code] = device
    page = f"{request.server.url}/activate"
    return json_response(
        {
            "device_code": device.device_code,
            "user_code": device.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={device.user_code}",
            "expires_in": oauth.device_code_seconds,
            "interval": oauth.interval,
        }
    )


def create_token(request: Request) -> Response:
    """Create tokens for a code or a refresh token."""
    body = _read_body(request)
    kind = cast("object", body.get("grant_type"))
    if not kind:
        raise _error("invalid_request", "The property grant_type is missing", 401)
    if not isinstance(kind, str):
        raise _error("invalid_request", "The property grant_type must be a string")
    if kind not in _GRANTS:
        raise _error("invalid_request", "The grant_type is unknown")
    required, optional = _GRANTS[kind]
    _check_fields(body, ("grant_type", "client_id", *required), optional)
    if kind == _DEVICE:
        return _redeem_device_code(request, body)
    if kind == "authorization_code":
        return _redeem_code(request, body)
    return _refresh(request, body)


def _redeem_device_code(request: Request, body: dict[str, str]) -> Response:
    client = _find_client(request, body["client_id"], "device_code", 403)
    now, device = request.server.now(), request.server.oauth.devices.get(body["device_code"])
    if device is None or device.client is not client or device.state == "used":
        raise _error("invalid_grant", "The device code is unknown or used")
    if device.state == "denied":
        raise _error("access_denied", "The user has denied the request", 403)
    if now >= device.expires:
        raise _error("expired_token", "The device code has expired")
    last, device.polled_at = device.polled_at, now
    if last is not None and now < last + device.interval:
        device.interval += 5
        raise _error("slow_down", "The device code is polled too often")
    if device.user is None:
        raise _error("authorization_pending", "The user has not approved the device yet")
    device.state = "used"
    return _issue(request, client, device.user, device.scope)


def _redeem_code(request: Request, body: dict[str, str]) -> Response:
    client = _find_client(request, body["client_id"], "authorization_code", 403)
    _check_secret(client, body)
    code = request.server.oauth.codes.get(body["code"])
    if code is None or code.client is not client or code.is_used or request.server.now() >= code.expires:
        raise _error("invalid_grant", "The authorization code is unknown, expired or used")
    if body["redirect_uri"] != code.redirect_uri:
        raise _error("invalid_grant", "The redirect_uri is not that of the authorization")
    if code.challenge is not None:
        digest = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
            raise _error("invalid_grant", "The code verifier does not fit the code challenge")
    code.is_used = True
    return _issue(request, client, code.user, code.scope)


def _refresh(request: Request, body: dict[str, str]) -> Response:
    client = _find_client(request, body["client_id"])
    _check_secret(client, body)
    oauth = request.server.oauth
    token = oauth.refresh_tokens.get(body["refresh_token"])
    is_known = token is not None and token.client is client and token.user.active
    if token is None or not is_known or token.is_used or request.server.now() >= token.expires:
        if token is not None and token.is_used and oauth.revokes_on_reuse:
            for other in oauth.refresh_tokens.values():
                other.is_used = other.is_used or other.chain == token.chain
        raise _error("invalid_grant", "The refresh token is unknown, expired, revoked or used")
    if not client.rotates:
        return _respond(request, token.user, token.scope, None)
    token.is_used = True
    return _issue(request, client, token.user, token.scope, token.chain)


def _issue(request: Request, client: OAuthClient, user: User, scope: str, chain: str | None = None) -> Response:
    """Return new tokens, with a refresh token if the scope has one."""
    if "offline_access" not in scope.split():
        return _respond(request, user, scope, None)
    oauth = request.server.oauth
    token = RefreshToken(
        value=create_secret(),
        client=client,
        scope=scope,
        user=user,
        expires=request.server.now() + oauth.refresh_token_seconds,
        chain=chain or create_secret(),
    )
    oauth.refresh_tokens[token.value] = token
    return _respond(request, user, scope, token.value)


def _respond(request: Request, user: User, scope: str, refresh_token: str | None) -> Response:
    server = request.server
    token = Token(
        value=create_secret(),
        id=str(uuid.uuid4()),
        refresh_id=str(uuid.uuid4()),
        user=user,
        expires=server.now() + server.token_seconds,
        by_certificate=False,
    )
    server.tokens[token.value] = token
    body: dict[str, object] = {
        "access_token": token.value,
        # As seen live, `profile` is left out.
        "scope": " ".join(word for word in scope.split() if word != "profile"),
        "expires_in": int(server.token_seconds),
        "token_type": "Bearer",
    }
    return json_response(body if refresh_token is None else body | {"refresh_token": refresh_token})


def _find_client(
    request: Request, client_id: str, grant: str | None = None, status: int = 401, *, unknown: int = 401
) -> OAuthClient:
    """Return a registered client. `status` is that of the error for a client of another grant."""
    for client in request.server.oauth.clients:
        if client.id == client_id:
            if grant not in (None, client.grant):
                raise _error("unauthorized_client", "The client may not use this grant", status)
            return client
    raise _error("unauthorized_client", "The client is unknown", unknown)


def _check_secret(client: OAuthClient, body: dict[str, str]) -> None:
    expected, secret = client.secret or "", body.get("client_secret", "")
    if not hmac.compare_digest(expected.encode(), secret.encode()):
        raise _error("unauthorized_client", "The client secret is wrong", 401)


def _read_body(request: Request) -> dict[str, str]:
    """Parse a JSON object or a form."""
    value: object = None
    try:
        if request.media_type == _FORM:
            value = dict(parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict"))
        else:
            value = json.loads(request.body)
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is not valid text
    except (ValueError, RecursionError):
        pass
    if not isinstance(value, dict):
        raise _error("invalid_request", "The body is not a JSON object or a form")
    return cast("dict[str, str]", value)


def _check_fields(body: dict[str, str], required: Collection[str], optional: Collection[str]) -> None:
    for name, value in cast("dict[str, object]", body).items():
        if name not in required and name not in optional:
            raise _error("invalid_request", f"The property {name} is unknown")
        if not isinstance(value, str):
            raise _error("invalid_request", f"The property {name} must be a string")
    for name in required:
        if not body.get(name):
            raise _error("invalid_request", f"The property {name} is missing")


def _error(code: str, message: str, status: int = 400) -> HTTPError:
    return HTTPError(status, message, code)
