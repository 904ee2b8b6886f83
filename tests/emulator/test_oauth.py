"""OAuth as the emulator serves it: device codes, authorization codes with PKCE, and refresh tokens that rotate."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from anaplan_ext.emulator import Emulator, OAuthClient
from anaplan_ext.emulator.state.oauth import BROWSER_CLIENT_ID, BROWSER_REDIRECT_URI, DEVICE_CLIENT_ID

from ..openapi import document

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "openid profile email offline_access"
SECRET = "client-secret"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


class OAuth:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def post(self, path: str, body: Any) -> httpx.Response:
        return httpx.post(self.emulator.url + path, json=body)

    def token(self, **body: Any) -> httpx.Response:
        return self.post("/oauth/token", body)

    def device(self, **body: Any) -> dict[str, Any]:
        response = self.post("/oauth/device/code", {"client_id": DEVICE_CLIENT_ID, "scope": SCOPE, **body})
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def poll(self, device: dict[str, Any]) -> httpx.Response:
        return self.token(grant_type=DEVICE, client_id=DEVICE_CLIENT_ID, device_code=device["device_code"])

    def sign_in(self) -> dict[str, Any]:
        device = self.device()
        self.emulator.approve_device(device["user_code"])
        found: dict[str, Any] = self.poll(device).json()
        return found

    def refresh(self, token: str, **more: Any) -> httpx.Response:
        return self.token(
            **{"grant_type": "refresh_token", "client_id": DEVICE_CLIENT_ID, "refresh_token": token, **more}
        )

    def authorize(self, **changes: Any) -> httpx.Response:
        parameters = {
            "response_type": "code",
            "client_id": BROWSER_CLIENT_ID,
            "redirect_uri": BROWSER_REDIRECT_URI,
            "scope": SCOPE,
            "state": "s1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        return httpx.get(f"{self.emulator.url}/auth/authorize", params=given)

    def redeem(self, code: str, **changes: Any) -> httpx.Response:
        body = {
            "grant_type": "authorization_code",
            "client_id": BROWSER_CLIENT_ID,
            "client_secret": SECRET,
            "code": code,
            "redirect_uri": BROWSER_REDIRECT_URI,
            "code_verifier": VERIFIER,
            **changes,
        }
        return self.token(**{name: value for name, value in body.items() if value is not None})


@pytest.fixture
def oauth(emulator: Emulator) -> OAuth:
    return OAuth(emulator)


def error(response: httpx.Response) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["error"], body["error_description"]


def redirected(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    assert response.headers["location"].startswith(f"{BROWSER_REDIRECT_URI}?")
    return {name: value for name, (value,) in parse_qs(urlsplit(response.headers["location"]).query).items()}


def test_a_device_is_signed_in_when_its_user_approves_it(emulator: Emulator, oauth: OAuth) -> None:
    device = oauth.device()
    assert device["interval"] == 5
    assert error(oauth.poll(device))[:2] == (400, "authorization_pending")
    assert error(oauth.poll(device))[:2] == (400, "slow_down")
    emulator.advance(9)
    assert error(oauth.poll(device))[:2] == (400, "slow_down")  # the interval is 10 s now
    emulator.advance(15)
    assert error(oauth.poll(device))[:2] == (400, "authorization_pending")
    emulator.approve_device(device["user_code"])
    emulator.advance(15)
    tokens = oauth.poll(device).json()
    assert tokens["expires_in"] == 2100
    assert "profile" not in tokens["scope"]
    for prefix in ("AnaplanAuthToken", "Bearer"):
        headers = {"Authorization": f"{prefix} {tokens['access_token']}"}
        assert httpx.get(f"{emulator.url}/2/0/users/me", headers=headers).status_code == 200
    emulator.advance(30)
    assert error(oauth.poll(device))[:2] == (400, "invalid_grant")


def test_a_device_whose_user_denies_it_or_does_nothing_gets_no_tokens(emulator: Emulator, oauth: OAuth) -> None:
    denied, forgotten = oauth.device(), oauth.device()
    emulator.oauth.deny(denied["user_code"])
    assert error(oauth.poll(denied))[:2] == (403, "access_denied")
    emulator.advance(900)
    assert error(oauth.poll(forgotten))[:2] == (400, "expired_token")
    with pytest.raises(KeyError):
        emulator.approve_device(denied["user_code"])


def test_a_user_with_single_sign_on_cannot_approve_a_device(emulator: Emulator, oauth: OAuth) -> None:
    emulator.tenant.users[1].sso_only = True
    with pytest.raises(ValueError, match="single sign-on"):
        emulator.approve_device(oauth.device()["user_code"], emulator.tenant.users[1].email)


def test_a_browser_carries_a_code_that_fits_its_verifier(oauth: OAuth) -> None:
    result = redirected(oauth.authorize())
    assert result["state"] == "s1"
    assert error(oauth.redeem(result["code"], code_verifier="w" * 43))[:2] == (400, "invalid_grant")
    assert error(oauth.redeem(result["code"], code_verifier=None))[:2] == (400, "invalid_grant")
    assert error(oauth.redeem(result["code"], redirect_uri="http://127.0.0.1:1/"))[:2] == (400, "invalid_grant")
    assert error(oauth.redeem(result["code"], client_secret="wrong")) == (
        401,
        "unauthorized_client",
        "The client secret is wrong",
    )
    tokens = oauth.redeem(result["code"]).json()
    assert error(oauth.redeem(result["code"]))[:2] == (400, "invalid_grant")
    changes = {"client_id": BROWSER_CLIENT_ID, "client_secret": SECRET}
    assert oauth.refresh(tokens["refresh_token"], **changes).status_code == 200


def test_a_code_without_a_challenge_needs_no_verifier_and_expires(emulator: Emulator, oauth: OAuth) -> None:
    changes: dict[str, Any] = {"code_challenge": None, "code_challenge_method": None, "state": None}
    result = redirected(oauth.authorize(**changes))
    assert result.keys() == {"code"}
    assert oauth.redeem(result["code"], code_verifier=None).status_code == 200
    late = redirected(oauth.authorize(**changes))["code"]
    emulator.advance(600)
    assert error(oauth.redeem(late, code_verifier=None))[:2] == (400, "invalid_grant")


def test_a_user_denies_in_the_browser(emulator: Emulator, oauth: OAuth) -> None:
    emulator.oauth.user_denies = True
    result = redirected(oauth.authorize())
    assert (result["error"], result["state"]) == ("access_denied", "s1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"response_type": "token"}, (400, "invalid_request")),
        ({"scope": None}, (400, "invalid_request")),
        ({"redirect_uri": "http://localhost:8765/callback"}, (400, "invalid_request")),
        ({"code_challenge_method": "plain"}, (400, "invalid_request")),
        ({"client_id": "f" * 32}, (401, "unauthorized_client")),
        ({"client_id": DEVICE_CLIENT_ID}, (401, "unauthorized_client")),
    ],
)
def test_a_wrong_authorization_is_rejected(changes: dict[str, Any], expected: object) -> None:
    # The requests break the specification on purpose.
    with Emulator(observer=None) as emulator:
        assert error(OAuth(emulator).authorize(**changes))[:2] == expected


def test_a_refresh_token_rotates_and_is_accepted_once(emulator: Emulator, oauth: OAuth) -> None:
    first = oauth.sign_in()["refresh_token"]
    second = oauth.refresh(first).json()["refresh_token"]
    assert error(oauth.refresh(first))[:2] == (400, "invalid_grant")
    third = oauth.refresh(second).json()["refresh_token"]
    assert len({first, second, third}) == 3
    emulator.oauth.revokes_on_reuse = True
    assert error(oauth.refresh(first))[:2] == (400, "invalid_grant")
    assert error(oauth.refresh(third))[:2] == (400, "invalid_grant")


def test_a_refresh_token_ends_by_time_by_revocation_and_with_its_user(emulator: Emulator, oauth: OAuth) -> None:
    late, revoked = oauth.sign_in()["refresh_token"], None
    emulator.advance(2_592_000)
    assert error(oauth.refresh(late))[:2] == (400, "invalid_grant")
    revoked = oauth.sign_in()["refresh_token"]
    emulator.oauth.revoke()
    assert error(oauth.refresh(revoked))[:2] == (400, "invalid_grant")
    orphan = oauth.sign_in()["refresh_token"]
    emulator.tenant.users[0].active = False
    assert error(oauth.refresh(orphan))[:2] == (400, "invalid_grant")


def test_a_client_that_does_not_rotate_keeps_its_refresh_token(emulator: Emulator, oauth: OAuth) -> None:
    emulator.oauth.clients.append(OAuthClient(id="c", rotates=False))
    device = oauth.device(client_id="c")
    emulator.approve_device(device["user_code"])
    token = oauth.token(grant_type=DEVICE, client_id="c", device_code=device["device_code"]).json()["refresh_token"]
    for _ in range(2):
        response = oauth.refresh(token, client_id="c")
        assert response.status_code == 200
        assert "refresh_token" not in response.json()


def test_only_offline_access_gives_a_refresh_token(emulator: Emulator, oauth: OAuth) -> None:
    device = oauth.device(scope="openid")
    emulator.approve_device(device["user_code"])
    assert "refresh_token" not in oauth.poll(device).json()


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/oauth/token", {}, (401, "invalid_request", "The property grant_type is missing")),
        ("/oauth/token", {"grant_type": "password"}, (400, "invalid_request", "The grant_type is unknown")),
        ("/oauth/token", {"grant_type": ["x"]}, (400, "invalid_request", "The property grant_type must be a string")),
        (
            "/oauth/token",
            {"grant_type": "refresh_token", "client_id": "x"},
            (400, "invalid_request", "The property refresh_token is missing"),
        ),
        (
            "/oauth/token",
            {"grant_type": "refresh_token", "client_id": "x", "refresh_token": "y", "z": "1"},
            (400, "invalid_request", "The property z is unknown"),
        ),
        (
            "/oauth/token",
            {"grant_type": "refresh_token", "client_id": "x", "refresh_token": 1},
            (400, "invalid_request", "The property refresh_token must be a string"),
        ),
        (
            "/oauth/token",
            {"grant_type": "refresh_token", "client_id": "x", "refresh_token": "y"},
            (401, "unauthorized_client", "The client is unknown"),
        ),
        (
            "/oauth/token",
            {"grant_type": DEVICE, "client_id": BROWSER_CLIENT_ID, "device_code": "y"},
            (403, "unauthorized_client", "The client may not use this grant"),
        ),
        ("/oauth/token", [], (400, "invalid_request", "The body is not a JSON object or a form")),
        ("/oauth/device/code", {}, (400, "invalid_request", "The property client_id is missing")),
        ("/oauth/device/code", {"client_id": "x"}, (403, "unauthorized_client", "The client is unknown")),
        (
            "/oauth/device/code",
            {"client_id": BROWSER_CLIENT_ID},
            (403, "unauthorized_client", "The client may not use this grant"),
        ),
    ],
)
def test_a_wrong_body_is_rejected(path: str, body: Any, expected: object, oauth: OAuth) -> None:
    assert error(oauth.post(path, body)) == expected


def test_a_form_is_accepted_as_well() -> None:
    with Emulator(observer=None) as emulator:  # the specification has JSON alone
        oauth = OAuth(emulator)
        token = oauth.sign_in()["refresh_token"]
        form = {"grant_type": "refresh_token", "client_id": DEVICE_CLIENT_ID, "refresh_token": token}
        assert httpx.post(f"{emulator.url}/oauth/token", data=form).status_code == 200
        broken = httpx.post(f"{emulator.url}/oauth/token", content=b"{")
        assert error(broken)[:2] == (400, "invalid_request")


def test_every_documented_message_of_a_token_request_is_one_that_occurs() -> None:
    """The emulator's messages are held to the examples by the observer; here, the examples to the emulator."""
    source = (
        document("oauth")["paths"]["/oauth/token"]["post"]["responses"][status] for status in ("400", "401", "403")
    )
    messages = [
        example["value"]["error_description"]
        for response in source
        for example in response["content"]["application/json"]["examples"].values()
    ]
    import inspect

    from anaplan_ext.emulator.api import oauth

    code = inspect.getsource(oauth).replace("{name}", "<name>")
    assert [message for message in messages if message not in code] == []
