"""Reading JSON tolerantly: what Anaplan may send for each documented type.

Anaplan adds fields at any time, sends ids as numbers here and there, and counts as strings. Every function takes one
JSON value and returns the documented type, or raises `TypeError` or `ValueError` where no reading makes sense.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from datetime import date as Date
from typing import TypeVar, cast

from .model import Model

T = TypeVar("T")
M = TypeVar("M", bound=Model)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FAST_DECODE_MIN_BYTES = 100_000
"""Bytes above which a body counts as long."""


def model(cls: type[M]) -> Callable[[bytes], M]:
    """Make a model a decoder of a body; the entries of a long one are read by `fast_decode`."""

    def decode(content: bytes) -> M:
        if len(content) <= FAST_DECODE_MIN_BYTES:
            return cls.from_dict(parse_json(content))
        # Imported late, since it is seldom needed.
        from . import fast_decode

        response = fast_decode.read(cls, content)
        return cls.from_dict(parse_json(content)) if response is None else response

    return decode


def parse_json(content: bytes) -> object:
    """Parses JSON; raises `ValueError` also for what is nested too deeply."""
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def binary(content: bytes) -> bytes:
    """Keeps a binary body as it is."""
    return content


def none(content: bytes) -> None:
    """Passes over the body of an answer that is documented to have none."""


def fields(value: object) -> dict[str, object]:
    """Reads an object by its fields; it is not to be changed."""
    if not isinstance(value, dict):
        raise _unexpected("an object", value)
    return cast("dict[str, object]", value)


no_fields: Callable[[], dict[str, object]] = dict
"""Makes an object of no fields; msgspec knows the class, and would call any other function for each entry."""


def unknown_fields(fields: dict[str, object], known: Mapping[str, str]) -> dict[str, object]:
    """Keeps the fields that are not known."""
    return {} if fields.keys() <= known.keys() else {key: value for key, value in fields.items() if key not in known}


def optional(decoder: Callable[[object], T], value: object) -> T | None:
    """Reads an absent or null field as None, and an empty string too, since no text is expected: all three occur."""
    return None if value is None or value == "" else decoder(value)


# What almost every field is, without a call for each: a list of 50,000 entries has half a million fields.


def optional_string(value: object) -> str | None:
    """Reads a string that may be absent or null; an empty one is kept."""
    return value if type(value) is str or value is None else string(value)


def optional_integer(value: object) -> int | None:
    """Reads an integer like any `optional`."""
    return value if type(value) is int or value is None else optional(integer, value)


def optional_number(value: object) -> float | None:
    """Reads a number like any `optional`."""
    return value if type(value) is float or value is None else optional(number, value)


def optional_boolean(value: object) -> bool | None:
    """Reads a boolean like any `optional`."""
    return value if type(value) is bool or value is None else optional(boolean, value)


def optional_list_of(decoder: Callable[[object], T], value: object) -> list[T] | None:
    """Reads an array like any `optional`."""
    return None if value is None or value == "" else list_of(decoder, value)


def optional_map_of(decoder: Callable[[object], T], value: object) -> dict[str, T] | None:
    """Reads an object whose keys are data like any `optional`."""
    return None if value is None or value == "" else map_of(decoder, value)


def list_of(decoder: Callable[[object], T], value: object) -> list[T]:
    """Reads an array."""
    if not isinstance(value, list):
        raise _unexpected("an array", value)
    return [decoder(item) for item in cast("list[object]", value)]


def map_of(decoder: Callable[[object], T], value: object) -> dict[str, T]:
    """Reads an object whose keys are data."""
    return {key: decoder(item) for key, item in fields(value).items()}


def string(value: object) -> str:
    """Reads a string; a number is taken in its decimal form, since ids arrive as numbers in places."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _unexpected("a string", value)


def integer(value: object) -> int:
    """Reads an integer, also from a string of digits or a float without a fraction."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise _unexpected("an integer", value)


def number(value: object) -> float:
    """Reads a number, also from its decimal form in a string."""
    if type(value) is int or (isinstance(value, int | float | str) and not isinstance(value, bool)):
        try:
            return float(value)
        except OverflowError as error:
            raise ValueError("a number beyond all floats") from error
    raise _unexpected("a number", value)


def boolean(value: object) -> bool:
    """Reads a boolean, also from the strings `true` and `false` in any case."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _unexpected("a boolean", value)


def timestamp(value: object) -> datetime:
    """Read a date and time in ISO form, rounded to microseconds; without an offset it is in UTC."""
    if not isinstance(value, str):
        raise _unexpected("a date and time", value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = _rare_spelling(value)
    # `2026-01-02T03:04:05.1234567Z` is rounded by `fast_decode`, and cut by what reads it here.
    if len(value) > 26 and value[19] == "." and value[20:27].isdigit() and value[26] >= "5":
        moment = _round_up(moment)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _round_up(moment: datetime) -> datetime:
    try:
        return moment + _MICROSECOND
    except OverflowError as error:
        raise ValueError(f"not a moment: {moment} and more") from error


def _rare_spelling(value: str) -> datetime:
    # Imported late, since it is seldom needed.
    from dateutil import parser

    # What a text leaves out is filled from the default; a whole moment reads the same with any.
    if re.match(r"\d{1,2}\D\d{1,2}\D", value):
        raise ValueError(f"day and month may be either way: {value}")
    try:
        if "T" in value:
            return parser.isoparse(value)
        defaults = (datetime(2000, 1, 1), datetime(2001, 2, 2))
        found = [parser.parse(value, default=default, tzinfos=_offset) for default in defaults]
    except OverflowError as error:
        raise ValueError(f"not a date and time: {value}") from error
    if found[0] != found[1]:
        raise ValueError(f"not a whole date and time: {value}")
    return found[0]


def _offset(name: str | None, seconds: int | None) -> timezone:
    if seconds is None:
        raise ValueError(f"the zone {name} is not known")
    return timezone(timedelta(seconds=seconds))


def epoch_milliseconds(value: object) -> datetime:
    """Reads milliseconds since 1970 as a moment in UTC, or a date and time as any `timestamp`."""
    try:
        milliseconds = integer(value)
    except ValueError:
        return timestamp(value)
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise ValueError(f"not a moment: {value}") from error


def date(value: object) -> Date:
    """Reads a day, `YYYY-MM-DD`."""
    return Date.fromisoformat(string(value))


def primitive(value: object) -> str | float | bool:
    """Reads a string, a number or a boolean, as it comes."""
    if isinstance(value, str | int | float):
        return value
    raise _unexpected("a string, a number or a boolean", value)


def first_present(fields: dict[str, object], *names: str) -> object:
    """Finds a field that arrives under one name or another."""
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _unexpected(expected: str, value: object) -> TypeError:
    return TypeError(f"expected {expected}, got {type(value).__name__}")
