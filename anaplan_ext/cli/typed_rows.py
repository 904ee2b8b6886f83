"""Turn the delimited text of an export into JSON lines: numbers, booleans and missing values instead of texts."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from json.encoder import encode_basestring

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
    types = form.types if len(form.types) == len(names) else ()
    writers = [_WRITERS.get(kind, _write_text) for kind in types] or [_write_text] * len(names)
    keys = [encode_basestring(name) for name in names]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            if not row and len(names) == 1:
                row = [""]
            else:
                raise ValueError(f"row {number} has {len(row)} values, and the header has {len(names)}")
        values = [f"{key}: {write(text)}" for key, write, text in zip(keys, writers, row, strict=True)]
        yield f"{{{', '.join(values)}}}\n"


def _write_text(text: str) -> str:
    """Return a text as JSON. An empty one is a missing value."""
    return encode_basestring(text) if text else "null"


def _write_number(text: str) -> str:
    """Return a number as JSON. What is none stays text, and is not lost."""
    return text if _NUMBER.fullmatch(text) else _write_text(text)


def _write_boolean(text: str) -> str:
    """Return a boolean as JSON. What is none stays text."""
    return text.lower() if text.lower() in _BOOLEANS else _write_text(text)


_WRITERS: Mapping[ColumnType, Callable[[str], str]] = {"number": _write_number, "boolean": _write_boolean}
