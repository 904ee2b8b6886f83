"""The state of a tenant as data that a test can build, read and change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .structure import Structure, derive_id

DAY = 86_400.0
KEPT = 2 * DAY
"""Seconds for which files, dumps, reports and finished tasks are kept."""

Json = dict[str, Any]
Pieces = tuple[bytes, ...]
"""Content in the pieces it arrived in, so that a large upload is never copied as a whole."""

_T = TypeVar("_T")
_K = TypeVar("_K")


@dataclass(slots=True)
class Kept(Generic[_T]):
    """Something that is forgotten 48 hours after `since` (epoch seconds of the emulator's clock)."""

    content: _T
    since: float


def still_kept(store: dict[_K, Kept[_T]], key: _K, now: float, *, touch: bool = False) -> _T | None:
    """What is kept under a key, if its 48 hours are not over; `touch` lets them begin anew."""
    found = store.get(key)
    if found is None or now - found.since > KEPT:
        return None
    if touch:
        found.since = now
    return found.content


@dataclass(slots=True, kw_only=True)
class User:
    """A user of the tenant.

    `sso_only` marks a user of a single sign-on workspace who is not an exception user: no basic authentication, and
    certificate tokens are refused by ALM. `hidden_models` are ids of models in which the user has no access. A
    `visitor` is a user of the first workspace who belongs to another tenant.
    """

    email: str
    password: str = "password"
    id: str = ""
    first_name: str = "Ada"
    last_name: str = "Builder"
    active: bool = True
    workspace_administrator: bool = True
    tenant_administrator: bool = False
    user_administrator: bool = False
    visitor: bool = False
    sso_only: bool = False
    hidden_models: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.id = self.id or "8a81" + derive_id("", self.email).rjust(28, "0")


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
    uploaded: bool = False
    """Whether an upload made it, so that it goes with its content."""
    copies: dict[str, Kept[Pieces]] = field(default_factory=dict[str, Kept[Pieces]])
    uploads: dict[str, Upload] = field(default_factory=dict[str, Upload])

    def seen_by(self, user_id: str, now: float) -> Pieces:
        """What that user sees; empty without content."""
        own = still_kept(self.copies, user_id, now)
        return tuple(piece for piece in ((self.content or b"",) if own is None else own) if piece)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an import's source file: its name in the header, and what its cells hold.

    `format` is TEXT, NUMBER, BOOLEAN or DATE (`YYYY-MM-DD`). A file without a column that is not `required` can be
    loaded all the same.
    """

    name: str
    format: str = "TEXT"
    required: bool = True


@dataclass(slots=True, kw_only=True)
class Import:
    """An import of file `file_id` into module `module` or into list `list` (names).

    `columns` are the columns of its source, in any order: a file that lacks a required one, or has another, fails as a
    whole, and a row whose value has the wrong format is rejected. None means those that the list, or the module's
    dimensions and line items, admit; for a module without dimensions, those of the first file that is loaded, as an
    import is defined by a sample in Anaplan. `prompts` are the mapping parameters that each run must give: the
    dimension's name by entity type.
    """

    id: str
    name: str
    file_id: str
    module: str = ""
    list: str = ""
    columns: tuple[Column, ...] | None = None
    prompts: Mapping[str, str] = field(default_factory=dict[str, str])
    import_type: str = ""

    def __post_init__(self) -> None:
        self.import_type = self.import_type or ("HIERARCHY_DATA" if self.list else "MODULE_DATA")


@dataclass(slots=True, kw_only=True)
class Export:
    """An export of module `module` (a name) into a file of its own with the same id; `prompts` as of an import."""

    id: str
    name: str
    module: str
    layout: str = "TABULAR_MULTI_COLUMN"
    prompts: Mapping[str, str] = field(default_factory=dict[str, str])
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


Runnable = Import | Export | Action | Process


@dataclass(frozen=True, slots=True)
class Records:
    """The records a module holds, as the text they were loaded from. `number_columns` are positions."""

    header: str
    text: str
    count: int
    columns: tuple[str, ...]
    number_columns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A saved view of module `module`; each axis names dimensions, `shown` the only items of a dimension it shows."""

    id: str
    name: str
    module: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    shown: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A dashboard of a model."""

    id: str
    name: str
    code: str = ""


@dataclass(slots=True, kw_only=True)
class ReadRequest:
    """A large read of the view or list `object_id`: `page` gives the CSV text of each of the `pages`."""

    id: str
    kind: str
    object_id: str
    page: Callable[[int], bytes]
    pages: int
    started: float
    touched: float
    looks: int = 0
    outcome: str = "done"


@dataclass(slots=True)
class OpenOrClose:
    """A model's way into memory or out of it: done after some looks and some time."""

    opening: bool
    since: float
    looks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision tag with the structure it recorded. `created` is in epoch seconds."""

    id: str
    name: str
    structure: Structure
    created: float
    created_by: str
    description: str | None = None
    creation_method: str = "User added revision"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRevision:
    """A revision as applied to one model. `applied` is in epoch seconds."""

    revision: Revision
    applied: float
    applied_by: str
    method: str


class CancelledTask(Exception):
    """A task was cancelled while its effect was worked out, which then never comes."""


@dataclass(slots=True)
class Task:
    """A task of any kind. `effect` is run once, when the task is due, and gives its result.

    A poll waits for an effect unless that `is_long`: so tasks with little to do end at the same poll in every run.
    """

    id: str
    kind: str
    object_id: str
    user_id: str
    created: float
    effect: Callable[[Task], Json]
    is_long: Callable[[], bool] = lambda: False
    state: str = "NOT_STARTED"
    looks: int = 0
    cancelling_looks: int = 1
    server_cancels: bool = False
    end_state: str = "COMPLETE"
    scripted: bool = False
    result: Json | None = None

    @property
    def running(self) -> bool:
        """Whether its effect may still come."""
        return self.state in ("NOT_STARTED", "IN_PROGRESS")

    def raise_if_cancelled(self) -> None:
        """CancelledTask once somebody has cancelled it: to be called before its effect changes anything."""
        if not self.running:
            raise CancelledTask
