"""`anaplan access`: who can enter which model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, Result, Row, Rows, pick

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from anaplan_client.exception_users.models import ExceptionWorkspace
    from anaplan_client.integration.models import Model

    from ... import Client
    from ...users.reports import Access, ModelAccess
    from ..context import Context

ACCESS_COLUMNS = (
    Column("model_id", "Id of the model."),
    Column("user_name", "Email address of the user."),
    Column("model_name", "Name of the model."),
    Column("active_state", "State, such as PRODUCTION."),
    Column("workspace_name", "Name of the workspace."),
    Column("name", "Name of the user."),
    Column(
        "is_exception_user",
        "Whether a password is enough in spite of single sign-on; empty if you may not read that.",
        "boolean",
    ),
    Column("user_id", "Id of the user."),
)


def _report(context: Context) -> Result:
    from .. import report_files

    if context.options.out is None:
        return report_access(context)
    path, form = report_files.check_path("--out", context.options.out)
    count = report_files.write_rows(path, form, _find_access(context), ACCESS_COLUMNS)
    return Done(f"{count} rows: written to {path}")


def report_access(context: Context) -> Result:
    """List who can enter the workspace of each model, or only one user."""
    return Rows(_find_access(context))


def _find_access(context: Context) -> Iterator[Row]:
    client = context.client
    workspace_id = context.workspace_id if context.options.workspace else None
    wanted = context.options.user
    for row in _rows(client, client.list_models(workspace_id=workspace_id)):
        if wanted in (None, row["user_name"], row["user_id"]):
            yield row


def _who(context: Context) -> Result:
    from .. import places

    model_id = places.find_model(context.client, context.options.workspace, context.options.place).model_id
    return Rows(_rows(context.client, [model for model in context.client.list_models() if model.id == model_id]))


def _rows(client: Client, models: Sequence[Model]) -> Iterator[Row]:
    from ... import access_report

    exceptions = _find_exceptions(client, models)
    for model in access_report(client.users.iter(), models, exceptions or ()):
        for user in model.users:
            yield _access(model, user, exceptions is not None)


def _find_exceptions(client: Client, models: Iterable[Model]) -> list[ExceptionWorkspace] | None:
    """Return the exception users of the workspaces of models; None if the user may not read them."""
    from anaplan_client.core import PermissionDeniedError

    workspace_ids = sorted({model.current_workspace_id for model in models if model.current_workspace_id})
    try:
        return [found for one in workspace_ids for found in client.exception_users.list(workspace_id=one)]
    except PermissionDeniedError:
        return None


def _access(model: ModelAccess, user: Access, knows_exceptions: bool) -> Row:
    return pick(model, ACCESS_COLUMNS) | {
        "user_id": user.user_id,
        "user_name": user.user_name,
        "name": user.name,
        "is_exception_user": user.is_exception_user if knows_exceptions else None,
    }


GROUP = Group(
    "access",
    (
        Command(
            "access report",
            "List who can enter the workspace of each model.",
            _report,
            (
                Argument(("--user",), "Only this user, by id or email address.", "USER"),
                Argument(("--out",), "Write the report to this file: .csv, .json, .jsonl or .md.", "FILE"),
            ),
            ACCESS_COLUMNS,
            ("anaplan access report -w Planning -o csv", "anaplan access report --out access.md"),
            details=("No API tells the roles in a model, which may leave less. It costs a request for each workspace."),
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
