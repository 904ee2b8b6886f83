"""`anaplan config`: the profiles, and what is in effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, Raw, Result, Row, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..context import Context
    from ..profile_file import Value

PROFILE_COLUMNS = (
    Column("name", "Name of the profile."),
    Column("sign_in", "How it signs in: token, password, certificate or oauth."),
    Column("region", "Region."),
    Column("workspace", "Workspace."),
    Column("model", "Model."),
)
SETTING_COLUMNS = (
    Column("key", "Name of the setting, as in a profile."),
    Column("value", "Its value; a secret is not shown."),
    Column("source", "Where it is from: an option, a variable or a profile."),
)
KEY = Argument(("key",), "Key of a profile, such as region.", "KEY")
HIDDEN = "(hidden)"


def _show_path(context: Context) -> Result:
    from ...client.profiles import config_path

    return Raw([f"{config_path(context.environment)}\n".encode()])


def _list_profiles(context: Context) -> Result:
    from ...client.configuration_keys import WAYS
    from ...client.profiles import config_path, list_profiles, read_values

    path = config_path(context.environment)
    # As they are in the file: a profile without its password is listed, too.
    profiles = {name: read_values(name, path) for name in list_profiles(path)}
    return Rows(
        {
            "name": name,
            "sign_in": next((way for way, (needed, _) in WAYS.items() if needed[0] in values.values), None),
            "region": values.text("region"),
            "workspace": values.text("workspace"),
            "model": values.text("model"),
        }
        for name, values in profiles.items()
    )


def _list_settings(context: Context) -> Result:
    from ...client.configuration_keys import FLAGS, NUMBERS, SECRETS, TEXTS
    from ...client.profiles import config_path, read_values

    name = context.options.profile
    profile: Mapping[str, Value] = read_values(name, config_path(context.environment)).values if name else {}
    rows: list[Row] = []
    for key in (*TEXTS, *NUMBERS, *FLAGS):
        variable = f"ANAPLAN_{key.upper()}"
        option = getattr(context.options, key, None)
        value, source = option, f"--{key.replace('_', '-')}"
        if value is None or context.environment.get(variable) == value:
            value, source = context.environment.get(variable) or None, variable
        if value is None and key in profile:
            value, source = str(profile[key]), f"profile {name}"
        if value is not None:
            rows.append({"key": key, "value": HIDDEN if key in SECRETS else value, "source": source})
    return Rows(rows)


def _get(context: Context) -> Result:
    from ...client.configuration_keys import SECRETS
    from ...client.profiles import config_path, read_values

    key, profile = _known(context.options.key), context.profile
    values = read_values(profile, config_path(context.environment))
    if key in SECRETS:
        raise ValueError(f"{key} is secret, and is not printed")
    if key not in values.values:
        raise ValueError(f"profile {profile} has no {key}")
    return Raw([f"{_text(values.values[key])}\n".encode()])


def _set(context: Context) -> Result:
    from ...client.configuration_keys import SECRETS
    from ...client.profiles import config_path
    from ..profile_file import change_profile

    key, profile = _known(context.options.key), context.profile
    if key in SECRETS and key != "private_key":
        raise ValueError(f"{key} is secret, and never an argument; run anaplan auth login -p {profile}")
    value = _parse(key, context.options.value)
    if context.options.dry_run:
        return Done(f"would set {key} of profile {profile} to {_text(value)}")
    change_profile(config_path(context.environment), profile, {key: value})
    return Done(f"{key} of profile {profile} is {_text(value)}")


def _unset(context: Context) -> Result:
    from ...client.profiles import config_path, read_values
    from ..profile_file import change_profile

    key, profile, path = _known(context.options.key), context.profile, config_path(context.environment)
    if key not in read_values(profile, path).values:
        raise ValueError(f"profile {profile} has no {key}")
    if context.options.dry_run:
        return Done(f"would delete {key} of profile {profile}")
    change_profile(path, profile, {key: None})
    return Done(f"{key} of profile {profile} is deleted")


def _check(context: Context) -> Result:
    from .. import sign_in

    context.client  # noqa: B018 (it reads the configuration)
    names = sorted(name for name in sign_in.merge(context.options, context.environment) if name.startswith("ANAPLAN_"))
    return Done(f"the configuration is valid; variables: {', '.join(names) or 'none'}")


def _known(key: str) -> str:
    """Return a key of profiles. Raise `ValueError` for any other text."""
    from difflib import get_close_matches

    from ...client.configuration_keys import FLAGS, NUMBERS, TEXTS

    known = (*TEXTS, *NUMBERS, *FLAGS)
    if key not in known:
        similar = get_close_matches(key, known, 1)
        hint = f"did you mean {similar[0]}?" if similar else f"use {', '.join(sorted(known))}"
        raise ValueError(f"{key} is not a key of profiles; {hint}")
    return key


def _parse(key: str, text: str) -> Value:
    """Return the value of a key from its text, with the path of a file made absolute."""
    from pathlib import Path

    from ...client.configuration_keys import FLAGS, NUMBERS, PATHS

    if key in FLAGS:
        words = {"true": True, "false": False}
        if text not in words:
            raise ValueError(f"{key} must be true or false (got {text!r})")
        return words[text]
    if key in NUMBERS:
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"{key} must be a number (got {text!r})") from None
        return int(number) if number.is_integer() else number
    if not text or "-----BEGIN" in text:
        raise ValueError(f"{key} must be text that is not empty, and no key itself")
    return str(Path(text).expanduser().absolute()) if key in PATHS else text


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


GROUP = Group(
    "config",
    (
        Command(
            "config list",
            "List the settings in effect and where they are from, without secrets.",
            _list_settings,
            (),
            SETTING_COLUMNS,
            ("anaplan config list", "anaplan config list -p prod"),
        ),
        Command(
            "config get", "Print a setting of a profile.", _get, (KEY,), examples=("anaplan config get region -p prod",)
        ),
        Command(
            "config set",
            "Set a setting of a profile. The rest of the file stays, with its comments.",
            _set,
            (KEY, Argument(("value",), "Its value.", "VALUE")),
            examples=("anaplan config set region eu3 -p prod", "anaplan config set oauth_client_id 8f2a -p prod"),
        ),
        Command(
            "config unset",
            "Delete a setting of a profile.",
            _unset,
            (KEY,),
            examples=("anaplan config unset region -p prod",),
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
            "config path", "Print the path of the configuration file.", _show_path, examples=("anaplan config path",)
        ),
        Command(
            "config check",
            "Check options, variables and profile, and send nothing.",
            _check,
            examples=("anaplan config check -p prod",),
        ),
    ),
)
