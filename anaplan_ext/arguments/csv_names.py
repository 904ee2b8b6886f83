"""The names that Anaplan gives to separators and encodings."""

from __future__ import annotations

import codecs

_CHARACTERS = {"TAB": "\t", "COMMA": ",", "SEMICOLON": ";", "PIPE": "|", "SPACE": " "}


def separator_character(name: str) -> str:
    """Return the character that a separator or text delimiter is; other text is returned as it is."""
    return _CHARACTERS.get(name.upper(), name)


def codec_name(encoding: str) -> str:
    """Return Python's name of a text encoding, such as `utf-8` or `iso8859-1`. Raise `LookupError` if it has none."""
    name = codecs.lookup(encoding).name
    if not getattr(codecs.lookup(name), "_is_text_encoding", True):
        raise LookupError(f"{encoding} is not a text encoding")
    return name
