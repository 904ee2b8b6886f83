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
from ..task_types import (
    CompletedReportTask,
    CompletedSyncTask,
    PendingReportTask,
    PendingSyncTask,
    PendingTask,
    pending_report,
    report_revisions,
    with_zero_counts,
)
from . import tasks

SORT_FIELDS = {"id": "id", "name": "name", "applied_on": "appliedOn", "created_on": "createdOn"}


class AsyncAlm:
    """Manage the life cycle of one model, as `client.alm`. Where two models meet, this one is the target.

    All methods need the role Workspace Administrator, or raise `PermissionDeniedError`. ALM needs a Professional or
    Enterprise subscription. An archived model raises `ModelArchivedError`, an unknown id `NotFoundError`. With a
    certificate, the user must be an exception user if the workspace has single sign-on.
    """

    def __init__(self, session: AsyncSession, settings: Settings, model_id: str) -> None:
        self._session = session
        self._settings = settings
        self._model_id = model_id

    async def change_model_status(self, status: Literal["online", "offline"]) -> None:
        """Take the model offline, or bring it back online.

        Args:
            status: `online` or `offline`. Offline, only workspace administrators can open the model.

        Raises:
            ValueError: `status` has another value; nothing is sent.
            ModelLockedError: The model is locked. It is a `BadRequestError`.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        body = models.OnlineStatusRequest(status=models.OnlineStatus(status))
        await self._session.send(alm.set_online_status(self._model_id, body=body))

    async def get_revisions(
        self, sort_by: Literal["id", "name", "applied_on", "created_on"] | None = None, descending: bool = False
    ) -> list[models.Revision]:
        """List the revisions of the model.

        Args:
            sort_by: The field to sort by: `id`, `name`, `applied_on` or `created_on`. Without it, Anaplan's own order.
            descending: Sort from last to first. Needs `sort_by`.

        Returns:
            All revisions.

        Raises:
            ValueError: `sort_by` has another value; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request per 5,000 revisions. Holds all revisions in memory.
        """
        order = sort(SORT_FIELDS, sort_by, descending, ascending="")
        return await tasks.list_revisions(self._session, self._model_id, order)

    async def get_latest_revision(self) -> models.Revision | None:
        """Read the latest revision of the model.

        Returns:
            The revision, or None if the model has none.

        Raises:
            IncompleteListError: The response contains no list.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        request = alm.get_latest_revision(self._model_id)
        response = await self._session.send(request)
        check_list(request.operation, response, len(response.revisions or []))
        return response.revisions[0] if response.revisions else None

    async def get_syncable_revisions(self, source_model_id: str) -> list[models.Revision]:
        """List the revisions of a source model that can be synced to this model, newest first.

        Args:
            source_model_id: Id of the source model. The user must be its Workspace Administrator too.

        Returns:
            All syncable revisions.

        Raises:
            ValueError: `source_model_id` is not a valid id; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds all revisions in memory.
        """
        source = id_text("source_model_id", source_model_id)
        request = alm.list_syncable_revisions(self._model_id, source_model_id=source)
        response = await self._session.send(request)
        check_list(request.operation, response, len(response.revisions or []))
        return response.revisions or []

    async def create_revision(self, name: str, description: str = "") -> models.Revision:
        """Create a revision of the model exactly once.

        Without a response, the client lists the revisions. It returns a new one with this title, description and
        creator. Otherwise it retries, unless the first request may still be in flight. Clocks decide nothing.

        Args:
            name: Title of the revision, 1 to 60 characters.
            description: Description of its changes, up to 250 characters.

        Returns:
            The new revision.

        Raises:
            ValueError: `name` or `description` has the wrong length; nothing is sent.
            BadRequestError: The model has no structural change since its last revision, is not in standard mode, or
                ALM is not enabled.
            OutcomeUnknown: Nothing proves whether the revision was created, for example after a timeout.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests: the first lists the revisions. A missing response adds up to a few lookups.

        Example:
            ```python
            revision = await client.alm.create_revision("Release 1.4", "New regions")
            print(revision.id)
            ```
        """
        check_text("name", name)
        body = models.CreateRevisionRequest(name=name, description=description or None)
        return await tasks.create_revision(self._session, self._model_id, body, self._settings.assume_exclusive)

    async def get_models_for_revision(self, revision_id: str) -> list[models.ModelRevision]:
        """List the models that a revision was applied to, the model of its creation first.

        Args:
            revision_id: Id of the revision.

        Returns:
            The models. Deleted models have no name and no workspace.

        Raises:
            ValueError: `revision_id` is not a valid id; nothing is sent.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds all models in memory.
        """
        request = alm.list_models_for_revision(self._model_id, revision_id)
        response = await self._session.send(request)
        check_list(request.operation, response, len(response.applied_to_models or []))
        return response.applied_to_models or []

    async def get_sync_tasks(self) -> list[models.TaskSummary]:
        """List the syncs to this model that run, or ended in the last 48 hours, newest first.

        Returns:
            A summary of each task.

        Raises:
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request. Holds all tasks in memory.
        """
        request = alm.list_sync_tasks(self._model_id)
        response = await self._session.send(request)
        check_list(request.operation, response, len(response.tasks or []))
        return response.tasks or []

    async def get_sync_task(self, task_id: str) -> models.SyncTask:
        """Read the state of a sync. A failed sync is not an error here: see its `result`.

        Args:
            task_id: Id of the task, from `sync_models` or `get_sync_tasks`.

        Returns:
            The task, with its state, progress and result.

        Raises:
            ValueError: `task_id` is not a valid id; nothing is sent.
            NotFoundError: The task does not exist, or the user has no access.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = await self._session.send(alm.get_sync_task(self._model_id, task_id))
        return response.task

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
    ) -> PendingSyncTask: ...
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
    ) -> CompletedSyncTask | PendingSyncTask: ...
    async def sync_models(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.SyncTask], None] | None = None,
    ) -> CompletedSyncTask | PendingSyncTask:
        """Sync a revision of a source model to this model exactly once.

        Without a response, the client lists the syncs of the model. Without a new one, it retries, unless the first
        request may still be in flight. It waits for a new one, and adopts it if this user then applied the revision.
        Clocks decide nothing.

        Args:
            source_revision_id: Id of the source revision, one of `get_syncable_revisions`.
            source_model_id: Id of the model that the source revision belongs to.
            target_revision_id: Id of this model's latest revision.
            wait_for_completion: Whether to wait for the end. If false, the started task is returned, and `timeout` and
                `progress` are not allowed.
            timeout: Maximum seconds to wait for the end. None for no limit. The task continues in Anaplan after that.
            progress: Function that gets the task after each poll.

        Returns:
            The completed task, or the pending task without waiting.

        Raises:
            ValueError: An id is not valid, `timeout` is negative, or it or `progress` comes without waiting; nothing is
                sent.
            AnaplanActionError: The sync failed. It has title, message and subtitle of Anaplan's reason.
            TaskCancelled: The sync was cancelled.
            TaskTimeout: The sync did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            BadRequestError: It cannot start, for example because an id does not fit or ALM is not enabled.
            OutcomeUnknown: Nothing proves whether the sync was started, or which of the new ones it is.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests to start, of which the first lists the syncs, and one per poll at intervals up to
            `status_poll_delay`. A missing response adds up to a few lookups.

        Example:
            ```python
            production = client.with_model(production_id)
            target = await production.alm.get_latest_revision()
            syncable = await production.alm.get_syncable_revisions(development_id)
            task = await production.alm.sync_models(syncable[0].id, development_id, target.id, timeout=3600)
            print(task.task_state)
            ```
        """
        check_wait(wait_for_completion, timeout, progress)
        body = _revision_pair(source_revision_id, source_model_id, target_revision_id)
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
    ) -> PendingReportTask: ...
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
    ) -> CompletedReportTask | PendingReportTask: ...
    async def create_comparison_report(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> CompletedReportTask | PendingReportTask:
        """Generate the full report of the differences between a source revision and this model.

        `get_comparison_report` downloads the report afterwards.

        Args:
            source_revision_id: Id of the source revision, one of `get_syncable_revisions`.
            source_model_id: Id of the model that the source revision belongs to.
            target_revision_id: Id of this model's latest revision.
            wait_for_completion: Whether to wait for the end. If false, the started task is returned, and `timeout` and
                `progress` are not allowed.
            timeout: Maximum seconds to wait for the end. None for no limit. The task continues in Anaplan after that.
            progress: Function that gets the task after each poll.

        Returns:
            The completed task, or the pending task without waiting.

        Raises:
            ValueError: An id is not valid, `timeout` is negative, or it or `progress` comes without waiting; nothing is
                sent.
            AnaplanActionError: The task failed. It has title, message and subtitle of Anaplan's reason.
            TaskCancelled: The task was cancelled.
            TaskTimeout: The task did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            BadRequestError: It cannot start, for example because an id does not fit or ALM is not enabled.
            OutcomeUnknown: No response says whether it was started, and Anaplan does not list such tasks. Starting
                another one is harmless.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request to start, and one per poll at intervals up to `status_poll_delay`.
        """
        check_wait(wait_for_completion, timeout, progress)
        body = _revision_pair(source_revision_id, source_model_id, target_revision_id)
        started = await self._session.send(alm.create_comparison_report_task(self._model_id, body=body))
        if not wait_for_completion:
            return pending_report(started.task)
        handle = TaskHandle(kind="comparison report", model_id=self._model_id, task_id=started.task.id)
        return await tasks.wait_for_report(self._session, self._settings, handle, timeout, progress)

    async def get_comparison_report_task(self, task_id: str) -> models.ReportTask:
        """Read the state of a full report's task. A failed task is not an error here: see its `result`.

        Args:
            task_id: Id of the task, from `create_comparison_report`.

        Returns:
            The task, with its state, progress and result.

        Raises:
            ValueError: `task_id` is not a valid id; nothing is sent.
            NotFoundError: The task does not exist, or the user has no access.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = await self._session.send(alm.get_comparison_report_task(self._model_id, task_id))
        return response.task

    async def get_comparison_report(self, task: models.ReportTask | models.PendingTask | PendingTask) -> bytes:
        """Download a full report: tab-separated text in sections such as `=== LISTS ADDED ===`.

        Args:
            task: The task that generated the report. It must have succeeded less than 48 hours ago.

        Returns:
            The content of the report.

        Raises:
            AnaplanActionError: The task failed or has not ended.
            NotFoundError: The report has been deleted.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, or two for a task that was returned before its end. Holds the report in memory.
        """
        target, source = await self._get_revisions(
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
    ) -> PendingReportTask: ...
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
    ) -> models.SummaryReport | PendingReportTask: ...
    async def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> models.SummaryReport | PendingReportTask:
        """Count the differences between a source revision and this model.

        Args:
            source_revision_id: Id of the source revision, one of `get_syncable_revisions`.
            source_model_id: Id of the model that the source revision belongs to.
            target_revision_id: Id of this model's latest revision.
            wait_for_completion: Whether to wait for the counts. If false, the started task is returned, and `timeout`
                and `progress` are not allowed.
            timeout: Maximum seconds to wait for the end. None for no limit. The task continues in Anaplan after that.
            progress: Function that gets the task after each poll.

        Returns:
            The counts, or the started task without waiting. `get_comparison_summary` reads its counts later.

        Raises:
            ValueError: An id is not valid, `timeout` is negative, or it or `progress` comes without waiting; nothing is
                sent.
            AnaplanActionError: The task failed. It has title, message and subtitle of Anaplan's reason.
            TaskCancelled: The task was cancelled.
            TaskTimeout: The task did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            BadRequestError: It cannot start, for example because an id does not fit or ALM is not enabled.
            OutcomeUnknown: No response says whether it was started, and Anaplan does not list such tasks. Starting
                another one is harmless.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request to start, one per poll at intervals up to `status_poll_delay`, and one for the counts.
        """
        check_wait(wait_for_completion, timeout, progress)
        body = _revision_pair(source_revision_id, source_model_id, target_revision_id)
        started = await self._session.send(alm.create_summary_report_task(self._model_id, body=body))
        if not wait_for_completion:
            return pending_report(started.task)
        handle = TaskHandle(kind="comparison summary", model_id=self._model_id, task_id=started.task.id)
        task = await tasks.wait_for_report(self._session, self._settings, handle, timeout, progress)
        return await self.get_comparison_summary(task)

    async def get_comparison_summary_task(self, task_id: str) -> models.ReportTask:
        """Read the state of a summary's task. A failed task is not an error here: see its `result`.

        Args:
            task_id: Id of the task, from `create_comparison_summary`.

        Returns:
            The task, with its state, progress and result.

        Raises:
            ValueError: `task_id` is not a valid id; nothing is sent.
            NotFoundError: The task does not exist, or the user has no access.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request.
        """
        response = await self._session.send(alm.get_summary_report_task(self._model_id, task_id))
        return response.task

    async def get_comparison_summary(
        self, task: models.ReportTask | models.PendingTask | PendingTask
    ) -> models.SummaryReport:
        """Read the counts of a summary.

        Args:
            task: The task that generated the summary. It must have succeeded.

        Returns:
            The counts of differences.

        Raises:
            AnaplanActionError: The task failed or has not ended.
            NotFoundError: The summary has been deleted, after 48 hours without a read.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            One request, or two for a task that was returned before its end.
        """
        request = alm.get_summary_report_task(self._model_id, task.id)
        target, source = await self._get_revisions(task, "comparison summary", request)
        response = await self._session.send(alm.get_summary_report(self._model_id, target, source))
        return with_zero_counts(response.summary_report)

    async def _get_revisions(
        self,
        task: models.ReportTask | models.PendingTask | PendingTask,
        kind: TaskKind,
        request: Request[models.ReportTaskResponse],
    ) -> tuple[str, str]:
        """Return the revisions of a task's report. Read a task that was returned before its end again."""
        if not isinstance(task, models.ReportTask) or task.result is None:
            response = await self._session.send(request)
            task = response.task
        if task.result is not None:
            raise_for_result(task, TaskHandle(kind=kind, model_id=self._model_id, task_id=task.id))
        return report_revisions(task)


def _revision_pair(
    source_revision_id: str, source_model_id: str, target_revision_id: str
) -> models.RevisionPairRequest:
    return models.RevisionPairRequest(
        source_revision_id=id_text("source_revision_id", source_revision_id),
        source_model_id=id_text("source_model_id", source_model_id),
        target_revision_id=id_text("target_revision_id", target_revision_id),
    )
