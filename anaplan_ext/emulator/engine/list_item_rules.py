"""Rules for adding, updating and deleting list items, with the reasons of rejection."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ..state import values
from ..state.items import Item, Items
from ..state.model import Model
from ..state.structure import Part
from ..state.values import Json
from .rejection import RowRejectedError

MAX_NAME_CHARACTERS = 60
_NAMED = {"id": "ID", "code": "Code", "name": "Name"}


@lru_cache(maxsize=64)
def _formats(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = (text.rpartition(": ") for text in texts)
    return {name: data_type for name, _, data_type in pairs}


def property_formats(part: Part) -> dict[str, str]:
    """Return the formats of a list's properties by name."""
    return _formats(part.names.get("Properties", ()))


def parent_stores(model: Model, part: Part) -> Sequence[Items]:
    """List the stores of possible parents: those of the list above, and of the list itself."""
    above = [model.items_of(part.parent_list)] if part.parent_list else []
    return [*above, model.items_in(part)]


def add(model: Model, part: Part, fields: Json) -> Item:
    """Add an item; a numbered list takes no name."""
    items, name, code = model.items_in(part), fields.get("name"), fields.get("code")
    if "id" in fields:
        raise RowRejectedError("INCORRECT_FORMAT", "incorrect format -- an id cannot be given to a new item")
    if part.numbered:
        if name is not None:
            raise RowRejectedError("INCORRECT_FORMAT", "incorrect format -- a name cannot be given in a numbered list")
    elif not name:
        raise RowRejectedError("INCOMPLETE_DATA", "incomplete data -- the name is missing")
    if code == "":
        raise RowRejectedError("INCOMPLETE_DATA", "incomplete data -- the code is empty")
    if name is not None:
        _check_name(name)
    for key, value in (("name", name), ("code", code)):
        if value and items.find(key, value):
            raise RowRejectedError("DUPLICATE", f"{_NAMED[key]} '{value}' already exists")
    return items.add(name, code, **_parse_changes(model, part, fields, None))


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME_CHARACTERS:
        message = f"invalid name -- {len(name)} characters, at most {MAX_NAME_CHARACTERS} are allowed"
        raise RowRejectedError("INVALID_NAME", message)
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise RowRejectedError("INVALID_NAME", "invalid name -- control characters are not allowed")


def update(model: Model, part: Part, fields: Json) -> Item:
    """Change an item's parent, properties or subsets; omitted fields stay."""
    old = find_item(model, part, fields)
    new = old._replace(**_parse_changes(model, part, fields, old))
    model.items_in(part).put(new)
    return new


def delete(model: Model, part: Part, fields: Json) -> None:
    """Delete an item from its list."""
    model.items_in(part).remove(find_item(model, part, fields))


def find_item(model: Model, part: Part, fields: Json) -> Item:
    """Find the item by the one id, code or name in the fields."""
    keys = [key for key in _NAMED if key in fields]
    if len(keys) > 1:
        both = ":".join(fields[key] for key in keys)
        raise RowRejectedError("Ambiguous criteria", f"Specifying both {' and '.join(keys)} not supported ({both})")
    if not keys or not fields[keys[0]]:
        raise RowRejectedError("INCOMPLETE_DATA", "incomplete data -- an item needs its id, code or name")
    key, value = keys[0], fields[keys[0]]
    if key == "name" and part.numbered:
        raise RowRejectedError("INCORRECT_FORMAT", "incorrect format -- items of a numbered list are not found by name")
    item = model.items_in(part).find(key, value)
    if item is None:
        raise RowRejectedError("Not found", f"{_NAMED[key]} '{value}' not found")
    return item


def clear_deleted_parents(model: Model, part: Part) -> None:
    """Clear references to deleted items as parents of others."""
    for other in model.parts("lists"):
        if part.name in (other.name, other.parent_list):
            items = model.items_in(other)
            parent_ids = {parent_id for store in parent_stores(model, other) for parent_id in store.by_id}
            for item in [item for item in items.by_id.values() if item.parent_id and item.parent_id not in parent_ids]:
                items.put(item._replace(parent_id=None))


def _parse_changes(model: Model, part: Part, fields: Json, old: Item | None) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "parent" in fields:
        changes["parent_id"] = _find_parent_id(model, part, fields["parent"], old)
    if fields.get("properties"):
        changes["properties"] = {**(old.properties if old else {}), **_parse_properties(part, fields["properties"])}
    if fields.get("subsets"):
        memberships = _parse_subsets(part, fields["subsets"])
        kept = (old.subsets if old else frozenset[str]()) - memberships.keys()
        changes["subsets"] = kept | {name for name, belongs in memberships.items() if belongs}
    return changes


def _find_parent_id(model: Model, part: Part, text: str, old: Item | None) -> str | None:
    if not text:
        return None
    stores = parent_stores(model, part)
    parent = next((item for items in stores if (item := items.find_any(text))), None)
    if parent is None:
        raise RowRejectedError("INVALID_PARENT", f"Parent '{text}' not found")
    above: Item | None = parent
    while old and above:
        if above.id == old.id:
            raise RowRejectedError("INVALID_PARENT", f"Parent '{text}' is below the item")
        above = next((items.by_id[above.parent_id] for items in stores if above.parent_id in items.by_id), None)
    return parent.id


def _parse_properties(part: Part, properties: dict[str, object]) -> dict[str, str]:
    formats = property_formats(part)
    for name, value in properties.items():
        wrong = f"incorrect format -- column name:{name}, value:"
        if name not in formats:
            raise RowRejectedError("INCORRECT_FORMAT", f"{wrong}there is no such property")
        if not isinstance(value, str):
            raise RowRejectedError("INCORRECT_FORMAT", f"{wrong}not a string")
        try:
            if value:
                values.parse_value(formats[name], value)
        except ValueError:
            raise RowRejectedError("INCORRECT_FORMAT", f"{wrong}wrong value for {formats[name].lower()}") from None
    return {name: str(value) for name, value in properties.items()}


def _parse_subsets(part: Part, subsets: dict[str, object]) -> dict[str, bool]:
    for name, value in subsets.items():
        if name not in part.subsets or not isinstance(value, bool):
            message = f"incorrect format -- column name:{name}, value:not a subset or Boolean"
            raise RowRejectedError("INCORRECT_FORMAT", message)
    return {name: bool(value) for name, value in subsets.items()}
