# Converted by `python -m generator` from anaplan_ext/alm/_async/tasks.py. Edit that file, not this one.
"""Create revisions, start syncs, and wait for the tasks of the ALM API."""

from __future__ import annotations

import logging
from collections.abc import Callable

from anaplan_client import alm, integration
from anaplan_client.alm import models
from anaplan_client.core import AnaplanError

from ...auth._sync.session import Session
from ...listing._sync.pager import collect
from ...listing.paging import check_list, check_whole
from ...reconcile._sync.send_once import deliver_once, send_once
from ...reconcile.verdict import EffectCandidate, is_applied_by, is_own_revision
from ...settings import Settings
from ...tasks._sync.names import find_names
from ...tasks._sync.poller import Poll, ResponseT, wait
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


def create_revision(
    session: Session, model_id: str, body: models.CreateRevisionRequest, assume_exclusive: bool
) -> models.Revision:
    """Create a revision exactly once. The revisions are listed before: one request per 5,000.

    Without a response, a new revision counts as this one if title, description and creator match.
    """

    def find(with_marks: bool) -> list[EffectCandidate[models.Revision]]:
        user_id = _get_user_id(session) if with_marks else ""
        return [
            EffectCandidate(
                result=revision,
                public=revision,
                id=revision.id,
                created=revision.created_on,
                is_mine=is_own_revision(revision, body, user_id) if with_marks else None,
            )
            for revision in list_revisions(session, model_id)
        ]

    request = alm.create_revision(model_id, body=body)
    revision = send_once(
        session, request, lambda response: response.revision, find, assume_exclusive=assume_exclusive, list_before=True
    )
    session.known_ids.add_own(revision.id)
    return revision


def list_revisions(session: Session, model_id: str, sort: str | None = None) -> list[models.Revision]:
    """Return all revisions of a model."""
    return collect(
        session,
        lambda limit, offset: alm.list_revisions(model_id, sort=sort, limit=limit, offset=offset),
        lambda page: page.revisions,
    )


def get_latest_revision(session: Session, model_id: str) -> models.Revision | None:
    """Return the latest revision of a model; None if it has none."""
    request = alm.get_latest_revision(model_id)
    response = session.send(request)
    check_list(request.operation, response, len(response.revisions or []))
    return response.revisions[0] if response.revisions else None


def get_latest_revision_id(session: Session, model_id: str) -> str:
    """Return the id of a model's latest revision. Raise `ValueError` if it has none."""
    revision = get_latest_revision(session, model_id)
    if revision is None:
        raise ValueError(f"target must have a revision (got {model_id}, which has none)")
    return revision.id


def start_sync(
    session: Session, model_id: str, body: models.RevisionPairRequest, assume_exclusive: bool
) -> PendingSyncTask:
    """Start a sync exactly once. One more request lists the sync tasks before."""
    return pending_sync(unwrap(_start_sync(session, model_id, body, assume_exclusive)))


def sync(
    session: Session,
    settings: Settings,
    model_id: str,
    body: models.RevisionPairRequest,
    timeout: float | None,
    progress: Callable[[models.SyncTask], None] | None,
) -> CompletedSyncTask:
    """Start a sync and wait for it.

    If it is ambiguous whether the only new sync is this one, its outcome decides: Anaplan says who applied a revision.
    """
    outcome = _start_sync(session, model_id, body, settings.assume_exclusive)
    if not isinstance(outcome, Ambiguous) or len(outcome.candidates) != 1:
        handle = TaskHandle(kind="sync", model_id=model_id, task_id=unwrap(outcome).id)
        return wait_for_sync(session, settings, handle, timeout, progress)
    (candidate,) = outcome.candidates
    assert isinstance(candidate, TaskHandle)
    try:
        task = wait_for_sync(session, settings, candidate, timeout, progress)
        revisions = list_revisions(session, model_id)
        user_id = _get_user_id(session)
    except AnaplanError as error:
        raise outcome.exception() from error
    if not is_applied_by(revisions, body.source_revision_id, user_id):
        raise outcome.exception() from outcome.error
    return task


def _start_sync(
    session: Session, model_id: str, body: models.RevisionPairRequest, assume_exclusive: bool
) -> Outcome[models.PendingTask]:
    def find(with_marks: bool) -> list[EffectCandidate[models.PendingTask]]:
        request = alm.list_sync_tasks(model_id)
        response = session.send(request)
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
    outcome = deliver_once(
        session, request, lambda response: response.task, find, assume_exclusive=assume_exclusive, list_before=True
    )
    if isinstance(outcome, Sent):
        session.known_ids.add_own(outcome.response.id)
        logger.info("sync %s started in model %s", outcome.response.id, model_id)
    return outcome


def wait_for_sync(
    session: Session,
    settings: Settings,
    handle: TaskHandle,
    timeout: float | None,
    progress: Callable[[models.SyncTask], None] | None,
) -> CompletedSyncTask:
    """Wait for a sync, and raise if it failed."""
    poll = Poll(alm.get_sync_task(handle.model_id, handle.task_id), lambda response: response.task, is_finished)
    return complete_sync(_wait_for_success(session, settings, poll, timeout, progress, handle))


def wait_for_report(
    session: Session,
    settings: Settings,
    handle: TaskHandle,
    timeout: float | None,
    progress: Callable[[models.ReportTask], None] | None,
) -> CompletedReportTask:
    """Wait for a comparison report or summary, and raise if it failed."""
    get = alm.get_comparison_report_task if handle.kind == "comparison report" else alm.get_summary_report_task
    poll = Poll(get(handle.model_id, handle.task_id), lambda response: response.task, is_finished)
    return complete_report(_wait_for_success(session, settings, poll, timeout, progress, handle))


def _wait_for_success(
    session: Session,
    settings: Settings,
    poll: Poll[ResponseT, AnyTaskT],
    timeout: float | None,
    progress: Callable[[AnyTaskT], None] | None,
    handle: TaskHandle,
) -> AnyTaskT:
    task = wait(session, poll, settings.status_poll_delay, timeout, progress, handle)
    logger.info("%s finished as %s", handle.describe(session.names), task.task_state, extra=handle.to_dict())
    if failure_reason(task):
        raise_for_result(task, handle, find_names(session, handle))
    return task


def _get_user_id(session: Session) -> str:
    response = session.send(integration.get_current_user())
    return response.user.id
