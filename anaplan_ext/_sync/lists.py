# Converted by `python -m generator` from anaplan_ext/_async/lists.py. Edit that file, not this one.
"""Whole lists, page by page."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from anaplan_client.core import Request

from ..io import _sync as io
from ..paging import PAGE_SIZE, PAGES_AHEAD, Page, Place, following
from .session import Session

PageT = TypeVar("PageT", bound=Page)
T = TypeVar("T")


def collect(
    session: Session, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> list[T]:
    """Returns every entry of a list; `request` takes a limit and an offset. Costs and errors are those of `pages`."""
    found: list[T] = []
    with io.closing(pages(session, request, entries)) as parts:
        for part in parts:
            found += part
    return found


def iterate(
    session: Session, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> Iterator[T]:
    """Yields every entry of a list while it is read, a bounded number of pages ahead of the reader."""
    with io.closing(pages(session, request, entries)) as parts:
        for part in parts:
            for entry in part:
                yield entry


def pages(
    session: Session, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> Iterator[list[T]]:
    """Yields the pages of a list in order. The first tells their size and the total; the others come side by side.

    Costs one request for each 5,000 entries, or more where Anaplan gives smaller pages. Holds four pages at most ahead
    of the reader. Raises `IncompleteListing` where the list stops before the total that it announced, or becomes
    shorter while it is read, so that entries may have been passed by.
    """

    def read(place: Place, limit: int) -> tuple[list[T], Place | None]:
        asked = request(limit, place.offset)
        page = session.send(asked)
        received = entries(page) or []
        return received, following(asked.operation, page, place, len(received))

    def read_whole(offset: int) -> tuple[list[T], Place | None]:
        # Pages may become smaller; then several are one of the first's size.
        found, rest = read(Place(offset, total), size)
        while rest is not None and len(found) < size:
            part, rest = read(rest, size - len(found))
            found += part
        return found, rest

    part, rest = read(Place(), PAGE_SIZE)
    yield part
    if rest is None or rest.total is None:
        return
    size, total = len(part), rest.total
    with io.closing(io.map_bounded(read_whole, range(size, total, size), PAGES_AHEAD)) as parts:
        for whole in parts:
            part, rest = whole
            yield part
    # What came to the list meanwhile.
    while rest is not None:
        part, rest = read(rest, PAGE_SIZE)
        yield part
