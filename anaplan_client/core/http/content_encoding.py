"""Decode the content of responses piece by piece, to the end mark of its encoding."""

import zlib
from collections.abc import Iterator

ACCEPTED = "gzip"
"""The encoding that requests accept. Any other one in a response is an error."""
MAX_PIECE_BYTES = 1 << 20
"""Maximum size of a decoded piece, so that a small response cannot fill the memory."""
_GZIP = zlib.MAX_WBITS | 16


class ContentEncodingError(ValueError):
    """Content in an encoding that was not accepted."""


class GzipDecoder:
    """Decode gzip content of one or several members."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._is_inside = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yield the content of the next bytes. Raises `zlib.error` if they are not gzip."""
        while data:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP)
            self._is_inside = True
            if piece := self._member.decompress(data, MAX_PIECE_BYTES):
                yield piece
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            self._is_inside = not self._member.eof

    def finish(self) -> None:
        """Raise `EOFError` unless the content ended with its end mark."""
        if self._is_inside or not self._member.eof:
            raise EOFError("gzip content without its end mark")


def make_decoder(encoding: str | None) -> GzipDecoder | None:
    """Return the decoder for a `Content-Encoding`, None for plain content.

    Raises `ContentEncodingError` for an encoding that no request accepts.
    """
    name = (encoding or "").strip().lower()
    if name in ("", "identity"):
        return None
    if name in ("gzip", "x-gzip"):
        return GzipDecoder()
    raise ContentEncodingError(f"content encoding {encoding!r} was not accepted, only {ACCEPTED}")
