"""Imports, exports, other actions and processes, and the records of a module."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Factory, define, field, frozen

from .files import File


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
    import_type: str = Factory(lambda item: "HIERARCHY_DATA" if item.list else "MODULE_DATA", takes_self=True)


@define(kw_only=True)
class Export:
    """An export of module `module` (a name) into an output file with the same id; `prompts` as for an import."""

    id: str
    name: str
    module: str
    layout: str = "TABULAR_MULTI_COLUMN"
    prompts: Mapping[str, str] = field(factory=dict[str, str])
    output: File = field(
        init=False, default=Factory(lambda export: File(id=export.id, name=f"{export.name}.csv"), takes_self=True)
    )


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
    """The records of a module, as the text they were loaded from, and are exported as; the formats of the columns."""

    header: str
    text: str
    count: int
    columns: tuple[str, ...]
    formats: tuple[str, ...]
    separator: str = ","
    delimiter: str = '"'
