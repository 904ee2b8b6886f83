"""The arguments of a client from environment variables and from the file of profiles. Nothing here sends a request."""

from __future__ import annotations

import os
import re
import stat
import sys
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, cast

from attrs import evolve, field, frozen

from ..auth.oauth.config import DEFAULT_SCOPE, GetRedirect, OAuth, OnDeviceCode
from ..auth.stores.errors import TokenStoreError
from ..auth.stores.file import FileTokenStore
from ..auth.stores.keyring import KeyringTokenStore, read_entry
from ..auth.stores.token import TokenStore
from .errors import ConfigurationError

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
_SETTINGS = (*TEXTS[:7], *NUMBERS)


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


def list_profiles(path: Path) -> list[str]:
    """Return the names of the profiles of a file; none without a file.

    Raises:
        ConfigurationError: The file cannot be read.
    """
    if not path.exists():
        return []
    content, _ = _read_file(path)
    return list(_table(content.get("profile", {}), f"profile in {path}"))


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


def read_values(name: str, path: Path) -> Values:
    """Return the values of a profile as they are in the file, also those of an incomplete sign-in.

    Raises:
        ConfigurationError: The file or the profile does not exist or cannot be read, a key is unknown or has a wrong
            value, or others can read the secrets of the file.
    """
    content, mode = _read_file(path)
    profiles = _table(content.get("profile", {}), f"profile in {path}")
    if name not in profiles:
        known = f"it has {', '.join(sorted(profiles))}" if profiles else "it has none"
        raise ConfigurationError(f"{path} must have a profile {name}; {known}")
    table = _table(profiles[name], f"profile {name} in {path}")
    values = Values(check_profile(table, name, path), str(path), name)
    present = [key for key in SECRETS if key in values.values and not (key == "private_key" and not _is_pem(values))]
    if present and mode & 0o077 and sys.platform != "win32":
        raise ConfigurationError(
            f"{path} must be readable by its owner only, as it has {present[0]} of profile {name} (got mode "
            f"{mode:04o}); run chmod 600 {path}"
        )
    return values


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


def config_path(environ: Mapping[str, str]) -> Path:
    """Return the path of the file of profiles."""
    return config_folder(environ) / "config.toml"


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the user's folder for settings."""
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "anaplan"
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "anaplan"


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


def check_profile(table: Mapping[str, object], name: str, path: Path) -> dict[str, str | float | bool]:
    """Return the values of a profile, with the paths of files made absolute.

    Raises:
        ConfigurationError: A key is unknown or has a wrong value.
    """
    known = (*TEXTS, *NUMBERS, *FLAGS)
    values: dict[str, str | float | bool] = {}
    for key, value in table.items():
        where = f"{key} of profile {name} in {path}"
        if key not in known:
            similar = get_close_matches(key, known, 1)
            hint = f"did you mean {similar[0]}?" if similar else f"use {', '.join(sorted(known))}"
            raise ConfigurationError(f"{where} is unknown; {hint}")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        is_fit = is_number if key in NUMBERS else isinstance(value, bool if key in FLAGS else str)
        if not is_fit or value == "":
            kind = "a number" if key in NUMBERS else "true or false" if key in FLAGS else "text that is not empty"
            raise ConfigurationError(f"{where} must be {kind} (got {type(value).__name__})")
        fit = cast("str | float | bool", value)
        if key in PATHS and isinstance(fit, str) and "-----BEGIN" not in fit:
            fit = str(path.parent / Path(fit).expanduser())
        values[key] = fit
    return values


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


def _is_pem(values: Values) -> bool:
    return "-----BEGIN" in (values.text("private_key") or "")


def _read_file(path: Path) -> tuple[Mapping[str, object], int]:
    """Return the content of a file of profiles, and its mode."""
    problem = ""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            return tomllib.load(file), mode
    except FileNotFoundError:
        problem = "does not exist"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        problem = "must be text in UTF-8"
    except tomllib.TOMLDecodeError as error:
        # Where, and not what: the text may have a secret.
        position = re.search(r"\(at [^()]*\)$", str(error))
        problem = f"must be TOML {position[0] if position else ''}".rstrip()
    # Outside of the handlers, whose errors hold the text.
    raise ConfigurationError(f"{path} {problem}")


def _table(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{where} must be a table")
    return cast("Mapping[str, object]", value)


def _describe_missing(environ: Mapping[str, str]) -> str:
    names: Iterable[str] = (PREFIX + key.upper() for key in (*TEXTS, *NUMBERS))
    known = {*names, PREFIX + "PROFILE"}
    ways = [" and ".join(PREFIX + key.upper() for key in needed) for needed, _ in WAYS.values()]
    ways.insert(3, PREFIX + "PROFILE")
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    hints = [f"{name}: did you mean {near[0]}?" for name in unknown if (near := get_close_matches(name, known, 1))]
    return "; ".join([f"no sign-in is set: set {', '.join(ways[:-1])}, or {ways[-1]}", *hints])
