"""CSV that comes in pieces, read row by row."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import StringIO

from .errors import ReadError


class _NoMoreLines(Exception):
    """The pieces so far end within a row."""


class CsvRows:
    """Reads the rows of CSV in UTF-8 from pieces that may end anywhere, also within a character, a value or a row.

    Holds the piece at hand and the row that is not complete yet. `what` is said in errors.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._decoder = getincrementaldecoder("utf-8-sig")()
        self._rest = ""  # of a line
        self._begun: list[str] = []  # lines of a row whose end has not come

    def add(self, piece: bytes) -> Iterator[list[str]]:
        """Takes a piece and yields the rows that it completes. Raises `ReadError` for what is no CSV."""
        text = self._rest + self._decoded(piece)
        end = text.rfind("\n") + 1
        self._rest = text[end:]
        yield from self._rows(text[:end])

    def rest(self) -> Iterator[list[str]]:
        """Yields the last row, if no line end stood behind it."""
        text = "".join(self._begun) + self._rest + self._decoded(b"", last=True)
        self._rest, self._begun = "", []
        yield from self._read(csv.reader(StringIO(text, newline="")))

    def _rows(self, text: str) -> Iterator[list[str]]:
        lines, self._begun = [*self._begun, *StringIO(text, newline="")], []
        taken = 0

        def give() -> Iterator[str]:
            nonlocal taken
            while taken < len(lines):
                taken += 1
                yield lines[taken - 1]
            # The reader would take the end of the lines for the end of the row.
            raise _NoMoreLines

        reader = csv.reader(give())
        whole = 0
        try:
            for row in self._read(reader):
                whole = taken
                yield row
        except _NoMoreLines:
            self._begun = lines[whole:]

    def _decoded(self, piece: bytes, *, last: bool = False) -> str:
        try:
            return self._decoder.decode(piece, last)
        except UnicodeDecodeError as error:
            raise ReadError(self._what, f"it is no text in UTF-8: {error}") from error

    def _read(self, reader: Iterator[list[str]]) -> Iterator[list[str]]:
        try:
            yield from reader
        except csv.Error as error:
            raise ReadError(self._what, f"it is no CSV: {error}") from error


def count_rows(what: str, content: bytes) -> int:
    """How many rows CSV has, the header included."""
    rows = CsvRows(what)
    return sum(1 for _ in rows.add(content)) + sum(1 for _ in rows.rest())
