"""The life of a task of any kind: started, looked at, done, failed by script, cancelled, forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from .answers import Call, Refusal
from .objects import KEPT
from .state import Model, Task
from .world import Script, World

PATIENCE = 60.0
"""Seconds of the emulator's clock after which a task is done although nobody looked at it often enough."""

_FAILURES: dict[str, dict[str, str]] = {
    "syncTasks": {
        "title": "Model Synchronization Failed",
        "messageText": "Your current workspace size is 998.9 MB. The current size of the model is 440.3 MB, "
        "but would be 552.9 MB after sync.",
        "subtitle": "Completing this sync would cause your workspace to exceed its size limit of 1.0 GB.",
    },
    "reports": {
        "title": "The target and source revisions are incompatible",
        "messageText": "Please choose a target and source revision that's compatible.",
    },
}


def start(call: Call, kind: str, object_id: str, name: str, effect: Callable[[Task], dict[str, Any]]) -> Task:
    """A new task of the call's model; a matching script decides how it will end."""
    world, model = call.world, call.model
    script = world.take_script(kind, object_id)
    task = Task(world.next_id(), kind, object_id, call.user.id, world.now(), effect)
    if script and script.outcome == "fail":
        task.effect = lambda _: failed(kind, object_id, name, script)
    if script and script.outcome == "cancel":
        task.server_cancels, task.cancelling_looks = True, script.cancelling_looks
    if script is None or script.outcome != "vanish":
        model.tasks.append(task)
    return task


def failed(kind: str, object_id: str, name: str, script: Script | None = None) -> dict[str, Any]:
    """The result of a task that failed: documented texts, or those of the script."""
    if kind in _FAILURES or kind.endswith("ReportTasks"):
        error = dict(_FAILURES.get(kind, _FAILURES["reports"]))
        if script and (script.title or script.message or script.subtitle):
            given = {"title": script.title, "messageText": script.message, "subtitle": script.subtitle}
            error |= {key: text for key, text in given.items() if text is not None}
        return {"successful": False, "error": error}
    text = script.message if script and script.message else "The action could not be run."
    return bulk_result(object_id, name, False, [{"localMessageText": text, "occurrences": 1, "type": "actionFailed"}])


def bulk_result(
    object_id: str, name: str, successful: bool, details: list[dict[str, Any]], dump: bool = False
) -> dict[str, Any]:
    """The result of an import, export or other action."""
    result: dict[str, Any] = {"objectId": object_id, "objectName": name, "successful": successful}
    result["failureDumpAvailable"] = dump
    return result | ({"details": details} if details else {})


def find(call: Call, kind: str, object_id: str, task_id: str) -> Task:
    """A task under the parent that made it, or a 404."""
    for task in call.model.tasks:
        if (task.id, task.kind, task.object_id) == (task_id, kind, object_id):
            return task
    raise Refusal(404, "Not Found")


def listed(call: Call, kind: str, object_id: str) -> list[Task]:
    """The tasks of a parent, newest first."""
    found = [task for task in call.model.tasks if (task.kind, task.object_id) == (kind, object_id)]
    return found[::-1]


async def look(call: Call, task: Task) -> None:
    """Counts one look at a task and lets it move on."""
    with call.world.lock:
        task.looks += 1
        if task.state == "NOT_STARTED":
            task.state = "IN_PROGRESS"
    await settle(call.world, call.model)
    with call.world.lock:
        if task.state == "CANCELLING":
            task.cancelling_looks -= 1
            if task.cancelling_looks < 0:
                task.state = "CANCELLED"


def cancel(task: Task) -> None:
    """Asks a running task to stop; its effect is then never applied. A task that is over stays as it is."""
    if task.state in ("NOT_STARTED", "IN_PROGRESS"):
        task.state = "CANCELLING"


async def settle(world: World, model: Model, *, wait: bool = True) -> None:
    """Runs the effects of the model's due tasks, in worker threads; others see the model's state before or after."""
    if not model.tasks:
        return
    lock = world.model_locks.setdefault(model.id, asyncio.Lock())
    if lock.locked() and not wait:
        return
    async with lock:
        oldest = world.now() - KEPT
        model.tasks[:] = [task for task in model.tasks if task.created >= oldest or _is_running(task)]
        for task in [task for task in model.tasks if _is_due(world, task)]:
            if task.server_cancels:
                task.state = "CANCELLING"
                continue
            task.result = await asyncio.to_thread(task.effect, task)
            task.state = "COMPLETE"


def _is_running(task: Task) -> bool:
    return task.state in ("NOT_STARTED", "IN_PROGRESS")


def _is_due(world: World, task: Task) -> bool:
    left = world.options.task_seconds - (world.now() - task.created)
    seen = task.looks > world.options.task_polls or left <= -PATIENCE
    return _is_running(task) and left <= 0 and seen


def row(task: Task) -> dict[str, Any]:
    """A task as listings and start answers show it."""
    return {"taskId": task.id, "taskState": task.state, "creationTime": int(task.created * 1000)}


def current_step(task: Task) -> str:
    """What a task is doing, in words."""
    if task.state == "COMPLETE":
        return "Complete." if task.result and task.result["successful"] else "Failed."
    words = {"NOT_STARTED": "Waiting.", "CANCELLING": "Cancelling.", "CANCELLED": "Cancelled."}
    return words.get(task.state, "In progress.")


def full(task: Task) -> dict[str, Any]:
    """A task with its step and, once complete, its result."""
    detail = {**row(task), "currentStep": current_step(task)}
    return detail | ({"result": task.result} if task.result is not None else {})
