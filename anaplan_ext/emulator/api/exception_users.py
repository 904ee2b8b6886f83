"""Exception users: search them, and assign or unassign one."""

from __future__ import annotations

from starlette.responses import Response

from ..http.request import JSON, HTTPError, Request
from ..http.responses import json_response
from ..http.validation import parse_object
from ..state.tenant import User, Workspace
from ..state.values import Json

_BAD_REQUEST = "FAILURE_BAD_REQUEST"


def search(request: Request) -> Response:
    """Search the exception users of a workspace, or the workspaces of a user. Any user may do so."""
    body = _parse_body(request, ("workspaceGuid", "userGuid"))
    if len(body) != 1:
        raise _bad_request()
    if "workspaceGuid" in body:
        workspace = _find_workspace(request, body["workspaceGuid"])
        rows = [_row(request, workspace)] if workspace.exception_users else []
    else:
        user = _find_user(request, body["userGuid"])
        found = [one for one in request.server.tenant.workspaces if user.id in one.exception_users]
        rows = [] if user.visitor else [_row(request, one, user) for one in found]
    return json_response({"response": rows})


def change(request: Request) -> Response:
    """Assign or unassign an exception user. The body is checked before the role."""
    body = _parse_body(request, ("op", "workspaceGuid"))
    if len(body) != 2 or body["op"] not in ("assign", "unassign"):
        raise _bad_request()
    if not request.user.tenant_security_administrator:
        message = "The user may not manage exception users"
        raise HTTPError(403, message, "FAILURE_UNAUTHORIZED_USER_ACTION")
    user = _find_user(request, request.params["user"])
    workspace = _find_workspace(request, body["workspaceGuid"])
    if user is request.user:
        raise HTTPError(400, "Users may not change themselves", _BAD_REQUEST)
    if not workspace.single_sign_on:
        raise HTTPError(400, "The workspace has no single sign-on", _BAD_REQUEST)
    others = [one for one in workspace.exception_users if one != user.id]
    workspace.exception_users = [*others, user.id] if body["op"] == "assign" else others
    return Response(status_code=204)


def _bad_request() -> HTTPError:
    return HTTPError(400, "Invalid request", _BAD_REQUEST)


def _parse_body(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    try:
        body = parse_object(request.body)
    except HTTPError:
        raise _bad_request() from None
    is_valid = all(name in names and isinstance(value, str) and value for name, value in body.items())
    if not is_valid or request.media_type != JSON:
        raise _bad_request()
    return body


def _find_workspace(request: Request, workspace_id: str) -> Workspace:
    for workspace in request.server.tenant.workspaces:
        if workspace.id == workspace_id:
            return workspace
    raise HTTPError(404, f"{workspace_id} does not exist", "FAILURE_NOT_FOUND")


def _find_user(request: Request, user_id: str) -> User:
    for user in request.server.tenant.users:
        if user.id == user_id:
            return user
    raise HTTPError(404, f"{user_id} does not exist", "FAILURE_NOT_FOUND")


def _row(request: Request, workspace: Workspace, only: User | None = None) -> Json:
    users = [user for user in request.server.tenant.users if user.id in workspace.exception_users]
    return {
        "workspaceGuid": workspace.id,
        "workspaceName": workspace.name,
        "users": [{"userGuid": user.id, "email": user.email} for user in users if only in (None, user)],
    }
