"""The life of a task: start, run its effect when it is due, and end as scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ..state.model import Model
from ..state.objects import KEPT, CancelledTask, Json, Runnable, Task
from ..state.server_state import Script, World

_PATIENCE = 60.0
"""Seconds of the emulator's clock after which a task is done although nobody looked at it often enough."""

_SYNC_FAILURE = {
    "title": "Model Synchronization Failed",
    "messageText": "Your current workspace size is 998.9 MB. The current size of the model is 440.3 MB, "
    "but would be 552.9 MB after sync.",
    "subtitle": "Completing this sync would cause your workspace to exceed its size limit of 1.0 GB.",
}
_REPORT_FAILURE = {
    "title": "The target and source revisions are incompatible",
    "messageText": "Please choose a target and source revision that's compatible.",
}


def start(
    world: World,
    model: Model,
    kind: str,
    target: Runnable | Model,
    user_id: str,
    effect: Callable[[Task], Json],
    is_long: Callable[[], bool] = lambda: False,
) -> Task:
    """Start a task of a kind; a matching script decides how it ends."""
    object_id, name = target.id, target.name
    script = world.take_script(kind, object_id)
    world.effects[kind] += 1
    task = Task(world.next_id(), kind, object_id, user_id, world.now(), effect, is_long)
    if script:

        def scripted(task: Task) -> Json:
            result = effect(task) if script.outcome == "done" else failed(kind, object_id, name, script)
            return rewritten(model, script, result, task)

        task.effect = scripted
        task.end_state, task.scripted = script.state, script.outcome == "done" or script.state != "COMPLETE"
        task.server_cancels, task.cancelling_looks = script.outcome == "cancel", script.cancelling_looks
    if script is None or script.outcome != "vanish":
        model.tasks.append(task)
    return task


def rewritten(model: Model, script: Script | None, result: Json, task: Task) -> Json:
    """The result of an effect, with what a script says of it instead."""
    if script is None:
        return result
    told = {"successful": script.successful, "failureDumpAvailable": script.failure_dump_available}
    result = result | {key: value for key, value in told.items() if value is not None}
    if script.dump_gone:
        model.dumps.pop((task.user_id, result.get("objectId", "")), None)
    return script.change(result) if script.change else result


def failed(kind: str, object_id: str, name: str, script: Script | None = None) -> Json:
    """The result of a task that failed: documented texts, or that of the script."""
    message = script.message if script else None
    if kind.endswith("Tasks"):
        error = _SYNC_FAILURE if kind == "syncTasks" else _REPORT_FAILURE
        return {"successful": False, "error": error | ({"messageText": message} if message else {})}
    text = message or "The action could not be run."
    return result(object_id, name, False, [{"localMessageText": text, "occurrences": 1, "type": "actionFailed"}])


def result(object_id: str, name: str, successful: bool, details: list[Json] | None = None, dump: bool = False) -> Json:
    """The result of an import, export, process or other action."""
    row: Json = {"objectId": object_id, "objectName": name, "successful": successful, "failureDumpAvailable": dump}
    return row | ({"details": details} if details else {})


async def settle(world: World, model: Model, *, wait: bool = False) -> None:
    """Start the effects of the model's due tasks, in a worker thread, and wait for those that do not take long.

    With `wait`, for all: of a busy model, only its actions and tasks can be asked at once.
    """
    oldest = world.now() - KEPT
    model.tasks[:] = [task for task in model.tasks if task.created >= oldest or task.running]
    due = [task for task in model.tasks if _is_due(world, task)]
    wait = wait or not any(task.is_long() for task in due)
    if due and model.id not in world.jobs:
        world.jobs[model.id] = asyncio.create_task(_work_off(world, model))
    if wait and model.id in world.jobs:
        # Shielded, because the request that waits may be aborted.
        await asyncio.shield(world.jobs[model.id])


async def _work_off(world: World, model: Model) -> None:
    """Run the effects of due tasks, one after the other, until none is due."""
    try:
        while due := [task for task in model.tasks if _is_due(world, task)]:
            if due[0].server_cancels:
                due[0].state = "CANCELLING"
            else:
                await _run(world, due[0])
    finally:
        del world.jobs[model.id]


async def _run(world: World, task: Task) -> None:
    try:
        result = await asyncio.to_thread(task.effect, task)
    except CancelledTask:
        return
    except Exception as error:
        world.errors.append(error)
        result = failed(task.kind, task.object_id, "", None)
    with world.lock:
        if task.running:
            task.result, task.state = result, task.end_state


def _is_due(world: World, task: Task) -> bool:
    late = world.now() - task.created - world.task_seconds
    return task.running and late >= 0 and (task.looks > world.task_polls or late >= _PATIENCE)
