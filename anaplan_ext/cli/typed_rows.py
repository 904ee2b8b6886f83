"""Turn the delimited text of an export into JSON lines: numbers, booleans and missing values instead of texts."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from anaplan_client.integration.models import ExportMetadata

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
"""A number of JSON. It is written as it came, so that no digit is lost."""
_BOOLEANS = ("true", "false")
_SEPARATORS = {"\\t": "\t", "TAB": "\t", "tab": "\t"}


class TableFormat(NamedTuple):
    """How an export is written, and the types of its columns."""

    encoding: str
    separator: str
    delimiter: str
    types: Sequence[str]
    """Anaplan's data types, such as NUMBER; empty if they are not known."""


def read_format(metadata: ExportMetadata) -> TableFormat:
    """Return the format that the metadata of an export announces.

    Raises:
        ValueError: The export is not delimited text in rows.
    """
    media_type = (metadata.export_format or "text/csv").partition(";")[0].strip().lower()
    layout = str(metadata.layout or "")
    if not media_type.startswith("text/") or layout.startswith("GRID"):
        kind = layout or media_type
        raise ValueError(f"--format jsonl needs an export with a tabular layout (got {kind}); use --format csv")
    separator = metadata.separator or ("\t" if media_type == "text/tab-separated-values" else ",")
    delimiter = '"' if metadata.delimiter is None else metadata.delimiter
    separator = _SEPARATORS.get(separator, separator)
    if len(separator) != 1 or len(delimiter) > 1:
        raise ValueError(f"--format jsonl needs a separator of one character (got {separator!r}); use --format csv")
    return TableFormat(metadata.encoding or "UTF-8", separator, delimiter, list(map(str, metadata.data_types or ())))


def write_lines(lines: Iterable[str], form: TableFormat) -> Iterator[str]:
    """Yield a JSON object for each row. The first row has the names of the columns.

    Raises:
        ValueError: Two columns have one name, or a row has another number of values than the header.
    """
    rows = csv.reader(
        lines,
        delimiter=form.separator,
        quotechar=form.delimiter or None,
        quoting=csv.QUOTE_MINIMAL if form.delimiter else csv.QUOTE_NONE,
    )
    names = next(rows, list[str]())
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"column {repeated[0]!r} occurs {names.count(repeated[0])} times; use --format csv")
    types = form.types if len(form.types) == len(names) else ["TEXT"] * len(names)
    keys = [json.dumps(name, ensure_ascii=False) for name in names]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            if not row and len(names) == 1:
                row = [""]
            else:
                raise ValueError(f"row {number} has {len(row)} values, and the header has {len(names)}")
        values = map(_literal, row, types)
        yield f"{{{', '.join(f'{key}: {value}' for key, value in zip(keys, values, strict=True))}}}\n"


def _literal(text: str, kind: str) -> str:
    """Return a value as JSON. What is not of its type stays text, and is not lost."""
    if not text:
        return "null"
    if kind == "NUMBER" and _NUMBER.fullmatch(text):
        return text
    if kind == "BOOLEAN" and text.lower() in _BOOLEANS:
        return text.lower()
    return json.dumps(text, ensure_ascii=False)
