"""Workspaces and models: their lists and details."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from ..http.errors import Refusal
from ..http.paging import listing, search
from ..http.request import Call, find_workspace
from ..http.responses import success
from ..state.model import Model, Workspace
from ..state.objects import Json
from ..state.server_state import iso
from .users import LONG_AGO, require_user


def list_workspaces(call: Call) -> Response:
    """The workspaces of the tenant; every user has them all."""
    require_user(call)
    found = search(call.world.tenant.workspaces, call.query.get("s"), lambda one: f"{one.name}\n{one.id}")
    sortable = ("name", "sizeAllowance")
    return listing(call, "workspace", "workspaces", found, partial(_workspace, call), sortable=sortable, signed=True)


def get_workspace(call: Call) -> Response:
    """One workspace; for its administrators only."""
    if not call.user.workspace_administrator:
        raise Refusal()
    return success(call, "workspace", {"workspace": _workspace(call, find_workspace(call))})


def list_models(call: Call) -> Response:
    """The models of the tenant; `s` counts for tenant administrators only."""
    require_user(call)
    text = call.query.get("s") if call.user.tenant_administrator else None
    found = search(list(call.world.tenant.models()), text, lambda pair: f"{pair[1].name}\n{pair[1].id}")
    sortable = ("name", "activeState")
    return listing(call, "model", "models", found, partial(_model, call), sortable=sortable, signed=True)


def list_workspace_models(call: Call) -> Response:
    """The models of one workspace."""
    workspace = find_workspace(call)
    pairs = [(workspace, model) for model in workspace.models]
    return listing(call, "model", "models", pairs, partial(_model, call))


def get_model(call: Call) -> Response:
    """One model."""
    pair = next(pair for pair in call.world.tenant.models() if pair[1] is call.model)
    return success(call, "model", {"model": _model(call, pair)})


def _workspace(call: Call, workspace: Workspace) -> Json:
    row: Json = {"id": workspace.id, "name": workspace.name, "active": workspace.active}
    sizes = {"sizeAllowance": workspace.size_allowance, "currentSize": workspace.current_size}
    return row | (sizes if call.flag("tenantDetails") or "user" in call.params else {})


def _model(call: Call, pair: tuple[Workspace, Model]) -> Json:
    workspace, model = pair
    row: Json = {
        "id": model.id,
        "activeState": model.active_state,
        "name": model.name,
        "currentWorkspaceId": workspace.id,
        "currentWorkspaceName": workspace.name,
        "modelUrl": f"{call.world.url}/a/models/{model.id}",
        "categoryValues": list[Json](),
    }
    if not call.flag("modelDetails"):
        return row
    return row | {
        "isoCreationDate": LONG_AGO,
        "lastModified": iso(model.modified, milliseconds=True),
        "lastModifiedByUserGuid": call.world.tenant.users[0].id,
        "lastSavedSerialNumber": 1,
        "memoryUsage": 1_048_576,
        "modelTransactionRunning": False,
    }
