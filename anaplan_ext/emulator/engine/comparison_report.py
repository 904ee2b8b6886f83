"""The full comparison report of two revisions, in the layout that Anaplan publishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from ..state.structure import Kind, Part, Revision, Structure, parts_by_id
from .structure_diff import EMPTY_CELL, compare_kind, compare_lists, split_words

Head = Sequence[tuple[str, str, str | None]]
"""A label, an id, and a name or description for each line of the head; None is written `null`."""

_KINDS: tuple[Kind, ...] = get_args(Kind)
_PARENT_COLUMNS: dict[Kind, str] = {"lineItems": "Module", "savedViews": "Module", "listSubsets": "List"}
_POSITION_COLUMNS = ("Position", "Relative To")
# Only the columns of what is added are published, and only for these kinds.
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


def build_report(head: Head, target: Revision, source: Revision) -> bytes:
    """Build the report on what a sync would do to the target: a head, and a section per kind of change."""
    lines = ["\t".join((label, object_id, "null" if text is None else text)) for label, object_id, text in head]
    for kind in _KINDS:
        if kind != "lineItems":
            lines += _iter_sections(kind, target.structure, source.structure)
    rows = [[difference.part.name, *map(", ".join, difference.cells)] for difference in compare_lists(target, source)]
    lines += _iter_section("CHANGES WITHIN LISTS", _WITHIN_LISTS, rows)
    lines += _iter_sections("lineItems", target.structure, source.structure)
    return "".join(line + "\n" for line in lines).encode()


def _iter_sections(kind: Kind, target: Structure, source: Structure) -> Iterator[str]:
    found = compare_kind(kind, target, source)
    title, keys = " ".join(split_words(kind)).upper(), _get_key_columns(kind)
    columns = (*keys, *_POSITION_COLUMNS, *_get_detail_columns(kind, found.added))
    parts = parts_by_id(source, kind)
    neighbors = dict(zip(parts, [None, *parts.values()], strict=False))
    added = [_build_added_row(part, neighbors[part.id], columns) for part in found.added]
    yield from _iter_section(f"{title} ADDED", columns, added)
    changed = [(*_get_key(part), text) for part, text in found.changed]
    yield from _iter_section(f"{title} CHANGED", (*keys, "Changes"), changed)
    moved = [(*_get_key(part), *_get_position(part, neighbors[part.id])) for part in found.moved]
    yield from _iter_section(f"{title} MOVED", (*keys, *_POSITION_COLUMNS), moved)
    yield from _iter_section(f"{title} DELETED", keys, [_get_key(part) for part in found.deleted])


def _iter_section(title: str, columns: Sequence[str], rows: Sequence[Iterable[str]]) -> Iterator[str]:
    if rows:
        yield f"=== {title} ==="
        yield "\t".join(columns)
        for row in rows:
            yield "\t".join(cell or EMPTY_CELL for cell in row)
        yield ""


def _get_key_columns(kind: Kind) -> tuple[str, ...]:
    """Return `Name`, or the columns of the module or list and of the part: `Module`, `Line Item`."""
    if kind not in _PARENT_COLUMNS:
        return ("Name",)
    words = [word.capitalize() for word in split_words(kind)]
    return _PARENT_COLUMNS[kind], " ".join(words).removesuffix("s")


def _get_key(part: Part) -> tuple[str, ...]:
    return (part.module, part.name) if part.kind in _PARENT_COLUMNS else (part.name,)


def _get_detail_columns(kind: Kind, added: Iterable[Part]) -> tuple[str, ...]:
    """Return the published columns of a kind, or those that the parts have values for."""
    own = dict.fromkeys(name for part in added for name in (*part.properties, *part.names))
    return _DETAIL_COLUMNS.get(kind) or tuple(own)


def _get_position(part: Part, neighbor: Part | None) -> tuple[str, str]:
    return ("", "") if neighbor is None or neighbor.module != part.module else ("After", neighbor.name)


def _build_added_row(part: Part, neighbor: Part | None, columns: Sequence[str]) -> list[str]:
    cells = dict(zip(_get_key_columns(part.kind), _get_key(part), strict=True))
    cells |= dict(zip(_POSITION_COLUMNS, _get_position(part, neighbor), strict=True))
    if part.kind in _DETAIL_COLUMNS:
        cells |= _get_derived_cells(part)
    own = {**part.properties, **{name: ", ".join(texts) for name, texts in part.names.items()}}
    flags = [name for name in columns if name.startswith(("Is ", "Has ", "Use ", "Include ")) or name == "Breakback"]
    cells = dict.fromkeys(flags, "false") | own | cells
    return [cells.get(name, "") for name in columns]


def _get_derived_cells(part: Part) -> dict[str, str]:
    """Return the cells of published columns that a part has under other names."""
    plain = [name for name in part.applies_to if name not in ("Time", "Versions")]
    cells = {"Applies To": ", ".join(plain), "Data Type": part.format}
    cells |= {"Is Numbered List": _format_flag(part.numbered), "Is Production Data": _format_flag(part.production)}
    if part.kind != "lists":
        cells |= {"Time Scale": "Month" if "Time" in part.applies_to else "Not Applicable"}
        cells |= {"Versions": "All" if "Versions" in part.applies_to else "Not Applicable"}
    return cells


def _format_flag(flag: bool) -> str:
    return str(flag).lower()
