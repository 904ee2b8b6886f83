"""What kinds of actions there are, how a task is looked at, and what its end means."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from attrs import frozen

from anaplan_client import integration
from anaplan_client.alm.models import ReportTask, SyncTask, TaskError
from anaplan_client.core import AnaplanError, Request
from anaplan_client.integration.models import (
    ChunksResponse,
    StartedTaskResponse,
    StartTaskRequest,
    Task,
    TaskResponse,
    TaskResult,
)

from .errors import AnaplanActionError, AnyTask, TaskCancelled

AnyTaskT = TypeVar("AnyTaskT", Task, SyncTask, ReportTask)

LOCALE = StartTaskRequest(locale_name="en_US")
FIRST_POLL = 0.05
"""Seconds after which a task is first looked at again; the pause doubles from there."""


@frozen
class ActionKind:
    """A kind of action and the operations on its tasks: each takes the model, the action and (but start) the task."""

    name: str
    start: Callable[[str, str], Request[StartedTaskResponse]]
    get: Callable[[str, str, str], Request[TaskResponse]]
    cancel: Callable[[str, str, str], Request[None]]


# The first three digits of an id tell what it is the id of.
_KINDS = {
    "112": ActionKind(
        "import",
        lambda model, action: integration.start_import_task(model, action, body=LOCALE),
        integration.get_import_task,
        integration.cancel_import_task,
    ),
    "116": ActionKind(
        "export",
        lambda model, action: integration.start_export_task(model, action, body=LOCALE),
        integration.get_export_task,
        integration.cancel_export_task,
    ),
    "117": ActionKind(
        "action",
        lambda model, action: integration.start_action_task(model, action, body=LOCALE),
        integration.get_action_task,
        integration.cancel_action_task,
    ),
    "118": ActionKind(
        "process",
        lambda model, action: integration.start_process_task(model, action, body=LOCALE),
        integration.get_process_task,
        integration.cancel_process_task,
    ),
}


def kind_of(action_id: int | str) -> ActionKind:
    """Tells the kind of an action from its id. Raises `ValueError` for an id of no known kind."""
    kind = _KINDS.get(str(action_id)[:3]) if len(str(action_id)) == 12 and str(action_id).isdigit() else None
    if kind is None:
        known = ", ".join(f"{prefix}… ({kind.name})" for prefix, kind in _KINDS.items())
        raise ValueError(f"action_id: {action_id!r} is the id of no known kind of action: {known}, 12 digits each")
    return kind


def started_id(answer: StartedTaskResponse) -> str:
    """Finds the id of a started task in either form of the answer. Raises `AnaplanError` if it has none."""
    if answer.task is not None:
        return answer.task.id
    if answer.task_id is not None:
        return answer.task_id
    raise AnaplanError("a task was started, but the answer does not name it; see the tasks of the action")


def dump_requests(
    model_id: str, action_id: str, task_id: str, object_id: int | str | None
) -> tuple[Callable[[int, int], Request[ChunksResponse]], Callable[[int], Request[bytes]]]:
    """The requests for the list of a failure dump's chunks (by limit and offset) and for one chunk (by its number).

    Raises `ValueError` for an action that has no dumps and for a process without the object that failed.
    """
    kind = kind_of(action_id).name
    if kind == "import":
        return (
            lambda limit, offset: integration.list_import_dump_chunks(
                model_id, action_id, task_id, limit=limit, offset=offset
            ),
            lambda index: integration.download_import_dump_chunk(model_id, action_id, task_id, index),
        )
    if kind != "process":
        raise ValueError(f"action_id: {action_id!r} is an {kind}; only imports and processes have failure dumps")
    if object_id is None:
        raise ValueError("object_id: a process has a failure dump for each of its imports; say which")
    failed = str(object_id)
    return (
        lambda limit, offset: integration.list_process_dump_chunks(
            model_id, action_id, task_id, failed, limit=limit, offset=offset
        ),
        lambda index: integration.download_process_dump_chunk(model_id, action_id, task_id, failed, index),
    )


def poll_pauses(longest: float) -> Iterator[float]:
    """The pauses between looks at a task, in seconds: short at first, doubling up to the longest."""
    pause = min(FIRST_POLL, longest)
    while True:
        yield pause
        pause = min(pause * 2, longest)


def ended(task: AnyTask) -> bool:
    """Says whether a task will not change any more. One that is being cancelled still may; so may an unknown state."""
    return task.task_state in ("COMPLETE", "CANCELLED")


def check(task: AnyTask) -> None:
    """Raises `TaskCancelled` or `AnaplanActionError` for a task that ended in any way but complete success."""
    if task.task_state == "CANCELLED":
        raise TaskCancelled("cancelled", task)
    result = task.result
    if result is None or not result.successful or (isinstance(result, TaskResult) and failed_objects(result)):
        raise AnaplanActionError(reason(task), task)


def reason(task: AnyTask) -> str:
    """Anaplan's explanation of how a task ended: title, message and subtitle, or the messages of an action's result."""
    result = task.result
    if result is None:
        return "it ended without a result"
    if isinstance(result, TaskResult):
        return "; ".join(_messages(result)) or "it was not successful, and Anaplan gives no reason"
    return _error_text(result.error) or "it was not successful, and Anaplan gives no reason"


def _error_text(error: TaskError | None) -> str:
    if error is None:
        return ""
    return ": ".join(filter(None, (error.title, " ".join(filter(None, (error.message_text, error.subtitle))))))


def _messages(result: TaskResult) -> Iterator[str]:
    for detail in result.details or []:
        if detail.local_message_text:
            times = f" ({detail.occurrences} times)" if detail.occurrences and detail.occurrences > 1 else ""
            yield detail.local_message_text + times
    for nested in result.nested_results or []:
        for message in _messages(nested):
            yield f"{nested.object_name or nested.object_id}: {message}"
    if not result.nested_results and result.failure_dump_available:
        yield "rows were refused, see the failure dump"


def failed_objects(result: TaskResult) -> list[str]:
    """The ids of the imports that have a failure dump: the import itself, or those of a process."""
    found = [result.object_id or ""] if result.failure_dump_available and not result.nested_results else []
    for nested in result.nested_results or []:
        found += failed_objects(nested)
    return found
