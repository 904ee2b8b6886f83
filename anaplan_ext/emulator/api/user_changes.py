"""Changes of users, with the audit events that they leave."""

from __future__ import annotations

from typing import Literal

from ..http.request import Request
from ..state.tenant import User


def apply_user_change(
    request: Request, user: User, name: Literal["first_name", "last_name"], text: str, code: str
) -> None:
    """Change a name of a user."""
    if getattr(user, name) != text:
        setattr(user, name, text)
        request.server.record_event(code, request.user.id, user.id, "USER")


def set_active(request: Request, user: User, active: bool) -> None:
    """Let a user sign in, or end that together with the user's tokens."""
    if user.active != active:
        user.active = active
        request.server.record_event("USR-3" if active else "USR-4", request.user.id, user.id, "USER")


def set_workspaces(request: Request, user: User, workspaces: list[str] | None) -> None:
    """Change the workspaces that a user can enter. None stands for all of the tenant."""
    for workspace in request.server.tenant.workspaces:
        could = user.can_enter(workspace.id)
        can = workspaces is None or workspace.id in workspaces
        if could != can:
            code = "USR-21" if can else "USR-22"
            attributes = {"workspaceId": workspace.id}
            request.server.record_event(code, request.user.id, user.id, "USER", attributes=attributes)
    user.workspaces = workspaces
