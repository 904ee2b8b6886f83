"""The state of a tenant as data that a test can build, read and change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from .structure import Kind, Part, Structure, derive_id

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
    certificate tokens are refused by ALM. `hidden_models` are ids of models in which the user has no access.
    """

    email: str
    password: str = "password"
    id: str = ""
    first_name: str = "Ada"
    last_name: str = "Builder"
    active: bool = True
    workspace_administrator: bool = True
    tenant_administrator: bool = False
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
    copies: dict[str, Kept[Pieces]] = field(default_factory=dict[str, Kept[Pieces]])
    uploads: dict[str, Upload] = field(default_factory=dict[str, Upload])

    def seen_by(self, user_id: str, now: float) -> Pieces:
        """What that user sees; empty without content."""
        own = still_kept(self.copies, user_id, now)
        return tuple(piece for piece in ((self.content or b"",) if own is None else own) if piece)


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


@dataclass(slots=True)
class Task:
    """A task of any kind. `effect` is run once, when the task is due, and gives its result."""

    id: str
    kind: str
    object_id: str
    user_id: str
    created: float
    effect: Callable[[Task], Json]
    state: str = "NOT_STARTED"
    looks: int = 0
    cancelling_looks: int = 1
    server_cancels: bool = False
    result: Json | None = None

    @property
    def running(self) -> bool:
        """Whether its effect may still come."""
        return self.state in ("NOT_STARTED", "IN_PROGRESS")


@dataclass(slots=True, kw_only=True)
class Model:
    """A model.

    `active_state` is UNLOCKED, LOCKED, ARCHIVED, MAINTENANCE (offline), PRODUCTION (deployed) or
    PRODUCTION_MAINTENANCE. The `add_…` methods, `rename` and `remove` are structural changes, which the next revision
    records. Clearing `dumps`, `reports` or a file's `copies` makes them vanish.
    """

    id: str
    name: str
    structure: Structure = ()
    revisions: list[AppliedRevision] = field(default_factory=list[AppliedRevision])
    files: list[File] = field(default_factory=list[File])
    imports: list[Import] = field(default_factory=list[Import])
    exports: list[Export] = field(default_factory=list[Export])
    actions: list[Action] = field(default_factory=list[Action])
    processes: list[Process] = field(default_factory=list[Process])
    records: dict[str, Records] = field(default_factory=dict[str, Records])
    active_state: str = "UNLOCKED"
    modified: float = 0.0
    tasks: list[Task] = field(default_factory=list[Task])
    dumps: dict[tuple[str, str], Kept[tuple[str, bytes]]] = field(
        default_factory=dict[tuple[str, str], Kept[tuple[str, bytes]]]
    )
    reports: dict[tuple[str, str, str], Kept[bytes]] = field(default_factory=dict[tuple[str, str, str], Kept[bytes]])

    def runnables(self, kind: str) -> Sequence[Runnable]:
        """Its imports, exports, actions or processes, by the word that stands in the path."""
        found: Sequence[Runnable] = getattr(self, kind)
        return found

    def columns(self, module: str) -> list[str]:
        """Column names of a module's records, or its line items as long as it has none."""
        if module in self.records:
            return list(self.records[module].columns)
        return [part.name for part in self.structure if part.kind == "lineItems" and part.module == module]

    def add_list(self, name: str, *, numbered: bool = False) -> None:
        """Adds a list. ValueError if there is one of that name."""
        self._add(Part(kind="lists", name=name, properties={"Numbered": str(numbered).lower()}))

    def add_module(self, name: str, *, line_items: Sequence[str] = (), applies_to: Sequence[str] = ()) -> None:
        """Adds a module with number-formatted line items. ValueError if there is one of that name."""
        self._add(Part(kind="modules", name=name, properties={"Applies To": ", ".join(applies_to)}))
        for item in line_items:
            self.add_line_item(name, item)

    def add_line_item(self, module: str, name: str, *, format: str = "NUMBER", formula: str = "") -> None:
        """Adds a line item to a module. ValueError if there is one of that name, or no such module."""
        self._find("modules", module)
        properties = {"Format": format, "Formula": formula}
        self._add(Part(kind="lineItems", name=name, module=module, properties=properties))

    def rename(self, kind: Kind, name: str, new_name: str, *, module: str = "") -> None:
        """Renames a list, a module, or a line item of `module`. ValueError if there is none."""
        old = self._find(kind, name, module)
        renamed = (replace(part, name=new_name) if part is old else part for part in self.structure)
        inside = {name: new_name} if kind == "modules" else {}
        self.structure = tuple(replace(part, module=inside.get(part.module, part.module)) for part in renamed)

    def remove(self, kind: Kind, name: str, *, module: str = "") -> None:
        """Removes a list, a module with its line items, or a line item of `module`. ValueError if there is none."""
        old = self._find(kind, name, module)
        kept = (part for part in self.structure if part is not old)
        self.structure = tuple(part for part in kept if kind != "modules" or part.module != name)

    def record_revision(
        self,
        id: str,
        name: str,
        *,
        user_id: str,
        at: float,
        description: str | None = None,
        method: str = "User added revision",
    ) -> Revision:
        """Records the structure as a new revision, made and applied at `at` (epoch seconds), and returns it."""
        revision = Revision(
            id=id,
            name=name,
            structure=self.structure,
            created=at,
            created_by=user_id,
            description=description,
            creation_method=method,
        )
        self.apply_revision(revision, user_id=user_id, at=at, method=method)
        return revision

    def apply_revision(self, revision: Revision, *, user_id: str, at: float, method: str) -> None:
        """Makes the structure that of `revision`, which becomes this model's latest, as a copy or a sync does."""
        self.structure = revision.structure
        self.modified = at
        self.revisions.append(AppliedRevision(revision=revision, applied=at, applied_by=user_id, method=method))

    def _find(self, kind: Kind, name: str, module: str = "") -> Part:
        for part in self.structure:
            if (part.kind, part.name, part.module) == (kind, name, module):
                return part
        raise ValueError(f"there is no {name!r} in {kind}")

    def _add(self, new: Part) -> None:
        if any((part.kind, part.name, part.module) == (new.kind, new.name, new.module) for part in self.structure):
            raise ValueError(f"there is a {new.name!r} in {new.kind} already")
        self.structure += (new,)


@dataclass(slots=True, kw_only=True)
class Workspace:
    """A workspace with its models. Sizes are in bytes."""

    id: str
    name: str
    models: list[Model] = field(default_factory=list[Model])
    active: bool = True
    size_allowance: int = 1_073_741_824
    current_size: int = 2_097_152


@dataclass(slots=True, kw_only=True)
class Tenant:
    """Everything the emulator knows. The first user is the default administrator."""

    users: list[User]
    workspaces: list[Workspace]
    id: str = "8a8b8c8d00000000000000000000c001"
    deleted_models: list[Model] = field(default_factory=list[Model])

    def models(self) -> Iterator[tuple[Workspace, Model]]:
        """Every model with its workspace."""
        return ((workspace, model) for workspace in self.workspaces for model in workspace.models)
