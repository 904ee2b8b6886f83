"""Objects of a tenant, as data that a test can build, read and change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import define, field, frozen

from .structure import Structure

DAY = 86_400.0
RETENTION_SECONDS = 2 * DAY
"""Seconds for which files, dumps, reports and finished tasks are kept."""

Json = dict[str, Any]
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


@frozen
class Column:
    """A column of an import's source file.

    `name` is its header, `format` TEXT, NUMBER, BOOLEAN or DATE (`YYYY-MM-DD`). A file may lack a column that is not
    `required`.
    """

    name: str
    format: str = "TEXT"
    required: bool = True


@define(kw_only=True)
class Import:
    """An import of file `file_id` into module `module` or list `list` (names).

    `columns` are the columns of its source, in any order. A file that lacks a required column or has an unknown one
    fails as a whole; a row with a value of another format is rejected. None means the columns of the list, or of the
    module's dimensions and line items. For a module without dimensions it means those of the first loaded file, since
    Anaplan defines an import by a sample. `prompts` are the mapping parameters of each run: dimension names by entity
    type.
    """

    id: str
    name: str
    file_id: str
    module: str = ""
    list: str = ""
    columns: tuple[Column, ...] | None = None
    prompts: Mapping[str, str] = field(factory=dict[str, str])
    import_type: str = ""

    def __attrs_post_init__(self) -> None:
        self.import_type = self.import_type or ("HIERARCHY_DATA" if self.list else "MODULE_DATA")


@define(kw_only=True)
class Export:
    """An export of module `module` (a name) into an output file with the same id; `prompts` as for an import."""

    id: str
    name: str
    module: str
    layout: str = "TABULAR_MULTI_COLUMN"
    prompts: Mapping[str, str] = field(factory=dict[str, str])
    output: File = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.output = File(id=self.id, name=self.name + ".csv")


@define(kw_only=True)
class Action:
    """Another action of a model; it clears module `module` (a name)."""

    id: str
    name: str
    module: str
    action_type: str = "DELETE_BY_SELECTION"


@define(kw_only=True)
class Process:
    """A process: its actions (ids of imports, exports and actions) run in this order."""

    id: str
    name: str
    action_ids: list[str] = field(factory=list[str])


Runnable = Import | Export | Action | Process


@frozen
class Records:
    """The records of a module, as the text they were loaded from. `number_columns` are positions."""

    header: str
    text: str
    count: int
    columns: tuple[str, ...]
    number_columns: tuple[int, ...]


@frozen(kw_only=True)
class View:
    """A saved view of module `module`. Each axis names dimensions; `shown` limits a dimension to some items."""

    id: str
    name: str
    module: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    shown: Mapping[str, Sequence[str]] = field(factory=dict[str, Sequence[str]])


@frozen(kw_only=True)
class Dashboard:
    """A dashboard of a model."""

    id: str
    name: str
    code: str = ""


@define(kw_only=True)
class ReadRequest:
    """A large read of the view or list `object_id`; `page` returns the CSV text of one of the `pages`."""

    id: str
    kind: str
    object_id: str
    page: Callable[[int], bytes]
    pages: int
    started_at: float
    last_used_at: float
    polls: int = 0
    outcome: str = "done"


@define
class StateTransition:
    """The opening or closing of a model, finished after some polls and some time."""

    opening: bool
    since: float
    polls: int = 0


@frozen(kw_only=True)
class Revision:
    """A revision tag with its recorded structure. `created` is in epoch seconds."""

    id: str
    name: str
    structure: Structure
    created: float
    created_by: str
    description: str | None = None
    creation_method: str = "User added revision"


@frozen(kw_only=True)
class AppliedRevision:
    """A revision applied to one model. `applied` is in epoch seconds."""

    revision: Revision
    applied: float
    applied_by: str
    method: str


class TaskCancelledError(Exception):
    """A task was cancelled before its effect was applied."""


@define
class Task:
    """A task of any kind. `effect` runs once, when the task is due, and returns the result.

    A poll waits for an effect that is not `is_long`, so short tasks end at the same poll in every run.
    """

    id: str
    kind: str
    object_id: str
    user_id: str
    created: float
    effect: Callable[[Task], Json]
    is_long: Callable[[], bool] = lambda: False
    state: str = "NOT_STARTED"
    polls: int = 0
    cancelling_polls: int = 1
    server_cancels: bool = False
    end_state: str = "COMPLETE"
    scripted: bool = False
    result: Json | None = None

    @property
    def is_running(self) -> bool:
        """Whether its effect may still be applied."""
        return self.state in ("NOT_STARTED", "IN_PROGRESS")

    def raise_if_cancelled(self) -> None:
        """Raise TaskCancelledError if cancelled; effects call it before they change anything."""
        if not self.is_running:
            raise TaskCancelledError
