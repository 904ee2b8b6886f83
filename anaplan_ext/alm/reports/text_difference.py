"""The difference of two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from attrs import frozen

MAX_COMPARED_WORDS = 2_000
"""Longer texts are different as a whole, because the time of a comparison grows with the square of their length."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@frozen
class Part:
    """A part of a text, and whether the other text lacks it."""

    text: str
    differs: bool


def compare_texts(old: str, new: str) -> tuple[list[Part], list[Part]]:
    """Return the parts of both texts. Together they are the whole texts."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > MAX_COMPARED_WORDS:
        return _whole(old), _whole(new)
    old_parts, new_parts = list[Part](), list[Part]()
    for operation, start, stop, new_start, new_stop in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        differs = operation != "equal"
        if start < stop:
            old_parts.append(Part("".join(before[start:stop]), differs))
        if new_start < new_stop:
            new_parts.append(Part("".join(after[new_start:new_stop]), differs))
    return old_parts, new_parts


def _whole(text: str) -> list[Part]:
    return [Part(text, differs=True)] if text else []
