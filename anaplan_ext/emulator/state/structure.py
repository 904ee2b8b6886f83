"""The structure of a model - its lists, modules and line items - and how two structures differ."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["lists", "modules", "lineItems"]
Structure = tuple["Part", ...]
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
