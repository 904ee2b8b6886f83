"""Whole lists, page by page."""

from collections.abc import Callable
from typing import TypeVar

from anaplan_client.core import Request

from ..paging import PAGE_SIZE, Page, next_offset
from .session import AsyncSession

PageT = TypeVar("PageT", bound=Page)
T = TypeVar("T")


async def collect(
    session: AsyncSession, request: Callable[[int, int], Request[PageT]], entries: Callable[[PageT], list[T] | None]
) -> list[T]:
    """Returns every entry of a list; `request` takes a limit and an offset.

    Costs one request for each 5,000 entries, or more where Anaplan gives smaller pages. Raises `IncompleteListing`
    where it stops before the total that it announced.
    """
    found: list[T] = []
    offset: int | None = 0
    while offset is not None:
        asked = request(PAGE_SIZE, offset)
        page = await session.send(asked)
        received = entries(page) or []
        found += received
        offset = next_offset(asked.operation, page, offset, len(received))
    return found
