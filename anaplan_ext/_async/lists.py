"""Whole lists, page by page."""

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from anaplan_client.core import Request

from ..io import _async as io
from ..paging import PAGE_SIZE, PAGES_AHEAD, Page, Place, following
from .session import AsyncSession

PageT = TypeVar("PageT", bound=Page)
T = TypeVar("T")


async def collect(
    session: AsyncSession, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> list[T]:
    """Returns every entry of a list; `request` takes a limit and an offset. Costs and errors are those of `pages`."""
    found: list[T] = []
    async with io.closing(pages(session, request, entries)) as parts:
        async for part in parts:
            found += part
    return found


async def iterate(
    session: AsyncSession, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> AsyncIterator[T]:
    """Yields every entry of a list while it is read, a bounded number of pages ahead of the reader."""
    async with io.closing(pages(session, request, entries)) as parts:
        async for part in parts:
            for entry in part:
                yield entry


async def pages(
    session: AsyncSession, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> AsyncIterator[list[T]]:
    """Yields the pages of a list in order. The first tells their size and the total; the others come side by side.

    Costs one request for each 5,000 entries, or more where Anaplan gives smaller pages. Holds four pages at most ahead
    of the reader. Raises `IncompleteListing` where the list stops before the total that it announced, or becomes
    shorter while it is read, so that entries may have been passed by.
    """

    async def read(place: Place, limit: int) -> tuple[list[T], Place | None]:
        asked = request(limit, place.offset)
        page = await session.send(asked)
        received = entries(page) or []
        return received, following(asked.operation, page, place, len(received))

    async def read_whole(offset: int) -> tuple[list[T], Place | None]:
        # Pages may become smaller; then several are one of the first's size.
        found, rest = await read(Place(offset, total), size)
        while rest is not None and len(found) < size:
            part, rest = await read(rest, size - len(found))
            found += part
        return found, rest

    part, rest = await read(Place(), PAGE_SIZE)
    yield part
    if rest is None or rest.total is None:
        return
    size, total = len(part), rest.total
    async with io.closing(io.map_bounded(read_whole, range(size, total, size), PAGES_AHEAD)) as parts:
        async for whole in parts:
            part, rest = whole
            yield part
    # What came to the list meanwhile.
    while rest is not None:
        part, rest = await read(rest, PAGE_SIZE)
        yield part
