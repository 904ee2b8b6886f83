"""Compress chunks."""

import hashlib
import zlib
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from .chunking import Piece

DEFAULT_LEVEL = 1
"""Above a few megabits per second, higher levels cost more time than they save."""
MAX_PARALLEL_COMPRESSIONS = 2
"""Chunks of an upload that are compressed concurrently, each at several hundred megabytes per second."""
_DEFLATED = 8
_GZIP_FORMAT = 31
"""zlib's number for the largest window, in the format of gzip."""


@frozen
class CompressedChunk:
    """A compressed chunk in pieces, the size of its content in bytes, and the SHA-256 of its content in hex.

    The body is empty if the chunk was only compared. Compressed empty content is not empty.
    """

    size: int
    digest: str
    body: list[bytes]


def compress(pieces: Iterable[Piece], level: int) -> CompressedChunk:
    """Compress one chunk. Each piece is read when the one before is compressed, so that only the result is held."""
    compressor = _library(level).compressobj(level, _DEFLATED, _GZIP_FORMAT)
    digest = hashlib.sha256()
    size = 0
    body: list[bytes] = []
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
        body.append(compressor.compress(piece))
    body.append(compressor.flush())
    return CompressedChunk(size, digest.hexdigest(), [piece for piece in body if piece])


def compute_digest(pieces: Iterable[Piece]) -> tuple[int, str]:
    """Return the size and the SHA-256 of a chunk."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def check_level(level: object) -> None:
    """Raise `TypeError` or `ValueError` for an invalid compression level."""
    if isinstance(level, bool) or not isinstance(level, int):
        raise TypeError(f"compression_level must be an integer (got {type(level).__name__})")
    if not 1 <= level <= 9:
        raise ValueError(f"compression_level must be between 1 and 9 (got {level})")


def _library(level: int) -> Any:
    """Return isal if it is installed and has the level, since it is many times as fast as zlib."""
    try:
        from isal import isal_zlib  # imported late: most scripts upload nothing
    except ImportError:
        return zlib
    return isal_zlib if level <= isal_zlib.ISAL_BEST_COMPRESSION else zlib
