"""Turn a connection of Airflow into the variables that configure a client. Nothing of Airflow is imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

EXTRA = (
    *("token", "certificate", "private_key", "private_key_password", "certificate_format"),
    *("oauth_client_id", "oauth_client_secret", "oauth_refresh_token", "token_store", "token_file"),
    *("region", "proxy", "ca_bundle", "timeout", "retries", "rate_limit"),
)
"""The names that the extra of a connection may have."""


class ConnectionLike(Protocol):
    """The parts of a connection that are read."""

    login: str | None
    password: str | None
    host: str | None

    @property
    def extra_dejson(self) -> Mapping[str, object]:
        """The extra as an object."""
        ...


def read_variables(connection: ConnectionLike) -> dict[str, str]:
    """Return the variables of a connection, as `Client.from_env` reads them.

    Raises:
        ValueError: The extra has an unknown name. The message shows no value.
    """
    extra = dict(connection.extra_dejson)
    if unknown := sorted(extra.keys() - set(EXTRA)):
        raise ValueError(f"extra must have only {', '.join(EXTRA)} (got {', '.join(unknown)})")
    given = {"user": connection.login, "password": connection.password, "base_url": connection.host, **extra}
    return {f"ANAPLAN_{name.upper()}": str(value) for name, value in given.items() if value not in (None, "")}
