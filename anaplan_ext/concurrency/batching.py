"""Gather small pieces, so that a worker thread gets many at a time."""

from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

BLOCK_BYTES = 1 << 20
"""Bytes that are read or compressed at a time."""
MAX_BATCH_PIECES = 4096
"""Pieces that are gathered at a time, where they do not make a block before."""

S = TypeVar("S", bound=Sized)


def batches(pieces: Iterable[S]) -> Iterator[list[S]]:
    """Goes through pieces, as many at a time as make a block, or `MAX_BATCH_PIECES`."""
    batch, size = list[S](), 0
    for piece in pieces:
        batch.append(piece)
        try:
            size += len(piece)
        except TypeError:  # it is no piece; this ends the batch, so that it is soon found
            size = BLOCK_BYTES
        if size >= BLOCK_BYTES or len(batch) == MAX_BATCH_PIECES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
