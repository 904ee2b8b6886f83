"""Cut CSV that arrives in pieces into blocks of whole records."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .errors import RecordTooLongError
from .schema import Dialect

BLOCK_BYTES = 4 << 20
"""A block has at most this many bytes, unless a single record has more."""
MAX_RECORD_BYTES = 64 << 20
"""A longer record is an error, so that a text delimiter that is not closed does not fill the memory."""


class RecordCutter:
    """Cuts UTF-8 CSV at record ends. The pieces may end anywhere: within a character, a value, or a line end.

    A record ends with LF, CRLF or CR outside of quoted values. A value is quoted if it starts with the text delimiter;
    inside of it the delimiter is doubled. This is how `csv.reader` reads too. The blocks do not depend on the pieces.
    It holds at most one block and one piece, or one record where that is longer.
    """

    def __init__(
        self,
        label: str,
        dialect: Dialect,
        *,
        block_bytes: int = BLOCK_BYTES,
        max_record_bytes: int = MAX_RECORD_BYTES,
    ) -> None:
        if not 1 <= block_bytes <= max_record_bytes:
            raise ValueError(f"block_bytes must be between 1 and {max_record_bytes} (got {block_bytes})")
        self._label = label
        self._dialect = dialect
        self._record = record_pattern(dialect)
        self._block_bytes = block_bytes
        self._max_record_bytes = max_record_bytes
        self._buffer = bytearray()  # starts with a record
        self._cut_at = block_bytes

    def add(self, piece: bytes | memoryview) -> Iterator[bytes]:
        """Add a piece, and yield the blocks that it completes.

        Raises:
            RecordTooLongError: A record has more than `max_record_bytes`.
        """
        view = memoryview(piece).cast("B")
        while view:
            room = self._cut_at - len(self._buffer)
            self._buffer += view[:room]
            view = view[room:]
            if len(self._buffer) == self._cut_at and (block := self._cut()):
                yield block

    def finish(self) -> Iterator[bytes]:
        """Yield the remaining records; the last need not have a line end."""
        if self._buffer:
            block, self._buffer = bytes(self._buffer), bytearray()
            yield block

    @property
    def is_at_record_end(self) -> bool:
        """Whether a further record can follow what was added: it is empty, or ends with a complete record."""
        return self._find_end(self._buffer + b"\0") == len(self._buffer)

    def _cut(self) -> bytes:
        """Take the complete records from the buffer. Without any, wait for twice as many bytes."""
        end = self._find_end(self._buffer)
        if end:
            block = bytes(memoryview(self._buffer)[:end])
            del self._buffer[:end]
            self._cut_at = self._block_bytes
            while self._cut_at <= len(self._buffer):
                self._cut_at = min(2 * self._cut_at, self._max_record_bytes)
            return block
        if self._cut_at >= self._max_record_bytes:
            limit = f"a row has more than {self._max_record_bytes} bytes"
            hint = "; probably a text delimiter is not closed" if self._dialect.delimiter else ""
            raise RecordTooLongError(self._label, limit + hint)
        self._cut_at = min(2 * self._cut_at, self._max_record_bytes)
        return b""

    def _find_end(self, content: bytearray) -> int:
        """Return the end of the last complete record; 0 if there is none."""
        quote = self._dialect.delimiter.encode()
        if not quote or quote not in content:
            # A CR at the end may be the first half of CRLF.
            return max(content.rfind(b"\n"), content.rfind(b"\r", 0, max(0, len(content) - 1))) + 1
        end = 0
        while (matched := self._record.match(content, end)) is not None:
            end = matched.end()
        return end


def split_first(block: bytes, dialect: Dialect) -> tuple[bytes, bytes]:
    """Return the first record of a block without its line end, and what follows it."""
    matched = re.compile(_record_parts(dialect) + rb"(?:\r\n|\n|\r)").match(block)
    if matched is None:
        return block, b""
    return matched[1], block[matched.end() :]


def record_pattern(dialect: Dialect) -> re.Pattern[bytes]:
    """Return a pattern that matches a complete record. A CR at the end may be the first half of CRLF."""
    return re.compile(_record_parts(dialect) + rb"(?:\n|\r(?!\Z)\n?)")


def _record_parts(dialect: Dialect) -> bytes:
    """Return a pattern of a record without its line end, as its first group.

    The lookahead keeps what it has matched, so the time is linear. Possessive quantifiers would say it directly, but
    Python matches them wrongly before 3.11.5.
    """
    separator, quote = re.escape(dialect.separator.encode()), re.escape(dialect.delimiter.encode())
    if not quote:
        return rb"([^\r\n]*)"
    not_quote = rb"[^" + quote + rb"]*"
    plain = rb"[^" + quote + rb"\r\n]+"
    starts_value = rb"(?<![^" + separator + rb"\r\n])"
    quoted = (
        starts_value + quote + not_quote + rb"(?:" + quote * 2 + not_quote + rb")*" + quote + rb"(?!" + quote + rb")"
    )
    # A delimiter within a value that is not quoted is an ordinary character.
    within = rb"(?<=[^" + separator + rb"\r\n])" + quote
    return rb"(?=((?:" + plain + rb"|" + quoted + rb"|" + within + rb")*))\1"
