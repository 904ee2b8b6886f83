# Converted by `python -m generator` from anaplan_ext/_async/lists.py. Edit that file, not this one.
"""Whole lists, page by page."""

from collections.abc import Callable
from typing import TypeVar

from anaplan_client.core import Request

from ..paging import PAGE_SIZE, Page, Place, following
from .session import Session

PageT = TypeVar("PageT", bound=Page)
T = TypeVar("T")


def collect(
    session: Session, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> list[T]:
    """Returns every entry of a list; `request` takes a limit and an offset.

    Costs one request for each 5,000 entries, or more where Anaplan gives smaller pages, and the memory of the entries
    and one page. Raises `IncompleteListing` where the list stops before the total that it announced.
    """
    found: list[T] = []
    place: Place | None = Place()
    while place is not None:
        asked = request(PAGE_SIZE, place.offset)
        page = session.send(asked)
        received = entries(page) or []
        found += received
        place = following(asked.operation, page, place, len(received))
    return found
