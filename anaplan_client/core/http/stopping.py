"""Stop work in other threads, also while it waits."""

import threading
from contextlib import suppress
from contextvars import ContextVar


class StoppedError(RuntimeError):
    """Work that nobody waits for any more."""


class Stop:
    """A request to stop, which wakes whoever waits for it. Only uses what an interrupt cannot leave half done."""

    def __init__(self) -> None:
        self.is_requested: bool = False
        self._lock = threading.Lock()
        self._lock.acquire()

    def request(self) -> None:
        """Make the request, once or several times, from any thread."""
        self.is_requested = True
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
