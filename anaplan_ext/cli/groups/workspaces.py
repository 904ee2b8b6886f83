"""`anaplan workspaces`: the workspaces of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Group, One, Result, Row, Rows, pick

if TYPE_CHECKING:
    from anaplan_client.integration.models import Workspace

    from ..context import Context

COLUMNS = (
    Column("id", "Id of the workspace."),
    Column("name", "Name."),
    Column("active", "Whether it is active.", "boolean"),
    Column("size_mb", "Size in megabytes, with `--sizes`.", "number"),
    Column("allowance_mb", "Allowed size in megabytes, with `--sizes`.", "number"),
)
MEMBER_COLUMNS = (
    Column("email", "Email address."),
    Column("first_name", "First name."),
    Column("last_name", "Last name."),
    Column("active", "Whether the user is active.", "boolean"),
)
WORKSPACE = Argument(("place",), "Name or id of the workspace.", "WORKSPACE")


def _list(context: Context) -> Result:
    return Rows(map(_row, context.client.iter_workspaces(tenant_details=context.options.sizes)))


def _get(context: Context) -> Result:
    return One(_row(context.client.get_workspace(_workspace_id(context), tenant_details=True)))


def _list_admins(context: Context) -> Result:
    return Rows(pick(member, MEMBER_COLUMNS) for member in context.client.iter_admins(_workspace_id(context)))


def _list_visitors(context: Context) -> Result:
    return Rows(pick(member, MEMBER_COLUMNS) for member in context.client.iter_visitors(_workspace_id(context)))


def _workspace_id(context: Context) -> str:
    from .. import places

    return places.find_workspace(context.client, context.options.place)


def _row(workspace: Workspace) -> Row:
    sizes = {"size_mb": workspace.current_size, "allowance_mb": workspace.size_allowance}
    return pick(workspace, COLUMNS) | {
        name: None if size is None else round(size / 1_000_000, 1) for name, size in sizes.items()
    }


GROUP = Group(
    "workspaces",
    (
        Command(
            "workspaces list",
            "List the workspaces that you can open.",
            _list,
            (Argument(("--sizes",), "Include sizes.", is_flag=True),),
            COLUMNS,
            ("anaplan workspaces list", "anaplan workspaces list --sizes --sort size_mb:desc"),
        ),
        Command(
            "workspaces get",
            "Show a workspace with its size.",
            _get,
            (WORKSPACE,),
            COLUMNS,
            ("anaplan workspaces get Planning -o json",),
            is_one=True,
        ),
        Command(
            "workspaces admins",
            "List the administrators of a workspace.",
            _list_admins,
            (WORKSPACE,),
            MEMBER_COLUMNS,
            ("anaplan workspaces admins Planning",),
        ),
        Command(
            "workspaces visitors",
            "List the visitors of a workspace.",
            _list_visitors,
            (WORKSPACE,),
            MEMBER_COLUMNS,
            ("anaplan workspaces visitors Planning -o csv",),
        ),
    ),
)
