"""Kinds of actions, and the outcomes of their tasks."""

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
from .handle import ACTION_KINDS, TaskHandle
from .messages import NO_REASON, detail_messages, label_of, undocumented_message

AnyTaskT = TypeVar("AnyTaskT", bound="AnyTask")

LOCALE = "en_US"
"""Language of the messages in results."""

_RUNNING = ("NOT_STARTED", "IN_PROGRESS", "CANCELLING")
_SUCCESSFUL = ("COMPLETE",)
_CANCELLED = ("CANCELLED", "CANCELED")
_FAILED = ("FAILED", "FAILURE", "ERROR", "ABORTED")
"""Undocumented states in which other clients have seen tasks finish."""


class Start(Protocol):
    """An operation that starts an action."""

    def __call__(
        self, model_id: str, action_id: str, /, *, body: integration.models.StartTaskRequest
    ) -> Request[integration.models.StartedTaskResponse]:
        """Return the request."""
        ...


@frozen
class ActionKind:
    """A kind of action and the operations on its tasks. They take the ids of model, action and task."""

    name: str
    start: Start
    list: Callable[[str, str], Request[integration.models.TasksResponse]]
    get: Callable[[str, str, str], Request[integration.models.TaskResponse]]
    cancel: Callable[[str, str, str], Request[None]]
    get_plain: Callable[[str, str, str], Request[integration.models.TaskResponse]] | None = None
    """`get` without optional details, if it requests any."""


@cache
def _kinds() -> dict[str, ActionKind]:
    """Return the kinds by their names. They are made at first use, to keep imports cheap."""
    api = integration
    get_process_task = partial(api.get_process_task, include_process_details=True)
    kinds = (
        ActionKind("import", api.start_import_task, api.list_import_tasks, api.get_import_task, api.cancel_import_task),
        ActionKind("export", api.start_export_task, api.list_export_tasks, api.get_export_task, api.cancel_export_task),
        ActionKind("action", api.start_action_task, api.list_action_tasks, api.get_action_task, api.cancel_action_task),
        ActionKind(
            *("process", api.start_process_task, api.list_process_tasks, get_process_task, api.cancel_process_task),
            get_plain=api.get_process_task,
        ),
    )
    return {kind.name: kind for kind in kinds}


def kind_of(action_id: int | str) -> ActionKind:
    """Return the kind of an action. Raise `ValueError` if its id does not tell."""
    name = ACTION_KINDS.get(str(action_id)[:3]) if re.fullmatch(r"[0-9]{12}", str(action_id)) else None
    if name is None:
        prefixes = ", ".join(f"{prefix} ({name})" for prefix, name in ACTION_KINDS.items())
        raise ValueError(f"action_id must be a 12-digit id that starts with one of {prefixes} (got {action_id!r})")
    return _kinds()[name]


def start_request(
    model_id: str,
    action_id: str,
    mapping_parameters: Sequence[integration.models.MappingParameter] = (),
    locale: str = LOCALE,
) -> Request[integration.models.StartedTaskResponse]:
    """Return the request that starts an action. Raise `ValueError` for mapping parameters that do not fit its kind."""
    kind = kind_of(action_id)
    if mapping_parameters and kind.name == "action":
        raise ValueError(
            f"mapping_parameters must be empty for an action that only acts in the model (got {action_id})"
        )
    if kind.name != "process" and any(parameter.import_id is not None for parameter in mapping_parameters):
        raise ValueError(f"mapping_parameters must have an import_id only for a process (got {action_id})")
    body = integration.models.StartTaskRequest(locale_name=locale, mapping_parameters=list(mapping_parameters) or None)
    return kind.start(model_id, action_id, body=body)


def other_source(source_ids: Sequence[str | None], file_id: str) -> str:
    """Return which other files the imports of an action read; empty if one of them may read this file.

    Only a source id that starts with 113 is the id of a file.
    """
    files = {source for source in source_ids if source and source.startswith("113")}
    return f"which reads {' and '.join(sorted(files))}" if files and file_id not in files else ""


def task_id_of(response: integration.models.StartedTaskResponse) -> str | None:
    """Return the id of a started task from either form of the response; None if it has none."""
    if response.task is not None and response.task.id:
        return response.task.id
    return response.task_id or None


def page_tasks(page: integration.models.TasksResponse) -> list[integration.models.Task]:
    """Return the tasks of a page from either form of the response."""
    return page.tasks or ([] if page.task is None else [page.task])


def tasks_in(operation: str, response: integration.models.TasksResponse) -> list[integration.models.Task]:
    """Return the tasks of a list that has no pages. Raise `IncompleteListError` if some are missing."""
    tasks = page_tasks(response)
    check_whole(operation, response, len(tasks))
    return tasks


def dump_requests(
    model_id: str, action_id: str, task_id: str, object_id: int | str | None
) -> tuple[Callable[[int, int], Request[integration.models.ChunksResponse]], Callable[[int], Request[bytes]]]:
    """Return the requests for a failure dump: for its list of chunks (by limit and offset), and for a chunk (by index).

    Raise `ValueError` for an action that has no dumps, and for a process without the id of the import.
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
        raise ValueError(f"action_id must be an import or a process, which have failure dumps (got {kind} {action_id})")
    if object_id is None:
        raise ValueError("object_id must be an import of the process (got None)")
    import_id = str(object_id)
    return (
        lambda limit, offset: integration.list_process_dump_chunks(
            model_id, action_id, task_id, import_id, limit=limit, offset=offset
        ),
        lambda index: integration.download_process_dump_chunk(model_id, action_id, task_id, import_id, index),
    )


def check_wait(wait_for_completion: bool, timeout: float | None, progress: object) -> None:
    """Raise `ValueError` for an invalid timeout, and for arguments of a wait without `wait_for_completion`."""
    validation.check_number("timeout", timeout, minimum=0)
    if not wait_for_completion and (timeout is not None or progress is not None):
        raise ValueError("timeout and progress must be omitted if wait_for_completion is False")


def check_on_ignored(on_ignored: str) -> None:
    """Raise `ValueError` for anything but `allow` and `raise`."""
    if on_ignored not in ("allow", "raise"):
        raise ValueError(f"on_ignored must be 'allow' or 'raise' (got {on_ignored!r})")


def is_finished(task: AnyTask) -> bool:
    """Return whether a task has finished. A task that is being cancelled has not.

    A task in an unknown state has finished if it has a result.
    """
    if task.task_state in _RUNNING:
        return False
    return task.task_state in (*_SUCCESSFUL, *_CANCELLED, *_FAILED) or task.result is not None


def is_cancelled(task: AnyTask) -> bool:
    """Return whether a task has finished by a cancellation."""
    return task.task_state in _CANCELLED


def failure_reason(task: AnyTask) -> str:
    """Return why a finished task failed: title, message and subtitle, or the messages of its results.

    Empty for a success: its state, its result and all nested results must be successful.
    """
    result = task.result
    if is_cancelled(task):
        return "cancelled"
    if result is None:
        return undocumented_message(task.additional_properties) or "the task finished without a result"
    failed_state = f"the task finished in state {task.task_state}" if task.task_state in _FAILED else ""
    if isinstance(result, integration.models.TaskResult):
        reasons = list(_failure_reasons(result))
        if not reasons and not failed_state:
            return ""
        general = list(_messages(result)) if result.nested_results or not reasons else []
        return "; ".join([*general, *reasons]) or failed_state
    if result.successful and not failed_state:
        return ""
    return (
        _error_text(result.error)
        or undocumented_message(result.additional_properties)
        or undocumented_message(task.additional_properties)
        or failed_state
        or f"the task failed, and {NO_REASON}"
    )


def raise_for_result(task: AnyTask, handle: TaskHandle | None = None, names: Mapping[str, str] | None = None) -> None:
    """Raise `TaskCancelled` or `AnaplanActionError` for a finished task that failed."""
    if reason := failure_reason(task):
        error = TaskCancelled if is_cancelled(task) else AnaplanActionError
        raise error(reason, task, handle=handle, names=names)


def _error_text(error: alm.models.TaskError | None) -> str:
    if error is None:
        return ""
    return ": ".join(filter(None, (error.title, " ".join(filter(None, (error.message_text, error.subtitle))))))


def _failure_reasons(result: integration.models.TaskResult, label: str = "") -> Iterator[str]:
    """Yield the failures of a result. In a process, the results of its actions decide, not its own flag."""
    nested = [
        reason
        for action in result.nested_results or []
        for reason in _failure_reasons(action, label_of(action.object_name, action.object_id))
    ]
    for reason in nested:
        yield f"{label}: {reason}" if label else reason
    if nested or result.successful:
        return
    messages = "; ".join(_messages(result))
    if label:
        yield f"{label} failed: {messages}" if messages else f"{label} failed, and {NO_REASON}"
    else:
        yield messages or f"the task failed, and {NO_REASON}"


def _messages(result: integration.models.TaskResult) -> Iterator[str]:
    yield from detail_messages(result.details)
    if message := undocumented_message(result.additional_properties):
        yield message
