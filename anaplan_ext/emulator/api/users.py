"""Users: the current one, those of the tenant, administrators and visitors of a workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from starlette.responses import Response

from ..http.request import HTTPError, Request, find_by_id, find_workspace
from ..http.responses import list_response, search, success_response
from ..state.tenant import User
from ..state.values import Json

FIXED_TIMESTAMP = "2024-01-01T00:00:00.000+00:00"
_SORTABLE = ("firstName", "lastName", "email", "active", "lastLoginDate")


def get_current_user(request: Request) -> Response:
    """Return the user of the token."""
    return success_response(request, "user", {"user": _user_row(request, request.user)})


def get_user(request: Request) -> Response:
    """Return one user of the tenant."""
    user = find_user(request)
    return success_response(request, "user", {"user": _user_row(request, user)})


def find_user(request: Request) -> User:
    """Find the user named in the path, or reject with 404. No name and `me` mean the current user."""
    user_id = request.params.get("user", "me")
    return request.user if user_id == "me" else find_by_id(request.server.tenant.users, user_id)


def list_users(request: Request) -> Response:
    """List the tenant's users."""
    users = [user for user in request.server.tenant.users if not user.visitor]
    matches = search(users, request.query.get("s"), lambda user: "\n".join((user.email, user.full_name, user.id)))
    serialize = partial(_user_row, request)
    return list_response(request, "user", "users", matches, serialize, sortable=_SORTABLE, sign_required=True)


def list_workspace_users(request: Request) -> Response:
    """List the users of a workspace: all of the tenant."""
    find_workspace(request)
    return list_users(request)


def list_admins(request: Request) -> Response:
    """List the administrators of a workspace. 500 without user administration, as seen live."""
    admins = [user for user in request.server.tenant.users if user.workspace_administrator]
    return _list_members(request, "admin", admins)


def list_visitors(request: Request) -> Response:
    """List the visitors of a workspace. 500 without user administration, as seen live."""
    return _list_members(request, "visitor", [user for user in request.server.tenant.users if user.visitor])


def _list_members(request: Request, kind: str, users: list[User]) -> Response:
    if not request.user.user_administrator:
        raise HTTPError(500, "Internal Server Error")
    workspace = find_workspace(request)
    others = [other.name for other in request.server.tenant.workspaces if other is not workspace]
    return list_response(request, kind, f"{kind}s", users, partial(_member_row, others))


def _member_row(others: list[str], user: User) -> Json:
    row: Json = {"email": user.email, "firstName": user.first_name, "lastName": user.last_name, "active": user.active}
    return row | ({"otherWorkspaces": others} if others and not user.visitor else {})


def _user_row(request: Request, user: User) -> Json:
    row: Json = {
        "id": user.id,
        "active": user.active,
        "email": user.email,
        "emailOptIn": False,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "customerId": request.server.tenant.id,
    }
    return row | ({} if user.last_login is None else {"lastLoginDate": _login_text(user.last_login)})


def _login_text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
