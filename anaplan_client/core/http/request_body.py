"""Request bodies as each client sends them, and buffers for response bodies.

Large content is sent in pieces, because httpx copies what it receives.
"""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import TypeAlias

from ..request import Content

PIECE_BYTES = 1 << 18
"""Size of the pieces that are passed to the HTTP library."""
MAX_PREALLOCATED_BYTES = 1 << 26
"""Maximum buffer that is allocated because of a `Content-Length`, before the content arrives."""

OnBytes: TypeAlias = Callable[[int], None]
"""A callback with the number of bytes that are sent next; see `Request.progress`."""


class _ReplayableBody:
    """The pieces of content in memory. Each iteration starts from the beginning."""

    def __init__(self, view: memoryview) -> None:
        self._view = view

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._view), PIECE_BYTES):
            yield bytes(self._view[start : start + PIECE_BYTES])


class _ProgressBody:
    """Pieces that are reported when they are sent: 0 at the start, then the size of each piece."""

    def __init__(self, pieces: Iterable[bytes], progress: OnBytes) -> None:
        self._pieces = pieces
        self._progress = progress

    def __iter__(self) -> Iterator[bytes]:
        self._progress(0)
        for piece in self._pieces:
            yield piece
            self._progress(len(piece))


class _AsyncBody:
    """Pieces for the asynchronous client. Each iteration starts from the beginning."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def build_async_body(content: Content | None, progress: OnBytes | None = None) -> bytes | AsyncIterable[bytes] | None:
    """Return the body that the asynchronous client sends. A plain iterable is read while it is sent."""
    if isinstance(content, AsyncIterable):
        return content
    body = build_sync_body(content, progress)
    return body if body is None or isinstance(body, bytes) else _AsyncBody(body)


def build_sync_body(content: Content | None, progress: OnBytes | None = None) -> bytes | Iterable[bytes] | None:
    """Return the body that the synchronous client sends. Raise `TypeError` for an asynchronous iterable."""
    if isinstance(content, AsyncIterable):
        raise TypeError("content must not be an asynchronous iterable; use the asynchronous client")
    if isinstance(content, bytes | memoryview) and len(content) > PIECE_BYTES:
        body: bytes | Iterable[bytes] | None = _ReplayableBody(memoryview(content).cast("B"))
    else:
        body = bytes(content) if isinstance(content, memoryview) else content
    if progress is None or body is None:
        return body
    return _ProgressBody([body] if isinstance(body, bytes) else body, progress)


def body_length(content: Content | None) -> int | None:
    """Return the size of a body in bytes, or None if it is only known after sending."""
    if isinstance(content, memoryview):
        return content.nbytes
    if isinstance(content, list | tuple):
        return sum(map(len, content))
    return len(content) if isinstance(content, bytes) else None


def allocate_buffer(headers: Mapping[str, str], max_bytes: int) -> BytesIO:
    """Return a buffer as large as the announced content, so that it does not move while it grows."""
    length = headers.get("content-length", "")
    is_known = length.isdecimal() and len(length) < 19 and "content-encoding" not in headers
    return BytesIO(bytes(min(int(length), max_bytes, MAX_PREALLOCATED_BYTES) if is_known else 0))
