"""What may be told of cells, and how it is cut into calls by number and bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from attrs import frozen

from anaplan_client.core.codec import validation
from anaplan_client.core.request import encode_json
from anaplan_client.integration import models

CellInput: TypeAlias = "models.CellWrite | Mapping[str, object]"
"""A cell and its value: typed, or as the dictionary that Anaplan documents. What is None counts as left out."""

MAX_CELLS_PER_CALL = 100_000
"""The most cells that Anaplan takes in one call."""
MAX_BYTES_PER_CALL = 15_000_000
"""The most bytes that Anaplan takes in one call with cells."""
_FIELDS = ("lineItemId", "lineItemName", "dimensions", "value")
_COORDINATES = ("dimensionId", "dimensionName", "itemId", "itemName", "itemCode")


@frozen
class CallSize:
    """How many cells, and how many bytes of them, go into one call."""

    cells: int = MAX_CELLS_PER_CALL
    bytes: int = MAX_BYTES_PER_CALL

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.cells <= MAX_CELLS_PER_CALL:
            raise ValueError(f"cells_per_call: {self.cells} is not between 1 and {MAX_CELLS_PER_CALL}")
        if not 1 <= self.bytes <= MAX_BYTES_PER_CALL:
            raise ValueError(f"bytes_per_call: {self.bytes} is not between 1 and {MAX_BYTES_PER_CALL}")


class Batches:
    """Gathers encoded cells into the bodies of calls, in their order."""

    def __init__(self, size: CallSize) -> None:
        self._size = size
        self._parts: list[bytes] = []
        self._length = 1  # of the body: a bracket, and each part with the comma or bracket behind it

    def add(self, parts: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
        """Takes encoded cells and yields the bodies that they fill, each with the number of its cells."""
        for part in parts:
            full = len(self._parts) == self._size.cells or self._length + len(part) + 1 > self._size.bytes
            if self._parts and full:
                yield self.rest()
            self._parts.append(part)
            self._length += len(part) + 1

    def rest(self) -> tuple[bytes, int]:
        """The body of what is left, and the number of its cells; starts anew."""
        parts, self._parts, self._length = self._parts, [], 1
        return b"[" + b",".join(parts) + b"]", len(parts)


def encoded(cells: Sequence[CellInput], first: int, size: CallSize) -> list[bytes]:
    """Encodes cells, the first of which has the index `first`.

    Raises `ValueError` with the index of a cell that cannot be sent, or is too large for a call of its own.
    """
    return [_encoded(cell, first + place, size) for place, cell in enumerate(cells)]


def check(cells: Sequence[CellInput], size: CallSize) -> None:
    """Raises `ValueError` with the index of the first cell that cannot be sent."""
    for index, cell in enumerate(cells):
        _encoded(cell, index, size)


def _encoded(cell: CellInput, index: int, size: CallSize) -> bytes:
    try:
        found = encode_json(_plain(cell))
        if len(found) + 2 > size.bytes:
            raise ValueError(f"it has {len(found)} bytes, and a call at most {size.bytes}")
    except (TypeError, ValueError) as error:
        raise ValueError(f"cell {index}: {error}") from None
    return found


def _plain(cell: CellInput) -> dict[str, object]:
    found = cell.to_dict() if isinstance(cell, models.CellWrite) else _given(cell, _FIELDS)
    if "value" not in found:
        raise ValueError("it has no value")
    validation.check_primitive("value", found["value"])
    _check_one_of(found, "lineItemId", "lineItemName")
    given = found.get("dimensions", [])
    validation.check_array("dimensions", given)
    if given:
        found["dimensions"] = [_coordinate(one) for one in cast("Sequence[object]", given)]
    return found


def _coordinate(given: object) -> dict[str, object]:
    found = given.to_dict() if isinstance(given, models.CellCoordinate) else _given(given, _COORDINATES)
    _check_one_of(found, "dimensionId", "dimensionName")
    _check_one_of(found, "itemId", "itemName", "itemCode")
    return found


def _given(value: object, fields: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a dictionary, got {type(value).__name__}")
    found = {name: entry for name, entry in cast("Mapping[str, object]", value).items() if entry is not None}
    for name in found:
        if name not in fields:
            raise ValueError(f"{name!r} is none of {', '.join(fields)}")
    return found


def _check_one_of(found: dict[str, object], *names: str) -> None:
    """Checks that one of these identifiers is there, and that all are text; an id may be a number."""
    given = [name for name in names if name in found]
    if not given:
        raise ValueError(f"it needs one of {', '.join(names)}")
    for name in given:
        value = found[name]
        if name.endswith("Id") and isinstance(value, int) and not isinstance(value, bool):
            found[name] = str(value)
        elif not isinstance(value, str) or not value:
            raise ValueError(f"{name}: {value!r} is no text")
