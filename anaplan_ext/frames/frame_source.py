"""Read frames of any library as record batches of Arrow."""

# The stubs of pyarrow and pandas know the types of few arrays.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import pyarrow as pa
from attrs import frozen

from .errors import FrameValueError
from .recognition import is_frame

if TYPE_CHECKING:
    import pandas as pd

_array: Any = pa.array
_UNWRITABLE = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)
PANDAS_ROWS = 65_536
"""Rows of a frame of pandas that are converted at a time."""
_EAGER_LIBRARIES = ("cudf", "modin", "narwhals", "pandas", "polars", "pyarrow")
RULE = "a frame must be a table of pandas, polars, pyarrow or duckdb, or have an Arrow C stream"


@frozen
class FrameSource:
    """The columns and rows of a frame."""

    names: tuple[str, ...]
    read: Callable[[], Iterator[pa.RecordBatch]]
    is_repeatable: bool
    """Whether the rows can be read more than once."""


def open_frame(frame: object) -> FrameSource:
    """Return the source of a frame. Its rows are not read yet.

    The index of pandas is no column: one without a name is left out.

    Raises:
        TypeError: It is no frame.
        FrameValueError: It has no columns, two columns with one name, or an index that would be lost.
    """
    source = _open(frame)
    for name in source.names:
        if not name.strip() or source.names.count(name) > 1:
            rule = "its name occurs twice" if name.strip() else "it must have a name"
            raise FrameValueError(rule, name)
    if not source.names:
        raise FrameValueError("it has no columns")
    return source


def settle_frame(frame: object) -> object:
    """Return a frame that is computed once: a lazy one is computed here, and a query becomes a stream.

    Raises:
        TypeError: It is no frame.
    """
    if not is_frame(frame):
        raise TypeError(f"{RULE} (got {type(frame).__name__})")
    if not hasattr(frame, "__arrow_c_stream__"):
        return frame if _is_pandas(frame) else _compute(frame)
    is_eager = type(frame).__module__.partition(".")[0] in _EAGER_LIBRARIES
    return frame if is_eager else _stream(frame)


def _open(frame: object) -> FrameSource:
    frame = settle_frame(frame)
    if _is_pandas(frame):
        return _open_pandas(cast("pd.DataFrame", frame))
    if isinstance(frame, pa.RecordBatchReader):
        reader = frame
        return FrameSource(tuple(reader.schema.names), lambda: iter(reader), False)
    return FrameSource(tuple(_stream(frame).schema.names), lambda: iter(_stream(frame)), True)


def _stream(frame: object) -> pa.RecordBatchReader:
    try:
        return pa.RecordBatchReader.from_stream(cast("Any", frame))
    except pa.ArrowInvalid as error:
        if "non-struct" in str(error):
            raise TypeError(f"{RULE} (got {type(frame).__name__}, which is a single column)") from None
        reason = str(error).partition(":")[0]
    raise FrameValueError(f"a type of its columns is not known to Arrow ({reason})")


def _compute(frame: object) -> pa.Table:
    """Return what narwhals knows as a table of Arrow."""
    try:
        known = nw.from_native(frame)  # type: ignore[call-overload]
    except TypeError:
        raise TypeError(f"{RULE} (got {type(frame).__name__})") from None
    table = known.collect("pyarrow").to_arrow() if isinstance(known, nw.LazyFrame) else known.to_arrow()
    return table.select(known.collect_schema().names())


def _is_pandas(frame: object) -> bool:
    kind = type(frame)
    return kind.__module__.partition(".")[0] == "pandas" and hasattr(kind, "iloc") and hasattr(kind, "columns")


def _open_pandas(frame: pd.DataFrame) -> FrameSource:
    if frame.columns.nlevels > 1:
        raise FrameValueError("its columns have several levels; give each one name")
    names = tuple(str(name) for name in frame.columns)
    index = frame.index
    named = [name for name in index.names if name is not None]
    if named or index.nlevels > 1 or index.dtype.kind not in "iu":
        what = f"named {named[0]!r}" if named else "with labels"
        raise FrameValueError(
            f"it has an index {what}; use reset_index() to write it, or reset_index(drop=True) to leave it out"
        )

    def read() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(frame), PANDAS_ROWS):
            rows = frame.iloc[start : start + PANDAS_ROWS]
            columns = [_pandas_column(rows.iloc[:, number], name, start) for number, name in enumerate(names)]
            yield from pa.Table.from_arrays(columns, names=list(names)).to_batches()

    return FrameSource(names, read, True)


def _pandas_column(values: pd.Series[Any], name: str, start: int) -> pa.Array[pa.Scalar[pa.DataType]]:
    try:
        column: pa.Array[pa.Scalar[pa.DataType]] = _array(values, from_pandas=True)
        return column
    except UnicodeEncodeError:
        row = next(number for number, value in enumerate(values) if isinstance(value, str) and not _is_unicode(value))
        reason = "it is text with half of a surrogate pair"
    except _UNWRITABLE:
        if values.dtype != object:
            raise FrameValueError(f"the type {values.dtype} cannot be written; convert it to text", name) from None
        row = _first_of_another_type(list(values))
        reason = "its type is not that of the values above it" if row else "its type cannot be written"
    raise FrameValueError(reason, name, start + row + 1)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _first_of_another_type(values: Sequence[object]) -> int:
    """Return the position of the first value that Arrow cannot put into one array with those before it."""
    low, high = 0, len(values)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            _array(values[:middle], from_pandas=True)
        except _UNWRITABLE:
            high = middle
        else:
            low = middle
    return low
