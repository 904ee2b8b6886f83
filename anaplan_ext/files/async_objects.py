"""File objects of the asynchronous client. `sync_objects.py` has the same names; keep the two alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..concurrency import _async as concurrency
from .temporary import TemporaryContent

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def open_reader(pieces: AsyncIterator[bytes], name: str) -> Reader:
    """Return a file object that reads pieces in order. Closing it ends the download."""
    return Reader(pieces, name)


def open_writer(commit: Callable[[Path], Awaitable[None]], name: str) -> Writer:
    """Return a file object whose content is passed to `commit` as a path when it is closed."""
    return Writer(commit, name)


class Reader:
    """A file that is read in order: by `read`, or by iterating over its pieces."""

    def __init__(self, pieces: AsyncIterator[bytes], name: str) -> None:
        self.name: str = name
        self._pieces = pieces
        self._rest = bytearray()
        self.closed: bool = False

    async def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, fewer at the end only, or everything that is left."""
        if self.closed:
            raise ValueError("read of a closed file")
        while size < 0 or len(self._rest) < size:
            piece = await anext(self._pieces, None)
            if piece is None:
                size = len(self._rest)
                break
            self._rest += piece
        content = bytes(self._rest[:size])
        del self._rest[:size]
        return content

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """Return the next piece."""
        if self._rest:
            return await self.read(len(self._rest))
        if self.closed:
            raise ValueError("read of a closed file")
        return await anext(self._pieces)

    async def aclose(self) -> None:
        """End the download."""
        self.closed = True
        async with concurrency.closing(self._pieces):
            self._rest.clear()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class Writer:
    """A file whose content is uploaded when it is closed, and not after an error."""

    def __init__(self, commit: Callable[[Path], Awaitable[None]], name: str) -> None:
        self.name: str = name
        self._commit = commit
        self._content = TemporaryContent(name)

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._content.state != "open"

    async def write(self, content: ReadableBuffer) -> int:
        """Add content, and return its size in bytes."""
        return await concurrency.run_in_thread(self._content.write, content)

    async def aclose(self) -> None:
        """Upload the content, unless an error is being handled that came after the file was opened."""
        try:
            if self._content.finish():
                await self._commit(self._content.path)
        finally:
            self._content.discard()

    def discard(self) -> None:
        """Close the file without an upload. Anaplan keeps its previous content."""
        self._content.discard()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            await self.aclose()
        else:
            self.discard()
