"""Put the rejected rows of a load next to the rows of its source."""

# The stubs of pyarrow know the types of few arrays.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import pyarrow as pa
import pyarrow.compute
from pyarrow import types

from .cell_text import Values, to_text
from .csv_writer import iter_slices
from .errors import FrameValueError
from .frame_source import FrameSource, open_frame
from .schema import unique_names

_pc: Any = pyarrow.compute
_OWN = ("action", "line", "error")
_OWN_TYPES = (pa.string(), pa.int64(), pa.string())


class Rejected(Protocol):
    """A row of a failure dump."""

    @property
    def line(self) -> str:
        """Its line in the source."""
        ...

    @property
    def error(self) -> str:
        """Why it was rejected."""
        ...

    @property
    def values(self) -> Mapping[str, str]:
        """Its values as text, by column."""
        ...


def rejected_table(rows: Sequence[Rejected], action: str, source: object | None) -> pa.Table:
    """Return the rejected rows of one import: action, line, error, and the row of the source, or that of the dump.

    Raises:
        TypeError: The source is no frame.
        FrameValueError: The source is not what was loaded: the values of a line are others.
    """
    own: list[Values] = [
        pa.array([action] * len(rows), pa.string()),
        pa.array([int(row.line) if row.line.isdecimal() else None for row in rows], pa.int64()),
        pa.array([row.error for row in rows], pa.string()),
    ]
    beside = _dump_table(rows) if source is None else _source_table(rows, open_frame(source))
    names = unique_names([*_OWN, *beside.column_names])
    return pa.Table.from_arrays([*own, *cast("list[Any]", beside.columns)], names=names)


def concat_tables(tables: Sequence[pa.Table]) -> pa.Table:
    """Return tables one below the other; a column that one of them does not have is null."""
    if not tables:
        return pa.table(dict(zip(_OWN, (pa.array([], kind) for kind in _OWN_TYPES), strict=True)))
    return pa.concat_tables(tables, promote_options="permissive")


def _dump_table(rows: Sequence[Rejected]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row.values))
    return pa.table({name: pa.array([row.values.get(name) for row in rows], pa.string()) for name in names})


def _source_table(rows: Sequence[Rejected], source: FrameSource) -> pa.Table:
    if not source.is_repeatable:
        raise TypeError("source must be a frame that can be read more than once (got a stream)")
    wanted = {int(row.line): row for row in rows if row.line.isdecimal()}
    # A row has several lines where its text has line ends; whether these are counted shows in the values.
    for counts_line_ends in (True, False):
        positions, taken = _take(source, wanted, counts_line_ends)
        if _is_same(wanted, positions, taken):
            order = [positions.get(int(row.line)) if row.line.isdecimal() else None for row in rows]
            return taken.take(pa.array(order, pa.int64()))
    raise FrameValueError("it is not what was loaded: a rejected line has other values", label="source")


def _take(
    source: FrameSource, wanted: Mapping[int, Rejected], counts_line_ends: bool
) -> tuple[dict[int, int], pa.Table]:
    """Return the rows of the source at the wanted lines, and their positions by line."""
    line = 2 + (sum(map(_line_ends, source.names)) if counts_line_ends else 0)
    positions: dict[int, int] = {}
    parts: list[pa.Table] = []
    for part, first_row in iter_slices(source):
        table = pa.Table.from_batches([part])
        lengths = _count_lines(part, source.names, first_row) if counts_line_ends else [1] * part.num_rows
        chosen: list[int] = []
        for row, length in enumerate(lengths):
            if line in wanted:
                positions[line] = len(positions)
                chosen.append(row)
            line += length
        parts.append(table.take(pa.array(chosen, pa.int64())))
    empty = pa.table({name: pa.array([], pa.null()) for name in source.names})
    return positions, pa.concat_tables(parts, promote_options="permissive") if parts else empty


def _count_lines(part: pa.RecordBatch, names: Sequence[str], first_row: int) -> list[int]:
    """Return the number of lines that each row has as CSV."""
    total: Any = pa.scalar(1)
    for number, name in enumerate(names):
        values = part.column(number)
        if not _is_exact(values.type):
            continue
        text = to_text(values, name, first_row)
        total = _pc.add(total, _pc.fill_null(_pc.count_substring_regex(text, "\r\n|\r|\n"), 0))
    return [1] * part.num_rows if isinstance(total, pa.Scalar) else total.to_pylist()


def _is_same(wanted: Mapping[int, Rejected], positions: Mapping[int, int], taken: pa.Table) -> bool:
    """Return whether the rows have the values of the dump, in the columns that have only one form."""
    if set(positions) != set(wanted):
        return False
    for name in taken.column_names:
        column = taken.column(name).combine_chunks()
        if not _is_exact(column.type):
            continue
        texts = to_text(cast("Values", column), name, 1).to_pylist()
        for line, position in positions.items():
            value = wanted[line].values.get(name)
            if value is not None and value != (texts[position] or ""):
                return False
    return True


def _is_exact(kind: pa.DataType) -> bool:
    """Return whether values of this type are text, or become text in only one way."""
    if isinstance(kind, pa.DictionaryType):
        return _is_exact(kind.value_type)
    return types.is_string(kind) or types.is_large_string(kind) or kind == pa.string_view() or types.is_integer(kind)


def _line_ends(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
