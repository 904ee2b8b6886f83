"""How a client signs in by OAuth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from anaplan_client.core.codec import validation

# Every client imports this module, and few sign in by OAuth: they import the rest on first use.
if TYPE_CHECKING:
    from ..stores.token import TokenStore
    from .device import DeviceCode
    from .redirect import AuthorizationRequest

DEFAULT_SCOPE = "openid profile email offline_access"
"""What the tokens may be used for. `offline_access` gives a refresh token."""

OnDeviceCode: TypeAlias = "Callable[[DeviceCode], object]"
"""Shows a user the code of a device."""
GetRedirect: TypeAlias = "Callable[[AuthorizationRequest], str]"
"""Leads a user to a URL, and returns the URL that the browser was redirected to."""


class OAuth:
    """Sign in by OAuth, as the `auth` of a client.

    The tokens come from the store, and are refreshed there. Only if it has none that are still valid, a user signs in:
    with a device code if `on_device_code` is given, or in a browser if `get_redirect` is. Without both, that is
    `SignInRequiredError`. An administrator registers the client in Anaplan for one of the two.

    Args:
        client_id: Id of the registered client, 32 hexadecimal digits.
        client_secret: Secret of a client that is registered with one. Clients for device codes have none.
        redirect_uri: Where the browser returns to, exactly as registered. On this machine, the host is `127.0.0.1`.
            Only for sign-ins in a browser.
        scope: What the tokens may be used for, separated by blanks. Only `offline_access` gives a refresh token.
        store: Where the tokens are kept; in memory by default, so that they end with the process.
        refresh_token: A refresh token to begin with, used while the store has no tokens that are valid. If it rotates,
            the store must outlast the process.
        on_device_code: Called with the code that a user enters, for example `print_device_code`. It must return soon.
        get_redirect: Called with the URL that a user signs in at. It returns the URL that the browser was redirected
            to, for example `listen_for_redirect` or `paste_redirect`.
        pkce: Whether an authorization has a code challenge, by RFC 7636. Anaplan does not document that it checks it.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is empty, `redirect_uri` is not a URL or has the host `localhost`, or both ways for a
            user to sign in are given.
        ImportError: A store outside of memory is given without the extra `oauth`.
    """

    def __init__(
        self,
        client_id: str,
        *,
        client_secret: str | None = None,
        redirect_uri: str | None = None,
        scope: str = DEFAULT_SCOPE,
        store: TokenStore | None = None,
        refresh_token: str | None = None,
        on_device_code: OnDeviceCode | None = None,
        get_redirect: GetRedirect | None = None,
        pkce: bool = True,
    ) -> None:
        from ..stores.locking import require_filelock
        from ..stores.memory import MemoryTokenStore
        from .redirect import check_redirect_uri

        validation.check_present("client_id", client_id)
        validation.check_string("client_id", client_id, minimum=1)
        for name, value in (("client_secret", client_secret), ("refresh_token", refresh_token)):
            _check_secret(name, value)
        validation.check_string("scope", scope, minimum=1)
        if on_device_code is not None and get_redirect is not None:
            raise ValueError("on_device_code and get_redirect must not both be given; a client is registered for one")
        if (redirect_uri is None) != (get_redirect is None):
            raise ValueError("redirect_uri and get_redirect must be given together")
        if redirect_uri is not None:
            check_redirect_uri(redirect_uri)
        self.client_id: str = client_id
        """Id of the registered client."""
        self.client_secret: str | None = client_secret
        """Secret of the registered client."""
        self.redirect_uri: str | None = redirect_uri
        """Where the browser returns to."""
        self.scope: str = scope
        """What the tokens may be used for."""
        self.store: TokenStore = MemoryTokenStore() if store is None else store
        """Where the tokens are kept."""
        self.refresh_token: str | None = refresh_token
        """The refresh token to begin with."""
        self.on_device_code: OnDeviceCode | None = on_device_code
        """Shows a user the code of this device."""
        self.get_redirect: GetRedirect | None = get_redirect
        """Leads a user to a URL, and returns that of the redirect."""
        self.pkce: bool = pkce
        """Whether an authorization has a code challenge."""
        require_filelock(self.store)

    def __repr__(self) -> str:
        return f"OAuth({self.client_id!r}, store={self.store!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("OAuth cannot be pickled or copied, since it holds secrets; pass its arguments on")


def _check_secret(name: str, value: object) -> None:
    """Raise for a secret that cannot be sent. The message does not show it."""
    if value is None:
        return
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string (got {type(value).__name__})")
    if not value or not value.isprintable():
        raise ValueError(f"{name} must be printable characters, at least 1")
