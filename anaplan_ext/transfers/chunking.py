"""How content is cut into the chunks that Anaplan takes: 1 to 50 MB, at most 1,000 a file, each compressed alone."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias, cast

from ..concurrency.batching import BLOCK
from .content import check_piece

Piece: TypeAlias = bytes | memoryview
Given: TypeAlias = str | bytes | bytearray | memoryview
"""A piece as users give it."""

MINIMUM_SIZE = 1_000_000
MAXIMUM_SIZE = 50_000_000
MAXIMUM_COUNT = 1_000
MAX_CONCURRENCY = 8
"""Chunks of a transfer that are in flight at once."""


def check_size(size: int) -> None:
    """Raises `ValueError` for a chunk size that Anaplan does not take; sizes are in bytes before compression."""
    if isinstance(size, float) or not MINIMUM_SIZE <= size <= MAXIMUM_SIZE:
        raise ValueError(f"upload_chunk_size: {size} is not between {MINIMUM_SIZE} and {MAXIMUM_SIZE} bytes")


def plan(length: int, wanted_size: int) -> list[tuple[int, int]]:
    """Cuts a known length into (start, end) ranges of the wanted size, or of a larger one where they would be too many.

    Raises `ValueError` for content that does not fit into 1,000 chunks of 50 MB.
    """
    size = max(wanted_size, -(-length // MAXIMUM_COUNT))
    if size > MAXIMUM_SIZE:
        raise ValueError(f"{length} bytes do not fit into {MAXIMUM_COUNT} chunks of {MAXIMUM_SIZE} bytes")
    return [(start, min(start + size, length)) for start in range(0, length, size)]


def growing_sizes(first: int) -> Iterator[int]:
    """The sizes of the chunks of a stream of unknown length: the wanted one, growing so that 1,000 hold the most.

    The second half of the chunks are of the maximum size, which leaves room for more than 25 GB at any start. Asking
    for a size beyond the last chunk raises `ValueError`.
    """
    for index in range(MAXIMUM_COUNT):
        share = index / (MAXIMUM_COUNT // 2)
        yield first if share < 0.2 else min(MAXIMUM_SIZE, int(first + (MAXIMUM_SIZE - first) * min(1.0, share)))
    raise ValueError(f"the content does not fit into {MAXIMUM_COUNT} chunks")


class Cutter:
    """Cuts a stream of pieces of any size into chunks, each a list of pieces, without copying what is large.

    Small pieces are gathered into blocks, so that a chunk of short lines is no list of millions, and large ones are
    viewed in blocks, so that none takes long to compress or to send.
    """

    def __init__(self, first_size: int) -> None:
        self._sizes = growing_sizes(first_size)
        self._size = self._length = self._count = 0
        self._pieces: list[Piece] = []
        self._block: bytearray = bytearray()

    def add_all(self, pieces: Sequence[Given]) -> list[list[Piece]]:
        """Takes a batch of pieces and returns the chunks that it completes.

        Raises `TypeError` for what is no piece and `ValueError` for text that cannot be encoded, each with its index,
        and as `add`.
        """
        try:
            completed = [chunk for piece in _joined(pieces) for chunk in self.add(piece)]
        except (TypeError, UnicodeEncodeError):
            pass
        else:
            self._count += len(pieces)
            return completed
        # Raised outside of the handler: the error about a text holds the text.
        for index, piece in enumerate(pieces, self._count):
            check_piece(piece, index)
            if isinstance(piece, str):
                encoded_text(piece, f" in piece {index}")
        raise TypeError("content must give pieces of text or bytes that can be joined")

    def add(self, piece: Given) -> Iterator[list[Piece]]:
        """Takes a piece and yields the chunks that it completes. Raises `ValueError` where a chunk too many begins."""
        # What its owner may write to again has to be copied.
        fixed = piece.encode() if isinstance(piece, str) else piece if isinstance(piece, bytes) else bytes(piece)
        rest = memoryview(fixed)
        while rest:
            self._size = self._size or next(self._sizes)
            room = self._size - self._length
            if self._block or len(rest) < BLOCK:
                taken = rest[: min(room, BLOCK - len(self._block))]
                self._block += taken
                if len(self._block) == BLOCK:
                    self._end_block()
            else:
                taken = rest[:room]
                self._pieces.extend(in_blocks(taken))
            self._length += len(taken)
            rest = rest[len(taken) :]
            if self._length == self._size:
                yield self.rest()

    def rest(self) -> list[Piece]:
        """Returns what no chunk was made of yet, and starts anew."""
        self._end_block()
        pieces, self._pieces = self._pieces, []
        self._size = self._length = 0
        return pieces

    def _end_block(self) -> None:
        if self._block:
            self._pieces.append(bytes(self._block))
            self._block.clear()


def _joined(pieces: Sequence[Given]) -> Iterator[Given]:
    """Joins the small pieces of a batch, which takes a fraction of the time of one after the other."""
    # Only the last can be large, for that ended the batch; and only the last can be without a size.
    large = len(_checked(pieces[-1])) >= BLOCK
    for kind, run in groupby(pieces[:-1] if large else pieces, type):
        if kind is str:
            yield "".join(cast("Iterator[str]", run))
        elif kind is bytes:
            yield b"".join(cast("Iterator[bytes]", run))
        else:
            yield from map(_checked, run)
    if large:
        yield pieces[-1]


def _checked(piece: Given) -> Given:
    """Raises `TypeError` for what is no piece, among it what `bytes` would make zeros or characters of."""
    check_piece(piece, 0)
    return piece


def encoded_text(text: str, place: str = "") -> bytes:
    """Encodes text of content as UTF-8. Raises `ValueError` with the place of what cannot be encoded."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        start = error.start
    # Raised outside of the handler: the error about a text holds the text.
    raise ValueError(f"content must be text that UTF-8 can encode (got a lone surrogate at character {start}{place})")


def in_blocks(content: Piece) -> list[Piece]:
    """Views content as a list of blocks."""
    view = memoryview(content).cast("B")
    return [view[start : start + BLOCK] for start in range(0, len(view), BLOCK)]
