"""What can be uploaded, and reading it in ranges. Reading may block: it is done where the chunk is compressed."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar, cast

from attrs import frozen

from .chunks import BLOCK, Piece, in_blocks

C = TypeVar("C")

SizedContent: TypeAlias = str | bytes | bytearray | memoryview | os.PathLike[str]
"""Content whose size is known: text, bytes, or the path of a file."""


@frozen
class Sized:
    """Content of known length in bytes; `read` returns a range of it."""

    length: int
    read: Callable[[int, int], Iterable[Piece]]


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
    return Sized(len(view), lambda start, end: in_blocks(view[start:end]))


def _read_file(path: Path, start: int, end: int) -> Iterator[Piece]:
    with path.open("rb") as file:
        file.seek(start)
        for at in range(start, end, BLOCK):
            block = file.read(min(BLOCK, end - at))
            if len(block) != min(BLOCK, end - at):
                raise ValueError(f"{path} became shorter while it was read")
            yield block


class _Readable(Protocol):
    def read(self, size: int, /) -> str | bytes | None: ...


def pieces_of(content: C) -> C | Iterator[str | bytes]:
    """Reads an open file in blocks, since it would be gone through line by line; returns anything else as it is."""
    # Asynchronous files, which are gone through otherwise, have no __iter__.
    is_file = hasattr(content, "read") and hasattr(content, "__iter__")
    return _read_pieces(cast("_Readable", content)) if is_file else content


def _read_pieces(file: _Readable) -> Iterator[str | bytes]:
    while piece := file.read(BLOCK):
        yield piece
    if piece is None:
        raise BlockingIOError("the file is in non-blocking mode, and had nothing to read")


def one_shot(pieces: list[Piece]) -> Callable[[], Iterator[Piece]]:
    """Hands pieces out once, and lets go of each, so that they are not held beside their compressed form."""

    def read() -> Iterator[Piece]:
        while pieces:
            yield pieces.pop(0)

    return read
