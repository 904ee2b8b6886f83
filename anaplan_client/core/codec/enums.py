"""Enumerations that admit values Anaplan adds later."""

from enum import StrEnum
from typing import Self, cast

from . import decode


class OpenStrEnum(StrEnum):
    """A string enumeration that keeps an unknown value instead of refusing it.

    An unknown value becomes a member that equals its string, hashes like it, and survives pickling and copying; it is
    not listed in the enumeration. Use `value in Enumeration.__members__.values()` to ask whether it is documented.
    """

    @classmethod
    def read(cls, value: object) -> Self:
        """Reads a JSON value; raises `TypeError` for one that is not text."""
        # A documented value is found here at once, and by the call of a class after a long way.
        known = cls._value2member_map_.get(value) if type(value) is str else None
        return cast("Self", known) if known is not None else cls(decode.string(value))

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member
