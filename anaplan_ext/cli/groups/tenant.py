"""`anaplan audit`, `users`, `access` and `exceptions`: what administrators do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Result, Row, Rows, pick

if TYPE_CHECKING:
    from anaplan_client.audit.models import Event
    from anaplan_client.scim.models import User

    from ...users.reports import Access, ModelAccess
    from ..context import Context

EVENT_COLUMNS = (
    Column("id", "Id of the event.", "integer"),
    Column("event_date", "When it happened."),
    Column("event_type_id", "Code, such as USR-8."),
    Column("message", "What happened."),
    Column("user_id", "Id of the user who acted."),
    Column("object_id", "Id of what it is about."),
    Column("object_type_id", "Kind of that object."),
    Column("ip_address", "Address of the user."),
    Column("success", "Whether it succeeded.", "boolean"),
)
USER_COLUMNS = (
    Column("id", "Id of the user."),
    Column("user_name", "Email address that the user signs in with."),
    Column("given_name", "First name."),
    Column("family_name", "Last name."),
    Column("active", "Whether the user can sign in.", "boolean"),
    Column("workspaces", "Ids of the workspaces that the user can enter.", "object"),
)
INACTIVE_COLUMNS = (
    Column("id", "Id of the user."),
    Column("email", "Email address."),
    Column("first_name", "First name."),
    Column("last_name", "Last name."),
    Column("last_login_date", "Last sign-in; empty if never."),
)
ACCESS_COLUMNS = (
    Column("model_id", "Id of the model."),
    Column("model_name", "Name of the model."),
    Column("active_state", "State, such as PRODUCTION."),
    Column("workspace_name", "Name of the workspace."),
    Column("user_name", "Email address of the user."),
    Column("name", "Name of the user."),
    Column("is_exception_user", "Whether a password is enough in spite of single sign-on.", "boolean"),
)
EXCEPTION_COLUMNS = (
    Column("workspace_id", "Id of the workspace."),
    Column("id", "Id of the user."),
    Column("email", "Email address."),
)
USER = Argument(("user",), "Id of the user, or the email address.", "USER")


def _list_events(context: Context) -> Result:
    from datetime import timedelta

    from ...transport import clock
    from .. import moments

    options = context.options
    if options.state is not None or options.follow:
        return Rows(_new_events(context))
    until = None if options.until is None else moments.read_moment("--until", options.until)
    since = (
        clock.utc_now() - timedelta(days=1) if options.since is None else moments.read_moment("--since", options.since)
    )
    return Rows(map(_event, context.client.audit.iter_events(since, until, types=options.type or None)))


def _new_events(context: Context) -> Iterator[Row]:
    """Yield the events that are new since the state file was written, and write it after each batch."""
    from datetime import timedelta
    from pathlib import Path

    from ... import AuditCursor
    from ...transport import clock
    from .. import moments

    options = context.options
    if options.until is not None:
        raise ValueError("--until is not for --state and --follow")
    if options.output not in ("jsonl", "json", "csv") or options.sort:
        # Events must be printed before the state says so.
        raise ValueError("--state and --follow need -o jsonl, json or csv, and no --sort")
    path = None if options.state is None else Path(options.state)
    since = clock.utc_now() - timedelta(days=1)
    if options.since is not None:
        since = moments.read_moment("--since", options.since)
    if path is not None and path.exists():
        cursor = AuditCursor.from_json(path.read_text(encoding="utf-8"))
    else:
        cursor = AuditCursor.start(since, types=options.type or None)
    audit = context.client.audit
    for batch in audit.follow(cursor) if options.follow else audit.read(cursor):
        yield from map(_event, batch.events)
        if path is not None:
            _replace(path, batch.cursor.to_json())


def _replace(path: object, text: str) -> None:
    """Write a file as a whole, so that it has either the old or the new text."""
    import os
    import sys
    from pathlib import Path

    # The events come first: a crash between the two repeats events, and loses none.
    sys.stdout.flush()
    target = Path(str(path))
    part = target.with_name(f".{target.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, target)


def _list_users(context: Context) -> Result:
    return Rows(map(_user, context.client.users.iter(context.options.scim)))


def _get_user(context: Context) -> Result:
    return One(_user(context.client.users.get(_user_id(context))))


def _create_user(context: Context) -> Result:
    options = context.options
    if options.dry_run:
        return Done(f"would create user {options.user}")
    user = context.client.users.create(
        options.user, options.given_name, options.family_name, workspaces=options.in_workspace
    )
    return One(_user(user))


def _update_user(context: Context) -> Result:
    options = context.options
    user_id = _user_id(context)
    if options.dry_run:
        return Done(f"would change user {user_id}")
    user = context.client.users.update(
        user_id,
        given_name=options.given_name,
        family_name=options.family_name,
        add_workspaces=options.add_workspace,
        remove_workspaces=options.remove_workspace,
    )
    return One(_user(user))


def _activate(context: Context) -> Result:
    user_id = _user_id(context)
    if context.options.dry_run:
        return Done(f"would activate user {user_id}")
    return One(_user(context.client.users.activate(user_id)))


def _deactivate(context: Context) -> Result:
    user_id = _user_id(context)
    if context.options.dry_run:
        return Done(f"would deactivate user {user_id}")
    context.confirm(f"Deactivate user {context.options.user}?")
    return One(_user(context.client.users.deactivate(user_id)))


def _list_inactive(context: Context) -> Result:
    from ... import users_without_sign_in
    from .. import moments

    since = moments.read_moment("--since", context.options.since or "90d")
    return Rows(pick(user, INACTIVE_COLUMNS) for user in users_without_sign_in(context.client.iter_users(), since))


def _report_access(context: Context) -> Result:
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


def _list_exceptions(context: Context) -> Result:
    found = context.client.exception_users.list(workspace_id=context.workspace_id)
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
    workspace_id, user_id = context.workspace_id, _user_id(context)
    if context.options.dry_run:
        return Done(f"would {verb} exception user {user_id} of workspace {workspace_id}")
    change = context.client.exception_users.add if verb == "add" else context.client.exception_users.remove
    change(user_id, workspace_id)
    return Done(f"exception user {context.options.user}: {verb} is done")


def _user_id(context: Context) -> str:
    """Return the id of a user by the id or the email address."""
    from ... import NameNotFoundError
    from ...users.filters import field

    named = context.options.user
    if "@" not in named:
        return str(named)
    users = context.client.users.list(field("userName") == named)
    if not users or users[0].id is None:
        raise NameNotFoundError("user", named)
    return users[0].id


def _event(event: Event) -> Row:
    return pick(event, EVENT_COLUMNS)


def _user(user: User) -> Row:
    from ...users.changes import workspace_ids

    return pick(user, USER_COLUMNS) | {
        "given_name": user.name.given_name,
        "family_name": user.name.family_name,
        "workspaces": list(workspace_ids(user)),
    }


def _access(model: ModelAccess, user: Access) -> Row:
    return pick(model, ACCESS_COLUMNS) | {
        "user_name": user.user_name,
        "name": user.name,
        "is_exception_user": user.is_exception_user,
    }


AUDIT = Group(
    "audit",
    (
        Command(
            "audit events",
            "Print audit events: of the last day, of a range, or those that are new.",
            _list_events,
            (
                Argument(("--since",), "First moment, such as 7d or 2026-11-28.", "MOMENT"),
                Argument(("--until",), "Moment after the last one.", "MOMENT"),
                Argument(
                    ("--type",), "Only events of this type, such as user_activity. Repeatable.", "TYPE", repeats=True
                ),
                Argument(("--state",), "Print only what is new since this file was written, and write it.", "FILE"),
                Argument(("--follow",), "Continue with new events until Ctrl-C.", is_flag=True),
            ),
            EVENT_COLUMNS,
            (
                "anaplan audit events --since 7d -o csv",
                "anaplan audit events --state audit.json -o jsonl >> events.jsonl",
            ),
        ),
    ),
)
USERS = Group(
    "users",
    (
        Command(
            "users list",
            "List the users of the tenant.",
            _list_users,
            (Argument(("--scim",), "Only users that a SCIM filter selects.", "FILTER"),),
            USER_COLUMNS,
            ("anaplan users list", "anaplan users list --scim 'active eq false'"),
        ),
        Command("users get", "Show a user.", _get_user, (USER,), USER_COLUMNS, ("anaplan users get ada@example.com",)),
        Command(
            "users create",
            "Create a user.",
            _create_user,
            (
                Argument(("user",), "Email address that the user signs in with.", "EMAIL"),
                Argument(("--given-name",), "First name.", "NAME", is_required=True),
                Argument(("--family-name",), "Last name.", "NAME", is_required=True),
                Argument(("--in-workspace",), "Id of a workspace to enter. Repeatable.", "ID", repeats=True),
            ),
            USER_COLUMNS,
            ("anaplan users create eve@example.com --given-name Eve --family-name Adams",),
            is_write=True,
        ),
        Command(
            "users update",
            "Change names or workspaces of a user. The rest stays.",
            _update_user,
            (
                USER,
                Argument(("--given-name",), "First name.", "NAME"),
                Argument(("--family-name",), "Last name.", "NAME"),
                Argument(("--add-workspace",), "Id of a workspace to enter. Repeatable.", "ID", repeats=True),
                Argument(("--remove-workspace",), "Id of a workspace to leave. Repeatable.", "ID", repeats=True),
            ),
            USER_COLUMNS,
            ("anaplan users update ada@example.com --family-name Byron",),
            is_write=True,
        ),
        Command(
            "users activate",
            "Let a user sign in.",
            _activate,
            (USER,),
            USER_COLUMNS,
            ("anaplan users activate sam@example.com",),
            is_write=True,
        ),
        Command(
            "users deactivate",
            "Keep a user from signing in.",
            _deactivate,
            (USER,),
            USER_COLUMNS,
            ("anaplan users deactivate sam@example.com --yes",),
            is_write=True,
        ),
        Command(
            "users inactive",
            "List active users without a sign-in since a moment.",
            _list_inactive,
            (Argument(("--since",), "The moment; 90d by default.", "MOMENT"),),
            INACTIVE_COLUMNS,
            ("anaplan users inactive --since 90d -o csv",),
        ),
        Command(
            "users access",
            "List the models whose workspace a user can enter.",
            _report_access,
            (USER,),
            ACCESS_COLUMNS,
            ("anaplan users access sam@example.com",),
        ),
    ),
)
ACCESS = Group(
    "access",
    (
        Command(
            "access report",
            "List who can enter the workspace of each model.",
            _report_access,
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
EXCEPTIONS = Group(
    "exceptions",
    (
        Command(
            "exceptions list",
            "List the exception users of the workspace of -w.",
            _list_exceptions,
            (),
            EXCEPTION_COLUMNS,
            ("anaplan exceptions list -w Planning",),
        ),
        Command(
            "exceptions add",
            "Make a user an exception user of the workspace of -w.",
            _add_exception,
            (USER,),
            examples=("anaplan exceptions add sam@example.com -w Planning",),
            is_write=True,
        ),
        Command(
            "exceptions remove",
            "End that a user is an exception user of the workspace of -w.",
            _remove_exception,
            (USER,),
            examples=("anaplan exceptions remove sam@example.com -w Planning",),
            is_write=True,
        ),
    ),
)
