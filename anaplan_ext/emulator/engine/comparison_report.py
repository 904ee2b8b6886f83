"""The full comparison report of two revisions, in the layout that Anaplan publishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..state.structure import Kind, Part, Structure

Head = Sequence[tuple[str, str, str | None]]
"""A label, an id, and a name or description for each line of the head; None is written `null`."""

_KEYS: dict[Kind, tuple[str, ...]] = {
    "lists": ("Name",),
    "modules": ("Name",),
    "lineItems": ("Module", "Line Item"),
}
_TITLES: dict[Kind, str] = {"lists": "LISTS", "modules": "MODULES", "lineItems": "LINE ITEMS"}
_PLACE = ("Position", "Relative To")
# Only the columns of what is added are published for these kinds.
_DETAILS: dict[Kind, tuple[str, ...]] = {
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
_EMPTY = "-"


def report(head: Head, target: Structure, source: Structure) -> bytes:
    """The text of what a synchronization would do to the target: a head, and a section for each kind of change."""
    lines = ["\t".join((label, id, "null" if text is None else text)) for label, id, text in head]
    for kind in ("lists", "modules"):
        lines += _sections(kind, target, source)
    lines += _section("CHANGES WITHIN LISTS", _WITHIN_LISTS, _changes_within_lists(target, source))
    lines += _sections("lineItems", target, source)
    return "".join(line + "\n" for line in lines).encode()


def _sections(kind: Kind, target: Structure, source: Structure) -> Iterator[str]:
    old, new = _by_id(kind, target), _by_id(kind, source)
    columns = (*_KEYS[kind], *_PLACE, *_DETAILS[kind])
    neighbors = dict(zip(new, [None, *new.values()], strict=False))
    added = [_added(part, neighbors[id], columns) for id, part in new.items() if id not in old]
    yield from _section(f"{_TITLES[kind]} ADDED", columns, added)
    changes = [(part, _changes(old[id], part)) for id, part in new.items() if id in old]
    changed = [(*_key(part), text) for part, text in changes if text]
    yield from _section(f"{_TITLES[kind]} CHANGED", (*_KEYS[kind], "Changes"), changed)
    deleted = [_key(part) for id, part in old.items() if id not in new]
    yield from _section(f"{_TITLES[kind]} DELETED", _KEYS[kind], deleted)


def _section(title: str, columns: Sequence[str], rows: Sequence[Iterable[str]]) -> Iterator[str]:
    if rows:
        yield f"=== {title} ==="
        yield "\t".join(columns)
        for row in rows:
            yield "\t".join(cell or _EMPTY for cell in row)
        yield ""


def _by_id(kind: Kind, structure: Structure) -> dict[str, Part]:
    return {part.id: part for part in structure if part.kind == kind}


def _key(part: Part) -> tuple[str, ...]:
    return (part.module, part.name) if part.kind == "lineItems" else (part.name,)


def _added(part: Part, neighbor: Part | None, columns: Sequence[str]) -> list[str]:
    first = neighbor is None or neighbor.module != part.module
    cells = dict(zip(_KEYS[part.kind], _key(part), strict=True))
    cells |= {} if first or neighbor is None else {"Position": "After", "Relative To": neighbor.name}
    plain = [name for name in part.applies_to if name not in ("Time", "Versions")]
    cells |= {"Applies To": ", ".join(plain), "Data Type": part.format}
    cells |= {"Is Numbered List": _word(part.numbered), "Is Production Data": _word(part.production)}
    if part.kind != "lists":
        cells |= {"Time Scale": "Month" if "Time" in part.applies_to else "Not Applicable"}
        cells |= {"Versions": "All" if "Versions" in part.applies_to else "Not Applicable"}
    flags = [name for name in columns if name.startswith(("Is ", "Has ", "Use ", "Include ")) or name == "Breakback"]
    cells = dict.fromkeys(flags, "false") | cells
    return [cells.get(name, "") for name in columns]


def _word(flag: bool) -> str:
    return str(flag).lower()


def _changes(old: Part, new: Part) -> str:
    """What is another in the new part, in words; properties of a list have a section of their own."""
    before, after = _facts(old), _facts(new)
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return "; ".join(f"{name}: {before.get(name) or _EMPTY} -> {after.get(name) or _EMPTY}" for name in names)


def _facts(part: Part) -> dict[str, str]:
    several = {name: ", ".join(texts) for name, texts in part.names.items() if name != "Properties"}
    return {"Name": part.name, **part.properties, **several}


def _changes_within_lists(target: Structure, source: Structure) -> list[list[str]]:
    """Properties that came, went or have another format. The items of lists are no part of a revision."""
    old, rows = _by_id("lists", target), list[list[str]]()
    for id, part in _by_id("lists", source).items():
        before, after = _properties(old[id]) if id in old else _properties(part), _properties(part)
        added = [name for name in after if name not in before]
        deleted = [name for name in before if name not in after]
        changed = [name for name in after if name in before and before[name] != after[name]]
        if added or deleted or changed:
            rows.append([part.name, "", "", "", ", ".join(added), "", ", ".join(deleted), ", ".join(changed)])
    return rows


def _properties(part: Part) -> dict[str, str]:
    pairs = (text.rpartition(": ") for text in part.names.get("Properties", ()))
    return {name: format for name, _, format in pairs}
