"""Read items and cells from CSV or JSON lines."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO, cast

_ITEM_FIELDS = ("id", "name", "code", "parent")


def read(path: str) -> Iterator[Mapping[str, object]]:
    """Yield the objects of a file: JSON lines if its first character is a brace, otherwise CSV with a header.

    Raises:
        OSError: The file cannot be read.
        ValueError: A line is not JSON, or has more values than the header.
    """
    if path == "-":
        yield from _read(sys.stdin)
        return
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        yield from _read(file)


def to_item(entry: Mapping[str, object]) -> Mapping[str, object]:
    """Return the list item of an entry. Other columns of CSV are properties, and empty values are absent."""
    if any(not isinstance(value, str) for value in entry.values()):
        return entry
    known = {name: value for name, value in entry.items() if name in _ITEM_FIELDS and value}
    properties = {name: value for name, value in entry.items() if name not in _ITEM_FIELDS}
    return {**known, "properties": properties} if properties else known


def to_cell(entry: Mapping[str, object]) -> Mapping[str, object]:
    """Return the cell of an entry. In a row of CSV, other columns than `lineItem` and `value` are dimensions."""
    if "dimensions" in entry:
        return entry
    if missing := [name for name in ("lineItem", "value") if name not in entry]:
        raise ValueError(f"the header must have the columns lineItem and value ({missing[0]} is missing)")
    return {
        "lineItemName": entry["lineItem"],
        "value": entry["value"],
        "dimensions": [
            {"dimensionName": name, "itemName": item}
            for name, item in entry.items()
            if name not in ("lineItem", "value")
        ],
    }


def _read(file: TextIO) -> Iterator[Mapping[str, object]]:
    first = file.readline()
    if first.lstrip().startswith("{"):
        yield _object(first, 1)
        for number, line in enumerate(file, start=2):
            if line.strip():
                yield _object(line, number)
        return
    header = next(csv.reader([first]), list[str]())
    for number, cells in enumerate(csv.reader(file), start=2):
        if len(cells) > len(header):
            raise ValueError(f"line {number} has {len(cells)} values, and the header has {len(header)}")
        if cells:
            yield dict(zip(header, cells, strict=False))


def _object(line: str, number: int) -> Mapping[str, object]:
    try:
        value: object = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(f"line {number} must be an object (got {type(value).__name__})")
    return cast("Mapping[str, object]", value)
