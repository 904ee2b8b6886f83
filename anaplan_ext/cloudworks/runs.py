"""The results of runs: whether one has finished, how, and with which messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, cast

from attrs import field, frozen

from anaplan_client.cloudworks import models
from anaplan_client.integration.models import Task, TaskDetail, TaskResult, TaskState

from ..tasks.load_report import LoadReport, build_report
from ..tasks.messages import NO_REASON

RunOutcome: TypeAlias = Literal["success", "partial", "failure", "cancelled"]
"""How a run ended. A partial one has loaded some rows only."""

PARTIAL_CODE = 38
"""The error code of a run that loaded some rows only, as seen live."""
_RUNNING = re.compile(r"(is )?(running|queued|pending|scheduled|started|not started|in progress|cancelling)\W*", re.I)
_CANCELLED = re.compile(r"\bcancell?ed\b", re.IGNORECASE)


class AnyRun(Protocol):
    """A run, in any of the forms that responses have."""

    @property
    def end_date(self) -> datetime | None:
        """When it ended."""
        ...

    @property
    def success(self) -> bool | None:
        """Whether everything was loaded."""
        ...

    @property
    def message(self) -> str | None:
        """The state or the result in words."""
        ...

    @property
    def execution_error_code(self) -> int | None:
        """The code of the error."""
        ...


@frozen
class ActionErrors:
    """What went wrong in one action of a run."""

    action_id: str
    """Id of the action."""
    name: str
    """Name of the action."""
    details: tuple[TaskDetail, ...]
    """The messages, with the number of rows that each is about."""
    dump_available: bool
    """Whether Anaplan announced a failure dump."""


@frozen
class RunReport(LoadReport):
    """A finished run of an integration. `task` shows it in the form of a task, with the messages of its actions."""

    run: models.Run = field(kw_only=True)
    """The run."""

    @property
    def outcome(self) -> RunOutcome:
        """Return how the run ended."""
        return outcome_of(self.run)


@frozen
class FlowReport(LoadReport):
    """A finished run of a flow. `task` shows it in the form of a task, with a result for each step that ran."""

    flow: models.Flow = field(kw_only=True)
    """The flow, whose `latest_run` is the finished one, with the latest run of each step."""


def is_finished(run: AnyRun) -> bool:
    """Return whether a run has finished. Neither its end nor its result alone is documented to come with it."""
    if run.message and _RUNNING.fullmatch(run.message.strip()):
        return False
    return run.end_date is not None or run.success is True or run.execution_error_code is not None


def outcome_of(run: AnyRun) -> RunOutcome:
    """Return how a finished run ended. Only a success without an error code is one."""
    if run.execution_error_code == PARTIAL_CODE:
        return "partial"
    if run.success is True and run.execution_error_code is None:
        return "success"
    return "cancelled" if run.message and _CANCELLED.search(run.message) else "failure"


def read_errors(value: object) -> tuple[ActionErrors, ...]:
    """Read the errors of a run: an object, an empty one, or an array of objects, as documents and tenants have it.

    What is not of this form is left out, since the run has failed anyway.
    """
    runs: Sequence[object] = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(_read_action(entry) for run in _objects(runs) for entry in _objects(run.get("errorMessages")))


def _read_action(entry: Mapping[str, object]) -> ActionErrors:
    return ActionErrors(
        action_id=_text(entry.get("actionId")),
        name=_text(entry.get("actionName")),
        details=tuple(map(_read_detail, _objects(entry.get("errorMessage")))),
        dump_available=entry.get("failureDumpGenerated") is True,
    )


def _read_detail(entry: Mapping[str, object]) -> TaskDetail:
    count, kind = entry.get("occurrences"), entry.get("type")
    return TaskDetail(
        local_message_text=_text(entry.get("localMessageText")) or NO_REASON,
        occurrences=count if type(count) is int else None,
        type=_text(kind) or None,
    )


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for entry in cast("Sequence[object]", value):
            if isinstance(entry, Mapping):
                yield cast("Mapping[str, object]", entry)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def build_run_report(run: models.Run, errors: Sequence[ActionErrors], name: str | None) -> RunReport:
    """Build the report of a finished run, without failure dumps."""
    result = TaskResult(
        successful=outcome_of(run) == "success",
        object_id=run.integration_id,
        object_name=name,
        failure_dump_available=any(error.dump_available for error in errors),
        nested_results=[
            TaskResult(
                successful=False,
                object_id=error.action_id,
                object_name=error.name,
                failure_dump_available=error.dump_available,
                details=list(error.details),
            )
            for error in errors
        ],
    )
    task = Task(id=run.id, task_state=_state(run), creation_time=run.creation_date, result=result)
    report = build_report(task, run.integration_id or "")
    return RunReport(report.task, report.actions, run=run)


def build_flow_report(flow: models.Flow, run_id: str) -> FlowReport:
    """Build the report of a finished run of a flow: the steps that ran since it started."""
    latest = flow.latest_run or models.LatestRun()
    steps = [(step, step.latest_run) for step in flow.steps or [] if step.latest_run is not None]
    nested = [
        TaskResult(
            successful=outcome_of(run) == "success",
            object_id=step.referrer,
            object_name=step.name,
            details=[] if outcome_of(run) == "success" else [TaskDetail(local_message_text=run.message or NO_REASON)],
        )
        for step, run in steps
        if latest.start_date is not None and run.start_date is not None and run.start_date >= latest.start_date
    ]
    is_success = outcome_of(latest) == "success"
    result = TaskResult(successful=is_success, object_id=flow.id, object_name=flow.name, nested_results=nested)
    task = Task(id=run_id, task_state=_state(latest), creation_time=latest.start_date, result=result)
    report = build_report(task, flow.id)
    return FlowReport(report.task, report.actions, flow=flow)


def _state(run: AnyRun) -> TaskState:
    return TaskState.CANCELLED if outcome_of(run) == "cancelled" else TaskState.COMPLETE


def describe_failure(run: AnyRun, report: LoadReport) -> str:
    """Return why a run failed: Anaplan's word for the run, and the messages of each action."""
    actions = [
        f"{action.label}: {'; '.join(action.messages) or NO_REASON}"
        for action in report.actions
        if not action.successful and (action.messages or len(report.actions) > 1)
    ]
    code = f"code {run.execution_error_code}" if run.execution_error_code is not None else ""
    head = {"partial": "partly loaded", "cancelled": "cancelled"}.get(outcome_of(run), "failed")
    message = run.message if run.message and run.message.casefold() != head else ""
    detail = ", ".join(filter(None, (message or (NO_REASON if not actions else ""), code)))
    return "; ".join([f"{head}: {detail}" if detail else head, *actions])
