"""The registered OAuth clients of the tenant, and the grants that users have given them."""

from __future__ import annotations

import secrets
from typing import Literal

from attrs import define, field

from .tenant import User

DEVICE_CLIENT_ID = "d0" * 16
BROWSER_CLIENT_ID = "b0" * 16
BROWSER_REDIRECT_URI = "http://127.0.0.1:8765/callback"


@define(kw_only=True)
class OAuthClient:
    """A client that an administrator has registered, for one of the two grants.

    Attributes:
        id: Its client id.
        grant: How users sign in: `device_code`, or `authorization_code` in a browser.
        secret: Its secret; None for a client without one, as all for device codes are.
        redirect_uri: Where the browser returns to.
        rotates: Whether each refresh replaces the refresh token, which is then used up.
    """

    id: str
    grant: Literal["device_code", "authorization_code"] = "device_code"
    secret: str | None = None
    redirect_uri: str = BROWSER_REDIRECT_URI
    rotates: bool = True


@define(kw_only=True)
class DeviceRequest:
    """A device that waits for the approval of a user. Times are in seconds of the emulator's clock."""

    device_code: str
    user_code: str
    client: OAuthClient
    scope: str
    expires: float
    interval: float
    polled_at: float | None = None
    state: Literal["pending", "approved", "denied", "used"] = "pending"
    user: User | None = None


@define(kw_only=True)
class AuthorizationCode:
    """A code that a browser has carried to the client."""

    client: OAuthClient
    redirect_uri: str
    challenge: str | None
    scope: str
    user: User
    expires: float
    is_used: bool = False


@define(kw_only=True)
class RefreshToken:
    """A refresh token. `chain` is the same for all that descend from one sign-in."""

    value: str
    client: OAuthClient
    scope: str
    user: User
    expires: float
    chain: str
    is_used: bool = False


@define(kw_only=True)
class OAuthState:
    """The OAuth of the tenant: its clients and grants, and how the user in the browser behaves.

    Attributes:
        clients: The registered clients: one for device codes, and one for authorization codes.
        interval: Minimum seconds between two polls of a device code.
        device_code_seconds: Lifetime of a device code.
        refresh_token_seconds: Lifetime of a refresh token.
        user_denies: Whether the user denies the request in the browser, instead of approving it.
        revokes_on_reuse: Whether the second use of a refresh token revokes its descendants too.
        devices: The devices that have requested a code, by device code.
        refresh_tokens: All refresh tokens, by value, in the order of their creation.
    """

    clients: list[OAuthClient] = field(
        factory=lambda: [
            OAuthClient(id=DEVICE_CLIENT_ID),
            OAuthClient(id=BROWSER_CLIENT_ID, grant="authorization_code", secret="client-secret"),
        ]
    )
    interval: int = 5
    device_code_seconds: int = 900
    refresh_token_seconds: int = 2_592_000
    user_denies: bool = False
    revokes_on_reuse: bool = False
    devices: dict[str, DeviceRequest] = field(factory=dict[str, DeviceRequest])
    codes: dict[str, AuthorizationCode] = field(factory=dict[str, AuthorizationCode])
    refresh_tokens: dict[str, RefreshToken] = field(factory=dict[str, RefreshToken])

    def approve(self, user_code: str, user: User) -> None:
        """Approve the device with a user code, as the user does in a browser. KeyError if no device waits for it.

        Raises:
            ValueError: A user with single sign-on cannot use a device code.
        """
        if user.sso_only:
            raise ValueError("user must not have single sign-on, which excludes device codes")
        device = self._pending(user_code)
        device.state, device.user = "approved", user

    def deny(self, user_code: str) -> None:
        """Deny the request of the device with a user code. KeyError if no device waits for it."""
        self._pending(user_code).state = "denied"

    def revoke(self) -> None:
        """Revoke all refresh tokens."""
        self.refresh_tokens.clear()

    def _pending(self, user_code: str) -> DeviceRequest:
        waiting = {device.user_code: device for device in self.devices.values() if device.state == "pending"}
        return waiting[user_code]


def create_secret() -> str:
    """Return a new secret that a URL can have."""
    return secrets.token_urlsafe(32)


def create_user_code() -> str:
    """Return a new code that a person can type."""
    letters = [secrets.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
