"""Sign a user in and keep what later commands need in a profile, and delete it again."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .. import Client, ConfigurationError, TokenStoreError
from ..auth.stores.keyring import delete_entry, write_entry
from ..auth.stores.locking import make_lock
from ..client.configuration import make_token_store
from ..client.configuration_keys import IN_KEYRING, WAYS, Values
from ..client.profiles import config_path, list_profiles, read_values
from .profile_file import Value, change_profile
from .sign_in import merge

if TYPE_CHECKING:
    from anaplan_client.integration.models import User

    from .context import Context

_KEPT_OPTIONS = ("region", "base_url", "proxy", "ca_bundle")
"""The options that lead to a tenant. A sign-in keeps them in the profile."""


def log_in(context: Context, profile: str) -> User:
    """Sign in with a password or certificate, and keep it in a profile once Anaplan has accepted it."""
    options, values = context.options, dict[str, Value]()
    if bool(options.certificate) != bool(options.private_key):
        raise ValueError("--certificate and --private-key must both be given")
    if options.certificate:
        values |= {key: _absolute(getattr(options, key)) for key in ("certificate", "private_key")}
        secret_key, secret = "private_key_password", _read_key_password(options.private_key, options.password_stdin)
    else:
        values["user"] = options.user or _known_user(context, profile) or _read_line("Email address: ", "--user")
        secret_key, secret = "password", read_secret(f"Password of {values['user']}: ", options.password_stdin)
    secrets = {} if secret is None else {secret_key: secret}
    with _client(context, {**values, **secrets}) as client:
        user = client.whoami()
    keep(context, profile, values, secrets)
    return user


def keep(context: Context, profile: str, values: Mapping[str, Value], secrets: Mapping[str, str]) -> None:
    """Write a sign-in to a profile in place of the one before, with its secrets in the keyring or in the file."""
    changes: dict[str, Value | None] = {key: None for needed, others in WAYS.values() for key in (*needed, *others)}
    for name in _KEPT_OPTIONS:
        if value := getattr(context.options, name):
            changes[name] = _absolute(value) if name == "ca_bundle" else value
    has_keyring = context.options.store != "file" and bool(secrets)
    for key, secret in secrets.items() if has_keyring else ():
        try:
            write_entry(f"{profile}/{key}", secret)
        except (ImportError, TokenStoreError) as error:
            raise ConfigurationError(f"{error}; or keep it in the file of profiles with --store file") from None
    if not has_keyring:
        changes |= secrets
    changes |= {**values, "keyring": True if has_keyring else None}
    change_profile(config_path(context.environment), profile, changes)


def log_out(context: Context, profile: str) -> list[str]:
    """Delete the tokens of OAuth and the secrets of a profile, and return what was deleted. Settings stay."""
    path = config_path(context.environment)
    values = read_values(profile, path)
    deleted = _delete_tokens(values) if "oauth_client_id" in values.values else []
    if values.values.get("keyring"):
        deleted += [f"{key} in the keyring" for key in IN_KEYRING if delete_entry(f"{profile}/{key}")]
    in_file = [key for key in ("token", "password", "private_key_password", "oauth_refresh_token") if values.text(key)]
    if in_file:
        change_profile(path, profile, dict.fromkeys(in_file))
    return deleted + [f"{key} in {path}" for key in in_file]


def read_secret(prompt: str, from_stdin: bool) -> str:
    """Return a secret from standard input or, without an echo, from the terminal. It is never an argument."""
    if from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    elif _is_interactive():
        secret = getpass.getpass(prompt, sys.stderr)
    else:
        raise ValueError("a password is required; pass --password-stdin without a terminal")
    if not secret:
        raise ValueError("the password must have at least 1 character (got 0)")
    return secret


def _known_user(context: Context, profile: str) -> str | None:
    path = config_path(context.environment)
    return read_values(profile, path).text("user") if profile in list_profiles(path) else None


def _read_key_password(path: str, from_stdin: bool) -> str | None:
    """Return the password of an encrypted key; None for a key without one."""
    text = Path(path).expanduser().read_text(encoding="utf-8", errors="replace")
    is_encrypted = "ENCRYPTED" in text
    return read_secret(f"Password of {path}: ", from_stdin) if is_encrypted or from_stdin else None


def _read_line(prompt: str, option: str) -> str:
    if not _is_interactive():
        raise ValueError(f"{option} is required without a terminal")
    print(prompt, end="", file=sys.stderr, flush=True)
    text = sys.stdin.readline().strip()
    if not text:
        raise ValueError(f"{option} must have at least 1 character (got 0)")
    return text


def _is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _client(context: Context, sign_in: Mapping[str, Value]) -> Client:
    """Return a client with this sign-in, and with no other that the environment or the profile has."""
    ways = {f"ANAPLAN_{key.upper()}" for needed, others in WAYS.values() for key in (*needed, *others)}
    environ = merge(context.options, context.environment)
    kept = {name: value for name, value in environ.items() if name not in ways and name != "ANAPLAN_PROFILE"}
    return Client.from_env(environ={**kept, **{f"ANAPLAN_{key.upper()}": str(value) for key, value in sign_in.items()}})


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())


def _delete_tokens(values: Values) -> list[str]:
    store = make_token_store(values)
    lock = make_lock(store, values.text("oauth_client_id") or "")
    if not lock.try_acquire():
        raise TokenStoreError(f"another program refreshes the tokens of profile {values.profile}; retry")
    try:
        if store.load() is None:
            return []
        store.delete()
        return [f"tokens in {store}"]
    finally:
        lock.release()
