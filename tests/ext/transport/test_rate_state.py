"""The rules of a limit that clients share, on a clock of the test."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.transport.rate_state import (
    BACKOFF_FRACTION,
    MAX_AHEAD_SECONDS,
    MAX_DISTANCE,
    MIN_RATE_FRACTION,
    RECOVERY_SECONDS,
    RateState,
    rate_fraction,
    slow_down,
    take_turn,
)

from ...core.support import bounded


@pytest.mark.parametrize(
    ("ceiling", "recoveries", "fraction"),
    [
        (1.0, 0, 0.75),
        (1.0, 0.5, 1 - 0.25 / 8),
        (1.0, 1, 1.0),
        (1.0, 2, 1.0),
        (0.5, 0, 0.375),
        (0.5, 1, 0.5),
        (0.5, 2, 0.625),
        (0.5, 3, 1.0),
        (MIN_RATE_FRACTION, 0, MIN_RATE_FRACTION),
        (MIN_RATE_FRACTION, 5.1, 1.0),
    ],
)
def test_the_rate_grows_along_a_curve_with_a_rest_at_the_last_ceiling(
    ceiling: float, recoveries: float, fraction: float
) -> None:
    state = RateState(0.0, 1000.0, ceiling)
    assert rate_fraction(state, 1000.0 + recoveries * RECOVERY_SECONDS) == pytest.approx(fraction)


@bounded()
@given(st.floats(MIN_RATE_FRACTION, 1), st.lists(st.floats(0, 600), min_size=2).map(sorted))
def test_the_rate_never_falls_without_a_429_and_is_full_in_the_end(ceiling: float, times: list[float]) -> None:
    fractions = [rate_fraction(RateState(0.0, 0.0, ceiling), time) for time in times]
    assert fractions == sorted(fractions)
    assert all(MIN_RATE_FRACTION <= fraction <= 1 for fraction in fractions)
    for seconds in ((MAX_DISTANCE + 1) * RECOVERY_SECONDS, (MAX_DISTANCE + 1) * RECOVERY_SECONDS + 1, inf):
        assert rate_fraction(RateState(0.0, 0.0, ceiling), seconds) == 1


def test_what_was_in_flight_together_lowers_the_rate_once() -> None:
    state = slow_down(RateState(), sent=0.5, now=1.0, pause=0.0)
    for index in range(20):
        state = slow_down(state, sent=0.5 + index / 100, now=1.0 + index / 100, pause=0.0)
    assert rate_fraction(state, 1.0) == BACKOFF_FRACTION
    state = slow_down(state, sent=1.5, now=1.6, pause=0.0)
    assert rate_fraction(state, 1.6) == pytest.approx(BACKOFF_FRACTION**2, rel=0.05)


def test_every_429_closes_for_its_pause_and_the_longest_counts() -> None:
    state = slow_down(RateState(), sent=0.0, now=1.0, pause=5.0)
    state = slow_down(state, sent=0.0, now=2.0, pause=60.0)
    state = slow_down(state, sent=0.0, now=3.0, pause=1.0)
    _, turn = take_turn(state, 10.0, 600, 3.0)
    assert turn.at == 62.0


@bounded()
@given(st.floats(0.5, 50), st.integers(1, 40), st.lists(st.floats(0, 5), min_size=1, max_size=200), st.floats(0, 1e6))
def test_no_time_has_more_turns_than_the_burst_and_the_rate(
    per_second: float, burst: int, pauses: list[float], start: float
) -> None:
    state, now, turns = RateState(), start, list[float]()
    for pause in pauses:
        state, turn = take_turn(state, per_second, burst, now)
        turns.append(max(now, turn.at))
        now = max(now, turn.at) + pause / per_second
    for first, begin in enumerate(turns):
        for last in range(first, len(turns)):
            assert last - first + 1 <= burst + per_second * (turns[last] - begin) + 1e-3


@pytest.mark.parametrize("state", [RateState(MAX_AHEAD_SECONDS + 101, 0.0, 0.5), RateState(100.0, 102.0, 0.5)])
def test_the_times_of_another_clock_are_forgotten(state: RateState) -> None:
    after, turn = take_turn(state, 10.0, 1, 100.0)
    assert turn == (100.0, -inf)
    assert after == RateState(100.1, -inf, 1.0)
    assert slow_down(state, 100.0, 100.0, 0.0).ceiling == 1.0


def test_the_times_of_this_clock_are_kept() -> None:
    state = RateState(MAX_AHEAD_SECONDS + 100, 101.0, 0.5)
    assert take_turn(state, 10.0, 1, 100.0)[1] == (MAX_AHEAD_SECONDS + 100, 101.0)
