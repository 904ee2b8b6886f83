"""The arguments of a client from environment variables and from a profile. Nothing here sends a request."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, cast

from attrs import evolve, frozen

from ..auth.oauth.config import DEFAULT_SCOPE, GetRedirect, OAuth, OnDeviceCode
from ..auth.stores.errors import TokenStoreError
from ..auth.stores.file import FileTokenStore
from ..auth.stores.keyring import KeyringTokenStore, read_entry
from ..auth.stores.token import TokenStore
from .configuration_keys import IN_KEYRING, NUMBERS, PREFIX, TEXTS, WAYS, Values
from .errors import ConfigurationError
from .profiles import config_folder, config_path, read_values

_SETTINGS = (*TEXTS[:7], *NUMBERS)


@frozen(kw_only=True)
class Configuration:
    """What a client is configured with: its sign-in, and its other settings."""

    way: Literal["token", "password", "certificate", "oauth"]
    sign_in: Values
    settings: Values

    @property
    def retries(self) -> int | None:
        """The maximum number of retries."""
        number = self.settings.number("retries")
        if number is not None and number != int(number):
            raise ConfigurationError(f"{self.settings.name('retries')} must be a whole number (got {number:g})")
        return None if number is None else int(number)


def read_environment(environ: Mapping[str, str], path: Path | None = None) -> Configuration:
    """Return the configuration of the environment, and of the profile that `ANAPLAN_PROFILE` names.

    Signs in with the first that is there: a token, a password, a certificate, the profile, OAuth. Other settings of the
    environment replace those of the profile.

    Raises:
        ConfigurationError: A variable is missing or has a wrong value, or the profile cannot be used.
    """
    own = _parse_environment(environ)
    name = environ.get(PREFIX + "PROFILE")
    profile = read_profile(name, path or config_path(environ)) if name else None
    settings = own if profile is None else evolve(own, values=_merge(profile.settings, own))
    for way in ("token", "password", "certificate"):
        if _is_given(own, way):
            return Configuration(way=way, sign_in=_complete(own, way), settings=settings)
    if profile is not None:
        return evolve(profile, settings=settings)
    if _is_given(own, "oauth"):
        return Configuration(way="oauth", sign_in=_complete(own, "oauth"), settings=settings)
    raise ConfigurationError(_describe_missing(environ))


def read_profile(name: str, path: Path) -> Configuration:
    """Return the configuration of a profile.

    Raises:
        ConfigurationError: The file or the profile does not exist or cannot be read, a key is missing, unknown or has a
            wrong value, or others can read the secrets of the file.
    """
    values = read_values(name, path)
    ways = [way for way in WAYS if _is_given(values, way)]
    if len(ways) != 1:
        keys = ", ".join(" and ".join(WAYS[way][0]) for way in (ways or WAYS))
        raise ConfigurationError(f"profile {name} in {path} must have one way to sign in: {keys} (got {len(ways)})")
    way = cast("Literal['token', 'password', 'certificate', 'oauth']", ways[0])
    return Configuration(way=way, sign_in=_complete(_add_keyring(values, way), way), settings=values)


def certificate_format(values: Values) -> Literal["v1", "v2"]:
    """Return the layout of the signed data of a certificate."""
    text = values.text("certificate_format") or "v2"
    if text not in ("v1", "v2"):
        raise ConfigurationError(f"{values.name('certificate_format')} must be v1 or v2 (got {text!r})")
    return "v1" if text == "v1" else "v2"


def build_oauth(
    configuration: Configuration,
    store: TokenStore | None,
    on_device_code: OnDeviceCode | None,
    get_redirect: GetRedirect | None,
) -> OAuth:
    """Return the OAuth of a configuration. A user can sign in if there is a function for that."""
    values = configuration.sign_in
    redirect_uri = values.text("oauth_redirect_uri")
    if get_redirect is not None and redirect_uri is None:
        raise ConfigurationError(f"{values.name('oauth_redirect_uri')} is needed with get_redirect")
    return OAuth(
        values.text("oauth_client_id") or "",
        client_secret=values.text("oauth_client_secret"),
        redirect_uri=None if get_redirect is None else redirect_uri,
        scope=values.text("oauth_scope") or DEFAULT_SCOPE,
        store=make_token_store(values) if store is None else store,
        refresh_token=values.text("oauth_refresh_token"),
        on_device_code=on_device_code,
        get_redirect=get_redirect,
    )


def make_token_store(values: Values) -> FileTokenStore | KeyringTokenStore:
    """Return the store of tokens that a profile or the environment names.

    Raises:
        ConfigurationError: There is no such store.
        ImportError: The extra `keyring` is not installed.
    """
    kind, file = values.text("token_store") or "file", values.text("token_file")
    name = values.profile or values.text("oauth_client_id") or ""
    if kind == "keyring":
        if file is not None:
            raise ConfigurationError(f"{values.name('token_file')} must be omitted with token_store keyring")
        return KeyringTokenStore(f"tokens/{name}")
    if kind != "file":
        raise ConfigurationError(f"{values.name('token_store')} must be file or keyring (got {kind!r})")
    if file is None:
        safe = re.sub(r"[^\w.-]", "_", name).lstrip(".") or "_"
        folder = config_folder(os.environ) if values.profile is None else Path(values.source).parent
        return FileTokenStore(folder / "tokens" / f"{safe}.json")
    return FileTokenStore(file)


def _parse_environment(environ: Mapping[str, str]) -> Values:
    values: dict[str, str | float | bool] = {}
    for key in (*TEXTS, *NUMBERS):
        text = environ.get(PREFIX + key.upper(), "")
        if not text:
            continue
        if key not in NUMBERS:
            values[key] = text
            continue
        try:
            values[key] = float(text)
        except ValueError:
            raise ConfigurationError(f"{PREFIX}{key.upper()} must be a number (got {text!r})") from None
    return Values(values, "environment")


def _add_keyring(values: Values, way: str) -> Values:
    """Add the secrets that are in the keyring, if the profile says so."""
    if not values.values.get("keyring"):
        return values
    found: dict[str, str] = {}
    for key in (*WAYS[way][0], *WAYS[way][1]):
        if key in IN_KEYRING and key not in values.values:
            try:
                secret = read_entry(f"{values.profile}/{key}")
            except TokenStoreError as error:
                raise ConfigurationError(f"{values.name(key)} cannot be read from the keyring: {error}") from None
            if secret is not None:
                found[key] = secret
    return evolve(values, values={**values.values, **found})


def _is_given(values: Values, way: str) -> bool:
    """Return whether any key that a way needs is there; `private_key_password` and the like are no way alone."""
    return any(key in values.values for key in WAYS[way][0])


def _complete(values: Values, way: str) -> Values:
    """Return the values, or raise for a key that the way needs and that is missing."""
    for key in WAYS[way][0]:
        if key not in values.values:
            present = next(other for other in WAYS[way][0] if other in values.values)
            needing = values.name(present) if values.profile is None else present
            raise ConfigurationError(f"{values.name(key)} is missing, which {needing} needs")
    return values


def _settings(values: Values) -> dict[str, str | float | bool]:
    return {key: value for key, value in values.values.items() if key in _SETTINGS}


def _merge(profile: Values, own: Values) -> dict[str, str | float | bool]:
    """Return the settings of a profile, and those of the environment in their place."""
    places = ("region", "base_url")  # one excludes the other
    is_placed = any(key in own.values for key in places)
    kept = {key: value for key, value in _settings(profile).items() if not (is_placed and key in places)}
    return {**kept, **_settings(own)}


def _describe_missing(environ: Mapping[str, str]) -> str:
    names: Iterable[str] = (PREFIX + key.upper() for key in (*TEXTS, *NUMBERS))
    known = {*names, PREFIX + "PROFILE"}
    ways = [" and ".join(PREFIX + key.upper() for key in needed) for needed, _ in WAYS.values()]
    ways.insert(3, PREFIX + "PROFILE")
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    hints = [f"{name}: did you mean {near[0]}?" for name in unknown if (near := get_close_matches(name, known, 1))]
    return "; ".join([f"no sign-in is set: set {', '.join(ways[:-1])}, or {ways[-1]}", *hints])
