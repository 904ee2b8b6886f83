"""Reads and writes of any size hold a few pages or one call, not everything."""

import json
import tracemalloc
from collections.abc import Callable, Iterator

import httpx
import pytest

from anaplan_ext import Client
from anaplan_ext.transactional._sync.reading import PAGES_AHEAD

MB = 1_000_000
PAGES = 60
ROW = b"x" * 999 + b"\n"
MODEL = "D0E5A4B3C2D14F60A7B8C9D0E1F2A301"


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(model_id=MODEL, token="token", base_url="https://api.test", status_poll_delay=0) as client:
        yield client


def respond_with(monkeypatch: pytest.MonkeyPatch, respond: Callable[[httpx.Request], httpx.Response]) -> None:
    """Respond in place of the network, and record nothing."""
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: respond(request))


def peak(work: Callable[[], object]) -> int:
    """Return the peak of the bytes that are held during some work."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class Page(httpx.SyncByteStream):
    """A page of a megabyte, as it arrives from a socket: a response built from bytes would hold them."""

    def __iter__(self) -> Iterator[bytes]:
        return (ROW * 50 for _ in range(MB // len(ROW) // 50))


def large_view(request: httpx.Request) -> httpx.Response:
    """Reject the direct call, and respond with sixty pages of a megabyte."""
    path = request.url.path
    if path.endswith("/data"):
        return httpx.Response(400)
    if "/pages/" in path:
        return httpx.Response(200, headers={"Transfer-Encoding": "chunked"}, stream=Page())
    state = {"requestId": "R", "requestState": "COMPLETE", "availablePages": PAGES, "successful": True}
    return httpx.Response(200, json={"viewReadRequest": state})


@pytest.mark.slow
@pytest.mark.parametrize("rows", [True, False])
def test_a_read_holds_a_few_pages(rows: bool, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    total = 0

    def read() -> None:
        nonlocal total
        if rows:
            total = sum(len(row[0]) for row in client.transactional.iter_view_rows(102000000000))
        else:
            total = sum(len(page) for page in client.transactional.get_view_data_stream(102000000000))

    respond_with(monkeypatch, large_view)
    # A page exists twice while it is joined. Rows also hold the text of one page, and its lines.
    assert peak(read) < (2 * (PAGES_AHEAD + 1) + (6 if rows else 0)) * MB
    assert total == PAGES * MB - (PAGES * MB // len(ROW) if rows else 0)


@pytest.mark.slow
def test_a_write_holds_one_call(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = 0

    def take(request: httpx.Request) -> httpx.Response:
        nonlocal sent
        count = len(json.loads(request.read())["items"])
        sent += count
        return httpx.Response(200, json={"added": count, "ignored": 0, "total": count})

    items = ({"name": f"Item {number}", "code": "x" * 100} for number in range(60_000))

    def write() -> None:
        assert client.transactional.insert_list_items(101000000000, items, items_per_call=2_000).complete

    respond_with(monkeypatch, take)
    assert peak(write) < 8 * MB
    assert sent == 60_000
