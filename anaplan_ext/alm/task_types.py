"""Successful tasks of the ALM API, and their reports."""

from typing import Any, TypeAlias, final

from attrs import asdict, evolve, field, frozen

from anaplan_client.alm.models import (
    ChangeCounts,
    ReportResult,
    ReportTask,
    SummaryReport,
    SyncResult,
    SyncTask,
)
from anaplan_client.alm.models import PendingTask as StartedTask
from anaplan_client.core.codec import decode

from ..tasks.errors import AnaplanActionError


@frozen(kw_only=True, eq=False, repr=False)
class CompletedSyncTask(SyncTask):
    """A sync that succeeded."""

    result: SyncResult = field()
    """The successful result."""


@frozen(kw_only=True, eq=False, repr=False)
class CompletedReportTask(ReportTask):
    """A task that generated a report successfully. The report can be downloaded for 48 hours."""

    result: ReportResult = field()
    """The revisions of the report."""


@final
class PendingSyncTask(SyncTask):
    """A sync that was started and that nobody waited for."""

    __slots__ = ()

    @property
    def task_url(self) -> str | None:
        """URL to poll the task; absent for a sync that was found after a missing response."""
        return _get_task_url(self)


@final
class PendingReportTask(ReportTask):
    """A task for a report that was started and that nobody waited for."""

    __slots__ = ()

    @property
    def task_url(self) -> str | None:
        """URL to poll the task."""
        return _get_task_url(self)


PendingTask: TypeAlias = PendingSyncTask | PendingReportTask
"""What starting without waiting returns. `isinstance(task, PendingTask)` works, too."""


def _get_task_url(task: SyncTask | ReportTask) -> str | None:
    return decode.optional_string(task.additional_properties.get("taskUrl"))


def _started_fields(task: StartedTask) -> dict[str, Any]:
    """Return the fields of a newly started task for the type of its kind, with its URL as an additional field."""
    url = {} if task.task_url is None else {"taskUrl": task.task_url}
    names = ("id", "task_state", "creation_time")
    return {
        **{name: getattr(task, name) for name in names},
        "additional_properties": {**url, **task.additional_properties},
    }


def pending_sync(task: StartedTask) -> PendingSyncTask:
    """Return a sync task that was just started."""
    return PendingSyncTask(**_started_fields(task))


def pending_report(task: StartedTask) -> PendingReportTask:
    """Return a report task that was just started."""
    return PendingReportTask(**_started_fields(task))


def complete_sync(task: SyncTask) -> CompletedSyncTask:
    """Return a successful sync task by its narrower type."""
    assert task.result is not None
    return CompletedSyncTask(**asdict(task, recurse=False))


def complete_report(task: ReportTask) -> CompletedReportTask:
    """Return a successful report task by its narrower type."""
    assert task.result is not None
    return CompletedReportTask(**asdict(task, recurse=False))


def report_revisions(task: ReportTask) -> tuple[str, str]:
    """Return the target and source revision of a report. Raise `AnaplanActionError` if the task has none."""
    result = task.result
    if result is None or result.target_revision_id is None or result.source_revision_id is None:
        missing = "the task has not finished" if result is None else "its result does not name the revisions"
        raise AnaplanActionError(f"there is no report: {missing}", task)
    return result.target_revision_id, result.source_revision_id


def with_zero_counts(report: SummaryReport) -> SummaryReport:
    """Return a report with the zero counts that Anaplan omits."""
    differences = {kind: _with_zeros(counts) for kind, counts in (report.differences or {}).items()}
    # Without differences, Anaplan may omit all totals.
    totals = report.totals if report.totals is not None or differences else ChangeCounts()
    return evolve(report, totals=None if totals is None else _with_zeros(totals), differences=differences)


def _with_zeros(counts: ChangeCounts) -> ChangeCounts:
    return evolve(counts, created=counts.created or 0, modified=counts.modified or 0, deleted=counts.deleted or 0)
