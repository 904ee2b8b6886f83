"""What became of the rows of an import, or of each import of a process."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from .messages import undocumented_message
from .rejected_rows import MAX_SHOWN_ROWS, RejectedRow, read_rejected_rows

if TYPE_CHECKING:
    from anaplan_client.integration.models import Task, TaskDetail, TaskResult

_COUNTS = {
    "loaded": ("successRowCount", "warningsRowCount"),
    "warned": ("warningsRowCount",),
    "ignored": ("ignoredCount",),
    "failed": ("failedCount",),
    "rows": ("totalRowCount",),
}
_ENDS = ("successRowCount", "warningsRowCount", "ignoredCount", "failedCount")
"""The ways in which a row can end; a detail that counts one of them counts all, and leaves out those that are zero."""
# Where a detail has no counts, its text has them: "Flights: 2 (1/1) rows successful, 1 failed, 0 ignored".
_TEXT = {
    "successRowCount": r"(\d+) (?:\(\d+/\d+\) )?rows? successful",
    "warningsRowCount": r"(\d+) (?:\(\d+/\d+\) )?rows? ha(?:s|ve) warnings",
    "failedCount": r"(\d+) failed",
    "ignoredCount": r"(\d+) ignored",
}


@frozen
class ActionLoad:
    """What became of the rows of one action; counts are None where Anaplan gives none, as for all but imports."""

    id: str
    name: str
    successful: bool
    loaded: int | None = None
    """Rows that were loaded, also those with warnings."""
    warned: int | None = None
    """Rows that were loaded but for some of their values."""
    ignored: int | None = None
    failed: int | None = None
    rows: int | None = None
    """Rows of the source, as Anaplan counted them."""
    messages: tuple[str, ...] = ()
    start_time: str | None = None
    """When it began, as Anaplan writes it; only for the actions of a process."""
    duration: str | None = None
    """How long it took, likewise."""
    dump_available: bool = False
    """Whether Anaplan announced a failure dump, which it also does where no row was rejected."""

    @property
    def adds_up(self) -> bool:
        """Whether every row of the source was loaded, ignored or rejected; also True where there are no counts."""
        if self.rows is None or self.loaded is None:
            return True
        return self.rows == self.loaded + (self.ignored or 0) + (self.failed or 0)

    @property
    def label(self) -> str:
        """Its name and id, such as `Load sales (112000000001)`, or what there is of them."""
        return f"{self.name} ({self.id})" if self.name and self.id else self.name or self.id or "an action"

    def __str__(self) -> str:
        if self.loaded is None:
            return "succeeded" if self.successful else "failed"
        warned = f" ({self.warned} with warnings)" if self.warned else ""
        return f"{self.loaded} loaded{warned}, {self.ignored or 0} ignored, {self.failed or 0} failed"


@frozen
class LoadReport:
    """How a task ended, and what became of the rows that it loaded.

    `dumps` has the failure dumps of the import, or of each import of the process, by the id of the failed object: CSV
    with `_Status_`, `_Line_` (of the source) and `_Error_1_` … columns. They were read when the task ended, since
    Anaplan drops them at the next run. The report of a cancelled task has the actions that Anaplan tells of.
    """

    task: Task
    actions: tuple[ActionLoad, ...]
    """The actions of a process in their order, or the one that was run."""
    dumps: Mapping[str, bytes] = field(factory=dict[str, bytes], repr=False)
    missing_dumps: Mapping[str, str] = field(factory=dict[str, str])
    """Why a failure dump that Anaplan announced is not in `dumps`, by the id of the failed object."""

    @property
    def loaded(self) -> int | None:
        """Rows that were loaded, by all actions together; None if Anaplan counted none of them."""
        return _total(action.loaded for action in self.actions)

    @property
    def ignored(self) -> int | None:
        """Rows that were ignored, by all actions together; None if Anaplan counted none of them."""
        return _total(action.ignored for action in self.actions)

    @property
    def failed(self) -> int | None:
        """Rows that were rejected, by all actions together; None if Anaplan counted none of them."""
        return _total(action.failed for action in self.actions)

    @property
    def counted(self) -> bool:
        """Whether Anaplan counted the rows of any of the actions."""
        return self.loaded is not None

    @property
    def adds_up(self) -> bool:
        """Whether every row of every source was loaded, ignored or rejected."""
        return all(action.adds_up for action in self.actions)

    @property
    def rejected_rows(self) -> tuple[RejectedRow, ...]:
        """The first five rows that the failure dumps name, with line, column and error."""
        rows = (row for dump in self.dumps.values() for row in read_rejected_rows(dump))
        return tuple(itertools.islice(rows, MAX_SHOWN_ROWS))

    def __str__(self) -> str:
        if self.counted:
            return f"{self.loaded} loaded, {self.ignored} ignored, {self.failed} failed"
        succeeded = bool(self.actions) and all(action.successful for action in self.actions)
        return "succeeded, rows not counted" if succeeded else "rows not counted"


def unaccounted_reason(report: LoadReport, on_ignored: Literal["allow", "raise"]) -> str:
    """Return which rows a successful task lost: those that it does not account for, or ignored where that matters."""
    for action in report.actions:
        if not action.adds_up:
            return f"the rows do not add up: {action.label} had {action.rows}, of which {action}"
    if on_ignored == "raise" and report.ignored:
        return f"{report.ignored} rows were ignored"
    return ""


def rejection_reason(action: ActionLoad, report: LoadReport) -> str:
    """Return why an action that may have rejected rows is no complete success; empty if it rejected none.

    Its count decides. Without one, a failure dump that was announced does, by the rows that it has; a dump that cannot
    be read proves nothing.
    """
    if action.failed is not None:
        return f"{action.failed} rows were rejected" if action.failed else ""
    if not action.dump_available:
        return ""
    dump = report.dumps.get(action.id)
    if dump is None:
        why = report.missing_dumps.get(action.id, "Anaplan does not say of which action")
        return f"rows may have been rejected: a failure dump was announced, but it is missing ({why})"
    return "rows were rejected" if next(read_rejected_rows(dump), None) else ""


def validate_on_ignored(on_ignored: str) -> None:
    """Raise `ValueError` for anything but `allow` and `raise`."""
    if on_ignored not in ("allow", "raise"):
        raise ValueError(f"on_ignored must be 'allow' or 'raise' (got {on_ignored!r})")


def build_report(
    task: Task,
    action_id: str,
    dumps: Mapping[str, bytes] | None = None,
    missing_dumps: Mapping[str, str] | None = None,
) -> LoadReport:
    """Read the result of a task that ended, as far as it has one."""
    actions = () if task.result is None else tuple(_loads(task.result, action_id))
    return LoadReport(task, actions, dumps or {}, missing_dumps or {})


def detail_messages(details: list[TaskDetail] | None) -> Iterator[str]:
    """Yield the messages of a result, each with how often it came up."""
    for detail in details or []:
        if text := detail.local_message_text or undocumented_message(detail.additional_properties):
            times = f" ({detail.occurrences} times)" if detail.occurrences and detail.occurrences > 1 else ""
            yield text + times


def _loads(result: TaskResult, action_id: str) -> Iterator[ActionLoad]:
    if result.nested_results:
        for nested in result.nested_results:
            yield from _loads(nested, "")
        return
    yield ActionLoad(
        # The id of what was run is known; its result may say nothing, or name the object that it loads.
        id=action_id or result.object_id or "",
        name=result.object_name or "",
        successful=bool(result.successful),
        messages=tuple(detail_messages(result.details)),
        start_time=result.start_time,
        duration=result.duration,
        dump_available=bool(result.failure_dump_available),
        **_added(result.details or []),
    )


def _total(counts: Iterator[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _added(details: list[TaskDetail]) -> dict[str, int | None]:
    """The counts of all details that have some; an import into several targets has one for each."""
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
    """The counts of a detail: in its values, where each follows its name, or in its text."""
    values = detail.values or []
    known = {key for keys in _COUNTS.values() for key in keys}
    pairs = itertools.pairwise(values)
    counts = {key: int(value) for key, value in pairs if key in known and value and value.isdecimal()}
    if any(key in counts for key in _ENDS):
        return counts
    text = detail.local_message_text or ""
    in_text = {key: int(match[1]) for key, pattern in _TEXT.items() if (match := re.search(pattern, text))}
    return in_text if "successRowCount" in in_text else {}
