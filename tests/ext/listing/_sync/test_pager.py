# Converted by `python -m generator` from tests/ext/listing/_async/test_pager.py. Edit that file, not this one.
"""Lists of many pages: complete or an error, in order, and at most a few pages ahead."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from anaplan_ext import Client, DecodeError, IncompleteListError
from anaplan_ext.concurrency import _sync as concurrency
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.listing.paging import PAGE_SIZE, PAGES_AHEAD

from ....core.support import answering

MODEL = "D0E5A4B3C2D14F60A7B8C9D0E1F2A301"


@pytest.fixture
def alone() -> Iterator[Client]:
    """A client of a server that a test makes up."""
    with Client("w", MODEL, token="token", base_url="https://api.test", retry_count=0) as client:
        yield client


class Server:
    """Has `count` modules, in pages of `cap` at most; `total` says how many it announces at each request."""

    def __init__(self, count: int, cap: int = PAGE_SIZE, total: Callable[[int], int] | None = None) -> None:
        self.count, self.cap = count, cap
        self.total = total or (lambda turn: self.count)
        self.requests: list[tuple[int, int]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        limit, offset = int(request.url.params["limit"]), int(request.url.params["offset"])
        self.requests.append((offset, limit))
        found = range(offset, max(offset, min(offset + min(limit, self.cap), self.count)))
        paging = {"currentPageSize": len(found), "offset": offset, "totalSize": self.total(len(self.requests))}
        body: dict[str, Any] = {"meta": {"paging": paging}}
        if found:
            body["modules"] = [{"id": str(index), "name": f"M{index}"} for index in found]
        return httpx.Response(200, json=body)


@pytest.mark.parametrize(
    ("count", "cap"), [(0, 10), (1, 10), (10, 10), (11, 10), (95, 10), (100, 10), (7, 1), (12_001, PAGE_SIZE)]
)
def test_every_entry_comes_once_and_in_order_in_as_few_requests_as_can_be(count: int, cap: int, alone: Client) -> None:
    server = Server(count, cap)
    with answering(server):
        found = alone.transactional.list_modules()
        assert [module.id for module in found] == [str(index) for index in range(count)]
        assert len(server.requests) == max(1, -(-count // cap))
        again = [module for module in alone.transactional.iter_modules()]
    assert again == found


def test_pages_that_become_smaller_leave_no_gap(alone: Client) -> None:
    server = Server(100, 20)

    def shrinking(request: httpx.Request) -> httpx.Response:
        server.cap = 20 if len(server.requests) < 2 else 7
        return server(request)

    with answering(shrinking):
        found = alone.transactional.list_modules()
    assert [module.id for module in found] == [str(index) for index in range(100)]


def test_what_comes_to_a_list_meanwhile_is_read_too(alone: Client) -> None:
    server = Server(40, 10, lambda turn: 40 if turn < 3 else 55)

    def growing(request: httpx.Request) -> httpx.Response:
        server.count = 40 if len(server.requests) < 2 else 55
        return server(request)

    with answering(growing):
        found = alone.transactional.list_modules()
    assert [module.id for module in found] == [str(index) for index in range(55)]


@pytest.mark.parametrize(
    ("count", "total", "received", "expected"),
    [
        (30, lambda turn: 40, 30, 40),  # stops before the end
        (40, lambda turn: 40 if turn < 3 else 39, 10, 40),  # one was deleted, and another may have moved
    ],
)
def test_a_list_that_is_not_whole_raises(
    count: int, total: Callable[[int], int], received: int, expected: int, alone: Client
) -> None:
    with answering(Server(count, 10, total)), pytest.raises(IncompleteListError) as raised:
        alone.transactional.list_modules()
    with answering(Server(count, 10, total)), pytest.raises(IncompleteListError):
        _taken(alone.transactional.iter_modules(), 1000)
    assert raised.value.operation == "integration.list_modules"
    assert raised.value.received >= received
    assert raised.value.expected == expected


@pytest.mark.parametrize(("taken", "most"), [(1, 1), (10, 1), (11, 1 + PAGES_AHEAD), (20, 1 + PAGES_AHEAD)])
def test_a_reader_is_followed_by_a_few_pages_only(taken: int, most: int, alone: Client) -> None:
    server = Server(1000, 10)
    with answering(server):
        assert _taken(alone.transactional.iter_modules(), taken) == taken
    assert len(server.requests) <= most


def test_a_long_first_page_that_is_not_as_documented_says_what_is_missing(alone: Client) -> None:
    server = Server(12_001)

    def unnamed(request: httpx.Request) -> httpx.Response:
        body = server(request).json()
        del body["modules"][-1]["id"]
        return httpx.Response(200, json=body)

    with answering(unnamed), pytest.raises(DecodeError, match="no field 'id'") as raised:
        alone.transactional.list_modules()
    assert raised.value.context.body.startswith(b'{"meta":')


def test_nothing_is_sent_before_the_first_entry_is_read(alone: Client) -> None:
    server = Server(10)
    with answering(server):
        with concurrency.closing(alone.transactional.iter_modules()):
            pass
    assert server.requests == []


def test_the_pages_of_a_list_are_read_concurrently(emulator: Emulator, client: Client) -> None:
    emulator.page_limit = 100
    list_id = emulator.model(emulator.development_model_id).add_list("Many", items=(f"I{n}" for n in range(900)))
    client.transactional.list_lists()
    emulator.inject(Fault(path="/items$", nth=2, kind="stall", times=None))

    def let_go() -> None:
        # They are released only when all are in flight together.
        while len(emulator.stalled) < PAGES_AHEAD:
            concurrency.sleep(0.001)
        emulator.clear_faults()
        emulator.release()

    def read() -> None:
        assert len(client.transactional.get_list_items(list_id)) == 900

    def run(index: int) -> None:
        (read, let_go)[index]()

    with concurrency.closing(concurrency.map_concurrently(run, range(2), 2)) as done:
        assert len([one for one in done]) == 2
    assert emulator.peak_in_flight >= PAGES_AHEAD


def _taken(entries: Iterator[object], most: int) -> int:
    """Reads at most `most` entries, and returns their number."""
    count = 0
    with concurrency.closing(entries):
        for _ in entries:
            count += 1
            if count == most:
                break
    return count
