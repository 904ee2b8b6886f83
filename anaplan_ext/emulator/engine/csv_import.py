"""Import the rows of a file: count loaded, ignored and failed rows; write the dump and the result's details."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from attrs import define, field, frozen

from ..state.actions import Column
from ..state.values import Json


class ActionFailedError(Exception):
    """An action failed as a whole; `kind` is the type of the detail that reports it."""

    def __init__(self, text: str, kind: str = "importFailedGeneralError") -> None:
        super().__init__(text)
        self.kind = kind


class RowProblem(NamedTuple):
    """Type and text of the detail that says why a row was not loaded."""

    kind: str
    text: str


IGNORED = RowProblem("ignored", "")
"""Marks a row that is skipped without an error."""
WARNED = RowProblem("warned", "")
"""Marks a row that is loaded in part."""

_SEPARATORS = ",;|\t"

RowHandler = Callable[[str, list[str]], RowProblem | None]
"""Loads a row (its text and its cells) and returns None, or its problem, IGNORED or WARNED."""


class Row(NamedTuple):
    """A row of a file: its line number (from 1), its text with line end, its cells."""

    line: int
    text: str
    cells: list[str]


@frozen
class SourceFile:
    """A parsed file: the header's text, the column names, and the rows."""

    header: str
    columns: list[str]
    rows: Iterator[Row]


@define
class RowCounts:
    """Outcome of the rows of a file."""

    header: str
    accepted: int = 0
    warned: int = 0
    ignored: int = 0
    failed: int = 0
    rejected: str = ""
    problems: Counter[RowProblem] = field(factory=Counter[RowProblem])

    @property
    def loaded(self) -> int:
        """Number of loaded rows, with or without warnings."""
        return self.accepted + self.warned

    @property
    def dump(self) -> bytes:
        """The failure dump, empty if no row failed."""
        return ("_Status_,_Line_,_Error_1_," + self.header + self.rejected).encode() if self.failed else b""

    def build_details(self, name: str, created: int = 0) -> list[Json]:
        """Build the result's details: the counts, and the occurrences of each problem."""
        updated, is_clean = self.accepted - created, not (self.failed or self.warned)
        text = f"{name}: {self.accepted} ({created}/{updated}) rows successful, "
        if not is_clean:
            text += f"{self.warned} (0/{self.warned}) rows has warnings, {self.failed} failed, "
        counts = {
            "successRowCount": self.accepted,
            "successCreateCount": created,
            "successUpdateCount": updated,
            "warningsRowCount": self.warned,
            "warningsCreateCount": 0,
            "warningsUpdateCount": self.warned,
            "failedCount": self.failed,
            "ignoredCount": self.ignored,
            "totalRowCount": self.loaded + self.failed + self.ignored,
            "totalCreateCount": created,
            "totalUpdateCount": updated + self.warned,
        }
        values: list[str | None] = ["hierarchyName", name]
        for key, count in counts.items():
            values += [key, str(count)]
        kind = "hierarchyRowsProcessed" if is_clean else "hierarchyRowsProcessedWithFailures"
        details = [build_detail(kind, f"{text}{self.ignored} ignored", 0, values)]
        for problem, occurrences in self.problems.items():
            details.append(build_detail(problem.kind, problem.text, occurrences, ["objectName", name, None]))
        return details


def parse_file(data: bytes, separator: str, delimiter: str) -> SourceFile:
    """Parse a CSV file; rows are parsed while they are iterated.

    Raises:
        ActionFailedError: The file has no content or header, is not UTF-8, or (while iterated) is not CSV.
    """
    if not data:
        raise ActionFailedError("The file has no content.", "uploadedFileNoLongerAvailable")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ActionFailedError(f"The file is not UTF-8: byte {error.start} cannot be decoded.") from None
    rows = _iter_rows(text, separator, delimiter)
    header = next(rows, None)
    if header is None or not header.cells:
        raise ActionFailedError("The file has no header.")
    if len(header.cells) == 1 and any(other in header.text for other in _SEPARATORS if other != separator):
        message = f"Column separator `{separator}` expected at line 1: {header.text[:80].strip()}"
        raise ActionFailedError(message, "columnSeparatorExpected")
    return SourceFile(_with_line_end(header.text), header.cells, rows)


def check_header(header: Sequence[str], columns: Sequence[Column]) -> None:
    """Raise ActionFailedError unless the header has each required column, and no unknown or repeated one."""
    missing = [column.name for column in columns if column.required and column.name not in header]
    if missing:
        raise ActionFailedError(f"The file has no column {missing[0]}.", "missingFields")
    names = {column.name for column in columns}
    unknown = [name for name in header if name not in names]
    if unknown:
        raise ActionFailedError(f"The import has no column {unknown[0]}.", "missingFields")
    repeated = [name for name, count in Counter(header).items() if count > 1]
    if repeated:
        message = f"The file has the column {repeated[0]} more than once."
        raise ActionFailedError(message, "hierarchyImportDuplicateSourceKey")


def process_rows(source: SourceFile, handle_row: RowHandler) -> RowCounts:
    """Pass each row to the handler and count the outcomes. 300,000 rows of 20 columns take about a second."""
    counts, rejected = RowCounts(source.header), list[str]()
    for line, text, cells in source.rows:
        problem = handle_row(text, cells) if any(cells) else IGNORED
        if problem is None:
            counts.accepted += 1
        elif problem is WARNED:
            counts.warned += 1
        elif problem is IGNORED:
            counts.ignored += 1
        else:
            counts.failed += 1
            counts.problems[problem] += 1
            rejected.append(f"""E,{line},"{problem.text.replace('"', '""')}",{_with_line_end(text)}""")
    counts.rejected = "".join(rejected)
    return counts


def build_detail(kind: str, text: str, occurrences: int, values: list[str | None]) -> Json:
    """Build a detail of a task's result."""
    return {"localMessageText": text, "occurrences": occurrences, "type": kind, "values": values}


def _with_line_end(text: str) -> str:
    return text if text[-1] in "\r\n" else text + "\n"


def _iter_rows(text: str, separator: str, delimiter: str) -> Iterator[Row]:
    buffer: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            buffer.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=separator, quotechar=delimiter)
    start = 1
    try:
        for cells in reader:
            yield Row(start, buffer[0] if len(buffer) == 1 else "".join(buffer), cells)
            buffer.clear()
            start = reader.line_num + 1
    except csv.Error as error:
        raise ActionFailedError(f"The file is not CSV: {error}.", "unmatchedTextDelimiter") from None
