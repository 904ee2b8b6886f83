"""Read moments as users write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ..transport import clock

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_moment(name: str, text: str) -> datetime:
    """Return the moment of a date, a time, or a duration before now such as `24h` or `7d`. Without a zone, in UTC.

    Raises:
        ValueError: The text is none of these.
    """
    try:
        if match := re.fullmatch(r"(\d{1,6})([mhd])", text):
            return clock.utc_now() - timedelta(**{_UNITS[match[2]]: int(match[1])})
        moment = datetime.fromisoformat(text)
    except (OverflowError, ValueError):
        raise ValueError(f"{name} must be a date, a time, or a duration such as 24h or 7d (got {text!r})") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
