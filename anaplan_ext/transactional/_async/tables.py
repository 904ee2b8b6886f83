"""Views and lists as tables, found by their ids or names."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from attrs import frozen

from anaplan_client import integration

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...frames._async.table import AsyncTable
from ...frames.schema import TableFormat, list_format, view_format
from ...listing import endpoints
from ...listing._async.pager import collect
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


def view_table(session: AsyncSession, model_id: str, view: str, layout: ViewLayout, options: PollOptions) -> AsyncTable:
    """Return a view as a table. Nothing is read yet."""
    found: list[_Named] = []

    async def find_once() -> _Named:
        if not found:
            found.append(await _find_view(session, model_id, view))
        return found[0]

    async def read() -> AsyncIterator[bytes]:
        entry = await find_once()
        pages = read_view(session, model_id, entry.id, layout, entry.module_id, options)
        async with concurrency.closing(pages):
            async for page in pages:
                yield page

    async def describe() -> TableFormat:
        entry = await find_once()
        items = await collect(session, *endpoints.line_items(model_id, entry.module_id, True))
        return view_format(items, single_column=layout == "TABULAR_SINGLE_COLUMN")

    return AsyncTable(f"view {view}", read, describe)


def list_table(session: AsyncSession, model_id: str, list_: str, options: PollOptions) -> AsyncTable:
    """Return the items of a list as a table. Nothing is read yet."""
    found: list[str] = []

    async def find_once() -> str:
        if not found:
            found.append(await find_list(session, model_id, list_))
        return found[0]

    async def read() -> AsyncIterator[bytes]:
        pages = read_list(session, model_id, await find_once(), options)
        async with concurrency.closing(pages):
            async for page in pages:
                yield page

    async def describe() -> TableFormat:
        response = await session.send(integration.get_list_metadata(model_id, await find_once()))
        return list_format(response.metadata)

    return AsyncTable(f"list {list_}", read, describe)


async def find_list(session: AsyncSession, model_id: str, list_: str) -> str:
    """Return the id of a list. A name costs the list of lists."""
    if re.fullmatch("(101|109)[0-9]{9}", list_):
        return list_
    return find("list", list_, await collect(session, *endpoints.lists(model_id))).id


async def _find_view(session: AsyncSession, model_id: str, view: str) -> _Named:
    """Find a view by its id, its name, or the names of its module and itself, such as `Sales.By month`."""
    # The views of line items have the names of these, which are those of saved views too.
    views = await collect(session, *endpoints.views(model_id, None, view.isdecimal()))
    entries = [_Named(entry.id, entry.name or "", entry.module_id or entry.id) for entry in views]
    try:
        return find("view", view, entries)
    except NameNotFoundError:
        if "." not in view:
            raise
    modules = {module.id: module.name for module in await collect(session, *endpoints.modules(model_id))}
    qualified = [_Named(entry.id, f"{modules.get(entry.module_id)}.{entry.name}", entry.module_id) for entry in entries]
    return find("view", view, qualified)
