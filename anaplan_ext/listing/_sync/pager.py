# Converted by `python -m generator` from anaplan_ext/listing/_async/pager.py. Edit that file, not this one.
"""Whole lists, page by page."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Generic, TypeVar, cast

from attrs import evolve, frozen

from anaplan_client.core import Request

from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ..paging import PAGE_SIZE, PAGES_AHEAD, DeferredPage, Page, PageCursor, next_cursor, peek_paging

PageT = TypeVar("PageT", bound=Page)
T = TypeVar("T")


def collect(
    session: Session, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> list[T]:
    """Returns every entry of a list; `request` takes a limit and an offset. Costs and errors are those of `pages`."""
    found: list[T] = []
    with concurrency.closing(pages(session, request, entries)) as parts:
        for part in parts:
            found += part
    return found


def iterate(
    session: Session, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> Iterator[T]:
    """Yields every entry of a list while it is read, a bounded number of pages ahead of the reader."""
    with concurrency.closing(pages(session, request, entries)) as parts:
        for part in parts:
            for entry in part:
                yield entry


def pages(
    session: Session, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> Iterator[list[T]]:
    """Yields the pages of a list in order. The first tells their size and the total; the others come side by side.

    Costs one request for each 5,000 entries, or more where Anaplan gives smaller pages. Holds four pages at most ahead
    of the reader. Raises `IncompleteListError` where the list stops before the total that it announced, or becomes
    shorter while it is read, so that entries may have been passed by.
    """
    listing = _Listing(session, request, entries)
    first = listing.first()
    begun: tuple[DeferredPage, ...] = ()
    if isinstance(first, DeferredPage):
        begun, size, total, rest = (first,), first.size, first.total, None
    else:
        part, rest = first
        yield part
        if rest is None or rest.total is None:
            return
        size, total = len(part), rest.total
    wanted = chain(begun, (PageCursor(offset, total) for offset in range(size, total, size)))
    with concurrency.closing(
        concurrency.map_concurrently(partial(listing.several, size), wanted, PAGES_AHEAD)
    ) as parts:
        for whole in parts:
            part, rest = whole
            yield part
            if len(part) > size:
                break
    # What came to the list meanwhile, or after more than was asked for.
    while rest is not None:
        part, rest = listing.page(rest, PAGE_SIZE)
        yield part


@frozen
class _Listing(Generic[PageT, T]):
    """Reads parts of a list: what is in each, and the place of what follows it."""

    session: Session
    request: Callable[[int, int], Request[PageT]]
    entries: Callable[[PageT], list[T] | None]

    def first(self) -> DeferredPage | tuple[list[T], PageCursor | None]:
        """Reads the first page, but not what is in it if it is long and others follow."""
        request = self.request(PAGE_SIZE, 0)

        def decode(content: bytes) -> PageT | DeferredPage:
            return peek_paging(content) or request.decode(content)

        page = self.session.send(evolve(cast("Request[PageT | DeferredPage]", request), decode=decode))
        return page if isinstance(page, DeferredPage) else self._split(request, page, PageCursor())

    def page(self, place: PageCursor, limit: int) -> tuple[list[T], PageCursor | None]:
        """Read a page after the first."""
        request = self.request(limit, place.offset)
        return self._split(request, self.session.send(request), place)

    def several(self, size: int, start: PageCursor | DeferredPage) -> tuple[list[T], PageCursor | None]:
        """Reads as much as the first page has. Pages may become smaller; then it takes several."""
        found, rest = self._decoded(start) if isinstance(start, DeferredPage) else self.page(start, size)
        while rest is not None and len(found) < size:
            part, rest = self.page(rest, size - len(found))
            found += part
        return found, rest

    def _decoded(self, first: DeferredPage) -> tuple[list[T], PageCursor | None]:
        request = self.request(PAGE_SIZE, 0)
        try:
            page = concurrency.run_in_thread(request.decode, first.content)
        except (KeyError, TypeError, ValueError):
            # Asked for once more, in the way that says what is wrong with it.
            page = self.session.send(request)
        return self._split(request, page, PageCursor())

    def _split(self, request: Request[PageT], page: PageT, place: PageCursor) -> tuple[list[T], PageCursor | None]:
        received = self.entries(page) or []
        return received, next_cursor(request.operation, page, place, len(received))
