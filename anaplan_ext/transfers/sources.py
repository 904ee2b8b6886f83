"""Read content in ranges or pieces. Reading may block: it is done where the chunk is compressed."""

import os
from collections.abc import Callable, Iterable, Iterator
from io import FileIO
from stat import S_ISREG
from threading import Lock
from typing import Protocol, TypeAlias, TypeVar, cast

from ..concurrency.batching import BLOCK
from .chunking import Piece, encoded_text, in_blocks

C = TypeVar("C")

SizedContent: TypeAlias = str | bytes | bytearray | memoryview | os.PathLike[str]
"""Content whose size is known: text, bytes, or the path of a file."""


class ContentChangedError(ValueError):
    """A file has other content than when the upload began."""


class SizedSource(Protocol):
    """Content of known length in bytes, of which ranges can be read from several threads."""

    @property
    def length(self) -> int:
        """Bytes of the content, once it is open."""
        ...

    def open(self) -> None:
        """Begin the use of the content; raise `OSError` or `ValueError` for what cannot be read."""
        ...

    def read(self, start: int, end: int) -> Iterable[Piece]:
        """Return a range; raise `ContentChangedError` if it is not what it was at the beginning."""
        ...

    def check_unchanged(self) -> None:
        """Raise `ContentChangedError` if the content was changed since it was opened."""
        ...

    def close(self) -> None:
        """End the use of the content."""
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
        self._view = memoryview(encoded_text(content) if isinstance(content, str) else content).cast("B")

    def read(self, start: int, end: int) -> list[Piece]:
        """Return a range."""
        return in_blocks(self._view[start:end])

    def check_unchanged(self) -> None:
        """Do nothing: the caller's memory is the caller's."""

    def close(self) -> None:
        """Do nothing: garbage is collected."""


class FileSource:
    """A file that is opened once, so that what takes its place meanwhile is not mixed into it."""

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
        """Open the file. Raises `OSError` if that cannot be done."""
        self._file = FileIO(self._name)
        self._state = _state_of(self._file.fileno())

    def read(self, start: int, end: int) -> Iterator[Piece]:
        """Yield a range in blocks."""
        at = start
        while at < end:
            block = self._read_at(at, min(BLOCK, end - at))
            if not block:
                break
            at += len(block)
            yield block
        # What was read is as it was at the beginning, for a change of it would show by now.
        self.check_unchanged()
        if at < end:
            raise ContentChangedError(f"content: {self._name} was cut off while it was read")

    def check_unchanged(self) -> None:
        """Raise `ContentChangedError` if the file was written to since it was opened."""
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


def sized_source(content: object) -> SizedSource | None:
    """Return content of a kind whose size is known, to be opened; None for any other."""
    if isinstance(content, os.PathLike):
        return FileSource(cast("os.PathLike[str]", content))
    if isinstance(content, str | bytes | bytearray | memoryview):
        return MemorySource(cast("str | bytes | bytearray | memoryview", content))
    return None


def _state_of(descriptor: int) -> tuple[int, int]:
    """The size and the time of the last change."""
    status = os.fstat(descriptor)
    return status.st_size, status.st_mtime_ns


def _check_same(name: str, before: tuple[int, int], now: tuple[int, int]) -> None:
    if now != before:
        size = f"it had {before[0]} bytes, it has {now[0]}" if now[0] != before[0] else "it was written to"
        raise ContentChangedError(f"content: {name} was changed while it was read: {size}")


class _Readable(Protocol):
    def read(self, size: int, /) -> str | bytes | None: ...


def pieces_of(content: C) -> C | Iterator[str | bytes]:
    """Read an open file in blocks, since it would be gone through line by line; return anything else as it is."""
    # Asynchronous files, which are gone through otherwise, have no __iter__.
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
        raise BlockingIOError("the file is in non-blocking mode, and had nothing to read")


def _read_piece(file: _Readable) -> str | bytes | None:
    try:
        return file.read(BLOCK)
    except UnicodeDecodeError as error:
        encoding = error.encoding
    # Raised outside of the handler: the error about bytes holds the bytes.
    raise ValueError(
        f"content must be text in the encoding of the open file (got bytes that are not {encoding}); "
        "open the file with its encoding, or in binary mode to send its bytes as they are"
    )


def _regular_descriptor(file: object) -> int | None:
    """The descriptor of an open file on a disk; None for anything else that can be read."""
    try:
        descriptor = int(getattr(file, "fileno")())  # noqa: B009 (what can be read need not have it)
        return descriptor if S_ISREG(os.fstat(descriptor).st_mode) else None
    except (AttributeError, OSError, TypeError, ValueError):
        return None


def consume_once(pieces: list[Piece]) -> Callable[[], Iterator[Piece]]:
    """Hand pieces out once, and let go of each, so that they are not held beside their compressed form."""

    def read() -> Iterator[Piece]:
        while pieces:
            yield pieces.pop(0)

    return read
