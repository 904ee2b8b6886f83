"""Read the rows of CSV that arrives in pieces."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import StringIO

from .errors import ReadError


class CsvRows:
    """Reads the rows of UTF-8 CSV from pieces that may end anywhere: within a character, a value or a row.

    Holds the current piece and the row that is not complete yet. Errors carry the `label`.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._decoder = getincrementaldecoder("utf-8-sig")()
        self._pending = ""  # the beginning of a row

    def add(self, piece: bytes) -> Iterator[list[str]]:
        """Add a piece and yield the rows that it completes. Raise `ReadError` if it is not valid CSV."""
        text = self._pending + self._decode(piece)
        end = text.rfind("\n") + 1
        lines = StringIO(text[:end], newline="").readlines()
        # Without the empty line, the end of the lines would complete a row within a value.
        reader = csv.reader([*lines, ""])
        complete = 0
        for row in self._parse(reader):
            if reader.line_num > len(lines):
                break
            complete = reader.line_num
            yield row
        self._pending = "".join(lines[complete:]) + text[end:]

    def finish(self) -> Iterator[list[str]]:
        """Yield the last row, if no line end follows it."""
        text = self._pending + self._decode(b"", final=True)
        yield from self._parse(csv.reader(StringIO(text, newline="")))

    def _decode(self, piece: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(piece, final)
        except UnicodeDecodeError as error:
            raise ReadError(self._label, f"not valid UTF-8: {error}") from error

    def _parse(self, reader: Iterator[list[str]]) -> Iterator[list[str]]:
        try:
            yield from reader
        except csv.Error as error:
            raise ReadError(self._label, f"not valid CSV: {error}") from error


def count_rows(label: str, content: bytes) -> int:
    """Count the rows of CSV, the header included."""
    rows = CsvRows(label)
    return sum(1 for _ in rows.add(content)) + sum(1 for _ in rows.finish())
