"""Check the content of an upload: text, bytes, a path, an open file, or an iterable of pieces."""

import os
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence, Set
from stat import S_ISDIR, S_ISREG
from typing import Protocol, cast

RULE = "content must be text, bytes, a path, an open file, or an iterable of pieces of text or bytes"
_AS_CSV = "write it as CSV first, such as with its to_csv(index=False) or write_csv()"
_ROWS_AS_CSV = "write rows as CSV first, such as with csv.writer into a file or an io.StringIO"
_FRAME_METHODS = ("to_csv", "write_csv", "to_pandas", "toPandas", "__dataframe__", "__arrow_c_stream__", "__array__")
"""Methods that only tables and arrays have: pandas, polars, pyarrow, Spark, numpy and similar."""
_MAX_PATH_CHARACTERS = 4096
_IN_MEMORY = (str, bytes, bytearray, memoryview)


class _File(Protocol):
    closed: bool

    def readable(self) -> bool: ...


def check_content(content: object) -> None:
    """Check content as far as possible without reading it.

    Raises:
        TypeError: for another type, such as a frame, a mapping, rows, or a number. The message says how to convert it.
        ValueError: for text that is the path of a file, for lines without line ends, for a file that is closed or not
            open for reading, and for a path that is not a regular file.
        OSError: for a path that does not exist or is a directory.
    """
    if isinstance(content, str):
        _check_no_path(content)
    elif isinstance(content, memoryview):
        if not content.contiguous:
            raise ValueError("content must be contiguous memory (got a memoryview with gaps); use its tobytes()")
    elif isinstance(content, os.PathLike):
        check_path(os.fsdecode(cast("os.PathLike[str]", content)))
    elif not isinstance(content, _IN_MEMORY):
        _check_iterable(content)


def check_path(path: str) -> None:
    """Raise `OSError` for a missing path or a directory, and `ValueError` for any other path but a regular file."""
    mode = os.stat(path).st_mode
    if S_ISDIR(mode):
        raise IsADirectoryError(f"content must be the path of a file (got the directory {path!r})")
    if not S_ISREG(mode):
        raise ValueError(f"content must be the path of a regular file (got {path!r}); open it, and pass the open file")


def check_piece(piece: object, index: int) -> None:
    """Raise `TypeError` for a piece of an iterable that is neither text nor bytes."""
    if not isinstance(piece, _IN_MEMORY):
        kind = type(piece).__name__
        hint = f"; {_ROWS_AS_CSV}" if hasattr(piece, "__iter__") else ""
        raise TypeError(f"content must yield pieces of text or bytes (got {kind} as piece {index}){hint}")


def _check_no_path(text: str) -> None:
    if not text or len(text) > _MAX_PATH_CHARACTERS or "\n" in text or "\0" in text:
        return
    try:
        is_file = os.path.isfile(text)
    except ValueError:
        return
    if is_file:
        raise ValueError(
            f"content must be the text itself (got the path of a file); use Path({text!r}) to upload the file"
        )


def _check_iterable(content: object) -> None:
    kind = type(content)
    if any(hasattr(kind, method) for method in _FRAME_METHODS):
        raise TypeError(f"{RULE} (got {kind.__name__}); {_AS_CSV}")
    if isinstance(content, Mapping | Set):
        raise TypeError(f"{RULE} (got {kind.__name__}); {_ROWS_AS_CSV}")
    if kind.__module__ == "_csv":
        raise TypeError(f"{RULE} (got a CSV reader, which yields rows); pass the file that it reads")
    if hasattr(content, "read") and hasattr(content, "closed") and not isinstance(content, AsyncIterable):
        _check_file(cast("_File", content))
    if isinstance(content, Sequence):
        _check_sequence(cast("Sequence[object]", content))
    elif isinstance(content, type) or not isinstance(content, Iterable | AsyncIterable):
        raise TypeError(f"{RULE} (got {kind.__name__})")


def _check_sequence(pieces: Sequence[object]) -> None:
    for index, piece in enumerate(pieces):
        check_piece(piece, index)
    texts = [piece for piece in pieces if isinstance(piece, str) and piece]
    if len(texts) > 1 and len(texts) == len(pieces) and not any("\n" in text or "\r" in text for text in texts):
        raise ValueError(
            f"content must have its line ends (got {len(texts)} texts without any, which would become one line); "
            "join lines with '\\n'.join(lines), and pieces of one line with ''.join(pieces)"
        )


def _check_file(file: _File) -> None:
    if file.closed:
        raise ValueError("content must be an open file (got a closed one)")
    if (readable := getattr(file, "readable", None)) is not None and callable(readable) and readable() is False:
        raise ValueError("content must be a file that is open for reading (got one for writing)")
