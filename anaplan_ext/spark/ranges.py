"""Plan which chunks of an export a partition reads."""

from __future__ import annotations

from itertools import pairwise

from attrs import evolve, frozen

from ..arguments.csv_names import codec_name
from ..frames.encoding import Utf8Converter
from ..frames.errors import TableError
from ..frames.records import record_pattern
from ..frames.schema import Dialect, TableFormat, is_header, read_record

CHUNKS_PER_PARTITION = 8
"""Anaplan's chunks have about 10 MB. A partition also reads the beginning of the next one."""
_CUT_ANYWHERE = frozenset({"ascii", "utf-8", "iso8859-1", "iso8859-15", "cp1252"})
"""Encodings in which a byte of a separator, a delimiter or a line end is nothing else."""


@frozen
class ChunkRange:
    """The chunks `first` to before `end`, of `count`. It has the rows that start in them."""

    first: int
    end: int
    count: int

    def __str__(self) -> str:
        return f"chunks {self.first} to {self.end - 1} of {self.count}"


def plan_ranges(count: int, header_chunks: int, chunks_per_range: int, encoding: str) -> list[ChunkRange]:
    """Return the ranges that together have all rows of an export.

    Args:
        count: Number of chunks.
        header_chunks: Number of chunks in which the header is. They are in the first range.
        chunks_per_range: Number of chunks of a range.
        encoding: Encoding of the content. In one with units of several bytes, a border could be within a character of
            ASCII, so there is one range.
    """
    if codec_name(encoding) not in _CUT_ANYWHERE:
        return [ChunkRange(0, count, count)]
    first = min(max(header_chunks, chunks_per_range), count)
    borders = [0, *range(first, count, chunks_per_range), count]
    return [ChunkRange(start, end, count) for start, end in pairwise(borders)]


class HeaderFinder:
    """Finds the header in the beginning of a table."""

    def __init__(self, label: str, table: TableFormat) -> None:
        self._label = label
        self._table = table
        self._converter = Utf8Converter(label, table.dialect.encoding)
        self._record = record_pattern(table.dialect)
        self._text = b""

    def add(self, chunk: bytes) -> bytes | None:
        """Return the header in UTF-8, with what precedes it. None if it is not complete yet."""
        self._text += self._converter.add(chunk)
        end = self._find_end()
        return self._text[:end] if end else None

    def finish(self) -> bytes:
        """Return the header of a table that has no row. Raise `TableError` for content that has no header."""
        self._text += self._converter.finish()
        if not self._text:
            raise TableError(self._label, "it has no header")
        return self._text

    def _find_end(self) -> int:
        """Return the end of the header; 0 if it is not complete. A grid may have the line of the page before it."""
        matched = self._record.match(self._text)
        if matched is None:
            return 0
        record = matched[1]
        if not self._table.is_grid or is_header(read_record(record, self._table.dialect), self._table):
            return matched.end()
        second = self._record.match(self._text, matched.end())
        return 0 if second is None else second.end()


def in_utf8(table: TableFormat) -> TableFormat:
    """Return the format of the same table in UTF-8."""
    dialect: Dialect = evolve(table.dialect, encoding="UTF-8")
    return evolve(table, dialect=dialect)
