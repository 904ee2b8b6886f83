"""When a request is sent again, and after which pause: a policy as data, and pure functions over it."""

import random
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple, TypeAlias

from attrs import frozen

from anaplan_client.core import ApiError, ConnectError, Content, DecodeError, Effect, TransportError

Outcome: TypeAlias = Literal["unsent", "turned away", "lost", "gateway", "failed", "unreadable", "final"]
"""How a try can go wrong, by what is known of its effect; see `outcome_of`."""

_ALL: tuple[Effect, ...] = ("safe", "idempotent", "non-idempotent")
_HARMLESS: tuple[Effect, ...] = ("safe", "idempotent")

REPEATED: Mapping[Outcome, tuple[Effect, ...]] = {
    "unsent": _ALL,
    "turned away": _ALL,
    "lost": _HARMLESS,
    "gateway": _HARMLESS,
    "failed": _HARMLESS,
    "unreadable": (),
    "final": (),
}
"""The effects with which a request is sent again after each outcome."""

UNKNOWN: tuple[Outcome, ...] = ("lost", "gateway", "unreadable")
"""The outcomes after which nobody knows whether a request had its effect, or what that was."""


@frozen(kw_only=True)
class RetryPolicy:
    """How often and how fast requests are repeated; all times are in seconds.

    `count` is the number of tries after the first. The pause is drawn between 0 and `base * 2 ** (tries - 1)`, at most
    `cap` ("full jitter"); before the first repetition it is at most `first`, since most failures are of one connection
    or one moment, unless Anaplan limits the rate. A `Retry-After` is waited for up to `retry_after_cap`; a longer one
    ends the tries, and the error names it. No try begins later than `deadline` after the first, and an answer that is
    still coming then is given up; from its head on, it has the client's timeout in any case. So a request ends soon
    after its deadline, also where bytes only drip; raise it for large downloads over slow links. What `stream` gives is
    read as long as its reader likes.

    `budget` keeps an outage from being made worse: so many repetitions the client has in all, with those of
    `with_model`, and each request that Anaplan answers adds `budget_gain`, up to `budget` again. While nothing is
    answered, all requests together are thus repeated `budget` times. Only what Anaplan turns away for its rate (429)
    is not counted: that is its own word on what it can bear.

    Where a 429 says nothing about when to come again, all requests of the client pause: for `throttle_delay` seconds,
    then for twice and three times as long, until one is answered. That counts neither as one of the `count` retries nor
    against the budget. After pauses of `throttle_total` seconds in all without an answer, a further 429 is raised at
    once; no request waits longer than that either. With 0, it is retried like any other failure instead.
    """

    count: int = 2
    first: float = 0.05
    base: float = 0.5
    cap: float = 30.0
    retry_after_cap: float = 120.0
    deadline: float = 300.0
    budget: float = 10.0
    budget_gain: float = 0.1
    throttle_delay: float = 10.0
    throttle_total: float = 120.0

    def __attrs_post_init__(self) -> None:
        for name in (
            "count",
            "first",
            "base",
            "cap",
            "retry_after_cap",
            "deadline",
            "budget",
            "budget_gain",
            "throttle_total",
        ):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{'retry_count' if name == 'count' else name}: {getattr(self, name)} is below 0")
        if not self.throttle_delay > 0:
            raise ValueError(f"throttle_delay must be greater than 0 seconds (got {self.throttle_delay})")


class RetryBudget:
    """The repetitions that the requests of a client have left, together. Safe to share between threads."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._most = self._left = policy.budget
        self._gain = policy.budget_gain
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent process may have held."""
        self._lock = threading.Lock()

    def gain(self) -> None:
        """Adds what an answered request adds."""
        with self._lock:
            self._left = min(self._most, self._left + self._gain)

    def spend(self) -> bool:
        """Takes one repetition, or returns False if there is none."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True


READ_ONCE = "its body can be read only once"
_TOLERANCE_SECONDS = 0.01
_SPENT = "too many requests of this client fail, its retry budget is spent"


class RetryDecision(NamedTuple):
    """What follows a failed try: another one after `pause` seconds, or none, and why where that is not plain."""

    pause: float | None
    why_not: str = ""


def decide_retry(
    policy: RetryPolicy,
    budget: RetryBudget,
    effect: Effect,
    content: Content | None,
    error: ApiError,
    tries: int,
    elapsed: float,
) -> RetryDecision:
    """Decides what follows a failed try.

    `tries` counts those made so far, `elapsed` is the time since the first began. A repetition that is granted is taken
    from the budget.
    """
    outcome = outcome_of(error)
    if effect not in REPEATED[outcome]:
        return RetryDecision(None)
    if not is_replayable(content):
        return RetryDecision(None, READ_ONCE)
    return next_try(policy, budget, error, tries, elapsed)


def next_try(policy: RetryPolicy, budget: RetryBudget, error: ApiError, tries: int, elapsed: float) -> RetryDecision:
    """Decides when a request that may be sent again is, as `decide_retry` does."""
    if tries > policy.count:
        return RetryDecision(None)
    wanted = retry_after(error.context.retry_after, datetime.now(UTC))
    if wanted is not None and wanted > policy.retry_after_cap:
        return RetryDecision(
            None, f"Anaplan asks to wait {wanted:.0f} s, the policy allows {policy.retry_after_cap:g} s"
        )
    pause = backoff_with_jitter(policy, tries, outcome_of(error)) if wanted is None else wanted
    if elapsed + pause > policy.deadline:
        return RetryDecision(None, f"the next try would begin after the deadline of {policy.deadline:g} s")
    asked = error.status == 429 and wanted is not None
    if not asked and not budget.spend():
        return RetryDecision(None, _SPENT)
    return RetryDecision(pause)


def decide_throttled(
    policy: RetryPolicy, content: Content | None, pause: float | None, waited: float, patience: float, elapsed: float
) -> RetryDecision:
    """Decide what follows a 429 without a usable `Retry-After`, after which the client pauses for `pause` seconds.

    It pauses no more where that is None. `waited` is what the request has spent in such pauses before, `patience` what
    it may in all.
    """
    if not is_replayable(content):
        return RetryDecision(None, READ_ONCE)
    if pause is None or waited + pause > patience + _TOLERANCE_SECONDS:
        return RetryDecision(None, f"the limit of the tenant stays used up, after pauses of {waited:.0f} s")
    if elapsed + pause > policy.deadline:
        return RetryDecision(None, f"the next attempt would begin after the deadline of {policy.deadline:g} s")
    return RetryDecision(pause)


def outcome_of(error: ApiError) -> Outcome:
    """Sorts a failure by what it tells of the request's effect.

    `unsent`: no connection came about. `turned away`: 408 and 429, Anaplan did nothing. `lost`: no whole answer came.
    `gateway`: something on the way to the model failed, before or after the effect. `failed`: any other 5xx.
    `unreadable`: what came is not what is documented. `final`: a refusal, the next answer would be the same.
    """
    if isinstance(error, ConnectError):
        return "unsent"
    if isinstance(error, TransportError):
        return "lost"
    if isinstance(error, DecodeError):
        return "unreadable"
    status = error.status or 0
    if status in (408, 429):
        return "turned away"
    # 501 and 505 say that the server does not do such things; proxies have numbers of their own from 520 on.
    if status < 500 or status in (501, 505):
        return "final"
    return "gateway" if status in (502, 503, 504) or status >= 520 else "failed"


def outcome_unknown(effect: Effect, error: ApiError) -> bool:
    """Says whether a request with an effect each time may have had it although no answer says so."""
    return effect == "non-idempotent" and outcome_of(error) in UNKNOWN


def is_replayable(content: Content | None) -> bool:
    """Says whether a body can be sent again; an iterator can be read only once."""
    return content is None or isinstance(content, bytes | memoryview | list | tuple)


def backoff_with_jitter(policy: RetryPolicy, tries: int, outcome: Outcome) -> float:
    """Draws the pause after so many tries, of which the last ended so."""
    most = min(policy.cap, policy.base * 2 ** min(tries - 1, 60))
    return random.uniform(0, min(most, policy.first) if tries == 1 and outcome != "turned away" else most)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Reads a `Retry-After` header, seconds or a date, as seconds from now; None for none or one that is neither."""
    if header is None:
        return None
    if re.fullmatch(r"[0-9]+", header.strip()):
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
