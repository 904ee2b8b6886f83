"""Row counts of an import, or of each import of a process."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from .messages import detail_messages, label_of
from .rejected_rows import MAX_SHOWN_ROWS, RejectedRow, RejectedRows, read_first_rows

if TYPE_CHECKING:
    from anaplan_client.integration.models import Task, TaskDetail, TaskResult

_COUNTS = {
    "loaded": ("successRowCount", "warningsRowCount"),
    "warned": ("warningsRowCount",),
    "ignored": ("ignoredCount",),
    "failed": ("failedCount",),
    "rows": ("totalRowCount",),
}
_OUTCOMES = ("successRowCount", "warningsRowCount", "ignoredCount", "failedCount")
"""The outcomes of a row. A detail that counts one of them counts all, and omits zeros."""
# The counts in the text of a detail without values: "Flights: 2 (1/1) rows successful, 1 failed, 0 ignored".
_TEXT = {
    "successRowCount": r"(\d+) (?:\(\d+/\d+\) )?rows? successful",
    "warningsRowCount": r"(\d+) (?:\(\d+/\d+\) )?rows? ha(?:s|ve) warnings",
    "failedCount": r"(\d+) failed",
    "ignoredCount": r"(\d+) ignored",
}


@frozen
class ActionLoad:
    """The rows of one action. Counts are None if Anaplan gives none: only imports have counts."""

    id: str
    """Id of the action."""
    name: str
    """Name of the action."""
    successful: bool
    """Whether Anaplan reports success."""
    loaded: int | None = None
    """Rows that were loaded, with or without warnings."""
    warned: int | None = None
    """Rows that were loaded without some of their values."""
    ignored: int | None = None
    """Rows that Anaplan ignored, such as blank rows."""
    failed: int | None = None
    """Rows that were rejected."""
    rows: int | None = None
    """Rows of the source."""
    messages: tuple[str, ...] = ()
    """Messages of the run."""
    start_time: str | None = None
    """Start time in Anaplan's format; only for the actions of a process."""
    duration: str | None = None
    """Duration in Anaplan's format; only for the actions of a process."""
    dump_available: bool = False
    """Whether Anaplan announced a failure dump. It also does so if no row was rejected."""

    @property
    def reconciles(self) -> bool:
        """Return whether every row of the source was loaded, ignored or rejected; True without counts."""
        if self.rows is None or self.loaded is None:
            return True
        return self.rows == self.loaded + (self.ignored or 0) + (self.failed or 0)

    @property
    def label(self) -> str:
        """Return name and id, such as `Load sales (112000000001)`, as far as they are known."""
        return label_of(self.name, self.id)

    def __str__(self) -> str:
        if self.loaded is None:
            return "succeeded" if self.successful else "failed"
        warned = f" ({self.warned} with warnings)" if self.warned else ""
        return f"{self.loaded} loaded{warned}, {self.ignored or 0} ignored, {self.failed or 0} failed"


@frozen
class LoadReport:
    """A finished task, and the rows that it loaded.

    `dumps` has the failure dumps of the import, or of each import of the process, by the id of the import. They are CSV
    with the columns `_Status_`, `_Line_` (of the source), `_Error_1_` …. They were read when the task finished, since
    the next run deletes them. The report of a cancelled task has the actions that Anaplan reported.
    """

    task: Task
    """The finished task."""
    actions: tuple[ActionLoad, ...]
    """The actions of a process in their order, or the only action."""
    dumps: Mapping[str, bytes] = field(factory=dict[str, bytes], repr=False)
    missing_dumps: Mapping[str, str] = field(factory=dict[str, str])
    """Why an announced failure dump is not in `dumps`, by the id of the import."""

    @property
    def loaded(self) -> int | None:
        """Return the rows that all actions loaded; None if Anaplan counted none."""
        return _total(action.loaded for action in self.actions)

    @property
    def ignored(self) -> int | None:
        """Return the rows that all actions ignored; None if Anaplan counted none."""
        return _total(action.ignored for action in self.actions)

    @property
    def failed(self) -> int | None:
        """Return the rows that all actions rejected; None if Anaplan counted none."""
        return _total(action.failed for action in self.actions)

    @property
    def counted(self) -> bool:
        """Return whether Anaplan counted the rows of any action."""
        return self.loaded is not None

    @property
    def reconciles(self) -> bool:
        """Return whether every row of every source was loaded, ignored or rejected."""
        return all(action.reconciles for action in self.actions)

    @property
    def rejected_rows(self) -> tuple[RejectedRow, ...]:
        """Return the first five rejected rows of the failure dumps, with line, column and error."""
        rows = (row for dump in self.dumps.values() for row in read_first_rows(dump))
        return tuple(itertools.islice(rows, MAX_SHOWN_ROWS))

    @property
    def rejected(self) -> RejectedRows:
        """Return all rejected rows of the failure dumps, with their values."""
        return RejectedRows(self.dumps, {action.id: action.name for action in self.actions if action.name})

    def __str__(self) -> str:
        if self.counted:
            return f"{self.loaded} loaded, {self.ignored} ignored, {self.failed} failed"
        succeeded = bool(self.actions) and all(action.successful for action in self.actions)
        return "succeeded, rows not counted" if succeeded else "rows not counted"


def unaccounted_reason(report: LoadReport, on_ignored: Literal["allow", "raise"]) -> str:
    """Return which rows are missing after a success: unaccounted rows, or ignored rows if these are an error."""
    for action in report.actions:
        if not action.reconciles:
            return f"rows are unaccounted for: {action.label} had {action.rows} rows, of which {action}"
    if on_ignored == "raise" and report.ignored:
        return f"{_count_rows(report.ignored)} ignored"
    return ""


def rejection_reason(action: ActionLoad, report: LoadReport) -> str:
    """Return which rows an action rejected; empty if it rejected none.

    The count decides. Without a count, the rows of an announced failure dump do. A dump that cannot be read leaves it
    open.
    """
    if action.failed is not None:
        return f"{_count_rows(action.failed)} rejected" if action.failed else ""
    if not action.dump_available:
        return ""
    dump = report.dumps.get(action.id)
    if dump is None:
        reason = report.missing_dumps.get(action.id, "Anaplan does not say of which action")
        return f"rows may have been rejected: a failure dump was announced, but it is missing ({reason})"
    return "rows were rejected" if next(read_first_rows(dump), None) else ""


def build_report(task: Task, action_id: str) -> LoadReport:
    """Build the report of a finished task, without failure dumps."""
    return LoadReport(task, () if task.result is None else tuple(_action_loads(task.result, action_id)))


def _action_loads(result: TaskResult, action_id: str) -> Iterator[ActionLoad]:
    if result.nested_results:
        for nested in result.nested_results:
            yield from _action_loads(nested, "")
        return
    yield ActionLoad(
        # The result itself may have no id, or that of the object that it loads.
        id=action_id or result.object_id or "",
        name=result.object_name or "",
        successful=bool(result.successful),
        messages=tuple(detail_messages(result.details)),
        start_time=result.start_time,
        duration=result.duration,
        dump_available=bool(result.failure_dump_available),
        **_sum_counts(result.details or []),
    )


def _total(counts: Iterator[int | None]) -> int | None:
    present = [count for count in counts if count is not None]
    return sum(present) if present else None


def _sum_counts(details: list[TaskDetail]) -> dict[str, int | None]:
    """Add up the counts of all details; an import into several targets has a detail for each."""
    counted = [counts for counts in map(_counts, details) if counts]
    if not counted:
        return {}
    return {
        name: None
        if name == "rows" and any(keys[0] not in counts for counts in counted)
        else sum(counts.get(key, 0) for counts in counted for key in keys)
        for name, keys in _COUNTS.items()
    }


def _counts(detail: TaskDetail) -> dict[str, int]:
    """Read the counts of a detail: from its values, where each follows its name, or from its text."""
    values = detail.values or []
    names = {key for keys in _COUNTS.values() for key in keys}
    pairs = itertools.pairwise(values)
    counts = {key: int(value) for key, value in pairs if key in names and value and value.isdecimal()}
    if any(key in counts for key in _OUTCOMES):
        return counts
    text = detail.local_message_text or ""
    in_text = {key: int(match[1]) for key, pattern in _TEXT.items() if (match := re.search(pattern, text))}
    return in_text if "successRowCount" in in_text else {}


def _count_rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count} rows were"
