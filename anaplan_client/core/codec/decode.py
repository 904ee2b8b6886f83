"""Decode JSON tolerantly into the documented types.

Anaplan adds fields at any time, and sends some ids as numbers and some counts as strings. Every function takes a JSON
value and returns the documented type. It raises `TypeError` or `ValueError` if the value cannot be converted.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from datetime import date as calendar_date
from typing import TypeVar, cast

from . import undocumented
from .model import JsonModel

T = TypeVar("T")
M = TypeVar("M", bound=JsonModel)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FAST_DECODE_MIN_BYTES = 100_000
"""Body size above which `fast_decode` pays."""


def model(cls: type[M]) -> Callable[[bytes], M]:
    """Return the decoder of a body. Long bodies are decoded by `fast_decode`."""

    def decode(content: bytes) -> M:
        if len(content) <= FAST_DECODE_MIN_BYTES:
            return cls.from_dict(parse_json(content))
        from . import fast_decode  # late, because msgspec is rarely needed

        response = fast_decode.read(cls, content)
        return cls.from_dict(parse_json(content)) if response is None else response

    return decode


def models(cls: type[M]) -> Callable[[bytes], list[M]]:
    """Return the decoder of a body that is an array of objects. Long bodies are decoded by `fast_decode`."""

    def decode(content: bytes) -> list[M]:
        if len(content) > FAST_DECODE_MIN_BYTES:
            from . import fast_decode  # late, because msgspec is rarely needed

            if (entries := fast_decode.read_array(cls, content)) is not None:
                return entries
        return list_of(cls.from_dict, parse_json(content))

    return decode


def body(decoder: Callable[[object], T]) -> Callable[[bytes], T]:
    """Return the decoder of a body in JSON of any other shape."""

    def decode(content: bytes) -> T:
        return decoder(parse_json(content))

    return decode


def parse_json(content: bytes) -> object:
    """Parse JSON. Raise `ValueError` also for JSON that is nested too deeply."""
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def binary(content: bytes) -> bytes:
    """Return a binary body unchanged."""
    return content


def none(content: bytes) -> None:
    """Ignore the body of a response that is documented without content."""


def anything(value: object) -> object:
    """Return a value that may be any JSON."""
    return value


def fields(value: object) -> dict[str, object]:
    """Decode an object. The result must not be changed."""
    if not isinstance(value, dict):
        raise _unexpected("an object", value)
    return cast("dict[str, object]", value)


def unknown_fields(fields: dict[str, object], known: Mapping[str, str]) -> dict[str, object]:
    """Return the undocumented fields."""
    if fields.keys() <= known.keys():
        return {}
    unknown = {key: value for key, value in fields.items() if key not in known}
    undocumented.note(id(known), *unknown)
    return unknown


def known_names(fields: dict[str, object], known: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the documented fields, in their received spelling."""
    return frozenset(fields.keys() & known.keys())


class _Received(dict[str, object]):
    """Undocumented fields of a response that is being decoded."""


def received_fields(fields: dict[str, object], known: Mapping[str, str]) -> dict[str, object]:
    """Return the undocumented fields for a model that is also sent, so that it does not check what it decodes."""
    return _Received(unknown_fields(fields, known))


def is_received(model: JsonModel) -> bool:
    """Return whether a new model is decoded. A copy of it with other values is not."""
    fields = model.additional_properties
    if type(fields) is not _Received:
        return False
    object.__setattr__(model, "additional_properties", dict(fields))
    return True


def optional(decoder: Callable[[object], T], value: object) -> T | None:
    """Decode a field that is not text and may be absent. Absent, null and the empty string all occur, and are None."""
    return None if value is None or value == "" else decoder(value)


# Fast paths of the most frequent types: a list of 50,000 entries has half a million fields.


def optional_string(value: object) -> str | None:
    """Decode a string that may be absent or null. An empty string is kept."""
    return value if type(value) is str or value is None else string(value)


def optional_integer(value: object) -> int | None:
    """Decode an integer as `optional` does."""
    return value if type(value) is int or value is None else optional(integer, value)


def optional_number(value: object) -> float | None:
    """Decode a number as `optional` does."""
    return value if type(value) is float or value is None else optional(number, value)


def optional_boolean(value: object) -> bool | None:
    """Decode a boolean as `optional` does."""
    return value if type(value) is bool or value is None else optional(boolean, value)


def optional_primitive(value: object) -> str | float | bool | None:
    """Decode a string, a number or a boolean that may be absent or null. An empty string is kept."""
    return None if value is None else primitive(value)


def optional_list_of(decoder: Callable[[object], T], value: object) -> list[T] | None:
    """Decode an array as `optional` does."""
    return None if value is None or value == "" else list_of(decoder, value)


def optional_map_of(decoder: Callable[[object], T], value: object) -> dict[str, T] | None:
    """Decode an object whose keys are data as `optional` does."""
    return None if value is None or value == "" else map_of(decoder, value)


def list_of(decoder: Callable[[object], T], value: object) -> list[T]:
    """Decode an array."""
    if not isinstance(value, list):
        raise _unexpected("an array", value)
    return [decoder(item) for item in cast("list[object]", value)]


def map_of(decoder: Callable[[object], T], value: object) -> dict[str, T]:
    """Decode an object whose keys are data."""
    return {key: decoder(item) for key, item in fields(value).items()}


def string(value: object) -> str:
    """Decode a string. A number becomes its decimal form, because some ids arrive as numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _unexpected("a string", value)


def integer(value: object) -> int:
    """Decode an integer, also from a string of digits or a float without a fraction."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise _unexpected("an integer", value)


def number(value: object) -> float:
    """Decode a number, also from its decimal form in a string."""
    if type(value) is int or (isinstance(value, int | float | str) and not isinstance(value, bool)):
        try:
            return float(value)
        except OverflowError as error:
            raise ValueError("number outside the range of float") from error
    raise _unexpected("a number", value)


def boolean(value: object) -> bool:
    """Decode a boolean, also from the strings `true` and `false`, ignoring case."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _unexpected("a boolean", value)


def timestamp(value: object) -> datetime:
    """Decode a timestamp in ISO form, rounded to microseconds. Without an offset it is in UTC."""
    if not isinstance(value, str):
        raise _unexpected("a date and time", value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = _rare_spelling(value)
    # `fast_decode` rounds `2026-01-02T03:04:05.1234567Z`, but `datetime` truncates it.
    if len(value) > 26 and value[19] == "." and value[20:27].isdigit() and value[26] >= "5":
        moment = _round_up(moment)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _round_up(moment: datetime) -> datetime:
    try:
        return moment + _MICROSECOND
    except OverflowError as error:
        raise ValueError(f"not a timestamp: {moment} rounded up") from error


def _rare_spelling(value: str) -> datetime:
    from dateutil import parser  # late, because it is rarely needed

    if re.match(r"\d{1,2}\D\d{1,2}\D", value):
        raise ValueError(f"ambiguous day and month: {value}")
    try:
        if "T" in value:
            return parser.isoparse(value)
        defaults = (datetime(2000, 1, 1), datetime(2001, 2, 2))
        # A missing part is filled from the default. A complete timestamp is the same with any default.
        moments = [parser.parse(value, default=default, tzinfos=_offset) for default in defaults]
    except OverflowError as error:
        raise ValueError(f"not a date and time: {value}") from error
    if moments[0] != moments[1]:
        raise ValueError(f"incomplete date and time: {value}")
    return moments[0]


def _offset(name: str | None, seconds: int | None) -> timezone:
    if seconds is None:
        raise ValueError(f"unknown time zone: {name}")
    return timezone(timedelta(seconds=seconds))


def epoch_milliseconds(value: object) -> datetime:
    """Decode milliseconds since 1970 as a timestamp in UTC, or any other timestamp as `timestamp` does."""
    try:
        milliseconds = integer(value)
    except ValueError:
        return timestamp(value)
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise ValueError(f"not a timestamp: {value}") from error


def date(value: object) -> calendar_date:
    """Decode a date in the form `YYYY-MM-DD`."""
    return calendar_date.fromisoformat(string(value))


def primitive(value: object) -> str | float | bool:
    """Return a string, a number or a boolean unchanged."""
    if isinstance(value, str | int | float):
        return value
    raise _unexpected("a string, a number or a boolean", value)


def first_present(fields: dict[str, object], *names: str) -> object:
    """Return the first field that is present, of several spellings of its name."""
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _unexpected(expected: str, value: object) -> TypeError:
    return TypeError(f"expected {expected}, got {type(value).__name__}")
