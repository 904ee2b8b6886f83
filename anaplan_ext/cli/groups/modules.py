"""`anaplan modules`, `views` and `cells`: read and write the data of modules."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, Rows, pick

if TYPE_CHECKING:
    from anaplan_client.integration.models import Module, View

    from ... import Client
    from ..context import Context

    Layout = Literal["TABULAR_MULTI_COLUMN", "TABULAR_SINGLE_COLUMN", "GRID_ALL_PAGES", "GRID_CURRENT_PAGE"]

COLUMNS = (Column("id", "Id."), Column("name", "Name."), Column("code", "Code."))
VIEW_COLUMNS = (
    Column("id", "Id of the view."),
    Column("name", "Name."),
    Column("code", "Code."),
    Column("module_id", "Id of its module."),
)
VIEW_INFO_COLUMNS = (
    Column("id", "Id of the view."),
    Column("name", "Name."),
    Column("rows", "Names of the dimensions in the rows.", "array"),
    Column("columns", "Names of the dimensions in the columns.", "array"),
    Column("pages", "Names of the dimensions in the pages.", "array"),
)
LINE_ITEM_COLUMNS = (
    Column("id", "Id of the line item."),
    Column("name", "Name."),
    Column("module_name", "Name of its module."),
    Column("format", "Format."),
    Column("formula", "Formula."),
    Column("summary", "Summary method."),
    Column("cell_count", "Number of cells.", "integer"),
    Column("notes", "Notes."),
)
WRITE_COLUMNS = (
    Column("changed", "Cells that changed.", "integer"),
    Column("total", "Cells in the file.", "integer"),
)
LAYOUTS = {
    "columns": "TABULAR_MULTI_COLUMN",
    "cells": "TABULAR_SINGLE_COLUMN",
    "grid": "GRID_ALL_PAGES",
    "page": "GRID_CURRENT_PAGE",
}
MODULE = Argument(("name",), "Name or id of the module.", "MODULE")
VIEW = Argument(("name",), "Name or id of the view, or of a module for its default view.", "VIEW")


def _list(context: Context) -> Result:
    return Rows(pick(module, COLUMNS) for module in context.model.transactional.iter_modules())


def _list_views(context: Context) -> Result:
    module_id = None if context.options.module is None else _module_id(context.model, context.options.module)
    return Rows(pick(view, VIEW_COLUMNS) for view in context.model.transactional.iter_views(module_id))


def _list_module_views(context: Context) -> Result:
    module_id = _module_id(context.model, context.options.name)
    return Rows(pick(view, VIEW_COLUMNS) for view in context.model.transactional.iter_views(module_id))


def _list_line_items(context: Context) -> Result:
    module_id = _module_id(context.model, context.options.name)
    items = context.model.transactional.iter_line_items(module_id, include_all=True)
    return Rows(pick(item, LINE_ITEM_COLUMNS) for item in items)


def _read(context: Context) -> Result:
    layout = cast("Layout", LAYOUTS[context.options.layout])
    rows = context.model.transactional.iter_view_rows(
        _view_id(context.model, context.options.name), layout=layout, timeout=context.timeout
    )
    if context.options.to in (None, "-"):
        return Raw(_csv(rows))
    from .. import exports

    exports.replace(Path(context.options.to), _csv(rows))
    return Done(f"{context.options.name}: written to {context.options.to}")


def _get_view(context: Context) -> Result:
    info = context.model.transactional.get_view_info(_view_id(context.model, context.options.name))
    axes = {"rows": info.rows, "columns": info.columns, "pages": info.pages}
    return One(
        {"id": info.id, "name": info.name}
        | {axis: [dimension.name for dimension in dimensions or []] for axis, dimensions in axes.items()}
    )


def _write(context: Context) -> Result:
    from .. import entries

    cells = map(entries.to_cell, entries.read(context.options.file))
    module_id = _module_id(context.model, context.options.name)
    if context.options.dry_run:
        return Done(f"would write cells of module {module_id}")
    result = context.model.transactional.update_module_data(module_id, cells, raise_on_failure=True)
    return One(pick(result, WRITE_COLUMNS))


def _csv(rows: Iterable[list[str]]) -> Iterable[bytes]:
    import csv
    import io

    rows = iter(rows)
    first = next(rows, None)
    for row in () if first is None else chain([first], rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(row)
        yield line.getvalue().encode()


def _module_id(client: Client, name: str) -> str:
    from ...listing.names import find

    if len(name) == 12 and name.isdecimal():
        return name
    return find("module", name, client.transactional.list_modules()).id


def _view_id(client: Client, name: str) -> str:
    from ...listing.names import find

    if len(name) == 12 and name.isdecimal():
        return name
    views = client.transactional.list_views()
    modules = client.transactional.list_modules()
    ids = {module.id for module in modules}  # a default view has the id and the name of its module
    names: list[Module | View] = [*modules, *(view for view in views if view.id not in ids)]
    return find("view", name, names).id


GROUP = Group(
    "modules",
    (
        Command("modules list", "List the modules.", _list, (), COLUMNS, ("anaplan modules list -m 'Planning Dev'",)),
        Command(
            "modules views",
            "List the saved views of a module.",
            _list_module_views,
            (MODULE,),
            VIEW_COLUMNS,
            ("anaplan modules views Flights",),
        ),
        Command(
            "modules line-items",
            "List the line items of a module.",
            _list_line_items,
            (MODULE,),
            LINE_ITEM_COLUMNS,
            ("anaplan modules line-items Flights -o csv",),
        ),
    ),
)
VIEWS = Group(
    "views",
    (
        Command(
            "views list",
            "List the saved views.",
            _list_views,
            (Argument(("--module",), "List only the views of this module.", "MODULE"),),
            VIEW_COLUMNS,
            ("anaplan views list -m 'Planning Dev'",),
        ),
        Command(
            "views get",
            "Show the dimensions of a view.",
            _get_view,
            (VIEW,),
            VIEW_INFO_COLUMNS,
            ("anaplan views get Flights",),
            is_one=True,
        ),
        Command(
            "views read",
            "Print a view as CSV, or write it to a file.",
            _read,
            (
                VIEW,
                Argument(("--layout",), "Layout of the table.", "LAYOUT", choices=tuple(LAYOUTS), default="columns"),
                Argument(("-O", "--to"), "Path to write to; `-`, the default, is standard output.", "PATH"),
            ),
            examples=("anaplan views read Flights -O flights.csv", "anaplan views read Flights | head"),
        ),
    ),
)
CELLS = Group(
    "cells",
    (
        Command(
            "cells write",
            "Write the cells in a file to a module.",
            _write,
            (
                MODULE,
                Argument(
                    ("-f", "--file"),
                    "CSV with lineItem, value and a column per dimension, or JSON lines; `-` is standard input.",
                    "FILE",
                    is_required=True,
                ),
            ),
            WRITE_COLUMNS,
            ("anaplan cells write Flights -f cells.csv",),
            is_write=True,
            is_one=True,
        ),
    ),
)
