"""Gather small pieces, so that a worker thread gets many at a time."""

from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

BLOCK = 1 << 20
"""Bytes that are read or compressed at a time."""
MANY = 4096
"""Pieces that are gathered at a time, where they do not make a block before."""

S = TypeVar("S", bound=Sized)


def batches(pieces: Iterable[S]) -> Iterator[list[S]]:
    """Goes through pieces, as many at a time as make a block, or `MANY`."""
    batch, size = list[S](), 0
    for piece in pieces:
        batch.append(piece)
        try:
            size += len(piece)
        except TypeError:  # it is no piece; this ends the batch, so that it is soon found
            size = BLOCK
        if size >= BLOCK or len(batch) == MANY:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
