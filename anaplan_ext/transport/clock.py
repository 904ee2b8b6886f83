"""The only clock of the client; a test replaces both functions."""

import time
from datetime import UTC, datetime


def now() -> float:
    """Return seconds on a clock that never goes back."""
    return time.monotonic()


def utc_now() -> datetime:
    """Return the date and time, which may be set at any moment."""
    return datetime.now(UTC)
