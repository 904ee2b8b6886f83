"""Count, time and log the attempts of one request, and decide what follows a failure."""

from __future__ import annotations

import logging
from typing import Generic, TypeVar

from attrs import define, evolve, field, frozen

from anaplan_client.core import ApiError, AuthenticationError, RateLimitError, Request

from . import clock
from .outcome import Ambiguous, Rejected, classify, with_context
from .rate_limit import Limiter, Throttle
from .retry import (
    READ_ONCE,
    RetryBudget,
    RetryDecision,
    RetryPolicy,
    classify_failure,
    decide_retry,
    decide_throttled_retry,
    is_replayable,
    retry_after,
)

T = TypeVar("T")

_logger = logging.getLogger("anaplan")


@frozen
class RequestPolicy:
    """What all clients of one sign-in share: the policy of retries, and the state of its limits."""

    retry: RetryPolicy
    budget: RetryBudget
    limiter: Limiter | None = None
    throttle: Throttle = field(factory=Throttle)

    def after_fork(self) -> None:
        """Replace the locks, which other threads of the parent process may have held."""
        self.budget.after_fork()
        self.throttle.after_fork()
        if self.limiter is not None:
            self.limiter.after_fork()

    def close(self) -> None:
        """Release the files and connections of the rate limit."""
        if self.limiter is not None:
            self.limiter.close()


@define(eq=False)
class Attempts(Generic[T]):
    """The attempts of one request. A rejected signature (401) is replaced once if the signer `can_refresh` it."""

    request: Request[T]
    policy: RequestPolicy
    can_refresh: bool = False
    throttle_timeout: float = float("inf")
    """Seconds that the request pauses for the rate limit at most."""
    made: int = 0
    delay: float = 0.0
    """Seconds before the next attempt."""
    rejected_signature: str | None = field(default=None, repr=False)
    _signature: str | None = field(default=None, repr=False)
    _status: int | None = None
    """The status of the response to the current attempt. Only known if attempts are logged."""
    _first_started: float = 0.0
    _started: float = 0.0
    _throttled: int = 0
    """Attempts that count as pauses for the rate limit, not as retries."""
    _paused_until: float = float("-inf")
    _waited: float = 0.0
    """Seconds of the pauses for the rate limit."""

    @property
    def is_limited(self) -> bool:
        """Whether the limits of the tenant apply; the authentication host has its own."""
        return self.request.host != "auth"

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline of the policy."""
        return self.policy.retry.deadline - (clock.now() - self._first_started)

    def start(self, signature: str | None) -> None:
        """Count an attempt that is about to be sent with this signature."""
        self._signature, self._started, self._status = signature, clock.now(), None
        self.made += 1
        if self.made == 1:
            self._first_started = self._started

    def watch(self, signed: Request[T]) -> Request[T]:
        """Return a request that tells the status of its response, if attempts are logged."""
        return evolve(signed, on_status=self._on_status) if _logger.isEnabledFor(logging.DEBUG) else signed

    def _on_status(self, status: int) -> None:
        self._status = status

    def next_pause(self) -> float:
        """Return the seconds of a pause of the client that the request has not waited for yet; they count as waited."""
        throttle = self.policy.throttle
        if throttle.until <= self._paused_until or not self.is_limited:
            return 0.0
        self._paused_until = throttle.until
        pause = min(throttle.delay(clock.now()), max(0.0, self._max_wait - self._waited))
        self._waited += pause
        return pause

    def on_success(self) -> None:
        """Count the response."""
        self._log(None)
        self.policy.budget.refill()
        if self.is_limited:
            self.policy.throttle.on_response(self._started)

    def on_failure(self, error: ApiError) -> Rejected | Ambiguous | None:
        """Return what the request has led to, or None if another attempt follows after `delay` seconds."""
        self._log(type(error).__name__, error.context.request_id)
        if classify_failure(error) in ("decode_error", "rejected"):
            self.policy.budget.refill()
        attempt = self._counted
        decision = self._decide(error)
        if decision.delay is None:
            context = evolve(error.context, attempts=self.made, no_retry_reason=decision.reason)
            return classify(self.request.effect, with_context(error, context))
        self.delay = decision.delay
        now = clock.now()
        self._paused_until = max(self._paused_until, now + self.delay)
        self._log_retry(error, attempt, max(self.delay, self.policy.throttle.delay(now)))
        return None

    @property
    def _counted(self) -> int:
        """The attempts without the one of a rejected signature and without those that were throttled."""
        return self.made - (self.rejected_signature is not None) - self._throttled

    @property
    def _max_wait(self) -> float:
        return min(self.policy.retry.throttle_total, self.throttle_timeout)

    def _decide(self, error: ApiError) -> RetryDecision:
        request, policy = self.request, self.policy
        if isinstance(error, AuthenticationError) and self.can_refresh and self.rejected_signature is None:
            if not is_replayable(request.content):
                return RetryDecision(None, READ_ONCE)
            self.rejected_signature = self._signature
            return RetryDecision(0.0)
        elapsed = clock.now() - self._first_started
        requested = retry_after(error.context.retry_after, clock.utc_now())
        if isinstance(error, RateLimitError) and self.is_limited:
            pause = self._slow_down(requested)
            if requested is None and policy.retry.throttle_total > 0:
                decision = decide_throttled_retry(
                    policy.retry, request.content, pause, self._waited, self._max_wait, elapsed
                )
                self._throttled += decision.delay is not None
                # All requests of the client make this pause, and so does the next attempt.
                return decision if decision.delay is None else RetryDecision(0.0)
        return policy.budget.grant(
            decide_retry(policy.retry, request.effect, request.content, error, requested, self._counted, elapsed)
        )

    def _slow_down(self, requested: float | None) -> float | None:
        """Pause the whole client after a 429, and return for how many seconds; None if it has paused long enough."""
        policy, now = self.policy, clock.now()
        seconds: float | None = 0.0
        if requested is not None:
            seconds = requested if requested <= policy.retry.retry_after_cap else 0.0
            policy.throttle.hold(now, seconds)
        elif policy.retry.throttle_total > 0:
            pause = policy.throttle.on_throttled(
                self._started, now, policy.retry.throttle_delay, policy.retry.throttle_total
            )
            seconds = pause.seconds
            if pause.is_new and seconds is not None:
                _logger.warning(
                    "the request limit of the tenant is reached (429): all requests of this client pause for %.1f s",
                    seconds,
                    extra={"operation": self.request.operation, "status": 429, "delay": seconds},
                )
        if policy.limiter is not None:
            policy.limiter.on_throttled(
                self._started, now, min(requested or seconds or 0.0, policy.retry.retry_after_cap)
            )
        return seconds

    def _log(self, error_type: str | None, request_id: str | None = None) -> None:
        if not _logger.isEnabledFor(logging.DEBUG):
            return
        request, seconds = self.request, clock.now() - self._started
        status = None if self._status is None else str(self._status)
        result = " ".join(filter(None, (status, error_type))) or "succeeded"
        _logger.debug(
            "%s %s (%s), attempt %d: %s after %.3f s",
            *(request.method, request.path, request.operation, self.made, result, seconds),
            extra={
                "operation": request.operation,
                "method": request.method,
                "path": request.path,
                "attempt": self.made,
                "status": self._status,
                "error_type": error_type,
                "request_id": request_id,
                "seconds": seconds,
            },
        )

    def _log_retry(self, error: ApiError, attempt: int, delay: float) -> None:
        name, status, request_id = type(error).__name__, error.status, error.context.request_id
        max_attempts = self.policy.retry.count + 1
        _logger.warning(
            "%s: attempt %d of %d failed (%s%s%s), retrying in %.1f s",
            self.request.operation,
            attempt,
            max_attempts,
            name,
            "" if status is None else f" {status}",
            f", request id {request_id}" if request_id else "",
            delay,
            extra={
                "operation": self.request.operation,
                "attempt": attempt,
                "max_attempts": max_attempts,
                "status": status,
                "error_type": name,
                "request_id": request_id,
                "delay": delay,
            },
        )
