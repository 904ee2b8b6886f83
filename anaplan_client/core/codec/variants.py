"""Objects of a kind that the specifications do not know."""

from typing import ClassVar, Self

from attrs import field, frozen

from . import decode


@frozen(kw_only=True)
class UnknownVariant:
    """An object of a kind that Anaplan added later. It is sent back as it was received."""

    kind: object = None
    """The field that tells the kind, or None if there is none."""
    additional_properties: dict[str, object] = field(factory=decode.no_fields, repr=False)
    """All fields, as received."""

    __json_names__: ClassVar[dict[str, str]] = {}

    @classmethod
    def read(cls, kind: object, value: object) -> Self:
        """Decode a JSON object of an unknown kind."""
        return cls(kind=kind, additional_properties=decode.fields(value))

    def to_dict(self) -> dict[str, object]:
        """Encode as a JSON object."""
        return dict(self.additional_properties)
