"""The keys by which a client is configured, and values by them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

PREFIX = "ANAPLAN_"
# The keys of a profile, and their types. A variable is the key in capitals, with the prefix.
TEXTS = (
    *("region", "base_url", "workspace", "model", "proxy", "ca_bundle", "rate_limit_shared"),
    *("token", "user", "password", "certificate", "private_key", "private_key_password", "certificate_format"),
    *("oauth_client_id", "oauth_client_secret", "oauth_redirect_uri", "oauth_scope", "oauth_refresh_token"),
    *("token_file", "token_store"),
)
NUMBERS = ("timeout", "retries", "rate_limit")
FLAGS = ("keyring",)
SECRETS = ("token", "password", "private_key", "private_key_password", "oauth_client_secret", "oauth_refresh_token")
"""The keys whose values are secret. A file that has one must be readable by its owner only."""
# The ways to sign in, by their keys: those that are needed, and those that may be there.
WAYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "token": (("token",), ()),
    "password": (("user", "password"), ()),
    "certificate": (("certificate", "private_key"), ("private_key_password", "certificate_format")),
    "oauth": (
        ("oauth_client_id",),
        (
            *("oauth_client_secret", "oauth_redirect_uri", "oauth_scope", "oauth_refresh_token"),
            *("token_file", "token_store"),
        ),
    ),
}
IN_KEYRING = ("password", "private_key_password", "oauth_client_secret")
"""The keys whose values may be in the keyring, in the entry `NAME/KEY`."""
PATHS = ("certificate", "private_key", "token_file", "ca_bundle")
"""The keys that are paths of files. In a profile, they are relative to its file."""


@frozen
class Values:
    """Values by their keys, and how a message names a key. Secrets are not shown."""

    values: Mapping[str, str | float | bool] = field(repr=False)
    source: str
    """`environment`, or the path of a file."""
    profile: str | None = None

    def name(self, key: str) -> str:
        """Return how a message names a key."""
        if self.profile is None:
            return PREFIX + key.upper()
        return f"{key} of profile {self.profile} in {self.source}"

    def text(self, key: str) -> str | None:
        """Return a text, or None without one."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> float | None:
        """Return a number, or None without one."""
        value = self.values.get(key)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
