"""A deadline for the complete response. A timeout for each wait does not end a response that trickles in."""

import time


def now() -> float:
    """Return the seconds of a monotonic clock."""
    return time.monotonic()


class Deadline:
    """The time when a response must be complete: `seconds` from now, or never for None."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = float("inf") if seconds is None else seconds
        self._end = now() + self._seconds

    def check(self) -> None:
        """Raise `TimeoutError` after the deadline."""
        if now() > self._end:
            raise TimeoutError(f"the response was still arriving {self._seconds:g} s after its start")
