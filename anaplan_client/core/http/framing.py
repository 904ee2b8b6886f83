"""Count the bytes of each response on a connection, so that none of one response is taken for the next."""

import re

_HEAD_END = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")
_CONTENT_LENGTH = re.compile(rb"\ncontent-length:[ \t]*([0-9]+)[ \t]*\r?\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\ntransfer-encoding:[^\n]*chunked[ \t]*\r?\n", re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"
MAX_INFORMATIONAL = 20
"""Responses such as 102 and 103 that may come before the one that counts."""


class ResponseFraming:
    """The response that is being read from a connection.

    An HTTP parser keeps bytes that follow a response, and would take them for the next one.
    """

    def __init__(self) -> None:
        self.informational: int = 0
        self._head = b""
        self._head_is_complete = False
        self._body_bytes = 0
        self._tail = b""

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has arrived since the request."""
        return not self._head and not self.informational

    @property
    def is_in_head(self) -> bool:
        """Whether a head has begun to arrive and is not complete."""
        return bool(self._head) and not self._head_is_complete

    def feed(self, data: bytes) -> None:
        """Count what arrived."""
        if self._head_is_complete:
            self._body_bytes += len(data)
            self._tail = (self._tail + data[-len(_LAST_CHUNK) :])[-len(_LAST_CHUNK) :]
            return
        self._head += data
        while end := _HEAD_END.search(self._head):
            head, rest = self._head[: end.end()], self._head[end.end() :]
            if 100 < _status(head) < 200 or _status(head) == 100:
                self.informational += 1
                self._head = rest
                continue
            self._head, self._head_is_complete = head, True
            self._body_bytes, self._tail = len(rest), (head + rest)[-len(_LAST_CHUNK) :]
            return

    def ends_exactly(self) -> bool:
        """Whether all that arrived is one whole response and nothing else."""
        if not self._head_is_complete:
            return False
        if _status(self._head) in (204, 304):
            return self._body_bytes == 0
        if _CHUNKED.search(self._head):
            return self._tail == _LAST_CHUNK
        length = _CONTENT_LENGTH.search(self._head)
        return length is not None and self._body_bytes == int(length[1])


def _status(head: bytes) -> int:
    found = _STATUS.match(head)
    return int(found[1]) if found else 0
