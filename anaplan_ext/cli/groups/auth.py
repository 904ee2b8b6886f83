"""`anaplan auth`: who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Column, Command, Group, One, Result, pick

if TYPE_CHECKING:
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the user."),
    Column("email", "Email address."),
    Column("first_name", "First name."),
    Column("last_name", "Last name."),
    Column("active", "Whether the user is active.", "boolean"),
    Column("last_login_date", "Time of the last sign-in."),
)


def _show_status(context: Context) -> Result:
    from anaplan_client import integration

    return One(pick(context.client.send(integration.get_user("me")).user, COLUMNS))


GROUP = Group(
    "auth",
    (
        Command(
            "auth status",
            "Sign in, and show the user.",
            _show_status,
            (),
            COLUMNS,
            ("anaplan auth status",),
        ),
    ),
)
