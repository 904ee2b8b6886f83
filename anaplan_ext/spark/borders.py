"""Find rows in content that is read from the middle, and cut what belongs to a range of chunks."""

from __future__ import annotations

from attrs import frozen

from ..frames.errors import TableError
from ..frames.records import record_pattern
from ..frames.schema import Dialect, read_record

MAX_ROW_BYTES = 1 << 20
"""A longer row is an error, since a reader in the middle of a file needs a bound for what is quoted."""
MAX_SEARCH_ROWS = 64
"""A border is searched within this many rows of the maximum length. Mostly, the first two decide."""


@frozen
class RowRules:
    """What is known of each row of a table."""

    dialect: Dialect
    columns: int
    max_bytes: int = MAX_ROW_BYTES

    @property
    def reason(self) -> str:
        """Return why rows cannot be told apart, for an error."""
        return (
            f"where its rows start is not clear: each must have {self.columns} columns and at most {self.max_bytes} "
            "bytes; try a larger max_row_bytes, or chunks for all of it"
        )


class BorderFinder:
    """Finds the first row after a border of chunks, whatever the content before the border is.

    Before a border there is the middle of a value, its end, half of CRLF, or the inside of a quoted value. All of them
    are followed until they agree where a row starts. One in which a row breaks the rules is dropped. So what precedes
    the border decides nothing, and both neighbors of a border find the same row. The last possible row is not checked,
    so the neighbor before the border checks that its own rows end there.

    It holds at most the longest row and one piece.
    """

    def __init__(self, label: str, rules: RowRules) -> None:
        quote = rules.dialect.delimiter.encode()
        self._label = label
        self._rules = rules
        self._record = record_pattern(rules.dialect)
        # What may precede the border: a separator, half of CRLF, or what opens a quoted value. In the middle of a
        # value, or where a delimiter may be doubled, one of them has the same rows, whatever follows.
        self._beginnings = [b"", b"\r", *([quote] if quote else [])]
        self._starts: set[int] = set()
        self._content = bytearray()
        self._offset = 0  # of the content, from the border
        self._is_complete = False

    @property
    def position(self) -> int:
        """The row starts here or later, in bytes from the border."""
        return max(self._starts, default=0)

    @property
    def is_found(self) -> bool:
        """Whether the row starts at `position`."""
        return self._is_complete or (not self._beginnings and len(self._starts) == 1)

    def add(self, piece: bytes) -> None:
        """Add content that follows. Raise `TableError` if it may be divided into rows in several ways for too long."""
        if self.is_found:
            return
        self._content += piece
        self._leave_beginnings()
        limit = MAX_SEARCH_ROWS * self._rules.max_bytes
        while len(self._starts) > 1 and self.position <= limit and self._advance(min(self._starts)):
            pass
        if self.position > limit:
            raise TableError(self._label, self._rules.reason)
        if not self._beginnings:
            first = min(self._starts)
            del self._content[: first - self._offset]
            self._offset = first

    def finish(self) -> None:
        """End the content. What is not decided yet has no further row: then `position` is its end."""
        if not self.is_found:
            self._starts = {self._offset + len(self._content)}
            self._is_complete = True

    def _leave_beginnings(self) -> None:
        """Find the first start of a row for each state in which the content may begin."""
        pending: list[bytes] = []
        for beginning in self._beginnings:
            end = self._find_end(beginning + self._content[: self._rules.max_bytes + 1], 0)
            if end is None:
                pending.append(beginning)
            elif end:
                self._starts.add(end - len(beginning))
        self._beginnings = pending

    def _advance(self, start: int) -> bool:
        """Continue with the row after the one that starts here. Return False if its end is not known yet."""
        end = self._find_end(self._content, start - self._offset)
        if end is None:
            return False
        self._starts.remove(start)
        if end and self._has_columns(self._content[start - self._offset : end]):
            self._starts.add(self._offset + end)
        return True

    def _find_end(self, content: bytes | bytearray, start: int) -> int | None:
        """Return the end of a row in the content; 0 if the row is too long, and None if it is not known yet."""
        window = start + self._rules.max_bytes + 1  # what follows a CR decides whether it is a line end
        matched = self._record.match(content, start, window)
        if matched is not None and matched.end() - start <= self._rules.max_bytes:
            return matched.end()
        return None if matched is None and len(content) < window else 0

    def _has_columns(self, record: bytes | bytearray) -> bool:
        """Return whether a complete record can be a row. Readers skip empty lines."""
        content = bytes(record).rstrip(b"\r\n")
        return not content or len(read_record(bytes(record), self._rules.dialect)) == self._rules.columns


class RangeCutter:
    """Cuts the rows of a range out of its chunks and those that follow.

    A range has the rows from its first border to the border behind it, as `BorderFinder` finds them. So each row is in
    one range, however long the ranges are. It holds at most the longest row and two chunks.
    """

    def __init__(self, label: str, rules: RowRules, *, is_first: bool) -> None:
        self._first = None if is_first else BorderFinder(label, rules)
        self._last = BorderFinder(label, rules)
        self._held = bytearray()
        self._offset = 0  # of what is held, from the first border
        self._end = 0  # of all chunks
        self._size = 0  # of the range

    @property
    def is_complete(self) -> bool:
        """Whether all rows of the range are cut."""
        return self._last.is_found

    def add(self, chunk: bytes) -> bytes:
        """Add a chunk of the range, and return what it has of the rows of the range."""
        self._size += len(chunk)
        return self._cut(chunk, self._size)

    def add_next(self, chunk: bytes) -> bytes:
        """Add a chunk behind the range."""
        self._last.add(chunk)
        return self._cut(chunk, self._size + self._last.position)

    def finish(self) -> bytes:
        """Return the rest when there are no more chunks."""
        if self._first is not None:
            self._first.finish()
        self._last.finish()
        return self._cut(b"", self._end)

    def _cut(self, chunk: bytes, until: int) -> bytes:
        self._held += chunk
        self._end += len(chunk)
        if self._first is not None:
            self._first.add(chunk)
            self._drop(self._first.position)
            if not self._first.is_found:
                return b""
            self._first = None
        size = max(0, until - self._offset)
        rows = bytes(memoryview(self._held)[:size])
        self._drop(until)
        return rows

    def _drop(self, until: int) -> None:
        count = min(max(0, until - self._offset), len(self._held))
        del self._held[:count]
        self._offset += count
