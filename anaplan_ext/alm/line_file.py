"""Files of JSON lines next to a plan, to which lines are only appended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from .promotion_errors import PlanError


def next_to(path: Path, suffix: str) -> Path:
    """Return the path of a file next to a plan."""
    return path.with_name(f"{path.name}.{suffix}")


def read_lines(path: Path) -> list[dict[str, object]]:
    """Return the lines of a file; none if there is no file.

    A last line without an end was not written completely, and does not count.

    Raises:
        PlanError: A complete line is no JSON object.
        OSError: The file cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    return [_parse(path, number, line) for number, line in enumerate(content.split(b"\n")[:-1], 1)]


def _parse(path: Path, number: int, line: bytes) -> dict[str, object]:
    try:
        value: object = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise PlanError(f"{path} must have one JSON object per line (line {number} is damaged)")
    return cast("dict[str, object]", value)


def append_line(path: Path, entry: Mapping[str, object], *, new: bool = False) -> None:
    """Append a line, and return when it is on the disk. Only the user can read the file.

    Args:
        path: The file.
        entry: The line.
        new: Whether the file must not exist yet.

    Raises:
        FileExistsError: The file exists, although it must be new.
        OSError: The file cannot be written, or is a symbolic link.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | (os.O_EXCL if new else 0)
    existed = path.exists()
    descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), 0o600)
    try:
        line = f"{json.dumps(entry)}\n".encode()
        if os.write(descriptor, line) != len(line):
            raise OSError(f"{path} could not be written completely")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if not existed:
        _sync_folder(path.parent)


def cut_unfinished(path: Path) -> None:
    """Remove a last line that was not written completely. Nothing happens without a file."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole != len(content):
        os.truncate(path, whole)


def _sync_folder(folder: Path) -> None:
    """Write the entry of a new file to the disk, where the system can do that."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
