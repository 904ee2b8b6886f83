"""Apply a plan: synchronize its targets, each at most once, and bring back what was taken offline."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from functools import partial

from attrs import evolve

from anaplan_client import alm
from anaplan_client.alm import models
from anaplan_client.core import AnaplanError, ApiError, NotFoundError

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...listing.paging import check_list
from ...settings import Settings
from ...tasks.errors import AnaplanActionError, TaskCancelled
from ...tasks.handle import TaskHandle
from ...transport.errors import OutcomeUnknown
from ..apply import (
    ApplyOptions,
    SyncJob,
    TargetResult,
    Trail,
    check_plan,
    check_risks,
    continue_job,
    decide,
    moved_target,
    with_user_names,
)
from ..approval import check_approvals
from ..journal import find_journal, lock_journal
from ..lineage import RevisionInfo
from ..plan import Plan
from ..planned_target import PlannedTarget
from ..promotion_errors import MovedTarget, PlanError, PlanExpiredError, PlanStaleError, PromotionError
from ..status import OFFLINE_STATES
from . import tasks
from .promotion import list_models, read_users
from .promotion_run import ENDED, Run, bring_back, bring_back_all, take_offline

logger = logging.getLogger("anaplan")


def start_apply(
    session: AsyncSession, settings: Settings, plan: Plan, options: ApplyOptions
) -> AsyncIterator[TargetResult]:
    """Return an iterator of the results of all targets; see `client.alm.apply`. Check plan and risks immediately."""
    check_plan(plan)
    check_risks(plan, options.approve_risks)
    return _apply(session, settings, plan, options)


async def _apply(
    session: AsyncSession, settings: Settings, plan: Plan, options: ApplyOptions
) -> AsyncIterator[TargetResult]:
    check_approvals(await concurrency.run_in_thread(plan.approvals), options.require_approvals)
    with ExitStack() as stack:
        await concurrency.run_in_thread(stack.enter_context, lock_journal(plan.path))
        journal = await concurrency.run_in_thread(partial(find_journal, plan.path, plan.sha256, resume=options.resume))
        run = Run(
            session=session,
            settings=settings,
            plan=plan,
            options=options,
            journal=journal,
            offline=set(journal.state.offline),
            in_flight=set(journal.state.started - journal.state.done),
        )
        async with concurrency.closing(_promote_and_bring_back(run)) as results:
            async for result in results:
                yield result


async def _promote_and_bring_back(run: Run) -> AsyncIterator[TargetResult]:
    results: list[TargetResult] = []
    try:
        async with concurrency.closing(_promote_all(run)) as promoted:
            async for result in promoted:
                results.append(result)
                yield result
    finally:
        if run.offline:
            await concurrency.run_to_completion(bring_back_all, run)
    results = [evolve(result, is_left_offline=result.model_id in run.offline) for result in results]
    if any(result.needs_attention for result in results):
        raise PromotionError(results)


async def _promote_all(run: Run) -> AsyncIterator[TargetResult]:
    jobs: list[SyncJob] = []
    for decision in await _decide_all(run):
        if isinstance(decision, SyncJob):
            jobs.append(decision)
        else:
            yield decision
    if not jobs:
        return
    await concurrency.run_in_thread(run.journal.start)
    started = 0

    def next_jobs() -> Iterator[SyncJob]:
        nonlocal started
        for job in jobs:
            if run.failed and run.options.stop_on_error:
                return
            started += 1
            yield job

    promote = partial(_promote, run)
    promoted = concurrency.map_concurrently(promote, next_jobs(), run.options.parallel, ordered=False)
    async with concurrency.closing(promoted) as results:
        async for result in results:
            yield result
    for job in jobs[started:]:
        yield job.end("skipped", reason="another target failed")


async def _decide_all(run: Run) -> list[SyncJob | TargetResult]:
    """Read every target again. Raise `PlanStaleError` if one has moved, before anything is changed."""
    offline: set[str] = set()
    if run.options.offline:
        listed = await list_models(run.session)
        offline = {model.id for model in listed if model.active_state in OFFLINE_STATES}
    decide_target = partial(_decide, run, offline)
    read = concurrency.map_concurrently(decide_target, run.plan.targets, run.options.parallel)
    async with concurrency.closing(read) as found:
        decisions = [decision async for decision in found]
    if moved := [decision for decision in decisions if isinstance(decision, MovedTarget)]:
        raise PlanStaleError(with_user_names(moved, await read_users(run.session)))
    checked = concurrency.map_concurrently(partial(_check, run), decisions, run.options.parallel)
    async with concurrency.closing(checked) as found:
        return [decision async for decision in found if not isinstance(decision, MovedTarget)]


async def _decide(run: Run, offline: set[str], target: PlannedTarget) -> SyncJob | TargetResult | MovedTarget:
    """Return what to do with a target. A target that cannot be read has failed."""
    model_id, state = target.model.model_id, run.journal.state
    needs_reading = target.problem is None and model_id not in state.done
    try:
        latest = await tasks.get_latest_revision(run.session, model_id) if needs_reading else None
    except ApiError as error:
        run.failed.append(model_id)
        return TargetResult(
            model_id=model_id, name=target.model.name, outcome="failed", revision=target.revision_name, error=error
        )
    return decide(target, latest, state, is_offline=model_id in offline - run.offline)


async def _check(run: Run, decision: SyncJob | TargetResult | MovedTarget) -> SyncJob | TargetResult | MovedTarget:
    """Check that Anaplan still has the comparison report of the plan. A report that cannot be read is a failure."""
    if not isinstance(decision, SyncJob):
        return decision
    model, planned = decision.target.model, decision.target.revision
    assert planned is not None
    request = alm.get_comparison_report(model.model_id, planned.id, decision.goal.id)
    try:
        content = await run.session.send(request)
    except NotFoundError:
        raise PlanExpiredError(
            f"the plan has expired: Anaplan has deleted its report of {model.name}; plan again"
        ) from None
    except ApiError as error:
        run.failed.append(model.model_id)
        return decision.end("failed", error=error)
    if hashlib.sha256(content).hexdigest() != decision.target.report_sha256:
        raise PlanError(f"the plan must have the present comparison report of {model.name}; plan again")
    return decision


async def _promote(run: Run, job: SyncJob) -> TargetResult:
    """Synchronize a target, offline if requested."""
    target, model_id = job.target, job.target.model.model_id
    trail = Trail()
    try:
        await take_offline(run, job)
        await _reach(run, job, trail)
        await run.note("done", model_id, revision_id=job.goal.id)
        run.tell(target, "done", job.goal.name)
        result = job.end("synced", trail)
    except AnaplanError as error:
        run.failed.append(model_id)
        await run.note("failed", model_id, reason=str(error))
        run.tell(target, "failed", job.goal.name)
        result = job.end("failed", trail, error=error)
    except BaseException:
        # An interrupt: nobody waits for the sync any more, and nobody would bring the target back after it.
        run.in_flight.discard(model_id)
        raise
    finally:
        if model_id in run.offline - run.in_flight:
            await concurrency.run_to_completion(bring_back, run, model_id)
    if run.options.offline and model_id not in run.offline and not job.is_offline:
        run.tell(target, "online", result.revision)
    return evolve(result, is_left_offline=model_id in run.offline)


async def _reach(run: Run, job: SyncJob, trail: Trail) -> None:
    """Bring a target to the revision: in one sync, or one by one where that fails and is allowed."""
    if job.is_resumed:
        job = _checked(job, await _settle(run, job.target))
    if not job.steps:
        return
    if not job.is_stepwise:
        try:
            await _sync(run, job, job.goal)
            trail.applied.append(job.goal)
            return
        except TaskCancelled:
            raise
        except AnaplanActionError:
            if not run.options.stepwise or len(job.steps) == 1:
                raise
            await run.note("stepping", job.target.model.model_id)
    for step in job.steps:
        trail.step = step
        await _sync(run, job, step)
        trail.applied.append(step)
        job = evolve(job, start=step)


async def _sync(run: Run, job: SyncJob, goal: RevisionInfo) -> None:
    """Apply a revision to a target. Without a clear response, the target's latest revision decides."""
    model_id = job.target.model.model_id
    body = models.RevisionPairRequest(
        source_revision_id=goal.id, source_model_id=run.plan.source.model_id, target_revision_id=job.start.id
    )
    await run.note("starting", model_id, from_id=job.start.id, to_id=goal.id)
    run.tell(job.target, "sync", goal.name)
    run.in_flight.add(model_id)
    try:
        started = await tasks.start_sync(run.session, model_id, body, run.settings.assume_exclusive)
        await run.note("started", model_id, task_id=started.id)
        handle = TaskHandle(kind="sync", model_id=model_id, task_id=started.id)
        await tasks.wait_for_sync(run.session, run.settings, handle, run.options.timeout, None)
        run.in_flight.discard(model_id)
    except AnaplanActionError:
        run.in_flight.discard(model_id)
        raise
    except (ApiError, OutcomeUnknown) as error:
        latest = await _settle(run, job.target)
        if latest is not None and latest.id == goal.id:
            logger.warning("%s is on the revision %s, although %s", model_id, goal.id, error)
            return
        if latest is None or latest.id != job.start.id:
            users = await read_users(run.session)
            raise PlanStaleError([moved_target(job.target, latest, users)]) from error
        raise


def _checked(job: SyncJob, latest: models.Revision | None) -> SyncJob:
    """Return what is left of a job that an earlier run began."""
    left = continue_job(job, latest)
    if left is None:
        raise PlanStaleError([moved_target(job.target, latest)])
    return left


async def _settle(run: Run, target: PlannedTarget) -> models.Revision | None:
    """Wait for the syncs that run in a target, also those of other users, and return its latest revision."""
    model_id = target.model.model_id
    request = alm.list_sync_tasks(model_id)
    response = await run.session.send(request)
    check_list(request.operation, response, len(response.tasks or []))
    for task in response.tasks or []:
        if task.task_state in ENDED:
            continue
        handle = TaskHandle(kind="sync", model_id=model_id, task_id=task.id)
        try:
            await tasks.wait_for_sync(run.session, run.settings, handle, run.options.timeout, None)
        except AnaplanActionError as error:
            logger.info("sync %s in model %s failed: %s", task.id, model_id, error.reason)
    run.in_flight.discard(model_id)
    return await tasks.get_latest_revision(run.session, model_id)
