"""The limits that the specifications set for what is sent, checked before anything is.

Each function returns nothing and raises `TypeError` or `ValueError` with the name of the argument. None passes: it
stands for an optional argument that is left out.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import isfinite
from typing import cast


def text(name: str, value: object, *, minimum: int = 0, maximum: int | None = None) -> None:
    """Checks that a value is a string of `minimum` to `maximum` characters."""
    if value is None:
        return
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a string, got {type(value).__name__}")
    if len(value) < minimum:
        raise ValueError(f"{name}: {len(value)} characters, at least {minimum} are needed")
    if maximum is not None and len(value) > maximum:
        raise ValueError(f"{name}: {len(value)} characters, at most {maximum} are allowed")


def number(name: str, value: object, *, minimum: float | None = None, maximum: float | None = None) -> None:
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


def items(name: str, value: object, *, minimum: int = 0, maximum: int | None = None) -> None:
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


def primitive(name: str, value: object) -> None:
    """Checks that a value is a string, a finite number or a boolean."""
    if value is None or isinstance(value, str | bool):
        return
    if not isinstance(value, int | float):
        raise TypeError(f"{name}: expected a string, a number or a boolean, got {type(value).__name__}")
    number(name, value)


def mapping(name: str, value: object) -> None:
    """Checks that a value is a dictionary or the like."""
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(f"{name}: expected a dictionary, got {type(value).__name__}")


def member(name: str, value: object, enumeration: type[StrEnum]) -> None:
    """Checks that a value is one that Anaplan documents."""
    if value is not None and value not in enumeration.__members__.values():
        known = ", ".join(enumeration)
        raise ValueError(f"{name}: {value!r} is none of {known}")
