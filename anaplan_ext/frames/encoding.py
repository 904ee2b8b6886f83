"""Turn content in any encoding into UTF-8, piece by piece."""

from __future__ import annotations

import codecs

from ..arguments.csv_names import codec_name
from .errors import TableError

_MARK = codecs.BOM_UTF8


class Utf8Converter:
    """Converts pieces that may end within a character. A byte order mark at the beginning is removed.

    UTF-16 without a mark is big-endian, as in Java. Errors carry the `label`.
    """

    def __init__(self, label: str, encoding: str) -> None:
        self._label = label
        self._encoding = encoding
        try:
            self._codec = codec_name(encoding)
        except LookupError:
            raise TableError(label, f"its encoding is not known (got {encoding!r})") from None
        self._decoder = codecs.getincrementaldecoder(self._codec)()
        self._beginning: bytes | None = b""  # None as soon as the mark is read

    def add(self, piece: bytes) -> bytes:
        """Return what a piece adds. Raise `TableError` for bytes that the encoding does not have."""
        if self._beginning is not None:
            piece = self._beginning + piece
            if len(piece) < len(_MARK):
                self._beginning = piece
                return b""
            self._beginning = None
            piece = self._without_mark(piece)
        return self._convert(piece)

    def finish(self) -> bytes:
        """Return the rest. Raise `TableError` if the last character is not complete."""
        piece, self._beginning = self._beginning or b"", None
        return self._convert(self._without_mark(piece), final=True)

    def _without_mark(self, piece: bytes) -> bytes:
        if self._codec == "utf-8":
            return piece.removeprefix(_MARK)
        if self._codec == "utf-16":
            big = not piece.startswith(codecs.BOM_UTF16_LE)
            self._decoder = codecs.getincrementaldecoder("utf-16-be" if big else "utf-16-le")()
            return piece.removeprefix(codecs.BOM_UTF16_BE if big else codecs.BOM_UTF16_LE)
        if self._codec in ("utf-16-le", "utf-16-be"):
            return piece.removeprefix(codecs.BOM_UTF16_LE if self._codec == "utf-16-le" else codecs.BOM_UTF16_BE)
        return piece

    def _convert(self, piece: bytes, *, final: bool = False) -> bytes:
        try:
            text = self._decoder.decode(piece, final)
            # UTF-8 is only checked.
            return piece if self._codec == "utf-8" else text.encode()
        except UnicodeDecodeError as error:
            reason = error.reason
        # Raised outside of the handler, since the original error holds the content.
        raise TableError(self._label, f"it is not valid {self._encoding}: {reason}")
