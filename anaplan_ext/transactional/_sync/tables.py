# Converted by `python -m generator` from anaplan_ext/transactional/_async/tables.py. Edit that file, not this one.
"""Views and lists as tables, found by their ids or names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from anaplan_client import integration

from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ...frames._sync.table import Table
from ...frames.schema import TableFormat, list_format, view_format
from ...listing import endpoints
from ...listing._sync.pager import collect
from ...listing.errors import NameNotFoundError
from ...listing.names import find
from ..read_request import PollOptions, ViewLayout
from .reading import read_list, read_view


@frozen
class _Named:
    """A view by the name that a caller may use."""

    id: str
    name: str
    module_id: str


def view_table(session: Session, model_id: str, view: str, layout: ViewLayout, options: PollOptions) -> Table:
    """Return a view as a table. Nothing is read yet."""
    found: list[_Named] = []

    def find_once() -> _Named:
        if not found:
            found.append(_find_view(session, model_id, view))
        return found[0]

    def read() -> Iterator[bytes]:
        entry = find_once()
        pages = read_view(session, model_id, entry.id, layout, entry.module_id, options)
        with concurrency.closing(pages):
            for page in pages:
                yield page

    def describe() -> TableFormat:
        entry = find_once()
        items = collect(session, *endpoints.line_items(model_id, entry.module_id, True))
        return view_format(items, single_column=layout == "TABULAR_SINGLE_COLUMN")

    return Table(f"view {view}", read, describe)


def list_table(session: Session, model_id: str, list_: str, options: PollOptions) -> Table:
    """Return the items of a list as a table. Nothing is read yet."""
    found: list[str] = []

    def find_once() -> str:
        if not found:
            found.append(find_list(session, model_id, list_))
        return found[0]

    def read() -> Iterator[bytes]:
        pages = read_list(session, model_id, find_once(), options)
        with concurrency.closing(pages):
            for page in pages:
                yield page

    def describe() -> TableFormat:
        response = session.send(integration.get_list_metadata(model_id, find_once()))
        return list_format(response.metadata)

    return Table(f"list {list_}", read, describe)


def find_list(session: Session, model_id: str, list_: str) -> str:
    """Return the id of a list. A name costs the list of lists."""
    if re.fullmatch("(101|109)[0-9]{9}", list_):
        return list_
    return find("list", list_, collect(session, *endpoints.lists(model_id))).id


def _find_view(session: Session, model_id: str, view: str) -> _Named:
    """Find a view by its id, its name, or the names of its module and itself, such as `Sales.By month`."""
    # The views of line items have the names of these, which are those of saved views too.
    views = collect(session, *endpoints.views(model_id, None, view.isdecimal()))
    entries = [_Named(entry.id, entry.name or "", entry.module_id or entry.id) for entry in views]
    try:
        return find("view", view, entries)
    except NameNotFoundError:
        if "." not in view:
            raise
    modules = {module.id: module.name for module in collect(session, *endpoints.modules(model_id))}
    qualified = [_Named(entry.id, f"{modules.get(entry.module_id)}.{entry.name}", entry.module_id) for entry in entries]
    return find("view", view, qualified)
