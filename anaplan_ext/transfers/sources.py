"""Read content in ranges or pieces. Reading may block, so it is done in the thread that compresses the chunk."""

import os
from collections.abc import Iterable, Iterator
from io import FileIO
from stat import S_ISREG
from threading import Lock
from typing import Protocol, TypeAlias, TypeVar, cast

from ..concurrency.batching import BLOCK_BYTES
from .chunking import Piece, encode_text, split_blocks

C = TypeVar("C")

SizedContent: TypeAlias = str | bytes | bytearray | memoryview | os.PathLike[str]
"""Content whose size is known: text, bytes, or the path of a file."""


class ContentChangedError(ValueError):
    """A file has changed since the upload started."""


class SizedSource(Protocol):
    """Content of known length in bytes, of which ranges can be read from several threads."""

    @property
    def length(self) -> int:
        """Bytes of the content, once it is open."""
        ...

    def open(self) -> None:
        """Open the content; raise `OSError` or `ValueError` if it cannot be read."""
        ...

    def read(self, start: int, end: int) -> Iterable[Piece]:
        """Return a range; raise `ContentChangedError` if the content has changed since it was opened."""
        ...

    def check_unchanged(self) -> None:
        """Raise `ContentChangedError` if the content has changed since it was opened."""
        ...

    def close(self) -> None:
        """Close the content."""
        ...


class MemorySource:
    """Text, which is encoded as UTF-8, or bytes, which are not copied."""

    def __init__(self, content: str | bytes | bytearray | memoryview) -> None:
        self._content = content
        self._view = memoryview(b"")

    @property
    def length(self) -> int:
        """Bytes of the content."""
        return len(self._view)

    def open(self) -> None:
        """Encode text. Raises `ValueError` for text that UTF-8 cannot encode."""
        content = self._content
        self._view = memoryview(encode_text(content) if isinstance(content, str) else content).cast("B")

    def read(self, start: int, end: int) -> list[Piece]:
        """Return a range."""
        return split_blocks(self._view[start:end])

    def check_unchanged(self) -> None:
        """Do nothing: the caller must not change the content during the upload."""

    def close(self) -> None:
        """Do nothing."""


class FileSource:
    """A file that is opened once, so that a file that replaces it is not mixed into its content."""

    def __init__(self, path: os.PathLike[str]) -> None:
        self._name = os.fsdecode(path)
        self._file: FileIO | None = None
        self._state = (0, 0)
        self._lock = Lock()

    @property
    def length(self) -> int:
        """Bytes of the content when it was opened."""
        return self._state[0]

    def open(self) -> None:
        """Open the file. Raises `OSError` if it cannot be opened."""
        self._file = FileIO(self._name)
        self._state = _state_of(self._file.fileno())

    def read(self, start: int, end: int) -> Iterator[Piece]:
        """Yield a range in blocks."""
        at = start
        while at < end:
            block = self._read_at(at, min(BLOCK_BYTES, end - at))
            if not block:
                break
            at += len(block)
            yield block
        # Checked after the last read, so that a change during the reads shows.
        self.check_unchanged()
        if at < end:
            raise ContentChangedError(f"content: {self._name} was truncated while it was read")

    def check_unchanged(self) -> None:
        """Raise `ContentChangedError` if the file has changed since it was opened."""
        _check_same(self._name, self._state, _state_of(self._opened().fileno()))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> FileIO:
        if self._file is None:
            raise ValueError(f"content: {self._name} is not open")
        return self._file

    def _read_at(self, start: int, size: int) -> bytes:
        file = self._opened()
        if hasattr(os, "pread"):
            return os.pread(file.fileno(), size, start)
        with self._lock:
            file.seek(start)
            return file.read(size)


def as_sized(content: object) -> SizedSource | None:
    """Return an unopened source for content of known size; None for any other content."""
    if isinstance(content, os.PathLike):
        return FileSource(cast("os.PathLike[str]", content))
    if isinstance(content, str | bytes | bytearray | memoryview):
        return MemorySource(cast("str | bytes | bytearray | memoryview", content))
    return None


def _state_of(descriptor: int) -> tuple[int, int]:
    """Return the size of an open file and the time of its last change."""
    status = os.fstat(descriptor)
    return status.st_size, status.st_mtime_ns


def _check_same(name: str, before: tuple[int, int], now: tuple[int, int]) -> None:
    if now != before:
        change = f"it had {before[0]} bytes, it has {now[0]}" if now[0] != before[0] else "it was written to"
        raise ContentChangedError(f"content: {name} was changed while it was read: {change}")


class _Readable(Protocol):
    def read(self, size: int, /) -> str | bytes | None: ...


def iter_pieces(content: C) -> C | Iterator[str | bytes]:
    """Read an open file in blocks, since its own iterator yields lines; return any other content as it is."""
    # Asynchronous files have no __iter__.
    is_file = hasattr(content, "read") and hasattr(content, "__iter__")
    return _read_pieces(cast("_Readable", content)) if is_file else content


def _read_pieces(file: _Readable) -> Iterator[str | bytes]:
    descriptor = _regular_descriptor(file)
    before = None if descriptor is None else _state_of(descriptor)
    while piece := _read_piece(file):
        yield piece
        if descriptor is not None and before is not None:
            _check_same(str(getattr(file, "name", "the file")), before, _state_of(descriptor))
    if piece is None:
        raise BlockingIOError("content must be a file in blocking mode (got one in non-blocking mode that had no data)")


def _read_piece(file: _Readable) -> str | bytes | None:
    try:
        return file.read(BLOCK_BYTES)
    except UnicodeDecodeError as error:
        encoding = error.encoding
    # Raised outside of the handler, since the original error holds the bytes.
    raise ValueError(
        f"content must be text in the encoding of the open file (got bytes that are not {encoding}); "
        "open the file with its encoding, or in binary mode to send its bytes as they are"
    )


def _regular_descriptor(file: object) -> int | None:
    """Return the descriptor of an open regular file; None for any other readable object."""
    try:
        descriptor = int(getattr(file, "fileno")())  # noqa: B009 (a readable object need not have it)
        return descriptor if S_ISREG(os.fstat(descriptor).st_mode) else None
    except (AttributeError, OSError, TypeError, ValueError):
        return None


def consume_once(pieces: list[Piece]) -> Iterator[Piece]:
    """Yield pieces and release each, so that they are not held together with their compressed form."""
    while pieces:
        yield pieces.pop(0)
