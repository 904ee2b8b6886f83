"""How the pages of a list follow each other."""

import json
import re
from typing import Protocol

from attrs import frozen

from anaplan_client.core.codec.decode import FAST_DECODE_MIN_BYTES

from .errors import IncompleteListError

PAGE_SIZE = 5000
"""The most entries that Anaplan puts into a page, and what it silently cuts at."""

PAGES_AHEAD = 4
"""How many pages are asked for at once, and held until their reader takes them."""


class Paging(Protocol):
    """The paging of an answer's meta, of any API."""

    @property
    def offset(self) -> int:
        """How many entries come before those of the page."""
        ...

    @property
    def total_size(self) -> int:
        """How many entries there are in all."""
        ...


class Meta(Protocol):
    """An answer's meta, of any API."""

    @property
    def paging(self) -> Paging | None:
        """Which part of the list the answer holds."""
        ...


class Page(Protocol):
    """An answer with a page of a list."""

    @property
    def meta(self) -> Meta | None:
        """What the answer says about itself."""
        ...


@frozen
class PageCursor:
    """Where a page of a list begins, and how many entries the list has, as far as the pages before have said."""

    offset: int = 0
    total: int | None = None


@frozen
class DeferredPage:
    """The first of several pages before it is decoded: what follows can be asked for meanwhile."""

    content: bytes
    size: int
    """How many entries it says that it has."""
    total: int


_META = re.compile(rb'\s*\{\s*"meta"\s*:\s*')
_META_SIZE = 2000


def peek_paging(content: bytes) -> DeferredPage | None:
    """Looks for what a long first page says of others, which in Anaplan's answers comes before its entries."""
    start = _META.match(content)
    if start is None or len(content) <= FAST_DECODE_MIN_BYTES:
        return None
    text = content[start.end() : start.end() + _META_SIZE].decode("latin-1")
    try:
        paging = json.JSONDecoder().raw_decode(text)[0]["paging"]
        size, total = paging["currentPageSize"], paging["totalSize"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    follows = type(size) is int and type(total) is int and 0 < size < total
    return DeferredPage(content, size, total) if follows else None


def next_cursor(operation: str, page: Page, place: PageCursor, received: int) -> PageCursor | None:
    """Returns the place of the page after this one, or None at the end.

    Anaplan may give less than was asked for and may name a next page where nothing follows, so only the entries that
    came and the announced total count. Raises `IncompleteListError` for an empty page before the total is reached, and
    for a page from another place than was asked for, with which entries would be lost or come twice, for a list that
    became shorter, so that entries moved to pages before, and for an answer that has nothing of a list in it.
    """
    paging = _paging(operation, page, received, place.total)
    total = paging.total_size if paging else place.total
    reached = place.offset + received
    if paging is not None and received and paging.offset != place.offset:
        raise IncompleteListError(operation, place.offset, paging.total_size)
    if paging is not None and place.total is not None and paging.total_size < place.total:
        raise IncompleteListError(operation, min(place.offset, paging.total_size), place.total)
    if total is None or reached >= total:
        return None
    if received == 0:
        raise IncompleteListError(operation, reached, total)
    return PageCursor(reached, total)


def check_list(operation: str, page: Page, received: int) -> None:
    """Raises `IncompleteListError` for an answer that has nothing of a list in it, such as an empty object."""
    _paging(operation, page, received)


def check_whole(operation: str, page: Page, received: int) -> None:
    """Raises `IncompleteListError` if a list that has no pages was cut, or its answer has nothing of a list in it."""
    paging = _paging(operation, page, received)
    if paging is not None and received < paging.total_size:
        raise IncompleteListError(operation, received, paging.total_size)


def _paging(operation: str, page: Page, received: int, known: int | None = None) -> Paging | None:
    # Where a list is empty its key is absent, but Anaplan's answers have always a meta.
    if page.meta is None and not received and known is None:
        raise IncompleteListError(operation, 0)
    return page.meta.paging if page.meta else None
