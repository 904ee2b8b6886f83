"""Read whole lists, page by page."""

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from anaplan_client.core import Request

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ..paging import PAGE_SIZE, PAGES_AHEAD, Page, PageCursor, next_cursor

PageT = TypeVar("PageT", bound=Page)
T = TypeVar("T")


async def collect(
    session: AsyncSession, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> list[T]:
    """Return every entry of a list, read as by `iter_pages`; `request` takes a limit and an offset."""
    collected: list[T] = []
    async with concurrency.closing(iter_pages(session, request, entries)) as parts:
        async for part in parts:
            collected += part
    return collected


async def iterate(
    session: AsyncSession, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> AsyncIterator[T]:
    """Yield every entry of a list, read as by `iter_pages`; `request` takes a limit and an offset."""
    async with concurrency.closing(iter_pages(session, request, entries)) as parts:
        async for part in parts:
            for entry in part:
                yield entry


async def iter_pages(
    session: AsyncSession, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> AsyncIterator[list[T]]:
    """Yield the entries of a list in order, page by page; the pages after the first are read concurrently.

    Costs one request for each 5,000 entries, or more if Anaplan's pages are smaller. Holds at most four pages ahead of
    the reader. Raises `IncompleteListError` if the list ends before its announced total, or becomes shorter while it is
    read, so that entries may be missing.
    """

    async def fetch(cursor: PageCursor, limit: int) -> tuple[list[T], PageCursor | None]:
        page_request = request(limit, cursor.offset)
        page = await session.send(page_request)
        received = entries(page) or []
        return received, next_cursor(page_request.operation, page, cursor, len(received))

    async def fetch_whole(cursor: PageCursor) -> tuple[list[T], PageCursor | None]:
        """Read as many entries as the first page has, in several requests if the pages became smaller."""
        part, following = await fetch(cursor, size)
        while following is not None and len(part) < size:
            more, following = await fetch(following, size - len(part))
            part += more
        return part, following

    part, following = await fetch(PageCursor(), PAGE_SIZE)
    yield part
    if following is None or following.total is None:
        return
    size, total = len(part), following.total
    cursors = (PageCursor(offset, total) for offset in range(size, total, size))
    async with concurrency.closing(concurrency.map_concurrently(fetch_whole, cursors, PAGES_AHEAD)) as parts:
        async for whole in parts:
            part, following = whole
            yield part
            if len(part) > size:
                break
    # Entries that were added meanwhile, or that follow a page with more than its limit.
    while following is not None:
        part, following = await fetch(following, PAGE_SIZE)
        yield part
