"""Share a rate limit among the processes of one machine, in a small locked file.

The clock is the system's monotonic one, which all processes of a machine share. The lock is one of the operating
system, which ends with the process that holds it.
"""

from __future__ import annotations

import os
import struct
import sys
import time
import weakref
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import TypeVar

from ..concurrency.file_lock import try_lock, unlock
from . import clock
from .errors import RateLimitStoreError
from .rate_limit import RateLimit
from .rate_state import RateState, Turn, slow_down, take_turn

R = TypeVar("R")

LOCK_TIMEOUT_SECONDS = 5.0
"""Maximum seconds to wait for the lock, which others hold for microseconds."""
LOCK_POLL_SECONDS = 0.0002
"""Interval between two attempts to acquire the lock."""
_RECORD = struct.Struct("<8sddd")
_MAGIC = b"anaplan1"

if sys.platform == "win32":

    def _read(descriptor: int) -> bytes:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return os.read(descriptor, _RECORD.size + 1)

    def _write(descriptor: int, content: bytes) -> int:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return os.write(descriptor, content)

else:

    def _read(descriptor: int) -> bytes:
        return os.pread(descriptor, _RECORD.size + 1, 0)

    def _write(descriptor: int, content: bytes) -> int:
        return os.pwrite(descriptor, content, 0)


class FileRateStore:
    """The state of a limit in a file. It is opened by the first turn, and again if it was deleted."""

    is_remote = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._closer: weakref.finalize[[int], FileRateStore] | None = None

    def take_turn(self, limit: RateLimit, now: float) -> Turn:
        """Take the next turn, which may be in the future."""

        def take(state: RateState) -> tuple[RateState, Turn]:
            return take_turn(state, limit.per_second, limit.burst, now)

        return self._change(take)

    def last_throttled(self, now: float) -> float:
        """Return the time of the last 429 that lowered the rate."""
        return self._change(lambda state: (state, state.throttled_at))

    def slow_down(self, sent: float, now: float, pause: float) -> None:
        """Record a 429 for a request sent at `sent`, and give no turn for `pause` seconds."""
        self._change(lambda state: (slow_down(state, sent, now, pause), None))

    def after_fork(self) -> None:
        """Open the file again: a child that inherits the open file would share the lock of its parent."""
        self.close()

    def close(self) -> None:
        """Close the file. A later call opens it again."""
        if self._closer is not None:
            self._closer()
        self._descriptor = self._closer = None

    def _change(self, function: Callable[[RateState], tuple[RateState, R]]) -> R:
        """Replace the state by what a function returns for it, and return the second thing that it returns."""
        try:
            try:
                descriptor = self._lock()
                before = self._load(descriptor)
                after, result = function(before)
                if after is not before:
                    self._save(descriptor, after)
                return result
            finally:
                # Also after an interrupt of the wait, which may have come just after the lock.
                if self._descriptor is not None:
                    unlock(self._descriptor)
        except OSError as error:
            raise self._error(error.strerror or type(error).__name__) from None

    def _lock(self) -> int:
        """Return the descriptor of the file, which is locked."""
        while True:
            descriptor = self._open() if self._descriptor is None else self._descriptor
            self._wait_for_lock(descriptor)
            if os.fstat(descriptor).st_nlink:
                return descriptor
            # Deleted: those who come later have another file of this name.
            self.close()

    def _wait_for_lock(self, descriptor: int) -> None:
        deadline: float | None = None
        while True:
            try:
                return try_lock(descriptor)
            except (BlockingIOError, PermissionError):
                deadline = deadline or clock.now() + LOCK_TIMEOUT_SECONDS
                if clock.now() > deadline:
                    raise self._error(f"locked by another process for {LOCK_TIMEOUT_SECONDS:g} s") from None
                time.sleep(LOCK_POLL_SECONDS)

    def _open(self) -> int:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        self._descriptor = os.open(self._path, flags, 0o666)
        self._closer = weakref.finalize(self, os.close, self._descriptor)
        return self._descriptor

    def _load(self, descriptor: int) -> RateState:
        content = _read(descriptor)
        if len(content) == _RECORD.size:
            magic, *values = _RECORD.unpack(content)
            if magic == _MAGIC and 0 < values[2] <= 1 and not isnan(values[0] + values[1]):
                return RateState(*values)
        # A new file; or one that a power failure has left without its content.
        if not content.strip(b"\0"):
            return RateState()
        raise self._error("not a file of a rate limit; delete it, or name another one")

    def _save(self, descriptor: int, state: RateState) -> None:
        content = _RECORD.pack(_MAGIC, state.next_turn, state.throttled_at, state.ceiling)
        if _write(descriptor, content) != len(content):
            raise self._error("the disk is full")

    def _error(self, reason: str) -> RateLimitStoreError:
        return RateLimitStoreError(f"the rate limit in {self._path} cannot be used: {reason}")
