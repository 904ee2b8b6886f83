"""Poll intervals for long-running tasks."""

from itertools import accumulate, islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import ApiError, ConnectError, DecodeError, RequestTimeoutError, TransportError
from anaplan_client.core.errors import make_status_error
from anaplan_ext import Client, RetryPolicy
from anaplan_ext.tasks.polling import (
    MAX_FAILED_POLLS,
    MAX_NOT_FOUND_POLLS,
    POLL_DELAY,
    Default,
    delay_after_failed_poll,
    is_transient,
    poll_intervals,
)

from ...core.support import bounded, exchange


@bounded()
@given(st.floats(0, 3600))
def test_the_intervals_start_short_and_double_up_to_the_delay(longest: float) -> None:
    intervals = list(islice(poll_intervals(longest), 40))
    assert intervals[0] == min(0.05, longest)
    for before, after in pairwise(intervals):
        assert after == min(before * 2, longest)
    assert intervals[-1] == longest


def test_by_default_a_long_task_is_polled_every_five_seconds() -> None:
    intervals = list(islice(poll_intervals(POLL_DELAY), 60))
    moments = [0, *accumulate(intervals)]
    assert max(interval for interval, moment in zip(intervals, moments, strict=False) if moment < 30) == 1
    assert intervals[-1] == 5
    assert all(before <= after <= 2 * before for before, after in pairwise(intervals))


def test_a_delay_of_one_second_from_the_caller_stays_one_second() -> None:
    assert max(islice(poll_intervals(1), 200)) == 1
    assert max(islice(poll_intervals(Default(60)), 200)) == 60


def test_the_client_tells_the_default_delay_from_the_same_argument() -> None:
    for options, is_default in (({}, True), ({"status_poll_delay": 1}, False), ({"status_poll_delay": 0.5}, False)):
        with Client(token="token", **options) as client:  # type: ignore[arg-type]
            delay = client._settings.status_poll_delay
            assert isinstance(delay, Default) is is_default
    assert repr(POLL_DELAY) == "1"


def failure(status: int | None = None, kind: type[ApiError] = TransportError, **more: object) -> ApiError:
    context = exchange(status=status, **more)
    return kind(context) if status is None or kind is DecodeError else make_status_error(context)


@pytest.mark.parametrize(
    ("error", "is_passing"),
    [
        *((failure(kind=kind), True) for kind in (TransportError, ConnectError, RequestTimeoutError)),
        *((failure(status), True) for status in (408, 429, 500, 502, 503, 504, 520, 599)),
        *((failure(status), False) for status in (301, 400, 401, 403, 404, 405, 409, 410, 422, 423, 424)),
        (failure(200, DecodeError), True),
    ],
    ids=lambda value: f"{type(value).__name__} {value.status}" if isinstance(value, ApiError) else "",
)
def test_transient_errors_are_polled_through_and_permanent_errors_are_final(error: ApiError, is_passing: bool) -> None:
    assert is_transient(error) is is_passing
    assert (delay_after_failed_poll(RetryPolicy(), error, 1, True) is not None) is is_passing


def test_the_delay_after_failed_polls_grows_up_to_the_limit_and_stops() -> None:
    policy = RetryPolicy(base_delay=0.5, max_delay=30)
    intervals = [
        delay_after_failed_poll(policy, failure(503), failed, True) for failed in range(1, MAX_FAILED_POLLS + 1)
    ]
    assert intervals == [1, 2, 4, 8, 16, 30, 30, 30, 30, None]


def test_a_new_task_may_be_unknown_for_a_while() -> None:
    delays = [
        delay_after_failed_poll(RetryPolicy(), failure(404), failed, False)
        for failed in range(1, MAX_NOT_FOUND_POLLS + 1)
    ]
    assert delays == [0] * (MAX_NOT_FOUND_POLLS - 1) + [None]
    assert delay_after_failed_poll(RetryPolicy(), failure(404), 1, True) is None
    # These are some seconds.
    assert 3 < sum(islice(poll_intervals(POLL_DELAY), MAX_NOT_FOUND_POLLS - 1)) < 10


def test_a_late_retry_after_stops_the_polls() -> None:
    policy = RetryPolicy(retry_after_cap=120)
    assert delay_after_failed_poll(policy, failure(429, retry_after="120"), 1, True) is not None
    assert delay_after_failed_poll(policy, failure(429, retry_after="121"), 1, True) is None
