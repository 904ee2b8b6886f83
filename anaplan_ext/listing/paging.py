"""Decide how the pages of a list follow each other."""

from typing import Protocol

from attrs import frozen

from .errors import IncompleteListError

PAGE_SIZE = 5000
"""The maximum number of entries per page; Anaplan silently reduces a larger limit to it."""

PAGES_AHEAD = 4
"""Pages that are in flight, or held for the reader."""


class Paging(Protocol):
    """The paging of a response of any API."""

    @property
    def offset(self) -> int:
        """The number of entries before those of the page."""
        ...

    @property
    def total_size(self) -> int:
        """The number of entries of the list."""
        ...


class Meta(Protocol):
    """The metadata of a response of any API."""

    @property
    def paging(self) -> Paging | None:
        """The part of the list that the response has."""
        ...


class Page(Protocol):
    """A response with a page of a list."""

    @property
    def meta(self) -> Meta | None:
        """The metadata of the response."""
        ...


@frozen
class PageCursor:
    """The offset of a page, and the total that the pages before announced."""

    offset: int = 0
    total: int | None = None


def next_cursor(operation: str, page: Page, cursor: PageCursor, received: int) -> PageCursor | None:
    """Return the cursor of the page after this one, or None at the end of the list.

    Only the received entries and the announced total count: Anaplan may return fewer entries than the limit, and may
    link to a next page that does not exist.

    Raises:
        IncompleteListError: for an empty page before the total; for a page with another offset than requested, so that
            entries would be missing or doubled; if the list became shorter, so that entries moved to earlier pages; and
            for a response that is not a list.
    """
    paging = _get_paging(operation, page, received, cursor.total)
    total = paging.total_size if paging else cursor.total
    end = cursor.offset + received
    if paging is not None and received and paging.offset != cursor.offset:
        raise IncompleteListError(operation, cursor.offset, paging.total_size)
    if paging is not None and cursor.total is not None and paging.total_size < cursor.total:
        raise IncompleteListError(operation, min(cursor.offset, paging.total_size), cursor.total)
    if total is None or end >= total:
        return None
    if received == 0:
        raise IncompleteListError(operation, end, total)
    return PageCursor(end, total)


def check_list(operation: str, page: Page, received: int) -> None:
    """Raise `IncompleteListError` for a response that is not a list, such as an empty object."""
    _get_paging(operation, page, received)


def check_whole(operation: str, page: Page, received: int) -> None:
    """Raise `IncompleteListError` if a list without pages was truncated, or the response is not a list."""
    paging = _get_paging(operation, page, received)
    if paging is not None and received < paging.total_size:
        raise IncompleteListError(operation, received, paging.total_size)


def _get_paging(operation: str, page: Page, received: int, total: int | None = None) -> Paging | None:
    # The response of an empty list lacks the key of its entries, but always has metadata.
    if page.meta is None and not received and total is None:
        raise IncompleteListError(operation, 0)
    return page.meta.paging if page.meta else None
