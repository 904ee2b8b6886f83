"""What can be uploaded, and reading it in ranges. Reading may block: it is done where the chunk is compressed."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias, cast

from attrs import frozen

SizedContent: TypeAlias = str | bytes | bytearray | memoryview | os.PathLike[str]
"""Content whose size is known: text, bytes, or the path of a file."""


@frozen
class Sized:
    """Content of known length in bytes; `read` returns a range of it."""

    length: int
    read: Callable[[int, int], bytes | memoryview]


def known_size(content: object) -> SizedContent | None:
    """Returns content of a kind whose size is known, and None for any other."""
    known = isinstance(content, str | bytes | bytearray | memoryview | os.PathLike)
    return cast("SizedContent", content) if known else None


def sized(content: SizedContent) -> Sized:
    """Measures content; text is encoded as UTF-8, and the file of a path is read range by range, when it is needed.

    Raises `OSError` for a file that is not there.
    """
    if isinstance(content, os.PathLike):
        path = Path(content)
        return Sized(path.stat().st_size, partial(_read_file, path))
    view = memoryview(content.encode() if isinstance(content, str) else content).cast("B")
    return Sized(len(view), lambda start, end: view[start:end])


def _read_file(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        found = file.read(end - start)
        last = file.seek(0, os.SEEK_END)
    if len(found) != end - start or last < end:
        raise ValueError(f"{path} became shorter while it was read")
    return found


def one_shot(piece: bytes) -> Callable[[], bytes]:
    """Hands a piece out once and then forgets it, so that it is not held beside its compressed form."""
    return [piece].pop
