"""The structure of a model - its lists, modules and line items - and how two structures differ."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["lists", "modules", "lineItems"]
Structure = tuple["Part", ...]
Rows = list[dict[str, str]]

_TITLES: dict[Kind, str] = {"lists": "LISTS", "modules": "MODULES", "lineItems": "LINE ITEMS"}
_WORDS = {"created": "ADDED", "deleted": "DELETED", "modified": "MODIFIED"}
_POSITION = "Position Relative To"
_ID_FAMILIES: dict[Kind, str] = {"lists": "101", "modules": "102", "lineItems": "206"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A list, module or line item. Its identity is `id`: a changed name is a modification, not a new part.

    `module` is the name of a line item's module. `properties` are the further columns that reports show and compare,
    and `names` those that hold several names, such as the dimensions that a module applies to.
    """

    kind: Kind
    name: str
    module: str = ""
    properties: dict[str, str] = field(default_factory=dict[str, str])
    names: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    id: str = ""

    def __post_init__(self) -> None:
        derived = derive_id(_ID_FAMILIES[self.kind], f"{self.module}.{self.name}")
        object.__setattr__(self, "id", self.id or derived)

    @property
    def applies_to(self) -> tuple[str, ...]:
        """Names of the dimensions of a module or line item."""
        return self.names.get("Applies To", ())

    @property
    def subsets(self) -> tuple[str, ...]:
        """Names of a list's subsets, or of the subsets that a line item belongs to."""
        return self.names.get("Subsets", ())

    @property
    def format(self) -> str:
        """Format of a line item."""
        return self.properties.get("Format", "")

    @property
    def parent_list(self) -> str:
        """Name of the list above a list, if there is one."""
        return self.properties.get("Parent Hierarchy", "")

    @property
    def numbered(self) -> bool:
        """Whether a list is numbered."""
        return self.properties.get("Numbered") == "true"

    @property
    def production(self) -> bool:
        """Whether a list holds production data, which may be changed in deployed mode."""
        return self.properties.get("Production Data") == "true"


def derive_id(prefix: str, name: str) -> str:
    """A 12-digit id of the family `prefix`, always the same for the same name."""
    return prefix + str(zlib.crc32(name.encode())).rjust(10, "0")[-(12 - len(prefix)) :]


def compare(target: Structure, source: Structure) -> dict[Kind, dict[str, Rows]]:
    """What a synchronisation would do to the target: by kind, the rows that are created, deleted and modified.

    Kinds and changes without a row are left out.
    """
    found: dict[Kind, dict[str, Rows]] = {
        kind: _changes(_table(target, kind), _table(source, kind)) for kind in _TITLES
    }
    return {kind: changes for kind, changes in found.items() if changes}


def summary(target: Structure, source: Structure) -> dict[str, object]:
    """`totals` and `differences` of a summary report: how many parts are created, deleted and modified."""
    differences: dict[Kind, dict[str, int]] = {}
    totals: dict[str, int] = {}
    for kind, changes in compare(target, source).items():
        differences[kind] = {word: len({row["Name"] for row in rows}) for word, rows in changes.items()}
        for word, count in differences[kind].items():
            totals[word] = totals.get(word, 0) + count
    return {"totals": totals, "differences": differences}


def report(target: Structure, source: Structure) -> bytes:
    """The text of a comparison report: headed sections of tab-separated lines."""
    lines: list[str] = []
    for kind, changes in compare(target, source).items():
        for word, rows in changes.items():
            lines += [f"=== {_TITLES[kind]} {_WORDS[word]} ===", "\t".join(rows[0])]
            lines += ["\t".join(row.values()) for row in rows]
    return "".join(line + "\n" for line in lines).encode()


def _table(structure: Structure, kind: Kind) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    previous = ""
    for part in structure:
        if part.kind == kind:
            place = {"Module": part.module} if kind == "lineItems" else {_POSITION: previous}
            names = {column: ", ".join(names) for column, names in part.names.items()}
            table[part.id] = {"Name": part.name, **place, **part.properties, **names}
            previous = part.name
    return table


def _changes(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> dict[str, Rows]:
    modified = [
        {"Name": after[key]["Name"], "Property": column, "Target": old, "Source": after[key].get(column, "")}
        for key, row in before.items()
        if key in after
        for column, old in row.items()
        if old != after[key].get(column, "") and column not in (_POSITION, "Module")
    ]
    changes = {
        "created": [row for key, row in after.items() if key not in before],
        "deleted": [row for key, row in before.items() if key not in after],
        "modified": modified,
    }
    return {word: rows for word, rows in changes.items() if rows}
