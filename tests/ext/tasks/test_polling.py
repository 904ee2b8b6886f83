"""How a task is looked at until it ends."""

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
    poll_intervals,
    transient,
)

from ...core.support import bounded, exchange


@bounded()
@given(st.floats(0, 3600))
def test_the_pauses_start_short_and_double_up_to_what_was_asked_for(longest: float) -> None:
    pauses = list(islice(poll_intervals(longest), 40))
    assert pauses[0] == min(0.05, longest)
    for before, after in pairwise(pauses):
        assert after == min(before * 2, longest)
    assert pauses[-1] == longest


def test_without_a_wish_a_long_task_is_looked_at_every_five_seconds() -> None:
    pauses = list(islice(poll_intervals(POLL_DELAY), 60))
    began = [0, *accumulate(pauses)]
    assert max(pause for pause, moment in zip(pauses, began, strict=False) if moment < 30) == 1
    assert pauses[-1] == 5
    assert all(before <= after <= 2 * before for before, after in pairwise(pauses))


def test_a_second_that_was_asked_for_stays_a_second() -> None:
    assert max(islice(poll_intervals(1), 200)) == 1
    assert max(islice(poll_intervals(Default(60)), 200)) == 60


def test_the_client_knows_whether_a_delay_was_asked_for() -> None:
    for options, asked in (({}, False), ({"status_poll_delay": 1}, True), ({"status_poll_delay": 0.5}, True)):
        with Client(token="token", **options) as client:  # type: ignore[arg-type]
            delay = client._settings.status_poll_delay
            assert isinstance(delay, Default) is not asked
    assert repr(POLL_DELAY) == "1"


def failure(status: int | None = None, kind: type[ApiError] = TransportError, **more: object) -> ApiError:
    known = exchange(status=status, **more)
    return kind(known) if status is None or kind is DecodeError else make_status_error(known)


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        *((failure(kind=kind), True) for kind in (TransportError, ConnectError, RequestTimeoutError)),
        *((failure(status), True) for status in (408, 429, 500, 502, 503, 504, 520, 599)),
        *((failure(status), False) for status in (301, 400, 401, 403, 404, 405, 409, 410, 422, 423, 424)),
        (failure(200, DecodeError), True),
    ],
    ids=lambda value: f"{type(value).__name__} {value.status}" if isinstance(value, ApiError) else "",
)
def test_what_passes_is_told_from_what_stays(error: ApiError, passing: bool) -> None:
    assert transient(error) is passing
    assert (delay_after_failed_poll(RetryPolicy(), error, 1, True) is not None) is passing


def test_the_pause_after_failed_looks_grows_up_to_the_cap_and_ends() -> None:
    policy = RetryPolicy(base=0.5, cap=30)
    pauses = [delay_after_failed_poll(policy, failure(503), failed, True) for failed in range(1, MAX_FAILED_POLLS + 1)]
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30, 30, None]


def test_a_task_that_was_just_started_may_be_unknown_for_a_while() -> None:
    looks = [
        delay_after_failed_poll(RetryPolicy(), failure(404), failed, False)
        for failed in range(1, MAX_NOT_FOUND_POLLS + 1)
    ]
    assert looks == [0] * (MAX_NOT_FOUND_POLLS - 1) + [None]
    assert delay_after_failed_poll(RetryPolicy(), failure(404), 1, True) is None
    # That is some seconds.
    assert 3 < sum(islice(poll_intervals(POLL_DELAY), MAX_NOT_FOUND_POLLS - 1)) < 10


def test_a_wish_to_come_back_much_later_ends_the_looks() -> None:
    policy = RetryPolicy(retry_after_cap=120)
    assert delay_after_failed_poll(policy, failure(429, retry_after="120"), 1, True) is not None
    assert delay_after_failed_poll(policy, failure(429, retry_after="121"), 1, True) is None
