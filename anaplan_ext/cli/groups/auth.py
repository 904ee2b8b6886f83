"""`anaplan auth` and `anaplan config`: who signs in, and the profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, Rows, pick

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
PROFILE_COLUMNS = (
    Column("name", "Name of the profile."),
    Column("sign_in", "How it signs in: token, password, certificate or oauth."),
    Column("region", "Region."),
    Column("workspace", "Workspace."),
    Column("model", "Model."),
)


def _show_status(context: Context) -> Result:
    from anaplan_client import integration

    return One(pick(context.client.send(integration.get_user("me")).user, COLUMNS))


def _login(context: Context) -> Result:
    from anaplan_client import integration

    from .. import sign_in

    with sign_in.sign_in(context.options, context.environment, browser=context.options.browser) as client:
        return One(pick(client.send(integration.get_user("me")).user, COLUMNS))


def _show_path(context: Context) -> Result:
    from ...client.configuration import config_path

    return Raw([f"{config_path(context.environment)}\n".encode()])


def _list_profiles(context: Context) -> Result:
    from ...client.configuration import config_path, list_profiles, read_profile

    path = config_path(context.environment)
    profiles = {name: read_profile(name, path) for name in list_profiles(path)}
    return Rows(
        {
            "name": name,
            "sign_in": profile.way,
            "region": profile.settings.text("region"),
            "workspace": profile.settings.text("workspace"),
            "model": profile.settings.text("model"),
        }
        for name, profile in profiles.items()
    )


def _check(context: Context) -> Result:
    from .. import sign_in

    context.client  # noqa: B018 (it reads the configuration)
    names = sorted(name for name in sign_in.merge(context.options, context.environment) if name.startswith("ANAPLAN_"))
    return Done(f"the configuration is valid; variables: {', '.join(names) or 'none'}")


GROUP = Group(
    "auth",
    (
        Command(
            "auth status",
            "Sign in, and show the user.",
            _show_status,
            (),
            COLUMNS,
            ("anaplan auth status", "anaplan auth status -p prod"),
        ),
        Command(
            "auth login",
            "Sign in by OAuth, and keep the tokens for later commands.",
            _login,
            (Argument(("--browser",), "Open a browser on this machine instead of showing a code.", is_flag=True),),
            COLUMNS,
            ("anaplan auth login -p prod", "anaplan auth login -p prod --browser"),
            details="A profile or ANAPLAN_OAUTH_CLIENT_ID names the client of OAuth.",
        ),
    ),
)
CONFIG = Group(
    "config",
    (
        Command(
            "config path", "Print the path of the configuration file.", _show_path, examples=("anaplan config path",)
        ),
        Command(
            "config profiles",
            "List the profiles, without their secrets.",
            _list_profiles,
            (),
            PROFILE_COLUMNS,
            ("anaplan config profiles",),
        ),
        Command(
            "config check",
            "Check options, variables and profile, and send nothing.",
            _check,
            examples=("anaplan config check -p prod",),
        ),
    ),
)
