"""Write frames as CSV, slice by slice."""

# The stubs of pyarrow know the types of few arrays.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute

from ..arguments.csv_names import codec_name
from .cell_text import Text, Values, check_values, to_text
from .errors import FrameValueError
from .frame_source import FrameSource, open_frame
from .schema import Dialect

_pc: Any = pyarrow.compute
SLICE_BYTES = 4 << 20
"""Bytes of a frame that are written at a time."""
SLICE_ROWS = 32_768


def iter_csv(frame: object, dialect: Dialect, decimal_separator: str = ".") -> Iterator[bytes]:
    """Yield a frame as CSV: a header, and a line per row.

    Null is an empty value, and empty text is a quoted empty value. Holds a few slices of 4 MiB.

    Args:
        frame: A frame of any library.
        dialect: How the CSV is written.
        decimal_separator: The decimal separator of numbers with decimals.

    Raises:
        TypeError: It is no frame.
        FrameValueError: A column or a value cannot be written without loss.
    """
    source = open_frame(frame)
    encoder = codecs.getincrementalencoder(codec_name(dialect.encoding))()
    yield _encode(encoder, _header(source, dialect), source.names, dialect, 0)
    for part, first_row in iter_slices(source):
        texts = [to_text(part.column(number), name, first_row) for number, name in enumerate(source.names)]
        for number, name in enumerate(source.names):
            if decimal_separator != "." and _has_decimals(part.column(number).type):
                texts[number] = _pc.replace_substring(texts[number], ".", decimal_separator)
            texts[number] = _quoted(texts[number], dialect, name, first_row)
        yield _encode(encoder, texts, source.names, dialect, first_row)


def check_frame(frame: object, dialect: Dialect) -> None:
    """Check that a frame can be written, unless it can be read only once.

    Raises:
        TypeError: It is no frame.
        FrameValueError: A column or a value cannot be written without loss.
    """
    source = open_frame(frame)
    codec = codec_name(dialect.encoding)
    _header(source, dialect)
    if not source.is_repeatable:
        return
    for part, first_row in iter_slices(source):
        for number, name in enumerate(source.names):
            values = part.column(number)
            if codec == "utf-8" and dialect.delimiter:
                check_values(values, name, first_row)
            else:
                text = _quoted(to_text(values, name, first_row), dialect, name, first_row)
                _check_encoding(text, codec, name, first_row)


def _header(source: FrameSource, dialect: Dialect) -> list[Text]:
    header: list[Text] = [_quoted(pa.array([name], pa.string()), dialect, name, 0) for name in source.names]
    for text, name in zip(header, source.names, strict=True):
        _check_encoding(text, codec_name(dialect.encoding), name, 0)
    return header


def iter_slices(source: FrameSource) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Yield slices of a frame of bounded size, each with its first row, counted from 1."""
    row = 1
    for batch in source.read():
        for part in _cut(batch):
            if part.num_rows:
                yield part, row
            row += part.num_rows


def _cut(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for start in range(0, batch.num_rows, SLICE_ROWS):
        part = batch.slice(start, SLICE_ROWS)
        # Arrow knows few functions of views.
        columns = [values.cast(pa.large_string()) if _is_view(values) else values for values in part.columns]
        yield from _halve(pa.RecordBatch.from_arrays(columns, names=part.schema.names))


def _is_view(values: Values) -> bool:
    return values.type == pa.string_view()


def _halve(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Halve a slice as often as its text has too many bytes."""
    half = batch.num_rows // 2
    if not half or sum(map(_text_bytes, batch.columns)) <= SLICE_BYTES:
        yield batch
        return
    yield from _halve(batch.slice(0, half))
    yield from _halve(batch.slice(half))


def _text_bytes(values: Values) -> int:
    is_text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
    return (_pc.sum(_pc.binary_length(values)).as_py() or 0) if is_text else 0


def _has_decimals(kind: pa.DataType) -> bool:
    return pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _quoted(text: Text, dialect: Dialect, column: str, first_row: int) -> Text:
    """Quote the values that need it, also empty ones, so that they are not null."""
    quote = dialect.delimiter
    special = [character for character in (dialect.separator, quote, "\r", "\n") if character]
    content = _content(text)
    needs = _pc.equal(text, pa.scalar(""))
    if any(character.encode() in content for character in special):
        codes = "".join(rf"\x{{{ord(character):x}}}" for character in special)
        is_special = _pc.match_substring_regex(text, f"[{codes}]")
        if not quote:
            reason = "it has a column separator or a line end, and the import has no text delimiter"
            raise FrameValueError(reason, column, first_row + _pc.index(is_special, True).as_py())
        needs = _pc.or_(needs, is_special)
    if not quote or not _pc.any(needs).as_py():
        return text
    doubled = _pc.replace_substring(text, quote, quote * 2)
    quoted: Text = _pc.if_else(needs, _pc.binary_join_element_wise(quote, doubled, quote, ""), text)
    return quoted


def _content(text: Text) -> bytes:
    """Return the bytes of all values, one after the other."""
    data, offsets = text.buffers()[2], text.buffers()[1]
    if data is None or offsets is None or not len(text):
        return b""
    bounds = memoryview(offsets).cast("i")
    return memoryview(data)[bounds[text.offset] : bounds[text.offset + len(text)]].tobytes()


def _encode(
    encoder: codecs.IncrementalEncoder, texts: list[Text], names: tuple[str, ...], dialect: Dialect, first_row: int
) -> bytes:
    joined = _pc.binary_join_element_wise(*texts, dialect.separator, null_handling="replace", null_replacement="")
    content = _content(_pc.binary_join_element_wise(joined, "", "\n"))
    codec = codec_name(dialect.encoding)
    if codec == "utf-8":
        return content
    try:
        return encoder.encode(content.decode())
    except UnicodeEncodeError:
        pass
    for text, name in zip(texts, names, strict=True):
        _check_encoding(text, codec, name, first_row)
    raise FrameValueError(f"its text cannot be written in {dialect.encoding}")


def _check_encoding(text: Text, codec: str, column: str, first_row: int) -> None:
    for number, value in enumerate(text.to_pylist()):
        try:
            (value or "").encode(codec)
        except UnicodeEncodeError:
            row = first_row + number
        else:
            continue
        raise FrameValueError(f"it has a character that {codec} does not have", column, row or None)
