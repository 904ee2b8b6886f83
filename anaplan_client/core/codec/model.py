"""What all generated classes of responses have in common."""

from typing import ClassVar, Protocol, Self

from attrs import AttrsInstance


class Model(AttrsInstance, Protocol):
    """A generated class of responses."""

    __json_names__: ClassVar[dict[str, str]]

    @property
    def additional_properties(self) -> dict[str, object]:
        """The undocumented fields, as received."""
        ...

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read a JSON object."""
        ...
