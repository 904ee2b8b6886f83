"""Validate and encode cell writes, and cut them into calls by number and bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from attrs import frozen

from anaplan_client.core.codec import validation
from anaplan_client.core.request import encode_json
from anaplan_client.integration import models

from .payload import check_field_text, read_fields

CellInput: TypeAlias = "models.CellWrite | Mapping[str, object]"
"""A cell and its value: a model, or a dictionary as Anaplan documents it. None means that a field is left out."""

MAX_CELLS_PER_CALL = 100_000
"""Anaplan's limit on the cells of one call."""
MAX_BYTES_PER_CALL = 15_000_000
"""Anaplan's limit on the bytes of one call with cells."""
_FIELDS = ("lineItemId", "lineItemName", "dimensions", "value")
_COORDINATES = ("dimensionId", "dimensionName", "itemId", "itemName", "itemCode")


@frozen
class CallSize:
    """The maximum number of cells in one call, and of their bytes."""

    cells: int = MAX_CELLS_PER_CALL
    bytes: int = MAX_BYTES_PER_CALL

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.cells <= MAX_CELLS_PER_CALL:
            raise ValueError(f"cells_per_call must be between 1 and {MAX_CELLS_PER_CALL} (got {self.cells})")
        if not 1 <= self.bytes <= MAX_BYTES_PER_CALL:
            raise ValueError(f"bytes_per_call must be between 1 and {MAX_BYTES_PER_CALL} (got {self.bytes})")


class Batches:
    """Collects encoded cells, in their order, into the bodies of calls."""

    def __init__(self, size: CallSize) -> None:
        self._size = size
        self._parts: list[bytes] = []
        self._length = 1  # of the body: a bracket, and each part with the comma or bracket that follows it

    def add(self, parts: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
        """Add encoded cells. Yield each body that is full, with the number of its cells."""
        for part in parts:
            full = len(self._parts) == self._size.cells or self._length + len(part) + 1 > self._size.bytes
            if self._parts and full:
                yield self.flush()
            self._parts.append(part)
            self._length += len(part) + 1

    def flush(self) -> tuple[bytes, int]:
        """Return the body of the remaining cells and their number, and start an empty one."""
        parts, self._parts, self._length = self._parts, [], 1
        return b"[" + b",".join(parts) + b"]", len(parts)


def encode_cells(cells: Sequence[CellInput], first: int, size: CallSize) -> list[bytes]:
    """Encode cells, the first of which has the index `first`.

    Raise `ValueError` with the index of a cell that cannot be sent, or is too large for a call of its own.
    """
    return [_encode(cell, first + place, size) for place, cell in enumerate(cells)]


def check_cells(cells: Sequence[CellInput], size: CallSize) -> None:
    """Raise `ValueError` with the index of the first cell that cannot be sent."""
    for index, cell in enumerate(cells):
        _encode(cell, index, size)


def _encode(cell: CellInput, index: int, size: CallSize) -> bytes:
    try:
        content = encode_json(_cell_fields(cell))
        if len(content) + 2 > size.bytes:
            raise ValueError(f"cell must have at most {size.bytes - 2} bytes (got {len(content)})")
    except (TypeError, ValueError) as error:
        raise ValueError(f"cells[{index}]: {error}") from None
    return content


def _cell_fields(cell: CellInput) -> dict[str, object]:
    fields = read_fields("cell", cell, models.CellWrite, _FIELDS)
    if "value" not in fields:
        raise ValueError("cell must have a value")
    validation.check_primitive("value", fields["value"])
    _check_has_one("cell", fields, "lineItemId", "lineItemName")
    dimensions = fields.get("dimensions", [])
    validation.check_array("dimensions", dimensions)
    if dimensions:
        fields["dimensions"] = [_coordinate_fields(entry) for entry in cast("Sequence[object]", dimensions)]
    return fields


def _coordinate_fields(coordinate: object) -> dict[str, object]:
    fields = read_fields("dimension", coordinate, models.CellCoordinate, _COORDINATES)
    _check_has_one("dimension", fields, "dimensionId", "dimensionName")
    _check_has_one("dimension", fields, "itemId", "itemName", "itemCode")
    return fields


def _check_has_one(kind: str, fields: dict[str, object], *names: str) -> None:
    """Raise `ValueError` if none of these fields is there, or if one of them is not text."""
    present = [name for name in names if name in fields]
    if not present:
        raise ValueError(f"{kind} must have one of {', '.join(names)}")
    for name in present:
        check_field_text(fields, name)
