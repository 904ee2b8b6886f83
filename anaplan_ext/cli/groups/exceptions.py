"""`anaplan exceptions`: exception users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, Result, Rows
from .users import find_user_id

if TYPE_CHECKING:
    from ..context import Context

EXCEPTION_COLUMNS = (
    Column("workspace_id", "Id of the workspace."),
    Column("id", "Id of the user."),
    Column("email", "Email address."),
)
USERS = Argument(("users",), "Ids or email addresses of the users.", "USER", nargs="+")


def _list_exceptions(context: Context) -> Result:
    from .. import places

    place = context.options.place
    workspace_id = context.workspace_id if place is None else places.find_workspace(context.client, place)
    found = context.client.exception_users.list(workspace_id=workspace_id)
    return Rows(
        {"workspace_id": workspace.id, "id": user.id, "email": user.email}
        for workspace in found
        for user in workspace.users or []
    )


def _add_exception(context: Context) -> Result:
    return _change_exceptions(context, "add")


def _remove_exception(context: Context) -> Result:
    return _change_exceptions(context, "remove")


def _change_exceptions(context: Context, verb: str) -> Result:
    workspace_id = context.workspace_id
    # All names are found before anything is changed.
    users = {user: find_user_id(context, user) for user in context.options.users}
    if context.options.dry_run:
        return Done(f"would {verb} exception users {', '.join(users.values())} of workspace {workspace_id}")
    change = context.client.exception_users.add if verb == "add" else context.client.exception_users.remove
    for user, user_id in users.items():
        change(user_id, workspace_id)
        context.note(f"exception user {user}: {verb} is done")
    return Done("")


GROUP = Group(
    "exceptions",
    (
        Command(
            "exceptions list",
            "List the exception users of a workspace.",
            _list_exceptions,
            (Argument(("place",), "Name or id of the workspace; by default, that of -w.", "WORKSPACE", nargs="?"),),
            EXCEPTION_COLUMNS,
            ("anaplan exceptions list Planning",),
        ),
        Command(
            "exceptions add",
            "Make users exception users of the workspace of -w.",
            _add_exception,
            (USERS,),
            examples=("anaplan exceptions add sam@example.com -w Planning",),
            is_write=True,
        ),
        Command(
            "exceptions remove",
            "End that users are exception users of the workspace of -w.",
            _remove_exception,
            (USERS,),
            examples=("anaplan exceptions remove sam@example.com -w Planning",),
            is_write=True,
        ),
    ),
)
