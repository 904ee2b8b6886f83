"""Enumerations that admit values Anaplan adds later."""

from enum import StrEnum
from typing import Self, cast

from . import decode, undocumented


class OpenStrEnum(StrEnum):
    """A string enumeration that keeps an unknown value instead of rejecting it.

    An unknown value becomes a member that equals its string, hashes like it, and survives pickling and copying; it is
    not listed in the enumeration. `value in Enumeration.__members__.values()` tells whether it is documented.
    """

    @classmethod
    def read(cls, value: object) -> Self:
        """Decode a JSON value. Raise `TypeError` if it is not text."""
        # For a documented value this is much faster than the call of the class.
        member = cls._value2member_map_.get(value) if type(value) is str else None
        return cast("Self", member) if member is not None else cls(decode.string(value))

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        undocumented.note(cls, value)
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member

    def __repr__(self) -> str:
        return repr(self.value)
