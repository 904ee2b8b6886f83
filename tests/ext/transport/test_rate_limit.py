"""Who may send when: the limiter as a whole, on a clock of its own."""

import heapq
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.transport.rate_limit import (
    FORGET_THROTTLE_SECONDS,
    MAX_TURN_DELAY_SECONDS,
    Limiter,
    MemoryRateStore,
    RateLimit,
    Throttle,
)
from anaplan_ext.transport.rate_state import MIN_RATE_FRACTION, RECOVERY_SECONDS

from ...core.support import bounded

CLOSE = 1e-3
"""Seconds, or parts of a ticket, that sums of many floats may be off."""


class Crowd:
    """Callers who acquire a ticket on arrival, check it again after each delay, and go when there is none."""

    def __init__(
        self,
        limit: RateLimit,
        refusals: list[tuple[float, float]] | None = None,
        leaving: set[int] | None = None,
    ) -> None:
        self.limiter = Limiter(limit, MemoryRateStore())
        self.leaving = leaving or set()
        self.left = 0
        self.refusals = sorted(refusals or [], reverse=True)
        self.gone: list[tuple[float, int]] = []
        self.looks = 0

    def come(self, arrivals: list[float]) -> list[tuple[float, int]]:
        """Lets them come at these times; returns when each went, with its ticket, in the order of going."""
        events: list[tuple[float, int, int]] = [(moment, index, 0) for index, moment in enumerate(sorted(arrivals))]
        heapq.heapify(events)
        while events:
            now, index, ticket = heapq.heappop(events)
            while self.refusals and self.refusals[-1][0] <= now:
                moment, pause = self.refusals.pop()
                self.limiter.on_throttled(moment, moment, pause)
            ticket = ticket or self.limiter.acquire_ticket()
            self.looks += 1
            wait = self.limiter.delay(ticket, now)
            if wait and index in self.leaving:
                self.limiter.release(ticket)
                self.left += 1
            elif wait:
                heapq.heappush(events, (now + wait, index, ticket))
            else:
                self.gone.append((now, ticket))
        return self.gone


limits = st.builds(RateLimit, per_second=st.floats(0.5, 50), burst=st.integers(1, 40))
# Many at the same moment, and many close to each other.
moments = st.integers(0, 5).map(float) | st.floats(0, 30)
arrivals = st.lists(moments, max_size=120)
refusals = st.lists(st.tuples(moments, st.floats(0, 10)), max_size=4)
leaving = st.sets(st.integers(0, 119))


@bounded(200)
@given(limits, arrivals, refusals, leaving)
def test_no_time_sees_more_than_the_burst_and_the_rate(
    limit: RateLimit, arrivals: list[float], refusals: list[tuple[float, float]], leaving: set[int]
) -> None:
    crowd = Crowd(limit, refusals, leaving)
    gone = [moment for moment, _ in crowd.come(arrivals)]
    assert len(gone) + crowd.left == len(arrivals)
    for first, begin in enumerate(gone):
        for last in range(first, len(gone)):
            allowed = limit.burst + limit.per_second * (gone[last] - begin)
            assert last - first + 1 <= allowed + CLOSE


@bounded(200)
@given(limits, arrivals, refusals, leaving)
def test_who_comes_first_goes_first(
    limit: RateLimit, arrivals: list[float], refusals: list[tuple[float, float]], leaving: set[int]
) -> None:
    gone = Crowd(limit, refusals, leaving).come(arrivals)
    for (earlier, before), (later, after) in pairwise(gone):
        # Two may go at the same moment, as far as the clock can tell.
        assert before < after or later - earlier < CLOSE


@bounded(200)
@given(limits, arrivals)
def test_nobody_waits_longer_than_needed_and_looks_more_than_twice(limit: RateLimit, arrivals: list[float]) -> None:
    crowd = Crowd(limit)
    gone = sorted(crowd.come(arrivals), key=lambda one: one[1])
    assert crowd.looks <= 3 * len(arrivals)
    left, counted = float(limit.burst), 0.0
    for came, (went, _) in zip(sorted(arrivals), gone, strict=True):
        # The textbook's bucket: one goes when it comes, or when there is a token again.
        begin = max(came, counted)
        left = min(limit.burst, left + (begin - counted) * limit.per_second)
        expected = begin + max(0.0, 1 - left) / limit.per_second
        left, counted = max(0.0, left - 1), expected
        assert went == pytest.approx(expected, abs=CLOSE)


@bounded(200)
@given(limits, arrivals, st.floats(0, 20), st.floats(0, 30))
def test_a_closed_bucket_lets_nobody_go(limit: RateLimit, arrivals: list[float], moment: float, pause: float) -> None:
    for went, _ in Crowd(limit, [(moment, pause)]).come(arrivals):
        assert went <= moment or went >= moment + pause - CLOSE


def emptied(limit: RateLimit) -> Limiter:
    limiter = Limiter(limit, MemoryRateStore())
    for _ in range(limit.burst):
        assert limiter.delay(limiter.acquire_ticket(), 0.0) == 0
    return limiter


def test_refusals_do_not_stop_everything() -> None:
    limiter = emptied(RateLimit(per_second=16, burst=4))
    for moment in range(1, 30):
        limiter.on_throttled(moment, moment, 0.0)
    first = limiter.delay(limiter.acquire_ticket(), 29.0)
    assert 0 <= first <= 1 / (16 * MIN_RATE_FRACTION)
    assert limiter.delay(limiter.acquire_ticket(), 29.0 + RECOVERY_SECONDS) == 0


@pytest.mark.parametrize("late", [0.05, 0.15, 1.0, 3.0])
def test_a_caller_that_always_looks_late_goes(late: float) -> None:
    limiter, now = Limiter(RateLimit(per_second=10, burst=1), MemoryRateStore()), 0.0
    for _ in range(9):  # each turn is 1.6 s after the one before, then
        limiter.on_throttled(now, now, 0.0)
        now += 1.0
    for _ in range(20):
        ticket, looks = limiter.acquire_ticket(), 1
        while wait := limiter.delay(ticket, now):
            now += wait + late
            looks += 1
            assert looks <= 3


def test_a_refusal_empties_the_bucket() -> None:
    limiter = Limiter(RateLimit(per_second=10, burst=600), MemoryRateStore())
    assert limiter.delay(limiter.acquire_ticket(), 0.0) == 0
    limiter.on_throttled(0.0, 0.0, 5.0)
    assert limiter.delay(limiter.acquire_ticket(), 0.0) == pytest.approx(5.2, rel=0.05)


def test_a_shorter_pause_does_not_open_a_closed_bucket() -> None:
    limiter = emptied(RateLimit())
    limiter.on_throttled(0.0, 0.0, 60.0)
    limiter.on_throttled(1.0, 1.0, 2.0)
    assert limiter.delay(limiter.acquire_ticket(), 1.0) >= 59


def test_those_behind_move_up_when_a_ticket_is_given_back_and_those_before_do_not() -> None:
    limiter = emptied(RateLimit(per_second=1, burst=1))
    first, second, third = (limiter.acquire_ticket() for _ in range(3))
    limiter.release(second)
    assert limiter.delay(first, 0.0) == pytest.approx(1)
    assert limiter.delay(third, 0.0) == pytest.approx(2)
    assert limiter.delay(first, 1.0) == 0
    assert limiter.delay(third, 1.5) == pytest.approx(0.5)
    assert limiter.delay(third, 2.0) == 0
    assert limiter.delay(limiter.acquire_ticket(), 2.0) == pytest.approx(1)


def test_a_turn_that_nobody_waits_for_is_used_until_it_is_due_and_not_saved() -> None:
    limiter = emptied(RateLimit(per_second=1, burst=1))
    left = limiter.acquire_ticket()
    assert limiter.delay(left, 0.0) == pytest.approx(1)
    limiter.release(left)
    early = limiter.acquire_ticket()
    assert limiter.delay(early, 0.5) == pytest.approx(0.5)
    limiter.release(early)
    assert limiter.delay(limiter.acquire_ticket(), 1.9) == pytest.approx(0.1)


def test_a_poll_waits_for_a_few_requests_of_a_transfer_not_for_the_transfer() -> None:
    limiter = emptied(RateLimit(per_second=10, burst=1))
    # A transfer has four requests in flight; each acquires its next ticket when it has gone.
    transfer = [limiter.acquire_ticket() for _ in range(4)]
    now, poll, since, longest = 0.0, limiter.acquire_ticket(), 0.0, 0.0
    while now < 100:
        now += min(limiter.delay(transfer[0], now), limiter.delay(poll, now))
        if not limiter.delay(transfer[0], now):
            transfer = [*transfer[1:], limiter.acquire_ticket()]
        if not limiter.delay(poll, now):
            longest = max(longest, now - since)
            poll, since = limiter.acquire_ticket(), now
    assert longest <= 5 / 10 + CLOSE


def test_what_anaplan_publishes_is_the_default() -> None:
    assert (RateLimit().per_second, RateLimit().burst) == (10.0, 600)


@pytest.mark.parametrize("value", [0, -1, inf, float("nan")])
def test_a_rate_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="per_second"):
        RateLimit(per_second=value)


@pytest.mark.parametrize("value", [0, -1])
def test_a_burst_that_is_none_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="burst"):
        RateLimit(burst=value)


@pytest.mark.parametrize(
    "value", ["", "limit", "/tmp/limit", "http://host", "file:", "file:///", "redis://", "file://host/limit", "unix:x"]
)
def test_a_place_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="shared must be file:PATH"):
        RateLimit(shared=value)


def test_a_place_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="shared must be text"):
        RateLimit(shared=Path("limit"))  # type: ignore[arg-type]


def test_a_limit_shows_no_password() -> None:
    shown = repr(RateLimit(shared="rediss://user:canary@host:1/2#name"))
    assert shown == "RateLimit(per_second=10.0, burst=600, shared='rediss://host:1/2#name')"
    with pytest.raises(ValueError, match="got 'redi://host'"):
        RateLimit(shared="redi://user:canary@host")


def test_one_who_never_comes_again_does_not_stop_the_others() -> None:
    limiter = emptied(RateLimit(per_second=1, burst=1))
    lost, waiting = limiter.acquire_ticket(), limiter.acquire_ticket()
    assert limiter.delay(lost, 0.0) == pytest.approx(1)
    now, looks = 0.0, 0
    while wait := limiter.delay(waiting, now):
        now, looks = now + wait, looks + 1
    assert 1 + MAX_TURN_DELAY_SECONDS < now < 4 + MAX_TURN_DELAY_SECONDS
    assert looks < 20
    # It has kept the right to a turn, after its place.
    assert limiter.delay(lost, now) <= 1
    assert limiter.delay(lost, now + 1) == 0


# The pause of the whole client after a 429 without `Retry-After`


def refuse(throttle: Throttle, now: float, sent: float | None = None) -> float | None:
    return throttle.on_throttled(now if sent is None else sent, now, 10.0, 120.0).seconds


def test_pauses_become_longer_and_end_after_their_total() -> None:
    throttle, now, pauses = Throttle(), 0.0, list[float | None]()
    while (seconds := refuse(throttle, now)) is not None:
        assert throttle.delay(now) == seconds
        assert throttle.delay(now + seconds) == 0
        pauses.append(seconds)
        now += seconds
    assert pauses == [10, 20, 30, 30, 30]
    assert now == 120
    assert refuse(throttle, now + 1) is None
    # After a response, or a long time, the next pause is a first one again.
    assert refuse(throttle, now + FORGET_THROTTLE_SECONDS + 1) == 10
    throttle.on_response(now + 200)
    assert refuse(throttle, now + 201) == 10


def test_refusals_of_what_was_in_flight_join_the_pause() -> None:
    throttle = Throttle()
    assert throttle.on_throttled(5.0, 6.0, 10.0, 120.0) == (10, True)
    for number in range(100):
        assert throttle.on_throttled(number * 0.06, 8.0, 10.0, 120.0) == (8, False)
    # What was sent before the pause says nothing about the time after it.
    throttle.on_response(5.5)
    assert throttle.on_throttled(17.0, 17.5, 10.0, 120.0) == (20, True)
    throttle.on_response(38.0)
    assert throttle.on_throttled(39.0, 40.0, 10.0, 120.0) == (10, True)


def test_a_pause_that_anaplan_asks_for_is_kept_and_never_shortened() -> None:
    throttle = Throttle()
    throttle.hold(0.0, 45.0)
    throttle.hold(1.0, 5.0)
    assert throttle.delay(10.0) == 35
    assert refuse(throttle, 10.0) == 35


@bounded()
@given(st.lists(st.tuples(st.floats(0, 60), st.booleans()), max_size=40))
def test_no_pause_is_longer_than_three_steps_and_no_series_longer_than_its_total(
    events: list[tuple[float, bool]],
) -> None:
    throttle, now, spent = Throttle(), 0.0, 0.0
    for later, answered in events:
        now += later
        if now > throttle.until + FORGET_THROTTLE_SECONDS:
            spent = 0.0
        if now <= throttle.until:
            continue  # nothing is sent during a pause
        if answered:
            throttle.on_response(now)
            spent = 0.0
        elif (seconds := refuse(throttle, now)) is not None:
            spent += seconds
            assert 0 < seconds <= 30 + 1e-6
            assert spent <= 120 + 1e-6
        assert throttle.delay(now) <= 30 + 1e-6
