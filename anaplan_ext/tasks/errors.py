"""Errors of tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from anaplan_client import alm, integration
from anaplan_client.core import AnaplanError

if TYPE_CHECKING:
    from .handle import TaskHandle
    from .load_report import LoadReport

AnyTask: TypeAlias = "integration.models.Task | alm.models.SyncTask | alm.models.ReportTask"
"""A task of an action, a sync task, or a report task."""


class AnaplanActionError(AnaplanError):
    """A task ended without success, or left rows out.

    `reason` is Anaplan's explanation, `task` the task as it ended, `handle` its ids. `report` says what became of the
    rows of an import, or of each import of a process, and has the failure dumps; it is None for tasks of ALM. `names`
    has the names of the model and the action by their ids, as far as they are known.
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
        self.report = report
        self.names: Mapping[str, str] = names or {}
        self.set_handle(handle)

    @property
    def handle(self) -> TaskHandle | None:
        """What the task is found again by."""
        return cast("TaskHandle | None", self._handle)

    @property
    def dumps(self) -> Mapping[str, bytes]:
        """The failure dumps, by the id of the failed object; see `LoadReport.dumps`."""
        return self.report.dumps if self.report is not None else {}

    def __str__(self) -> str:
        subject = f"task {self.task.id}" if self.handle is None else self.handle.describe(self.names)
        parts = [self.reason, subject, *(_report_parts(self.report) if self.report is not None else ())]
        return "; ".join(parts)


class TaskCancelled(AnaplanActionError):
    """A task was cancelled; Anaplan rolls its changes back. `report` has what it tells of the actions of a process."""


class TaskTimeout(AnaplanError):
    """A task did not end in time, or Anaplan did not tell of it any more. It goes on there.

    `handle` is what to wait on with, in this process or another: `client.wait_for_task(error.handle)`. `seconds` is how
    long was waited for; None where the polls failed before, for the `reason` that is also the cause. `names` has the
    names of the model and the action by their ids, as far as they are known.
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
        """What to wait on with."""
        return cast("TaskHandle", self._handle)

    @property
    def task_id(self) -> str:
        """The task."""
        return self.handle.task_id

    @property
    def model_id(self) -> str:
        """The model that it runs in."""
        return self.handle.model_id

    @property
    def action_id(self) -> str | None:
        """The action that it is a run of; None for an ALM task."""
        return self.handle.action_id

    def __str__(self) -> str:
        what = self.handle.describe(self.names)
        go_on = "it goes on in Anaplan: wait on with client.wait_for_task(error.handle)"
        if self.seconds is None:
            return f"the task cannot be polled: {self.reason}; {what}; {go_on}"
        reason = f"; the last poll failed: {self.reason}" if self.reason else ""
        return f"it did not end within {self.seconds:g} s; {what}{reason}; {go_on}"


def _report_parts(report: LoadReport) -> Iterator[str]:
    """What an error tells of the rows: counts, the first that were rejected, and where the others are."""
    if report.counted:
        yield str(report)
    if rows := report.rejected_rows:
        yield f"rejected: {' | '.join(map(str, rows))}"
    if report.dumps:
        yield f"all rejected rows are in error.dumps: {', '.join(report.dumps)}"
    for object_id, why in report.missing_dumps.items():
        yield f"no failure dump of {object_id}: {why}"
