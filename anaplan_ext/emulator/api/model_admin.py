"""A model as an administrator sees it: its status, opened, closed and deleted; its dashboards and optimizer logs."""

from __future__ import annotations

from starlette.responses import Response

from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import Call, find_workspace
from ..http.responses import json_response, success
from ..http.validation import read_body, require_media_type
from ..state.model import Model
from ..state.objects import Dashboard, Json, OpenOrClose, Process
from ..state.server_state import World

_PATIENCE = 60.0


def get_status(call: Call) -> Response:
    """What the model is doing, without an envelope; looking at it lets it open or close."""
    if call.model.changing:
        call.model.changing.looks += 1
    settle(call.world, call.model)
    row: Json = {
        "peakMemoryUsageEstimate": None,
        "peakMemoryUsageTime": None,
        "progress": -1.0,
        "currentStep": _step(call.model),
        "tooltip": None,
        "exportTaskType": None,
        "creationTime": int(call.world.now() * 1000),
        "taskId": None,
    }
    return json_response({"requestStatus": row})


def open_model(call: Call) -> Response:
    """Begins to bring the model into memory. 404 while that is under way, 424 if it is there."""
    _require_administrator(call)
    require_media_type(call)
    settle(call.world, call.model)
    if call.model.changing and call.model.changing.opening:
        raise Refusal()
    if call.model.is_open and not call.model.changing:
        raise Refusal(424, "Model is already open")
    call.model.changing = OpenOrClose(True, call.world.now())
    return Response(status_code=202)


def close_model(call: Call) -> Response:
    """Begins to put the model out of memory."""
    _require_administrator(call)
    require_media_type(call)
    settle(call.world, call.model)
    if call.model.is_open or call.model.changing:
        call.model.changing = OpenOrClose(False, call.world.now())
    return Response(status_code=204)


def settle(world: World, model: Model) -> None:
    """Opens or closes a model that was looked at often enough, for which there was time enough, or long ago."""
    change = model.changing
    late = world.now() - change.since - world.task_seconds if change else -1
    if change and late >= 0 and (change.looks > world.task_polls or late >= _PATIENCE):
        model.is_open, model.changing = change.opening, None


def delete_models(call: Call) -> Response:
    """Deletes closed models of a workspace; those that stay are told with the reason."""
    workspace = find_workspace(call)
    if not call.user.workspace_administrator:
        raise Refusal()
    ids = read_body(call, {"modelIdsToDelete": list})["modelIdsToDelete"]
    if not all(isinstance(id, str) for id in ids):
        raise Refusal(400, "The data provided is not in the expected format.")
    failures = list[Json]()
    for id in ids:
        model = next((model for model in workspace.models if model.id == id), None)
        if model:
            settle(call.world, model)
        if model is None or id in call.user.hidden_models:
            failures.append({"modelId": id, "message": "Model not found."})
        elif model.active_state != "ARCHIVED" and (model.is_open or model.changing):
            message = "Model is open. Please close the model before trying again."
            failures.append({"modelId": id, "message": message})
        else:
            call.world.delete_model(id)
    counts = {"modelsDeleted": len(ids) - len(failures), "bulkDeleteModelsFailures": failures}
    return success(call, "bulkDeleteModelsResponse", counts)


def list_dashboards(call: Call) -> Response:
    """The model's dashboards."""

    def show(one: Dashboard) -> Json:
        return {"id": one.id, "name": one.name} | ({"code": one.code} if one.code else {})

    return listing(call, "dashboard", "dashboards", call.model.dashboards, show)


def get_optimizer_log(call: Call) -> Response:
    """What the optimizer wrote when a process ran it. Its action must have been in that process."""
    if not call.user.workspace_administrator:
        raise Refusal(403, "Forbidden")
    action = next((one for one in call.model.actions if one.id == call.params["action"]), None)
    task = next((one for one in call.model.tasks if one.id == call.params["task"]), None)
    processes: list[Process] = [one for one in call.model.processes if task and one.id == task.object_id]
    if action is None or action.action_type != "OPTIMIZER" or not task or task.state != "COMPLETE":
        raise Refusal()
    if not any(action.id in process.action_ids for process in processes):
        raise Refusal()
    return Response(f"Optimizer action {action.name}\nOptimal solution found\n", media_type="text/plain")


def _step(model: Model) -> str:
    if model.changing:
        return "Processing ..." if model.changing.opening else "Closing"
    if any(task.running for task in model.tasks):
        return "Processing ..."
    return "Open" if model.is_open else "Closed"


def _require_administrator(call: Call) -> None:
    if not call.user.workspace_administrator:
        raise Refusal()
