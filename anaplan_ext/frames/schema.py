"""Names and types of the columns of a table, from the metadata of an export, a view or a list."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from attrs import frozen

from ..arguments.csv_names import separator_character
from .errors import TableError

if TYPE_CHECKING:
    from anaplan_client.integration.models import ExportMetadata, ImportMetadataSource, LineItem, ListMetadata

ColumnType: TypeAlias = Literal["text", "number", "boolean", "date"]
"""Type of a column. Numbers are 64-bit floats, as in Anaplan."""
Compression: TypeAlias = Literal["zstd", "snappy", "gzip", "none"]
"""Compression of a Parquet file."""

_TYPES: Mapping[str, ColumnType] = {"NUMBER": "number", "BOOLEAN": "boolean", "DATE": "date"}
"""Types by Anaplan's data types; all others are text, among them list items, time periods, ids and codes."""


@frozen
class Dialect:
    """How CSV is written."""

    separator: str = ","
    """Character between columns."""
    delimiter: str = '"'
    """Character around values; empty if values are never quoted."""
    encoding: str = "UTF-8"
    """Character encoding."""


@frozen
class Column:
    """A column of a table."""

    name: str
    type: ColumnType


@frozen
class TableFormat:
    """What is known of a table before it is read."""

    dialect: Dialect = Dialect()
    names: tuple[str, ...] = ()
    """The names in the header; empty if they are not known."""
    types: tuple[ColumnType, ...] = ()
    """The types of these columns."""
    is_grid: bool = False
    """Whether the table may have a line with the page in front of the header."""


def export_format(label: str, metadata: ExportMetadata) -> TableFormat:
    """Return the format of an export's output.

    Raises:
        TableError: The output is not delimited text, has several pages, or has a separator of several characters.
    """
    media_type = (metadata.export_format or "text/csv").partition(";")[0].strip().lower()
    if not media_type.startswith("text/"):
        raise TableError(label, f"its format is {metadata.export_format}, not delimited text")
    layout = str(metadata.layout or "")
    if layout == "GRID_ALL_PAGES":
        raise TableError(label, "its layout is a grid per page; use a tabular layout in Anaplan")
    separator = "\t" if media_type == "text/tab-separated-values" and not metadata.separator else metadata.separator
    dialect = make_dialect(label, separator, metadata.delimiter, metadata.encoding)
    names = tuple(metadata.header_names or ())
    types = column_types(map(str, metadata.data_types or ()))
    fits = len(names) == len(types)
    return TableFormat(
        dialect, names if fits else (), types if fits else (), is_grid=fits and layout.startswith("GRID")
    )


def import_dialect(label: str, source: ImportMetadataSource) -> Dialect:
    """Return how the source of an import is written."""
    return make_dialect(label, source.column_separator, source.text_delimiter, source.text_encoding)


def view_format(line_items: Iterable[LineItem], *, single_column: bool = False) -> TableFormat:
    """Return the format of a view in a tabular layout. Columns that are no line items are text."""
    formats = {item.name: item.format or "" for item in line_items}
    if single_column:
        only = set(formats.values())
        return TableFormat(names=("Value",), types=column_types(only if len(only) == 1 else ("",)))
    return TableFormat(names=tuple(formats), types=column_types(formats.values()))


def list_format(metadata: ListMetadata) -> TableFormat:
    """Return the format of the items of a list. Columns that are no properties are text, but subsets are boolean."""
    properties = [item for item in metadata.properties or () if item.name]
    subsets = [subset.name for subset in metadata.subsets or () if subset.name]
    types = column_types([item.format or "" for item in properties] + ["BOOLEAN"] * len(subsets))
    return TableFormat(names=(*(item.name or "" for item in properties), *subsets), types=types)


def make_dialect(label: str, separator: str | None, delimiter: str | None, encoding: str | None) -> Dialect:
    """Return a dialect; what is None is as usual. Raise `TableError` unless they are single ASCII characters."""
    column = _one_character(label, "column separator", "," if separator is None else separator_character(separator))
    around = "" if delimiter == "" else '"' if delimiter is None else separator_character(delimiter)
    if around:
        _one_character(label, "text delimiter", around)
    if column == around:
        raise TableError(label, f"its column separator and text delimiter must differ (got {column!r})")
    return Dialect(column, around, encoding or "UTF-8")


def column_types(data_types: Iterable[str]) -> tuple[ColumnType, ...]:
    """Return the types of columns by Anaplan's data types."""
    return tuple([_TYPES.get(data_type.upper(), "text") for data_type in data_types])


def read_record(record: bytes, dialect: Dialect) -> list[str]:
    """Return the values of one record in UTF-8."""
    reader = csv.reader(
        io.StringIO(record.decode(errors="replace"), newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.delimiter or None,
        quoting=csv.QUOTE_MINIMAL if dialect.delimiter else csv.QUOTE_NONE,
    )
    return next(reader, [""]) or [""]


def is_header(record: Sequence[str], table: TableFormat) -> bool:
    """Return whether a record has the announced names of the columns."""
    return _stripped(record) == _stripped(table.names)


def match_columns(
    label: str, header: Sequence[str], table: TableFormat, wanted: Mapping[str, ColumnType]
) -> tuple[Column, ...]:
    """Return the columns of a header. `wanted` has types that the caller decides, by name.

    Types are found by position where the header is as announced, and otherwise by the names that occur once. Repeated
    names get a number, and blank ones their position, since names of a frame are unique.

    Raises:
        TableError: A name in `wanted` is no column.
    """
    names = unique_names(header)
    for name in wanted:
        if name not in names:
            raise TableError(label, f"types must name its columns (got {name!r})", name)
    known: dict[str, ColumnType] = {}
    if is_header(header, table):
        known = dict(zip(names, table.types, strict=True))
    else:
        once = {name for name in table.names if table.names.count(name) == header.count(name) == 1}
        known = {name: kind for name, kind in zip(table.names, table.types, strict=True) if name in once}
    return tuple([Column(name, wanted.get(name) or known.get(name) or "text") for name in names])


def check_types(types: Mapping[str, str]) -> None:
    """Raise `ValueError` for a type of a column that does not exist."""
    for name, kind in types.items():
        if kind not in get_args(ColumnType):
            raise ValueError(f"types must be among {', '.join(get_args(ColumnType))} (got {kind!r} for {name!r})")


def unique_names(header: Sequence[str]) -> list[str]:
    """Return unique names: `Sales`, `Sales_2`. A blank name becomes `column_1`, by its position."""
    taken: set[str] = {name for name in header if name.strip()}
    names: list[str] = []
    for position, name in enumerate(header, start=1):
        wanted = name if name.strip() else f"column_{position}"
        names.append(wanted if wanted not in names and (name.strip() or wanted not in taken) else _free(wanted, taken))
        taken.add(names[-1])
    return names


def _one_character(label: str, kind: str, character: str) -> str:
    if len(character) != 1 or not character.isascii() or character in "\r\n\0":
        raise TableError(label, f"its {kind} must be one ASCII character (got {character!r})")
    return character


def _free(name: str, taken: Collection[str]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _stripped(names: Sequence[str]) -> list[str]:
    return [name.strip() for name in names]
