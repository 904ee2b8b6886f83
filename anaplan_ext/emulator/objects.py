"""What a model holds besides its structure: files with their content, imports, exports, actions, processes."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

DAY = 86_400.0
KEPT = 2 * DAY
"""Seconds for which files, dumps, reports and finished tasks are kept."""


class Blob:
    """Bytes held as the pieces they arrived in, so that a large upload is never copied as a whole."""

    __slots__ = ("ends", "parts")

    def __init__(self, parts: Sequence[bytes]) -> None:
        self.parts = [part for part in parts if part]
        self.ends = list(accumulate(len(part) for part in self.parts))

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def slice(self, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`, copied once."""
        found: list[memoryview | bytes] = []
        index = bisect.bisect_right(self.ends, start)
        while index < len(self.parts) and start < stop:
            part, begin = self.parts[index], self.ends[index] - len(self.parts[index])
            piece: memoryview | bytes = part
            if start > begin or stop < self.ends[index]:
                piece = memoryview(part)[start - begin : stop - begin]
            found.append(piece)
            start = self.ends[index]
            index += 1
        return found[0] if len(found) == 1 and isinstance(found[0], bytes) else b"".join(found)

    def whole(self) -> bytes:
        """All bytes in one object."""
        return self.slice(0, len(self))


@dataclass(slots=True)
class Copy:
    """One user's content of a file, and when (emulator's epoch seconds) it was stored."""

    blob: Blob
    stored: float


@dataclass(slots=True)
class Upload:
    """A chunked upload of one user: `count` is -1 when the number of chunks was not announced."""

    count: int
    chunks: dict[int, bytes] = field(default_factory=dict[int, bytes])
    complete: bool = False


@dataclass(slots=True, kw_only=True)
class File:
    """A file of a model: `content` is the default that users without a copy of their own see (None = no content)."""

    id: str
    name: str
    content: bytes | None = None
    separator: str = ","
    delimiter: str = '"'
    copies: dict[str, Copy] = field(default_factory=dict[str, Copy])
    uploads: dict[str, Upload] = field(default_factory=dict[str, Upload])

    def blob(self, user_id: str, now: float) -> Blob | None:
        """What that user sees, or None; a copy older than 48 hours is dropped."""
        copy = self.copies.get(user_id)
        if copy and now - copy.stored > KEPT:
            del self.copies[user_id]
            copy = None
        blob = copy.blob if copy else Blob([self.content or b""])
        return blob if len(blob) else None


@dataclass(slots=True, kw_only=True)
class Import:
    """An import of file `file_id` into module `module` (a name).

    `number_columns` names the columns that must hold numbers; None means those whose first data row holds a number.
    """

    id: str
    name: str
    file_id: str
    module: str
    number_columns: tuple[str, ...] | None = None
    import_type: str = "MODULE_DATA"


@dataclass(slots=True, kw_only=True)
class Export:
    """An export of module `module` (a name) into a file of its own with the same id."""

    id: str
    name: str
    module: str
    layout: str = "TABULAR_MULTI_COLUMN"
    output: File = field(init=False)

    def __post_init__(self) -> None:
        self.output = File(id=self.id, name=self.name + ".csv")


@dataclass(slots=True, kw_only=True)
class Action:
    """Another action of a model; it empties module `module` (a name)."""

    id: str
    name: str
    module: str
    action_type: str = "DELETE_BY_SELECTION"


@dataclass(slots=True, kw_only=True)
class Process:
    """A process: its actions (ids of imports, exports and actions) run in this order."""

    id: str
    name: str
    action_ids: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleContent:
    """The records a module holds, as the text they were loaded from. `number_columns` are positions."""

    header: str
    records: str
    count: int
    columns: tuple[str, ...]
    number_columns: tuple[int, ...] = ()
