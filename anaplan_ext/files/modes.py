"""Decide what a mode of `open` means."""

from __future__ import annotations

from typing import Literal, TypeAlias

Mode: TypeAlias = Literal["rb", "wb"]

NO_SEEK = (
    "a file in Anaplan cannot seek, since Anaplan sends no ranges of it; read it in order, download it first, or put "
    "simplecache:: before its URL"
)


def is_writing(mode: str) -> bool:
    """Return whether a mode writes. Raise `ValueError` for any other than `rb` and `wb`."""
    if mode not in ("rb", "wb"):
        hint = "; wrap the file in io.TextIOWrapper for text" if mode in ("r", "w", "rt", "wt") else ""
        raise ValueError(f"mode must be 'rb' or 'wb' (got {mode!r}){hint}")
    return mode == "wb"
