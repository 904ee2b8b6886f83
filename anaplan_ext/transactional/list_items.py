"""What may be told of the items of a list, and how it is sent. What is wrong is found before it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, cast

from anaplan_client.core.codec import validation
from anaplan_client.core.request import encode_json
from anaplan_client.integration import models

ItemInput: TypeAlias = "models.ListItemInput | Mapping[str, object]"
"""An item: typed, or as a dictionary with the same fields. What is None counts as left out."""
Write: TypeAlias = Literal["insert", "update", "delete"]

MAX_ITEMS_PER_CALL = 100_000
"""The most items that Anaplan takes in one call."""
_IDENTIFIERS = ("id", "code", "name")
_TEXTS = (*_IDENTIFIERS, "parent")
_MAPPINGS: Mapping[str, type] = {"properties": str, "subsets": bool}


def check_items_per_call(items_per_call: int) -> None:
    """Raises `ValueError` for a size of calls that Anaplan does not take."""
    if not 1 <= items_per_call <= MAX_ITEMS_PER_CALL:
        raise ValueError(f"items_per_call: {items_per_call} is not between 1 and {MAX_ITEMS_PER_CALL}")


def body(write: Write, items: Sequence[ItemInput], first: int) -> bytes:
    """The body of a call with these items, the first of which has the index `first`.

    Raises `ValueError` with the index of an item that cannot be sent.
    """
    return encode_json({"items": [_checked(write, item, first + place) for place, item in enumerate(items)]})


def check(write: Write, items: Sequence[ItemInput]) -> None:
    """Raises `ValueError` with the index of the first item that cannot be sent."""
    for index, item in enumerate(items):
        _checked(write, item, index)


def _checked(write: Write, item: ItemInput, index: int) -> dict[str, object]:
    """The JSON object of an item."""
    try:
        found = _plain(item)
        _check_identified(write, found)
    except ValueError as error:
        raise ValueError(f"item {index}: {error}") from None
    return found


def _plain(item: ItemInput) -> dict[str, object]:
    found = item.to_dict() if isinstance(item, models.ListItemInput) else _given(item)
    for name, value in found.items():
        if name in _TEXTS:
            if name == "id" and isinstance(value, int) and not isinstance(value, bool):
                found["id"] = str(value)
            elif not isinstance(value, str):
                raise ValueError(f"{name}: expected a string, got {type(value).__name__}")
            else:
                validation.check_string(name, value)
        elif name in _MAPPINGS:
            _check_mapping(name, value, _MAPPINGS[name])
        else:
            raise ValueError(f"{name!r} is none of {', '.join((*_TEXTS, *_MAPPINGS))}")
    return found


def _given(item: object) -> dict[str, object]:
    if not isinstance(item, Mapping):
        raise ValueError(f"expected a ListItemInput or a dictionary, got {type(item).__name__}")
    given = cast("Mapping[str, object]", item)
    return {name: value for name, value in given.items() if value is not None}


def _check_mapping(name: str, value: object, kind: type) -> None:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name}: expected a dictionary, got {type(value).__name__}")
    for key, entry in cast("Mapping[object, object]", value).items():
        if not isinstance(key, str) or not isinstance(entry, kind):
            raise ValueError(f"{name}: {key!r} is not a name with a {'string' if kind is str else 'boolean'}")
        validation.check_string(f"a name in {name}", key)
        if isinstance(entry, str):
            validation.check_string(f"{name}.{key}", entry)


def _check_identified(write: Write, item: dict[str, object]) -> None:
    given = [name for name in _IDENTIFIERS if name in item]
    if write == "insert":
        if "id" in item:
            raise ValueError("a new item cannot be given an id")
        if not given:
            raise ValueError("it needs a name, or in a numbered list a code")
    elif len(given) != 1:
        raise ValueError(f"it needs one of id, code and name to be found by, and has {' and '.join(given) or 'none'}")
    for name in given:
        if not item[name]:
            raise ValueError(f"{name}: it is empty")
