"""Starting and awaiting what ALM does: revisions, synchronisations and reports."""

from __future__ import annotations

import time
from collections.abc import Callable

from anaplan_client import alm, integration
from anaplan_client.alm import models
from anaplan_client.core import AnaplanError

from ..alm_types import CompletedReportTask, CompletedSyncTask, completed_report, completed_sync
from ..errors import OutcomeUnknown
from ..handles import TaskHandle
from ..outcomes import Trace, applied_by, revision_mark
from ..paging import check_whole
from ..settings import Settings
from .lists import collect
from .once import send_once
from .session import AsyncSession
from .waiting import wait


async def create_revision(
    session: AsyncSession, model_id: str, body: models.CreateRevisionRequest, exclusive: bool
) -> models.Revision:
    """Takes a revision. Without an answer, one that is new is taken for it if title, description and maker fit."""

    async def revisions() -> list[Trace[models.Revision]]:
        me = await _me(session)
        return [
            Trace(
                found=revision,
                shown=revision,
                id=revision.id,
                created=revision.created_on,
                mine=revision_mark(revision, body, me),
            )
            for revision in await list_revisions(session, model_id)
        ]

    request = alm.create_revision(model_id, body=body)
    revision = await send_once(session, request, lambda answer: answer.revision, revisions, exclusive)
    session.known.append(revision.id)
    return revision


async def list_revisions(session: AsyncSession, model_id: str, sort: str | None = None) -> list[models.Revision]:
    """Lists the revisions of a model, whole."""
    return await collect(
        session,
        lambda limit, offset: alm.list_revisions(model_id, sort=sort, limit=limit, offset=offset),
        lambda page: page.revisions,
    )


async def start_sync(
    session: AsyncSession, model_id: str, body: models.RevisionPairRequest, exclusive: bool
) -> models.PendingTask:
    """Starts a synchronisation; `send_once` says what happens without an answer."""

    async def tasks() -> list[Trace[models.PendingTask]]:
        request = alm.list_sync_tasks(model_id)
        answer = await session.send(request)
        check_whole(request.operation, answer, len(answer.tasks or []))
        return [
            Trace(
                found=models.PendingTask(id=task.id, task_state=task.task_state, creation_time=task.creation_time),
                shown=TaskHandle(kind="sync", model_id=model_id, task_id=task.id),
                id=task.id,
                created=task.creation_time,
            )
            for task in answer.tasks or []
        ]

    request = alm.create_sync_task(model_id, body=body)
    task = await send_once(session, request, lambda answer: answer.task, tasks, exclusive)
    session.known.append(task.id)
    return task


async def sync(
    session: AsyncSession,
    settings: Settings,
    model_id: str,
    body: models.RevisionPairRequest,
    timeout: float | None,
    progress: Callable[[models.SyncTask], None] | None,
) -> CompletedSyncTask:
    """Synchronises to the end.

    If it is open whether the one new synchronisation is this one, its end tells: Anaplan says who applied a revision.
    """
    began = time.monotonic()
    try:
        started = await start_sync(session, model_id, body, settings.exclusive)
    except OutcomeUnknown as unknown:
        if len(unknown.candidates) != 1 or not isinstance(unknown.candidates[0], TaskHandle):
            raise
        try:
            task = await wait_for_sync(session, settings, unknown.candidates[0], timeout, progress)
            revisions = await list_revisions(session, model_id)
            me = await _me(session)
        except AnaplanError as error:
            raise unknown from error
        if not applied_by(revisions, body.source_revision_id, me, session.server_time(began)):
            raise
        return task
    handle = TaskHandle(kind="sync", model_id=model_id, task_id=started.id)
    return await wait_for_sync(session, settings, handle, timeout, progress)


async def wait_for_sync(
    session: AsyncSession,
    settings: Settings,
    handle: TaskHandle,
    timeout: float | None,
    progress: Callable[[models.SyncTask], None] | None,
) -> CompletedSyncTask:
    """Waits for a synchronisation."""
    look = alm.get_sync_task(handle.model_id, handle.task_id)
    delay = settings.status_poll_delay
    return completed_sync(await wait(session, look, lambda answer: answer.task, delay, timeout, progress, handle))


async def wait_for_report(
    session: AsyncSession,
    settings: Settings,
    handle: TaskHandle,
    timeout: float | None,
    progress: Callable[[models.ReportTask], None] | None,
) -> CompletedReportTask:
    """Waits for the generation of a report of either kind."""
    find = alm.get_comparison_report_task if handle.kind == "comparison report" else alm.get_summary_report_task
    look = find(handle.model_id, handle.task_id)
    delay = settings.status_poll_delay
    return completed_report(await wait(session, look, lambda answer: answer.task, delay, timeout, progress, handle))


async def _me(session: AsyncSession) -> str:
    answer = await session.send(integration.get_current_user())
    return answer.user.id
