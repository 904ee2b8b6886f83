"""Workspaces and models: list and describe them."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from ..http.request import Request, find_workspace
from ..http.responses import list_response, search, success_response
from ..http.validation import require_administrator
from ..state.model import Model
from ..state.tenant import Workspace
from ..state.timestamps import format_timestamp
from ..state.values import Json
from .users import FIXED_TIMESTAMP, find_user


def list_workspaces(request: Request) -> Response:
    """List the tenant's workspaces, which every user can see."""
    user = find_user(request)
    workspaces = [workspace for workspace in request.server.tenant.workspaces if user.can_enter(workspace.id)]
    matches = search(workspaces, request.query.get("s"), lambda workspace: f"{workspace.name}\n{workspace.id}")
    serialize, sortable = partial(_workspace_row, request), ("name", "sizeAllowance")
    return list_response(request, "workspace", "workspaces", matches, serialize, sortable=sortable, sign_required=True)


def get_workspace(request: Request) -> Response:
    """Describe one workspace; for workspace administrators only."""
    require_administrator(request)
    return success_response(request, "workspace", {"workspace": _workspace_row(request, find_workspace(request))})


def list_models(request: Request) -> Response:
    """List the tenant's models; only tenant administrators can search them with `s`."""
    user = find_user(request)
    text = request.query.get("s") if request.user.tenant_administrator else None
    matches = search(
        [pair for pair in request.server.tenant.models() if user.can_enter(pair[0].id)],
        text,
        lambda pair: f"{pair[1].name}\n{pair[1].id}",
    )
    serialize, sortable = partial(_model_row, request), ("name", "activeState")
    return list_response(request, "model", "models", matches, serialize, sortable=sortable, sign_required=True)


def list_workspace_models(request: Request) -> Response:
    """List the models of one workspace."""
    workspace = find_workspace(request)
    pairs = [(workspace, model) for model in workspace.models]
    return list_response(request, "model", "models", pairs, partial(_model_row, request))


def get_model(request: Request) -> Response:
    """Describe one model."""
    pair = next(pair for pair in request.server.tenant.models() if pair[1] is request.model)
    return success_response(request, "model", {"model": _model_row(request, pair)})


def _workspace_row(request: Request, workspace: Workspace) -> Json:
    row: Json = {"id": workspace.id, "name": workspace.name, "active": workspace.active}
    sizes = {"sizeAllowance": workspace.size_allowance, "currentSize": workspace.current_size}
    return row | (sizes if request.flag("tenantDetails") or "user" in request.params else {})


def _model_row(request: Request, pair: tuple[Workspace, Model]) -> Json:
    workspace, model = pair
    row: Json = {
        "id": model.id,
        "activeState": model.active_state,
        "name": model.name,
        "currentWorkspaceId": workspace.id,
        "currentWorkspaceName": workspace.name,
        "modelUrl": f"{request.server.url}/a/models/{model.id}",
        "categoryValues": list[Json](),
    }
    if not request.flag("modelDetails"):
        return row
    return row | {
        "isoCreationDate": FIXED_TIMESTAMP,
        "lastModified": format_timestamp(model.modified, milliseconds=True),
        "lastModifiedByUserGuid": request.server.tenant.users[0].id,
        "lastSavedSerialNumber": 1,
        "memoryUsage": model.size,
        "modelTransactionRunning": False,
    }
