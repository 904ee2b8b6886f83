"""What a token store keeps, and its form as text: pure decisions."""

from __future__ import annotations

import json
import re
from typing import NoReturn, Protocol, cast

from attrs import field, frozen

from .errors import TokenStoreError

_KIND = "anaplan-oauth-tokens"
_VERSION = 1
_MAX_SECONDS = 1e12
_TEXTS = ("client_id", "origin", "access_token", "refresh_token")


@frozen(kw_only=True)
class StoredToken:
    """The tokens of one sign-in, as a token store keeps them.

    Attributes:
        client_id: Id of the OAuth client that they belong to.
        origin: Origin of the server that created them. They are sent to no other.
        access_token: The token that signs requests.
        refresh_token: The newest refresh token; None without `offline_access`.
        expires_at: When the access token expires, in seconds since 1970.
    """

    client_id: str
    origin: str
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: float

    def to_json(self) -> str:
        """Write the tokens as text.

        Returns:
            JSON text with the tokens. Keep it as secret as a password.
        """
        return json.dumps(
            {
                "kind": _KIND,
                "version": _VERSION,
                "client_id": self.client_id,
                "origin": self.origin,
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "expires_at": self.expires_at,
            }
        )

    @staticmethod
    def from_json(text: str | bytes, source: str = "the token store") -> StoredToken:
        """Read the text of `to_json`.

        Args:
            text: The text.
            source: What it was read from, for the message of an error.

        Returns:
            The tokens.

        Raises:
            TokenStoreError: It is damaged, or is something else.
        """
        result = _read(text)
        del text  # which a traceback may show
        if isinstance(result, str):
            raise TokenStoreError(f"{source} {result}")
        return result

    def __reduce__(self) -> NoReturn:
        raise TypeError("StoredToken cannot be pickled or copied, since it holds secrets; use to_json")


class TokenStore(Protocol):
    """A place for the tokens of one sign-in. Both methods may block; they are called in worker threads.

    The client calls them while it holds a lock, so that of several processes one at a time reads and writes.
    """

    def load(self) -> StoredToken | None:
        """Read the tokens.

        Returns:
            The tokens, or None if there are none.

        Raises:
            TokenStoreError: They cannot be read.
        """
        ...

    def save(self, token: StoredToken) -> None:
        """Replace the tokens. When it returns, they must outlast a crash of this process.

        Args:
            token: The tokens.

        Raises:
            TokenStoreError: They cannot be written.
        """
        ...


def check_owner(token: StoredToken | None, client_id: str, origin: str, source: str = "the token store") -> None:
    """Raise `TokenStoreError` for the tokens of another client or server, which are left unchanged."""
    if token is not None and (token.client_id, token.origin) != (client_id, origin):
        raise TokenStoreError(
            f"{source} has the tokens of client {token.client_id} of {token.origin} (wanted: client {client_id} of "
            f"{origin}); it is left unchanged: name another place"
        )


def _is_visible(value: object) -> bool:
    """Return whether a value is text that a header can have."""
    return isinstance(value, str) and re.fullmatch("[!-~]+", value) is not None


def read_optional(text: str | None, source: str) -> StoredToken | None:
    """Return the tokens in the text of a store; None without one."""
    result = None if text is None else _read(text)
    del text  # which a traceback may show
    if isinstance(result, str):
        raise TokenStoreError(f"{source} {result}")
    return result


def _read(text: str | bytes) -> StoredToken | str:
    """Return the tokens, or why they cannot be read."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if fields.get("kind") != _KIND:
        return (
            "must have the tokens of this library (got something else, or damaged text); it is left unchanged: "
            "name another place, or delete it and sign in again"
        )
    if fields.get("version") != _VERSION:
        return "was written by a later version of this library; upgrade it"
    *required, refresh_token = (fields.get(name) for name in _TEXTS)
    moment = fields.get("expires_at")
    has_refresh_token = isinstance(refresh_token, str) and bool(refresh_token)
    is_complete = all(_is_visible(text) for text in required) and (refresh_token is None or has_refresh_token)
    is_moment = isinstance(moment, int | float) and not isinstance(moment, bool) and abs(moment) < _MAX_SECONDS
    if not is_complete or not is_moment:
        return "is damaged; it is left unchanged: delete it and sign in again"
    client_id, origin, access_token = cast("list[str]", required)
    return StoredToken(
        client_id=client_id,
        origin=origin,
        access_token=access_token,
        refresh_token=cast("str | None", refresh_token),
        expires_at=float(cast("float", moment)),
    )
