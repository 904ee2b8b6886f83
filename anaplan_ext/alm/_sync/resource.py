# Converted by `python -m generator` from anaplan_ext/alm/_async/resource.py. Edit that file, not this one.
"""Application Lifecycle Management of one model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from typing import Literal, overload

from anaplan_client import alm
from anaplan_client.alm import models
from anaplan_client.core import Request
from anaplan_client.integration.models import Model

from ...arguments.checks import check_list as check_list_argument
from ...arguments.checks import check_text
from ...arguments.ids import id_or_name, id_text
from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ...listing.paging import check_list
from ...listing.sorting import sort
from ...settings import Settings
from ...tasks.actions import check_wait, raise_for_result
from ...tasks.handle import TaskHandle, TaskKind
from ..apply import ApplyOptions, OnApply, TargetResult
from ..changelog import Changelog, HistoryEntry
from ..graph import PromotionGraph
from ..plan import Plan
from ..status import PromotionStatus
from ..sync_arguments import read_sync_arguments
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
from . import changelog, promotion, tasks
from .apply import start_apply
from .bound_plan import BoundPlan, bind_plan

SORT_FIELDS = {"id": "id", "name": "name", "applied_on": "appliedOn", "created_on": "createdOn"}


class Alm:
    """Manage the life cycle of one model, as `client.alm`. Where two models meet, this one is the target.

    A promotion (`status`, `plan`, `apply`) has many targets. There, this model is the source, unless `source` names
    another one.

    All methods need the role Workspace Administrator, or raise `PermissionDeniedError`. ALM needs a Professional or
    Enterprise subscription. An archived model raises `ModelArchivedError`, an unknown id `NotFoundError`. With a
    certificate, the user must be an exception user if the workspace has single sign-on.
    """

    def __init__(self, session: Session, settings: Settings, model_id: str) -> None:
        self._session = session
        self._settings = settings
        self._model_id = model_id

    def change_model_status(self, status: Literal["online", "offline"]) -> None:
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
        self._session.send(alm.set_online_status(self._model_id, body=body))

    def get_revisions(
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
        return tasks.list_revisions(self._session, self._model_id, order)

    def get_latest_revision(self) -> models.Revision | None:
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
        return tasks.get_latest_revision(self._session, self._model_id)

    def get_syncable_revisions(self, source_model_id: str) -> list[models.Revision]:
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
        response = self._session.send(request)
        check_list(request.operation, response, len(response.revisions or []))
        return response.revisions or []

    def create_revision(self, name: str, description: str = "") -> models.Revision:
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
            revision = client.alm.create_revision("Release 1.4", "New regions")
            print(revision.id)
            ```
        """
        check_text("name", name)
        body = models.CreateRevisionRequest(name=name, description=description or None)
        return tasks.create_revision(self._session, self._model_id, body, self._settings.assume_exclusive)

    def get_models_for_revision(self, revision_id: str) -> list[models.ModelRevision]:
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
        response = self._session.send(request)
        check_list(request.operation, response, len(response.applied_to_models or []))
        return response.applied_to_models or []

    def get_sync_tasks(self) -> list[models.TaskSummary]:
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
        response = self._session.send(request)
        check_list(request.operation, response, len(response.tasks or []))
        return response.tasks or []

    def get_sync_task(self, task_id: str) -> models.SyncTask:
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
        response = self._session.send(alm.get_sync_task(self._model_id, task_id))
        return response.task

    @overload
    def sync_models(
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
    def sync_models(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[False],
    ) -> PendingSyncTask: ...
    @overload
    def sync_models(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.SyncTask], None] | None = None,
    ) -> CompletedSyncTask | PendingSyncTask: ...
    @overload
    def sync_models(
        self,
        *,
        source: Model | str,
        revision: models.Revision | str,
        target: Model | str | None = None,
        target_revision: models.Revision | str | None = None,
        wait_for_completion: Literal[True] = True,
        timeout: float | None = None,
        progress: Callable[[models.SyncTask], None] | None = None,
    ) -> CompletedSyncTask: ...
    @overload
    def sync_models(
        self,
        *,
        source: Model | str,
        revision: models.Revision | str,
        target: Model | str | None = None,
        target_revision: models.Revision | str | None = None,
        wait_for_completion: Literal[False],
    ) -> PendingSyncTask: ...
    @overload
    def sync_models(
        self,
        *,
        source: Model | str,
        revision: models.Revision | str,
        target: Model | str | None = None,
        target_revision: models.Revision | str | None = None,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        progress: Callable[[models.SyncTask], None] | None = None,
    ) -> CompletedSyncTask | PendingSyncTask: ...
    def sync_models(
        self,
        source_revision_id: str | None = None,
        source_model_id: str | None = None,
        target_revision_id: str | None = None,
        wait_for_completion: bool = True,
        *,
        source: Model | str | None = None,
        revision: models.Revision | str | None = None,
        target: Model | str | None = None,
        target_revision: models.Revision | str | None = None,
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
            source: The source model or its id, by name instead of the three ids above.
            revision: The source revision or its id. Needed with `source`.
            target: The target model or its id; this model by default.
            target_revision: The target's latest revision or its id. Without it, it is looked up.
            timeout: Maximum seconds to wait for the end. None for no limit. The task continues in Anaplan after that.
            progress: Function that gets the task after each poll.

        Returns:
            The completed task, or the pending task without waiting.

        Raises:
            TypeError: A model is given as a revision, or both forms are mixed; nothing is sent.
            ValueError: An id is not valid, `timeout` is negative, or it or `progress` comes without waiting; nothing is
                sent. Or the target has no revision.
            AnaplanActionError: The sync failed. It has title, message and subtitle of Anaplan's reason.
            TaskCancelled: The sync was cancelled.
            TaskTimeout: The sync did not end in time, or ten polls in a row failed. Its `handle` resumes waiting.
            BadRequestError: It cannot start, for example because an id does not fit or ALM is not enabled.
            OutcomeUnknown: Nothing proves whether the sync was started, or which of the new ones it is.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests to start, of which the first lists the syncs, and one per poll at intervals up to
            `status_poll_delay`. One more without a target revision. A missing response adds up to a few lookups.

        Example:
            ```python
            production = client.with_model(production_id)
            syncable = production.alm.get_syncable_revisions(development_id)
            task = production.alm.sync_models(source=development_id, revision=syncable[0], timeout=3600)
            print(task.task_state)
            ```
        """
        check_wait(wait_for_completion, timeout, progress)
        ids = (source_revision_id, source_model_id, target_revision_id)
        given = read_sync_arguments(ids, source, revision, target, target_revision)
        session, settings, model_id = self._session, self._settings, given.target_model_id or self._model_id
        latest_id = given.target_revision_id or tasks.get_latest_revision_id(session, model_id)
        body = _revision_pair(given.source_revision_id, given.source_model_id, latest_id)
        if not wait_for_completion:
            return tasks.start_sync(session, model_id, body, settings.assume_exclusive)
        return tasks.sync(session, settings, model_id, body, timeout, progress)

    @overload
    def create_comparison_report(
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
    def create_comparison_report(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[False],
    ) -> PendingReportTask: ...
    @overload
    def create_comparison_report(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> CompletedReportTask | PendingReportTask: ...
    def create_comparison_report(
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
        started = self._session.send(alm.create_comparison_report_task(self._model_id, body=body))
        if not wait_for_completion:
            return pending_report(started.task)
        handle = TaskHandle(kind="comparison report", model_id=self._model_id, task_id=started.task.id)
        return tasks.wait_for_report(self._session, self._settings, handle, timeout, progress)

    def get_comparison_report_task(self, task_id: str) -> models.ReportTask:
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
        response = self._session.send(alm.get_comparison_report_task(self._model_id, task_id))
        return response.task

    def get_comparison_report(self, task: models.ReportTask | models.PendingTask | PendingTask) -> bytes:
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
        target, source = self._get_revisions(
            task, "comparison report", alm.get_comparison_report_task(self._model_id, task.id)
        )
        return self._session.send(alm.get_comparison_report(self._model_id, target, source))

    @overload
    def create_comparison_summary(
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
    def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: Literal[False],
    ) -> PendingReportTask: ...
    @overload
    def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        wait_for_completion: bool = True,
        *,
        timeout: float | None = None,
        progress: Callable[[models.ReportTask], None] | None = None,
    ) -> models.SummaryReport | PendingReportTask: ...
    def create_comparison_summary(
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
        started = self._session.send(alm.create_summary_report_task(self._model_id, body=body))
        if not wait_for_completion:
            return pending_report(started.task)
        handle = TaskHandle(kind="comparison summary", model_id=self._model_id, task_id=started.task.id)
        task = tasks.wait_for_report(self._session, self._settings, handle, timeout, progress)
        return self.get_comparison_summary(task)

    def get_comparison_summary_task(self, task_id: str) -> models.ReportTask:
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
        response = self._session.send(alm.get_summary_report_task(self._model_id, task_id))
        return response.task

    def get_comparison_summary(
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
        target, source = self._get_revisions(task, "comparison summary", request)
        response = self._session.send(alm.get_summary_report(self._model_id, target, source))
        return with_zero_counts(response.summary_report)

    def status(self, targets: Sequence[str], *, source: str | None = None) -> PromotionStatus:
        """Tell on which revision each target is, how many it is behind, and whether it has diverged.

        Args:
            targets: Names or ids of the target models.
            source: Name or id of the source model; this model by default.

        Returns:
            The status of each target: its state, revision, when and by whom that was applied, and the room in its
            workspace. A target that cannot be read has a `problem` instead.

        Raises:
            ValueError: A target is empty, named twice, or the source; in the first case, nothing is sent.
            NameNotFoundError: There is no such model. It has similar names.
            AmbiguousNameError: Several models have the name. It has their ids.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            PermissionDeniedError: The user is not a Workspace Administrator of the source.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Four requests, and one per target. Further ones for more than 5,000 models, workspaces or revisions.

        Example:
            ```python
            for target in client.alm.status(["Planning Prod"]):
                print(target.model.name, target.revision.name, target.behind)
            ```
        """
        return promotion.read_status(self._reader(source, None), _check_targets(targets))

    def graph(self, targets: Sequence[str], *, source: str | None = None) -> PromotionGraph:
        """Tell which model is on which revision, as the data of a graph. `status` can draw it, too.

        Args:
            targets: Names or ids of the target models.
            source: Name or id of the source model; this model by default.

        Returns:
            Columns of revisions in the history of the source, each with the models that are on it, and others.

        Raises:
            ValueError: A target is empty, named twice, or the source; in the first case, nothing is sent.
            NameNotFoundError: There is no such model. It has similar names.
            AmbiguousNameError: Several models have the name. It has their ids.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            PermissionDeniedError: The user is not a Workspace Administrator of the source.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            The requests of `status`.
        """
        status = self.status(targets, source=source)
        return status.to_graph()

    def plan(
        self,
        revision: str,
        targets: Sequence[str] | PromotionStatus,
        *,
        source: str | None = None,
        timeout: float | None = None,
    ) -> BoundPlan:
        """Plan to bring a revision of the source to targets. Nothing is changed.

        Args:
            revision: Title or id of a revision of the source.
            targets: Names or ids of the target models, in the order in which they are to be synchronized; or their
                status, which saves its requests.
            source: Name or id of the source model; this model by default. Omitted with a status.
            timeout: Maximum seconds to wait for each report. None for no limit.

        Returns:
            The plan: for each target the changes of its comparison report, their risks, and the counts of the summary
            report, or why it cannot be synchronized. Save it, let people review it, and apply it.

        Raises:
            ValueError: A target is empty, named twice, or the source; `timeout` is negative; or `source` comes with a
                status.
            NameNotFoundError: There is no such model or revision. It has similar names.
            AmbiguousNameError: Several models or revisions have the name. It has their ids.
            ComparisonReportError: Anaplan returns something else than a comparison report.
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            TaskTimeout: A report was not ready in time, or ten polls in a row failed.
            OutcomeUnknown: No response says whether a report was started, three times in a row.
            PermissionDeniedError: The user is not a Workspace Administrator of the source.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            The requests of `status`, and six per target that can be synchronized: for two reports, more if they take
            longer than a poll. Holds the changes of all targets in memory.

        Example:
            ```python
            plan = client.alm.plan("Release 1.3", ["Planning Prod"])
            plan.save("release.plan")
            print(plan.targets[0].totals, plan.risks)
            ```
        """
        name = id_or_name("revision", revision)
        check_wait(True, timeout, None)
        if isinstance(targets, PromotionStatus):
            if source is not None:
                raise ValueError(f"source must be omitted with a status (got {source!r})")
            reader, status = self._reader(targets.source.model_id, timeout), targets
        else:
            reader = self._reader(source, timeout)
            status = promotion.read_status(reader, _check_targets(targets))
        plan = promotion.make_plan(reader, name, status)
        return bind_plan(plan, self._session, self._settings)

    def load_plan(self, path: str | PathLike[str]) -> BoundPlan:
        """Read a plan from a file, to apply it.

        Args:
            path: The file that `plan.save` wrote.

        Returns:
            The plan. It remembers the file.

        Raises:
            PlanVersionError: The plan has a format that this version cannot read.
            PlanError: The file contains no plan.
            OSError: The file cannot be read.

        Cost:
            No request.
        """
        plan = concurrency.run_in_thread(Plan.load, path)
        return bind_plan(plan, self._session, self._settings)

    def apply(
        self,
        plan: Plan,
        *,
        parallel: int = 3,
        stop_on_error: bool = False,
        offline: bool = False,
        stepwise: bool = False,
        resume: bool = False,
        approve_risks: Sequence[str] = (),
        require_approvals: int = 0,
        timeout: float | None = None,
        on_progress: OnApply | None = None,
    ) -> Iterator[TargetResult]:
        """Synchronize the targets of a plan, each exactly once. Nothing happens before the first result is read.

        Every target is read again. If one has moved since it was planned, nothing is changed in any. A target that is
        on the revision already is done. What happens is written to the journal next to the plan's file, so that a run
        that was killed can be resumed. Keep reading to the end: the last failure is raised there.

        Args:
            plan: The plan. Without a file, there is no journal, and there are no approvals.
            parallel: Maximum number of targets that are synchronized concurrently, 1 to 50.
            stop_on_error: Start no further target after a failure. Without it, a failure stops nothing else.
            offline: Take each target offline before, and bring it back online afterwards, whatever happens. One that
                was offline before stays offline. So does one whose sync still runs after `timeout`: the run brings it
                back if the sync has ended when all others have, and `resume` otherwise.
            stepwise: If a sync fails, apply the revisions one by one, and name the one that fails.
            resume: Continue after a run that was killed or failed. Without it, a plan is applied once.
            approve_risks: Names or kinds of all risks of the plan, for example `deletes data`.
            require_approvals: Minimum number of people who must have approved the plan.
            timeout: Maximum seconds to wait for each sync. None for no limit. It continues in Anaplan after that, which
                cannot cancel a sync; its target has failed with `TaskTimeout`, and `resume` waits again.
            on_progress: Function that gets each step. `Client` calls it from its worker threads.

        Returns:
            An iterator of the result of each target, in the order in which they are ready.

        Raises:
            TypeError: `plan` is no plan, or an option has the wrong type; nothing is sent.
            ValueError: A number is out of range, or `approve_risks` names no risk of the plan; nothing is sent.
            RiskError: A risk was not approved; nothing is sent.
            ApprovalError: The plan has too few approvals, or was changed after them; nothing is sent.
            PlanError: The plan was applied before and `resume` is false, or was changed; nothing is sent.
            PlanLockedError: Another run applies the plan now, in this process or in another; nothing is sent.
            PlanExpiredError: Anaplan has deleted a comparison report of the plan, after 48 hours. Nothing is changed.
            PlanStaleError: Targets have moved since they were planned. Nothing is changed.
            PromotionError: Targets failed, or are still offline. Raised after the last result; it has all of them.
            OSError: The journal cannot be written or locked.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Per target two requests to check it, two to start the sync, and one per poll at intervals up to
            `status_poll_delay`. Two more with `offline`. A missing response adds up to a few lookups.

        Example:
            ```python
            plan = client.alm.plan("Release 1.3", ["Planning Prod"])
            for result in plan.apply(parallel=3):
                print(result)
            ```
        """
        options = ApplyOptions(
            parallel=parallel,
            stop_on_error=stop_on_error,
            offline=offline,
            stepwise=stepwise,
            resume=resume,
            approve_risks=approve_risks,
            require_approvals=require_approvals,
            timeout=timeout,
            on_progress=on_progress,
        )
        return start_apply(self._session, self._settings, plan, options)

    def changelog(self, since_revision: str, revision: str | None = None, *, timeout: float | None = None) -> Changelog:
        """Tell what each revision of this model changed, for auditors.

        Args:
            since_revision: Title or id of the revision before the first one of the log.
            revision: Title or id of the last revision of the log; the latest one by default.
            timeout: Maximum seconds to wait for each report. None for no limit.

        Returns:
            One entry per revision, oldest first: when and by whom it was created, its description, and its changes.

        Raises:
            ValueError: `timeout` is negative, or a revision is empty; nothing is sent. Or the last revision comes
                before the first.
            NameNotFoundError: The model has no such revision. It has similar names.
            AmbiguousNameError: Several revisions have the name. It has their ids.
            ComparisonReportError: Anaplan returns something else than a comparison report.
            AnaplanActionError: A report failed.
            TaskTimeout: A report was not ready in time, or ten polls in a row failed.
            BadRequestError: Anaplan rejects to compare two revisions of one model, which it does not document.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and three per revision, more if a report takes longer than a poll. Holds all changes in
            memory.

        Example:
            ```python
            for entry in client.alm.changelog("Initial model"):
                print(entry.revision.name, entry.revision.created_by, len(entry.changes))
            ```
        """
        check_wait(True, timeout, None)
        since = id_or_name("since_revision", since_revision)
        until = None if revision is None else id_or_name("revision", revision)
        return changelog.read_changelog(self._session, self._settings, self._model_id, since, until, timeout)

    def history(self) -> list[HistoryEntry]:
        """List the revisions of this model, oldest first, with how, when and by whom each was applied to it.

        Returns:
            All revisions.

        Raises:
            IncompleteListError: Anaplan returns fewer items than announced, or the list shrinks while it is read.
            PermissionDeniedError: The user is not a Workspace Administrator.
            ApiError: Anaplan rejects a request, or it still fails after the retries.

        Cost:
            Two requests, and one per revision.
        """
        return changelog.read_history(self._session, self._model_id)

    def _reader(self, source: str | None, timeout: float | None) -> promotion.Reader:
        name = self._model_id if source is None else id_or_name("source", source)
        return promotion.Reader(session=self._session, settings=self._settings, source=name, timeout=timeout)

    def _get_revisions(
        self,
        task: models.ReportTask | models.PendingTask | PendingTask,
        kind: TaskKind,
        request: Request[models.ReportTaskResponse],
    ) -> tuple[str, str]:
        """Return the revisions of a task's report. Read a task that was returned before its end again."""
        if not isinstance(task, models.ReportTask) or task.result is None:
            response = self._session.send(request)
            task = response.task
        if task.result is not None:
            raise_for_result(task, TaskHandle(kind=kind, model_id=self._model_id, task_id=task.id))
        return report_revisions(task)


def _check_targets(targets: Sequence[str]) -> list[str]:
    """Return names or ids of targets. Raise `TypeError` or `ValueError` unless there is at least one."""
    names = [id_or_name("targets", target) for target in check_list_argument("targets", targets)]
    if not names:
        raise ValueError("targets must have at least one model")
    return names


def _revision_pair(
    source_revision_id: str, source_model_id: str, target_revision_id: str
) -> models.RevisionPairRequest:
    return models.RevisionPairRequest(
        source_revision_id=id_text("source_revision_id", source_revision_id),
        source_model_id=id_text("source_model_id", source_model_id),
        target_revision_id=id_text("target_revision_id", target_revision_id),
    )
