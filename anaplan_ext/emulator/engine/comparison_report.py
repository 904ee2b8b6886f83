"""The full comparison report of two revisions, in the layout that Anaplan publishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..state.structure import Kind, Part, Structure, parts_by_id
from .list_item_rules import property_formats

Head = Sequence[tuple[str, str, str | None]]
"""A label, an id, and a name or description for each line of the head; None is written `null`."""

_KEYS: dict[Kind, tuple[str, ...]] = {"lists": ("Name",), "modules": ("Name",), "lineItems": ("Module", "Line Item")}
_TITLES: dict[Kind, str] = {"lists": "LISTS", "modules": "MODULES", "lineItems": "LINE ITEMS"}
_POSITION_COLUMNS = ("Position", "Relative To")
# Only the columns of what is added are published for these kinds.
_DETAIL_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "lists": (
        *("Has Workflow", "Is Numbered List", "Is Organisation", "Notes", "Is Production Data"),
        *("Has Selective Access", "Use Top Level As Default Page"),
    ),
    "modules": (
        *("Applies To", "Breakback", "Time Scale", "Notes", "Read Access Driver", "Read/Write Access Driver"),
        *("Time Range", "Users List Option", "Versions"),
    ),
    "lineItems": (
        *("Data Type", "Applies To", "Tags", "Formula Scope", "Include Brought Forward", "Is Breakback Enabled"),
        *("Is Section Break", "Is Summary Line Item", "Time Scale", "Notes", "Read Access Driver"),
        *("Read/Write Access Driver", "Style", "Time Range", "Use Switchover", "Versions"),
    ),
}
_WITHIN_LISTS = (
    *("List", "Items Added/Moved", "Items Deleted", "Items Changed"),
    *("Properties Added", "Properties Moved", "Properties Deleted", "Properties Changed"),
)
_EMPTY_CELL = "-"


def build_report(head: Head, target: Structure, source: Structure) -> bytes:
    """Build the report on what a sync would do to the target: a head, and a section per kind of change."""
    lines = ["\t".join((label, object_id, "null" if text is None else text)) for label, object_id, text in head]
    for kind in ("lists", "modules"):
        lines += _iter_sections(kind, target, source)
    lines += _iter_section("CHANGES WITHIN LISTS", _WITHIN_LISTS, _build_list_changes(target, source))
    lines += _iter_sections("lineItems", target, source)
    return "".join(line + "\n" for line in lines).encode()


def _iter_sections(kind: Kind, target: Structure, source: Structure) -> Iterator[str]:
    old, new = parts_by_id(target, kind), parts_by_id(source, kind)
    columns = (*_KEYS[kind], *_POSITION_COLUMNS, *_DETAIL_COLUMNS[kind])
    neighbors = dict(zip(new, [None, *new.values()], strict=False))
    added = [_build_added_row(part, neighbors[part_id], columns) for part_id, part in new.items() if part_id not in old]
    yield from _iter_section(f"{_TITLES[kind]} ADDED", columns, added)
    changes = [(part, _describe_changes(old[part_id], part)) for part_id, part in new.items() if part_id in old]
    changed = [(*_get_key(part), text) for part, text in changes if text]
    yield from _iter_section(f"{_TITLES[kind]} CHANGED", (*_KEYS[kind], "Changes"), changed)
    deleted = [_get_key(part) for part_id, part in old.items() if part_id not in new]
    yield from _iter_section(f"{_TITLES[kind]} DELETED", _KEYS[kind], deleted)


def _iter_section(title: str, columns: Sequence[str], rows: Sequence[Iterable[str]]) -> Iterator[str]:
    if rows:
        yield f"=== {title} ==="
        yield "\t".join(columns)
        for row in rows:
            yield "\t".join(cell or _EMPTY_CELL for cell in row)
        yield ""


def _get_key(part: Part) -> tuple[str, ...]:
    return (part.module, part.name) if part.kind == "lineItems" else (part.name,)


def _build_added_row(part: Part, neighbor: Part | None, columns: Sequence[str]) -> list[str]:
    first = neighbor is None or neighbor.module != part.module
    cells = dict(zip(_KEYS[part.kind], _get_key(part), strict=True))
    cells |= {} if first or neighbor is None else {"Position": "After", "Relative To": neighbor.name}
    plain = [name for name in part.applies_to if name not in ("Time", "Versions")]
    cells |= {"Applies To": ", ".join(plain), "Data Type": part.format}
    cells |= {"Is Numbered List": _format_flag(part.numbered), "Is Production Data": _format_flag(part.production)}
    if part.kind != "lists":
        cells |= {"Time Scale": "Month" if "Time" in part.applies_to else "Not Applicable"}
        cells |= {"Versions": "All" if "Versions" in part.applies_to else "Not Applicable"}
    flags = [name for name in columns if name.startswith(("Is ", "Has ", "Use ", "Include ")) or name == "Breakback"]
    cells = dict.fromkeys(flags, "false") | cells
    return [cells.get(name, "") for name in columns]


def _format_flag(flag: bool) -> str:
    return str(flag).lower()


def _describe_changes(old: Part, new: Part) -> str:
    """Describe what differs in the new part. Properties of a list have a section of their own."""
    before, after = _get_column_values(old), _get_column_values(new)
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return "; ".join(f"{name}: {before.get(name) or _EMPTY_CELL} -> {after.get(name) or _EMPTY_CELL}" for name in names)


def _get_column_values(part: Part) -> dict[str, str]:
    joined_names = {name: ", ".join(texts) for name, texts in part.names.items() if name != "Properties"}
    return {"Name": part.name, **part.properties, **joined_names}


def _build_list_changes(target: Structure, source: Structure) -> list[list[str]]:
    """List the properties added, deleted or changed. Revisions do not include items."""
    old, rows = parts_by_id(target, "lists"), list[list[str]]()
    for part_id, part in parts_by_id(source, "lists").items():
        before, after = property_formats(old.get(part_id, part)), property_formats(part)
        added = [name for name in after if name not in before]
        deleted = [name for name in before if name not in after]
        changed = [name for name in after if name in before and before[name] != after[name]]
        if added or deleted or changed:
            rows.append([part.name, "", "", "", ", ".join(added), "", ", ".join(deleted), ", ".join(changed)])
    return rows
