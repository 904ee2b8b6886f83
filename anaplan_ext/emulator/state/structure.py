"""The structure of a model (lists, modules and line items) and the revisions that record it."""

from __future__ import annotations

import zlib
from typing import Literal

from attrs import Factory, field, frozen

Kind = Literal["lists", "modules", "lineItems"]
Structure = tuple["Part", ...]
_ID_FAMILIES: dict[Kind, str] = {"lists": "101", "modules": "102", "lineItems": "206"}


@frozen(kw_only=True)
class Part:
    """A list, module or line item. `id` is its identity: a renamed part is modified, not new.

    `module` is the name of a line item's module. `properties` are further columns that reports show and compare;
    `names` are those with several names, for example the dimensions of a module.
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


@frozen(kw_only=True)
class Revision:
    """A revision tag with its recorded structure. `created` is in epoch seconds."""

    id: str
    name: str
    structure: Structure
    created: float
    created_by: str
    description: str | None = None
    creation_method: str = "User added revision"


@frozen(kw_only=True)
class AppliedRevision:
    """A revision applied to one model. `applied` is in epoch seconds."""

    revision: Revision
    applied: float
    applied_by: str
    method: str
