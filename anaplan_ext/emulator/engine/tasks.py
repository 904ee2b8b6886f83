"""The life of a task: create it, run its effect when it is due, end it as scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..state.actions import Runnable
from ..state.files import RETENTION_SECONDS
from ..state.model import Model
from ..state.scripts import Script
from ..state.server_state import ServerState
from ..state.tasks import Task, TaskCancelledError
from ..state.values import Json

SYNC_FAILURE = {
    "title": "Model Synchronization Failed",
    "messageText": "Your current workspace size is 998.9 MB. The current size of the model is 440.3 MB, "
    "but would be 552.9 MB after sync.",
    "subtitle": "Completing this sync would cause your workspace to exceed its size limit of 1.0 GB.",
}
_REPORT_FAILURE = {
    "title": "The target and source revisions are incompatible",
    "messageText": "Please choose a target and source revision that's compatible.",
}


def create_task(
    server: ServerState,
    model: Model,
    kind: str,
    target: Runnable | Model,
    user_id: str,
    effect: Callable[[Task], Json],
    is_long: Callable[[], bool] = lambda: False,
) -> Task:
    """Create a task; a matching script decides how it ends."""
    object_id, name = target.id, target.name
    script = server.take_script(kind, object_id)
    server.effects[kind] += 1
    task = Task(server.next_id(), kind, object_id, user_id, server.now(), effect, is_long)
    if script:

        def scripted(task: Task) -> Json:
            result = effect(task) if script.outcome == "done" else failure_result(kind, object_id, name, script)
            return apply_script(model, script, result, task)

        task.effect = scripted
        task.end_state, task.scripted = script.state, script.outcome == "done" or script.state != "COMPLETE"
        task.server_cancels, task.cancelling_polls = script.outcome == "cancel", script.cancelling_polls
    if script is None or script.outcome != "vanish":
        model.tasks.append(task)
    return task


def apply_script(model: Model, script: Script | None, result: Json, task: Task) -> Json:
    """Apply a script's overrides to a result."""
    if script is None:
        return result
    overrides = {"successful": script.successful, "failureDumpAvailable": script.failure_dump_available}
    result = result | {key: value for key, value in overrides.items() if value is not None}
    if script.dump_gone:
        model.dumps.pop((task.user_id, result.get("objectId", "")), None)
    return script.change(result) if script.change else result


def failure_result(kind: str, object_id: str, name: str, script: Script | None = None) -> Json:
    """Build the result of a failed task, with the documented text or that of the script."""
    message = script.message if script else None
    if kind.endswith("Tasks"):
        error = SYNC_FAILURE if kind == "syncTasks" else _REPORT_FAILURE
        return {"successful": False, "error": error | ({"messageText": message} if message else {})}
    text = message or "The action could not be run."
    details: list[Json] = [{"localMessageText": text, "occurrences": 1, "type": "actionFailed"}]
    return action_result(object_id, name, details, successful=False)


def action_result(item_id: str, name: str, details: list[Json], *, successful: bool, has_dump: bool = False) -> Json:
    """Build the result of an import, export, process or other action."""
    row: Json = {"objectId": item_id, "objectName": name, "successful": successful, "failureDumpAvailable": has_dump}
    return row | ({"details": details} if details else {})


async def run_due_tasks(server: ServerState, model: Model, *, wait: bool = False) -> None:
    """Run the effects of the model's due tasks in a worker thread, and wait for the short ones.

    With `wait`, wait for all: a busy model only serves requests about actions and tasks.
    """
    oldest = server.now() - RETENTION_SECONDS
    model.tasks[:] = [task for task in model.tasks if task.created >= oldest or task.is_running]
    due = _list_due(server, model)
    wait = wait or not any(task.is_long() for task in due)
    if due and model.id not in server.workers:
        server.workers[model.id] = asyncio.create_task(_run_in_order(server, model))
    if wait and model.id in server.workers:
        # Shielded, because the waiting request may be aborted.
        await asyncio.shield(server.workers[model.id])


def _list_due(server: ServerState, model: Model) -> list[Task]:
    return [task for task in model.tasks if task.is_running and server.is_due(task.created, task.polls)]


async def _run_in_order(server: ServerState, model: Model) -> None:
    """Run the effects of due tasks one after the other until none is due."""
    try:
        while due := _list_due(server, model):
            if due[0].server_cancels:
                due[0].state = "CANCELLING"
            else:
                await _run_effect(server, due[0])
    finally:
        del server.workers[model.id]


async def _run_effect(server: ServerState, task: Task) -> None:
    try:
        result = await asyncio.to_thread(task.effect, task)
    except TaskCancelledError:
        return
    except Exception as error:
        server.errors.append(error)
        result = failure_result(task.kind, task.object_id, "")
    with server.lock:
        if task.is_running:
            task.result, task.state = result, task.end_state
