"""States of read requests, and readings that continue exactly where they stopped."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.integration.models import ListReadRequest, ViewReadRequest
from anaplan_ext import ReadError
from anaplan_ext.transactional.read_request import (
    ReadRestartError,
    ResumeGuard,
    ViewLayout,
    is_complete,
    list_reading,
    view_reading,
)

from ...core.support import bounded


def state(**fields: Any) -> ViewReadRequest:
    return ViewReadRequest.from_dict({"requestId": "R1", **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"requestState": "NOT_STARTED"}, False),
        ({"requestState": "IN_PROGRESS", "successful": True, "availablePages": 3}, False),
        # Before the end, `successful` says nothing.
        ({"requestState": "IN_PROGRESS", "successful": False}, False),
        ({"requestState": "CANCELLING"}, False),
        ({"requestState": "SOMETHING_NEW"}, False),
        ({}, False),
        ({"requestState": "COMPLETE", "successful": True, "availablePages": 3}, True),
        ({"requestState": "COMPLETE"}, True),
    ],
)
def test_only_complete_is_the_end(fields: dict[str, Any], expected: bool) -> None:
    assert is_complete("view 1", state(**fields)) is expected
    assert is_complete("list 1", ListReadRequest.from_dict({"requestId": "R1", **fields})) is expected


def test_a_failed_read_request_is_restarted_and_a_cancelled_one_raises() -> None:
    with pytest.raises(ReadRestartError, match="read request R1 failed"):
        is_complete("view 1", state(requestState="COMPLETE", successful=False))
    with pytest.raises(ReadError, match="reading view 1 failed: read request R1 was cancelled"):
        is_complete("view 1", state(requestState="CANCELLED", successful=True))


@pytest.mark.parametrize(
    ("layout", "sent"),
    [
        ("TABULAR_SINGLE_COLUMN", "TABULAR_SINGLE_ITEMS"),
        ("TABULAR_MULTI_COLUMN", "TABULAR_MULTI_COLUMN"),
        ("GRID_ALL_PAGES", "GRID_ALL_PAGES"),
        ("GRID_CURRENT_PAGE", "GRID_CURRENT_PAGE"),
    ],
)
def test_a_layout_has_the_name_that_read_requests_know(layout: ViewLayout, sent: str) -> None:
    assert view_reading("M", "V", layout).start.content == b'{"exportType":"%s"}' % sent.encode()


@pytest.mark.parametrize("reading", [view_reading("M", "V", "GRID_ALL_PAGES"), list_reading("M", "V")])
def test_every_request_is_about_the_same_read_request(reading: Any) -> None:
    base = reading.start.path
    assert reading.get("R").path == reading.delete("R").path == reading.delete_request("R").path == f"{base}/R"
    assert reading.get_page("R", 7).path == f"{base}/R/pages/7"
    assert (reading.delete_request("R").method, reading.delete_request("R").decode(b"no JSON")) == ("DELETE", None)


@bounded(300)
@given(
    st.binary(max_size=60), st.lists(st.integers(1, 9), min_size=1), st.lists(st.integers(1, 9), min_size=1), st.data()
)
def test_a_second_reading_continues_where_the_first_stopped(
    content: bytes, sizes: list[int], other_sizes: list[int], data: st.DataObject
) -> None:
    guard = ResumeGuard("view 1")
    pages, again = cut(content, sizes), cut(content, other_sizes)
    stop = data.draw(st.integers(0, len(pages)))
    guard.restart()
    received = b"".join(guard.accept(page) for page in pages[:stop])
    guard.restart()
    received += b"".join(guard.accept(page) for page in again)
    guard.verify_complete()
    assert received == content


@bounded()
@given(st.binary(min_size=1, max_size=40), st.integers(0, 39), st.lists(st.integers(1, 9), min_size=1))
def test_a_second_reading_with_other_content_raises(content: bytes, place: int, sizes: list[int]) -> None:
    place %= len(content)
    other = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    guard = ResumeGuard("view 1")
    assert guard.accept(content) == content
    guard.restart()
    with pytest.raises(ReadError, match="changed between"):
        feed(guard, cut(other, sizes))


def test_a_second_reading_that_is_shorter_raises() -> None:
    guard = ResumeGuard("view 1")
    guard.accept(b"one,two")
    guard.restart()
    assert guard.accept(b"one,") == b""
    with pytest.raises(ReadError, match="shorter between"):
        guard.verify_complete()


def feed(guard: ResumeGuard, pages: list[bytes]) -> None:
    for page in pages:
        assert guard.accept(page) == b""


def cut(content: bytes, sizes: list[int]) -> list[bytes]:
    """Cuts content into pages of these sizes, over and over."""
    pages, start = [], 0
    while start < len(content):
        size = sizes[len(pages) % len(sizes)]
        pages.append(content[start : start + size])
        start += size
    return pages
