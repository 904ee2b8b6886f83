"""Successful tasks of the ALM API, and their reports."""

from attrs import asdict, evolve, field, frozen

from anaplan_client.alm.models import (
    ChangeCounts,
    PendingTask,
    ReportResult,
    ReportTask,
    SummaryReport,
    SyncResult,
    SyncTask,
)

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


def complete_sync(task: SyncTask) -> CompletedSyncTask:
    """Return a successful sync task by its narrower type."""
    assert task.result is not None
    return CompletedSyncTask(**asdict(task, recurse=False))


def complete_report(task: ReportTask) -> CompletedReportTask:
    """Return a successful report task by its narrower type."""
    assert task.result is not None
    return CompletedReportTask(**asdict(task, recurse=False))


def pending_report(task: PendingTask) -> ReportTask:
    """Return a report task that was just started."""
    return ReportTask(id=task.id, task_state=task.task_state, creation_time=task.creation_time)


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
