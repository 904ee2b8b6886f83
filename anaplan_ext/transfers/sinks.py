"""Where the content of a download goes as it arrives: memory, or a file."""

import errno
import os
import stat
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Protocol, TypeAlias

from attrs import define, field

Piece: TypeAlias = bytes | memoryview


class UnevenChunksError(Exception):
    """A chunk that is neither as large as the others nor the last, so that its offset is not known in advance."""


class ChunkSink(Protocol):
    """Room for the content of a file. Safe to share between threads."""

    def allocate(self, size: int) -> None:
        """Make room, before anything is written; it may turn out to be too much."""

    def write(self, offset: int, piece: Piece) -> None:
        """Write a piece at an offset."""


@define
class MemorySink:
    """One buffer for the whole content, which is not copied to be handed out."""

    _buffer: BytesIO = field(factory=BytesIO)

    def allocate(self, size: int) -> None:
        """Take address space; memory follows when it is written to."""
        self._buffer = BytesIO(bytes(size))

    def write(self, offset: int, piece: Piece) -> None:
        """Copy a piece into the buffer."""
        with self._buffer.getbuffer() as view:
            view[offset : offset + len(piece)] = piece

    def content(self, size: int) -> bytes:
        """Return so many bytes of the content, and end the use of the buffer."""
        self._buffer.truncate(size)
        return self._buffer.getvalue()


@define
class FileSink:
    """A file beside the one that is wanted, which takes its name when the content is complete."""

    _target: Path
    _part: Path
    _file: int = -1

    def open(self) -> None:
        """Create the file. Raises `OSError` if it cannot be created."""
        self._file = os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o666)

    def allocate(self, size: int) -> None:
        """Do nothing: a file grows where it is written to."""

    def write(self, offset: int, piece: Piece) -> None:
        """Write a piece at an offset. Raises `OSError` where the disk is full, among others."""
        left = memoryview(piece)
        while left:
            written = _write_at(self._file, left, offset)
            left, offset = left[written:], offset + written

    def keep(self, size: int) -> None:
        """Cut the file to its size and give it its name; a file that it replaces leaves it its mode."""
        os.ftruncate(self._file, size)
        with suppress(FileNotFoundError):
            mode = stat.S_IMODE(self._target.stat().st_mode)
            if hasattr(os, "fchmod"):
                os.fchmod(self._file, mode)
        self._close()
        self._part.replace(self._target)

    def discard(self) -> None:
        """Remove what was not kept."""
        try:
            self._close()
        finally:
            self._part.unlink(missing_ok=True)

    def _close(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


def file_sink(path: Path) -> FileSink:
    """Return the file that content is written to before it is complete; it has yet to be opened.

    A symbolic link stays: the file that it names is replaced.

    Raises:
        IsADirectoryError: if the path is that of a folder.
    """
    target = path.resolve() if path.is_symlink() else path
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "path must name a file, not a folder", str(path))
    return FileSink(target, target.with_name(f".{target.name}.{token_hex(4)}.part"))


_seeking = Lock()


def _write_at(file: int, piece: memoryview, offset: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(file, piece, offset)
    with _seeking:  # Windows
        os.lseek(file, offset, os.SEEK_SET)
        return os.write(file, piece)


@define
class ChunkPlacer:
    """Say where chunks belong that arrive in any order: at the index times the size that all but the last have.

    A chunk may be placed again, after it broke off. Safe to share between threads.
    """

    count: int
    sink: ChunkSink
    _size: int | None = None
    _last_size: int = 0
    _last: bytes | None = None
    _lock: Lock = field(factory=Lock)

    def offset(self, index: int, length: int) -> int | None:
        """Return the offset of a chunk, or None for a last chunk that comes first: it is `hold`ed back.

        Raises `UnevenChunksError` for a chunk whose offset depends on the sizes of others.
        """
        is_last = index == self.count - 1
        with self._lock:
            if self._size is None and (not is_last or self.count == 1):
                self.sink.allocate(length * self.count)
                self._size = length
            size = self._size
        if is_last:
            self._last_size = length
        if size is None:
            return None
        if length == size or (is_last and length < size):
            return index * size
        raise UnevenChunksError

    def hold(self, content: bytes) -> None:
        """Keep the last chunk until the others have told where it belongs."""
        self._last = content

    def finish(self) -> int:
        """Write what was held back, and return the size of the whole."""
        size = self._size or 0
        if self._last is not None:
            if self._last_size > size:
                raise UnevenChunksError
            self.sink.write(size * (self.count - 1), self._last)
        return size * (self.count - 1) + self._last_size
