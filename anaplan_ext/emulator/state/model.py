"""A model, its workspace and the tenant, as data that a test can build, read and change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .items import Item, Items
from .objects import (
    Action,
    AppliedRevision,
    Dashboard,
    Export,
    File,
    Import,
    Kept,
    OpenOrClose,
    Process,
    ReadRequest,
    Records,
    Revision,
    Runnable,
    Task,
    User,
    View,
)
from .periods import Calendar, Version, default_versions
from .structure import Kind, Part, Structure, derive_id
from .values import Value

Dumps = dict[tuple[str, str], Kept[tuple[str, bytes]]]
Cells = dict[tuple[str, ...], Value]
"""The cells of a line item that hold something, by the ids of its dimensions' items, in the dimensions' order."""


@dataclass(slots=True, kw_only=True)
class Model:
    """A model.

    `active_state` is UNLOCKED, LOCKED, ARCHIVED, MAINTENANCE (offline), PRODUCTION (deployed) or
    PRODUCTION_MAINTENANCE. `is_open` tells whether it is in memory. The methods that add lists, modules and line items,
    `rename` and `remove` are structural changes, which the next revision records. Clearing `dumps`, `reports`,
    `read_requests` or a file's `copies` makes them vanish. `cells` are by id of the line item.
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
    dashboards: list[Dashboard] = field(default_factory=list[Dashboard])
    views: list[View] = field(default_factory=list[View])
    calendar: Calendar = field(default_factory=Calendar)
    versions: list[Version] = field(default_factory=default_versions)
    records: dict[str, Records] = field(default_factory=dict[str, Records])
    items: dict[str, Items] = field(default_factory=dict[str, Items])
    cells: dict[str, Cells] = field(default_factory=dict[str, Cells])
    active_state: str = "UNLOCKED"
    modified: float = 0.0
    is_open: bool = True
    changing: OpenOrClose | None = None
    tasks: list[Task] = field(default_factory=list[Task])
    dumps: Dumps = field(default_factory=Dumps)
    reports: dict[tuple[str, str, str], Kept[bytes]] = field(default_factory=dict[tuple[str, str, str], Kept[bytes]])
    read_requests: dict[str, ReadRequest] = field(default_factory=dict[str, ReadRequest])

    @property
    def deployed(self) -> bool:
        """Whether it is in deployed mode, in which only production lists may be changed."""
        return self.active_state.startswith("PRODUCTION")

    def runnables(self, kind: str) -> Sequence[Runnable]:
        """Its imports, exports, actions or processes, by the word that stands in the path."""
        found: Sequence[Runnable] = getattr(self, kind)
        return found

    def columns(self, module: str) -> list[str]:
        """Column names of a module's records, or its line items as long as it has none."""
        if module in self.records:
            return list(self.records[module].columns)
        return [part.name for part in self.line_items(module)]

    def parts(self, kind: Kind) -> list[Part]:
        """Its lists, modules or line items."""
        return [part for part in self.structure if part.kind == kind]

    def part(self, kind: Kind, name: str, module: str = "") -> Part:
        """A list, a module, or a line item of `module`. ValueError if there is none."""
        for part in self.structure:
            if (part.kind, part.name, part.module) == (kind, name, module):
                return part
        raise ValueError(f"there is no {name!r} in {kind}")

    def line_items(self, module: str) -> list[Part]:
        """The line items of a module."""
        return [part for part in self.structure if part.kind == "lineItems" and part.module == module]

    def items_of(self, list_name: str) -> Items:
        """The items of a list. ValueError if there is no such list."""
        return self.items_in(self.part("lists", list_name))

    def items_in(self, part: Part) -> Items:
        """The items of a list, given by its part of the structure."""
        if part.id not in self.items:
            self.items[part.id] = Items("2" + part.id[-5:])
        return self.items[part.id]

    def add_list(
        self,
        name: str,
        *,
        items: Iterable[str] = (),
        numbered: bool = False,
        parent: str = "",
        top_level: str = "",
        production: bool = False,
        properties: Mapping[str, str] | None = None,
        subsets: Sequence[str] = (),
    ) -> str:
        """Adds a list and returns its id. ValueError if there is one of that name.

        Arguments:
            items: Names of its items, or codes if it is numbered; see also `items_of(…).add(…)`.
            parent: Name of the list to which the parents of its items belong.
            top_level: Name of the item that is the total of all others.
            properties: Format (TEXT, NUMBER, BOOLEAN, DATE) of each property by its name.
        """
        flags = {"Numbered": numbered, "Production Data": production}
        texts = {"Parent Hierarchy": parent, "Top Level": top_level}
        formats = tuple(f"{name}: {format}" for name, format in (properties or {}).items())
        part = Part(
            kind="lists",
            name=name,
            properties={flag: str(value).lower() for flag, value in flags.items()} | texts,
            names={"Properties": formats, "Subsets": tuple(subsets)},
        )
        self._add(part)
        store = self.items_in(part)
        for item in items:
            store.add(*(None, item) if numbered else (item, None))
        return part.id

    def add_module(self, name: str, *, line_items: Sequence[str] = (), applies_to: Sequence[str] = ()) -> str:
        """Adds a module with number-formatted line items and returns its id, which is also that of its default view.

        `applies_to` names its dimensions: lists, subsets as "List: Subset", line item subsets, "Time", "Versions",
        "Users". The default view has the first of them on rows, the line items on columns, the others on pages.
        ValueError if there is a module of that name.
        """
        part = Part(kind="modules", name=name, names={"Applies To": tuple(applies_to)})
        self._add(part)
        for item in line_items:
            self.add_line_item(name, item)
        return part.id

    def add_line_item(
        self,
        module: str,
        name: str,
        *,
        format: str = "NUMBER",
        formula: str = "",
        applies_to: Sequence[str] | None = None,
        subsets: Sequence[str] = (),
    ) -> str:
        """Adds a line item to a module and returns its id.

        With dimensions of its own in `applies_to` it is not in the module's default view, but in a subsidiary view that
        has its id. One with a formula cannot be written to. `subsets` are the line item subsets it belongs to.
        ValueError if there is a line item of that name, or no such module.
        """
        dimensions = self.part("modules", module).applies_to if applies_to is None else applies_to
        part = Part(
            kind="lineItems",
            name=name,
            module=module,
            properties={"Format": format, "Formula": formula},
            names={"Applies To": tuple(dimensions), "Subsets": tuple(subsets)},
        )
        self._add(part)
        return part.id

    def add_view(
        self,
        module: str,
        name: str,
        *,
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
        pages: Sequence[str] = (),
        shown: Mapping[str, Sequence[str]] | None = None,
    ) -> str:
        """Adds a saved view of a module and returns its id.

        The axes name the module's dimensions and "Line items", each once; ValueError if they do not. `shown` limits a
        dimension to the items of these names.
        """
        full_name = f"{module}.{name}"
        expected = sorted([*self.part("modules", module).applies_to, "Line items"])
        if sorted([*rows, *columns, *pages]) != expected:
            raise ValueError(f"the axes do not name each of {expected} once")
        view = View(
            id=derive_id("108", full_name),
            name=full_name,
            module=module,
            rows=tuple(rows),
            columns=tuple(columns),
            pages=tuple(pages),
            shown=shown or {},
        )
        self.views.append(view)
        return view.id

    def rename(self, kind: Kind, name: str, new_name: str, *, module: str = "") -> None:
        """Renames a list, a module, or a line item of `module`. ValueError if there is none."""
        old = self.part(kind, name, module)
        renamed = (replace(part, name=new_name) if part is old else part for part in self.structure)
        inside = {name: new_name} if kind == "modules" else {}
        self.structure = tuple(replace(part, module=inside.get(part.module, part.module)) for part in renamed)
        if kind == "lists":
            self.structure = tuple(_referring(part, name, new_name) for part in self.structure)
        self.views = [_renamed(view, kind, name, new_name) for view in self.views]

    def remove(self, kind: Kind, name: str, *, module: str = "") -> None:
        """Removes a list, a module with its line items, or a line item of `module`. ValueError if there is none."""
        old = self.part(kind, name, module)
        kept = (part for part in self.structure if part is not old)
        self.structure = tuple(part for part in kept if kind != "modules" or part.module != name)
        if kind == "lists":
            self.structure = tuple(_referring(part, name, "") for part in self.structure)
        self.views = [view for view in self.views if name not in _mentioned(view, kind)]

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

    def _add(self, new: Part) -> None:
        if any((part.kind, part.name, part.module) == (new.kind, new.name, new.module) for part in self.structure):
            raise ValueError(f"there is a {new.name!r} in {new.kind} already")
        self.structure += (new,)


def _referring(part: Part, old: str, new: str) -> Part:
    """The part with another name of a list it refers to, or without the reference."""
    properties, names = dict(part.properties), dict(part.names)
    if properties.get("Parent Hierarchy") == old:
        properties["Parent Hierarchy"] = new
    if old in part.applies_to:
        renamed = (new if name == old else name for name in part.applies_to)
        names["Applies To"] = tuple(name for name in renamed if name)
    return replace(part, properties=properties, names=names)


def _mentioned(view: View, kind: Kind) -> tuple[str, ...]:
    """Names of the module or of the dimensions of a view."""
    return {"modules": (view.module,), "lists": (*view.rows, *view.columns, *view.pages)}.get(kind, ())


def _renamed(view: View, kind: Kind, old: str, new: str) -> View:
    """The view with another name of its module or of a list on one of its axes."""
    if old not in _mentioned(view, kind):
        return view
    if kind == "modules":
        return replace(view, module=new)

    def renamed(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(new if name == old else name for name in names)

    shown = dict(zip(renamed(view.shown), view.shown.values(), strict=True))
    return replace(view, rows=renamed(view.rows), columns=renamed(view.columns), pages=renamed(view.pages), shown=shown)


def top_level(items: Items, part: Part) -> Item | None:
    """The item that is the total of a list, if it has one."""
    name = part.properties.get("Top Level")
    return Item(items.prefix + "000000", name) if name else None


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
