"""What kinds of actions there are, and what the end of a task means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Protocol, TypeVar

from attrs import frozen

from anaplan_client import alm, integration
from anaplan_client.core import Request
from anaplan_client.core.codec import validation

from ..listing.paging import check_whole
from .errors import AnaplanActionError, AnyTask, TaskCancelled
from .handle import TaskHandle
from .load_report import detail_messages
from .messages import undocumented_message

AnyTaskT = TypeVar("AnyTaskT", bound="AnyTask")

LOCALE = "en_US"
"""Language of the messages in results."""

_RUNNING = ("NOT_STARTED", "IN_PROGRESS", "CANCELLING")
_SUCCESSFUL = ("COMPLETE",)
_CANCELLED = ("CANCELLED", "CANCELED")
_FAILED = ("FAILED", "FAILURE", "ERROR", "ABORTED")
"""States that Anaplan does not document and that other clients have met as ends."""
_NO_REASON = "it was not successful, and Anaplan gives no reason"


class Start(Protocol):
    """What makes the request that starts an action."""

    def __call__(
        self, model_id: str, action_id: str, /, *, body: integration.models.StartTaskRequest
    ) -> Request[integration.models.StartedTaskResponse]:
        """Makes the request."""
        ...


@frozen
class ActionKind:
    """A kind of action and the operations on its tasks: each takes the model, the action and, for one task, that."""

    name: str
    start: Start
    list: Callable[[str, str], Request[integration.models.TasksResponse]]
    get: Callable[[str, str, str], Request[integration.models.TaskResponse]]
    cancel: Callable[[str, str, str], Request[None]]
    get_plain: Callable[[str, str, str], Request[integration.models.TaskResponse]] | None = None
    """Where `get` also asks for what is only nice to know: the same without that."""


@cache
def _kinds() -> dict[str, ActionKind]:
    """The kinds by the first three digits of their ids; made at first use, to keep importing cheap."""
    api = integration
    return {
        "112": ActionKind(
            "import",
            api.start_import_task,
            api.list_import_tasks,
            api.get_import_task,
            api.cancel_import_task,
        ),
        "116": ActionKind(
            "export",
            api.start_export_task,
            api.list_export_tasks,
            api.get_export_task,
            api.cancel_export_task,
        ),
        "117": ActionKind(
            "action",
            api.start_action_task,
            api.list_action_tasks,
            api.get_action_task,
            api.cancel_action_task,
        ),
        "118": ActionKind(
            "process",
            api.start_process_task,
            api.list_process_tasks,
            partial(api.get_process_task, include_process_details=True),
            api.cancel_process_task,
            api.get_process_task,
        ),
    }


def kind_of(action_id: int | str) -> ActionKind:
    """Tells the kind of an action from its id. Raises `ValueError` for an id of no known kind."""
    kind = _kinds().get(str(action_id)[:3]) if re.fullmatch(r"[0-9]{12}", str(action_id)) else None
    if kind is None:
        known = ", ".join(f"{prefix}… ({kind.name})" for prefix, kind in _kinds().items())
        raise ValueError(f"action_id: {action_id!r} is the id of no known kind of action: {known}, 12 digits each")
    return kind


def start_request(
    model_id: str,
    action_id: str,
    mapping_parameters: Sequence[integration.models.MappingParameter] = (),
    locale: str = LOCALE,
) -> Request[integration.models.StartedTaskResponse]:
    """The request that starts an action of any kind. Raises `ValueError` for mapping parameters that it cannot have."""
    kind = kind_of(action_id)
    if mapping_parameters and kind.name == "action":
        raise ValueError(f"mapping_parameters: {action_id} is no import, export or process, and asks for nothing")
    if kind.name != "process" and any(parameter.import_id is not None for parameter in mapping_parameters):
        raise ValueError(f"mapping_parameters: {action_id} is no process, so that import_id says nothing")
    body = integration.models.StartTaskRequest(locale_name=locale, mapping_parameters=list(mapping_parameters) or None)
    return kind.start(model_id, action_id, body=body)


def other_source(source_ids: Sequence[str | None], file_id: str) -> str:
    """Say which other files the imports of an action read; empty where one may read this file.

    The id of an import's source is that of a file, 113…, or says nothing.
    """
    files = {source for source in source_ids if source and source.startswith("113")}
    return f"which reads {' and '.join(sorted(files))}" if files and file_id not in files else ""


def task_id_of(answer: integration.models.StartedTaskResponse) -> str | None:
    """Return the id of a started task from either form of the response; None if it has none."""
    if answer.task is not None and answer.task.id:
        return answer.task.id
    return answer.task_id or None


def tasks_in(operation: str, answer: integration.models.TasksResponse) -> list[integration.models.Task]:
    """Return the tasks of a list from either form of the response. Raise `IncompleteListError` if some are missing."""
    tasks = answer.tasks or ([] if answer.task is None else [answer.task])
    check_whole(operation, answer, len(tasks))
    return tasks


def dump_requests(
    model_id: str, action_id: str, task_id: str, object_id: int | str | None
) -> tuple[Callable[[int, int], Request[integration.models.ChunksResponse]], Callable[[int], Request[bytes]]]:
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


def check_wait(wait_for_completion: bool, timeout: float | None, progress: object) -> None:
    """Raises `ValueError` for arguments of a wait where none is wanted, and for a timeout that is no time."""
    validation.check_number("timeout", timeout, minimum=0)
    if not wait_for_completion and (timeout is not None or progress is not None):
        raise ValueError("timeout and progress are for waiting; wait_for_completion is False")


def is_finished(task: AnyTask) -> bool:
    """Return whether a task will not change any more.

    One in a state that nobody knows is finished if it has a result; one that is being cancelled still runs.
    """
    if task.task_state in _RUNNING:
        return False
    return task.task_state in (*_SUCCESSFUL, *_CANCELLED, *_FAILED) or task.result is not None


def is_cancelled(task: AnyTask) -> bool:
    """Return whether a task was cancelled, and has ended."""
    return task.task_state in _CANCELLED


def failure_reason(task: AnyTask) -> str:
    """Return why a finished task is no success: title, message and subtitle, or the messages of its results.

    Empty for a success, which both its state and its result have to tell, and every result within that.
    """
    result = task.result
    if is_cancelled(task):
        return "cancelled"
    if result is None:
        return undocumented_message(task.additional_properties) or "it ended without a result"
    failed_state = f"it ended in the state {task.task_state}" if task.task_state in _FAILED else ""
    if isinstance(result, integration.models.TaskResult):
        reasons = list(_failures(result))
        if not reasons and not failed_state:
            return ""
        general = list(_messages(result)) if result.nested_results or not reasons else []
        return "; ".join([*general, *reasons]) or failed_state
    if result.successful and not failed_state:
        return ""
    known = _error_text(result.error) or undocumented_message(result.additional_properties)
    return known or undocumented_message(task.additional_properties) or failed_state or _NO_REASON


def raise_for_result(task: AnyTask, handle: TaskHandle | None = None, names: Mapping[str, str] | None = None) -> None:
    """Raise `TaskCancelled` or `AnaplanActionError` for a finished task that is no success."""
    if reason := failure_reason(task):
        kind = TaskCancelled if is_cancelled(task) else AnaplanActionError
        raise kind(reason, task, handle=handle, names=names)


def _error_text(error: alm.models.TaskError | None) -> str:
    if error is None:
        return ""
    return ": ".join(filter(None, (error.title, " ".join(filter(None, (error.message_text, error.subtitle))))))


def _failures(result: integration.models.TaskResult, label: str = "") -> Iterator[str]:
    """What failed: of a process each action, with its name and id, since the process's own flag may say otherwise."""
    nested = [reason for action in result.nested_results or [] for reason in _failures(action, _label(action))]
    for reason in nested:
        yield f"{label}: {reason}" if label else reason
    if nested or result.successful:
        return
    messages = "; ".join(_messages(result))
    if not label:
        yield messages or _NO_REASON
    else:
        yield f"{label} failed: {messages}" if messages else f"{label} failed, and Anaplan gives no reason"


def _messages(result: integration.models.TaskResult) -> Iterator[str]:
    yield from detail_messages(result.details)
    if other := undocumented_message(result.additional_properties):
        yield other


def _label(result: integration.models.TaskResult) -> str:
    name, id = result.object_name, result.object_id
    return f"{name} ({id})" if name and id else name or id or "an action"
