"""Read and write comparison reports, byte for byte."""

from __future__ import annotations

from io import StringIO
from itertools import pairwise

from attrs import field, frozen

from anaplan_client.alm.models import SummaryReport

from .change_counts import count_changes
from .changes import Change, read_changes
from .errors import ComparisonReportError
from .report_layout import (
    HEAD_LABELS,
    HeadEntry,
    ReportRow,
    ReportSection,
    build_section,
    find_headings,
    split_head,
    split_tail,
    strip_line_end,
)

_BOM = "\ufeff"
_NEEDED_LABELS = ("Source Model", "Target Model")


@frozen(kw_only=True)
class ComparisonReport:
    """A full comparison report: what a sync of the source revision changes in the target model.

    `prefix` is the byte order mark, if there is one. `head_tail` is the text of the empty lines after the head.

    Source: Anaplan publishes the head and five sections. Unpublished sections and columns are read by the same rules.
    """

    head_rows: tuple[ReportRow, ...]
    """The lines of the head."""
    sections: tuple[ReportSection, ...] = field(repr=False)
    """The sections in the order of the report."""
    head_tail: str = ""
    prefix: str = ""

    @classmethod
    def parse(cls, data: bytes) -> ComparisonReport:
        """Read a report. Nothing of it is lost: `write` returns the same bytes.

        Args:
            data: What `get_comparison_report` returned: tab-separated text in UTF-8.

        Returns:
            The report. A row with too few cells is joined with the next lines, or with the row before.

        Raises:
            TypeError: `data` is not bytes.
            ComparisonReportError: `data` is not a report. The error has the number of the wrong line.

        Cost:
            No request. Memory of six times the size of `data`.
        """
        if not isinstance(data, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"data must be bytes (got {type(data).__name__})")
        text = _decode(data)
        prefix = _BOM if text.startswith(_BOM) else ""
        lines = list(StringIO(text[len(prefix) :], newline="\n"))
        headings = find_headings(lines)
        head, head_tail = split_tail(lines[: headings[0] if headings else len(lines)])
        report = cls(
            head_rows=tuple(split_head(head)),
            sections=tuple(build_section(lines[start:stop]) for start, stop in pairwise([*headings, len(lines)])),
            head_tail=head_tail,
            prefix=prefix,
        )
        _check_head(report, len(head))
        return report

    def write(self) -> bytes:
        """Return the report as bytes.

        Returns:
            Text in UTF-8, equal to what was parsed, byte for byte.

        Cost:
            No request. Memory of four times the size of the report.
        """
        pieces = [self.prefix, *(row.text for row in self.head_rows), self.head_tail]
        for section in self.sections:
            pieces += (section.heading, section.header)
            pieces += (row.text for row in section.rows)
            pieces.append(section.tail)
        return "".join(pieces).encode()

    @property
    def head(self) -> dict[str, HeadEntry]:
        """The head by label, for example `report.head["Source Model"].name`."""
        entries = dict[str, HeadEntry]()
        for row in self.head_rows:
            label, object_id, name = (*strip_line_end(row.text).split("\t", 2), "null", "null")[:3]
            entries.setdefault(label, HeadEntry(label=label, id=_read_null(object_id), name=_read_null(name)))
        return entries

    @property
    def changes(self) -> tuple[Change, ...]:
        """What a sync changes, in the order of the report. Each access reads all sections again."""
        return tuple(read_changes(self.sections))

    @property
    def counts(self) -> SummaryReport:
        """The number of changes as the summary report has them, zero counts included.

        `find_count_differences` compares it with the summary report of Anaplan.
        """
        return count_changes(self.sections)


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ComparisonReportError(line, f"must be UTF-8 (got byte 0x{data[error.start]:02x})") from None


def _read_null(text: str) -> str | None:
    return None if text == "null" else text


def _check_head(report: ComparisonReport, lines: int) -> None:
    first = report.head_rows[0].text if report.head_rows else ""
    label, tab, _ = first.partition("\t")
    if not tab or label not in HEAD_LABELS:
        shown = first if len(first) <= 60 else first[:57] + "..."
        raise ComparisonReportError(1, f"must be a head line such as `Source Workspace` (got {shown!r})")
    missing = [label for label in _NEEDED_LABELS if label not in report.head]
    if missing:
        raise ComparisonReportError(lines, f"must not end the head before `{missing[0]}`")
