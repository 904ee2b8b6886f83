"""Bodies as each client sends and receives them. What is large goes in pieces, since httpx copies what it is given."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from io import BytesIO

from ..request import Content

PIECE = 1 << 18
"""Bytes of a body that are handed to the HTTP library at a time."""
MOST_ROOM = 1 << 26
"""Bytes that are believed to come before they do."""


class _Pieces:
    """Goes through content piece by piece, as often as it is asked to."""

    def __init__(self, view: memoryview) -> None:
        self._view = view

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._view), PIECE):
            yield bytes(self._view[start : start + PIECE])


class _Told:
    """Goes through pieces, and tells of each before it goes out: 0 at the beginning, then its size."""

    def __init__(self, pieces: Iterable[bytes], progress: Callable[[int], None]) -> None:
        self._pieces = pieces
        self._progress = progress

    def __iter__(self) -> Iterator[bytes]:
        self._progress(0)
        for piece in self._pieces:
            yield piece
            self._progress(len(piece))


class _Later:
    """Goes through pieces for the asynchronous client, as often as it is asked to."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def async_body(
    content: Content | None, progress: Callable[[int], None] | None = None
) -> bytes | AsyncIterable[bytes] | None:
    """What the asynchronous client sends; a plain iterable is read as it goes out. `progress` is as in `Request`."""
    if isinstance(content, AsyncIterable):
        return content
    body = sync_body(content, progress)
    return body if body is None or isinstance(body, bytes) else _Later(body)


def sync_body(content: Content | None, progress: Callable[[int], None] | None = None) -> bytes | Iterable[bytes] | None:
    """What the synchronous client sends. Raises `TypeError` for an asynchronous iterable."""
    if isinstance(content, AsyncIterable):
        raise TypeError("content: an asynchronous iterable can be sent by the asynchronous client only")
    if isinstance(content, bytes | memoryview) and len(content) > PIECE:
        body: bytes | Iterable[bytes] | None = _Pieces(memoryview(content).cast("B"))
    else:
        body = bytes(content) if isinstance(content, memoryview) else content
    if progress is None or body is None:
        return body
    return _Told([body] if isinstance(body, bytes) else body, progress)


def length(content: Content | None) -> int | None:
    """The size of a body in bytes, where it is known before it is sent."""
    if isinstance(content, memoryview):
        return content.nbytes
    if isinstance(content, list | tuple):
        return sum(map(len, content))
    return len(content) if isinstance(content, bytes) else None


def room(headers: Mapping[str, str], most: int) -> BytesIO:
    """Return a buffer with room for what a head announces, so that it is not moved as it grows."""
    announced = headers.get("content-length", "")
    is_plain = announced.isdecimal() and len(announced) < 19 and "content-encoding" not in headers
    return BytesIO(bytes(min(int(announced), most, MOST_ROOM) if is_plain else 0))
