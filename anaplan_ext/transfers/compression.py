"""Compress chunks."""

import hashlib
import zlib
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from .chunking import Piece

DEFAULT_LEVEL = 1
"""Above a few megabits a second, higher levels cost more time than the bytes that they save."""
MAX_PARALLEL_COMPRESSIONS = 2
"""Chunks of an upload that are compressed at once, at several hundred megabytes a second each."""
_DEFLATED = 8
_GZIP_FORMAT = 31
"""zlib's number for the largest window, in the format of gzip."""


@frozen
class CompressedChunk:
    """A compressed chunk in pieces that are not joined, the size of its content, and the SHA-256 of that in hex.

    Without pieces where only the content is compared; compressed, even no content has some.
    """

    size: int
    digest: str
    body: list[bytes]


def compress(pieces: Iterable[Piece], level: int) -> CompressedChunk:
    """Compress one chunk. A piece is taken when the one before is compressed, so that only the result is held."""
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


def digest_of(pieces: Iterable[Piece]) -> tuple[int, str]:
    """Return the size and the SHA-256 of a chunk."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def check_level(level: object) -> None:
    """Raise `TypeError` or `ValueError` for what is no level of compression."""
    if isinstance(level, bool) or not isinstance(level, int):
        raise TypeError(f"compression_level must be an integer (got {type(level).__name__})")
    if not 1 <= level <= 9:
        raise ValueError(f"compression_level must be between 1 and 9 (got {level})")


def _library(level: int) -> Any:
    """Return isal where it is installed and has the level, which takes a fraction of zlib's time."""
    try:
        from isal import isal_zlib  # imported late: most scripts upload nothing
    except ImportError:
        return zlib
    return isal_zlib if level <= isal_zlib.ISAL_BEST_COMPRESSION else zlib
