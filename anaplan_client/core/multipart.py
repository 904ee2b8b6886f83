"""Encode a multipart body: texts and files under their names."""

import secrets
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from typing import TypeAlias

from .request import Content, Parameter, encode_query

File: TypeAlias = tuple[Content | None, str]
"""The content of a file, or None without one, and its media type."""

_END = b"\r\n"


def encode_multipart(texts: Mapping[str, Parameter | None], files: Mapping[str, File]) -> tuple[str, Content]:
    """Return the content type and the content of a multipart body. None is omitted.

    Content in memory is not copied, and can be sent again. Any other is read while it is sent.

    Raises:
        ValueError: UTF-8 cannot encode a text.
    """
    boundary = secrets.token_hex(16)
    parts: list[Content] = []
    for name, text in encode_query(texts, repeated=tuple(texts)).items():
        parts += [_head(boundary, name) + entry.encode() + _END for entry in text]
    for name, (content, media_type) in files.items():
        if content is not None:
            details = f'; filename="{_quote(name)}"\r\nContent-Type: {media_type}'
            parts += [_head(boundary, name, details), content, _END]
    parts.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", _join(parts)


def _head(boundary: str, name: str, details: str = "") -> bytes:
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{_quote(name)}"{details}\r\n\r\n'.encode()


def _quote(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _join(parts: list[Content]) -> Content:
    if any(isinstance(part, AsyncIterable) for part in parts):
        return _iterate_async(parts)
    if all(isinstance(part, bytes | memoryview | list | tuple) for part in parts):
        return list(_iterate(parts))
    return _iterate(parts)


def _iterate(parts: list[Content]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, bytes | memoryview):
            yield bytes(part)
        elif isinstance(part, Iterable):
            yield from part


async def _iterate_async(parts: list[Content]) -> AsyncIterator[bytes]:
    for part in parts:
        if isinstance(part, AsyncIterable):
            async for piece in part:
                yield piece
        else:
            for piece in _iterate([part]):
                yield piece
