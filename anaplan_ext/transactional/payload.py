"""Read the entries of a write: models, or dictionaries with Anaplan's names of the fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast


class Encodable(Protocol):
    """A model that has a JSON form."""

    def to_dict(self) -> dict[str, object]:
        """Encode as a JSON object, without what is None."""
        ...


def read_fields(kind: str, entry: object, model: type[Encodable], names: tuple[str, ...]) -> dict[str, object]:
    """Return the fields of an entry, without those that are None.

    Raise `ValueError` for an entry of another type, and for a field that is not among `names`.
    """
    if isinstance(entry, model):
        return entry.to_dict()
    if not isinstance(entry, Mapping):
        raise ValueError(f"{kind} must be a {model.__name__} or a dictionary (got {type(entry).__name__})")
    fields = {name: value for name, value in cast("Mapping[str, object]", entry).items() if value is not None}
    for name in fields:
        if name not in names:
            raise ValueError(f"fields of the {kind} must be among {', '.join(names)} (got {name!r})")
    return fields


def check_field_text(fields: dict[str, object], name: str, *, allow_empty: bool = False) -> None:
    """Raise `ValueError` if a field is not text. An id may be an integer, which becomes text."""
    value = fields[name]
    if name.lower().endswith("id") and isinstance(value, int) and not isinstance(value, bool):
        fields[name] = str(value)
    elif not isinstance(value, str):
        raise ValueError(f"{name} must be text (got {type(value).__name__})")
    elif not (value or allow_empty):
        raise ValueError(f"{name} must not be empty")
