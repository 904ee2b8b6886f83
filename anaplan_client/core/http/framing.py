"""Count the bytes of each response on a connection, so that none of one response is taken for the next."""

import re

_HEAD_END = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")
_CONTENT_LENGTH = re.compile(rb"\ncontent-length:[ \t]*([0-9]+)[ \t]*(?=\r?\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\ntransfer-encoding:[ \t]*chunked[ \t]*\r?\n", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9a-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n", re.IGNORECASE)
_MAX_LINE_BYTES = 4096
MAX_INFORMATIONAL = 20
"""Responses such as 102 and 103 that may come before the one that counts."""
MAX_LENGTH_DIGITS = 18
MAX_HEAD_BYTES = 1 << 17
"""Bytes of a status line with its headers."""


class HeadError(Exception):
    """A head, or a length in it, that is longer than any that is meant."""


class ResponseFraming:
    """The response that is being read from a connection.

    An HTTP parser keeps bytes that follow a response, and would take them for the next one.
    """

    def __init__(self) -> None:
        self.informational: int = 0
        self._head = b""
        self._body: _Chunks | _Counted | None = None

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has arrived since the request."""
        return not self._head and not self.informational

    @property
    def is_in_head(self) -> bool:
        """Whether a head has begun to arrive and is not complete."""
        return bool(self._head) and self._body is None

    def feed(self, data: bytes) -> None:
        """Count what arrived. Raises `HeadError` for heads without an end, and for a length of more than 18 digits."""
        if self._body is not None:
            self._body.feed(data)
            return
        self._head += data
        while end := _HEAD_END.search(self._head, 0, MAX_HEAD_BYTES):
            head, rest = self._head[: end.end()], self._head[end.end() :]
            if not 100 <= _status(head) < 200:
                _check_lengths(head)
                self._head, self._body = head, _body(head)
                self._body.feed(rest)
                return
            self._head = rest
            self.informational += 1
            if self.informational > MAX_INFORMATIONAL:
                raise HeadError(f"more than {MAX_INFORMATIONAL} informational responses")
        if len(self._head) >= MAX_HEAD_BYTES:
            raise HeadError(f"the head of the response has more than {MAX_HEAD_BYTES} bytes")

    def ends_exactly(self) -> bool:
        """Whether all that arrived is one whole response and nothing else."""
        return self._body is not None and self._body.ends_exactly()


class _Counted:
    """A body of known length; without one, nothing tells its end."""

    def __init__(self, length: int | None) -> None:
        self._left = -1 if length is None else length

    def feed(self, data: bytes) -> None:
        self._left -= len(data)

    def ends_exactly(self) -> bool:
        return self._left == 0


class _Chunks:
    """A body in the chunked transfer coding. What is not plainly so, trailers among others, never ends exactly."""

    def __init__(self) -> None:
        self._skip = 0
        """Bytes of the chunk, and of the line end after it, that are still to come."""
        self._line = b""
        self._has_ended = False
        self._is_dirty = False

    def feed(self, data: bytes) -> None:
        position = 0
        while position < len(data) and not self._is_dirty:
            if self._has_ended:
                self._is_dirty = True
            elif self._skip:
                step = min(self._skip, len(data) - position)
                self._skip -= step
                position += step
            else:
                position = self._feed_line(data, position)

    def ends_exactly(self) -> bool:
        return self._has_ended and not self._is_dirty

    def _feed_line(self, data: bytes, position: int) -> int:
        """Read as much of a chunk's size as is there, and return the position after it."""
        end = data.find(b"\n", position, position + _MAX_LINE_BYTES) + 1
        self._line += data[position : end or position + _MAX_LINE_BYTES]
        if not end:
            self._is_dirty = len(self._line) >= _MAX_LINE_BYTES
            return len(data)
        size = _CHUNK_SIZE.fullmatch(self._line)
        if size is not None and int(size[1], 16):
            self._skip, self._line = int(size[1], 16) + 2, b""
        elif size is None and _ends_body(self._line):
            self._has_ended = True
        elif size is None:
            self._is_dirty = True
        return end


def _ends_body(lines: bytes) -> bool:
    """Whether this is the last chunk, of size 0, with the empty line after it."""
    return (
        lines.endswith(b"\r\n\r\n") and (size := _CHUNK_SIZE.fullmatch(lines[:-2])) is not None and not int(size[1], 16)
    )


def _check_lengths(head: bytes) -> None:
    # A parser may raise anything for a number that Python does not convert.
    if any(len(length[1]) > MAX_LENGTH_DIGITS for length in _CONTENT_LENGTH.finditer(head)):
        raise HeadError(f"a Content-Length of more than {MAX_LENGTH_DIGITS} digits")


def _body(head: bytes) -> _Chunks | _Counted:
    length, is_chunked = _CONTENT_LENGTH.search(head), _CHUNKED.search(head)
    if _status(head) in (204, 304):
        # They have no body, whatever the head says; what it announces may come all the same, and later.
        is_announced = is_chunked or (length and length[1].strip(b"0"))
        return _Counted(None if is_announced else 0)
    if is_chunked and not length:
        return _Chunks()
    # With both, somebody on the way may have taken the other for the end.
    return _Counted(None if is_chunked or not length else int(length[1]))


def _status(head: bytes) -> int:
    found = _STATUS.match(head)
    return int(found[1]) if found else 0
