"""The user who asks, workspaces and models."""

from __future__ import annotations

from starlette.responses import Response

from .answers import Call, Refusal, listing, search, success
from .state import Json, Model, Workspace
from .world import iso

_LONG_AGO = "2024-01-01T00:00:00Z"


def me(call: Call) -> Response:
    """The user whose token it is."""
    user = call.user
    row = {
        "id": user.id,
        "active": user.active,
        "email": user.email,
        "emailOptIn": False,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "customerId": call.world.tenant.id,
        "lastLoginDate": _LONG_AGO,
    }
    return success(call, "user", {"user": row})


def list_workspaces(call: Call) -> Response:
    """The workspaces of the tenant."""
    rows = [_workspace(call, workspace) for workspace in call.world.tenant.workspaces]
    rows = search(rows, call.query.get("s"))
    return listing(call, "workspace", "workspaces", rows, sortable=("name", "sizeAllowance"), signed=True)


def get_workspace(call: Call) -> Response:
    """One workspace; for its administrators only."""
    for workspace in call.world.tenant.workspaces:
        if workspace.id == call.params["workspace"] and call.user.workspace_administrator:
            return success(call, "workspace", {"workspace": _workspace(call, workspace)})
    raise Refusal()


def list_models(call: Call) -> Response:
    """The models of the tenant; `s` counts for tenant administrators only."""
    rows = [_model(call, workspace, model) for workspace, model in call.world.tenant.models()]
    rows = search(rows, call.query.get("s") if call.user.tenant_administrator else None)
    return listing(call, "model", "models", rows, sortable=("name", "activeState"), signed=True)


def list_workspace_models(call: Call) -> Response:
    """The models of one workspace."""
    for workspace in call.world.tenant.workspaces:
        if workspace.id == call.params["workspace"]:
            return listing(call, "model", "models", [_model(call, workspace, model) for model in workspace.models])
    raise Refusal()


def get_model(call: Call) -> Response:
    """One model."""
    owner = next(workspace for workspace, model in call.world.tenant.models() if model is call.model)
    return success(call, "model", {"model": _model(call, owner, call.model)})


def _workspace(call: Call, workspace: Workspace) -> Json:
    row: Json = {"id": workspace.id, "name": workspace.name, "active": workspace.active}
    sizes = {"sizeAllowance": workspace.size_allowance, "currentSize": workspace.current_size}
    return row | (sizes if call.flag("tenantDetails") else {})


def _model(call: Call, workspace: Workspace, model: Model) -> Json:
    row: Json = {
        "id": model.id,
        "activeState": model.active_state,
        "name": model.name,
        "currentWorkspaceId": workspace.id,
        "currentWorkspaceName": workspace.name,
        "modelUrl": f"{call.world.url}/a/models/{model.id}",
    }
    details: Json = {
        "isoCreationDate": _LONG_AGO,
        "lastModified": iso(model.modified, milliseconds=True),
        "lastModifiedByUserGuid": call.world.tenant.users[0].id,
        "lastSavedSerialNumber": 1,
        "memoryUsage": 1_048_576,
        "modelTransactionRunning": False,
    }
    return row | (details if call.flag("modelDetails") else {})
