"""Tasks of all seven kinds: list, poll and cancel them."""

from __future__ import annotations

from starlette.responses import Response

from ..engine.tasks import run_due_tasks
from ..http.request import HTTPError, Request, find_by_id
from ..http.responses import list_response, success_response
from ..state.tasks import Task
from ..state.timestamps import format_timestamp
from ..state.values import Json

_STEPS = {"NOT_STARTED": "Waiting.", "CANCELLING": "Cancelling.", "CANCELLED": "Cancelled."}


def find_task(request: Request) -> Task:
    """Find the task named in the path under its parent, or reject the request with 404."""
    return find_by_id(list_tasks_of_parent(request), request.params["task"])


def list_tasks_of_parent(request: Request) -> list[Task]:
    """List the tasks of the kind and parent named in the path, newest first."""
    parent = (request.params["kind"], request.params.get("object", request.model.id))
    tasks = [task for task in reversed(request.model.tasks) if (task.kind, task.object_id) == parent]
    request.scripted = any(task.scripted for task in tasks)
    return tasks


def list_tasks(request: Request) -> Response:
    """List the tasks of one parent; an unknown parent has none."""
    hidden = request.model.id in request.user.hidden_models
    return list_response(request, "task", "tasks", [] if hidden else list_tasks_of_parent(request), task_row)


async def get_task(request: Request) -> Response:
    """Return one task; each poll moves it forward."""
    with request.server.lock:
        task = find_task(request)
        task.polls += 1
        if task.state == "NOT_STARTED":
            task.state = "IN_PROGRESS"
    await run_due_tasks(request.server, request.model)
    with request.server.lock:
        if task.state == "CANCELLING":
            task.cancelling_polls -= 1
            if task.cancelling_polls < 0:
                task.state = "CANCELLED"
        schema = "syncTask" if "ReportTasks" in task.kind else "task"
        return success_response(request, schema, {"task": _task_details(request, task)})


def cancel_task(request: Request) -> Response:
    """Cancel a running task, so that its effect is never applied."""
    task = find_task(request)
    if not task.is_running and task.state not in ("CANCELLING", "CANCELLED"):
        raise HTTPError(409, "The task is complete and cannot be cancelled")
    if task.is_running:
        task.state = "CANCELLING"
    return Response(status_code=204)


def task_row(task: Task) -> Json:
    """Serialize a task for listings and start responses."""
    return {"taskId": task.id, "taskState": task.state, "creationTime": int(task.created * 1000)}


def _task_details(request: Request, task: Task) -> Json:
    details = task_row(task) | {"currentStep": _STEPS.get(task.state, "In progress.")}
    if not task.kind.endswith("Tasks"):
        details["progress"] = {"NOT_STARTED": 0.0, "COMPLETE": 1.0}.get(task.state, 0.5)
    if task.result is not None:
        details["currentStep"] = "Complete." if task.result.get("successful") else "Failed."
        details["result"] = task.result
        if request.flag("includeProcessDetails") and "nestedResults" in task.result:
            timing = {"startTime": format_timestamp(task.created, milliseconds=True), "duration": "PT0S"}
            nested = [entry | timing for entry in task.result["nestedResults"]]
            details["result"] = task.result | timing | {"nestedResults": nested}
    return details
