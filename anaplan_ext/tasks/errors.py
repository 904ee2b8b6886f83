"""Errors of tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from anaplan_client import alm, integration
from anaplan_client.core import AnaplanError

if TYPE_CHECKING:
    from .handle import TaskHandle
    from .load_report import LoadReport
    from .rejected_rows import RejectedRows

AnyTask: TypeAlias = "integration.models.Task | alm.models.SyncTask | alm.models.ReportTask"
"""A task of an action, a sync task, or a report task."""


class AnaplanActionError(AnaplanError):
    """A task failed, rejected rows, or does not account for all of them.

    `reason` is Anaplan's explanation, `task` the finished task, `handle` its ids, and `report` its row counts and
    failure dumps. `names` maps the ids of the model and the action to their names, as far as they are known.
    """

    def __init__(
        self,
        reason: str,
        task: AnyTask,
        report: LoadReport | None = None,
        handle: TaskHandle | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason, task, report, handle, names)
        self.reason = reason
        self.task = task
        self._report = report
        self.names: Mapping[str, str] = names or {}
        self.set_handle(handle)

    @property
    def handle(self) -> TaskHandle | None:
        """Return the reference to the task."""
        return cast("TaskHandle | None", self._handle)

    @property
    def report(self) -> LoadReport | None:
        """Return the row counts and failure dumps of an import, or of each of a process; None for ALM tasks."""
        return self._report

    @property
    def dumps(self) -> Mapping[str, bytes]:
        """Return the failure dumps as CSV, by the id of the import."""
        return self.report.dumps if self.report is not None else {}

    @property
    def rejected(self) -> RejectedRows:
        """Return all rejected rows of the failure dumps, with their values; none for ALM tasks."""
        # Only an error needs it.
        from .rejected_rows import RejectedRows

        return self.report.rejected if self.report is not None else RejectedRows({})

    def __str__(self) -> str:
        subject = f"task {self.task.id}" if self.handle is None else self.handle.describe(self.names)
        parts = [self.reason, subject, *(_report_parts(self.report) if self.report is not None else ())]
        return "; ".join(parts)


class TaskCancelled(AnaplanActionError):
    """A task was cancelled, and Anaplan rolls its changes back. `report` has the finished actions of a process."""


class TaskTimeout(AnaplanError):
    """A task did not finish in time, or too many polls failed. The task continues in Anaplan.

    `client.wait_for_task(error.handle)` resumes the wait, also in another process. `seconds` is the timeout; None if
    too many polls failed, for the `reason` that is also the cause. `names` maps the ids of the model and the action to
    their names, as far as they are known.
    """

    def __init__(
        self, seconds: float | None, handle: TaskHandle, reason: str = "", names: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(seconds, handle, reason, names)
        self.seconds = seconds
        self.reason = reason
        self.names: Mapping[str, str] = names or {}
        self.set_handle(handle)

    @property
    def handle(self) -> TaskHandle:
        """Return the reference to the task."""
        return cast("TaskHandle", self._handle)

    @property
    def task_id(self) -> str:
        """Return the id of the task."""
        return self.handle.task_id

    @property
    def model_id(self) -> str:
        """Return the id of the model that the task runs in."""
        return self.handle.model_id

    @property
    def action_id(self) -> str | None:
        """Return the id of the action that the task runs; None for an ALM task."""
        return self.handle.action_id

    def __str__(self) -> str:
        task = self.handle.describe(self.names)
        hint = "it continues in Anaplan; resume waiting with client.wait_for_task(error.handle)"
        if self.seconds is None:
            return f"the task cannot be polled: {self.reason}; {task}; {hint}"
        reason = f"; the last poll failed: {self.reason}" if self.reason else ""
        return f"the task did not finish within {self.seconds:g} s; {task}{reason}; {hint}"


def _report_parts(report: LoadReport) -> Iterator[str]:
    """Yield the parts of an error message about rows: counts, the first rejected rows, and the failure dumps."""
    if report.counted:
        yield str(report)
    if rows := report.rejected_rows:
        yield f"rejected: {' | '.join(map(str, rows))}"
    if report.dumps:
        yield f"all rejected rows are in error.dumps: {', '.join(report.dumps)}"
    for object_id, reason in report.missing_dumps.items():
        yield f"no failure dump of {object_id}: {reason}"
