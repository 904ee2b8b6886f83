"""Make the client of a command from its options, the environment and a profile."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .. import Client

if TYPE_CHECKING:
    from anaplan_client.core import Observer

    from .. import AuthorizationRequest, DeviceCode

VARIABLES = {
    "--token-stdin": "A token on standard input.",
    "ANAPLAN_TOKEN": "A token.",
    "ANAPLAN_USER, ANAPLAN_PASSWORD": "Email address and password.",
    "ANAPLAN_CERTIFICATE, ANAPLAN_PRIVATE_KEY": "PEM files; ANAPLAN_PRIVATE_KEY_PASSWORD for an encrypted key.",
    "--profile, ANAPLAN_PROFILE": "A profile of the configuration file; see `anaplan config path`.",
    "ANAPLAN_OAUTH_CLIENT_ID": "A client of OAuth, after `anaplan auth login`.",
}
"""The ways to sign in, in their order."""
_REPLACED = ("profile", "region", "base_url", "proxy", "ca_bundle", "retries", "workspace", "model")


def make_client(options: Namespace, environment: Mapping[str, str], observer: Observer | None = None) -> Client:
    """Return a client. The first way to sign in that is there counts, and options replace variables.

    Raises:
        ConfigurationError: There is no way to sign in, or a setting is wrong.
        ValueError: An option is wrong.
    """
    return Client.from_env(environ=merge(options, environment), observer=observer)


def sign_in(options: Namespace, environment: Mapping[str, str], *, browser: bool) -> Client:
    """Return a client that lets the user sign in by OAuth, by a code or in a browser."""
    environ = merge(options, environment)
    if browser:
        return Client.from_env(environ=environ, get_redirect=_listen)
    return Client.from_env(environ=environ, on_device_code=_show_code)


def find_way(options: Namespace, environment: Mapping[str, str]) -> str | None:
    """Return the way to sign in that is configured: token, password, certificate or oauth. None without one."""
    from .. import ConfigurationError
    from ..client.configuration import read_environment

    try:
        return read_environment(merge(options, environment)).way
    except ConfigurationError:
        return None


def merge(options: Namespace, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables, with those of the options in their place."""
    environ = dict(environment)
    for name in _REPLACED:
        value = getattr(options, name)
        if value is not None:
            environ[f"ANAPLAN_{name.upper()}"] = value
    if options.ca_bundle and not Path(options.ca_bundle).exists():
        raise FileNotFoundError(f"--ca-bundle: there is no file {options.ca_bundle!r}")
    if options.token_stdin:
        token = sys.stdin.readline().strip()
        if not token:
            raise ValueError("--token-stdin: standard input has no token")
        environ["ANAPLAN_TOKEN"] = token
    return environ


def _show_code(code: DeviceCode) -> None:
    from .. import print_device_code

    print_device_code(code)


def _listen(request: AuthorizationRequest) -> str:
    from .. import listen_for_redirect

    return listen_for_redirect(request)
