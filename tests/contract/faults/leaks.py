"""Holding a piece of a test run to leaving no thread and no socket behind."""

import gc
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def no_leaks() -> Iterator[None]:
    """Fails if threads or open files are left that were not there before; sockets may take a moment to close."""
    threads, files = set(threading.enumerate()), open_files()
    yield
    until = time.monotonic() + 10
    while left := leftovers(threads, files):
        assert time.monotonic() < until, left
        gc.collect()
        time.sleep(0.01)


def leftovers(threads: set[threading.Thread], files: set[str]) -> list[str]:
    """The threads and files that are there beyond the given ones."""
    return [thread.name for thread in set(threading.enumerate()) - threads] + sorted(open_files() - files)


def open_files() -> set[str]:
    """The sockets of this process, where the system tells."""
    found: set[str] = set()
    for link in Path("/proc/self/fd").glob("*"):
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found
