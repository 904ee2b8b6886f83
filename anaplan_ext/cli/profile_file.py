"""Change profiles in their file. What is not changed stays as it is, comments included. It needs the extra `cli`."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias, cast

from ..client.errors import ConfigurationError
from ..client.profiles import check_profile, list_profiles, read_values

Value: TypeAlias = str | float | bool


def change_profile(path: Path, name: str, changes: Mapping[str, Value | None]) -> None:
    """Set the keys of a profile, and delete those whose value is None. The file is replaced as a whole, with mode 0600.

    Args:
        path: Path of the file, which is created if it does not exist.
        name: Name of the profile, which is created if it does not exist.
        changes: New values by their keys.

    Raises:
        ConfigurationError: The file cannot be read, or a key is unknown or has a wrong value; nothing is written.
        OSError: The file cannot be written.
        ImportError: The extra `cli` is not installed.
    """
    check_profile({key: value for key, value in changes.items() if value is not None}, name, path)
    if name in list_profiles(path):
        read_values(name, path)  # raises for a file that others can read
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    edited = edit_profile(text, name, changes)
    if _parse(edited) != _apply(_parse(text), name, changes):
        raise ConfigurationError(f"{path} is written in a form that cannot be changed here; edit profile {name} in it")
    _replace(path, edited)


def edit_profile(text: str, name: str, changes: Mapping[str, Value | None]) -> str:
    """Return the text of a file of profiles with the changes."""
    if find_spec("tomlkit") is None:
        raise ImportError("to change profiles needs an extra: pip install 'anaplan-client[cli]'")
    import tomlkit
    from tomlkit.items import InlineTable

    document = tomlkit.parse(text)
    profiles = document.setdefault("profile", tomlkit.table(is_super_table=True))
    if name not in profiles:
        profiles[name] = tomlkit.inline_table() if isinstance(profiles, InlineTable) else tomlkit.table()
    table = profiles[name]
    for key, value in changes.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    return tomlkit.dumps(document)


def _parse(text: str) -> dict[str, object]:
    """Return what a text says; nothing for one that is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _apply(content: dict[str, object], name: str, changes: Mapping[str, Value | None]) -> dict[str, object]:
    profiles = cast("dict[str, dict[str, object]]", content.get("profile", {}))
    table = {key: value for key, value in profiles.get(name, {}).items() if key not in changes}
    table |= {key: value for key, value in changes.items() if value is not None}
    return {**content, "profile": {**profiles, name: table}}


def _replace(path: Path, text: str) -> None:
    target = Path(os.path.realpath(path))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            if sys.platform != "win32":
                os.fchmod(descriptor, 0o600)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, target)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
