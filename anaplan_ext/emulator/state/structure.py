"""The structure of a model (lists, modules, line items and other parts) and the revisions that record it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Literal

from attrs import Factory, field, frozen

from .items import Item, Items

Kind = Literal[
    "lists",
    "modules",
    "lineItems",
    "actions",
    "dashboards",
    "dataTags",
    "exports",
    "functionalAreas",
    "importDataSources",
    "imports",
    "lineItemSubsets",
    "listSubsets",
    "processes",
    "roles",
    "savedViews",
    "timeRanges",
    "versions",
]
Structure = tuple["Part", ...]
RecordedItems = Mapping[str, tuple[Item, ...]]
"""The items of the lists whose items are part of the structure, by the list's id."""
_ID_FAMILIES: dict[Kind, str] = {
    "lists": "101",
    "modules": "102",
    "lineItems": "206",
    "actions": "117",
    "dashboards": "115",
    "dataTags": "301",
    "exports": "116",
    "functionalAreas": "302",
    "importDataSources": "113",
    "imports": "112",
    "lineItemSubsets": "114",
    "listSubsets": "109",
    "processes": "118",
    "roles": "303",
    "savedViews": "108",
    "timeRanges": "304",
    "versions": "107",
}


@frozen(kw_only=True)
class Part:
    """A list, module, line item or other part. `id` is its identity: a renamed part is modified, not new.

    `module` is the name of the module of a line item or saved view, and of the list of a list subset. `properties` are
    further columns that reports show and compare; `names` are those with several names, for example the dimensions of a
    module.
    """

    kind: Kind
    name: str
    module: str = ""
    properties: dict[str, str] = field(factory=dict[str, str])
    names: dict[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    id: str = Factory(lambda part: derive_id(_ID_FAMILIES[part.kind], f"{part.module}.{part.name}"), takes_self=True)

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
        """Whether a list holds production data, which can be changed in deployed mode."""
        return self.properties.get("Production Data") == "true"


def derive_id(prefix: str, name: str) -> str:
    """Derive a 12-digit id with a prefix from a name; always the same for the same name."""
    return prefix + str(zlib.crc32(name.encode())).rjust(10, "0")[-(12 - len(prefix)) :]


def parts_by_id(structure: Structure, kind: Kind) -> dict[str, Part]:
    """Return the parts of a kind by id."""
    return {part.id: part for part in structure if part.kind == kind}


def find_total(items: Items, part: Part) -> Item | None:
    """Return the total item of a list, if it has one."""
    name = part.properties.get("Top Level")
    return Item(items.prefix + "000000", name) if name else None


@frozen(kw_only=True)
class Revision:
    """A revision tag with its recorded structure. `created` is in epoch seconds.

    `items` are those of lists that do not hold production data.
    """

    id: str
    name: str
    structure: Structure
    created: float
    created_by: str
    items: RecordedItems = field(factory=dict[str, tuple[Item, ...]])
    description: str | None = None
    creation_method: str = "User added revision"


@frozen(kw_only=True)
class AppliedRevision:
    """A revision applied to one model. `applied` is in epoch seconds."""

    revision: Revision
    applied: float
    applied_by: str
    method: str
