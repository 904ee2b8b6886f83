"""Stop work in other threads, also while it waits."""

import threading
import weakref
from contextlib import suppress
from contextvars import ContextVar

SLICE_SECONDS = 0.25
"""The longest wait that a stop cannot end."""


class StoppedError(RuntimeError):
    """Work that nobody waits for any more."""


class Stop:
    """A request to stop, which wakes whoever waits for it. Only uses what an interrupt cannot leave half done.

    It counts as made when the owner, if there is one, does not exist any more: an interrupt may keep it from making it.
    """

    def __init__(self, owner: object = None) -> None:
        self._is_requested = False
        self._owner = None if owner is None else weakref.ref(owner)
        self._lock = threading.Lock()
        self._lock.acquire()

    @property
    def is_requested(self) -> bool:
        """Whether it was made."""
        return self._is_requested or (self._owner is not None and self._owner() is None)

    def request(self) -> None:
        """Make the request, once or several times, from any thread."""
        self._is_requested = True
        with suppress(RuntimeError):  # it was made before
            self._lock.release()

    def wait(self, seconds: float) -> bool:
        """Wait for the request, and say whether it was made."""
        # An interrupt between the two calls may keep the lock, so that it is no proof that nothing was requested.
        if not self.is_requested and self._lock.acquire(timeout=min(max(0.0, seconds), threading.TIMEOUT_MAX)):
            self.request()
        return self.is_requested


current_stop: ContextVar[Stop | None] = ContextVar("current_stop", default=None)
"""Within work that may be stopped: its `Stop`."""


def check_stopped() -> None:
    """Raise `StoppedError` in work that was stopped."""
    stop = current_stop.get()
    if stop is not None and stop.is_requested:
        raise StoppedError("cancelled: nobody waits for this any more")
