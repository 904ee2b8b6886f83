"""Check the values of requests against the limits of the specifications.

Each function raises `TypeError` or `ValueError` that names the argument. None passes, because it stands for an optional
argument that was omitted.
"""

import re
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from types import UnionType
from typing import TypeAlias, cast, get_args

Check: TypeAlias = Callable[[str, object], None]
"""A function that checks a value. The text is its name in errors."""

# Line ends, other control characters, and surrogates.
_NOT_IN_IDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_HEADER = re.compile(r"[!-~]+([ \t]+[!-~]+)*")


def check_string(name: str, value: object, *, minimum: int = 0, maximum: int | None = None) -> None:
    """Check that a value is a string of `minimum` to `maximum` characters."""
    if value is None:
        return
    if not isinstance(value, str):
        raise _wrong_type(name, "a string", value)
    _check_size(name, "characters", len(value), minimum, maximum)
    if not value.isascii():
        _check_encodable(name, value)


def check_integer(name: str, value: object, *, minimum: int | None = None, maximum: int | None = None) -> None:
    """Check that a value is an integer from `minimum` to `maximum`."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong_type(name, "an integer", value)
    check_number(name, value, minimum=minimum, maximum=maximum)


def check_boolean(name: str, value: object) -> None:
    """Check that a value is a boolean."""
    if value is not None and not isinstance(value, bool):
        raise _wrong_type(name, "a boolean", value)


def check_number(name: str, value: object, *, minimum: float | None = None, maximum: float | None = None) -> None:
    """Check that a value is a number from `minimum` to `maximum`."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong_type(name, "a number", value)
    if not isfinite(value):
        raise ValueError(f"{name} must be a finite number (got {value})")
    if minimum is not None and value < minimum:
        raise ValueError(f"{name} must be at least {minimum:g} (got {value})")
    if maximum is not None and value > maximum:
        raise ValueError(f"{name} must be at most {maximum:g} (got {value})")


def check_date(name: str, value: object) -> None:
    """Check that a value is a date. A `datetime` is rejected, although its class derives from `date`."""
    if isinstance(value, datetime):
        raise TypeError(f"{name} must be a date (got datetime); use its date()")
    if value is not None and not isinstance(value, date):
        raise _wrong_type(name, "a date", value)


def check_timestamp(name: str, value: object) -> None:
    """Check that a value is a `datetime` with a time zone."""
    if value is None:
        return
    if not isinstance(value, datetime):
        raise _wrong_type(name, "a datetime", value)
    if value.utcoffset() is None:
        raise ValueError(f"{name} must have a time zone (got {value.isoformat()}); use its astimezone()")


def check_milliseconds(name: str, value: object) -> None:
    """Check that a value is a `datetime` with a time zone, in whole milliseconds: JSON has their number."""
    check_timestamp(name, value)
    if isinstance(value, datetime) and value.microsecond % 1000:
        rounded = value.replace(microsecond=value.microsecond // 1000 * 1000)
        raise ValueError(
            f"{name} must be in whole milliseconds (got {value.isoformat()}); use {rounded.isoformat()} for example"
        )


def check_array(
    name: str,
    value: object,
    entry_check: Check | None = None,
    *,
    nullable: bool = False,
    minimum: int = 0,
    maximum: int | None = None,
) -> None:
    """Check that a value is a sequence of `minimum` to `maximum` entries, and each entry by `entry_check`."""
    if value is None:
        return
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise _wrong_type(name, "a list", value)
    entries = cast("Sequence[object]", value)
    _check_size(name, "elements", len(entries), minimum, maximum)
    if entry_check is not None:
        for index, entry in enumerate(entries):
            _check_entry(f"{name}[{index}]", entry, entry_check, nullable)


def check_map(name: str, value: object, entry_check: Check, *, nullable: bool = False) -> None:
    """Check that a value is a mapping with text as keys, and each entry by `entry_check`."""
    check_object(name, value)
    if value is not None:
        for key, entry in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                raise _wrong_type(f"a key of {name}", "a string", key)
            check_string(f"a key of {name}", key)
            _check_entry(f"{name}[{key!r}]", entry, entry_check, nullable)


def _check_entry(name: str, entry: object, check: Check, nullable: bool) -> None:
    if entry is not None:
        check(name, entry)
    elif not nullable:
        check_present(name, entry)


def check_present(name: str, value: object) -> None:
    """Check that a required value is not None."""
    if value is None:
        raise TypeError(f"{name} must have a value (got None)")


def check_model(name: str, value: object, kind: type | UnionType) -> None:
    """Check that a value is an object of a generated class, or of one of several."""
    if value is not None and not isinstance(value, kind):
        names = " or ".join(each.__name__ for each in (get_args(kind) or (cast("type", kind),)))
        raise _wrong_type(name, names, value)


def check_free_form(name: str, value: object) -> None:
    """Check that a value is an object that JSON can represent."""
    check_object(name, value)
    check_json(name, value)


def check_content(name: str, value: object) -> None:
    """Check that a value can be binary content: bytes, or an iterable of them."""
    if not _is_content(value):
        raise _wrong_type(name, "bytes or an iterable of bytes", value)


def _is_content(value: object) -> bool:
    if isinstance(value, str | bytearray | Mapping):
        return False
    return value is None or isinstance(value, bytes | memoryview | Iterable | AsyncIterable)


def check_primitive(name: str, value: object) -> None:
    """Check that a value is a string, a finite number or a boolean."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        check_string(name, value)
        return
    if not isinstance(value, int | float):
        raise _wrong_type(name, "a string, a number or a boolean", value)
    check_number(name, value)


def check_object(name: str, value: object) -> None:
    """Check that a value is a mapping."""
    if value is not None and not isinstance(value, Mapping):
        raise _wrong_type(name, "a dictionary", value)


def check_enum(name: str, value: object, enumeration: type[StrEnum]) -> None:
    """Check that a value is documented by Anaplan."""
    if value is not None and not isinstance(value, str):
        raise _wrong_type(name, enumeration.__name__, value)
    if value is not None and value not in enumeration.__members__.values():
        raise ValueError(f"{name} must be one of {', '.join(enumeration)} (got {value!r})")


def check_json(name: str, value: object) -> None:
    """Check the content of a JSON body at any depth. Errors name the path of the value."""
    if isinstance(value, Mapping):
        for key, entry in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                raise TypeError(f"{name or 'the body'} must have text as keys (got {type(key).__name__})")
            check_string(f"a key of {name or 'the body'}", key)
            check_json(f"{name}.{key}" if name else key, entry)
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(cast("Sequence[object]", value)):
            check_json(f"{name}[{index}]", entry)
    elif isinstance(value, str):
        check_string(name, value)
    else:
        check_primitive(name, value)


def check_header(name: str, value: str) -> None:
    """Check that a text can be the value of a header. The error does not show it, because it may be a secret."""
    if not _HEADER.fullmatch(value):
        raise ValueError(f"{name} must be printable ASCII text without surrounding blanks")


def check_constant(name: str, value: object, constant: str) -> None:
    """Check that a value is the only one that Anaplan documents."""
    if value is not None and not isinstance(value, str):
        raise _wrong_type(name, "a string", value)
    if value is not None and value != constant:
        raise ValueError(f"{name} must be {constant!r} (got {value!r})")


def check_id(name: str, value: object) -> str:
    """Check that a value can be an id, and return it as text. None is rejected.

    An id is opaque, but not empty, and not `.` or `..`, which an HTTP library resolves to another path. It has no
    surrounding blanks and no control characters, such as the line end of the file that it was read from.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _wrong_type(name, "a string or an integer", value)
    text = str(value)
    if not text.strip() or text in (".", ".."):
        raise ValueError(f"{name} must be an id (got {text!r})")
    if text != text.strip() or _NOT_IN_IDS.search(text):
        raise ValueError(f"{name} must be an id without surrounding blanks or control characters (got {text!r})")
    return text


def _check_size(name: str, unit: str, size: int, minimum: int, maximum: int | None) -> None:
    if size < minimum:
        raise ValueError(f"{name} must have at least {minimum} {unit[: -1 if minimum == 1 else None]} (got {size})")
    if maximum is not None and size > maximum:
        raise ValueError(f"{name} must have at most {maximum} {unit[: -1 if maximum == 1 else None]} (got {size})")


def _check_encodable(name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        position = error.start
    else:
        return
    # Raised outside of the handler, because the error about a text holds the text.
    raise ValueError(f"{name} must be text that UTF-8 can encode (got a lone surrogate at character {position})")


def _wrong_type(name: str, expected: str, value: object) -> TypeError:
    return TypeError(f"{name} must be {expected} (got {type(value).__name__})")
