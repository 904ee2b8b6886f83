"""Where the chunks of a download are put as they arrive: in memory, or in a file."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Protocol

from attrs import define, field

from anaplan_client.core import Read

PIECE = 1 << 20
"""Bytes that are read from a connection at a time."""
Tell = Callable[[int], object]
"""Called with the size of each piece that was put in place."""


class UnevenChunks(Exception):
    """A chunk that is neither as large as the others nor the last, so that its place is not known in advance."""


class Place(Protocol):
    """Room for the content of a file."""

    def reserve(self, size: int) -> None:
        """Makes room, before anything is put in; it may turn out to be too much."""

    def fill(self, at: int, length: int, read: Read, tell: Tell) -> None:
        """Reads so many bytes into the place from an offset on."""


@define
class InMemory:
    """One buffer for the whole content, which is not copied to be handed out."""

    _buffer: BytesIO = field(factory=BytesIO)

    def reserve(self, size: int) -> None:
        """Takes no memory until it is written to."""
        self._buffer = BytesIO(bytes(size))

    def fill(self, at: int, length: int, read: Read, tell: Tell) -> None:
        """Reads straight into the buffer."""
        end = at + length
        # Each view is released whatever happens: a buffer that goes with one in use complains, as of Python 3.13.
        with self._buffer.getbuffer() as view:
            while at < end:
                with view[at : min(at + PIECE, end)] as piece:
                    got = read(piece)
                tell(got)
                at += got

    def content(self, size: int | None = None) -> bytes:
        """Hands out the content, or so many bytes of it, and ends the use of the buffer."""
        if size is not None:
            self._buffer.truncate(size)
        return self._buffer.getvalue()


@define
class OnDisk:
    """A file that is made for the purpose; holds one piece for each chunk that is being read."""

    path: Path
    _file: int = -1

    def open(self) -> None:
        """Makes the file; raises `OSError` if it is there or cannot be made."""
        self._file = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o666)

    def reserve(self, size: int) -> None:
        """Nothing has to be done; a file grows where it is written to."""

    def fill(self, at: int, length: int, read: Read, tell: Tell) -> None:
        """Reads and writes piece by piece."""
        piece = memoryview(bytearray(min(PIECE, length)))
        end = at + length
        while at < end:
            got = read(piece[: min(PIECE, end - at)])
            self.write(at, piece[:got])
            tell(got)
            at += got

    def write(self, at: int, piece: bytes | memoryview) -> None:
        """Writes a piece at an offset."""
        while piece:
            written = _write_at(self._file, piece, at)
            piece, at = piece[written:], at + written

    def keep(self, size: int, path: Path) -> None:
        """Cuts the file to its size and gives it its name, in place of what had that."""
        os.ftruncate(self._file, size)
        self._close()
        self.path.replace(path)

    def discard(self) -> None:
        """Removes the file unless it was kept."""
        if self._file >= 0:
            self._close()
            self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        file, self._file = self._file, -1
        os.close(file)


_seeking = Lock()


def _write_at(file: int, piece: bytes | memoryview, at: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(file, piece, at)
    with _seeking:  # Windows
        os.lseek(file, at, os.SEEK_SET)
        return os.write(file, piece)


@define
class Chunks:
    """Puts chunks that come in any order where they belong: at the index times the size that all but the last have.

    Called from many threads. A chunk may be put in again, after it broke off.
    """

    count: int
    place: Place
    _size: int | None = None
    _last: bytes | None = None
    _last_size: int = 0
    _lock: Lock = field(factory=Lock)

    def put(self, index: int, length: int, read: Read, tell: Tell) -> None:
        """Reads a chunk into its place. Raises `UnevenChunks` where that is not known."""
        is_last = index == self.count - 1
        with self._lock:
            if self._size is None and (not is_last or self.count == 1):
                self.place.reserve(length * self.count)
                self._size = length
            size = self._size
        if is_last:
            self._last_size = length
        if size is None:
            # The last one came first.
            whole = InMemory()
            whole.reserve(length)
            whole.fill(0, length, read, tell)
            self._last = whole.content()
        elif length == size or (is_last and length < size):
            self.place.fill(index * size, length, read, tell)
        else:
            raise UnevenChunks

    def finish(self) -> int:
        """Puts in what is still outside, and returns the size of the whole."""
        size = self._size or 0
        if self._last is not None:
            if self._last_size > size:
                raise UnevenChunks
            self.place.fill(size * (self.count - 1), self._last_size, BytesIO(self._last).readinto, lambda _: None)
        return size * (self.count - 1) + self._last_size
