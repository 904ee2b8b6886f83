"""When an answer is given up although it goes on coming: a timeout for each wait does not end one that only drips."""

import time


def now() -> float:
    """Seconds by a clock that never goes back; a test puts its own in the place of this function."""
    return time.monotonic()


class Deadline:
    """The end of the time, in seconds from now on, that an answer has to come; without seconds it has for ever."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = float("inf") if seconds is None else seconds
        self._end = now() + self._seconds

    def check(self) -> None:
        """Raises `TimeoutError` when the time is over."""
        if now() > self._end:
            raise TimeoutError(f"the answer was still coming {self._seconds:g} s after it began")
