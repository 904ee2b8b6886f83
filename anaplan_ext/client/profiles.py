"""The file of profiles: where it is, and the values of a profile in it."""

from __future__ import annotations

import os
import re
import stat
import sys
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from .configuration_keys import FLAGS, NUMBERS, PATHS, SECRETS, TEXTS, Values
from .errors import ConfigurationError


def config_path(environ: Mapping[str, str]) -> Path:
    """Return the path of the file of profiles."""
    return config_folder(environ) / "config.toml"


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the user's folder for settings."""
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "anaplan"
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "anaplan"


def list_profiles(path: Path) -> list[str]:
    """Return the names of the profiles of a file; none without a file.

    Raises:
        ConfigurationError: The file cannot be read.
    """
    if not path.exists():
        return []
    content, _ = _read_file(path)
    return list(_table(content.get("profile", {}), f"profile in {path}"))


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
