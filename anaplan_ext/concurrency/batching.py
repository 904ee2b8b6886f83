"""Gather small pieces, so that each call of a worker thread gets many."""

from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

BLOCK_BYTES = 1 << 20
"""Bytes that are read or compressed per call."""
MAX_BATCH_PIECES = 4096
"""Maximum pieces of a batch."""

S = TypeVar("S", bound=Sized)


def batches(pieces: Iterable[S]) -> Iterator[list[S]]:
    """Yield the pieces in batches of at least `BLOCK_BYTES` or exactly `MAX_BATCH_PIECES`; the last may be smaller."""
    batch, size = list[S](), 0
    for piece in pieces:
        batch.append(piece)
        try:
            size += len(piece)
        except TypeError:  # not a piece: end the batch, so that the error comes soon
            size = BLOCK_BYTES
        if size >= BLOCK_BYTES or len(batch) == MAX_BATCH_PIECES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
