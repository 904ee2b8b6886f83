"""Formats of line items and list properties: parse and format their values."""

from __future__ import annotations

from datetime import date
from math import inf, isfinite
from typing import Any

Value = str | float | bool
Json = dict[str, Any]

_EMPTY: dict[str, str] = {"NUMBER": "0", "BOOLEAN": "false"}
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def parse_value(data_type: str, value: object) -> Value:
    """Parse the value of a cell. ValueError if the format does not admit it."""
    if data_type == "NUMBER":
        return _parse_number(value)
    if data_type == "BOOLEAN":
        if isinstance(value, bool):
            return value
        if str(value).lower() not in _TRUTH:
            raise ValueError("not a Boolean")
        return _TRUTH[str(value).lower()]
    if not isinstance(value, str):
        raise ValueError("not a text")
    if data_type == "DATE" and value:
        date.fromisoformat(value)
    return value


def _parse_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or (isinstance(value, str) and "_" in value):
        raise ValueError("not a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = inf
    if not isfinite(number):
        raise ValueError("not a number")
    return number


def format_value(value: Value) -> str:
    """Format a value as grids and files do."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def format_empty(data_type: str) -> str:
    """Format an empty cell."""
    return _EMPTY.get(data_type, "")
