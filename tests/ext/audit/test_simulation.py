"""No event is lost and none comes twice, over 90 simulated days: late events, page borders, wrong clocks, crashes."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anaplan_ext import Audit, AuditCursor, IncompleteListError
from anaplan_ext.audit.cursor import move_on
from anaplan_ext.transport import clock

from .simulation import DAY_MS, START, Anaplan, CrashError, Event, draw_events, run_times

ORDERS = ("oldest first", "newest first", "by id")


def simulate(
    seed: int, order: str, page_limit: int, overlap: timedelta, *, by_created: bool, types: list[str] | None
) -> None:
    """Run the reader at random moments. Most runs crash or have a wrong clock; one in three weeks does not."""
    random = Random(seed)
    server = Anaplan(random, draw_events(random, overlap), order, page_limit, by_created)
    audit = Audit(server)  # type: ignore[arg-type]
    kept: list[int] = []
    stored = AuditCursor.start(START, types=types, overlap=overlap).to_json()
    wrong, completed = 0.0, server.now
    *moments, last = run_times(random)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: datetime.fromtimestamp((server.now + wrong) / 1000, UTC))
        for moment in [*moments, last]:
            server.now = max(server.now, moment)
            is_clean = moment == last or server.now - completed > 14 * DAY_MS
            wrong = 0 if is_clean else random.choice([0, 0, -3, -0.1, 0.1, 40]) * DAY_MS
            server.crash_in = None if is_clean else random.choice([None, 0, 1, 2, 3, 5, 9])
            with suppress(CrashError):
                for batch in audit.read(AuditCursor.from_json(stored)):
                    assert batch.events
                    server.may_crash()  # before both are stored, which happens together
                    kept += [event.id for event in batch.events]
                    stored = batch.cursor.to_json()
                    server.may_crash()
            completed = server.now if is_clean else completed
    prefixes = {"user_activity": "USR", "int": "INT", "all": ""}
    chosen = tuple(prefixes[name] for name in types or ["all"])
    expected = [one.id for one in server.events if one.code.startswith(chosen) and one.created <= server.now]
    assert sorted(kept) == sorted(expected)


@settings(deadline=None)
@example(
    # An event of the first moment, recorded before it by a service whose clock is ahead.
    seed=0,
    order="oldest first",
    page_limit=2,
    overlap=timedelta(hours=3),
    by_created=True,
    types=None,
)
@given(
    seed=st.integers(0, 2**32),
    order=st.sampled_from(ORDERS),
    page_limit=st.sampled_from([2, 3, 7, 10_000]),
    overlap=st.sampled_from([timedelta(hours=3), timedelta(days=1), timedelta(days=4)]),
    by_created=st.booleans(),
    types=st.sampled_from([None, ["user_activity"], ["int", "user_activity"]]),
)
def test_no_event_is_lost_and_none_comes_twice(
    seed: int, order: str, page_limit: int, overlap: timedelta, by_created: bool, types: list[str] | None
) -> None:
    simulate(seed, order, page_limit, overlap, by_created=by_created, types=types)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("page_limit", [1, 2, 3, 10_000])
def test_a_crash_after_any_step_loses_nothing(order: str, page_limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = int((START + timedelta(days=20)).timestamp() * 1000)
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.fromtimestamp(moment / 1000, UTC))
    events = [
        Event(number, moment - number * 3_600_000, moment - number * 3_600_000, "USR-8") for number in range(1, 9)
    ]
    for crash_in in range(40):
        server = Anaplan(Random(1), list(events), order, page_limit, False, now=moment)
        kept: list[int] = []
        stored = AuditCursor.start(START).to_json()
        for crash in (crash_in, None):
            server.crash_in = crash
            with suppress(CrashError):
                for batch in Audit(server).read(AuditCursor.from_json(stored)):  # type: ignore[arg-type]
                    server.may_crash()
                    kept += [event.id for event in batch.events]
                    stored = batch.cursor.to_json()
                    server.may_crash()
        assert sorted(kept) == list(range(1, 9))


def test_a_run_without_news_costs_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Anaplan(Random(1), [Event(1, 0, 0, "USR-8")], "oldest first", 10, False)
    server.events[0].at = server.events[0].created = server.now + 86_400_000
    server.now += 2 * 86_400_000
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.fromtimestamp(server.now / 1000, UTC))
    (batch,) = Audit(server).read(AuditCursor.start(START))  # type: ignore[arg-type]
    server.requests = 0
    assert list(Audit(server).read(batch.cursor)) == []  # type: ignore[arg-type]
    assert server.requests == 1
    assert len(batch.cursor.seen) == 1


def test_ids_are_forgotten_when_they_cannot_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    day = 86_400_000
    first = int(START.timestamp() * 1000)
    events = [Event(number, first + number * day, first + number * day, "USR-8") for number in range(60)]
    server = Anaplan(Random(1), events, "oldest first", 10, False)
    cursor = AuditCursor.start(START, overlap=timedelta(days=2))
    for number in range(1, 60):
        server.now = first + number * day
        monkeypatch.setattr(clock, "utc_now", lambda: datetime.fromtimestamp(server.now / 1000, UTC))
        for batch in Audit(server).read(cursor):  # type: ignore[arg-type]
            cursor = batch.cursor
        assert len(cursor.seen) <= 4
        assert len(cursor.to_json()) < 350


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("deleted", [1, 2, 3])
def test_events_that_disappear_while_they_are_listed_move_no_other_out_of_sight(
    order: str, deleted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = int((START + timedelta(days=2)).timestamp() * 1000)
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.fromtimestamp(moment / 1000, UTC))
    events = [Event(number, moment - 1_000_000 + number, moment - 1_000_000, "USR-8") for number in range(9)]
    gone = events[:deleted] if order != "newest first" else events[-deleted:]
    for after in range(1, 6):
        server = Anaplan(Random(1), list(events), order, 3, False, now=moment)
        send = server.send

        def send_and_delete(request: Any) -> Any:
            response = send(request)  # noqa: B023
            if server.requests == after:  # noqa: B023
                server.events = [event for event in server.events if event not in gone]  # noqa: B023
            return response

        server.send = send_and_delete  # type: ignore[method-assign]
        read = [event.id for event in Audit(server).iter_events(START)]  # type: ignore[arg-type]
        assert len(read) == len(set(read))
        assert {event.id for event in server.events} <= set(read)


def test_a_listing_that_never_stays_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Anaplan(Random(1), [], "oldest first", 3, False)
    monkeypatch.setattr(clock, "utc_now", lambda: datetime.fromtimestamp(server.now / 1000, UTC))
    server.now += 86_400_000
    send = server.send

    def replace_all_and_send(request: Any) -> Any:
        first = server.requests * 10
        server.events = [Event(first + number, server.now, server.now, "USR-8") for number in range(5)]
        return send(request)

    server.send = replace_all_and_send  # type: ignore[method-assign]
    with pytest.raises(IncompleteListError):
        list(Audit(server).iter_events(START, START + timedelta(days=5)))  # type: ignore[arg-type]


def test_the_position_is_never_after_now() -> None:
    cursor = AuditCursor.start(START)
    now = START + timedelta(days=1)
    assert move_on(cursor, [START + timedelta(days=40), START], now).latest == now
    assert move_on(cursor, [START], now).latest == START
    assert move_on(move_on(cursor, [now], now), [START], now).latest == now
    assert move_on(cursor, [], now) is cursor
