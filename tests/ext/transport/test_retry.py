"""When a request is sent again, and after which pause."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import (
    ApiError,
    ConnectError,
    Content,
    DecodeError,
    Effect,
    RequestTimeoutError,
    TransportError,
)
from anaplan_client.core.errors import make_status_error
from anaplan_ext.transport.outcome import Ambiguous, classify
from anaplan_ext.transport.retry import (
    AMBIGUOUS_FAILURES,
    RETRYABLE_EFFECTS,
    RetryBudget,
    RetryDecision,
    RetryPolicy,
    classify_failure,
    decide_retry,
    is_replayable,
    retry_after,
)

from ...core.support import bounded, exchange

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
POLICY = RetryPolicy(count=3, base_delay=0.5, max_delay=30.0, retry_after_cap=120.0)
EFFECTS: list[Effect] = ["safe", "idempotent", "non-idempotent"]

ALWAYS = ("safe", "idempotent", "non-idempotent")
HARMLESS = ("safe", "idempotent")
NEVER = ()

# What went wrong, the effects of the requests that are retried, and whether the outcome of others is unknown.
OUTCOMES: list[tuple[str | int, tuple[str, ...], bool]] = [
    ("connect", ALWAYS, False),
    ("timeout", HARMLESS, True),
    ("transport", HARMLESS, True),
    ("decode", NEVER, True),
    (302, NEVER, False),
    (400, NEVER, False),
    (401, NEVER, False),
    (403, NEVER, False),
    (404, NEVER, False),
    (405, NEVER, False),
    (406, NEVER, False),
    (408, ALWAYS, False),
    (409, NEVER, False),
    (415, NEVER, False),
    (422, NEVER, False),
    (423, NEVER, False),
    (424, NEVER, False),
    (425, NEVER, False),
    (429, ALWAYS, False),
    (500, HARMLESS, False),
    (501, NEVER, False),
    (502, HARMLESS, True),
    (503, HARMLESS, True),
    (504, HARMLESS, True),
    (505, NEVER, False),
    (507, HARMLESS, False),
    (520, HARMLESS, True),
    (524, HARMLESS, True),
    (599, HARMLESS, True),
]
every_outcome = pytest.mark.parametrize(("outcome", "repeated", "unknown"), OUTCOMES)


def failure(outcome: str | int, retry_after: str | None = None) -> ApiError:
    if isinstance(outcome, int):
        return make_status_error(exchange(status=outcome, retry_after=retry_after))
    kind, status = {
        "connect": (ConnectError, None),
        "timeout": (RequestTimeoutError, None),
        "transport": (TransportError, None),
        "decode": (DecodeError, 200),
    }[outcome]
    return kind(exchange(status=status, retry_after=retry_after))


def decide(
    policy: RetryPolicy,
    budget: RetryBudget,
    effect: Effect,
    content: Content | None,
    error: ApiError,
    attempts: int,
    elapsed: float,
) -> RetryDecision:
    """Decide by the policy and then by the budget, as a request does."""
    requested = retry_after(error.context.retry_after, NOW)
    return budget.grant(decide_retry(policy, effect, content, error, requested, attempts, elapsed))


def pause(policy: RetryPolicy, effect: Effect, error: ApiError, attempts: int) -> float | None:
    return decide(policy, RetryBudget(policy), effect, b"", error, attempts, 0.0).delay


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """The bounds between which pauses were drawn; what is drawn is always the upper one."""
    bounds: list[tuple[float, float]] = []

    def upper(low: float, high: float) -> float:
        bounds.append((low, high))
        return high

    monkeypatch.setattr("random.uniform", upper)
    return bounds


@pytest.mark.parametrize("effect", EFFECTS)
@every_outcome
def test_a_request_is_sent_again_only_where_that_can_do_no_harm(
    outcome: str | int, repeated: tuple[str, ...], unknown: bool, effect: Effect, drawn: list[tuple[float, float]]
) -> None:
    for attempts in (1, 2, 3):
        seconds = pause(POLICY, effect, failure(outcome), attempts)
        assert (seconds is not None) == (effect in repeated)
    assert len(drawn) == (3 if effect in repeated else 0)
    for attempts in (4, 5, 100):
        assert pause(POLICY, effect, failure(outcome), attempts) is None


@pytest.mark.parametrize("effect", EFFECTS)
@every_outcome
def test_without_further_attempts_nothing_is_sent_again(
    outcome: str | int, repeated: tuple[str, ...], unknown: bool, effect: Effect
) -> None:
    assert pause(RetryPolicy(count=0), effect, failure(outcome), 1) is None


@every_outcome
def test_only_an_effect_of_each_time_can_be_unknown_and_then_it_is_never_sent_again(
    outcome: str | int, repeated: tuple[str, ...], unknown: bool
) -> None:
    error = failure(outcome)
    assert isinstance(classify("non-idempotent", error), Ambiguous) is unknown
    assert not isinstance(classify("safe", error), Ambiguous)
    assert not isinstance(classify("idempotent", error), Ambiguous)
    if unknown:
        assert pause(POLICY, "non-idempotent", error, 1) is None


def test_the_pause_is_drawn_from_zero_to_a_doubling_bound_up_to_the_cap(drawn: list[tuple[float, float]]) -> None:
    policy = RetryPolicy(count=10, base_delay=0.5, max_delay=30.0)
    pauses = [pause(policy, "safe", failure(503), attempts) for attempts in range(1, 11)]
    assert drawn == [(0, high) for high in (0.05, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0)]
    assert pauses == [high for _, high in drawn]


def test_the_first_pause_is_short_unless_the_rate_is_limited(drawn: list[tuple[float, float]]) -> None:
    for policy, status in (
        (RetryPolicy(first_delay=0.2), 503),
        (RetryPolicy(first_delay=9), 503),
        (RetryPolicy(first_delay=0.2), 429),
    ):
        pause(policy, "safe", failure(status), 1)
    assert drawn == [(0, 0.2), (0, 0.5), (0, 0.5)]


@bounded()
@given(st.integers(1, 50), st.floats(0, 10), st.floats(0, 60))
def test_a_pause_is_never_negative_and_never_above_its_bound(attempts: int, base: float, cap: float) -> None:
    seconds = pause(RetryPolicy(count=50, base_delay=base, max_delay=cap), "safe", failure(503), attempts)
    assert seconds is not None
    assert 0 <= seconds <= min(cap, base * 2 ** (attempts - 1))


def test_a_policy_of_many_attempts_never_runs_out_of_numbers(drawn: list[tuple[float, float]]) -> None:
    assert pause(RetryPolicy(count=10_000), "safe", failure(503), 2000) == 30.0


@pytest.mark.parametrize(
    ("header", "seconds"), [("0", 0.0), ("5", 5.0), ("120", 120.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)]
)
def test_a_retry_after_takes_the_place_of_the_drawn_pause(
    header: str, seconds: float, drawn: list[tuple[float, float]]
) -> None:
    assert pause(POLICY, "non-idempotent", failure(429, header), 1) == seconds
    assert drawn == []


@pytest.mark.parametrize(
    "header",
    [
        "121",
        "999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "9" * 10,
        "9" * 400,
    ],
)
def test_a_retry_after_beyond_its_cap_ends_the_retries(header: str, drawn: list[tuple[float, float]]) -> None:
    assert pause(POLICY, "safe", failure(429, header), 1) is None
    assert drawn == []


def test_an_unreadable_retry_after_counts_as_none(drawn: list[tuple[float, float]]) -> None:
    assert pause(POLICY, "safe", failure(429, "soon"), 1) == 0.5
    assert drawn == [(0, 0.5)]


@pytest.mark.parametrize("outcome", [400, 401, 404, 409])
def test_a_retry_after_does_not_make_a_refusal_repeatable(outcome: int) -> None:
    assert pause(POLICY, "safe", failure(outcome, "1"), 1) is None


@pytest.mark.parametrize("outcome", [500, 503])
def test_a_retry_after_does_not_make_an_effect_harmless(outcome: int) -> None:
    assert pause(POLICY, "non-idempotent", failure(outcome, "1"), 1) is None


def test_a_retry_after_does_not_add_retries() -> None:
    assert pause(POLICY, "safe", failure(429, "1"), 4) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        (" ", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("0x10", None),
        ("0", 0.0),
        ("007", 7.0),
        (" 7 ", 7.0),
        ("3600", 3600.0),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30.0),
        ("Thu, 01 Jan 2026 12:00:30 +0000", 30.0),
        ("Thu, 01 Jan 2026 13:00:30 +0100", 30.0),
        # An offset of -0000 says UTC without a place.
        ("Thu, 01 Jan 2026 12:00:30 -0000", 30.0),
        ("Thu, 01 Jan 2026 12:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 11:59:59 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        # The two older forms of a date in HTTP.
        ("Thursday, 01-Jan-26 12:00:30 GMT", 30.0),
        ("Thu Jan  1 12:00:30 2026", 30.0),
        ("Thu, 32 Jan 2026 12:00:00 GMT", None),
        ("Thu, 01 Jan 2026 12:00:30 +9999", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@bounded()
@given(st.integers(-(10**9), 10**9), st.integers(-12, 14))
def test_a_date_is_counted_from_now_and_never_negative(seconds: int, hours: int) -> None:
    moment = (NOW + timedelta(seconds=seconds)).astimezone(datetime.strptime(f"{hours:+03d}00", "%z").tzinfo)
    assert retry_after(format_datetime(moment), NOW) == max(0, seconds)


@bounded(300)
@given(st.text(st.characters(max_codepoint=0x7E)) | st.integers().map(str))
def test_no_header_of_plain_characters_is_an_error(header: str) -> None:
    seconds = retry_after(header, NOW)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    "header", ["\N{SUPERSCRIPT TWO}", "Thu, 01 Jan 99999999999999999999 00:00:00 GMT"], ids=["superscript", "year"]
)
def test_no_other_header_is_an_error_either(header: str) -> None:
    assert retry_after(header, NOW) is None


# What ends the attempts, and how that is said


@pytest.mark.parametrize(("header", "says"), [("121", "121 s"), ("3600", "3600 s"), ("9" * 400, "inf s")])
def test_a_wait_that_is_too_long_is_named_and_so_is_what_is_allowed(header: str, says: str) -> None:
    decision = decide(POLICY, RetryBudget(POLICY), "safe", None, failure(429, header), 1, 0.0)
    assert decision.delay is None
    assert says in decision.reason
    assert "120 s" in decision.reason


def test_a_date_that_is_too_far_away_is_named_in_seconds() -> None:
    header = format_datetime(NOW + timedelta(seconds=3600))
    decision = decide(POLICY, RetryBudget(POLICY), "safe", None, failure(503, header), 1, 0.0)
    assert decision.delay is None
    assert "requests a delay of 3600 s" in decision.reason


@bounded()
@given(st.floats(0, 1000), st.floats(0, 1000), st.integers(1, 50), st.none() | st.integers(0, 120).map(str))
def test_no_try_begins_after_the_deadline(deadline: float, elapsed: float, attempts: int, header: str | None) -> None:
    policy = RetryPolicy(count=50, deadline=deadline)
    decision = decide(policy, RetryBudget(policy), "safe", None, failure(503, header), attempts, elapsed)
    if decision.delay is None:
        assert f"{deadline:g} s" in decision.reason
    else:
        assert elapsed + decision.delay <= deadline


def test_the_deadline_counts_only_what_comes_after_the_first_try() -> None:
    policy = RetryPolicy(deadline=10)
    assert decide(policy, RetryBudget(policy), "safe", None, failure(429, "10"), 1, 0.0).delay == 10
    assert decide(policy, RetryBudget(policy), "safe", None, failure(429, "10"), 1, 0.1).delay is None


@pytest.mark.parametrize(
    ("content", "again"),
    [
        (None, True),
        (b"", True),
        (b"body", True),
        (memoryview(b"body"), True),
        ([b"bo", b"dy"], True),
        ((b"body",), True),
        (iter([b"body"]), False),
        ((piece for piece in [b"body"]), False),
    ],
    ids=["safe", "empty", "bytes", "view", "list", "tuple", "iterator", "generator"],
)
def test_a_body_that_can_be_read_only_once_is_sent_only_once(content: Content | None, again: bool) -> None:
    assert is_replayable(content) is again
    for outcome in ("connect", 429, 503):
        decision = decide(POLICY, RetryBudget(POLICY), "idempotent", content, failure(outcome), 1, 0.0)
        assert (decision.delay is not None) is again
        assert decision.reason == ("" if again else "its body can be read only once")


@pytest.mark.parametrize("outcome", [400, 404, "decode"])
def test_what_is_final_needs_no_reason(outcome: str | int) -> None:
    assert decide(POLICY, RetryBudget(POLICY), "safe", iter([b""]), failure(outcome), 9, 9e9) == RetryDecision(None, "")


def test_attempts_that_are_used_up_need_no_reason() -> None:
    assert decide(POLICY, RetryBudget(POLICY), "safe", None, failure(503), 4, 0.0) == RetryDecision(None, "")


def test_the_tables_have_every_outcome() -> None:
    seen = {classify_failure(failure(outcome)) for outcome, _, _ in OUTCOMES}
    assert seen == set(RETRYABLE_EFFECTS)
    assert set(AMBIGUOUS_FAILURES) < set(RETRYABLE_EFFECTS)
    # What may have had its effect is repeated only where that changes nothing more.
    assert all("non-idempotent" not in RETRYABLE_EFFECTS[outcome] for outcome in AMBIGUOUS_FAILURES)


# The budget


def granted(policy: RetryPolicy, budget: RetryBudget, outcome: str | int) -> bool:
    return decide(policy, budget, "safe", None, failure(outcome), 1, 0.0).delay is not None


def test_while_nothing_is_answered_the_budget_is_all_there_is() -> None:
    policy = RetryPolicy(retry_budget=10)
    budget = RetryBudget(policy)
    assert [granted(policy, budget, 503) for _ in range(1000)].count(True) == 10
    assert "budget" in decide(policy, budget, "safe", None, failure(503), 1, 0.0).reason


@bounded(200)
@given(st.lists(st.booleans(), max_size=400), st.integers(0, 20), st.floats(0, 1))
def test_repetitions_are_bounded_by_the_budget_and_what_is_answered(
    answered: list[bool], most: int, gain: float
) -> None:
    policy = RetryPolicy(retry_budget=most, budget_refill=gain)
    budget = RetryBudget(policy)
    repeated = 0
    for index, good in enumerate(answered):
        if good:
            budget.refill()
        else:
            repeated += granted(policy, budget, "connect")
        assert repeated <= most + gain * answered[: index + 1].count(True) + 1e-9


def test_what_is_answered_is_saved_only_up_to_the_budget() -> None:
    policy = RetryPolicy(retry_budget=3)
    budget = RetryBudget(policy)
    for _ in range(10_000):
        budget.refill()
    assert [granted(policy, budget, 503) for _ in range(10)].count(True) == 3


def test_only_a_wait_that_anaplan_asks_for_is_not_counted() -> None:
    policy = RetryPolicy(retry_budget=1)
    budget = RetryBudget(policy)

    def granted_after(outcome: int, header: str) -> bool:
        return decide(policy, budget, "safe", None, failure(outcome, header), 1, 0.0).delay is not None

    assert all(granted_after(429, "1") for _ in range(100))
    assert granted(policy, budget, 429)
    assert not granted(policy, budget, 429)
    assert not granted(policy, budget, 408)
    assert not granted_after(429, "soon")
    assert not granted_after(503, "1")
    assert granted_after(429, "1")


def test_what_is_not_repeated_for_another_reason_costs_nothing() -> None:
    policy = RetryPolicy(retry_budget=1, deadline=0.5)
    budget = RetryBudget(policy)
    decide(policy, budget, "safe", None, failure(503, "100"), 1, 0.0)
    decide(policy, budget, "safe", iter([b""]), failure(503), 1, 0.0)
    decide(policy, budget, "non-idempotent", None, failure(503), 1, 0.0)
    decide(policy, budget, "safe", None, failure(503), 3, 0.0)
    assert granted(policy, budget, 503)


def test_a_budget_without_end_never_ends() -> None:
    policy = RetryPolicy(retry_budget=float("inf"))
    budget = RetryBudget(policy)
    assert all(granted(policy, budget, 503) for _ in range(100))


def test_the_default_policy_is_the_documented_one() -> None:
    policy = RetryPolicy()
    assert (policy.count, policy.first_delay, policy.base_delay, policy.max_delay, policy.retry_after_cap) == (
        2,
        0.05,
        0.5,
        30.0,
        120.0,
    )
    assert (policy.deadline, policy.retry_budget, policy.budget_refill) == (300.0, 10.0, 0.1)


@pytest.mark.parametrize(
    "name",
    ["count", "first_delay", "base_delay", "max_delay", "retry_after_cap", "deadline", "retry_budget", "budget_refill"],
)
def test_a_policy_below_zero_is_refused_by_name(name: str) -> None:
    for value in (-1, float("nan")):
        with pytest.raises(ValueError, match=name):
            RetryPolicy(**{name: value})
    RetryPolicy(**{name: 0})
