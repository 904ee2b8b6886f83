"""Users: the one who asks, all of the tenant, and the administrators and visitors of a workspace."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from ..http.errors import Refusal
from ..http.paging import listing, search
from ..http.request import Call, find_workspace
from ..http.responses import success
from ..state.objects import Json, User

LONG_AGO = "2024-01-01T00:00:00.000+00:00"
_SORTABLE = ("firstName", "lastName", "email", "active", "lastLoginDate")


def me(call: Call) -> Response:
    """The user whose token it is."""
    return success(call, "user", {"user": _row(call, call.user)})


def get_user(call: Call) -> Response:
    """One user of the tenant."""
    user = require_user(call)
    return success(call, "user", {"user": _row(call, user)})


def require_user(call: Call) -> User:
    """The user the path names, or a 404; the one who asks if it names none, or `me`."""
    id = call.params.get("user", "me")
    for user in call.world.tenant.users:
        if user.id == id or (id == "me" and user is call.user):
            return user
    raise Refusal()


def list_users(call: Call) -> Response:
    """The users of the tenant."""
    users = [user for user in call.world.tenant.users if not user.visitor]
    found = search(
        users, call.query.get("s"), lambda user: f"{user.email}\n{user.first_name} {user.last_name}\n{user.id}"
    )
    return listing(call, "user", "users", found, partial(_row, call), sortable=_SORTABLE, signed=True)


def list_workspace_users(call: Call) -> Response:
    """The users of a workspace, who are all of the tenant."""
    find_workspace(call)
    return list_users(call)


def list_admins(call: Call) -> Response:
    """The administrators of a workspace; 500 for all but user administrators, as seen live."""
    return _of_workspace(call, "admin", [user for user in call.world.tenant.users if user.workspace_administrator])


def list_visitors(call: Call) -> Response:
    """The visitors of a workspace; 500 for all but user administrators, as seen live."""
    return _of_workspace(call, "visitor", [user for user in call.world.tenant.users if user.visitor])


def _of_workspace(call: Call, kind: str, users: list[User]) -> Response:
    if not call.user.user_administrator:
        raise Refusal(500, "Internal Server Error")
    here = find_workspace(call)
    others = [workspace.name for workspace in call.world.tenant.workspaces if workspace is not here]
    return listing(call, kind, f"{kind}s", users, partial(_member, others))


def _member(others: list[str], user: User) -> Json:
    row: Json = {"email": user.email, "firstName": user.first_name, "lastName": user.last_name, "active": user.active}
    return row | ({"otherWorkspaces": others} if others and not user.visitor else {})


def _row(call: Call, user: User) -> Json:
    return {
        "id": user.id,
        "active": user.active,
        "email": user.email,
        "emailOptIn": False,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "customerId": call.world.tenant.id,
        "lastLoginDate": LONG_AGO,
    }
