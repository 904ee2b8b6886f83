"""Files of a model, and content that expires."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import define, field

DAY = 86_400.0
RETENTION_SECONDS = 2 * DAY
"""Seconds for which files, dumps, reports and finished tasks are kept."""
Pieces = tuple[bytes, ...]
"""Content in pieces as received, so that a large upload is never copied as a whole."""

_T = TypeVar("_T")
_K = TypeVar("_K")


@define
class Expiring(Generic[_T]):
    """Content that expires 48 hours after `since` (epoch seconds of the emulator's clock)."""

    content: _T
    since: float


def get_unexpired(store: dict[_K, Expiring[_T]], key: _K, now: float, *, touch: bool = False) -> _T | None:
    """Return the content of a key, or None if it is missing or expired; `touch` restarts the 48 hours."""
    entry = store.get(key)
    if entry is None or now - entry.since > RETENTION_SECONDS:
        return None
    if touch:
        entry.since = now
    return entry.content


@define
class Upload:
    """A chunked upload of one user; `count` is -1 if the number of chunks is unknown."""

    count: int
    chunks: dict[int, bytes] = field(factory=dict[int, bytes])
    complete: bool = False


@define(kw_only=True)
class File:
    """A file of a model. `content` is the default for users without a copy of their own (None = no content)."""

    id: str
    name: str
    content: bytes | None = None
    separator: str = ","
    delimiter: str = '"'
    created_by_upload: bool = False
    """Whether an upload created it, so that it is deleted with its last content."""
    copies: dict[str, Expiring[Pieces]] = field(factory=dict[str, Expiring[Pieces]])
    uploads: dict[str, Upload] = field(factory=dict[str, Upload])

    def content_for(self, user_id: str, now: float) -> Pieces:
        """Return the content for a user in pieces; empty without content."""
        own = get_unexpired(self.copies, user_id, now)
        return tuple(piece for piece in ((self.content or b"",) if own is None else own) if piece)
