"""Count the bytes of each response on a connection, so that surplus bytes never become the next response."""

import re

_HEAD_END = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")
_CONTENT_LENGTH = re.compile(rb"\ncontent-length:[ \t]*([0-9]+)[ \t]*(?=\r?\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\ntransfer-encoding:[ \t]*chunked[ \t]*\r?\n", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9a-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n", re.IGNORECASE)
_MAX_LINE_BYTES = 4096
MAX_INFORMATIONAL = 20
"""Maximum number of responses such as 102 and 103 before the final one."""
MAX_LENGTH_DIGITS = 18
MAX_HEAD_BYTES = 1 << 17
"""Maximum size of a status line with its headers."""


class HeadError(Exception):
    """A head, or a length in it, exceeds its limit."""


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
        """Whether a part of a head has arrived."""
        return bool(self._head) and self._body is None

    def feed(self, data: bytes) -> None:
        """Count received bytes. Raise `HeadError` for an endless head or a length of more than 18 digits."""
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
        """Return whether the received bytes are exactly one complete response."""
        return self._body is not None and self._body.ends_exactly()


class _Counted:
    """A body of known length. Without a length, it never ends exactly."""

    def __init__(self, length: int | None) -> None:
        self._left = -1 if length is None else length

    def feed(self, data: bytes) -> None:
        self._left -= len(data)

    def ends_exactly(self) -> bool:
        return self._left == 0


class _Chunks:
    """A body in the chunked transfer coding. Anything unusual, such as a trailer, never ends exactly."""

    def __init__(self) -> None:
        self._skip = 0
        """Remaining bytes of the chunk and of the line end after it."""
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
        """Read the received part of a chunk's size, and return the position after it."""
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
    """Return whether this is the last chunk, of size 0, with the empty line after it."""
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
        # They have no body. If the head announces one, a server may still send it.
        is_announced = is_chunked or (length and length[1].strip(b"0"))
        return _Counted(None if is_announced else 0)
    if is_chunked and not length:
        return _Chunks()
    # With both headers, a proxy may have used the other one.
    return _Counted(None if is_chunked or not length else int(length[1]))


def _status(head: bytes) -> int:
    match = _STATUS.match(head)
    return int(match[1]) if match else 0
