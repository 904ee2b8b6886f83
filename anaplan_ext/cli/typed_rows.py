"""Turn the delimited text of an export into JSON lines: numbers, booleans and missing values instead of texts."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator

from ..frames.schema import ColumnType, TableFormat, is_header

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
"""A number of JSON. It is written as it came, so that no digit is lost."""
_BOOLEANS = ("true", "false")


def write_lines(lines: Iterable[str], form: TableFormat) -> Iterator[str]:
    """Yield a JSON object for each row. The first row has the names of the columns.

    Raises:
        ValueError: Two columns have one name, or a row has another number of values than the header.
    """
    rows = csv.reader(
        lines,
        delimiter=form.dialect.separator,
        quotechar=form.dialect.delimiter or None,
        quoting=csv.QUOTE_MINIMAL if form.dialect.delimiter else csv.QUOTE_NONE,
    )
    names = next(rows, list[str]())
    if form.is_grid and not is_header(names, form):
        names = next(rows, list[str]())  # after the line with the page
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"column {repeated[0]!r} occurs {names.count(repeated[0])} times; use --format csv")
    types: tuple[ColumnType, ...] = form.types if len(form.types) == len(names) else ("text",) * len(names)
    keys = [json.dumps(name, ensure_ascii=False) for name in names]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            if not row and len(names) == 1:
                row = [""]
            else:
                raise ValueError(f"row {number} has {len(row)} values, and the header has {len(names)}")
        values = map(_literal, row, types)
        yield f"{{{', '.join(f'{key}: {value}' for key, value in zip(keys, values, strict=True))}}}\n"


def _literal(text: str, kind: ColumnType) -> str:
    """Return a value as JSON. What is not of its type stays text, and is not lost."""
    if not text:
        return "null"
    if kind == "number" and _NUMBER.fullmatch(text):
        return text
    if kind == "boolean" and text.lower() in _BOOLEANS:
        return text.lower()
    return json.dumps(text, ensure_ascii=False)
