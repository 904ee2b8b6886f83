"""Check the frames of a load, and write them as the imports read them. Imported only for a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from ..arguments.csv_names import codec_name
from ..frames.csv_writer import check_frame, iter_csv
from ..frames.errors import FrameValueError, TableError
from ..frames.frame_source import open_frame, settle_frame
from ..frames.recognition import is_frame
from ..frames.schema import Dialect, import_dialect

if TYPE_CHECKING:
    from anaplan_client.integration.models import ImportMetadataSource


@frozen
class FileStyle:
    """How the imports of a file read it."""

    dialect: Dialect
    decimal_separator: str


def settle_files(files: Mapping[str, object]) -> dict[str, object]:
    """Return contents with frames that are computed once. Raise `TypeError` for a single column."""
    return {key: settle_frame(content) if is_frame(content) else content for key, content in files.items()}


def check_frames(frames: Mapping[str, object]) -> None:
    """Check that frames can be written, except for those that can be read only once.

    Raises:
        TypeError: A content is no frame.
        FrameValueError: A column or a value cannot be written without loss.
    """
    for key, frame in frames.items():
        try:
            check_frame(frame, Dialect())
        except FrameValueError as error:
            raise _labelled(key, error) from None


def find_style(key: str, sources: Iterable[ImportMetadataSource]) -> FileStyle:
    """Return how a file is to be written. Raise `FrameValueError` if its imports do not agree, or cannot be met."""
    styles: dict[FileStyle, None] = {}
    for source in sources:
        if (source.header_row or 1) > 1:
            reason = f"the import has its header in line {source.header_row}; write the frame as CSV with that line"
            raise _labelled(key, FrameValueError(reason))
        try:
            dialect = import_dialect("the import", source)
        except TableError as error:
            raise _labelled(key, FrameValueError(f"of the import, {error.reason}")) from None
        styles[FileStyle(dialect, _decimal_separator(source.decimal_separator))] = None
    if len(styles) > 1:
        raise _labelled(key, FrameValueError("the imports that read the file expect different formats"))
    return next(iter(styles), FileStyle(Dialect(), "."))


def check_style(key: str, frame: object, style: FileStyle) -> None:
    """Raise `FrameValueError` if the text of a frame cannot be written in the style of its file."""
    try:
        if codec_name(style.dialect.encoding) != "utf-8" or not style.dialect.delimiter:
            check_frame(frame, style.dialect)
    except LookupError:
        reason = f"the encoding of the import is not known (got {style.dialect.encoding!r})"
        raise _labelled(key, FrameValueError(reason)) from None
    except FrameValueError as error:
        raise _labelled(key, error) from None


def write_frame(key: str, frame: object, style: FileStyle) -> Iterator[bytes]:
    """Yield a frame as CSV. Raise `FrameValueError` for a value that cannot be written without loss."""
    try:
        yield from iter_csv(frame, style.dialect, style.decimal_separator)
    except FrameValueError as error:
        raise _labelled(key, error) from None


def find_missing_names(content: object, source: ImportMetadataSource) -> tuple[str, ...]:
    """Return the columns that an import expects and that the frame lacks."""
    names = open_frame(content).names
    return tuple(name for name in source.header_names or () if name and name not in names)


def _decimal_separator(name: str | None) -> str:
    separator = {"COMMA": ",", "FULL_STOP": "."}.get(name or "", name or ".")
    return separator if len(separator) == 1 else "."


def _labelled(key: str, error: FrameValueError) -> FrameValueError:
    return FrameValueError(error.reason, error.column, error.row, f"files[{key!r}]")
