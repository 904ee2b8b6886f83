"""The limits that the specifications set for what is sent, checked before anything is.

Each function raises `TypeError` or `ValueError` with the name of the argument. None passes: it stands for an optional
argument that is left out.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import cast

# Line ends and other control characters, and halves of a surrogate pair.
_UNUSABLE_IN_ID = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def check_string(name: str, value: object, *, minimum: int = 0, maximum: int | None = None) -> None:
    """Checks that a value is a string of `minimum` to `maximum` characters."""
    if value is None:
        return
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a string, got {type(value).__name__}")
    if len(value) < minimum:
        raise ValueError(f"{name}: {len(value)} characters, at least {minimum} are needed")
    if maximum is not None and len(value) > maximum:
        raise ValueError(f"{name}: {len(value)} characters, at most {maximum} are allowed")
    if not value.isascii():
        _check_encodable(name, value)


def _check_encodable(name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        place = error.start
    else:
        return
    # Raised outside of the handler: the error about a text holds the text.
    raise ValueError(f"{name} must be text that UTF-8 can encode (got a lone surrogate at character {place})")


def check_number(name: str, value: object, *, minimum: float | None = None, maximum: float | None = None) -> None:
    """Checks that a value is a number from `minimum` to `maximum`."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name}: expected a number, got {type(value).__name__}")
    if not isfinite(value):
        raise ValueError(f"{name}: {value} is no number to send")
    if minimum is not None and value < minimum:
        raise ValueError(f"{name}: {value} is below {minimum:g}")
    if maximum is not None and value > maximum:
        raise ValueError(f"{name}: {value} is above {maximum:g}")


def check_date(name: str, value: object) -> None:
    """Checks that a value is a day; a `datetime` is none, although its class derives from `date`."""
    if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
        hint = "; use its date()" if isinstance(value, datetime) else ""
        raise TypeError(f"{name} must be a date (got {type(value).__name__}){hint}")


def check_array(name: str, value: object, *, minimum: int = 0, maximum: int | None = None) -> None:
    """Checks that a value is a list or the like, of `minimum` to `maximum` entries."""
    if value is None:
        return
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise TypeError(f"{name}: expected a list, got {type(value).__name__}")
    count = len(cast("Sequence[object]", value))
    if count < minimum:
        raise ValueError(f"{name}: {count} entries, at least {minimum} are needed")
    if maximum is not None and count > maximum:
        raise ValueError(f"{name}: {count} entries, at most {maximum} are allowed")


def check_primitive(name: str, value: object) -> None:
    """Checks that a value is a string, a finite number or a boolean."""
    if value is None or isinstance(value, str | bool):
        return
    if not isinstance(value, int | float):
        raise TypeError(f"{name}: expected a string, a number or a boolean, got {type(value).__name__}")
    check_number(name, value)


def check_object(name: str, value: object) -> None:
    """Checks that a value is a dictionary or the like."""
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(f"{name}: expected a dictionary, got {type(value).__name__}")


def check_enum(name: str, value: object, enumeration: type[StrEnum]) -> None:
    """Checks that a value is one that Anaplan documents."""
    if value is not None and value not in enumeration.__members__.values():
        known = ", ".join(enumeration)
        raise ValueError(f"{name}: {value!r} is none of {known}")


def check_json(name: str, value: object) -> None:
    """Checks what is in a JSON body, at any depth, and names the place of what cannot be sent."""
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


def check_id(name: str, value: object) -> str:
    """Checks that a value can be an id, and returns it as text. None does not pass.

    An id is opaque, but neither empty, nor `.` or `..`, which an HTTP library would fold into another path; and it has
    no blanks around it and no control characters, such as the line end of a file that it was read from.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"{name} must be a string or an integer (got {type(value).__name__})")
    found = str(value)
    if not found.strip() or found in (".", ".."):
        raise ValueError(f"{name} must be an id (got {found!r})")
    if found != found.strip() or _UNUSABLE_IN_ID.search(found):
        raise ValueError(f"{name} must be an id without blanks around it or control characters (got {found!r})")
    return found
