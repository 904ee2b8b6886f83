"""How content is cut into the chunks that Anaplan takes: 1 to 50 MB, at most 1,000 a file, each compressed alone."""

import gzip
from collections.abc import Iterator
from typing import Any

MINIMUM_SIZE = 1_000_000
MAXIMUM_SIZE = 50_000_000
MAXIMUM_COUNT = 1_000
PARALLEL = 4
"""How many chunks are under way at once."""


def check_size(size: int) -> None:
    """Raises `ValueError` for a chunk size that Anaplan does not take; sizes are in bytes before compression."""
    if not MINIMUM_SIZE <= size <= MAXIMUM_SIZE:
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


def compressed(chunk: bytes | memoryview) -> bytes:
    """Compresses one chunk, as fast as can be: isal takes a thirtieth of the time of zlib's best level."""
    try:
        from isal import igzip  # imported late: most scripts upload nothing
    except ImportError:
        return gzip.compress(chunk, compresslevel=1, mtime=0)
    untyped: Any = igzip
    return bytes(untyped.compress(chunk, compresslevel=1, mtime=0))
