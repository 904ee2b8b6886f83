"""What kinds of actions there are, and what the end of a task means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Protocol, TypeVar

from attrs import frozen

from anaplan_client import alm, integration
from anaplan_client.core import Request, limits

from .errors import AnaplanActionError, AnyTask, TaskCancelled
from .paging import check_whole

AnyTaskT = TypeVar("AnyTaskT", bound="AnyTask")

LOCALE = "en_US"
"""Language of the messages in results."""


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


@cache
def _kinds() -> dict[str, ActionKind]:
    """The kinds by the first three digits of their ids; made at first use, to keep importing cheap."""
    api = integration
    return {
        "112": ActionKind(
            "import", api.start_import_task, api.list_import_tasks, api.get_import_task, api.cancel_import_task
        ),
        "116": ActionKind(
            "export", api.start_export_task, api.list_export_tasks, api.get_export_task, api.cancel_export_task
        ),
        "117": ActionKind(
            "action", api.start_action_task, api.list_action_tasks, api.get_action_task, api.cancel_action_task
        ),
        "118": ActionKind(
            "process",
            api.start_process_task,
            api.list_process_tasks,
            partial(api.get_process_task, include_process_details=True),
            api.cancel_process_task,
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


def started_id(answer: integration.models.StartedTaskResponse) -> str | None:
    """Finds the id of a started task in either form of the answer; None if it has none."""
    if answer.task is not None and answer.task.id:
        return answer.task.id
    return answer.task_id or None


def listed(operation: str, answer: integration.models.TasksResponse) -> list[integration.models.Task]:
    """Finds the tasks of a list in either form of the answer. Raises `IncompleteListing` if these are not all."""
    found = answer.tasks or ([] if answer.task is None else [answer.task])
    check_whole(operation, answer, len(found))
    return found


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
    limits.number("timeout", timeout, minimum=0)
    if not wait_for_completion and (timeout is not None or progress is not None):
        raise ValueError("timeout and progress are for waiting; wait_for_completion is False")


def ended(task: AnyTask) -> bool:
    """Says whether a task will not change any more. One that is being cancelled still may; so may an unknown state."""
    return task.task_state in ("COMPLETE", "CANCELLED")


def check(task: AnyTask) -> None:
    """Raises `TaskCancelled` or `AnaplanActionError` for a task that ended in any way but complete success."""
    if task.task_state == "CANCELLED":
        raise TaskCancelled("cancelled", task)
    result = task.result
    if (
        result is None
        or not result.successful
        or (isinstance(result, integration.models.TaskResult) and failed_objects(result))
    ):
        raise AnaplanActionError(reason(task), task)


def reason(task: AnyTask) -> str:
    """Anaplan's explanation of how a task ended: title, message and subtitle, or the messages of an action's result."""
    result = task.result
    if result is None:
        return "it ended without a result"
    if isinstance(result, integration.models.TaskResult):
        return "; ".join(_messages(result)) or "it was not successful, and Anaplan gives no reason"
    return _error_text(result.error) or "it was not successful, and Anaplan gives no reason"


def _error_text(error: alm.models.TaskError | None) -> str:
    if error is None:
        return ""
    return ": ".join(filter(None, (error.title, " ".join(filter(None, (error.message_text, error.subtitle))))))


def _messages(result: integration.models.TaskResult) -> Iterator[str]:
    for detail in result.details or []:
        if detail.local_message_text:
            times = f" ({detail.occurrences} times)" if detail.occurrences and detail.occurrences > 1 else ""
            yield detail.local_message_text + times
    for nested in result.nested_results or []:
        for message in _messages(nested):
            yield f"{nested.object_name or nested.object_id or 'an action'}: {message}"
    if not result.nested_results and result.failure_dump_available:
        yield "rows were refused, see the failure dump"


def failed_objects(result: integration.models.TaskResult) -> list[str]:
    """The ids of the imports that have a failure dump: the import itself, or those of a process."""
    found = [result.object_id or ""] if result.failure_dump_available and not result.nested_results else []
    for nested in result.nested_results or []:
        found += failed_objects(nested)
    return found
