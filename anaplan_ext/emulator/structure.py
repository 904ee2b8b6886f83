"""The structure of a model, how a model builder changes it, and how two structures differ."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

_POSITION = "Position Relative To"
_TITLES = {"lists": "LISTS", "modules": "MODULES", "lineItems": "LINE ITEMS"}


def derive_id(prefix: str, name: str) -> str:
    """A 12-digit id of the family `prefix`, always the same for the same name."""
    return prefix + str(zlib.crc32(name.encode())).rjust(10, "0")[-(12 - len(prefix)) :]


@dataclass(frozen=True, slots=True)
class LineItem:
    """A line item of a module. Its identity is `id`: a changed name is a modification, not a new line item."""

    name: str
    format: str = "NUMBER"
    formula: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """A list (hierarchy) of a model."""

    name: str
    numbered: bool = False
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", derive_id("101", self.name))


@dataclass(frozen=True, slots=True)
class ModuleDefinition:
    """A module of a model with its line items."""

    name: str
    line_items: tuple[LineItem, ...] = ()
    applies_to: tuple[str, ...] = ()
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", derive_id("102", self.name))
        named = (item if item.id else replace(item, id=derive_id("", self.id + item.name)) for item in self.line_items)
        object.__setattr__(self, "line_items", tuple(named))


_Entry = TypeVar("_Entry", LineItem, ListDefinition, ModuleDefinition)


@dataclass(frozen=True, slots=True)
class Structure:
    """An immutable picture of everything a revision records. Each change gives a new structure."""

    lists: tuple[ListDefinition, ...] = ()
    modules: tuple[ModuleDefinition, ...] = ()

    def add_list(self, name: str, numbered: bool = False) -> Structure:
        """A structure with one more list."""
        _refuse_duplicate(name, self.lists)
        return replace(self, lists=(*self.lists, ListDefinition(name, numbered)))

    def change_list(self, name: str, /, **changes: object) -> Structure:
        """A structure in which fields of one list have other values."""
        return replace(self, lists=_changed(self.lists, name, changes))

    def remove_list(self, name: str) -> Structure:
        """A structure without that list."""
        return replace(self, lists=_removed(self.lists, name))

    def add_module(self, name: str, line_items: tuple[LineItem, ...], applies_to: tuple[str, ...] = ()) -> Structure:
        """A structure with one more module."""
        _refuse_duplicate(name, self.modules)
        return replace(self, modules=(*self.modules, ModuleDefinition(name, line_items, applies_to)))

    def change_module(self, name: str, /, **changes: object) -> Structure:
        """A structure in which fields of one module have other values."""
        return replace(self, modules=_changed(self.modules, name, changes))

    def remove_module(self, name: str) -> Structure:
        """A structure without that module and its line items."""
        return replace(self, modules=_removed(self.modules, name))

    def add_line_item(self, module: str, item: LineItem) -> Structure:
        """A structure in which one module has one more line item."""
        owner = _find(self.modules, module)
        _refuse_duplicate(item.name, owner.line_items)
        return self.change_module(module, line_items=(*owner.line_items, item))

    def change_line_item(self, module: str, name: str, /, **changes: object) -> Structure:
        """A structure in which fields of one line item have other values."""
        return self.change_module(module, line_items=_changed(_find(self.modules, module).line_items, name, changes))

    def remove_line_item(self, module: str, name: str) -> Structure:
        """A structure in which one module has lost a line item."""
        return self.change_module(module, line_items=_removed(_find(self.modules, module).line_items, name))


@dataclass(slots=True)
class Changes:
    """What differs in one category of objects: rows of columns, and (name, column, before, after) when modified."""

    created: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    deleted: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    modified: list[tuple[str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str]])

    def counts(self) -> dict[str, int]:
        """The number of objects created, deleted and modified, without the zeros."""
        found = {
            "created": len(self.created),
            "deleted": len(self.deleted),
            "modified": len({name for name, *_ in self.modified}),
        }
        return {kind: count for kind, count in found.items() if count}


def compare(target: Structure, source: Structure) -> dict[str, Changes]:
    """What a synchronisation would do to the target so that it becomes the source, by category."""
    before, after = _tables(target), _tables(source)
    return {category: _changes(before[category], after[category]) for category in before}


def summary(target: Structure, source: Structure) -> dict[str, dict[str, Any]]:
    """`totals` and `differences` of a summary report; categories without a change are left out."""
    differences = {
        category: counts for category, changes in compare(target, source).items() if (counts := changes.counts())
    }
    totals: dict[str, int] = {}
    for counts in differences.values():
        for kind, count in counts.items():
            totals[kind] = totals.get(kind, 0) + count
    return {"totals": totals, "differences": differences}


def report(target: Structure, source: Structure) -> bytes:
    """The text of a comparison report: headed sections of tab-separated lines, only those with a change."""
    lines: list[str] = []
    for category, changes in compare(target, source).items():
        for word, rows in (("ADDED", changes.created), ("DELETED", changes.deleted)):
            if rows:
                lines += [f"=== {_TITLES[category]} {word} ===", "\t".join(rows[0])]
                lines += ["\t".join(row.values()) for row in rows]
        if changes.modified:
            lines += [f"=== {_TITLES[category]} MODIFIED ===", "Name\tProperty\tTarget\tSource"]
            lines += ["\t".join(row) for row in changes.modified]
    return "".join(line + "\n" for line in lines).encode()


def _tables(structure: Structure) -> dict[str, dict[str, dict[str, str]]]:
    tables: dict[str, dict[str, dict[str, str]]] = {"lists": {}, "modules": {}, "lineItems": {}}
    previous = ""
    for entry in structure.lists:
        tables["lists"][entry.id] = {"Name": entry.name, _POSITION: previous, "Numbered": str(entry.numbered).lower()}
        previous = entry.name
    previous = ""
    for module in structure.modules:
        applies_to = ", ".join(module.applies_to)
        tables["modules"][module.id] = {"Name": module.name, _POSITION: previous, "Applies To": applies_to}
        previous = module.name
        for item in module.line_items:
            row = {"Name": item.name, "Module": module.name, "Format": item.format, "Formula": item.formula}
            tables["lineItems"][item.id] = row
    return tables


def _changes(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> Changes:
    changes = Changes(
        created=[row for key, row in after.items() if key not in before],
        deleted=[row for key, row in before.items() if key not in after],
    )
    for key in before.keys() & after.keys():
        for column, old in before[key].items():
            new = after[key][column]
            if old != new and column not in (_POSITION, "Module"):
                changes.modified.append((after[key]["Name"], column, old, new))
    changes.modified.sort()
    return changes


def _find(entries: tuple[_Entry, ...], name: str) -> _Entry:
    for entry in entries:
        if entry.name == name:
            return entry
    raise ValueError(f"there is no {name!r}")


def _changed(entries: tuple[_Entry, ...], name: str, changes: dict[str, Any]) -> tuple[_Entry, ...]:
    old = _find(entries, name)
    return tuple(replace(entry, **changes) if entry is old else entry for entry in entries)


def _removed(entries: tuple[_Entry, ...], name: str) -> tuple[_Entry, ...]:
    old = _find(entries, name)
    return tuple(entry for entry in entries if entry is not old)


def _refuse_duplicate(name: str, entries: tuple[_Entry, ...]) -> None:
    if any(entry.name == name for entry in entries):
        raise ValueError(f"there is a {name!r} already")
