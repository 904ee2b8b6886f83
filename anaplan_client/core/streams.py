"""Bodies in pieces, as each client can send them."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable

from .request import Content


def async_body(content: Content | None) -> bytes | AsyncIterable[bytes] | None:
    """What the asynchronous client sends; a plain iterable is read as it goes out."""
    if isinstance(content, memoryview):
        return bytes(content)
    if content is None or isinstance(content, bytes | AsyncIterable):
        return content
    return _later(content)


def sync_body(content: Content | None) -> bytes | Iterable[bytes] | None:
    """What the synchronous client sends. Raises `TypeError` for an asynchronous iterable."""
    if isinstance(content, memoryview):
        return bytes(content)
    if isinstance(content, AsyncIterable):
        raise TypeError("content: an asynchronous iterable can be sent by the asynchronous client only")
    return content


async def _later(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
