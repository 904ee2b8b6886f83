"""A run of a plan: what it writes and tells, and the targets that it takes offline and brings back."""

from __future__ import annotations

import logging

from attrs import field, frozen

from anaplan_client import alm
from anaplan_client.alm import models
from anaplan_client.core import AnaplanError, ServerError, StatusError

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...settings import Settings
from ..apply import ApplyOptions, ApplyProgress, Stage, SyncJob
from ..journal import Event, Journal
from ..plan import Plan
from ..planned_target import PlannedTarget

logger = logging.getLogger("anaplan")

ENDED = ("COMPLETE", "CANCELLED")
"""The states of a sync that has ended."""


@frozen(kw_only=True)
class Run:
    """A run of a plan."""

    session: AsyncSession
    settings: Settings
    plan: Plan
    options: ApplyOptions
    journal: Journal
    offline: set[str]
    """Ids of the targets that this run, or one before, has taken offline and not brought back."""
    in_flight: set[str]
    """Ids of the targets in which a sync of this run, or of one before, may run."""
    failed: list[str] = field(factory=list[str])
    """Ids of the targets that failed."""

    async def note(self, event: Event, model_id: str, **details: str) -> None:
        """Write an event to the journal."""
        await concurrency.run_in_thread(self.journal.write, event, model_id, details)

    def tell(self, target: PlannedTarget, stage: Stage, revision: str) -> None:
        """Tell the caller about a step."""
        if self.options.on_progress is not None:
            model = target.model
            progress = ApplyProgress(model_id=model.model_id, name=model.name, stage=stage, revision=revision)
            self.options.on_progress(progress)


async def take_offline(run: Run, job: SyncJob) -> None:
    """Take a target offline, unless it is. The journal knows it before Anaplan does."""
    model_id = job.target.model.model_id
    if not run.options.offline or job.is_offline:
        return
    run.tell(job.target, "offline", job.goal.name)
    await run.note("offline", model_id)
    run.offline.add(model_id)
    try:
        await _set_status(run.session, model_id, models.OnlineStatus.OFFLINE)
    except ServerError:
        raise
    except StatusError:
        # Anaplan has rejected it: there is nothing to bring back.
        run.offline.discard(model_id)
        await run.note("online", model_id)
        raise


async def bring_back_all(run: Run) -> None:
    for model_id in sorted(run.offline):
        if model_id in run.in_flight and await _is_syncing(run, model_id):
            logger.warning("model %s stays offline while its sync runs", model_id)
        else:
            await bring_back(run, model_id)


async def _is_syncing(run: Run, model_id: str) -> bool:
    """Return whether a sync runs in a model, or may run since Anaplan does not tell."""
    try:
        response = await run.session.send(alm.list_sync_tasks(model_id))
    except AnaplanError:
        return True
    return not all(task.task_state in ENDED for task in response.tasks or [])


async def bring_back(run: Run, model_id: str) -> None:
    """Bring a target back online. A failure is logged: the result says that it is still offline."""
    try:
        await _set_status(run.session, model_id, models.OnlineStatus.ONLINE)
    except AnaplanError as error:
        logger.warning("model %s is still offline: %s", model_id, error)
        return
    run.offline.discard(model_id)
    await run.note("online", model_id)


async def _set_status(session: AsyncSession, model_id: str, status: models.OnlineStatus) -> None:
    await session.send(alm.set_online_status(model_id, body=models.OnlineStatusRequest(status=status)))
