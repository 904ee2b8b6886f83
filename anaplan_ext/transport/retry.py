"""Decide whether and when a request is retried: a policy as data, and pure functions over it."""

import random
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple, TypeAlias

from attrs import fields, frozen

from anaplan_client.core import ApiError, ConnectError, Content, DecodeError, Effect, TransportError

FailureKind: TypeAlias = Literal[
    "not_sent", "throttled", "connection_lost", "gateway_error", "server_error", "decode_error", "rejected"
]
"""How an attempt can fail, by what is certain of its effect."""

_ALL: tuple[Effect, ...] = ("safe", "idempotent", "non-idempotent")
_HARMLESS: tuple[Effect, ...] = ("safe", "idempotent")

RETRYABLE_EFFECTS: Mapping[FailureKind, tuple[Effect, ...]] = {
    "not_sent": _ALL,
    "throttled": _ALL,
    "connection_lost": _HARMLESS,
    "gateway_error": _HARMLESS,
    "server_error": _HARMLESS,
    "decode_error": (),
    "rejected": (),
}
"""The effects of the requests that are retried after each kind of failure."""

AMBIGUOUS_FAILURES: tuple[FailureKind, ...] = ("connection_lost", "gateway_error", "decode_error")
"""The failures after which the effect may have happened."""

READ_ONCE = "its body can be read only once"
_BUDGET_SPENT = "too many requests of this client fail, its retry budget is spent"
_TOLERANCE_SECONDS = 0.01


@frozen(kw_only=True)
class RetryPolicy:
    """How often and how fast requests are retried. All times are in seconds.

    A retry waits for a random delay between 0 and `base_delay * 2 ** (attempts - 1)`, at most `max_delay`: exponential
    backoff with full jitter. A `Retry-After` of at most `retry_after_cap` replaces the random delay; a longer one is an
    error, whose message names it. Requests that are not idempotent are retried only if they had no effect for certain.

    Attributes:
        count: Maximum number of retries of a request.
        first_delay: Maximum delay before the first retry, except after a 408 or 429. Most failures concern one
            connection or one moment.
        base_delay: Maximum delay before the first retry after a 408 or 429; it doubles with each retry.
        max_delay: Maximum delay before any retry.
        retry_after_cap: Longest `Retry-After` that the client waits for.
        deadline: No attempt starts later than this after the first. A response that is still arriving then is
            abandoned, but not before the timeout of the client. Raise it for large downloads over slow links. It does
            not limit what `stream` yields.
        retry_budget: Maximum number of retries of all requests of a client, those of `with_model` included, while
            Anaplan responds to none. It limits the load that retries add to an outage. A 429 with `Retry-After` does
            not count.
        budget_refill: Retries that each response adds to the budget, up to `retry_budget`.
        throttle_delay: All requests of the client pause this long after a 429 without `Retry-After`; twice as long
            after the second in a row, and three times from the third on. These pauses count neither as retries nor
            against the budget.
        throttle_total: After pauses of this length in total without a response, the next 429 is an error. No request
            pauses longer in total. With 0, a 429 is retried like any other failure.
    """

    count: int = 2
    first_delay: float = 0.05
    base_delay: float = 0.5
    max_delay: float = 30.0
    retry_after_cap: float = 120.0
    deadline: float = 300.0
    retry_budget: float = 10.0
    budget_refill: float = 0.1
    throttle_delay: float = 10.0
    throttle_total: float = 120.0

    def __attrs_post_init__(self) -> None:
        if not self.throttle_delay > 0:
            raise ValueError(f"throttle_delay must be greater than 0 seconds (got {self.throttle_delay})")
        for name in (field.name for field in fields(RetryPolicy)):
            if not getattr(self, name) >= 0:
                argument = "retry_count" if name == "count" else name
                raise ValueError(f"{argument} must be at least 0 (got {getattr(self, name)})")


class RetryDecision(NamedTuple):
    """The retry after a failed attempt: its delay in seconds, or None and the reason if it is not plain."""

    delay: float | None
    reason: str = ""
    is_budgeted: bool = False
    """Whether the retry counts against the budget."""


class RetryBudget:
    """The retries that remain for all requests of a client. Safe to share between threads."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._max = self._left = policy.retry_budget
        self._refill = policy.budget_refill
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def refill(self) -> None:
        """Add what a response adds."""
        if self._left < self._max:
            with self._lock:
                self._left = min(self._max, self._left + self._refill)

    def grant(self, decision: RetryDecision) -> RetryDecision:
        """Return the decision, and spend the retry that it needs; without any left, the decision is against it."""
        if not decision.is_budgeted:
            return decision
        with self._lock:
            if self._left < 1:
                return RetryDecision(None, _BUDGET_SPENT)
            self._left -= 1
        return decision


def decide_retry(
    policy: RetryPolicy,
    effect: Effect,
    content: Content | None,
    error: ApiError,
    requested_delay: float | None,
    attempts: int,
    elapsed: float,
) -> RetryDecision:
    """Decide whether a request is retried after a failure.

    Args:
        policy: The policy of the client.
        effect: The effect of the request.
        content: The body of the request.
        error: The failure of its last attempt.
        requested_delay: Seconds that Anaplan requests with `Retry-After`.
        attempts: The attempts so far that count.
        elapsed: Seconds since the first attempt started.

    Returns:
        The decision.
    """
    if effect not in RETRYABLE_EFFECTS[classify_failure(error)]:
        return RetryDecision(None)
    if not is_replayable(content):
        return RetryDecision(None, READ_ONCE)
    return schedule_retry(policy, error, requested_delay, attempts, elapsed)


def schedule_retry(
    policy: RetryPolicy, error: ApiError, requested_delay: float | None, attempts: int, elapsed: float
) -> RetryDecision:
    """Decide when a request that may be sent again is retried; the arguments are those of `decide_retry`."""
    if attempts > policy.count:
        return RetryDecision(None)
    if requested_delay is not None and requested_delay > policy.retry_after_cap:
        limit = f"the policy allows {policy.retry_after_cap:g} s"
        return RetryDecision(None, f"Anaplan requests a delay of {requested_delay:.0f} s, {limit}")
    delay = requested_delay
    if delay is None:
        delay = backoff_with_jitter(policy, attempts, classify_failure(error))
    if elapsed + delay > policy.deadline:
        return RetryDecision(None, _after_deadline(policy))
    return RetryDecision(delay, is_budgeted=error.status != 429 or requested_delay is None)


def decide_throttled_retry(
    policy: RetryPolicy,
    content: Content | None,
    pause: float | None,
    waited: float,
    throttle_timeout: float,
    elapsed: float,
) -> RetryDecision:
    """Decide whether a request is retried after a 429 without `Retry-After`.

    Args:
        policy: The policy of the client.
        content: The body of the request.
        pause: Seconds that the client pauses; None if it has paused long enough.
        waited: Seconds of such pauses that the request has waited for.
        throttle_timeout: Seconds of such pauses that the request waits for at most.
        elapsed: Seconds since its first attempt started.

    Returns:
        The decision.
    """
    if not is_replayable(content):
        return RetryDecision(None, READ_ONCE)
    if pause is None or waited + pause > throttle_timeout + _TOLERANCE_SECONDS:
        return RetryDecision(None, f"the request limit of the tenant is still reached after pauses of {waited:.0f} s")
    if elapsed + pause > policy.deadline:
        return RetryDecision(None, _after_deadline(policy))
    return RetryDecision(pause)


def classify_failure(error: ApiError) -> FailureKind:
    """Return the kind of a failure."""
    if isinstance(error, ConnectError):
        return "not_sent"
    if isinstance(error, TransportError):
        return "connection_lost"
    if isinstance(error, DecodeError):
        return "decode_error"
    status = error.status or 0
    if status in (408, 429):
        return "throttled"
    # 501 and 505 mean that the server does not support the request. Proxies have their own statuses from 520 on.
    if status < 500 or status in (501, 505):
        return "rejected"
    return "gateway_error" if status in (502, 503, 504) or status >= 520 else "server_error"


def is_replayable(content: Content | None) -> bool:
    """Return whether a body can be sent again; an iterator can be read only once."""
    return content is None or isinstance(content, bytes | memoryview | list | tuple)


def backoff_with_jitter(policy: RetryPolicy, attempts: int, kind: FailureKind) -> float:
    """Return a random delay after a number of attempts, the last of which failed with this kind."""
    longest = min(policy.max_delay, policy.base_delay * 2 ** min(attempts - 1, 60))
    return random.uniform(0, min(longest, policy.first_delay) if attempts == 1 and kind != "throttled" else longest)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds of a `Retry-After` header, which may be a date; None without one that is valid."""
    if header is None:
        return None
    if re.fullmatch(r"[0-9]+", header.strip()):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _after_deadline(policy: RetryPolicy) -> str:
    return f"the next attempt would start after the deadline of {policy.deadline:g} s"
