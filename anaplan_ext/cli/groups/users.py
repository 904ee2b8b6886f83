"""`anaplan users`: the users of the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Result, Row, Rows, pick
from .access import ACCESS_COLUMNS, report_access

if TYPE_CHECKING:
    from anaplan_client.scim.models import User

    from ..context import Context

USER_COLUMNS = (
    Column("id", "Id of the user."),
    Column("user_name", "Email address that the user signs in with."),
    Column("given_name", "First name."),
    Column("family_name", "Last name."),
    Column("active", "Whether the user can sign in.", "boolean"),
    Column("workspaces", "Ids of the workspaces that the user can enter.", "array"),
)
INACTIVE_COLUMNS = (
    Column("id", "Id of the user."),
    Column("email", "Email address."),
    Column("first_name", "First name."),
    Column("last_name", "Last name."),
    Column("last_login_date", "Last sign-in; empty if never.", "date-time"),
)
USER = Argument(("user",), "Id of the user, or the email address.", "USER")


def _list_users(context: Context) -> Result:
    return Rows(map(_user, context.client.users.iter(context.options.scim)))


def _get_user(context: Context) -> Result:
    return One(_user(context.client.users.get(find_user_id(context))))


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
    user_id = find_user_id(context)
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
    user_id = find_user_id(context)
    if context.options.dry_run:
        return Done(f"would activate user {user_id}")
    return One(_user(context.client.users.activate(user_id)))


def _deactivate(context: Context) -> Result:
    user_id = find_user_id(context)
    if context.options.dry_run:
        return Done(f"would deactivate user {user_id}")
    context.confirm(f"Deactivate user {context.options.user}?")
    return One(_user(context.client.users.deactivate(user_id)))


def _list_inactive(context: Context) -> Result:
    from ... import users_without_sign_in
    from .. import moments

    since = moments.read_moment("--since", context.options.since or "90d")
    return Rows(pick(user, INACTIVE_COLUMNS) for user in users_without_sign_in(context.client.iter_users(), since))


def find_user_id(context: Context, named: str | None = None) -> str:
    """Return the id of a user by the id or the email address; by default, of the argument."""
    from ... import NameNotFoundError
    from ...users.filters import field

    named = str(named or context.options.user)
    if "@" not in named:
        return named
    users = context.client.users.list(field("userName") == named)
    if not users or users[0].id is None:
        raise NameNotFoundError("user", named)
    return users[0].id


def _user(user: User) -> Row:
    from ...users.changes import workspace_ids

    return pick(user, USER_COLUMNS) | {
        "given_name": user.name.given_name,
        "family_name": user.name.family_name,
        "workspaces": list(workspace_ids(user)),
    }


GROUP = Group(
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
        Command(
            "users get",
            "Show a user.",
            _get_user,
            (USER,),
            USER_COLUMNS,
            ("anaplan users get ada@example.com",),
            is_one=True,
        ),
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
            is_one=True,
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
            is_one=True,
        ),
        Command(
            "users activate",
            "Let a user sign in.",
            _activate,
            (USER,),
            USER_COLUMNS,
            ("anaplan users activate sam@example.com",),
            is_write=True,
            is_one=True,
        ),
        Command(
            "users deactivate",
            "Keep a user from signing in.",
            _deactivate,
            (USER,),
            USER_COLUMNS,
            ("anaplan users deactivate sam@example.com --yes",),
            is_write=True,
            is_one=True,
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
            report_access,
            (USER,),
            ACCESS_COLUMNS,
            ("anaplan users access sam@example.com",),
        ),
    ),
)
