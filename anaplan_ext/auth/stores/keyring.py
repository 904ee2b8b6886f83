"""Keep tokens in the keyring of the operating system. It needs the extra `keyring`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.util import find_spec
from queue import Empty, SimpleQueue
from typing import TypeVar, cast

from .errors import TokenStoreError
from .token import StoredToken, check_owner, read_optional

T = TypeVar("T")

KEYRING_TIMEOUT_SECONDS = 3.0
"""Maximum seconds to wait for a keyring."""
SERVICE = "anaplan-client"
"""The service of all entries."""
_ALTERNATIVE = "unlock it, or use a FileTokenStore"


class KeyringTokenStore:
    """Keep the tokens in the keyring of the operating system: of macOS, Windows, or a desktop of Linux.

    A keyring that does not respond within `timeout` is an error, and is not used again by this object. So is a system
    without one, such as most servers and containers.

    Args:
        name: Name of the entry, for example that of a profile.
        timeout: Seconds to wait for the keyring. Raise it where the keyring is unlocked by a dialog.

    Raises:
        ImportError: The extra `keyring` is not installed.
    """

    def __init__(self, name: str = "default", timeout: float = KEYRING_TIMEOUT_SECONDS) -> None:
        _require_keyring("KeyringTokenStore")
        if not name:
            raise ValueError("name must have at least 1 character")
        self.name: str = name
        """Name of the entry."""
        self._timeout = timeout
        self._is_dead = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def load(self) -> StoredToken | None:
        """Read the entry of the keyring.

        Returns:
            The tokens, or None if there are none.

        Raises:
            TokenStoreError: There is no keyring, it does not respond, or the entry is damaged or something else.
        """
        return self._call("read", self._read)

    def save(self, token: StoredToken) -> None:
        """Replace the tokens.

        Args:
            token: The tokens.

        Raises:
            TokenStoreError: There is no keyring, it does not respond or rejects the tokens, or the entry has something
                else, which is left unchanged.
        """
        check_owner(self.load(), token.client_id, token.origin, self._source)
        self._call("written", lambda: _set(self.name, token.to_json()))

    def delete(self) -> None:
        """Delete the entry of the keyring, if there is one.

        Raises:
            TokenStoreError: There is no keyring, it does not respond, or the entry is something else, which is left
                unchanged.
        """
        if self.load() is not None:
            self._call("changed", lambda: _delete(self.name))

    @property
    def _source(self) -> str:
        return f"the entry {self.name} of the keyring"

    def _read(self) -> StoredToken | None:
        return read_optional(_get(self.name), self._source)

    def _call(self, verb: str, function: Callable[[], T]) -> T:
        if not self._is_dead:
            try:
                return _call(verb, function, self._timeout)
            except TimeoutError:
                self._is_dead = True
        raise TokenStoreError(_describe_timeout(self._timeout))


def read_entry(name: str, timeout: float = KEYRING_TIMEOUT_SECONDS) -> str | None:
    """Return an entry of this library in the keyring, or None without one.

    Raises:
        TokenStoreError: There is no keyring, or it does not respond within `timeout` seconds.
        ImportError: The extra `keyring` is not installed.
    """
    return _call_entry("read", lambda: _get(name), timeout)


def write_entry(name: str, value: str, timeout: float = KEYRING_TIMEOUT_SECONDS) -> None:
    """Write an entry of this library to the keyring.

    Raises:
        TokenStoreError: There is no keyring, or it does not respond within `timeout` seconds.
        ImportError: The extra `keyring` is not installed.
    """
    _call_entry("written", lambda: _set(name, value), timeout)


def delete_entry(name: str, timeout: float = KEYRING_TIMEOUT_SECONDS) -> bool:
    """Delete an entry of this library from the keyring, and return whether there was one.

    Raises:
        TokenStoreError: There is no keyring, or it does not respond within `timeout` seconds.
        ImportError: The extra `keyring` is not installed.
    """
    return _call_entry("changed", lambda: _get(name) is not None and _delete(name), timeout)


def _call_entry(verb: str, function: Callable[[], T], timeout: float) -> T:
    _require_keyring("the keyring")
    try:
        return _call(verb, function, timeout)
    except TimeoutError:
        raise TokenStoreError(_describe_timeout(timeout)) from None


def _describe_timeout(timeout: float) -> str:
    return f"the keyring did not respond within {timeout:g} s; {_ALTERNATIVE}"


def _require_keyring(what: str) -> None:
    if find_spec("keyring") is None:
        raise ImportError(f"{what} needs an extra: pip install 'anaplan-client[keyring]'")


def _get(name: str) -> str | None:
    import keyring

    _check_backend(keyring.get_keyring())
    return keyring.get_password(SERVICE, name)


def _set(name: str, value: str) -> None:
    import keyring

    _check_backend(keyring.get_keyring())
    keyring.set_password(SERVICE, name, value)


def _delete(name: str) -> bool:
    import keyring

    keyring.delete_password(SERVICE, name)
    return True


def _call(verb: str, function: Callable[[], T], timeout: float) -> T:
    """Call the keyring in a thread of its own, which is left behind if the keyring does not respond."""
    results: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def run() -> None:
        try:
            results.put((function(), None))
        except Exception as error:
            results.put((None, error))

    threading.Thread(target=run, name="anaplan-keyring", daemon=True).start()
    try:
        result, error = results.get(timeout=timeout)
    except Empty:
        raise TimeoutError from None
    if isinstance(error, TokenStoreError):
        raise error
    if error is not None:
        # Only the class: the text of an error may quote what was to be written.
        raise TokenStoreError(f"the keyring cannot be {verb} ({type(error).__name__}); {_ALTERNATIVE}")
    return cast("T", result)


def _check_backend(backend: object) -> None:
    """Raise for the backends that stand for no keyring."""
    module = type(backend).__module__
    if module.startswith(("keyring.backends.fail", "keyring.backends.null")):
        raise TokenStoreError("this system has no keyring; use a FileTokenStore")
