"""What all generated classes have in common: their JSON form, equality, hash and text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import ClassVar, Self, cast

from attrs import field, frozen

from . import encode

_PLAIN = frozenset((str, int, float, bool))
"""Types of values that JSON has itself."""
no_fields: Callable[[], dict[str, object]] = cast("Callable[[], dict[str, object]]", dict)
"""Return an empty object. It is the class itself because msgspec would call any other function for each entry."""


@frozen(kw_only=True, eq=False, repr=False)
class JsonModel:
    """A generated class of objects in requests and responses.

    Two objects are equal if they have the same class and the same documented fields. `str` is one short line.
    """

    additional_properties: dict[str, object] = field(factory=no_fields, repr=False)
    """Undocumented fields, as received. `to_dict` writes them too."""

    __json_names__: ClassVar[dict[str, str]] = {}
    """The documented fields: the names in JSON, and those of the attributes."""
    __json_encoders__: ClassVar[dict[str, Callable[[object], object]]] = {}
    """How to write the values of attributes whose type does not tell it."""

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read a JSON object. Unknown fields are kept; absent optional fields are None.

        Raises:
            KeyError: A required field is missing.
            TypeError: The value is not an object, or a field has the wrong type.
            ValueError: A field has a value that cannot be read or sent.
        """
        raise TypeError(f"{cls.__name__} has no fields; call from_dict of a generated class")

    def to_dict(self) -> dict[str, object]:
        """Return the JSON object, with Anaplan's names and only values that `json.dumps` can write.

        Fields that are None are left out, because Anaplan rejects null. Timestamps are in ISO form or, where Anaplan
        documents it, milliseconds since 1970. `from_dict` reads an equal object from it, with the same moments.
        """
        return self._write(self.__json_names__)

    def _write(self, names: dict[str, str]) -> dict[str, object]:
        encoders = self.__json_encoders__
        body: dict[str, object] = {}
        for name, attribute in names.items():
            value: object = getattr(self, attribute)
            if value is None:
                continue
            plain = type(value) in _PLAIN and attribute not in encoders
            body[name] = value if plain else json_value(value, encoders.get(attribute))
        for name, value in self.additional_properties.items():
            body.setdefault(name, json_value(value))
        return body

    def _documented(self) -> tuple[object, ...]:
        return tuple(getattr(self, attribute) for attribute in self.__json_names__.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, JsonModel) or other.__class__ is not self.__class__:
            return NotImplemented
        return self._documented() == other._documented()

    def __hash__(self) -> int:
        return hash((self.__class__, *map(_freeze, self._documented())))

    # Rarely needed, so imported late.

    def __repr__(self) -> str:
        from . import display

        return display.represent(self)

    def __str__(self) -> str:
        from . import display

        return display.summarize(self)

    def _repr_html_(self) -> str:
        from . import display

        return display.write_html(self)


@frozen(kw_only=True, eq=False, repr=False)
class VariantModel(JsonModel):
    """A generated class whose fields have several spellings, or may be null.

    It remembers the names that its JSON had, so that `to_dict` writes what was read.
    """

    received_names: frozenset[str] = field(default=frozenset(), repr=False)
    """The documented fields that were received, in the spelling that was received."""

    def to_dict(self) -> dict[str, object]:
        """Return the JSON object as `JsonModel.to_dict` does, in the received spellings and with the received nulls."""
        received = {name: attribute for name, attribute in self.__json_names__.items() if name in self.received_names}
        # Of several spellings, the first is Anaplan's own.
        others = {attribute: name for name, attribute in reversed(self.__json_names__.items())}
        for attribute in received.values():
            others.pop(attribute, None)
        nulls = dict.fromkeys(name for name, attribute in received.items() if getattr(self, attribute) is None)
        return nulls | self._write(received | {name: attribute for attribute, name in others.items()})


def _freeze(value: object) -> object:
    """Return something hashable that is equal for equal values."""
    if isinstance(value, str | bytes):
        return value
    if isinstance(value, Mapping):
        return frozenset((key, _freeze(entry)) for key, entry in cast("Mapping[object, object]", value).items())
    return tuple(map(_freeze, cast("Sequence[object]", value))) if isinstance(value, Sequence) else value


def json_value(value: object, encoder: Callable[[object], object] | None = None) -> object:
    """Return the JSON form of a value and of what it contains, in new lists and dictionaries.

    `encoder` writes what is neither None, a sequence, a mapping nor a model.
    """
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: json_value(entry, encoder) for key, entry in cast("Mapping[str, object]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [json_value(entry, encoder) for entry in cast("Sequence[object]", value)]
    if isinstance(value, JsonModel):
        return value.to_dict()
    if encoder is not None:
        return encoder(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return encode.timestamp(value)
    return value.isoformat() if isinstance(value, date) else value
