"""Whole lists in both faces, over a server that is an object."""

import asyncio
import weakref
from typing import Any

import pytest
from attrs import define
from hypothesis import example, given
from hypothesis import strategies as st

from anaplan_client.core import Request
from anaplan_ext.listing._async import pager as async_lists
from anaplan_ext.listing._sync import pager as sync_lists
from anaplan_ext.listing.errors import IncompleteListError
from anaplan_ext.listing.paging import PAGE_SIZE, PAGES_AHEAD

from ...core.support import FACES, bounded, request


@define(eq=False)
class Page:
    """A page, which is its own meta and paging."""

    offset: int
    total_size: int
    entries: list[int] | None

    @property
    def meta(self) -> "Page":
        return self

    @property
    def paging(self) -> "Page":
        return self


class Server:
    """A session that responds from a list of `entries` entries, with pages of `cap` entries at most."""

    def __init__(self, entries: int, cap: int, announced: int | None = None) -> None:
        self.entries = entries
        self.cap = cap
        self.announced = entries if announced is None else announced
        self.requests = 0
        self.pages: weakref.WeakSet[Page] = weakref.WeakSet()
        self.most_pages = 0

    def send(self, request: Request[Any]) -> Page:
        self.requests += 1
        limit, offset = int(request.params["limit"]), int(request.params["offset"])
        end = min(self.entries, offset + min(limit, self.cap))
        # The response of an empty list lacks its key.
        page = Page(offset, self.announced, list(range(offset, end)) or None)
        self.pages.add(page)
        self.most_pages = max(self.most_pages, len(self.pages))
        return page


class LaterServer:
    def __init__(self, server: Server) -> None:
        self.server = server

    async def send(self, request: Request[Any]) -> Page:
        return self.server.send(request)


def build_request(limit: int, offset: int) -> Request[Any]:
    return request(params={"limit": str(limit), "offset": str(offset)})


async def collect(kind: str, server: Server) -> list[int]:
    if kind == "async":
        session: Any = LaterServer(server)
        return await async_lists.collect(session, build_request, lambda page: page.entries)
    synchronous: Any = server
    return sync_lists.collect(synchronous, build_request, lambda page: page.entries)


@pytest.mark.parametrize("kind", FACES)
def test_every_entry_comes_once_for_any_size_of_list_and_page(kind: str) -> None:
    @bounded(25)
    @given(st.integers(0, 100_000), st.integers(1, 5000))
    @example(0, 1)
    @example(1, 1)
    @example(20_000, 1)
    @example(5000, 5000)
    @example(5001, 5000)
    @example(100_000, 4999)
    @example(100_000, 5000)
    def check(entries: int, cap: int) -> None:
        server = Server(entries, cap)
        assert asyncio.run(collect(kind, server)) == list(range(entries))
        assert server.requests == max(1, -(-entries // min(cap, PAGE_SIZE)))
        # Apart from the entries, a few pages are held.
        assert server.most_pages <= PAGES_AHEAD + 2

    check()


@pytest.mark.slow
@pytest.mark.parametrize("kind", FACES)
async def test_a_hundred_thousand_pages_of_one_are_read(kind: str) -> None:
    server = Server(100_000, 1)
    assert await collect(kind, server) == list(range(100_000))
    assert server.requests == 100_000
    assert server.most_pages <= PAGES_AHEAD + 2


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize(
    ("entries", "cap", "missing"), [(0, 1, 1), (1, 1, 1), (99, 10, 1), (100, 10, 7), (5000, 5000, 1)]
)
async def test_a_total_that_is_not_met_raises(kind: str, entries: int, cap: int, missing: int) -> None:
    server = Server(entries, cap, entries + missing)
    with pytest.raises(IncompleteListError) as raised:
        await collect(kind, server)
    assert (raised.value.received, raised.value.expected) == (entries, entries + missing)


@pytest.mark.parametrize("kind", FACES)
async def test_a_server_that_passes_over_the_offset_is_not_believed(kind: str) -> None:
    class Forgetful(Server):
        def send(self, request: Request[Any]) -> Page:
            return super().send(build_request(PAGE_SIZE, 0))

    with pytest.raises(IncompleteListError):
        await collect(kind, Forgetful(12, 5))
