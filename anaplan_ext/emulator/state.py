"""The state of a tenant - users, workspaces, models, revisions, tasks - as data a test can build, read and change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .objects import Action, Export, File, Import, ModuleContent, Process
from .structure import LineItem, Structure, derive_id

ACTIVE_STATES = ("UNLOCKED", "LOCKED", "ARCHIVED", "MAINTENANCE", "PRODUCTION", "PRODUCTION_MAINTENANCE")


@dataclass(slots=True, kw_only=True)
class User:
    """A user of the tenant.

    `sso_only` marks a user of a single sign-on workspace who is not an exception user: no basic authentication, and
    certificate tokens are refused by ALM. `hidden_models` are models in which the user has no access.
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
class Dump:
    """The failure dump of one user's last run of an import; `touched` is the time of the last access."""

    task_id: str
    content: bytes
    touched: float


@dataclass(slots=True)
class Report:
    """A generated comparison or summary report; `touched` is when its 48 hours began."""

    content: Any
    touched: float


@dataclass(slots=True)
class Task:
    """A task of any kind. `effect` is run once, when the task is due, and gives its result."""

    id: str
    kind: str
    object_id: str
    user_id: str
    created: float
    effect: Callable[[Task], dict[str, Any]]
    state: str = "NOT_STARTED"
    looks: int = 0
    cancelling_looks: int = 1
    server_cancels: bool = False
    result: dict[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class Model:
    """A model. `active_state` is one of `ACTIVE_STATES`; the two MAINTENANCE states mean offline, PRODUCTION deployed.

    A model builder's work is done with the `add_…`, `rename_…`, `change_…` and `remove_…` methods: each is a structural
    change, which the next revision records. Clearing `dumps`, `reports` or a file's `copies` makes them vanish.
    """

    id: str
    name: str
    structure: Structure = field(default_factory=Structure)
    revisions: list[AppliedRevision] = field(default_factory=list[AppliedRevision])
    files: list[File] = field(default_factory=list[File])
    imports: list[Import] = field(default_factory=list[Import])
    exports: list[Export] = field(default_factory=list[Export])
    actions: list[Action] = field(default_factory=list[Action])
    processes: list[Process] = field(default_factory=list[Process])
    contents: dict[str, ModuleContent] = field(default_factory=dict[str, ModuleContent])
    active_state: str = "UNLOCKED"
    memory_usage: int = 1_048_576
    modified: float = 0.0
    busy: bool = False
    tasks: list[Task] = field(default_factory=list[Task])
    dumps: dict[tuple[str, str], Dump] = field(default_factory=dict[tuple[str, str], Dump])
    reports: dict[tuple[str, str, str], Report] = field(default_factory=dict[tuple[str, str, str], Report])

    def add_list(self, name: str, *, numbered: bool = False) -> None:
        """Adds a list. ValueError if there is one of that name."""
        self.structure = self.structure.add_list(name, numbered)

    def rename_list(self, name: str, new_name: str) -> None:
        """Renames a list. ValueError if there is none."""
        self.structure = self.structure.change_list(name, name=new_name)

    def remove_list(self, name: str) -> None:
        """Removes a list. ValueError if there is none."""
        self.structure = self.structure.remove_list(name)

    def add_module(self, name: str, *, line_items: Sequence[str] = (), applies_to: Sequence[str] = ()) -> None:
        """Adds a module with number-formatted line items. ValueError if there is one of that name."""
        self.structure = self.structure.add_module(name, tuple(map(LineItem, line_items)), tuple(applies_to))

    def rename_module(self, name: str, new_name: str) -> None:
        """Renames a module; its loaded records go with it. ValueError if there is none."""
        self.structure = self.structure.change_module(name, name=new_name)
        users: list[Import | Export | Action] = [*self.imports, *self.exports, *self.actions]
        for used in users:
            if used.module == name:
                used.module = new_name
        if name in self.contents:
            self.contents[new_name] = self.contents.pop(name)

    def remove_module(self, name: str) -> None:
        """Removes a module with its line items and records. ValueError if there is none."""
        self.structure = self.structure.remove_module(name)
        self.contents.pop(name, None)

    def add_line_item(self, module: str, name: str, *, format: str = "NUMBER", formula: str = "") -> None:
        """Adds a line item to a module. ValueError if there is one of that name."""
        self.structure = self.structure.add_line_item(module, LineItem(name, format, formula))

    def rename_line_item(self, module: str, name: str, new_name: str) -> None:
        """Renames a line item. ValueError if there is none."""
        self.structure = self.structure.change_line_item(module, name, name=new_name)

    def change_line_item(self, module: str, name: str, *, format: str, formula: str = "") -> None:
        """Gives a line item another format and formula. ValueError if there is none."""
        self.structure = self.structure.change_line_item(module, name, format=format, formula=formula)

    def remove_line_item(self, module: str, name: str) -> None:
        """Removes a line item. ValueError if there is none."""
        self.structure = self.structure.remove_line_item(module, name)

    def has_structural_change(self) -> bool:
        """Whether the structure differs from that of the latest revision (or there is none yet)."""
        return not self.revisions or self.revisions[-1].revision.structure != self.structure

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

    def models(self) -> list[tuple[Workspace, Model]]:
        """Every model with its workspace."""
        return [(workspace, model) for workspace in self.workspaces for model in workspace.models]
