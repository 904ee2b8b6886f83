"""A table of Anaplan that becomes frames and files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, get_args

from ...concurrency import _async as concurrency
from ..recognition import EXTRA
from ..schema import ColumnType, Compression, TableFormat, check_types

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from ..arrow_reader import ArrowReader

Types: TypeAlias = Mapping[str, ColumnType]
"""Types of columns by their names."""


class Describe(Protocol):
    """Reads the format of a table."""

    async def __call__(self) -> TableFormat:
        """Return the format."""
        ...


class AsyncTable:
    """Rows of Anaplan: the output of an export, a view, or the items of a list.

    Each method reads them again. Columns are typed by the metadata of Anaplan: numbers are 64-bit floats, as in
    Anaplan, booleans may be missing, and dates are days. All others are text, so that ids and codes keep their zeros.
    An empty value is null, and a quoted empty value is empty text. Repeated names of columns get a number, and blank
    ones their position, such as `column_1`.

    Frames need the extra `frames`; `to_polars` and `to_pandas` also need the library that they are named after.
    """

    def __init__(self, label: str, read: Callable[[], AsyncIterator[bytes]], describe: Describe) -> None:
        self._label = label
        self._read = read
        self._describe = describe

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._label}>"

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Iterate over the content as Anaplan sends it, mostly CSV.

        Returns:
            An iterator of pieces. Its iteration raises the errors.

        Raises:
            AnaplanError: The content cannot be read completely.

        Cost:
            The requests for the content. Holds at most 30 MB, or two chunks.
        """
        return self._read()

    async def read(self) -> bytes:
        """Return the content as Anaplan sends it, mostly CSV.

        Returns:
            The content.

        Raises:
            AnaplanError: The content cannot be read completely.

        Cost:
            The requests for the content. Holds it once, and at most 30 MB or two chunks.
        """
        buffer = BytesIO()
        async with concurrency.closing(self._read()) as pieces:
            async for piece in pieces:
                buffer.write(piece)
        return buffer.getvalue()

    async def iter_batches(self, *, types: Types | None = None) -> AsyncIterator[pa.RecordBatch]:
        """Iterate over the rows in record batches of Arrow.

        Args:
            types: Types of columns by their names that replace those of Anaplan: `text`, `number`, `boolean` or `date`.

        Returns:
            An iterator of batches of up to 4 MiB of CSV each. Its iteration raises the errors.

        Raises:
            ValueError: A type does not exist; nothing is sent.
            ImportError: The extra `frames` is not installed; nothing is sent.
            TableError: The content is no table, or a value has another type. It has the row and the column.
            AnaplanError: The content cannot be read completely.

        Cost:
            The requests for the content, and one or two for its format. Holds a batch, and 30 MB or two chunks.
        """
        reader = await self._open(types)
        async with concurrency.closing(self._batches(reader)) as batches:
            async for batch in batches:
                yield batch

    async def to_arrow(self, *, types: Types | None = None) -> pa.Table:
        """Read the rows as a table of Arrow.

        Args:
            types: Types of columns by their names that replace those of Anaplan: `text`, `number`, `boolean` or `date`.

        Returns:
            The table.

        Raises:
            ValueError: A type does not exist; nothing is sent.
            ImportError: The extra `frames` is not installed; nothing is sent.
            TableError: The content is no table, or a value has another type. It has the row and the column.
            AnaplanError: The content cannot be read completely.

        Cost:
            The requests for the content, and one or two for its format. Holds the table, and 30 MB or two chunks.
        """
        reader = await self._open(types)
        batches: list[pa.RecordBatch] = []
        async with concurrency.closing(self._batches(reader)) as parts:
            async for batch in parts:
                batches.append(batch)
        return reader.to_table(batches)

    async def to_polars(self, *, types: Types | None = None) -> pl.DataFrame:
        """Read the rows as a frame of polars.

        Args:
            types: Types of columns by their names that replace those of Anaplan: `text`, `number`, `boolean` or `date`.

        Returns:
            The frame: `String`, `Float64`, `Boolean` and `Date`.

        Raises:
            ValueError: A type does not exist; nothing is sent.
            ImportError: The extra `frames` or polars is not installed.
            TableError: The content is no table, or a value has another type. It has the row and the column.
            AnaplanError: The content cannot be read completely.

        Cost:
            The requests for the content, and one or two for its format. Holds the frame, and 30 MB or two chunks.
        """
        table = await self.to_arrow(types=types)
        from ..outputs import to_polars

        return to_polars(table)

    async def to_pandas(self, *, types: Types | None = None) -> pd.DataFrame:
        """Read the rows as a frame of pandas.

        Args:
            types: Types of columns by their names that replace those of Anaplan: `text`, `number`, `boolean` or `date`.

        Returns:
            The frame: text, `float64`, the nullable `boolean`, and `datetime64`. Missing values are NaN, NA and NaT.

        Raises:
            ValueError: A type does not exist; nothing is sent.
            ImportError: The extra `frames` or pandas is not installed.
            TableError: The content is no table, or a value has another type. It has the row and the column.
            AnaplanError: The content cannot be read completely.

        Cost:
            The requests for the content, and one or two for its format. Holds the rows twice, and 30 MB or two chunks.
        """
        table = await self.to_arrow(types=types)
        from ..outputs import to_pandas

        return await concurrency.run_in_thread(to_pandas, table)

    async def to_parquet(
        self, path: str | PathLike[str], *, types: Types | None = None, compression: Compression = "zstd"
    ) -> int:
        """Write the rows to a Parquet file, block by block.

        The path has either all rows or its previous content.

        Args:
            path: Path of the target. An existing file is replaced.
            types: Types of columns by their names that replace those of Anaplan: `text`, `number`, `boolean` or `date`.
            compression: Compression of the file.

        Returns:
            The number of rows.

        Raises:
            ValueError: A type or the compression does not exist; nothing is sent.
            ImportError: The extra `frames` is not installed; nothing is sent.
            OSError: The path cannot be written.
            TableError: The content is no table, or a value has another type. It has the row and the column.
            AnaplanError: The content cannot be read completely.

        Cost:
            The requests for the content, and one or two for its format. Holds a row group of 32 MiB and its compressed
            form, and 30 MB or two chunks: about 150 MB, however many rows there are.
        """
        if compression not in get_args(Compression):
            raise ValueError(f"compression must be one of {', '.join(get_args(Compression))} (got {compression!r})")
        await concurrency.run_in_thread(_load_extra)
        from ..outputs import ParquetFile

        file = await concurrency.run_in_thread(ParquetFile, Path(path), compression)
        try:
            reader = await self._open(types)
            async with concurrency.closing(self._batches(reader)) as batches:
                async for batch in batches:
                    await concurrency.run_in_thread(file.write, batch)
            return await concurrency.run_in_thread(file.keep, reader.schema)
        finally:
            await concurrency.run_to_completion(partial(concurrency.run_in_thread, file.discard))

    async def _open(self, types: Types | None) -> ArrowReader:
        """Return a reader of the table. Nothing of the content is read."""
        check_types(types or {})
        await concurrency.run_in_thread(_load_extra)
        from ..arrow_reader import ArrowReader

        return ArrowReader(self._label, await self._describe(), types)

    async def _batches(self, reader: ArrowReader) -> AsyncIterator[pa.RecordBatch]:
        async with concurrency.closing(self._read()) as pieces:
            async for piece in pieces:
                for batch in await concurrency.run_in_thread(reader.add, piece):
                    yield batch
        for batch in await concurrency.run_in_thread(reader.finish):
            yield batch


def _load_extra() -> None:
    """Import what later imports find, since it takes a while. Raise `ImportError` without the extra."""
    try:
        from .. import arrow_reader as arrow_reader
        from .. import outputs as outputs
    except ImportError:
        raise ImportError(EXTRA) from None
