"""Check and write the cells of a module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ..state import values
from ..state.items import Item
from ..state.model import Model, Tenant
from ..state.objects import Json
from ..state.structure import Part
from .dimensions import Dimension, load, reference
from .rejection import Rejected

_ITEM_KEYS = {"itemId": "by_id", "itemName": "by_name", "itemCode": "by_code"}
_CALCULATED = "the cell is a calculated/aggregate cell and is not writeable"
_UNRESOLVED = "the cell could not be found or resolved"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes cells of one module. `dimensions` gives the dimensions of a line item."""

    model: Model
    line_items: Mapping[str, Part]
    dimensions: Callable[[Part], Sequence[Dimension]]

    def check(self, part: Part, items: Mapping[str, Item], value: object) -> tuple[tuple[str, ...], values.Value]:
        """A cell's key and value, from an item of each dimension by the dimension's id. Rejected if it cannot be."""
        dimensions = self.dimensions(part)
        if len(items) != len(dimensions) or any(one.id not in items for one in dimensions):
            raise Rejected("cellIsInvalid", _UNRESOLVED)
        key = tuple([items[one.id].id for one in dimensions])
        if part.properties.get("Formula") or any(id in one.totals for id, one in zip(key, dimensions, strict=True)):
            raise Rejected("cellIsCalculated", _CALCULATED)
        try:
            return key, values.read(part.format, value)
        except ValueError as error:
            raise Rejected("valueIsInvalid", f"the value does not fit the format of the line item: {error}") from None

    def write(self, part: Part, key: tuple[str, ...], value: values.Value) -> None:
        """Sets a checked cell."""
        self.model.cells.setdefault(part.id, {})[key] = value


def writer(tenant: Tenant, model: Model, module: Part) -> Writer:
    """What writes into a module; line items can be named by id and by name."""
    parts = model.line_items(module.name)
    by_key = {part.name: part for part in parts} | {part.id: part for part in parts}

    @cache
    def loaded(name: str) -> Dimension:
        return load(tenant, model, reference(model, name))

    @cache
    def dimensions(applies_to: tuple[str, ...]) -> list[Dimension]:
        return [loaded(name) for name in applies_to]

    return Writer(model, by_key, lambda part: dimensions(part.applies_to))


def write_row(write: Writer, row: Json) -> None:
    """Write a cell as a request describes it: a line item, an item of each dimension, a value."""
    part = write.line_items.get(row.get("lineItemId") or row.get("lineItemName", ""))
    if part is None:
        raise Rejected("cellIsInvalid", _UNRESOLVED)
    items: dict[str, Item] = {}
    for given in row.get("dimensions", ()):
        for one in write.dimensions(part):
            if one.id == given.get("dimensionId") or one.name == given.get("dimensionName"):
                items[one.id] = _item(one, given)
                break
        else:
            raise Rejected("cellIsInvalid", _UNRESOLVED)
    write.write(part, *write.check(part, items, row["value"]))


def _item(dimension: Dimension, given: Json) -> Item:
    for key, by in _ITEM_KEYS.items():
        if key in given:
            text = given[key]
            found: Item | None = getattr(dimension, by).get(text if by == "by_id" else text.casefold())
            if found:
                return found
            break
    raise Rejected("cellIsInvalid", _UNRESOLVED)
