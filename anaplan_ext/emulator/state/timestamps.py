"""Timestamps as Anaplan writes them."""

from datetime import UTC, datetime


def format_timestamp(seconds: float, *, milliseconds: bool = False) -> str:
    """Format epoch seconds as a UTC timestamp with a `Z`."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return text.removesuffix("+00:00") + "Z"
