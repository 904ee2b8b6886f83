"""Lock an open file by the operating system. The lock ends with the process that holds it, also when it is killed.

Two openings of a file exclude each other, also in one process.
"""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 30  # beyond the content, which nobody could read otherwise

    def try_lock(descriptor: int) -> None:
        """Lock a file, and never wait. Raise `BlockingIOError` or `PermissionError` if another opening holds it."""
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def unlock(descriptor: int) -> None:
        """Unlock a file."""
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def try_lock(descriptor: int) -> None:
        """Lock a file, and never wait. Raise `BlockingIOError` or `PermissionError` if another opening holds it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def unlock(descriptor: int) -> None:
        """Unlock a file."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)
