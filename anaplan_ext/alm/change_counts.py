"""Count the changes of a comparison report as the summary report does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from anaplan_client.alm.models import ChangeCounts, SummaryReport

from .report_layout import ReportSection
from .report_words import Action, Heading, count_key_columns, read_heading

CountField = Literal["created", "modified", "deleted"]
_COUNT_FIELDS: dict[Action, CountField] = {
    "added": "created",
    "deleted": "deleted",
    "changed": "modified",
    "moved": "modified",
}
_SUMMARY_KEYS: dict[tuple[str, CountField], str] = {("roles", "modified"): "rolesContents"}
"""Published keys of the summary report that are not the words of the title."""


def count_changes(sections: Iterable[ReportSection]) -> SummaryReport:
    """Count changes by kind. An object that is changed and moved is modified once."""
    objects: dict[tuple[str, CountField], set[object]] = {}
    for position, section in enumerate(sections):
        heading = read_heading(section.title)
        field = _COUNT_FIELDS[heading.action]
        width = count_key_columns(heading.kind, section.columns)
        counted = objects.setdefault((_get_summary_key(heading), field), set())
        for number, row in enumerate(section.filled_rows):
            # Only what is modified can be in two sections.
            counted.add(row.cells[:width] if field == "modified" else (position, number))
    return _build_summary({key: len(counted) for key, counted in objects.items() if counted})


def find_count_differences(report: SummaryReport, summary: SummaryReport) -> tuple[str, ...]:
    """Say where the counts of a comparison report and of the summary report differ.

    Anaplan may count kinds that it does not publish in another way, so a difference need not be an error.

    Args:
        report: `counts` of the comparison report.
        summary: The summary report of the same revisions.

    Returns:
        A text for each difference, for example `lists created: 2 in the report, 3 in the summary`; empty without any.

    Cost:
        No request.
    """
    ours, theirs = report.differences or {}, summary.differences or {}
    pairs = [(kind, ours.get(kind), theirs.get(kind)) for kind in sorted({*ours, *theirs})]
    return tuple(
        f"{name} {field}: {one} in the report, {other} in the summary"
        for name, counts, others in [*pairs, ("totals", report.totals, summary.totals)]
        for field in get_args(CountField)
        if (one := getattr(counts, field, 0) or 0) != (other := getattr(others, field, 0) or 0)
    )


def _get_summary_key(heading: Heading) -> str:
    """Return the key of the things in the summary report: `lineItems` for `LINE ITEMS`."""
    things = heading.things.lower()
    first, *rest = things.split() or [""]
    return _SUMMARY_KEYS.get((things, _COUNT_FIELDS[heading.action])) or first + "".join(map(str.capitalize, rest))


def _build_summary(counts: Mapping[tuple[str, CountField], int]) -> SummaryReport:
    kinds = dict.fromkeys(kind for kind, _ in counts)
    differences = {
        kind: ChangeCounts(
            created=counts.get((kind, "created"), 0),
            modified=counts.get((kind, "modified"), 0),
            deleted=counts.get((kind, "deleted"), 0),
        )
        for kind in kinds
    }
    totals = {
        field: sum(count for (_, name), count in counts.items() if name == field) for field in _COUNT_FIELDS.values()
    }
    return SummaryReport(
        totals=ChangeCounts(created=totals["created"], modified=totals["modified"], deleted=totals["deleted"]),
        differences=differences,
    )
