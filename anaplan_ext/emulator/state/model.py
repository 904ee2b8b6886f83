"""A model, as data that a test can build, read and change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field

from . import structure_changes
from .actions import Action, Export, Import, Process, Records, Runnable
from .files import Expiring, File
from .items import Items
from .periods import Calendar, Version, default_versions
from .structure import AppliedRevision, Kind, Part, RecordedItems, Revision, Structure, derive_id
from .tasks import ReadRequest, StateTransition, Task
from .values import Value
from .views import Dashboard, View

Dumps = dict[tuple[str, str], Expiring[tuple[str, bytes]]]
Cells = dict[tuple[str, ...], Value]
"""The non-empty cells of a line item, by the ids of its dimensions' items, in the order of the dimensions."""


@define(kw_only=True)
class Model:
    """A model.

    `active_state` is UNLOCKED, LOCKED, ARCHIVED, MAINTENANCE (offline), PRODUCTION (deployed) or
    PRODUCTION_MAINTENANCE. `is_open` tells whether it is in memory. `cells` are by line item id. `size` is in bytes.
    Clear `dumps`, `reports`, `read_requests` or a file's `copies` to expire them.

    Methods that add parts, `change`, `move`, `rename` and `remove` are structural changes. The next revision records
    them, with the items of lists without production data. A sync to this model fails if all revisions of one of its
    `sync_conflicts` are in it. Each conflict is a set of ids or names.
    """

    id: str
    name: str
    structure: Structure = ()
    revisions: list[AppliedRevision] = field(factory=list[AppliedRevision])
    files: list[File] = field(factory=list[File])
    imports: list[Import] = field(factory=list[Import])
    exports: list[Export] = field(factory=list[Export])
    actions: list[Action] = field(factory=list[Action])
    processes: list[Process] = field(factory=list[Process])
    dashboards: list[Dashboard] = field(factory=list[Dashboard])
    views: list[View] = field(factory=list[View])
    calendar: Calendar = field(factory=Calendar)
    versions: list[Version] = field(factory=default_versions)
    records: dict[str, Records] = field(factory=dict[str, Records])
    items: dict[str, Items] = field(factory=dict[str, Items])
    cells: dict[str, Cells] = field(factory=dict[str, Cells])
    active_state: str = "UNLOCKED"
    modified: float = 0.0
    size: int = 1_048_576
    sync_conflicts: list[frozenset[str]] = field(factory=list[frozenset[str]])
    is_open: bool = True
    transition: StateTransition | None = None
    tasks: list[Task] = field(factory=list[Task])
    dumps: Dumps = field(factory=Dumps)
    reports: dict[tuple[str, str, str], Expiring[bytes]] = field(factory=dict[tuple[str, str, str], Expiring[bytes]])
    read_requests: dict[str, ReadRequest] = field(factory=dict[str, ReadRequest])

    @property
    def is_deployed(self) -> bool:
        """Whether it is in deployed mode, in which only production lists can be changed."""
        return self.active_state.startswith("PRODUCTION")

    def runnables(self, kind: str) -> Sequence[Runnable]:
        """Return the imports, exports, actions or processes, by the word in the path."""
        runnables: Sequence[Runnable] = getattr(self, kind)
        return runnables

    def columns(self, module: str) -> list[str]:
        """Return the column names of a module's records, or its line items if it has none."""
        if module in self.records:
            return list(self.records[module].columns)
        return [part.name for part in self.line_items(module)]

    def parts(self, kind: Kind) -> list[Part]:
        """Return the lists, modules, line items or other parts."""
        return [part for part in self.structure if part.kind == kind]

    def part(self, kind: Kind, name: str, module: str = "") -> Part:
        """Return a part; `module` is needed for one of a module or list. ValueError if there is none."""
        for part in self.structure:
            if (part.kind, part.name, part.module) == (kind, name, module):
                return part
        raise ValueError(f"name must be one of {kind} (got {name!r})")

    def line_items(self, module: str) -> list[Part]:
        """Return the line items of a module."""
        return [part for part in self.structure if part.kind == "lineItems" and part.module == module]

    def items_of(self, list_name: str) -> Items:
        """Return the items of a list by name. ValueError if there is no such list."""
        return self.items_in(self.part("lists", list_name))

    def items_in(self, part: Part) -> Items:
        """Return the items of a list by its part of the structure."""
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
        """Add a list and return its id. ValueError if its name is taken.

        Args:
            name: Name of the list.
            items: Names of its items; codes if it is numbered. `items_of(…).add(…)` adds more.
            numbered: Whether its items are named by their index.
            parent: Name of the list that holds the parents of its items.
            top_level: Name of the item that totals all others.
            production: Whether its items can be changed in deployed mode.
            properties: Format (TEXT, NUMBER, BOOLEAN, DATE) by property name.
            subsets: Names of its subsets.
        """
        flags = {"Numbered": numbered, "Production Data": production}
        texts = {"Parent Hierarchy": parent, "Top Level": top_level}
        formats = tuple(f"{property_name}: {text}" for property_name, text in (properties or {}).items())
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
        """Add a module with number-formatted line items and return its id, also that of its default view.

        The default view has the first dimension on rows, the line items on columns, and other dimensions on pages.
        ValueError if the name is taken.

        Args:
            name: Name of the module.
            line_items: Names of its line items.
            applies_to: Names of its dimensions: lists, subsets as "List: Subset", line item subsets, "Time",
                "Versions", "Users".
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
        format: str = "NUMBER",  # noqa: A002 - as Anaplan names it
        formula: str = "",
        applies_to: Sequence[str] | None = None,
        subsets: Sequence[str] = (),
    ) -> str:
        """Add a line item to a module and return its id.

        ValueError if its name is taken or the module does not exist.

        Args:
            module: Name of the module.
            name: Name of the line item.
            format: TEXT, NUMBER, BOOLEAN or DATE.
            formula: Its formula; a line item with one is read-only.
            applies_to: Dimensions of its own. It is then in a subsidiary view of its id, not in the default view.
            subsets: Names of the line item subsets that it belongs to.
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
        """Add a saved view of a module and return its id.

        ValueError unless the axes name each dimension and "Line items" once.

        Args:
            module: Name of the module.
            name: Name of the view.
            rows: Dimensions on rows.
            columns: Dimensions on columns.
            pages: Dimensions on pages.
            shown: Names of the visible items by dimension; all by default.
        """
        full_name = f"{module}.{name}"
        expected = sorted([*self.part("modules", module).applies_to, "Line items"])
        if sorted([*rows, *columns, *pages]) != expected:
            raise ValueError(f"rows, columns and pages must name each of {expected} once")
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

    def add_part(
        self,
        kind: Kind,
        name: str,
        *,
        module: str = "",
        properties: Mapping[str, str] | None = None,
        names: Mapping[str, Sequence[str]] | None = None,
    ) -> str:
        """Add a part that only revisions and reports know, for example of `roles`, and return its id.

        ValueError if its name is taken. Actions, views and the like that can be used have methods and lists of their
        own.

        Args:
            kind: The kind of part, in the words of the summary report.
            name: Name of the part.
            module: Name of the module or list that it belongs to.
            properties: Values by column of the report, for example `Notes`.
            names: Columns with several names, for example `Applies To`.
        """
        own_names = {key: tuple(values) for key, values in (names or {}).items()}
        part = Part(kind=kind, name=name, module=module, properties=dict(properties or {}), names=own_names)
        self._add(part)
        return part.id

    def change(
        self,
        kind: Kind,
        name: str,
        *,
        module: str = "",
        properties: Mapping[str, str] | None = None,
        names: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Change properties of a part. ValueError if there is none.

        Args:
            kind: The kind of part, in the words of the summary report.
            name: Name of the part.
            module: Name of the module or list that it belongs to.
            properties: New values by property, for example `Formula`, `Format`, `Notes`.
            names: New names by property, for example `Applies To`, or `Properties` of a list, as "Name: FORMAT".
        """
        old = self.part(kind, name, module)
        own_names = {key: tuple(values) for key, values in (names or {}).items()}
        new = structure_changes.change_part(old, properties or {}, own_names)
        self._set_structure(tuple(new if part is old else part for part in self.structure))

    def move(self, kind: Kind, name: str, *, after: str | None = None, module: str = "") -> None:
        """Move a part after another of its kind, or before all others. ValueError if there is none."""
        neighbor = None if after is None else self.part(kind, after, module)
        if neighbor is not (part := self.part(kind, name, module)):
            self.structure = structure_changes.move_part(self.structure, part, neighbor)

    def rename(self, kind: Kind, name: str, new_name: str, *, module: str = "") -> None:
        """Rename a part; `module` is needed for one of a module or list. ValueError if there is none."""
        self.structure = structure_changes.rename_part(self.structure, self.part(kind, name, module), new_name)
        self.views = [structure_changes.rename_in_view(view, kind, name, new_name) for view in self.views]

    def remove(self, kind: Kind, name: str, *, module: str = "") -> None:
        """Remove a part, and the parts of a module or list with it. ValueError if there is none."""
        self.structure = structure_changes.remove_part(self.structure, self.part(kind, name, module))
        self.views = [view for view in self.views if name not in structure_changes.names_in_view(view, kind)]

    def record_revision(
        self,
        revision_id: str,
        name: str,
        *,
        user_id: str,
        at: float,
        description: str | None = None,
        method: str = "User added revision",
    ) -> Revision:
        """Record the structure as a revision created and applied at `at` (epoch seconds), and return it."""
        revision = Revision(
            id=revision_id,
            name=name,
            structure=self.structure,
            items=self.record_items(),
            created=at,
            created_by=user_id,
            description=description,
            creation_method=method,
        )
        self.apply_revision(revision, user_id=user_id, at=at, method=method)
        return revision

    def record_items(self) -> RecordedItems:
        """Return the items that a revision would record now."""
        return structure_changes.record_items(self.structure, self.items)

    def apply_revision(self, revision: Revision, *, user_id: str, at: float, method: str) -> None:
        """Apply a revision's structure, as a sync or copy does; it becomes the latest revision.

        Items are added, replaced and removed by the differences from the latest revision before. The first revision of
        a model brings none.
        """
        if self.revisions:
            structure_changes.apply_items(self.items, self.revisions[-1].revision.items, revision)
        self._set_structure(revision.structure)
        self.modified = at
        self.revisions.append(AppliedRevision(revision=revision, applied=at, applied_by=user_id, method=method))

    def _set_structure(self, structure: Structure) -> None:
        """Set the structure, and delete the cells whose line item is deleted or has another format or dimensions."""
        kept = {part.id: (part.format, part.applies_to) for part in structure if part.kind == "lineItems"}
        for part in self.structure:
            if part.kind == "lineItems" and kept.get(part.id) != (part.format, part.applies_to):
                self.cells.pop(part.id, None)
        self.structure = structure

    def _add(self, new: Part) -> None:
        if any((part.kind, part.name, part.module) == (new.kind, new.name, new.module) for part in self.structure):
            raise ValueError(f"name must be unique among {new.kind} (got {new.name!r})")
        self.structure += (new,)
