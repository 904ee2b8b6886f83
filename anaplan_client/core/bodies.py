"""Reading the answers of `http.client`: into memory that is given for it, or as a whole."""

from __future__ import annotations

import http.client
import sys
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import ParamSpec, TypeVar

from attrs import frozen

from .answers import foreign
from .deadline import Deadline
from .errors import BODY_LIMIT
from .request import Into, Read
from .streams import room

P = ParamSpec("P")
R = TypeVar("R")

PACKED = "gzip"
"""The one encoding of answers that is read here."""
_PIECE = 1 << 16


@frozen
class Answer:
    """An answer's status, its headers by their names in lower case, and its content if that was not put elsewhere.

    Of one that is not what was asked for the beginning is read; one with an encoding in its headers is not read at all.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    cut: bool = False
    """Whether no more than the beginning was read."""


class Lost(Exception):
    """A connection that could not be made, or broke; the cause is the error of the network."""

    def __init__(self, cause: Exception, connected: bool) -> None:
        super().__init__(cause, connected)
        self.cause = cause
        self.connected = connected


def endless() -> Exception:
    """What is wrong with an answer that only the end of its connection ends: it may have broken off anywhere."""
    return EOFError("the answer does not say where it ends")


def put(into: Into, content: bytes) -> None:
    """Hands over an answer that was read by other means."""
    reader = BytesIO(content)
    into(len(content), reader.readinto)
    _check_taken(len(content), len(content) - reader.tell())


async def put_async(into: Into, content: bytes) -> None:
    """The same in a worker thread, since it may write to a disk."""
    import asyncio

    await asyncio.to_thread(put, into, content)


def read_answer(response: http.client.HTTPResponse, accept: str, deadline: Deadline, into: Into | None) -> Answer:
    """Reads an answer whose head is there, and hands a successful one's body to `into`, or keeps it.

    Raises `Lost`, and what `into` raises.
    """
    headers = {name.lower(): value for name, value in response.getheaders()}
    packed = into is None and headers.get("content-encoding") == PACKED
    if packed:
        del headers["content-encoding"]
    if not 200 <= response.status < 300 or foreign(accept, headers.get("content-type")):
        content = _content(response, deadline, BODY_LIMIT)
        return Answer(response.status, headers, _start_unpacked(content) if packed else content, cut=True)
    if "content-encoding" in headers:
        return Answer(response.status, headers)
    if into is not None:
        _hand_over(response, deadline, into)
        return Answer(response.status, headers)
    content = _kept(response, headers, deadline)
    return Answer(response.status, headers, _unpacked(content) if packed else content)


def _kept(response: http.client.HTTPResponse, headers: Mapping[str, str], deadline: Deadline) -> bytes:
    content = room(headers)

    def keep(length: int, read: Read) -> None:
        piece = memoryview(bytearray(min(_PIECE, length)))
        while got := read(piece):
            content.write(piece[:got])

    _hand_over(response, deadline, keep)
    content.truncate()
    return content.getvalue()


def _hand_over(response: http.client.HTTPResponse, deadline: Deadline, into: Into) -> None:
    if response.length is None:
        if not response.chunked:
            raise Lost(endless(), connected=True)
        put(into, _content(response, deadline))
        return
    length: int = response.length
    left = length

    def read(view: memoryview) -> int:
        nonlocal left
        wanted = min(len(view), left)
        got = 0
        while got < wanted:
            # One receipt at a time, so that none is waited for beyond the deadline.
            with view[got:wanted] as part:
                more = _network(response.fp.readinto1, part)
            if not more and not got:
                raise Lost(http.client.IncompleteRead(b"", left), connected=True)
            if not more:
                break
            got += more
            if got < left:
                _network(deadline.check)
        left -= got
        return got

    into(length, read)
    _check_taken(length, left)
    response.length = 0
    response.read(0)  # ends the use of the connection


def _content(response: http.client.HTTPResponse, deadline: Deadline, most: int = sys.maxsize) -> bytes:
    """Reads an answer, or the first so many bytes of it."""
    content = bytearray()
    while piece := _network(response.read1, min(_PIECE, most - len(content))):
        content += piece
        _network(deadline.check)
    response.read(0)  # ends the use of the connection, if nothing is left
    return bytes(content)


def _unpacked(content: bytes) -> bytes:
    import gzip  # late, since it is seldom needed

    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise Lost(error, connected=True) from error


def _start_unpacked(content: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, BODY_LIMIT)
    except zlib.error as error:
        raise Lost(error, connected=True) from error


def _check_taken(length: int, left: int) -> None:
    if left:
        raise ValueError(f"{left} of {length} bytes of the answer were not taken")


def _network(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return function(*args, **kwargs)
    except (OSError, http.client.HTTPException) as error:
        raise Lost(error, connected=True) from error
