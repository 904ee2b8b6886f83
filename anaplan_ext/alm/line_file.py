"""Files of JSON lines next to a plan, to which lines are only appended."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from ..concurrency.file_lock import try_lock
from ..transport import clock
from .promotion_errors import PlanError, PlanLockedError

LOCK_POLL_SECONDS = 0.02
"""Interval between two attempts to acquire a lock."""


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


def append_line(path: Path, entry: Mapping[str, object]) -> None:
    """Append a line, and return when it is on the disk. Only the user can read the file.

    Raises:
        OSError: The file cannot be written, or is a symbolic link.
    """
    descriptor = _open(path)
    try:
        line = f"{json.dumps(entry)}\n".encode()
        if os.write(descriptor, line) != len(line):
            raise OSError(f"{path} could not be written completely")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def lock_lines(path: Path, message: str, seconds: float = 0) -> Generator[None]:
    """Lock a file, which is created if there is none. The lock ends with the process, also when it is killed.

    Args:
        path: The file.
        message: What the error says if another run holds the lock.
        seconds: Maximum seconds to wait for the lock.

    Raises:
        PlanLockedError: Another run holds the lock.
        OSError: The file cannot be created or locked, or is a symbolic link.
    """
    descriptor = _open(path)
    try:
        _wait_for_lock(path, descriptor, message, seconds)
        yield
    finally:
        os.close(descriptor)


def _wait_for_lock(path: Path, descriptor: int, message: str, seconds: float) -> None:
    deadline = clock.now() + seconds
    while True:
        try:
            return try_lock(descriptor)
        except (BlockingIOError, PermissionError):
            if clock.now() >= deadline:
                raise PlanLockedError(message) from None
        except OSError as error:
            raise OSError(error.errno, f"it cannot be locked: {error.strerror}", os.fspath(path)) from error
        time.sleep(LOCK_POLL_SECONDS)


def _open(path: Path) -> int:
    """Open a file to append lines. The entry of a new one is on the disk."""
    existed = path.exists()
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    if not existed:
        _sync_folder(path.parent)
    return descriptor


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
