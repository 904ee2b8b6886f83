"""What imports and exports do with text: CSV records in, module content and failure dump out.

A documented simplification of Anaplan: an import replaces the records of one module by those records of its file that
have as many columns as the header and numbers in the number columns. Accepted records keep their text, so that an
export gives it back byte for byte.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from operator import itemgetter
from typing import Any

from .objects import ModuleContent


class Unreadable(Exception):
    """The file cannot be loaded at all; the text says why."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file: content (None if no record was accepted), failure dump, and the result's details."""

    content: ModuleContent | None
    dump: bytes | None
    details: list[dict[str, Any]]


def load(
    data: bytes | None, module: str, separator: str = ",", delimiter: str = '"', declared: Sequence[str] | None = None
) -> Loaded:
    """Loads a file's bytes; takes about a second for 300,000 records of 20 columns.

    Raises Unreadable if there is no content, no header, or no UTF-8.
    """
    if not data:
        raise Unreadable("The file has no content.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not UTF-8: byte {error.start} cannot be decoded.") from None
    try:
        return _load(_records(text, separator, delimiter), module, declared)
    except csv.Error as error:
        raise Unreadable(f"The file is not CSV: {error}.") from None


def _load(records: Iterator[tuple[int, str, list[str]]], module: str, declared: Sequence[str] | None) -> Loaded:
    none: tuple[int, str, list[str]] = (0, "", [])
    _, header, columns = next(records, none)
    if not columns:
        raise Unreadable("The file has no header.")
    numbers = _declared_columns(columns, declared) if declared is not None else None
    accepted: list[str] = []
    rejected: list[str] = []
    errors: dict[str, int] = {}
    blank, width = 0, len(columns)
    cells_of: Callable[[list[str]], Sequence[str]] = _picker(numbers or ())
    for line, raw, cells in records:
        if not any(cells):
            blank += 1
            continue
        if numbers is None:
            numbers = tuple(i for i, cell in enumerate(cells[:width]) if _is_number(cell))
            cells_of = _picker(numbers)
        if len(cells) == width:
            try:
                total = sum(map(float, filter(None, cells_of(cells))))
                error = "" if total - total == 0 and "_" not in raw else _first_error(columns, numbers, cells)
            except ValueError:
                error = _first_error(columns, numbers, cells)
        else:
            error = f"Expected {width} columns but found {len(cells)}"
        if error:
            errors[error] = errors.get(error, 0) + 1
            rejected.append(f"E,{line},{_quoted(error)},{raw}" + ("" if raw[-1] in "\r\n" else "\n"))
        else:
            accepted.append(raw)
    content = None
    if accepted:
        if header[-1] not in "\r\n":
            header += "\n"
        content = ModuleContent(
            header=header,
            records="".join(accepted),
            count=len(accepted),
            columns=tuple(columns),
            number_columns=numbers or (),
        )
    dump = None
    if rejected:
        newline = "" if header[-1] in "\r\n" else "\n"
        dump = ("_Status_,_Line_,_Error_1_," + header + newline + "".join(rejected)).encode()
    return Loaded(content, dump, _details(module, len(accepted), len(rejected), blank, errors))


def _records(text: str, separator: str, delimiter: str) -> Iterator[tuple[int, str, list[str]]]:
    buffer: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            buffer.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=separator, quotechar=delimiter)
    start = 1
    for cells in reader:
        yield start, buffer[0] if len(buffer) == 1 else "".join(buffer), cells
        buffer.clear()
        start = reader.line_num + 1


def _declared_columns(columns: list[str], declared: Sequence[str]) -> tuple[int, ...]:
    for name in declared:
        if name not in columns:
            raise Unreadable(f"The file has no column {name}.")
    return tuple(columns.index(name) for name in declared)


def _picker(positions: Sequence[int]) -> Callable[[list[str]], Sequence[str]]:
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda cells: [cells[position] for position in positions]


def _is_number(cell: str) -> bool:
    try:
        return isfinite(float(cell)) and "_" not in cell
    except ValueError:
        return False


def _first_error(columns: list[str], numbers: Sequence[int], cells: list[str]) -> str:
    for position in numbers:
        if cells[position] and not _is_number(cells[position]):
            return f"Invalid number in column {columns[position]}"
    return ""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _details(module: str, loaded: int, failed: int, blank: int, errors: dict[str, int]) -> list[dict[str, Any]]:
    counts = {
        "successRowCount": loaded,
        "successCreateCount": loaded,
        "successUpdateCount": 0,
        "warningsRowCount": 0,
        "warningsCreateCount": 0,
        "warningsUpdateCount": 0,
        "failedCount": failed,
        "ignoredCount": blank,
        "totalRowCount": loaded + failed + blank,
        "totalCreateCount": loaded,
        "totalUpdateCount": 0,
    }
    values = ["hierarchyName", module]
    for key, count in counts.items():
        values += [key, str(count)]
    details: list[dict[str, Any]] = [
        {
            "localMessageText": f"{module}: {loaded} rows loaded, {failed} rows failed, {blank} rows ignored",
            "occurrences": 0,
            "type": "hierarchyRowsProcessedWithTrivialCount",
            "values": values,
        }
    ]
    for message, occurrences in errors.items():
        kind = "invalidColumnCount" if message.startswith("Expected") else "invalidNumber"
        details.append(
            {
                "localMessageText": message,
                "occurrences": occurrences,
                "type": kind,
                "values": ["objectName", module, None],
            }
        )
    return details
