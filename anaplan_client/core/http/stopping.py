"""Cancel work in other threads, also while it waits."""

import threading
import weakref
from contextlib import suppress
from contextvars import ContextVar

CLOSED_MESSAGE = "Cannot send a request, as the client has been closed."
"""As httpx says it."""
SLICE_SECONDS = 0.25
"""Maximum delay until a wait notices a cancellation."""


class StoppedError(RuntimeError):
    """This work was cancelled."""


class Stop:
    """A request to stop, which wakes the threads that wait for it. An interrupt cannot leave it inconsistent.

    It is also requested when its owner no longer exists, because an interrupt may prevent the owner's request.
    """

    def __init__(self, owner: object = None) -> None:
        self._is_requested = False
        self._owner = None if owner is None else weakref.ref(owner)
        self._lock = threading.Lock()
        self._lock.acquire()

    @property
    def is_requested(self) -> bool:
        """Whether a stop was requested."""
        return self._is_requested or (self._owner is not None and self._owner() is None)

    def request(self) -> None:
        """Request the stop. Can be called several times, from any thread."""
        self._is_requested = True
        with suppress(RuntimeError):  # it was requested before
            self._lock.release()

    def wait(self, seconds: float) -> bool:
        """Wait for the request, and return whether it was made."""
        # An interrupt between the two calls may keep the lock, so the flag decides.
        if not self.is_requested and self._lock.acquire(timeout=min(max(0.0, seconds), threading.TIMEOUT_MAX)):
            self.request()
        return self.is_requested


current_stop: ContextVar[Stop | None] = ContextVar("current_stop", default=None)
"""The `Stop` of the current work."""


def check_stopped() -> None:
    """Raise `StoppedError` if the current work was cancelled."""
    stop = current_stop.get()
    if stop is not None and stop.is_requested:
        raise StoppedError("cancelled: the result is no longer needed")
