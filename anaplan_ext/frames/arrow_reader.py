"""Read CSV that arrives in pieces as record batches of Arrow."""

# The stubs of pyarrow know the types of few arrays.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Literal, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from .encoding import Utf8Converter
from .errors import TableError
from .records import BLOCK_BYTES, RecordCutter, split_first
from .schema import Column, ColumnType, TableFormat, is_header, match_columns, read_record

TextColumn: TypeAlias = "pa.ChunkedArray[pa.StringScalar]"
_ARROW_TYPES: Mapping[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_FORMS: Mapping[ColumnType, str] = {
    "number": "a number",
    "boolean": "true or false",
    "date": "a date such as 2026-01-31",
}


class ArrowReader:
    """Reads the header, then the rows as batches of at most one block.

    An empty value is null; a quoted empty value is empty text, and null in a column of another type.
    """

    def __init__(
        self,
        label: str,
        table: TableFormat,
        types: Mapping[str, ColumnType] | None = None,
        *,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        self._label = label
        self._table = table
        self._types = types or {}
        self._converter = Utf8Converter(label, table.dialect.encoding)
        self._cutter = RecordCutter(label, table.dialect, block_bytes=block_bytes)
        self._columns: tuple[Column, ...] | None = None
        self._rows = 0
        self._skipped_page = False
        self._reads_directly = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns, once the header is read."""
        return self._columns or ()

    @property
    def schema(self) -> pa.Schema:
        """Return the schema, once the header is read."""
        return pa.schema([(column.name, _ARROW_TYPES[column.type]) for column in self._columns or ()])

    @property
    def is_at_row_end(self) -> bool:
        """Whether a further row can follow what was added."""
        return self._cutter.is_at_record_end

    def add(self, piece: bytes) -> list[pa.RecordBatch]:
        """Return the batches that a piece completes.

        Raises:
            TableError: The content is not as announced, is not valid in its encoding, or has a row that is too long.
        """
        return [batch for block in self._cutter.add(self._converter.add(piece)) for batch in self._read(block)]

    def finish(self) -> list[pa.RecordBatch]:
        """Return the remaining batches. Raise `TableError` if the content ends within a character or has no header."""
        blocks = [*self._cutter.add(self._converter.finish()), *self._cutter.finish()]
        batches = [batch for block in blocks for batch in self._read(block)]
        if self._columns is None:
            if not self._table.names:
                raise TableError(self._label, "it has no header")
            self._columns = match_columns(self._label, self._table.names, self._table, self._types)
        return batches

    def to_table(self, batches: Sequence[pa.RecordBatch]) -> pa.Table:
        """Return the batches of the whole content as one table."""
        return pa.Table.from_batches(batches, self.schema)

    def _read(self, block: bytes) -> list[pa.RecordBatch]:
        if self._columns is None:
            block = self._read_header(block)
        batches = self._parse(block, self._columns or ()).to_batches() if block else []
        self._rows += sum(batch.num_rows for batch in batches)
        return batches

    def _read_header(self, block: bytes) -> bytes:
        """Read the names of the columns, and return what follows them. The line with the page of a grid is skipped."""
        record, rows = split_first(block, self._table.dialect)
        header = read_record(record, self._table.dialect)
        if self._table.is_grid and not is_header(header, self._table):
            if self._skipped_page:
                raise TableError(self._label, "its header is not as announced")
            self._skipped_page = True
            return self._read_header(rows) if rows else b""
        self._columns = match_columns(self._label, header, self._table, self._types)
        return rows

    def _parse(self, block: bytes, columns: Sequence[Column]) -> pa.Table:
        if self._reads_directly:
            try:
                return self._read_csv(block, {column.name: _ARROW_TYPES[column.type] for column in columns})
            except pa.ArrowInvalid:
                # From here on, each column is converted by itself.
                self._reads_directly = False
        table = self._read_text(block, columns)
        converted = [self._convert(table.column(position), column) for position, column in enumerate(columns)]
        return pa.Table.from_arrays(converted, schema=self.schema)

    def _read_text(self, block: bytes, columns: Sequence[Column]) -> pa.Table:
        """Read a block as text. Raise `TableError` with the first row that has another number of columns."""
        uneven: list[csv.InvalidRow] = []

        def note(row: csv.InvalidRow) -> Literal["skip", "error"]:
            uneven.append(row)
            return "error"

        try:
            return self._read_csv(block, {column.name: pa.string() for column in columns}, note)
        except pa.ArrowInvalid as error:
            if not uneven:
                reason = "a value is not valid UTF-8" if "UTF8" in str(error) else "it is not valid CSV"
                raise TableError(self._label, reason) from None
        row = uneven[0]
        reason = f"it has {row.actual_columns} columns instead of {row.expected_columns}"
        raise TableError(self._label, reason, None, self._rows + (row.number or 0))

    def _read_csv(
        self,
        block: bytes,
        types: Mapping[str, pa.DataType],
        on_uneven: Callable[[csv.InvalidRow], Literal["skip", "error"]] | None = None,
    ) -> pa.Table:
        dialect = self._table.dialect
        return csv.read_csv(
            BytesIO(block),
            csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=list(types)),
            csv.ParseOptions(
                delimiter=dialect.separator,
                quote_char=dialect.delimiter or False,
                newlines_in_values=True,
                # An empty line is a row of a table with one column.
                ignore_empty_lines=len(types) > 1,
                invalid_row_handler=on_uneven,
            ),
            csv.ConvertOptions(
                column_types=dict(types),
                null_values=[""],
                true_values=["true"],
                false_values=["false"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )

    def _convert(self, values: TextColumn, column: Column) -> pa.ChunkedArray[pa.Scalar[pa.DataType]]:
        """Convert text. Raise `TableError` with the first row that has another type."""
        if column.type == "text":
            return values
        text = pc.utf8_trim_whitespace(values)
        if column.type == "boolean":
            text = pc.utf8_lower(text)
        text = pc.if_else(pc.equal(text, pa.scalar("")), pa.scalar(None, pa.string()), text)
        wanted = _ARROW_TYPES[column.type]
        try:
            return cast("pa.ChunkedArray[pa.Scalar[pa.DataType]]", text.cast(wanted))
        except pa.ArrowInvalid:
            row = self._rows + _first_invalid(text, wanted)
        hint = f"read the column as text with types={{{column.name!r}: 'text'}}"
        raise TableError(self._label, f"the value is not {_FORMS[column.type]}; {hint}", column.name, row)


def _first_invalid(text: TextColumn, wanted: pa.DataType) -> int:
    """Return the position, counted from 1, of the first value that cannot be converted, of which there is one."""
    start, stop = 0, len(text)
    while stop - start > 1:
        middle = (start + stop) // 2
        try:
            text.slice(start, middle - start).cast(wanted)
        except pa.ArrowInvalid:
            stop = middle
        else:
            start = middle
    return start + 1
