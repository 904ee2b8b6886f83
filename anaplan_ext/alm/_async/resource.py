"""Application Lifecycle Management of one model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, overload

from anaplan_client import alm
from anaplan_client.alm import models
from anaplan_client.core import Request

from ...arguments.checks import check_text
from ...arguments.ids import id_text
from ...auth._async.session import AsyncSession
from ...listing.paging import check_list
from ...listing.sorting import sort
from ...settings import Settings
from ...tasks.actions import check_wait, raise_for_result
from ...tasks.handle import TaskHandle, TaskKind
from ..task_types import CompletedReportTask, CompletedSyncTask, pending_report, report_revisions, with_zero_counts
from . import tasks

SORT_FIELDS = {"id": "id", "name": "name", "applied_on": "appliedOn", "created_on": "createdOn"}


class AsyncAlm:
    """The ALM methods of a model, reached as `client.alm`. Where two models meet, this one is the target.

    All of them need a Professional or Enterprise subscription and the role Workspace Administrator; without it they
    raise `PermissionDeniedError`. An archived model raises `ModelArchivedError`, an unknown id `NotFoundError`.
    """

    def __init__(self, session: AsyncSession, settings: Settings, model_id: str) -> None:
        self._session = session
        self._settings = settings
        self._model_id = model_id

    async def change_model_status(self, status: Literal["online", "offline"]) -> None:
        """Take the model offline or bring it back online. One request.

        Args:
            status: `online` or `offline`; offline, only workspace administrators can open the model.

        Raises:
            ValueError: for any other status, before a request is made.
            BadRequestError: if the model is locked.
        """
        body = models.OnlineStatusRequest(status=models.OnlineStatus(status))
        await self._session.send(alm.set_online_status(self._model_id, body=body))

    async def get_revisions(
        self, sort_by: Literal["id", "name", "applied_on", "created_on"] | None = None, descending: bool = False
    ) -> list[models.Revision]:
        """List the model's revisions. One request for each 5,000.

        Args:
            sort_by: What to sort by; in Anaplan's own order without it.
            descending: Sort from the end; only together with `sort_by`.

        Raises:
            ValueError: for another `sort_by`, before a request is made.
            IncompleteListError: if Anaplan stops before the number of revisions that it announced.
        """
        order = sort(SORT_FIELDS, sort_by, descending, ascending="")
        return await tasks.list_revisions(self._session, self._model_id, order)

    async def get_latest_revision(self) -> models.Revision | None:
        """Return the model's latest revision, or None if it has none. One request."""
        request = alm.get_latest_revision(self._model_id)
        answer = await self._session.send(request)
        check_list(request.operation, answer, len(answer.revisions or []))
        return answer.revisions[0] if answer.revisions else None

    async def get_syncable_revisions(self, source_model_id: str) -> list[models.Revision]:
        """List the revisions of a source model that can be synchronised to this model, newest first. One request.

        Args:
            source_model_id: The model that the revisions come from; you must be its Workspace Administrator too.
        """
        source = id_text("source_model_id", source_model_id)
        request = alm.list_syncable_revisions(self._model_id, source_model_id=source)
        answer = await self._session.send(request)
        check_list(request.operation, answer, len(answer.revisions or []))
        return answer.revisions or []

    async def create_revision(self, name: str, description: str = "") -> models.Revision:
        """Create a revision of the model, once. Two requests: the revisions are listed before.

        If no response says whether it was created, the model's revisions do: one that is new, with this title and
        description and created by this user, is returned. Without one, the request is sent again if nothing more can
        come of the first. No clock decides what is new.

        Args:
            name: Title, 1 to 60 characters.
            description: What it holds, up to 250 characters.

        Raises:
            ValueError: for a name or description outside its limits, before a request is made.
            BadRequestError: if the model has no structural change since its last revision, or is not in standard mode.
            OutcomeUnknown: if it cannot be found out whether the revision was made, such as after a timeout.
        """
        check_text("name", name)
        body = models.CreateRevisionRequest(name=name, description=description or None)
        return await tasks.create_revision(self._session, self._model_id, body, self._settings.assume_exclusive)

    async def get_models_for_revision(self, revision_id: str) -> list[models.ModelRevision]:
        """List the models that a revision was applied to, beginning with the one it was made in. One request.

        Args:
            revision_id: The revision. Deleted models are listed without name and workspace.
        """
        request = alm.list_models_for_revision(self._model_id, revision_id)
        answer = await self._session.send(request)
        check_list(request.operation, answer, len(answer.applied_to_models or []))
        return answer.applied_to_models or []

    async def get_sync_tasks(self) -> list[models.TaskSummary]:
        """List the synchronisations to this model that run or ended in the last 48 hours, newest first. One request."""
        request = alm.list_sync_tasks(self._model_id)
        answer = await self._session.send(request)
        check_list(request.operation, answer, len(answer.tasks or []))
        return answer.tasks or []

    async def get_sync_task(self, task_id: str) -> models.SyncTask:
        """Look at one synchronisation. One request; a failure is in its `result`, not raised.

        Args:
            task_id: The task, as `sync_models` or `get_sync_tasks` named it.
        """
        answer = await self._session.send(alm.get_sync_task(self._model_id, task_id))
        return answer.task

    @overload
    async def sync_models(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[True] = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.SyncTask], None] | None = None,
    ) -> CompletedSyncTask: ...
    @overload
    async def sync_models(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[False],
    ) -> models.PendingTask: ...
    @overload
    async def sync_models(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.SyncTask], None] | None = None,
    ) -> CompletedSyncTask | models.PendingTask: ...
    async def sync_models(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.SyncTask], None] | None = None,
    ) -> CompletedSyncTask | models.PendingTask:
        """Synchronize a revision of a source model to this model, once.

        Two requests to start, since the model's synchronizations are listed before, and one for each poll of the task.
        If no response says whether it was started, the synchronizations do: without a new one it is started again, if
        nothing more can come of the first request. A new one may be another user's: it is waited for, and was this one
        if it was this user who then applied the revision. No clock decides what is new.

        Args:
            source_revision_id: The revision to bring over, one of `get_syncable_revisions`.
            source_model_id: The model that it belongs to.
            target_revision_id: This model's latest revision.
            wait_for_completion: Whether to wait for the end; otherwise the started task is returned.
            timeout: Seconds to wait for the end; without it there is no limit.
            progress: Called with the task after each look at it.

        Raises:
            AnaplanActionError: if the synchronisation failed; it carries title, message and subtitle of the reason.
            TaskCancelled: if it was cancelled.
            TaskTimeout: if it did not end in time; it goes on in Anaplan.
            BadRequestError: if it cannot start, such as for an id that does not fit.
            OutcomeUnknown: if it cannot be found out whether it was started, or which of the new ones it is.
        """
        check_wait(wait_for_completion, timeout, progress)
        body = _pair(source_revision_id, source_model_id, target_revision_id)
        session, settings = self._session, self._settings
        if not wait_for_completion:
            return await tasks.start_sync(session, self._model_id, body, settings.assume_exclusive)
        return await tasks.sync(session, settings, self._model_id, body, timeout, progress)

    @overload
    async def create_comparison_report(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[True] = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> CompletedReportTask: ...
    @overload
    async def create_comparison_report(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[False],
    ) -> models.PendingTask: ...
    @overload
    async def create_comparison_report(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> CompletedReportTask | models.PendingTask: ...
    async def create_comparison_report(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> CompletedReportTask | models.PendingTask:
        """Generate the full report of what differs between a source revision and this model's; then read it with
        `get_comparison_report`. Costs, arguments and errors are those of `sync_models`, but Anaplan does not list the
        generation of reports: without an answer, it is `OutcomeUnknown` at once. To generate one twice does no harm.
        """
        check_wait(wait_for_completion, timeout, progress)
        body = _pair(source_revision_id, source_model_id, target_revision_id)
        started = await self._session.send(alm.create_comparison_report_task(self._model_id, body=body))
        if not wait_for_completion:
            return started.task
        handle = TaskHandle(kind="comparison report", model_id=self._model_id, task_id=started.task.id)
        return await tasks.wait_for_report(self._session, self._settings, handle, timeout, progress)

    async def get_comparison_report_task(self, task_id: str) -> models.ReportTask:
        """Look at the generation of a full report. One request; a failure is in its `result`, not raised.

        Args:
            task_id: The task, as `create_comparison_report` named it.
        """
        answer = await self._session.send(alm.get_comparison_report_task(self._model_id, task_id))
        return answer.task

    async def get_comparison_report(self, task: models.ReportTask | models.PendingTask) -> bytes:
        """Download a full report: tab-separated text in sections headed `=== LISTS ADDED ===` and the like.

        One request, or two for a task that was returned before its end. Holds the report in memory.

        Args:
            task: The task that made it. It must have ended with success less than 48 hours ago.

        Raises:
            AnaplanActionError: if the task failed or has not ended.
            NotFoundError: if the report is gone.
        """
        target, source = await self._revisions(
            task, "comparison report", alm.get_comparison_report_task(self._model_id, task.id)
        )
        return await self._session.send(alm.get_comparison_report(self._model_id, target, source))

    @overload
    async def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[True] = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> models.SummaryReport: ...
    @overload
    async def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[False],
    ) -> models.ReportTask: ...
    @overload
    async def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> models.SummaryReport | models.ReportTask: ...
    async def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> models.SummaryReport | models.ReportTask:
        """Count what differs between a source revision and this model's, and return the counts.

        Costs, arguments and errors are those of `create_comparison_report`, and one request more for the counts.
        Without waiting, the task is returned; read the counts with `get_comparison_summary` once it ended.
        """
        check_wait(wait_for_completion, timeout, progress)
        body = _pair(source_revision_id, source_model_id, target_revision_id)
        started = await self._session.send(alm.create_summary_report_task(self._model_id, body=body))
        if not wait_for_completion:
            return pending_report(started.task)
        handle = TaskHandle(kind="comparison summary", model_id=self._model_id, task_id=started.task.id)
        task = await tasks.wait_for_report(self._session, self._settings, handle, timeout, progress)
        return await self.get_comparison_summary(task)

    async def get_comparison_summary_task(self, task_id: str) -> models.ReportTask:
        """Look at the generation of a summary. One request; a failure is in its `result`, not raised.

        Args:
            task_id: The task, as `create_comparison_summary` named it.
        """
        answer = await self._session.send(alm.get_summary_report_task(self._model_id, task_id))
        return answer.task

    async def get_comparison_summary(self, task: models.ReportTask | models.PendingTask) -> models.SummaryReport:
        """Read the counts of a summary. One request, or two for a task that was returned before its end.

        Args:
            task: The task that made it. It must have ended with success.

        Raises:
            AnaplanActionError: if the task failed or has not ended.
            NotFoundError: if the summary is gone: it was not read for 48 hours.
        """
        look = alm.get_summary_report_task(self._model_id, task.id)
        target, source = await self._revisions(task, "comparison summary", look)
        answer = await self._session.send(alm.get_summary_report(self._model_id, target, source))
        return with_zero_counts(answer.summary_report)

    async def _revisions(
        self, task: models.ReportTask | models.PendingTask, kind: TaskKind, look: Request[models.ReportTaskResponse]
    ) -> tuple[str, str]:
        """The revisions of a task's report; a task that was returned before its end is looked at again."""
        if isinstance(task, models.PendingTask) or task.result is None:
            answer = await self._session.send(look)
            task = answer.task
        if task.result is not None:
            raise_for_result(task, TaskHandle(kind=kind, model_id=self._model_id, task_id=task.id))
        return report_revisions(task)


def _pair(source_revision_id: str, source_model_id: str, target_revision_id: str) -> models.RevisionPairRequest:
    return models.RevisionPairRequest(
        source_revision_id=id_text("source_revision_id", source_revision_id),
        source_model_id=id_text("source_model_id", source_model_id),
        target_revision_id=id_text("target_revision_id", target_revision_id),
    )
