"""Make frames and Parquet files of record batches."""

# The stubs of pyarrow know the types of few arrays.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

from ..transfers.sinks import FileSink, create_file_sink
from .schema import Compression

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

GROUP_BYTES = 32 << 20
"""A row group of a Parquet file has at least this many bytes in memory."""


def to_polars(table: pa.Table) -> pl.DataFrame:
    """Return a frame of polars, which shares the memory of the table. Raise `ImportError` without polars."""
    try:
        import polars as pl
    except ImportError:
        raise ImportError("to_polars needs polars: pip install polars") from None
    frame = pl.from_arrow(table, rechunk=False)
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return a frame of pandas. Booleans may be missing, and dates are `datetime64`. Raise `ImportError` without it."""
    try:
        import pandas as pd
    except ImportError:
        raise ImportError("to_pandas needs pandas: pip install pandas") from None
    types: dict[Any, Any] = {pa.bool_(): pd.BooleanDtype()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=types.get, date_as_object=False, split_blocks=True)
    return frame


class ParquetFile:
    """A Parquet file that replaces its target when it is complete. Holds one row group."""

    def __init__(self, path: Path, compression: Compression) -> None:
        self._sink: FileSink = create_file_sink(path)
        self._compression: Compression = compression
        self._writer: parquet.ParquetWriter | None = None
        self._batches: list[pa.RecordBatch] = []
        self._bytes = 0
        self._rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Add a batch. Raises `OSError` if the file cannot be written."""
        self._batches.append(batch)
        self._bytes += batch.nbytes
        self._rows += batch.num_rows
        if self._bytes >= GROUP_BYTES:
            self._flush(batch.schema)

    def keep(self, schema: pa.Schema) -> int:
        """Write the rest, replace the target, and return the number of rows."""
        self._flush(schema).close()
        self._sink.keep(self._sink.part.stat().st_size)
        return self._rows

    def discard(self) -> None:
        """Delete the file unless it was kept."""
        if self._writer is not None and self._writer.is_open:
            self._writer.close()
        self._sink.discard()

    def _flush(self, schema: pa.Schema) -> parquet.ParquetWriter:
        if self._writer is None:
            self._sink.open()
            self._writer = parquet.ParquetWriter(self._sink.part, schema, compression=self._compression)
        if self._batches:
            table = pa.Table.from_batches(self._batches, schema)
            self._writer.write_table(table, row_group_size=table.num_rows)
        self._batches, self._bytes = [], 0
        return self._writer
