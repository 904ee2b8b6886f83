"""How a reader of options signs in: its options as the environment of a client."""

from __future__ import annotations

from collections.abc import Mapping

SIGN_IN = ("profile", "token", "user", "password", "certificate", "private_key")
"""The options that replace the sign-in of the environment."""
SECRETS = ("token", "password")
"""The options that `to_json(include_password=False)` leaves out."""
_SETTINGS = ("REGION", "BASE_URL", "TIMEOUT", "RETRIES", "RATE_LIMIT", "RATE_LIMIT_SHARED", "PROXY", "CA_BUNDLE")


def make_environment(options: Mapping[str, str | float | None], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a client: those of the environment, replaced by the options.

    Of an environment whose sign-in is replaced, only the settings count.
    """
    given = {f"ANAPLAN_{key.upper()}": f"{value}" for key, value in options.items() if value is not None}
    if any(options.get(key) is not None for key in SIGN_IN):
        kept = {f"ANAPLAN_{key}" for key in _SETTINGS} if options.get("profile") is None else set[str]()
        environ = {key: value for key, value in environ.items() if key in kept or not key.startswith("ANAPLAN_")}
    if "ANAPLAN_BASE_URL" in given or "ANAPLAN_REGION" in given:
        # One excludes the other.
        environ = {key: value for key, value in environ.items() if key not in ("ANAPLAN_BASE_URL", "ANAPLAN_REGION")}
    # The model is a part of the path.
    return {**environ, **given, "ANAPLAN_MODEL": "", "ANAPLAN_WORKSPACE": ""}
