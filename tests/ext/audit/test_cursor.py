"""Cursors and time ranges: their limits, and what can be kept."""

import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.audit.models import EventType
from anaplan_ext import AuditCursor, IncompleteListError
from anaplan_ext.audit.time_ranges import MAX_WINDOW, PageStart, divide, following_page, to_milliseconds

SINCE = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
moments = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(
    since=moments,
    latest=st.none() | moments,
    seen=st.dictionaries(st.integers(0, 2**63), st.integers(0, 2**53), max_size=5),
    types=st.none() | st.lists(st.sampled_from(list(EventType)), min_size=1, max_size=3),
    overlap=st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_a_cursor_goes_through_json(
    since: datetime, latest: datetime | None, seen: dict[int, int], types: list[EventType] | None, overlap: timedelta
) -> None:
    cursor = evolve(AuditCursor.start(since, types=types, overlap=overlap), latest=latest, seen=seen)
    assert AuditCursor.from_json(cursor.to_json()) == cursor
    assert AuditCursor.from_json(cursor.to_json().encode()) == cursor
    assert pickle.loads(pickle.dumps(cursor)) == cursor
    assert "\n" not in cursor.to_json()


GOOD = json.loads(AuditCursor.start(SINCE).to_json())


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"since": "2026-01-01T00:00:00"},
        {"since": 7},
        {"since": "yesterday"},
        {"types": "all"},
        {"types": ["nothing"]},
        {"types": []},
        {"overlapSeconds": -1},
        {"overlapSeconds": "1"},
        {"overlapSeconds": 1e9},
        {"latest": "2026-01-01T00:00:00"},
        {"latest": 3},
        {"seen": None},
        {"seen": {"1": 2}},
        {"seen": [[1]]},
        {"seen": [["x", 2]]},
    ],
)
def test_what_is_no_cursor_is_rejected(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="text must be the JSON of an audit cursor"):
        AuditCursor.from_json(json.dumps(GOOD | changed))
    for name in changed:
        with pytest.raises(ValueError, match="text must be"):
            AuditCursor.from_json(json.dumps({key: value for key, value in GOOD.items() if key != name}))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '"x"', b"\xff"])
def test_what_is_no_json_is_rejected(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="text must be the JSON of an audit cursor"):
        AuditCursor.from_json(text)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"since": datetime(2026, 1, 1)}, ValueError, "since must have a time zone"),
        ({"since": "2026-01-01"}, TypeError, "since must be a datetime"),
        ({"since": None}, TypeError, "since must be a datetime"),
        ({"since": datetime(1960, 1, 1, tzinfo=UTC)}, ValueError, "1970"),
        ({"types": "all"}, TypeError, "types must be a list"),
        ({"types": ["logins"]}, ValueError, "types must be of all, user_activity"),
        ({"types": [3]}, ValueError, "types must be of"),
        ({"types": []}, ValueError, "must not be empty"),
        ({"overlap": 3}, TypeError, "overlap must be a timedelta"),
        ({"overlap": timedelta(seconds=-1)}, ValueError, "overlap must be from 0 to 30 days"),
        ({"overlap": timedelta(days=31)}, ValueError, "overlap must be from 0 to 30 days"),
    ],
)
def test_a_cursor_is_checked(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        AuditCursor.start(**{"since": SINCE} | arguments)


def test_a_cursor_shows_no_ids() -> None:
    cursor = evolve(AuditCursor.start(SINCE), seen={4711: 1})
    assert "4711" not in repr(cursor)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=100)))
def test_a_range_is_divided_without_gaps_and_overlaps(start: datetime, length: timedelta) -> None:
    spans = list(divide(start, start + length))
    first, last = to_milliseconds(start), to_milliseconds(start + length)
    assert [span.start for span in spans] == [first, *(span.end for span in spans[:-1])][: len(spans)]
    assert not spans or spans[-1].end == last
    assert all(0 < span.end - span.start <= MAX_WINDOW / timedelta(milliseconds=1) for span in spans)
    assert bool(spans) == (last > first)


PAGES: list[tuple[PageStart, list[int], int | None, int | None, PageStart | None]] = [
    (PageStart(), [], 0, 0, None),
    (PageStart(), [1, 2], 0, 2, None),
    (PageStart(), [1, 2], None, None, None),
    (PageStart(), [1, 2], 0, 3, PageStart(1, 2)),
    (PageStart(1, 2), [2, 3], 1, 3, None),
    (PageStart(1, 2), [2, 3], 1, 5, PageStart(2, 3)),
    (PageStart(1, 2), [9, 2], 1, 4, PageStart(2, 2)),  # an event was added in front
    (PageStart(1, 2), [3, 4], 1, 3, PageStart()),  # one was deleted
    (PageStart(1, 2), [], 1, 1, PageStart()),
    (PageStart(), [1], 0, 2, PageStart(1)),
    (PageStart(1), [2], 1, 2, None),
]


@pytest.mark.parametrize(("page", "ids", "offset", "total", "expected"), PAGES)
def test_pages_follow_each_other(
    page: PageStart, ids: list[int], offset: int | None, total: int | None, expected: PageStart | None
) -> None:
    assert following_page("audit.list_events", page, ids, offset, total) == expected


@pytest.mark.parametrize(("page", "ids", "offset", "total"), [(PageStart(), [], 0, 3), (PageStart(4), [1], 0, 9)])
def test_a_page_that_is_not_the_requested_one_is_an_error(
    page: PageStart, ids: list[int], offset: int, total: int
) -> None:
    with pytest.raises(IncompleteListError):
        following_page("audit.list_events", page, ids, offset, total)
