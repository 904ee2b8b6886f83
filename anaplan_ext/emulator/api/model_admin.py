"""Administration of models: status, opening, closing and deletion; dashboards and optimizer logs."""

from __future__ import annotations

from starlette.responses import Response

from ..http.request import HTTPError, Request, find_by_id, find_workspace
from ..http.responses import json_response, list_response, success_response
from ..http.validation import read_body, require_administrator, require_media_type
from ..state.model import Model
from ..state.server_state import ServerState
from ..state.tasks import StateTransition
from ..state.values import Json
from ..state.views import Dashboard


def get_status(request: Request) -> Response:
    """Return the model's status without an envelope. Each poll moves an open or close forward."""
    if request.model.transition:
        request.model.transition.polls += 1
    finish_transition(request.server, request.model)
    row: Json = {
        "peakMemoryUsageEstimate": None,
        "peakMemoryUsageTime": None,
        "progress": -1.0,
        "currentStep": _current_step(request.model),
        "tooltip": None,
        "exportTaskType": None,
        "creationTime": int(request.server.now() * 1000),
        "taskId": None,
    }
    return json_response({"requestStatus": row})


def open_model(request: Request) -> Response:
    """Start to open the model. 404 while it is opening, 424 if it is open."""
    require_administrator(request)
    require_media_type(request)
    finish_transition(request.server, request.model)
    if request.model.transition and request.model.transition.opening:
        raise HTTPError()
    if request.model.is_open and not request.model.transition:
        raise HTTPError(424, "Model is already open")
    request.model.transition = StateTransition(opening=True, since=request.server.now())
    request.server.record_event("USR-13", request.user.id, request.model.id, "MODEL")
    return Response(status_code=202)


def close_model(request: Request) -> Response:
    """Start to close the model."""
    require_administrator(request)
    require_media_type(request)
    finish_transition(request.server, request.model)
    if request.model.is_open or request.model.transition:
        request.model.transition = StateTransition(opening=False, since=request.server.now())
    return Response(status_code=204)


def finish_transition(server: ServerState, model: Model) -> None:
    """Finish opening or closing once the polls and the time suffice, or after the maximum time."""
    change = model.transition
    if change and server.is_due(change.since, change.polls):
        model.is_open, model.transition = change.opening, None


def delete_models(request: Request) -> Response:
    """Delete closed models of a workspace and report the reason for each that is kept."""
    workspace = find_workspace(request)
    require_administrator(request)
    ids = read_body(request, {"modelIdsToDelete": list})["modelIdsToDelete"]
    if not all(isinstance(model_id, str) for model_id in ids):
        raise HTTPError(400, "The data provided is not in the expected format.")
    failures = list[Json]()
    for model_id in ids:
        model = next((model for model in workspace.models if model.id == model_id), None)
        if model:
            finish_transition(request.server, model)
        if model is None or model_id in request.user.hidden_models:
            failures.append({"modelId": model_id, "message": "Model not found."})
        elif model.active_state != "ARCHIVED" and (model.is_open or model.transition):
            message = "Model is open. Please close the model before trying again."
            failures.append({"modelId": model_id, "message": message})
        else:
            request.server.delete_model(model_id)
    counts = {"modelsDeleted": len(ids) - len(failures), "bulkDeleteModelsFailures": failures}
    return success_response(request, "bulkDeleteModelsResponse", counts)


def list_dashboards(request: Request) -> Response:
    """List the model's dashboards."""

    def serialize(dashboard: Dashboard) -> Json:
        return {"id": dashboard.id, "name": dashboard.name} | ({"code": dashboard.code} if dashboard.code else {})

    return list_response(request, "dashboard", "dashboards", request.model.dashboards, serialize)


def get_optimizer_log(request: Request) -> Response:
    """Return the optimizer's log of a process task that ran the action."""
    if not request.user.workspace_administrator:
        raise HTTPError(403, "Forbidden")
    action = find_by_id(request.model.actions, request.params["action"])
    task = find_by_id(request.model.tasks, request.params["task"])
    process = find_by_id(request.model.processes, task.object_id)
    if action.action_type != "OPTIMIZER" or task.state != "COMPLETE" or action.id not in process.action_ids:
        raise HTTPError()
    return Response(f"Optimizer action {action.name}\nOptimal solution found\n", media_type="text/plain")


def _current_step(model: Model) -> str:
    if model.transition:
        return "Processing ..." if model.transition.opening else "Closing"
    if any(task.is_running for task in model.tasks):
        return "Processing ..."
    return "Open" if model.is_open else "Closed"
