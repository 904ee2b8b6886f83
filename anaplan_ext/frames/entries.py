"""Turn the rows of frames into items of lists and cells of modules."""

# The stubs of pyarrow know the types of few arrays.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from attrs import frozen
from pyarrow import types

from .cell_text import Values, to_text
from .csv_writer import iter_slices
from .errors import FrameValueError
from .frame_source import FrameSource, open_frame

if TYPE_CHECKING:
    import pyarrow as pa

ItemsBy: TypeAlias = Literal["name", "code", "id"]
"""What a column has of the items of a dimension."""

_FIELDS = ("id", "code", "name", "parent")
_ITEM_KEYS: Mapping[ItemsBy, str] = {"name": "itemName", "code": "itemCode", "id": "itemId"}
_MAX_EXACT_INTEGER = 2**53


def iter_items(frame: object) -> Iterator[dict[str, object]]:
    """Yield the rows of a frame as items of a list.

    The columns `id`, `code`, `name` and `parent` are the fields of an item, whatever their case. Other columns of
    booleans are subsets, and the others are properties. Null leaves a field, property or subset as it is.

    Raises:
        TypeError: It is no frame.
        FrameValueError: A column or a value cannot be written without loss, or two columns are the same field.
    """
    source = open_frame(frame)
    fields = {name: name.casefold() for name in source.names if name.casefold() in _FIELDS}
    for name, field in fields.items():
        if list(fields.values()).count(field) > 1:
            raise FrameValueError(f"several columns are the {field}", name)
    for part, first_row in iter_slices(source):
        columns = {name: _item_values(part.column(name), name, first_row, name in fields) for name in source.names}
        for row in range(part.num_rows):
            present = {name: values[row] for name, values in columns.items() if values[row] is not None}
            item: dict[str, object] = {fields[name]: value for name, value in present.items() if name in fields}
            others = {name: value for name, value in present.items() if name not in fields}
            subsets = {name: value for name, value in others.items() if isinstance(value, bool)}
            properties = {name: value for name, value in others.items() if name not in subsets}
            yield item | ({"properties": properties} if properties else {}) | ({"subsets": subsets} if subsets else {})


@frozen
class FrameCells:
    """The cells of a frame, row by row. Null leaves a cell as it is, and empty text empties it."""

    source: FrameSource
    dimensions: Mapping[str, str]
    """The columns with the items, by the name of the dimension."""
    values: Mapping[str, str]
    """The columns with the values, by the name of the line item."""
    items_by: ItemsBy
    """What the columns have of the items."""

    @property
    def is_repeatable(self) -> bool:
        """Whether the cells can be read more than once."""
        return self.source.is_repeatable

    def read(self) -> Iterator[dict[str, object]]:
        """Yield the cells. Raise `FrameValueError` for a value that cannot be written, and a missing item."""
        for part, first_row in iter_slices(self.source):
            yield from self._read_slice(part, first_row)

    def _read_slice(self, part: pa.RecordBatch, first_row: int) -> Iterator[dict[str, object]]:
        labels = {
            dimension: to_text(part.column(column), column, first_row).to_pylist()
            for dimension, column in self.dimensions.items()
        }
        written = {item: _cell_values(part.column(name), name, first_row) for item, name in self.values.items()}
        for row in range(part.num_rows):
            for dimension, column in self.dimensions.items():
                if not labels[dimension][row]:
                    raise FrameValueError(f"the item of {dimension} is missing", column, first_row + row)
            coordinates = [
                {"dimensionName": dimension, _ITEM_KEYS[self.items_by]: texts[row]}
                for dimension, texts in labels.items()
            ]
            for line_item, column_values in written.items():
                if column_values[row] is not None:
                    yield {"lineItemName": line_item, "dimensions": coordinates, "value": column_values[row]}


def open_cells(
    frame: object, dimensions: Mapping[str, str], values: Sequence[str] | Mapping[str, str], items_by: ItemsBy
) -> FrameCells:
    """Return the cells of a frame. `values` may be the line items alone, if the columns have their names.

    Raises:
        TypeError: It is no frame.
        ValueError: `items_by` is another value.
        FrameValueError: A column is missing.
    """
    if items_by not in _ITEM_KEYS:
        raise ValueError(f"items_by must be one of {', '.join(_ITEM_KEYS)} (got {items_by!r})")
    if isinstance(values, str):
        raise TypeError("values must be a list of line items, or a mapping of columns by line item (got text)")
    columns = values if isinstance(values, Mapping) else {name: name for name in values}
    source = open_frame(frame)
    for name in (*dimensions.values(), *columns.values()):
        if name not in source.names:
            raise FrameValueError("the frame has no such column", name)
    return FrameCells(source, dict(dimensions), dict(columns), items_by)


def _item_values(values: Values, column: str, first_row: int, is_field: bool) -> list[object]:
    if types.is_boolean(values.type) and not is_field:
        return _booleans(values)
    return list(to_text(values, column, first_row).to_pylist())


def _cell_values(values: Values, column: str, first_row: int) -> list[object]:
    """Return the values as JSON has them: numbers and booleans stay what they are."""
    text = to_text(values, column, first_row).to_pylist()
    if types.is_boolean(values.type):
        return _booleans(values)
    if types.is_floating(values.type):
        return [None if value is None else float(value) for value in text]
    if not types.is_integer(values.type):
        return list(text)
    numbers: list[object] = [None if value is None else int(value) for value in text]
    for row, number in enumerate(numbers):
        if isinstance(number, int) and abs(number) > _MAX_EXACT_INTEGER:
            reason = "a number of Anaplan has 53 bits; convert the column to text for a line item of text"
            raise FrameValueError(reason, column, first_row + row)
    return numbers


def _booleans(values: Values) -> list[object]:
    return list(cast("pa.BooleanArray", values).to_pylist())
