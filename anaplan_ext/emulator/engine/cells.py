"""Check and write the cells of a module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from attrs import frozen

from ..state import values
from ..state.items import Item
from ..state.model import Model
from ..state.structure import Part
from ..state.tenant import Tenant
from ..state.values import Json
from .dimensions import Dimension, find_dimension, load_dimension
from .rejection import RowRejectedError

_ITEM_KEYS = {"itemId": "by_id", "itemName": "by_name", "itemCode": "by_code"}
_CALCULATED = "the cell is a calculated/aggregate cell and is not writeable"
_UNRESOLVED = "the cell could not be found or resolved"


@frozen
class CellWriter:
    """Writes cells of one module. `dimensions` returns the dimensions of a line item."""

    model: Model
    line_items: Mapping[str, Part]
    dimensions: Callable[[Part], Sequence[Dimension]]

    def check(self, part: Part, items: Mapping[str, Item], value: object) -> tuple[tuple[str, ...], values.Value]:
        """Return the cell's key and parsed value. `items` has an item for each dimension id.

        Raises:
            RowRejectedError: The cell does not exist, is calculated, or does not admit the value.
        """
        dimensions = self.dimensions(part)
        if len(items) != len(dimensions) or any(dimension.id not in items for dimension in dimensions):
            raise RowRejectedError("cellIsInvalid", _UNRESOLVED)
        key = tuple([items[dimension.id].id for dimension in dimensions])
        is_total = any(item_id in dimension.totals for item_id, dimension in zip(key, dimensions, strict=True))
        if part.properties.get("Formula") or is_total:
            raise RowRejectedError("cellIsCalculated", _CALCULATED)
        try:
            return key, values.parse_value(part.format, value)
        except ValueError as error:
            message = f"the value does not fit the format of the line item: {error}"
            raise RowRejectedError("valueIsInvalid", message) from None

    def write(self, part: Part, key: tuple[str, ...], value: values.Value) -> None:
        """Set a checked cell."""
        self.model.cells.setdefault(part.id, {})[key] = value


def build_writer(tenant: Tenant, model: Model, module: Part) -> CellWriter:
    """Create a writer for a module; line items can be named by id and by name."""
    parts = model.line_items(module.name)
    by_key = {part.name: part for part in parts} | {part.id: part for part in parts}

    @cache
    def load_by_name(name: str) -> Dimension:
        return load_dimension(tenant, model, find_dimension(model, name))

    @cache
    def dimensions(applies_to: tuple[str, ...]) -> list[Dimension]:
        return [load_by_name(name) for name in applies_to]

    return CellWriter(model, by_key, lambda part: dimensions(part.applies_to))


def write_row(writer: CellWriter, row: Json) -> None:
    """Write a cell as a request describes it: a line item, an item of each dimension, a value."""
    part = writer.line_items.get(row.get("lineItemId") or row.get("lineItemName", ""))
    if part is None:
        raise RowRejectedError("cellIsInvalid", _UNRESOLVED)
    items: dict[str, Item] = {}
    for coordinate in row.get("dimensions", ()):
        for dimension in writer.dimensions(part):
            if dimension.id == coordinate.get("dimensionId") or dimension.name == coordinate.get("dimensionName"):
                items[dimension.id] = _resolve_item(dimension, coordinate)
                break
        else:
            raise RowRejectedError("cellIsInvalid", _UNRESOLVED)
    writer.write(part, *writer.check(part, items, row["value"]))


def _resolve_item(dimension: Dimension, coordinate: Json) -> Item:
    for key, index in _ITEM_KEYS.items():
        if key in coordinate:
            text = coordinate[key]
            item: Item | None = getattr(dimension, index).get(text if index == "by_id" else text.casefold())
            if item:
                return item
            break
    raise RowRejectedError("cellIsInvalid", _UNRESOLVED)
