"""The tasks of the ALM API that ended well."""

from attrs import evolve, field, frozen

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


@frozen(kw_only=True)
class CompletedSyncTask(SyncTask):
    """A synchronisation that ended with success."""

    result: SyncResult = field()
    """How it ended."""


@frozen(kw_only=True)
class CompletedReportTask(ReportTask):
    """The generation of a report that ended with success; the report can be read for 48 hours."""

    result: ReportResult = field()
    """Which report it made."""


def completed_sync(task: SyncTask) -> CompletedSyncTask:
    """Narrows a synchronisation that succeeded."""
    assert task.result is not None
    return CompletedSyncTask(
        id=task.id,
        task_state=task.task_state,
        creation_time=task.creation_time,
        current_step=task.current_step,
        result=task.result,
        additional_properties=task.additional_properties,
    )


def completed_report(task: ReportTask) -> CompletedReportTask:
    """Narrows the generation of a report that succeeded."""
    assert task.result is not None
    return CompletedReportTask(
        id=task.id,
        task_state=task.task_state,
        creation_time=task.creation_time,
        current_step=task.current_step,
        result=task.result,
        additional_properties=task.additional_properties,
    )


def pending_report(task: PendingTask) -> ReportTask:
    """Shows a task that was just started as the generation of a report."""
    return ReportTask(id=task.id, task_state=task.task_state, creation_time=task.creation_time)


def report_revisions(task: ReportTask) -> tuple[str, str]:
    """Returns the target and source revision of a report; raises `AnaplanActionError` if the task names none."""
    result = task.result
    if result is None or result.target_revision_id is None or result.source_revision_id is None:
        raise AnaplanActionError("it has no report to read yet" if result is None else "it names no report", task)
    return result.target_revision_id, result.source_revision_id


def with_zero_counts(report: SummaryReport) -> SummaryReport:
    """Fill in the counts that Anaplan leaves out because they are zero."""
    differences = {kind: _with_zeros(counts) for kind, counts in (report.differences or {}).items()}
    # Without any difference, the totals may be left out as a whole.
    totals = report.totals if report.totals is not None or differences else ChangeCounts()
    return evolve(report, totals=None if totals is None else _with_zeros(totals), differences=differences)


def _with_zeros(counts: ChangeCounts) -> ChangeCounts:
    return evolve(counts, created=counts.created or 0, modified=counts.modified or 0, deleted=counts.deleted or 0)
