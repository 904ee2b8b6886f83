"""Check the contents of a load on this machine, before anything is sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from ..arguments.csv_names import codec_name, separator_character
from ..transfers.content import check_content
from ..transfers.sources import as_sized

if TYPE_CHECKING:
    from anaplan_client.integration.models import ImportMetadataSource

MAX_HEADER_BYTES = 1_000_000
"""The header is read from this many bytes at the beginning of the content."""


def check_contents(files: Mapping[str, object], allow_empty: bool) -> None:
    """Check that each content can be uploaded, without reading all of it.

    Raises:
        TypeError: A content is not content, or `files` is empty or no mapping.
        ValueError: A content is empty and must not be, or a text is a path.
        OSError: A file cannot be opened.
    """
    for key, content in files.items():
        try:
            check_content(content)
            is_empty = _length(content) == 0
        except TypeError as error:
            raise TypeError(f"files[{key!r}]: {error}") from error
        except ValueError as error:
            raise ValueError(f"files[{key!r}]: {error}") from error
        if is_empty and not allow_empty:
            raise ValueError(f"files[{key!r}]: content is empty; pass allow_empty=True to clear the file")


def find_missing_columns(content: object, source: ImportMetadataSource) -> tuple[str, ...]:
    """Return the columns that an import expects and that the header of the content lacks.

    Empty for content that can be read only once, and where the import expects no names.
    """
    expected = [name for name in source.header_names or [] if name]
    beginning = _read_beginning(content) if expected else None
    if beginning is None:
        return ()
    header = _read_header(beginning, source)
    return tuple(name for name in expected if name not in header)


def _length(content: object) -> int | None:
    source = as_sized(content)
    if source is None:
        return None
    source.open()
    try:
        return source.length
    finally:
        source.close()


def _read_beginning(content: object) -> bytes | None:
    source = as_sized(content)
    if source is None:
        return None
    source.open()
    try:
        pieces = source.read(0, min(source.length, MAX_HEADER_BYTES))
        return b"".join(cast("Iterable[bytes]", pieces))
    finally:
        source.close()


def _read_header(beginning: bytes, source: ImportMetadataSource) -> list[str]:
    text = beginning.decode(_codec(source.text_encoding), errors="replace")
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=_one_character(source.column_separator, ","),
        quotechar=_one_character(source.text_delimiter, '"'),
    )
    try:
        for line, cells in enumerate(reader, start=1):
            if line >= max(source.header_row or 1, 1):
                return [cell.strip() for cell in cells]
    except csv.Error:
        return []
    return []


def _codec(encoding: str | None) -> str:
    """Return the codec of Python for an encoding of Anaplan. A mark at the beginning of UTF-8 is skipped."""
    try:
        name = codec_name(encoding or "UTF-8")
    except LookupError:
        name = "utf-8"
    return "utf-8-sig" if name == "utf-8" else name


def _one_character(value: str | None, default: str) -> str:
    named = separator_character(value or "")
    return named if len(named) == 1 else default
