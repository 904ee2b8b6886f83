"""`anaplan auth`: who signs in, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, pick

if TYPE_CHECKING:
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the user."),
    Column("email", "Email address."),
    Column("first_name", "First name."),
    Column("last_name", "Last name."),
    Column("active", "Whether the user is active.", "boolean"),
    Column("last_login_date", "Time of the last sign-in.", "date-time"),
)
TOKEN_COLUMNS = (
    Column("token", "The token."),
    Column("authorization", "Value of the header Authorization."),
)
STORES = ("keyring", "file")


def _show_status(context: Context) -> Result:
    return One(pick(context.client.whoami(), COLUMNS))


def _login(context: Context) -> Result:
    from .. import logins, sign_in

    options = context.options
    if not (options.user or options.certificate or options.private_key or options.password_stdin):
        is_oauth = sign_in.find_way(options, context.environment) == "oauth"
        if (options.browser or options.device) and not is_oauth:
            raise ValueError(
                "--browser and --device need a client of OAuth: anaplan config set oauth_client_id ID -p NAME"
            )
        if is_oauth:
            with sign_in.sign_in(options, context.environment, browser=options.browser) as client:
                return One(pick(client.whoami(), COLUMNS))
    elif options.browser or options.device:
        raise ValueError("--browser and --device are for OAuth, and exclude passwords and certificates")
    return One(pick(logins.log_in(context, context.profile), COLUMNS))


def _logout(context: Context) -> Result:
    from .. import logins

    profile = context.profile
    if context.options.dry_run:
        return Done(f"would delete the tokens and secrets of profile {profile}")
    deleted = logins.log_out(context, profile)
    return Done("\n".join(f"deleted: {text}" for text in deleted) or f"profile {profile} has no tokens and no secrets")


def _show_token(context: Context) -> Result:
    authorization = context.client.get_authorization()
    token = authorization.partition(" ")[2]
    if context.options.output in (None, "table"):
        return Raw([f"{token}\n".encode()])
    return One({"token": token, "authorization": authorization})


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
            is_one=True,
        ),
        Command(
            "auth login",
            "Sign in, and keep that in a profile for later commands.",
            _login,
            (
                Argument(("--user",), "Email address, to sign in with a password.", "EMAIL"),
                Argument(("--certificate",), "PEM file of a certificate.", "FILE"),
                Argument(("--private-key",), "PEM file of its key.", "FILE"),
                Argument(("--password-stdin",), "Read the password from standard input.", is_flag=True),
                Argument(("--store",), "Where to keep the password.", "PLACE", choices=STORES, default=STORES[0]),
                Argument(("--device",), "Sign in by OAuth with a code, as is the default with OAuth.", is_flag=True),
                Argument(("--browser",), "Sign in by OAuth in a browser on this machine.", is_flag=True),
            ),
            COLUMNS,
            (
                "anaplan auth login -p prod --user ada@example.com --region eu3",
                "anaplan auth login -p nightly --certificate load.pem --private-key load.key",
                "anaplan auth login -p prod --browser",
            ),
            details=(
                "A profile or ANAPLAN_OAUTH_CLIENT_ID names the client of OAuth. Passwords are prompted for, and kept "
                "once Anaplan has accepted them."
            ),
            is_one=True,
        ),
        Command(
            "auth token",
            "Print the token that requests are signed with, for another program.",
            _show_token,
            (),
            TOKEN_COLUMNS,
            ('curl -H "Authorization: AnaplanAuthToken $(anaplan auth token)" https://api.anaplan.com/2/0/users/me',),
            details="It is as secret as a password. With a table, only the token is printed.",
            is_one=True,
        ),
        Command(
            "auth logout",
            "Delete the tokens and secrets of a profile. Its settings stay.",
            _logout,
            examples=("anaplan auth logout -p prod",),
        ),
    ),
)
