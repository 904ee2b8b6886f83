"""Create revisions, start syncs, and wait for the tasks of the ALM API."""

from __future__ import annotations

import logging
from collections.abc import Callable

from anaplan_client import alm, integration
from anaplan_client.alm import models
from anaplan_client.core import AnaplanError

from ...auth._async.session import AsyncSession
from ...listing._async.pager import collect
from ...listing.paging import check_list, check_whole
from ...reconcile._async.send_once import deliver_once, send_once
from ...reconcile.verdict import EffectCandidate, is_applied_by, is_own_revision
from ...settings import Settings
from ...tasks._async.names import find_names
from ...tasks._async.poller import Poll, ResponseT, wait
from ...tasks.actions import AnyTaskT, failure_reason, is_finished, raise_for_result
from ...tasks.handle import TaskHandle
from ...transport.outcome import Ambiguous, Outcome, Sent, unwrap
from ..task_types import (
    CompletedReportTask,
    CompletedSyncTask,
    PendingSyncTask,
    complete_report,
    complete_sync,
    pending_sync,
)

logger = logging.getLogger("anaplan")


async def create_revision(
    session: AsyncSession, model_id: str, body: models.CreateRevisionRequest, assume_exclusive: bool
) -> models.Revision:
    """Create a revision exactly once. The revisions are listed before: one request per 5,000.

    Without a response, a new revision counts as this one if title, description and creator match.
    """

    async def find(with_marks: bool) -> list[EffectCandidate[models.Revision]]:
        user_id = await _get_user_id(session) if with_marks else ""
        return [
            EffectCandidate(
                result=revision,
                public=revision,
                id=revision.id,
                created=revision.created_on,
                is_mine=is_own_revision(revision, body, user_id) if with_marks else None,
            )
            for revision in await list_revisions(session, model_id)
        ]

    request = alm.create_revision(model_id, body=body)
    revision = await send_once(
        session, request, lambda response: response.revision, find, assume_exclusive=assume_exclusive, list_before=True
    )
    session.known_ids.add_own(revision.id)
    return revision


async def list_revisions(session: AsyncSession, model_id: str, sort: str | None = None) -> list[models.Revision]:
    """Return all revisions of a model."""
    return await collect(
        session,
        lambda limit, offset: alm.list_revisions(model_id, sort=sort, limit=limit, offset=offset),
        lambda page: page.revisions,
    )


async def get_latest_revision(session: AsyncSession, model_id: str) -> models.Revision | None:
    """Return the latest revision of a model; None if it has none."""
    request = alm.get_latest_revision(model_id)
    response = await session.send(request)
    check_list(request.operation, response, len(response.revisions or []))
    return response.revisions[0] if response.revisions else None


async def get_latest_revision_id(session: AsyncSession, model_id: str) -> str:
    """Return the id of a model's latest revision. Raise `ValueError` if it has none."""
    revision = await get_latest_revision(session, model_id)
    if revision is None:
        raise ValueError(f"target must have a revision (got {model_id}, which has none)")
    return revision.id


async def start_sync(
    session: AsyncSession, model_id: str, body: models.RevisionPairRequest, assume_exclusive: bool
) -> PendingSyncTask:
    """Start a sync exactly once. One more request lists the sync tasks before."""
    return pending_sync(unwrap(await _start_sync(session, model_id, body, assume_exclusive)))


async def sync(
    session: AsyncSession,
    settings: Settings,
    model_id: str,
    body: models.RevisionPairRequest,
    timeout: float | None,
    progress: Callable[[models.SyncTask], None] | None,
) -> CompletedSyncTask:
    """Start a sync and wait for it.

    If it is ambiguous whether the only new sync is this one, its outcome decides: Anaplan says who applied a revision.
    """
    outcome = await _start_sync(session, model_id, body, settings.assume_exclusive)
    if not isinstance(outcome, Ambiguous) or len(outcome.candidates) != 1:
        handle = TaskHandle(kind="sync", model_id=model_id, task_id=unwrap(outcome).id)
        return await wait_for_sync(session, settings, handle, timeout, progress)
    (candidate,) = outcome.candidates
    assert isinstance(candidate, TaskHandle)
    try:
        task = await wait_for_sync(session, settings, candidate, timeout, progress)
        revisions = await list_revisions(session, model_id)
        user_id = await _get_user_id(session)
    except AnaplanError as error:
        raise outcome.exception() from error
    if not is_applied_by(revisions, body.source_revision_id, user_id):
        raise outcome.exception() from outcome.error
    return task


async def _start_sync(
    session: AsyncSession, model_id: str, body: models.RevisionPairRequest, assume_exclusive: bool
) -> Outcome[models.PendingTask]:
    async def find(with_marks: bool) -> list[EffectCandidate[models.PendingTask]]:
        request = alm.list_sync_tasks(model_id)
        response = await session.send(request)
        check_whole(request.operation, response, len(response.tasks or []))
        return [
            EffectCandidate(
                result=models.PendingTask(id=task.id, task_state=task.task_state, creation_time=task.creation_time),
                public=TaskHandle(kind="sync", model_id=model_id, task_id=task.id),
                id=task.id,
                created=task.creation_time,
            )
            for task in response.tasks or []
        ]

    request = alm.create_sync_task(model_id, body=body)
    outcome = await deliver_once(
        session, request, lambda response: response.task, find, assume_exclusive=assume_exclusive, list_before=True
    )
    if isinstance(outcome, Sent):
        session.known_ids.add_own(outcome.response.id)
        logger.info("sync %s started in model %s", outcome.response.id, model_id)
    return outcome


async def wait_for_sync(
    session: AsyncSession,
    settings: Settings,
    handle: TaskHandle,
    timeout: float | None,
    progress: Callable[[models.SyncTask], None] | None,
) -> CompletedSyncTask:
    """Wait for a sync, and raise if it failed."""
    poll = Poll(alm.get_sync_task(handle.model_id, handle.task_id), lambda response: response.task, is_finished)
    return complete_sync(await _wait_for_success(session, settings, poll, timeout, progress, handle))


async def wait_for_report(
    session: AsyncSession,
    settings: Settings,
    handle: TaskHandle,
    timeout: float | None,
    progress: Callable[[models.ReportTask], None] | None,
) -> CompletedReportTask:
    """Wait for a comparison report or summary, and raise if it failed."""
    get = alm.get_comparison_report_task if handle.kind == "comparison report" else alm.get_summary_report_task
    poll = Poll(get(handle.model_id, handle.task_id), lambda response: response.task, is_finished)
    return complete_report(await _wait_for_success(session, settings, poll, timeout, progress, handle))


async def _wait_for_success(
    session: AsyncSession,
    settings: Settings,
    poll: Poll[ResponseT, AnyTaskT],
    timeout: float | None,
    progress: Callable[[AnyTaskT], None] | None,
    handle: TaskHandle,
) -> AnyTaskT:
    task = await wait(session, poll, settings.status_poll_delay, timeout, progress, handle)
    logger.info("%s finished as %s", handle.describe(session.names), task.task_state, extra=handle.to_dict())
    if failure_reason(task):
        raise_for_result(task, handle, await find_names(session, handle))
    return task


async def _get_user_id(session: AsyncSession) -> str:
    response = await session.send(integration.get_current_user())
    return response.user.id
