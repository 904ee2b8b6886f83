"""Read the rejected rows of an import from its failure dump."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from .messages import NO_REASON

MAX_SHOWN_ROWS = 5
"""Number of rejected rows in an error message."""
_MAX_READ_BYTES = 1_000_000
"""Number of bytes of a dump that are read for them; a dump can have hundreds of megabytes."""
_ERROR = re.compile(r"_Error_\d+_")


@frozen
class RejectedRow:
    """A row of the source that was not loaded."""

    line: str
    """Its line in the source, as Anaplan counts; empty if the dump does not have it."""
    column: str
    """The column in the error message; empty if there is none."""
    error: str
    """The error messages of the row."""

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.line and f"line {self.line}", self.column and f"column {self.column}")))
        return f"{where}: {self.error}" if where else self.error


def read_rejected_rows(dump: bytes) -> Iterator[RejectedRow]:
    """Yield the rows at the beginning of a failure dump; if it is not CSV, a row with that error."""
    is_cut = len(dump) > _MAX_READ_BYTES
    text = dump[:_MAX_READ_BYTES].decode("utf-8-sig", errors="replace")
    reader = csv.reader(io.StringIO(text.rpartition("\n")[0] if is_cut else text, newline=""))
    try:
        header = next(reader, list[str]())
        columns = [name for name in header if not re.fullmatch(r"_\w+_", name)]
        for cells in reader:
            if any(cells):
                yield _row(header, columns, cells)
    except csv.Error as error:
        yield RejectedRow(line="", column="", error=f"the failure dump is not valid CSV: {error}")


def _row(header: Sequence[str], columns: Sequence[str], cells: Sequence[str]) -> RejectedRow:
    named = dict(zip(header, cells, strict=False))
    errors = [text for name, text in named.items() if text and _ERROR.fullmatch(name)]
    error = "; ".join(errors) or NO_REASON
    return RejectedRow(line=named.get("_Line_", ""), column=_column(errors, columns), error=error)


def _column(errors: Sequence[str], columns: Sequence[str]) -> str:
    """Return the column in the first error; the longest name, if one contains another."""
    text = errors[0] if errors else ""
    named = [name for name in columns if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    return max(named, key=len, default="")
