"""How the pages of a list follow each other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.alm.models import RevisionsResponse
from anaplan_client.integration.models import ChunksResponse, WorkspacesResponse
from anaplan_ext.listing.errors import IncompleteListError
from anaplan_ext.listing.paging import PAGE_SIZE, PageCursor, check_whole, next_cursor

from ...core.support import bounded


def page(received: int, offset: int, total: int, **more: object) -> ChunksResponse:
    """A page as Anaplan gives it: without the key where it is empty."""
    paging: dict[str, object] = {"currentPageSize": received, "offset": offset, "totalSize": total, **more}
    response: dict[str, Any] = {"meta": {"paging": paging}}
    if received:
        response["chunks"] = [{"id": str(offset + index)} for index in range(received)]
    return ChunksResponse.from_dict(response)


def walk(entries: int, announced: int, caps: list[int]) -> tuple[list[str], int]:
    """Reads a list; each page has at most its cap, and the last cap holds for all further pages."""
    found: list[str] = []
    place: PageCursor | None = PageCursor()
    requests = 0
    while place is not None:
        cap = min(PAGE_SIZE, caps[min(requests, len(caps) - 1)])
        requests += 1
        response = page(max(0, min(cap, entries - place.offset)), place.offset, announced, next="https://api.test/next")
        received = [chunk.id for chunk in response.chunks or []]
        found += received
        place = next_cursor("integration.list_chunks", response, place, len(received))
        assert requests <= entries + 1, "the list has no end"
    return found, requests


@bounded()
@given(st.integers(0, 120), st.lists(st.integers(1, 70), min_size=1, max_size=8))
def test_every_entry_comes_once_whatever_the_server_puts_into_a_page(entries: int, caps: list[int]) -> None:
    found, _ = walk(entries, entries, caps)
    assert found == [str(index) for index in range(entries)]


@bounded()
@given(st.integers(1, 120), st.integers(1, 70))
def test_no_page_is_requested_after_the_last(entries: int, cap: int) -> None:
    _, requests = walk(entries, entries, [cap])
    assert requests == -(-entries // cap)


@bounded()
@given(st.integers(0, 100), st.integers(1, 50), st.integers(1, 30))
def test_a_list_that_ends_before_its_total_raises_with_both_numbers(entries: int, missing: int, cap: int) -> None:
    with pytest.raises(IncompleteListError) as raised:
        walk(entries, entries + missing, [cap])
    assert (raised.value.received, raised.value.expected) == (entries, entries + missing)
    assert raised.value.operation == "integration.list_chunks"
    for part in ("integration.list_chunks", str(entries), str(entries + missing)):
        assert part in str(raised.value)


@bounded()
@given(st.integers(0, 10**6), st.integers(0, 5000), st.integers(0, 10**6))
def test_the_next_page_starts_where_this_one_ended_or_there_is_none(offset: int, received: int, total: int) -> None:
    try:
        place = next_cursor("x.y", page(received, offset, total), PageCursor(offset), received)
    except IncompleteListError:
        assert received == 0
        assert offset < total
    else:
        assert place == (PageCursor(offset + received, total) if offset + received < total else None)


def test_a_next_link_where_nothing_follows_is_not_followed() -> None:
    assert next_cursor("x.y", page(3, 0, 3, next="https://api.test/next"), PageCursor(), 3) is None
    assert next_cursor("x.y", page(0, 0, 0, next="https://api.test/next"), PageCursor(), 0) is None


def test_a_total_below_what_came_ends_the_list() -> None:
    assert next_cursor("x.y", page(3, 0, 1), PageCursor(), 3) is None


def test_what_the_page_says_of_its_size_does_not_count_but_what_came_does() -> None:
    lying = ChunksResponse.from_dict({"meta": {"paging": {"currentPageSize": 50, "offset": 0, "totalSize": 4}}})
    assert next_cursor("x.y", lying, PageCursor(), 2) == PageCursor(2, 4)


@pytest.mark.parametrize(
    "response", [{}, {"meta": None}, {"meta": {}}, {"meta": {"schema": "x"}}, {"meta": {"paging": None}}]
)
def test_a_response_without_paging_is_the_whole_list_unless_more_was_announced(response: dict[str, object]) -> None:
    silent = ChunksResponse.from_dict(response)
    assert next_cursor("x.y", silent, PageCursor(), 7) is None
    assert next_cursor("x.y", silent, PageCursor(5, 12), 7) is None
    assert next_cursor("x.y", silent, PageCursor(5, 12), 6) == PageCursor(11, 12)
    with pytest.raises(IncompleteListError, match="received 5 of 12 items"):
        next_cursor("x.y", silent, PageCursor(5, 12), 0)


@pytest.mark.parametrize("offset", [0, 4, 6, 5000])
def test_a_page_from_another_place_is_not_taken(offset: int) -> None:
    # As from a server that passes over the offset: the same entries would come again and again.
    with pytest.raises(IncompleteListError):
        next_cursor("x.y", page(5, offset, 12), PageCursor(5, 12), 5)


@pytest.mark.parametrize("response", [{}, {"meta": None}, {"status": {"code": 200}}])
def test_a_response_that_is_not_a_list_is_not_an_empty_list(response: dict[str, object]) -> None:
    for check in (lambda page: next_cursor("x.y", page, PageCursor(), 0), lambda page: check_whole("x.y", page, 0)):
        with pytest.raises(IncompleteListError, match="the response contains no list"):
            check(ChunksResponse.from_dict(response))
    assert next_cursor("x.y", ChunksResponse.from_dict({"meta": {"schema": "x"}}), PageCursor(), 0) is None


def test_a_list_without_pages_may_have_been_cut() -> None:
    check_whole("x.y", page(3, 0, 3), 3)
    check_whole("x.y", ChunksResponse.from_dict({"meta": {"schema": "x"}}), 0)
    with pytest.raises(IncompleteListError, match="received 3 of 4 items"):
        check_whole("x.y", page(3, 0, 4), 3)


def test_the_pages_of_every_api_are_understood() -> None:
    response = {"meta": {"paging": {"currentPageSize": 1, "offset": 0, "totalSize": "2"}}}
    for kind in (WorkspacesResponse, RevisionsResponse):
        assert next_cursor("x.y", kind.from_dict(response), PageCursor(), 1) == PageCursor(1, 2)
