"""The tries of one request: counted, timed, logged, and judged when they fail."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from types import TracebackType
from typing import Generic, TypeVar

from attrs import evolve, field, frozen

from anaplan_client.core import ApiError, AuthenticationError, RateLimitError, Request

from . import clock, telemetry
from .errors import OutcomeUnknown
from .rate_limit import Limiter, Throttle
from .retry import (
    READ_ONCE,
    RetryBudget,
    RetryDecision,
    RetryPolicy,
    classify_failure,
    decide_retry,
    decide_throttled_retry,
    is_ambiguous_failure,
    is_replayable,
    retry_after,
)

T = TypeVar("T")

_logger = logging.getLogger("anaplan")


@frozen
class RequestPolicy:
    """What the requests of all clients of one sign-in go by, together."""

    policy: RetryPolicy
    budget: RetryBudget
    limiter: Limiter | None = None
    throttle: Throttle = field(factory=Throttle)

    def after_fork(self) -> None:
        """Replace the locks, which other threads of the parent process may have held."""
        self.budget.after_fork()
        self.throttle.after_fork()
        if self.limiter is not None:
            self.limiter.after_fork()


class Attempts(Generic[T]):
    """A context around each try of a request, which passes over a failure where a further try follows.

    `pause` is then how long to wait for it. Where none follows, the failure is raised with the number of tries, or
    `OutcomeUnknown` for a request with an effect each time that may have had it. A refused signature (401) is passed
    over once if the signer `can_refresh` signatures: what was in `signature` is then in `refused`.
    """

    def __init__(
        self, rules: RequestPolicy, request: Request[T], can_refresh: bool, throttle_timeout: float | None = None
    ) -> None:
        self.made: int = 0
        self.pause: float = 0.0
        self.signature: str | None = None
        self.refused: str | None = None
        self._rules = rules
        self._request = request
        self._renews = can_refresh
        self._first_began = self._began = 0.0
        total = rules.policy.throttle_total
        self._patience = total if throttle_timeout is None else min(total, throttle_timeout)
        # The hosts have limits of their own, and sign-ins are few.
        self._shares_limit = request.host != "auth"
        self._throttled = 0
        """Attempts that were turned away for the rate, and are not counted as retries."""
        self._paused_until = float("-inf")
        self._waited = 0.0
        """Seconds spent in the pauses that the client makes then."""

    @property
    def left(self) -> float:
        """Seconds until the deadline of the policy, after which nothing that is still coming is waited for."""
        return self._rules.policy.deadline - (clock.now() - self._first_began)

    def throttle_delay(self) -> float:
        """Return how long the client still pauses, and count that as waited; 0 once the request has waited for it."""
        if not self._shares_limit:
            return 0.0
        until = self._rules.throttle.until
        if until <= self._paused_until:
            return 0.0
        self._paused_until = until
        pause = min(max(0.0, until - clock.now()), max(0.0, self._patience - self._waited))
        self._waited += pause
        return pause

    @property
    def _counted(self) -> int:
        """The attempts that count: not the one that a refused signature cost, and none turned away for the rate."""
        return self.made - (self.refused is not None) - self._throttled

    def __enter__(self) -> None:
        self.made += 1
        self._began = clock.now()
        if self.made == 1:
            self._first_began = self._began
        telemetry.event("try", {"number": self.made})

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if _logger.isEnabledFor(logging.DEBUG):
            request, seconds = self._request, clock.now() - self._began
            end = "answered" if kind is None else kind.__name__
            _logger.debug(
                "%s %s (%s), try %d: %s after %.3f s",
                *(request.method, request.path, request.operation, self.made, end, seconds),
            )
        if not isinstance(error, ApiError):
            if error is None:
                self._rules.budget.gain()
                if self._shares_limit:
                    self._rules.throttle.on_response(self._began)
            return False
        if classify_failure(error) in ("decode_error", "rejected"):
            self._rules.budget.gain()
        attempt = self._counted
        verdict = self._verdict(error)
        if verdict.pause is not None:
            self._announce_retry(error, attempt, verdict.pause)
            return True
        known = evolve(error.context, attempts=self.made, no_retry_reason=verdict.why_not)
        if is_ambiguous_failure(self._request.effect, error):
            raise OutcomeUnknown(known) from error
        if known == error.context:
            return False
        raise type(error)(known) from error.__cause__

    def _verdict(self, error: ApiError) -> RetryDecision:
        request, rules = self._request, self._rules
        if isinstance(error, AuthenticationError) and self._renews and self.refused is None:
            if not is_replayable(request.content):
                return RetryDecision(None, READ_ONCE)
            self.refused = self.signature
            return RetryDecision(0.0)
        elapsed = clock.now() - self._first_began
        if isinstance(error, RateLimitError) and self._shares_limit:
            wanted = retry_after(error.context.retry_after, datetime.now(UTC))
            pause = self._slow_down(wanted)
            if wanted is None and rules.policy.throttle_total > 0:
                throttled = decide_throttled_retry(
                    rules.policy, request.content, pause, self._waited, self._patience, elapsed
                )
                self._throttled += throttled.pause is not None
                # The pause is the client's: it is waited for like by all other requests.
                return throttled if throttled.pause is None else RetryDecision(0.0)
        return decide_retry(rules.policy, rules.budget, request.effect, request.content, error, self._counted, elapsed)

    def _announce_retry(self, error: ApiError, attempt: int, pause: float) -> None:
        self.pause = pause
        now = clock.now()
        self._paused_until = max(self._paused_until, now + pause)
        pause = max(pause, self._rules.throttle.delay(now))
        status, request_id = error.status, error.context.request_id
        failure = type(error).__name__ if status is None else f"{type(error).__name__} {status}"
        most = self._rules.policy.count + 1
        _logger.warning(
            "%s: attempt %d of %d failed (%s%s), retrying in %.1f s",
            self._request.operation,
            attempt,
            most,
            failure,
            f", request id {request_id}" if request_id else "",
            pause,
            extra={
                "operation": self._request.operation,
                "attempt": attempt,
                "max_attempts": most,
                "status": status,
                "error_type": type(error).__name__,
                "request_id": request_id,
                "delay": pause,
            },
        )
        telemetry.event("retry", {"error.type": failure, "pause": pause})

    def _slow_down(self, wanted: float | None) -> float | None:
        """Let the whole client pause after a refusal for the rate, and return for how long; None for no longer."""
        rules, policy, now = self._rules, self._rules.policy, clock.now()
        seconds: float | None = 0.0
        if wanted is not None:
            seconds = wanted if wanted <= policy.retry_after_cap else 0.0
            rules.throttle.hold(now, seconds)
        elif policy.throttle_total > 0:
            pause = rules.throttle.on_throttled(self._began, now, policy.throttle_delay, policy.throttle_total)
            seconds = pause.seconds
            if pause.is_new and seconds is not None:
                _logger.warning(
                    "the request limit of the tenant is reached (429): all requests of this client pause for %.1f s",
                    seconds,
                    extra={"operation": self._request.operation, "status": 429, "delay": seconds},
                )
        if rules.limiter is not None:
            rules.limiter.on_throttled(self._began, now, min(wanted or seconds or 0.0, policy.retry_after_cap))
        return seconds
