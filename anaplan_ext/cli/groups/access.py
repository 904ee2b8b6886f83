"""`anaplan access`: who can enter which model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Group, Result, Row, Rows, pick

if TYPE_CHECKING:
    from ...users.reports import Access, ModelAccess
    from ..context import Context

ACCESS_COLUMNS = (
    Column("model_id", "Id of the model."),
    Column("model_name", "Name of the model."),
    Column("active_state", "State, such as PRODUCTION."),
    Column("workspace_name", "Name of the workspace."),
    Column("user_name", "Email address of the user."),
    Column("name", "Name of the user."),
    Column("is_exception_user", "Whether a password is enough in spite of single sign-on.", "boolean"),
)


def report_access(context: Context) -> Result:
    """List who can enter the workspace of each model, or only one user."""
    from ... import access_report

    client = context.client
    workspace_id = context.workspace_id if context.options.workspace else None
    report = access_report(client.users.iter(), client.iter_models(workspace_id=workspace_id))
    wanted = context.options.user
    return Rows(
        _access(model, user)
        for model in report
        for user in model.users
        if wanted in (None, user.user_name, user.user_id)
    )


def _who(context: Context) -> Result:
    from ... import access_report
    from .. import places

    model_id = places.find_model(context.client, context.options.workspace, context.options.place).model_id
    models = [model for model in context.client.list_models() if model.id == model_id]
    report = access_report(context.client.users.iter(), models)
    return Rows(_access(model, user) for model in report for user in model.users)


def _access(model: ModelAccess, user: Access) -> Row:
    return pick(model, ACCESS_COLUMNS) | {
        "user_name": user.user_name,
        "name": user.name,
        "is_exception_user": user.is_exception_user,
    }


GROUP = Group(
    "access",
    (
        Command(
            "access report",
            "List who can enter the workspace of each model.",
            report_access,
            (Argument(("--user",), "Only this user, by id or email address.", "USER"),),
            ACCESS_COLUMNS,
            ("anaplan access report -w Planning -o csv",),
            details="No API tells the roles in a model, which may leave less.",
        ),
        Command(
            "access who",
            "List who can enter the workspace of a model.",
            _who,
            (Argument(("place",), "Name or id of the model, or WORKSPACE/MODEL.", "MODEL"),),
            ACCESS_COLUMNS,
            ("anaplan access who 'Planning Prod'",),
        ),
    ),
)
