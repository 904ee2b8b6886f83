"""File objects of the synchronous client. `async_objects.py` has the same names; keep the two alike."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn

from .modes import NO_SEEK
from .temporary import TemporaryContent

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

BUFFER_BYTES = 1 << 18
"""Size of the buffer of a reader."""


def open_reader(pieces: Iterator[bytes], name: str) -> Reader:
    """Return a file object that reads pieces in order. Closing it ends the download."""
    return Reader(PieceReader(pieces, name), BUFFER_BYTES)


def open_writer(commit: Callable[[Path], None], name: str) -> Writer:
    """Return a file object whose content is passed to `commit` as a path when it is closed."""
    return Writer(commit, name)


class PieceReader(io.RawIOBase):
    """The bytes of an iterator, without a buffer."""

    def __init__(self, pieces: Iterator[bytes], name: str) -> None:
        super().__init__()
        self.name: str = name
        self.mode: str = "rb"
        self._pieces = pieces
        self._rest = memoryview(b"")
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read at most one piece into a buffer, and return its size; 0 at the end."""
        if self.closed:
            raise ValueError("read of a closed file")
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        view = memoryview(buffer).cast("B")
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        self._position += size
        return size

    def tell(self) -> int:
        """Return the number of bytes that have been read."""
        return self._position

    def close(self) -> None:
        """End the download."""
        if not self.closed:
            super().close()
            self._rest = memoryview(b"")
            if (close := getattr(self._pieces, "close", None)) is not None:
                close()


class Reader(io.BufferedReader):
    """A file that is read in order."""

    def seek(self, offset: int, whence: int = 0, /) -> NoReturn:
        """Raise `io.UnsupportedOperation`."""
        raise io.UnsupportedOperation(NO_SEEK)


class Writer(io.BufferedIOBase):
    """A file whose content is uploaded when it is closed, and not after an error."""

    def __init__(self, commit: Callable[[Path], None], name: str) -> None:
        super().__init__()
        self.name: str = name
        self.mode: str = "wb"
        self.autocommit: bool = True
        """Whether `close` uploads the content."""
        self._commit = commit
        self._content = TemporaryContent(name)
        self._position = 0
        self._is_abandoned = False

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, buffer: ReadableBuffer) -> int:
        """Add content, and return its size in bytes."""
        size = memoryview(buffer).nbytes if self._is_abandoned else self._content.write(buffer)
        self._position += size
        return size

    def tell(self) -> int:
        """Return the number of bytes that have been written."""
        return self._position

    def seek(self, offset: int, whence: int = 0) -> NoReturn:
        """Raise `io.UnsupportedOperation`."""
        raise io.UnsupportedOperation(NO_SEEK)

    def close(self) -> None:
        """Upload the content, unless an error is being handled that came after the file was opened."""
        if self.closed:
            return
        super().close()
        if self._content.finish() and self.autocommit:
            self.commit()

    def commit(self) -> None:
        """Upload the content of a file that is closed. `close` does it, unless `autocommit` is false."""
        try:
            if self._content.state == "complete":
                self._commit(self._content.path)
        finally:
            self.discard()

    def discard(self) -> None:
        """Close the file without an upload. Anaplan keeps its previous content."""
        super().close()
        self._content.discard()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def __del__(self) -> None:
        # A file that nobody closed is incomplete. The constructor may have failed.
        if hasattr(self, "_content"):
            self.discard()

    def _dealloc_warn(self, source: object) -> None:
        """Discard the content. A wrapper that nobody closed calls this before it writes its rest and closes."""
        self._content.discard()
        self._is_abandoned = True
