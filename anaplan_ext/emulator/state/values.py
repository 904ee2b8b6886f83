"""What the formats of line items and list properties admit, and how a cell's value is shown."""

from __future__ import annotations

from datetime import date
from math import inf, isfinite

Value = str | float | bool

_EMPTY: dict[str, str] = {"NUMBER": "0", "BOOLEAN": "false"}
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def read(format: str, value: object) -> Value:
    """The value as a cell of that format holds it. ValueError if the format does not admit it."""
    if format == "NUMBER":
        return _number(value)
    if format == "BOOLEAN":
        if isinstance(value, bool):
            return value
        if str(value).lower() not in _TRUTH:
            raise ValueError("not a Boolean")
        return _TRUTH[str(value).lower()]
    if not isinstance(value, str):
        raise ValueError("not a text")
    if format == "DATE" and value:
        date.fromisoformat(value)
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or (isinstance(value, str) and "_" in value):
        raise ValueError("not a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = inf
    if not isfinite(number):
        raise ValueError("not a number")
    return number


def show(value: Value) -> str:
    """The value as text, as grids and files show it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def empty(format: str) -> str:
    """How an empty cell of that format is shown."""
    return _EMPTY.get(format, "")
