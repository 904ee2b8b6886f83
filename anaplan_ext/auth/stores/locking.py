"""The lock of a token store: one client at a time refreshes its tokens, among all threads, tasks and processes."""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .errors import TokenStoreError
from .memory import MemoryTokenStore
from .token import TokenStore

if TYPE_CHECKING:
    import threading

LOCK_TIMEOUT_SECONDS = 60.0
"""Maximum seconds to wait for the lock. A refresh takes much less, also with retries."""
LOCK_POLL_SECONDS = 0.02
"""Interval between two attempts to acquire the lock."""


class StoreLock(Protocol):
    """The lock of a token store, for one use."""

    def try_acquire(self) -> bool:
        """Return whether the lock is acquired now; never wait."""
        ...

    def release(self) -> None:
        """Release the lock, from any thread."""
        ...


def make_lock(store: TokenStore, client_id: str) -> StoreLock:
    """Return a lock that all clients of a store share.

    It is next to the file of a `FileTokenStore`, and in `lock_path` of any other store that has it. Otherwise it is in
    the user's folder for states, for all stores of an OAuth client.
    """
    if isinstance(store, MemoryTokenStore):
        return _ThreadLock(store.lock)
    path: object = getattr(store, "lock_path", None)
    return _FileLock(Path(path) if isinstance(path, str | Path) else _default_path(client_id))


def require_filelock(store: TokenStore) -> None:
    """Raise `ImportError` with the extra to install, if the lock of a store needs one."""
    if not isinstance(store, MemoryTokenStore) and find_spec("filelock") is None:
        raise ImportError("token stores outside of memory need an extra: pip install 'anaplan-client[oauth]'")


def state_folder() -> Path:
    """Return the user's folder for states."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "anaplan"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "anaplan"


def _default_path(client_id: str) -> Path:
    return state_folder() / f"oauth-{hashlib.sha256(client_id.encode()).hexdigest()[:16]}.lock"


class _ThreadLock:
    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def try_acquire(self) -> bool:
        return self._lock.acquire(blocking=False)

    def release(self) -> None:
        self._lock.release()


class _FileLock:
    """A lock of the operating system, which ends with the process that holds it."""

    def __init__(self, path: Path) -> None:
        from filelock import FileLock

        self._path = path
        # Acquired in one thread and released in another. Each use has its own, so that threads exclude one another.
        self._lock = FileLock(path, thread_local=False)

    def try_acquire(self) -> bool:
        from filelock import Timeout

        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        # filelock raises the second where the file system has no locks.
        except (OSError, NotImplementedError) as error:
            reason = error.strerror if isinstance(error, OSError) else "the file system has no locks"
            raise TokenStoreError(f"{self._path} cannot be locked: {reason}") from None
        return True

    def release(self) -> None:
        self._lock.release()
