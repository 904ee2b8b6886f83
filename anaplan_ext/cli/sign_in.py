"""Make the client of a command from its options and the environment."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from .. import Client

TOKEN, USER, PASSWORD = "ANAPLAN_TOKEN", "ANAPLAN_USER", "ANAPLAN_PASSWORD"
VARIABLES = {
    "--token-stdin": "A token on standard input.",
    "ANAPLAN_TOKEN": "A token.",
    "ANAPLAN_USER, ANAPLAN_PASSWORD": "Email address and password.",
    "ANAPLAN_CERTIFICATE, ANAPLAN_PRIVATE_KEY": "PEM files; ANAPLAN_PRIVATE_KEY_PASSWORD for an encrypted key.",
}
"""The ways to sign in, in their order."""
CERTIFICATE, KEY, KEY_PASSWORD = "ANAPLAN_CERTIFICATE", "ANAPLAN_PRIVATE_KEY", "ANAPLAN_PRIVATE_KEY_PASSWORD"


def make_client(options: Namespace, environment: Mapping[str, str]) -> Client:
    """Return a client. The first way to sign in that is there counts.

    Raises:
        ValueError: There is no way to sign in, or a setting is wrong.
    """
    token = user = password = certificate = key = key_password = None
    if options.token_stdin:
        token = sys.stdin.readline().strip()
        if not token:
            raise ValueError("--token-stdin: standard input has no token")
    elif environment.get(TOKEN):
        token = environment[TOKEN]
    elif environment.get(USER):
        user, password = environment[USER], environment.get(PASSWORD)
        if not password:
            raise ValueError(f"{PASSWORD} is required with {USER}")
    elif environment.get(CERTIFICATE):
        certificate, key = environment[CERTIFICATE], environment.get(KEY)
        key_password = environment.get(KEY_PASSWORD)
        if not key:
            raise ValueError(f"{KEY} is required with {CERTIFICATE}")
    else:
        raise ValueError(f"nothing to sign in with: set {USER} and {PASSWORD}, or {TOKEN}, or {CERTIFICATE} and {KEY}")
    if options.ca_bundle and not Path(options.ca_bundle).exists():
        raise FileNotFoundError(f"--ca-bundle: there is no file {options.ca_bundle!r}")
    return Client(
        token=token,
        user_email=user,
        password=password,
        certificate=certificate,
        private_key=key,
        private_key_password=key_password,
        region=options.region,
        base_url=options.base_url,
        proxy=options.proxy,
        verify=options.ca_bundle or True,
        retry_count=2 if options.retries is None else _count("--retries", options.retries),
    )


def _count(name: str, value: str) -> int:
    if not value.isdecimal():
        raise ValueError(f"{name} must be a whole number (got {value!r})")
    return int(value)
