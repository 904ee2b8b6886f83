"""Tell frames from other content, without importing a library of frames."""

from __future__ import annotations

from typing import Protocol, TypeAlias, TypeGuard

_LIBRARIES = (
    "cudf",
    "dask",
    "duckdb",
    "ibis",
    "modin",
    "narwhals",
    "pandas",
    "polars",
    "pyarrow",
    "pyspark",
    "sqlframe",
)
EXTRA = "frames need the extra `frames`: pip install 'anaplan-client[frames]'"


class ArrowStream(Protocol):
    """A table with an Arrow C stream: of pandas, polars, pyarrow, duckdb and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream as a capsule."""
        ...


class Tabular(Protocol):
    """A table of a library that narwhals knows."""

    @property
    def columns(self) -> object:
        """Its columns."""
        ...


FrameInput: TypeAlias = ArrowStream | Tabular
"""A frame: of pandas, polars, pyarrow, duckdb, modin, or with an Arrow C stream."""


def is_frame(value: object) -> TypeGuard[FrameInput]:
    """Return whether a value is a table: it has an Arrow C stream, or is a class with columns of a known library."""
    kind = type(value)
    if hasattr(kind, "__arrow_c_stream__"):
        return True
    return kind.__module__.partition(".")[0] in _LIBRARIES and hasattr(kind, "columns")
