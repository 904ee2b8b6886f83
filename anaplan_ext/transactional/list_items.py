"""Validate and encode list item writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, cast

from anaplan_client.core.codec import validation
from anaplan_client.core.request import encode_json
from anaplan_client.integration import models

from .payload import check_field_text, read_fields

ItemInput: TypeAlias = "models.ListItemInput | Mapping[str, object]"
"""An item: a model, or a dictionary with the same fields. None means that a field is left out."""
Write: TypeAlias = Literal["insert", "update", "delete"]

MAX_ITEMS_PER_CALL = 100_000
"""Anaplan's limit on the items of one call."""
_IDENTIFIERS = ("id", "code", "name")
_TEXTS = (*_IDENTIFIERS, "parent")
_MAPPINGS: Mapping[str, type] = {"properties": str, "subsets": bool}
_FIELDS = (*_TEXTS, *_MAPPINGS)


def check_items_per_call(items_per_call: int) -> None:
    """Raise `ValueError` for a number of items that Anaplan does not take in one call."""
    if not 1 <= items_per_call <= MAX_ITEMS_PER_CALL:
        raise ValueError(f"items_per_call must be between 1 and {MAX_ITEMS_PER_CALL} (got {items_per_call})")


def encode_items(write: Write, items: Sequence[ItemInput], first: int) -> bytes:
    """Encode the body of a call with these items, the first of which has the index `first`.

    Raise `ValueError` with the index of an item that cannot be sent.
    """
    return encode_json({"items": [_item_fields(write, item, first + place) for place, item in enumerate(items)]})


def check_items(write: Write, items: Sequence[ItemInput]) -> None:
    """Raise `ValueError` with the index of the first item that cannot be sent."""
    for index, item in enumerate(items):
        _item_fields(write, item, index)


def item_fields(item: ItemInput, index: int) -> dict[str, object]:
    """Return the fields of an item that need not be complete. Raise `ValueError` with the index for others."""
    try:
        return _checked_fields(item)
    except ValueError as error:
        raise ValueError(f"items[{index}]: {error}") from None


def _checked_fields(item: ItemInput) -> dict[str, object]:
    fields = read_fields("item", item, models.ListItemInput, _FIELDS)
    for name, value in fields.items():
        if name in _MAPPINGS:
            _check_mapping(name, value, _MAPPINGS[name])
        else:
            check_field_text(fields, name, allow_empty=name == "parent")
            validation.check_string(name, fields[name])
    return fields


def _item_fields(write: Write, item: ItemInput, index: int) -> dict[str, object]:
    try:
        fields = _checked_fields(item)
        _check_identified(write, fields)
    except ValueError as error:
        raise ValueError(f"items[{index}]: {error}") from None
    return fields


def _check_mapping(name: str, value: object, kind: type) -> None:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} must be a dictionary (got {type(value).__name__})")
    for key, entry in cast("Mapping[object, object]", value).items():
        if not isinstance(key, str) or not isinstance(entry, kind):
            values = "text" if kind is str else "True or False"
            raise ValueError(f"{name} must map names to {values} (got {key!r}: {type(entry).__name__})")
        validation.check_string(f"a name in {name}", key)
        if isinstance(entry, str):
            validation.check_string(f"{name}.{key}", entry)


def _check_identified(write: Write, fields: dict[str, object]) -> None:
    present = [name for name in _IDENTIFIERS if name in fields]
    if write == "insert":
        if "id" in fields:
            raise ValueError("id must be omitted for a new item")
        if not present:
            raise ValueError("item must have a name or, in a numbered list, a code")
    elif len(present) != 1:
        raise ValueError(f"item must have exactly one of id, code and name (got {' and '.join(present) or 'none'})")
