"""Write the content of a download to memory or a file as it arrives."""

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
    """A chunk other than the last has another size than the others, so that offsets are not known in advance."""


class ChunkSink(Protocol):
    """A buffer for the content of a file. Safe to share between threads."""

    def allocate(self, size: int) -> None:
        """Allocate at least the size of the content, before the first write."""

    def write(self, offset: int, piece: Piece) -> None:
        """Write a piece at an offset."""


@define
class MemorySink:
    """One buffer for the whole content, which is returned without a copy."""

    _buffer: BytesIO = field(factory=BytesIO)

    def allocate(self, size: int) -> None:
        """Reserve address space; the system provides the memory when it is written to."""
        self._buffer = BytesIO(bytes(size))

    def write(self, offset: int, piece: Piece) -> None:
        """Copy a piece into the buffer."""
        with self._buffer.getbuffer() as view:
            view[offset : offset + len(piece)] = piece

    def content(self, size: int) -> bytes:
        """Return the first `size` bytes of the content; the sink cannot be used afterwards."""
        self._buffer.truncate(size)
        return self._buffer.getvalue()


@define
class FileSink:
    """A temporary file next to its target, which replaces the target when the content is complete."""

    _target: Path
    _part: Path
    _file: int = -1

    @property
    def part(self) -> Path:
        """Return the path of the temporary file."""
        return self._part

    def open(self) -> None:
        """Create the file. Raises `OSError` if it cannot be created."""
        self._file = os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o666)

    def allocate(self, size: int) -> None:
        """Do nothing: a file grows as it is written."""

    def write(self, offset: int, piece: Piece) -> None:
        """Write a piece at an offset. Raises `OSError`, for example if the disk is full."""
        left = memoryview(piece)
        while left:
            written = _write_at(self._file, left, offset)
            left, offset = left[written:], offset + written

    def keep(self, size: int) -> None:
        """Truncate the file to its size, and replace the target with it; the mode of the target stays."""
        os.ftruncate(self._file, size)
        with suppress(FileNotFoundError):
            mode = stat.S_IMODE(self._target.stat().st_mode)
            if hasattr(os, "fchmod"):
                os.fchmod(self._file, mode)
        self._close()
        self._part.replace(self._target)

    def discard(self) -> None:
        """Delete the file unless it was kept."""
        try:
            self._close()
        finally:
            self._part.unlink(missing_ok=True)

    def _close(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


def create_file_sink(path: Path) -> FileSink:
    """Return the unopened sink for a path. A symbolic link stays: the file that it points to is replaced.

    Raises:
        IsADirectoryError: if the path is a directory.
    """
    target = path.resolve() if path.is_symlink() else path
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "path must be that of a file, not of a directory", str(path))
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
    """Place chunks that arrive in any order: at their index times the size that all chunks but the last have.

    A chunk may be placed again after a retry. Safe to share between threads.
    """

    count: int
    sink: ChunkSink
    _size: int | None = None
    _last_size: int = 0
    _last: bytes | None = None
    _lock: Lock = field(factory=Lock)

    def get_offset(self, index: int, length: int) -> int | None:
        """Return the offset of a chunk, or None for a last chunk that arrives first: pass its content to `hold`.

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
        """Hold the last chunk until the size of the others is known."""
        self._last = content

    def finish(self) -> int:
        """Write a held chunk, and return the size of the content."""
        size = self._size or 0
        if self._last is not None:
            if self._last_size > size:
                raise UnevenChunksError
            self.sink.write(size * (self.count - 1), self._last)
        return size * (self.count - 1) + self._last_size
