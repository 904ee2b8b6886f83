"""Users, workspaces, models, and the names of a model's lists, modules and line items."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from .answers import NOT_FOUND, Call, Refusal, page, search_rows, sort_rows, success
from .state import Model, User, Workspace
from .world import iso

_EPOCH = "2024-01-01T00:00:00Z"


def list_users(call: Call) -> Response:
    """All users of the tenant."""
    rows = [_user(call, user) | {"name": f"{user.first_name} {user.last_name}"} for user in call.world.tenant.users]
    fields = ("firstName", "lastName", "email", "active", "lastLoginDate")
    rows = sort_rows(search_rows(rows, call.query.get("s")), call.query.get("sort"), fields)
    return page(call, "user", "users", [{key: row[key] for key in row if key != "name"} for row in rows])


def me(call: Call) -> Response:
    """The user whose token it is."""
    return success(call, "user", {"user": _user(call, call.user)})


def get_user(call: Call) -> Response:
    """One user."""
    for user in call.world.tenant.users:
        if user.id == call.params["user"]:
            return success(call, "user", {"user": _user(call, user)})
    raise Refusal(404, NOT_FOUND)


def list_workspaces(call: Call) -> Response:
    """The workspaces of the tenant."""
    rows = [_workspace(call, workspace) for workspace in call.world.tenant.workspaces]
    rows = sort_rows(search_rows(rows, call.query.get("s")), call.query.get("sort"), ("name", "sizeAllowance"))
    return page(call, "workspace", "workspaces", rows)


def get_workspace(call: Call) -> Response:
    """One workspace; for its administrators only."""
    workspace = _find_workspace(call)
    if not call.user.workspace_administrator:
        raise Refusal(404, NOT_FOUND)
    return success(call, "workspace", {"workspace": _workspace(call, workspace)})


def list_models(call: Call) -> Response:
    """The models of the tenant; `s` counts for tenant administrators only."""
    rows = [_model(call, workspace, model) for workspace, model in call.world.tenant.models()]
    rows = search_rows(rows, call.query.get("s") if call.user.tenant_administrator else None)
    return page(call, "model", "models", sort_rows(rows, call.query.get("sort"), ("name", "activeState")))


def list_workspace_models(call: Call) -> Response:
    """The models of one workspace."""
    workspace = _find_workspace(call)
    return page(call, "model", "models", [_model(call, workspace, model) for model in workspace.models])


def get_model(call: Call) -> Response:
    """One model."""
    owner = next(workspace for workspace, model in call.world.tenant.models() if model is call.model)
    return success(call, "model", {"model": _model(call, owner, call.model)})


def list_lists(call: Call) -> Response:
    """The lists of a model."""
    rows = [{"id": entry.id, "name": entry.name} for entry in call.model.structure.lists]
    return page(call, "list", "lists", rows)


def list_modules(call: Call) -> Response:
    """The modules of a model."""
    rows = [{"id": entry.id, "name": entry.name} for entry in call.model.structure.modules]
    return page(call, "module", "modules", rows)


def _find_workspace(call: Call) -> Workspace:
    for workspace in call.world.tenant.workspaces:
        if workspace.id == call.params["workspace"]:
            return workspace
    raise Refusal(404, NOT_FOUND)


def _user(call: Call, user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "active": user.active,
        "email": user.email,
        "emailOptIn": False,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "customerId": call.world.tenant.id,
        "lastLoginDate": _EPOCH,
    }


def _workspace(call: Call, workspace: Workspace) -> dict[str, Any]:
    row: dict[str, Any] = {"id": workspace.id, "name": workspace.name, "active": workspace.active}
    if call.flag("tenantDetails"):
        row |= {"sizeAllowance": workspace.size_allowance, "currentSize": workspace.current_size}
    return row


def _model(call: Call, workspace: Workspace, model: Model) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": model.id,
        "activeState": model.active_state,
        "name": model.name,
        "currentWorkspaceId": workspace.id,
        "currentWorkspaceName": workspace.name,
        "modelUrl": f"{call.world.url}/a/models/{model.id}",
    }
    if call.flag("modelDetails"):
        row |= {
            "isoCreationDate": _EPOCH,
            "lastModified": iso(model.modified, milliseconds=True),
            "lastModifiedByUserGuid": call.world.tenant.users[0].id,
            "lastSavedSerialNumber": 1,
            "memoryUsage": model.memory_usage,
            "modelTransactionRunning": model.busy,
        }
    return row
