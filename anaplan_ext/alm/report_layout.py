"""The layout of a comparison report: a head, then sections with a heading, columns and rows.

Every part keeps the exact text of its lines, with their line ends. What it means is derived from that text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from attrs import frozen

HEAD_LABELS = tuple(f"{side} {part}" for side in ("Source", "Target") for part in ("Workspace", "Model", "Revision"))
"""The published labels of the head. Others are kept."""
EMPTY_CELL = "-"
_HEADING = re.compile(r"={3,}(?!=)[ ]*(?! )([^\t\r\n]*[^\t\r\n =])[ ]*={3,}[ ]*")
_PUBLISHED_TITLE = re.compile(r"[A-Z][A-Z /&-]* (ADDED|CHANGED|DELETED|MOVED)|CHANGES WITHIN [A-Z ]+")


@frozen
class ReportRow:
    """A row of a section or of the head, with its line end in `text`."""

    text: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells as they are in the report. A cell of a joined row may have line ends in it."""
        return tuple(strip_line_end(self.text).split("\t"))

    @property
    def is_joined(self) -> bool:
        """Whether it was joined from several lines, because a cell has a line end in it."""
        return "\n" in self.text[:-1]

    @property
    def is_blank(self) -> bool:
        """Whether it is an empty line between rows."""
        return not strip_line_end(self.text)


@frozen(kw_only=True)
class HeadEntry:
    """What the head tells about a workspace, a model or a revision."""

    label: str
    """The label, for example `Source Model`."""
    id: str | None
    """The id, or the name where the report has no id. None where the report has `null`."""
    name: str | None = None
    """The name; of a revision, the description. None where the report has `null` or nothing."""


@frozen(kw_only=True)
class ReportSection:
    """A section of the report. Sections and columns that are not published are read like the others.

    `heading`, `header` and `tail` are the exact text of its first line, of the line of column names, and of the empty
    lines after the rows.
    """

    heading: str
    header: str
    rows: tuple[ReportRow, ...]
    """The rows, joined where a cell has a line end."""
    tail: str = "\n"

    @property
    def title(self) -> str:
        """The title, for example `LISTS ADDED`."""
        match = _HEADING.fullmatch(strip_line_end(self.heading))
        return match[1] if match else ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        header = strip_line_end(self.header)
        return tuple(header.split("\t")) if header else ()

    @property
    def filled_rows(self) -> Iterator[ReportRow]:
        """The rows that are not empty lines."""
        return (row for row in self.rows if not row.is_blank)

    @property
    def invalid_rows(self) -> tuple[ReportRow, ...]:
        """The rows that have more or fewer cells than there are columns."""
        tabs = len(self.columns) - 1
        return tuple(row for row in self.rows if row.text.count("\t") != tabs and not row.is_blank)


def strip_line_end(line: str) -> str:
    """Return a line without its line end, `\\n` or `\\r\\n`."""
    return line.removesuffix("\n").removesuffix("\r") if line.endswith("\n") else line


def is_blank(line: str) -> bool:
    """Return whether a line is empty."""
    return line in ("\n", "\r\n", "")


def find_headings(lines: Sequence[str]) -> list[int]:
    """Return the positions of the lines that start a section.

    Names may look like a heading, too. A heading follows an empty line or the head, or has a published title.
    """
    positions = list[int]()
    for position, line in enumerate(lines):
        match = _HEADING.fullmatch(strip_line_end(line)) if line.startswith("===") else None
        starts = match and (not positions or is_blank(lines[position - 1]) or _PUBLISHED_TITLE.fullmatch(match[1]))
        if starts:
            positions.append(position)
    return positions


def build_section(lines: Sequence[str]) -> ReportSection:
    """Build a section of its lines, the first of which is its heading."""
    header, body = (lines[1], lines[2:]) if len(lines) > 1 and not is_blank(lines[1]) else ("", lines[1:])
    body, tail = split_tail(body)
    rows = split_rows(body, strip_line_end(header).count("\t") + 1)
    return ReportSection(heading=lines[0], header=header, rows=rows, tail=tail)


def split_tail(lines: Sequence[str]) -> tuple[Sequence[str], str]:
    """Split off the empty lines at the end."""
    stop = len(lines)
    while stop and is_blank(lines[stop - 1]):
        stop -= 1
    return lines[:stop], "".join(lines[stop:])


def split_rows(lines: Sequence[str], width: int) -> tuple[ReportRow, ...]:
    """Return the rows of a section with `width` columns. A row whose cells have line ends in them is joined."""
    tabs = [line.count("\t") for line in lines]
    if width == 1 or all(count == width - 1 for count in tabs):
        return tuple(map(ReportRow, lines))
    return tuple(map(ReportRow, _iter_rows(lines, list(accumulate(tabs, initial=0)), width - 1)))


def split_head(lines: Iterable[str]) -> Iterator[ReportRow]:
    """Iterate over the rows of the head. A line without a tab continues the row before it."""
    row = list[str]()
    for line in lines:
        if row and "\t" in line:
            yield ReportRow("".join(row))
            row = []
        row.append(line)
    if row:
        yield ReportRow("".join(row))


def _iter_rows(lines: Sequence[str], tabs_before: Sequence[int], wanted: int) -> Iterator[str]:
    """Iterate over the texts of rows, each with the wanted number of tabs if there is a way.

    `tabs_before` has the number of tabs before each line, so that long rows cost no more than short ones.
    """
    start = 0
    while start < len(lines):
        # The first end by which the row has all of its tabs.
        stop = bisect_left(tabs_before, tabs_before[start] + wanted, start + 1)
        is_complete = stop < len(tabs_before) and tabs_before[stop] - tabs_before[start] == wanted
        is_row = is_complete and not is_blank(lines[start])
        stop = _find_end_of_last_cell(lines, stop) if is_row else start + 1
        yield "".join(lines[start:stop])
        start = stop


def _find_end_of_last_cell(lines: Sequence[str], stop: int) -> int:
    """Return where a complete row ends. Lines without a tab continue its last cell, since names have no line ends."""
    end = stop
    while stop < len(lines) and "\t" not in lines[stop]:
        stop += 1
        if not is_blank(lines[stop - 1]):
            end = stop
    return end
