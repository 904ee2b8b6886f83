"""Cut content into the chunks that Anaplan accepts: 1 to 50 MB each, at most 1,000 per file."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias, cast

from ..concurrency.batching import BLOCK_BYTES
from .content import check_piece

Piece: TypeAlias = bytes | memoryview
ContentPiece: TypeAlias = str | bytes | bytearray | memoryview
"""A piece as callers pass it."""

MIN_CHUNK_BYTES = 1_000_000
MAX_CHUNK_BYTES = 50_000_000
MAX_CHUNKS = 1_000
MAX_CONCURRENCY = 8
"""Chunks of a transfer that are in flight concurrently."""


def check_size(size: int) -> None:
    """Raise `ValueError` for a chunk size that Anaplan does not accept, in bytes before compression."""
    if isinstance(size, float) or not MIN_CHUNK_BYTES <= size <= MAX_CHUNK_BYTES:
        raise ValueError(
            f"upload_chunk_size must be between {MIN_CHUNK_BYTES} and {MAX_CHUNK_BYTES} bytes (got {size})"
        )


def plan_ranges(length: int, wanted_size: int) -> list[tuple[int, int]]:
    """Cut content of known length into (start, end) ranges of the wanted size; empty content has one empty range.

    The ranges are larger if there would be more than 1,000. Raises `ValueError` if they would exceed 50 MB.
    """
    size = max(wanted_size, -(-length // MAX_CHUNKS))
    if size > MAX_CHUNK_BYTES:
        raise ValueError(f"content must fit into {MAX_CHUNKS} chunks of {MAX_CHUNK_BYTES} bytes (got {length} bytes)")
    return [(start, min(start + size, length)) for start in range(0, max(1, length), size)]


def growing_sizes(first: int) -> Iterator[int]:
    """Yield the chunk sizes of a stream of unknown length, which grow from the first size to the maximum.

    The second half of the chunks have the maximum size, which leaves room for more than 25 GB with any first size.
    Raises `ValueError` after the last of 1,000 sizes.
    """
    for index in range(MAX_CHUNKS):
        share = index / (MAX_CHUNKS // 2)
        yield first if share < 0.2 else min(MAX_CHUNK_BYTES, int(first + (MAX_CHUNK_BYTES - first) * min(1.0, share)))
    raise ValueError(f"content must fit into {MAX_CHUNKS} chunks (got a longer stream)")


class Chunker:
    """Cuts a stream of pieces of any size into chunks, each a list of pieces, without copying large pieces.

    Small pieces are gathered into blocks, so that a chunk of short lines is not a list of millions. Large pieces are
    viewed in blocks, so that none takes long to compress or to send.
    """

    def __init__(self, first_size: int) -> None:
        self._sizes = growing_sizes(first_size)
        self._size = self._length = self._count = 0
        self._pieces: list[Piece] = []
        self._block: bytearray = bytearray()

    def add_all(self, pieces: Sequence[ContentPiece]) -> list[list[Piece]]:
        """Add a batch of pieces, and return the chunks that it completes.

        Raises `TypeError` for an invalid piece and `ValueError` for text that cannot be encoded, each with its index.
        Raises `ValueError` if the content needs more than 1,000 chunks.
        """
        try:
            completed = [chunk for piece in _join(pieces) for chunk in self.add(piece)]
        except (TypeError, UnicodeEncodeError):
            pass
        else:
            self._count += len(pieces)
            return completed
        # Raised outside of the handler, since the original error holds the text.
        for index, piece in enumerate(pieces, self._count):
            check_piece(piece, index)
            if isinstance(piece, str):
                encode_text(piece, f" in piece {index}")
        raise TypeError("content must give pieces of text or bytes that can be joined")

    def add(self, piece: ContentPiece) -> Iterator[list[Piece]]:
        """Add a piece, and yield the chunks that it completes. Raises `ValueError` if there would be too many."""
        # A buffer that its owner may change has to be copied.
        fixed = piece.encode() if isinstance(piece, str) else piece if isinstance(piece, bytes) else bytes(piece)
        left = memoryview(fixed)
        while left:
            self._size = self._size or next(self._sizes)
            missing = self._size - self._length
            if self._block or len(left) < BLOCK_BYTES:
                taken = left[: min(missing, BLOCK_BYTES - len(self._block))]
                self._block += taken
                if len(self._block) == BLOCK_BYTES:
                    self._end_block()
            else:
                taken = left[:missing]
                self._pieces.extend(split_blocks(taken))
            self._length += len(taken)
            left = left[len(taken) :]
            if self._length == self._size:
                yield self.flush()

    def flush(self) -> list[Piece]:
        """Return the pieces of the unfinished chunk, and start the next one."""
        self._end_block()
        pieces, self._pieces = self._pieces, []
        self._size = self._length = 0
        return pieces

    def _end_block(self) -> None:
        if self._block:
            self._pieces.append(bytes(self._block))
            self._block.clear()


def _join(pieces: Sequence[ContentPiece]) -> Iterator[ContentPiece]:
    """Join the small pieces of a batch, which is much faster than to add each."""
    # Only the last piece can be large or without a size, since either ends the batch.
    large = len(_checked(pieces[-1])) >= BLOCK_BYTES
    for kind, run in groupby(pieces[:-1] if large else pieces, type):
        if kind is str:
            yield "".join(cast("Iterator[str]", run))
        elif kind is bytes:
            yield b"".join(cast("Iterator[bytes]", run))
        else:
            yield from map(_checked, run)
    if large:
        yield pieces[-1]


def _checked(piece: ContentPiece) -> ContentPiece:
    """Raise `TypeError` for an invalid piece, also one that `bytes` would convert, such as a number."""
    check_piece(piece, 0)
    return piece


def encode_text(text: str, place: str = "") -> bytes:
    """Encode text as UTF-8. Raises `ValueError` with the position of a character that cannot be encoded."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        start = error.start
    # Raised outside of the handler, since the original error holds the text.
    raise ValueError(f"content must be text that UTF-8 can encode (got a lone surrogate at character {start}{place})")


def split_blocks(content: Piece) -> list[Piece]:
    """View content as a list of blocks."""
    view = memoryview(content).cast("B")
    return [view[start : start + BLOCK_BYTES] for start in range(0, len(view), BLOCK_BYTES)]
