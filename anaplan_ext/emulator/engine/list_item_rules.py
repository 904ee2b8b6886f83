"""The rules by which an item of a list is added, updated or deleted, and why it may be refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ..state import values
from ..state.items import Item, Items
from ..state.model import Model
from ..state.objects import Json
from ..state.structure import Part
from .rejection import Rejected

MAX_NAME_CHARACTERS = 60
_NAMED = {"id": "ID", "code": "Code", "name": "Name"}


@lru_cache(maxsize=64)
def _formats(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = (text.rpartition(": ") for text in texts)
    return {name: format for name, _, format in pairs}


def property_formats(part: Part) -> dict[str, str]:
    """Formats of a list's properties by name."""
    return _formats(part.names.get("Properties", ()))


def parent_items(model: Model, part: Part) -> Sequence[Items]:
    """Where the parents of a list's items are: in the list above, or in the list itself."""
    above = [model.items_of(part.parent_list)] if part.parent_list else []
    return [*above, model.items_in(part)]


def add(model: Model, part: Part, fields: Json) -> Item:
    """Adds an item: with a name, or to a numbered list without."""
    items, name, code = model.items_in(part), fields.get("name"), fields.get("code")
    if "id" in fields:
        raise Rejected("INCORRECT_FORMAT", "incorrect format -- an id cannot be given to a new item")
    if part.numbered:
        if name is not None:
            raise Rejected("INCORRECT_FORMAT", "incorrect format -- a name cannot be given in a numbered list")
    elif not name:
        raise Rejected("INCOMPLETE_DATA", "incomplete data -- the name is missing")
    if code == "":
        raise Rejected("INCOMPLETE_DATA", "incomplete data -- the code is empty")
    if name is not None:
        _check_name(name)
    for by, value in (("name", name), ("code", code)):
        if value and items.find(by, value):
            raise Rejected("DUPLICATE", f"{_NAMED[by]} '{value}' already exists")
    return items.add(name, code, **_details(model, part, fields, None))


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME_CHARACTERS:
        raise Rejected(
            "INVALID_NAME", f"invalid name -- {len(name)} characters, at most {MAX_NAME_CHARACTERS} are allowed"
        )
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise Rejected("INVALID_NAME", "invalid name -- control characters are not allowed")


def update(model: Model, part: Part, fields: Json) -> Item:
    """Changes parent, properties or subsets of an item; what is not given stays."""
    old = identified(model, part, fields)
    new = old._replace(**_details(model, part, fields, old))
    model.items_in(part).put(new)
    return new


def delete(model: Model, part: Part, fields: Json) -> None:
    """Takes an item out of its list."""
    model.items_in(part).remove(identified(model, part, fields))


def identified(model: Model, part: Part, fields: Json) -> Item:
    """The item that the one id, code or name in the fields means."""
    given = [by for by in _NAMED if by in fields]
    if len(given) > 1:
        both = ":".join(fields[by] for by in given)
        raise Rejected("Ambiguous criteria", f"Specifying both {' and '.join(given)} not supported ({both})")
    if not given or not fields[given[0]]:
        raise Rejected("INCOMPLETE_DATA", "incomplete data -- an item needs its id, code or name")
    by, value = given[0], fields[given[0]]
    if by == "name" and part.numbered:
        raise Rejected("INCORRECT_FORMAT", "incorrect format -- items of a numbered list are not found by name")
    found = model.items_in(part).find(by, value)
    if found is None:
        raise Rejected("Not found", f"{_NAMED[by]} '{value}' not found")
    return found


def forget_parents(model: Model, part: Part) -> None:
    """Takes deleted items of a list away as parents of others."""
    kept = model.items_in(part).by_id
    for other in model.parts("lists"):
        if part.name in (other.name, other.parent_list):
            items = model.items_in(other)
            known = {id for places in parent_items(model, other) for id in places.by_id} if items.by_id else kept.keys()
            for item in [item for item in items.by_id.values() if item.parent_id and item.parent_id not in known]:
                items.put(item._replace(parent_id=None))


def _details(model: Model, part: Part, fields: Json, old: Item | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "parent" in fields:
        found["parent_id"] = _parent_id(model, part, fields["parent"], old)
    if fields.get("properties"):
        found["properties"] = {**(old.properties if old else {}), **_properties(part, fields["properties"])}
    if fields.get("subsets"):
        given = _subsets(part, fields["subsets"])
        kept = (old.subsets if old else frozenset[str]()) - given.keys()
        found["subsets"] = kept | {name for name, belongs in given.items() if belongs}
    return found


def _parent_id(model: Model, part: Part, text: str, old: Item | None) -> str | None:
    if not text:
        return None
    places = parent_items(model, part)
    found = next((item for items in places if (item := items.named(text))), None)
    if found is None:
        raise Rejected("INVALID_PARENT", f"Parent '{text}' not found")
    above: Item | None = found
    while old and above:
        if above.id == old.id:
            raise Rejected("INVALID_PARENT", f"Parent '{text}' is below the item")
        above = next((items.by_id[above.parent_id] for items in places if above.parent_id in items.by_id), None)
    return found.id


def _properties(part: Part, given: dict[str, object]) -> dict[str, str]:
    formats = property_formats(part)
    for name, value in given.items():
        wrong = f"incorrect format -- column name:{name}, value:"
        if name not in formats:
            raise Rejected("INCORRECT_FORMAT", f"{wrong}there is no such property")
        if not isinstance(value, str):
            raise Rejected("INCORRECT_FORMAT", f"{wrong}not a string")
        try:
            if value:
                values.read(formats[name], value)
        except ValueError:
            raise Rejected("INCORRECT_FORMAT", f"{wrong}wrong value for {formats[name].lower()}") from None
    return {name: str(value) for name, value in given.items()}


def _subsets(part: Part, given: dict[str, object]) -> dict[str, bool]:
    for name, value in given.items():
        if name not in part.subsets or not isinstance(value, bool):
            raise Rejected("INCORRECT_FORMAT", f"incorrect format -- column name:{name}, value:not a subset or Boolean")
    return {name: bool(value) for name, value in given.items()}
