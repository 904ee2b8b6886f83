"""What became of the rows of an import, or of each import of a process."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    from anaplan_client.integration.models import Task, TaskDetail, TaskResult

_COUNTS = {
    "loaded": ("successRowCount", "warningsRowCount"),
    "warned": ("warningsRowCount",),
    "ignored": ("ignoredCount",),
    "failed": ("failedCount",),
    "rows": ("totalRowCount",),
}
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

    @property
    def adds_up(self) -> bool:
        """Whether every row of the source was loaded, ignored or refused; also True where there are no counts."""
        if self.rows is None or self.loaded is None:
            return True
        return self.rows == self.loaded + (self.ignored or 0) + (self.failed or 0)

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
    Anaplan drops them at the next run.
    """

    task: Task
    actions: tuple[ActionLoad, ...]
    """The actions of a process in their order, or the one that was run."""
    dumps: Mapping[str, bytes] = field(factory=dict[str, bytes], repr=False)

    @property
    def loaded(self) -> int:
        """Rows that were loaded, by all actions together."""
        return sum(action.loaded or 0 for action in self.actions)

    @property
    def ignored(self) -> int:
        """Rows that were ignored, by all actions together."""
        return sum(action.ignored or 0 for action in self.actions)

    @property
    def failed(self) -> int:
        """Rows that were refused, by all actions together."""
        return sum(action.failed or 0 for action in self.actions)

    @property
    def counted(self) -> bool:
        """Whether Anaplan counted the rows of any of the actions."""
        return any(action.loaded is not None for action in self.actions)

    @property
    def adds_up(self) -> bool:
        """Whether every row of every source was loaded, ignored or refused."""
        return all(action.adds_up for action in self.actions)

    def __str__(self) -> str:
        return f"{self.loaded} loaded, {self.ignored} ignored, {self.failed} failed"


def lost(report: LoadReport, on_ignored: Literal["allow", "raise"]) -> str:
    """Says which rows a successful task lost: those that it does not account for, or ignored where that matters."""
    if not report.adds_up:
        odd = next(action for action in report.actions if not action.adds_up)
        return f"the rows do not add up: {odd.name or odd.id} had {odd.rows}, of which {odd}"
    if on_ignored == "raise" and report.ignored:
        return f"{report.ignored} rows were ignored"
    return ""


def check_on_ignored(on_ignored: str) -> None:
    """Raises `ValueError` for a wish that there is not."""
    if on_ignored not in ("allow", "raise"):
        raise ValueError(f"on_ignored: {on_ignored!r} is neither allow nor raise")


def report_of(task: Task, action_id: str, dumps: Mapping[str, bytes] | None = None) -> LoadReport:
    """Reads the result of a task that ended."""
    result = task.result
    if result is None:
        return LoadReport(task, (), dumps or {})
    return LoadReport(task, tuple(_loads(result, action_id)), dumps or {})


def _loads(result: TaskResult, action_id: str) -> Iterator[ActionLoad]:
    if result.nested_results:
        for nested in result.nested_results:
            yield from _loads(nested, "")
        return
    details = result.details or []
    yield ActionLoad(
        id=result.object_id or action_id,
        name=result.object_name or "",
        successful=bool(result.successful),
        messages=tuple(_messages(details)),
        start_time=result.start_time,
        duration=result.duration,
        **_added(details),
    )


def _messages(details: list[TaskDetail]) -> Iterator[str]:
    for detail in details:
        if detail.local_message_text:
            times = f" ({detail.occurrences} times)" if detail.occurrences and detail.occurrences > 1 else ""
            yield detail.local_message_text + times


def _added(details: list[TaskDetail]) -> dict[str, int | None]:
    """The counts of all details that have some; an import into several targets has one for each."""
    found = [counts for counts in map(_counts, details) if counts]
    if not found:
        return {}
    return {
        name: None
        if name == "rows" and any(keys[0] not in counts for counts in found)
        else sum(counts.get(key, 0) for counts in found for key in keys)
        for name, keys in _COUNTS.items()
    }


def _counts(detail: TaskDetail) -> dict[str, int]:
    """The counts of a detail: in its values, where each follows its name, or in its text."""
    values = detail.values or []
    known = {key for keys in _COUNTS.values() for key in keys}
    pairs = itertools.pairwise(values)
    found = {key: int(value) for key, value in pairs if key in known and value and value.isdecimal()}
    if "successRowCount" in found:
        return found
    text = detail.local_message_text or ""
    in_text = {key: int(match[1]) for key, pattern in _TEXT.items() if (match := re.search(pattern, text))}
    return in_text if "successRowCount" in in_text else {}
