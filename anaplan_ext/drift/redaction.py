"""Decide which parts of a response may be shown: names and constants of developers, never data of users."""

import re
from collections.abc import Iterable

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
_MEDIA_TYPE = re.compile(r"(application|audio|font|image|message|multipart|text|video)/[a-z][a-z.+-]{0,40}")
_STYLES = (re.compile(r"[A-Z][A-Z0-9_]{0,40}"), re.compile(r"[a-z][a-z_]{0,20}"))
_MAX_DIGITS = 3  # ids and tokens have more


def is_name(text: str) -> bool:
    """Return whether a key of an object is the name of a field, and not data."""
    return bool(_NAME.fullmatch(text)) and _has_few_digits(text)


def is_constant(text: str, documented: Iterable[object]) -> bool:
    """Return whether a text is a constant: in capitals, or in the style of a documented value."""
    styles = [_STYLES[0], *(style for style in _STYLES[1:] if any(style.fullmatch(str(value)) for value in documented))]
    return _has_few_digits(text) and any(style.fullmatch(text) for style in styles)


def redact_media_type(text: str) -> str:
    """Return a media type if it may be shown, else a description."""
    return text if _MEDIA_TYPE.fullmatch(text) else "another type" if text else "no type"


def _has_few_digits(text: str) -> bool:
    return sum(character.isdigit() for character in text) <= _MAX_DIGITS
