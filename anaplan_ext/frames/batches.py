"""Batches of Arrow as what the writers of frames read."""

# The stubs of pyarrow know the types of few arrays.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pyarrow as pa


def null_row(schema: pa.Schema) -> pa.Table:
    """Return a table with one row that is null, by which types can be checked."""
    return pa.Table.from_arrays([pa.nulls(1, field.type) for field in schema], schema=schema)


def open_batches(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatchReader:
    """Return a stream of batches, which can be read once. Without any, it has the schema that is given."""
    first = next(batches, None)
    if first is None:
        return pa.RecordBatchReader.from_batches(schema, iter(()))
    return pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
