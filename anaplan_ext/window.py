"""How many chunks are under way at once: as many as make a transfer faster, up to a limit."""

import time
from collections.abc import Callable
from threading import Lock

from attrs import define, field

FIRST = 4
MOST = 8
"""Chunks that are under way at most; a transfer holds this many and two more, and 64 MB."""
GAIN = 1.1
"""By how much a larger window must speed a transfer up to be kept."""


@define
class Window:
    """Begins small and doubles for as long as that pays: each size is tried on as many chunks as it lets through.

    What does not pay, because the link or the processors are the limit, is taken back for good. Safe to share between
    threads.
    """

    size: int = FIRST
    most: int = MOST
    clock: Callable[[], float] = time.monotonic
    _settled: bool = field(default=False, init=False)
    _best: float = field(default=0.0, init=False)
    _begun: float = field(init=False)
    _chunks: int = field(default=0, init=False)
    _bytes: int = field(default=0, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def __attrs_post_init__(self) -> None:
        self._begun = self.clock()

    def done(self, size: int) -> None:
        """Counts a chunk of so many bytes that is through."""
        with self._lock:
            if self._settled:
                return
            self._chunks, self._bytes = self._chunks + 1, self._bytes + size
            if self._chunks >= self.size:
                self._compare(self.clock())

    def _compare(self, now: float) -> None:
        rate = self._bytes / max(now - self._begun, 1e-9)
        pays = rate > self._best * GAIN
        self._settled = not pays or self.size == self.most
        if not pays:
            self.size = max(1, self.size // 2)
        elif not self._settled:
            self.size = min(self.size * 2, self.most)
        self._best, self._begun, self._chunks, self._bytes = rate, now, 0, 0


def fixed(size: int) -> Window:
    """A window that stays as it is."""
    return Window(size=size, most=size)
