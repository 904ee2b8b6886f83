"""Objects of a kind that the specifications do not know."""

from typing import Self

from attrs import frozen

from . import decode
from .model import JsonModel


@frozen(kw_only=True, eq=False, repr=False)
class UnknownVariant(JsonModel):
    """An object of a kind that Anaplan added later. It is sent back as it was received.

    All its fields are in `additional_properties`.
    """

    kind: object = None
    """The field that tells the kind, or None if there is none."""

    @classmethod
    def read(cls, kind: object, value: object) -> Self:
        """Decode a JSON object of an unknown kind."""
        return cls(kind=kind, additional_properties=decode.fields(value))

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Decode a JSON object without a kind."""
        return cls.read(None, value)

    def _documented(self) -> tuple[object, ...]:
        return (self.kind, self.additional_properties)
