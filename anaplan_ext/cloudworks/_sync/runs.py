# Converted by `python -m generator` from anaplan_ext/cloudworks/_async/runs.py. Edit that file, not this one.
"""Start runs of integrations and flows, and wait for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import evolve

from anaplan_client import cloudworks
from anaplan_client.cloudworks import models
from anaplan_client.core import AnaplanError, ConflictError, StatusError

from ...auth._sync.session import Session
from ...listing._sync.pager import collect
from ...reconcile._sync.send_once import send_once
from ...reconcile.verdict import EffectCandidate
from ...settings import Settings
from ...tasks._sync.names import cached_names
from ...tasks._sync.poller import Poll, wait
from ...tasks.handle import TaskHandle
from ..errors import IntegrationRunCancelledError, IntegrationRunError, PartialRunError
from ..runs import (
    ActionErrors,
    FlowReport,
    RunOutcome,
    RunReport,
    build_flow_report,
    build_run_report,
    describe_failure,
    is_finished,
    outcome_of,
    read_errors,
)

logger = logging.getLogger("anaplan")

MANUAL = "manual"
"""What started a run that a request started."""


def integration_handle(integration_id: str, run_id: str) -> TaskHandle:
    """Return the reference to a run of an integration."""
    return TaskHandle(kind="integration run", model_id="", task_id=run_id, action_id=integration_id)


def list_runs(session: Session, integration_id: str) -> list[models.RunRecord]:
    """Return all runs of an integration, in Anaplan's order."""
    return collect(
        session,
        lambda limit, offset: cloudworks.list_runs(integration_id, limit=limit, offset=offset),
        lambda page: page.history_of_runs.runs if page.history_of_runs else None,
    )


def start_run(session: Session, settings: Settings, integration_id: str) -> TaskHandle:
    """Start a run exactly once.

    Without a response, the history shows whether there is a new run. Runs by schedules and flows are not this one.
    Anaplan does not tell which request started a run, so another new one counts only as it does for actions.
    """

    def find(with_marks: bool) -> list[EffectCandidate[str]]:
        return [
            EffectCandidate(
                result=run.id,
                public=integration_handle(integration_id, run.id),
                id=run.id,
                created=run.start_date,
                is_mine=None if run.trigger_source in (None, MANUAL) else False,
            )
            for run in list_runs(session, integration_id)
        ]

    run_id = send_once(
        session,
        cloudworks.run_integration(integration_id),
        lambda response: response.run.id,
        find,
        assume_exclusive=settings.assume_exclusive,
        list_before=settings.assume_exclusive,
    )
    session.known_ids.add_own(run_id)
    handle = integration_handle(integration_id, run_id)
    logger.info("%s started", handle.describe(session.names), extra=handle.to_dict())
    return handle


def wait_for_run(
    session: Session,
    settings: Settings,
    handle: TaskHandle,
    timeout: float | None,
    progress: Callable[[models.Run], None] | None,
    *,
    allow_partial: bool = False,
) -> RunReport:
    """Wait for a run, and return its report. Raise unless everything was loaded."""
    poll = Poll(cloudworks.get_run(handle.task_id), lambda response: response.run, is_finished)
    run = wait(session, poll, settings.status_poll_delay, timeout, progress, handle)
    outcome = outcome_of(run)
    logger.info("%s finished: %s", handle.describe(session.names), outcome, extra=handle.to_dict())
    if outcome == "success":
        return build_run_report(run, (), session.names.get(handle.action_id or ""))
    report = _report_failure(session, handle, run)
    if outcome == "partial" and allow_partial:
        return report
    raise _error_class(outcome)(describe_failure(run, report), report, handle, cached_names(session, handle))


def _error_class(outcome: RunOutcome) -> type[IntegrationRunError]:
    classes = {"partial": PartialRunError, "cancelled": IntegrationRunCancelledError}
    return classes.get(outcome, IntegrationRunError)


def _report_failure(session: Session, handle: TaskHandle, run: models.Run) -> RunReport:
    """Read the messages and failure dumps of a run. What cannot be read is missing in the report."""
    integration_id = run.integration_id or handle.action_id or ""
    response = session.send_optional(cloudworks.get_integration(integration_id))
    integration = None if response is None else response.integration
    if integration is not None and integration.name:
        session.names[integration.id] = integration.name
    try:
        errors = read_errors((session.send(cloudworks.get_run_errors(run.id))).runs)
    except AnaplanError as error:
        logger.warning("the messages of %s could not be read: %s", handle, error)
        errors = ()
    report = build_run_report(run, errors, None if integration is None else integration.name)
    if outcome_of(run) == "cancelled":
        return report
    is_process = bool(integration is not None and integration.process_id)
    dumps, missing = _download_dumps(session, run.id, errors, is_process)
    return evolve(report, dumps=dumps, missing_dumps=missing)


def _download_dumps(
    session: Session, run_id: str, errors: Sequence[ActionErrors], is_process: bool
) -> tuple[dict[str, bytes], dict[str, str]]:
    dumps: dict[str, bytes] = {}
    missing: dict[str, str] = {}
    for error in errors:
        if not error.dump_available or not error.action_id:
            continue
        try:
            dumps[error.action_id] = download_dump(session, run_id, error.action_id if is_process else None)
        except StatusError as failure:
            missing[error.action_id] = "it no longer exists (404)" if failure.status == 404 else str(failure)
        except AnaplanError as failure:
            missing[error.action_id] = str(failure)
    return dumps, missing


def download_dump(session: Session, run_id: str, action_id: str | None) -> bytes:
    """Download the rejected rows of a run, or of one import of a process."""
    if action_id is None:
        return session.send(cloudworks.download_run_dump(run_id))
    return session.send(cloudworks.download_process_dump(run_id, action_id))


# Flows


def get_flow(session: Session, flow_id: str) -> models.Flow:
    """Read a flow with its steps."""
    flow = (session.send(cloudworks.get_flow(flow_id))).integration_flow
    if flow.name:
        session.names[flow.id] = flow.name
    return flow


def flow_handle(flow_id: str, run_id: str) -> TaskHandle:
    """Return the reference to a run of a flow."""
    return TaskHandle(kind="flow run", model_id="", task_id=run_id, action_id=flow_id)


def start_flow(session: Session, settings: Settings, flow: models.Flow, steps: Sequence[str] | None) -> TaskHandle:
    """Start a run of a flow exactly once. Without a response, its latest run shows whether there is a new one.

    That has no id, so its start stands for the id then.
    """
    flow_id = flow.id
    latest = flow.latest_run
    if latest is not None and latest.start_date is not None:
        session.known_ids.add_seen([_run_mark(flow_id, latest.start_date)])

    def find(with_marks: bool) -> list[EffectCandidate[str]]:
        run = (get_flow(session, flow_id)).latest_run
        if run is None or run.start_date is None:
            return []
        mark = _run_mark(flow_id, run.start_date)
        is_other = run.trigger_source not in (None, MANUAL)
        return [
            EffectCandidate(
                result=mark,
                public=flow_handle(flow_id, mark),
                id=mark,
                created=run.start_date,
                is_mine=False if is_other else None,
            )
        ]

    body = None if steps is None else models.RunFlowRequest(steps_to_run=list(steps))
    run_id = send_once(
        session,
        cloudworks.run_flow(flow_id, body=body),
        lambda response: response.run.id,
        find,
        assume_exclusive=settings.assume_exclusive,
        list_before=settings.assume_exclusive,
    )
    handle = flow_handle(flow_id, run_id)
    logger.info("%s started", handle.describe(session.names), extra=handle.to_dict())
    return handle


def _run_mark(flow_id: str, start: datetime) -> str:
    return f"{flow_id} at {start.isoformat()}"


def wait_for_flow(
    session: Session,
    settings: Settings,
    handle: TaskHandle,
    timeout: float | None,
    progress: Callable[[models.Flow], None] | None,
    before: models.LatestRun | None = None,
    *,
    allow_partial: bool = False,
) -> FlowReport:
    """Wait for the latest run of a flow, and return its report. Raise unless everything was loaded.

    The flow may still show its run of `before` for a moment.
    """

    def has_finished(flow: models.Flow) -> bool:
        run = flow.latest_run
        if run is None or (
            before is not None and before.start_date is not None and run.start_date == before.start_date
        ):
            return False
        return is_finished(run)

    poll = Poll(cloudworks.get_flow(handle.action_id or ""), lambda response: response.integration_flow, has_finished)
    flow = wait(session, poll, settings.status_poll_delay, timeout, progress, handle)
    latest = flow.latest_run or models.LatestRun()
    outcome = outcome_of(latest)
    logger.info("%s finished: %s", handle.describe(session.names), outcome, extra=handle.to_dict())
    report = build_flow_report(flow, handle.task_id)
    if outcome == "success" or (outcome == "partial" and allow_partial):
        return report
    raise _error_class(outcome)(describe_failure(latest, report), report, handle, cached_names(session, handle))


def cancel_flow(session: Session, flow: models.Flow) -> list[str]:
    """Cancel the runs of a flow's steps that are in progress, and return the integrations of these."""
    running = [
        step.referrer
        for step in flow.steps or []
        if step.referrer
        and step.latest_run is not None
        and step.latest_run.start_date
        and not is_finished(step.latest_run)
    ]
    cancelled: list[str] = []
    for integration_id in running:
        try:
            session.send(cloudworks.cancel_integration(integration_id))
        except ConflictError:
            continue  # it has finished meanwhile
        cancelled.append(integration_id)
    return cancelled
