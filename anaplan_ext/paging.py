"""How the pages of a list follow each other."""

from typing import Protocol

from .errors import IncompleteListing

PAGE_SIZE = 5000
"""The most entries that Anaplan puts into a page, and what it silently cuts at."""


class Paging(Protocol):
    """The paging of an answer's meta, of any API."""

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


def next_offset(operation: str, page: Page, offset: int, received: int) -> int | None:
    """Returns the offset of the page after this one, or None at the end.

    Anaplan may give less than was asked for and may name a next page where nothing follows, so only the entries that
    came and the announced total count. Raises `IncompleteListing` for an empty page before the total is reached.
    """
    paging = page.meta.paging if page.meta else None
    if paging is None or offset + received >= paging.total_size:
        return None
    if received == 0:
        raise IncompleteListing(operation, offset, paging.total_size)
    return offset + received
