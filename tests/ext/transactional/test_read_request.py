"""What the states of read requests mean, and that a reading that is begun anew goes on where it was or nowhere."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.integration.models import ListReadRequest, ViewReadRequest
from anaplan_ext import ReadError
from anaplan_ext.transactional.read_request import Delivered, StartOver, ViewLayout, ended, of_list, of_view

from ...core.support import bounded


def state(**fields: Any) -> ViewReadRequest:
    return ViewReadRequest.from_dict({"requestId": "R1", **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"requestState": "NOT_STARTED"}, False),
        ({"requestState": "IN_PROGRESS", "successful": True, "availablePages": 3}, False),
        # Success is told before there is any, and so may be its opposite.
        ({"requestState": "IN_PROGRESS", "successful": False}, False),
        ({"requestState": "CANCELLING"}, False),
        ({"requestState": "SOMETHING_NEW"}, False),
        ({}, False),
        ({"requestState": "COMPLETE", "successful": True, "availablePages": 3}, True),
        ({"requestState": "COMPLETE"}, True),
    ],
)
def test_only_complete_is_the_end(fields: dict[str, Any], expected: bool) -> None:
    assert ended("view 1", state(**fields)) is expected
    assert ended("list 1", ListReadRequest.from_dict({"requestId": "R1", **fields})) is expected


def test_a_failed_read_request_is_to_be_begun_anew_and_a_cancelled_one_raises() -> None:
    with pytest.raises(StartOver, match="R1 was not successful"):
        ended("view 1", state(requestState="COMPLETE", successful=False))
    with pytest.raises(ReadError, match="the read request R1 was cancelled; reading view 1"):
        ended("view 1", state(requestState="CANCELLED", successful=True))


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
    assert of_view("M", "V", layout).start.content == b'{"exportType":"%s"}' % sent.encode()


@pytest.mark.parametrize("reading", [of_view("M", "V", "GRID_ALL_PAGES"), of_list("M", "V")])
def test_every_request_is_about_the_same_read_request(reading: Any) -> None:
    base = reading.start.path
    assert reading.look("R").path == reading.delete("R").path == reading.ending("R").path == f"{base}/R"
    assert reading.page("R", 7).path == f"{base}/R/pages/7"
    assert (reading.ending("R").method, reading.ending("R").decode(b"no JSON")) == ("DELETE", None)


@bounded(300)
@given(
    st.binary(max_size=60), st.lists(st.integers(1, 9), min_size=1), st.lists(st.integers(1, 9), min_size=1), st.data()
)
def test_a_second_reading_goes_on_where_the_first_stopped(
    content: bytes, sizes: list[int], other_sizes: list[int], data: st.DataObject
) -> None:
    delivered = Delivered("view 1")
    pages, again = cut(content, sizes), cut(content, other_sizes)
    stop = data.draw(st.integers(0, len(pages)))
    delivered.restart()
    found = b"".join(delivered.new(page) for page in pages[:stop])
    delivered.restart()
    found += b"".join(delivered.new(page) for page in again)
    delivered.end()
    assert found == content


@bounded()
@given(st.binary(min_size=1, max_size=40), st.integers(0, 39), st.lists(st.integers(1, 9), min_size=1))
def test_a_second_reading_with_other_content_raises(content: bytes, place: int, sizes: list[int]) -> None:
    place %= len(content)
    other = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    delivered = Delivered("view 1")
    assert delivered.new(content) == content
    delivered.restart()
    with pytest.raises(ReadError, match="changed while it was read"):
        feed(delivered, cut(other, sizes))


def test_a_second_reading_that_is_shorter_raises() -> None:
    delivered = Delivered("view 1")
    delivered.new(b"one,two")
    delivered.restart()
    assert delivered.new(b"one,") == b""
    with pytest.raises(ReadError, match="shorter while it was read"):
        delivered.end()


def feed(delivered: Delivered, pages: list[bytes]) -> None:
    for page in pages:
        assert delivered.new(page) == b""


def cut(content: bytes, sizes: list[int]) -> list[bytes]:
    """Cuts content into pages of these sizes, over and over."""
    pages, at = [], 0
    while at < len(content):
        size = sizes[len(pages) % len(sizes)]
        pages.append(content[at : at + size])
        at += size
    return pages
