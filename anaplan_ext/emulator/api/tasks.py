"""The life of a task of any of the seven kinds: started, looked at, done, failed by script, cancelled, forgotten."""

from __future__ import annotations

from starlette.responses import Response

from ..engine.tasks import settle
from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import Call
from ..http.responses import success
from ..state.objects import Json, Task
from ..state.server_state import iso

_STEPS = {"NOT_STARTED": "Waiting.", "CANCELLING": "Cancelling.", "CANCELLED": "Cancelled."}


def find(call: Call) -> Task:
    """The task the path names, under the parent that made it, or a 404."""
    for task in of_parent(call):
        if task.id == call.params["task"]:
            return task
    raise Refusal()


def of_parent(call: Call) -> list[Task]:
    """The tasks of the kind and parent that the path names, newest first."""
    parent = (call.params["kind"], call.params.get("object", call.model.id))
    found = [task for task in reversed(call.model.tasks) if (task.kind, task.object_id) == parent]
    call.scripted = any(task.scripted for task in found)
    return found


def list_tasks(call: Call) -> Response:
    """The tasks of one parent; a made-up parent has none."""
    hidden = call.model.id in call.user.hidden_models
    return listing(call, "task", "tasks", [] if hidden else of_parent(call), row)


async def get_task(call: Call) -> Response:
    """One task; looking at it lets it move on."""
    with call.world.lock:
        task = find(call)
        task.looks += 1
        if task.state == "NOT_STARTED":
            task.state = "IN_PROGRESS"
    await settle(call.world, call.model)
    with call.world.lock:
        if task.state == "CANCELLING":
            task.cancelling_looks -= 1
            if task.cancelling_looks < 0:
                task.state = "CANCELLED"
        return success(call, "syncTask" if "ReportTasks" in task.kind else "task", {"task": _details(call, task)})


def cancel_task(call: Call) -> Response:
    """Asks a running task to stop; its effect is then never applied."""
    task = find(call)
    if not task.running and task.state not in ("CANCELLING", "CANCELLED"):
        raise Refusal(409, "The task is complete and cannot be cancelled")
    if task.running:
        task.state = "CANCELLING"
    return Response(status_code=204)


def row(task: Task) -> Json:
    """A task as listings and start answers show it."""
    return {"taskId": task.id, "taskState": task.state, "creationTime": int(task.created * 1000)}


def _details(call: Call, task: Task) -> Json:
    details = row(task) | {"currentStep": _STEPS.get(task.state, "In progress.")}
    if not task.kind.endswith("Tasks"):
        details["progress"] = {"NOT_STARTED": 0.0, "COMPLETE": 1.0}.get(task.state, 0.5)
    if task.result is not None:
        details["currentStep"] = "Complete." if task.result.get("successful") else "Failed."
        details["result"] = task.result
        if call.flag("includeProcessDetails") and "nestedResults" in task.result:
            timing = {"startTime": iso(task.created, milliseconds=True), "duration": "PT0S"}
            nested = [entry | timing for entry in task.result["nestedResults"]]
            details["result"] = task.result | timing | {"nestedResults": nested}
    return details
