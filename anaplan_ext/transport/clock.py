"""The clock that repetitions, limits and tokens go by; a test puts its own in the place of `now`."""

import time


def now() -> float:
    """Seconds by a clock that never goes back."""
    return time.monotonic()
