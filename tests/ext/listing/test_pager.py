"""Whole lists in both faces, over a server that is an object."""

import asyncio
import json
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from attrs import define, evolve
from hypothesis import example, given
from hypothesis import strategies as st

from anaplan_client.core import Request
from anaplan_client.core.codec.decode import FAST_DECODE_MIN_BYTES
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
    """A session that answers from a list of so many entries, with pages of `cap` entries at most."""

    def __init__(self, entries: int, cap: int, announced: int | None = None) -> None:
        self.entries = entries
        self.cap = cap
        self.announced = entries if announced is None else announced
        self.asked = 0
        self.pages: weakref.WeakSet[Page] = weakref.WeakSet()
        self.most_pages = 0

    def send(self, request: Request[Any]) -> Page:
        self.asked += 1
        limit, offset = int(request.params["limit"]), int(request.params["offset"])
        end = min(self.entries, offset + min(limit, self.cap))
        # An empty list is left out of the answer.
        page = Page(offset, self.announced, list(range(offset, end)) or None)
        self.pages.add(page)
        self.most_pages = max(self.most_pages, len(self.pages))
        return page


class LaterServer:
    def __init__(self, server: Server) -> None:
        self.server = server

    async def send(self, request: Request[Any]) -> Page:
        return self.server.send(request)


def ask(limit: int, offset: int) -> Request[Any]:
    return request(params={"limit": str(limit), "offset": str(offset)})


async def collect(kind: str, server: Server, request: Callable[[int, int], Request[Any]] = ask) -> list[int]:
    if kind == "async":
        session: Any = LaterServer(server)
        return await async_lists.collect(session, request, lambda page: page.entries)
    synchronous: Any = server
    return sync_lists.collect(synchronous, request, lambda page: page.entries)


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
        assert server.asked == max(1, -(-entries // min(cap, PAGE_SIZE)))
        # Beside the entries, a few pages are held.
        assert server.most_pages <= PAGES_AHEAD + 2

    check()


@pytest.mark.parametrize("kind", FACES)
async def test_a_hundred_thousand_pages_of_one_are_read(kind: str) -> None:
    server = Server(100_000, 1)
    assert await collect(kind, server) == list(range(100_000))
    assert server.asked == 100_000
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
            return super().send(ask(PAGE_SIZE, 0))

    with pytest.raises(IncompleteListError):
        await collect(kind, Forgetful(12, 5))


class Sending(Server):
    """Sends its pages as bytes that are long. Its first says that it has `said` entries, whatever it has."""

    def __init__(self, entries: int, cap: int, announced: int | None = None, said: int | None = None) -> None:
        super().__init__(entries, cap, announced)
        self.said = said

    def send(self, request: Request[Any]) -> Any:
        page = super().send(request)
        received = page.entries or []
        size = len(received) if self.said is None or page.offset else self.said
        paging = {"currentPageSize": size, "offset": page.offset, "totalSize": page.total_size}
        body = {"meta": {"paging": paging}, "entries": received, "padding": "x" * FAST_DECODE_MIN_BYTES}
        return request.decode(json.dumps(body).encode())


def decoded(content: bytes) -> Page:
    body = json.loads(content)
    paging = body["meta"]["paging"]
    return Page(paging["offset"], paging["totalSize"], body["entries"])


def ask_bytes(limit: int, offset: int) -> Request[Any]:
    return evolve(ask(limit, offset), decode=decoded)


@pytest.mark.parametrize("kind", FACES)
def test_every_entry_comes_once_whatever_a_long_first_page_says_of_itself(kind: str) -> None:
    @bounded(50)
    @given(st.integers(0, 400), st.integers(1, 100), st.none() | st.integers(0, 500))
    @example(400, 100, None)
    @example(400, 100, 99)
    @example(400, 100, 101)
    @example(400, 7, 1)
    def check(entries: int, cap: int, said: int | None) -> None:
        server = Sending(entries, cap, said=said)
        assert asyncio.run(collect(kind, server, ask_bytes)) == list(range(entries))
        if said is None:
            assert server.asked == max(1, -(-entries // cap))

    check()


@pytest.mark.parametrize("kind", FACES)
async def test_a_total_that_a_long_first_page_does_not_meet_raises(kind: str) -> None:
    with pytest.raises(IncompleteListError) as raised:
        await collect(kind, Sending(100, 10, 101), ask_bytes)
    assert (raised.value.received, raised.value.expected) == (100, 101)


@pytest.mark.parametrize("kind", FACES)
async def test_a_long_first_page_is_decoded_while_others_are_under_way(kind: str) -> None:
    others = threading.Semaphore(0)

    class Telling(Sending):
        def send(self, request: Request[Any]) -> Any:
            if request.params["offset"] != "0":
                others.release()
            return super().send(request)

    def decode(content: bytes) -> Page:
        page = decoded(content)
        if not page.offset:
            assert all(others.acquire(timeout=60) for _ in range(PAGES_AHEAD - 1))
        return page

    def request(limit: int, offset: int) -> Request[Any]:
        return evolve(ask(limit, offset), decode=decode)

    assert await collect(kind, Telling(100, 10), request) == list(range(100))


@pytest.mark.parametrize("kind", FACES)
async def test_a_long_first_page_that_is_not_as_documented_is_asked_for_again(kind: str) -> None:
    def decode(content: bytes) -> Page:
        raise KeyError("chunks")

    def request(limit: int, offset: int) -> Request[Any]:
        return evolve(ask(limit, offset), decode=decode if offset == 0 else decoded)

    server = Sending(100, 10)
    # The connection says what is wrong, as with any other answer.
    with pytest.raises(KeyError, match="chunks"):
        await collect(kind, server, request)
    assert server.asked >= 2
