"""The tries of one request: counted, timed, logged, and judged when they fail."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from types import TracebackType
from typing import Generic, TypeVar

from attrs import evolve, frozen

from anaplan_client.core import AuthenticationError, ExchangeError, RateLimitError, Request

from . import clock, telemetry
from .errors import OutcomeUnknown
from .limiter import Limiter
from .retry import (
    READ_ONCE,
    RetryBudget,
    RetryPolicy,
    Verdict,
    judge,
    outcome_of,
    outcome_unknown,
    retry_after,
    rewindable,
)

T = TypeVar("T")

_logger = logging.getLogger("anaplan")


@frozen
class Rules:
    """What the requests of all clients of one sign-in go by, together."""

    policy: RetryPolicy
    budget: RetryBudget
    limiter: Limiter | None = None

    def after_fork(self) -> None:
        """Replace the locks, which other threads of the parent process may have held."""
        self.budget.after_fork()
        if self.limiter is not None:
            self.limiter.after_fork()


class Tries(Generic[T]):
    """A context around each try of a request, which passes over a failure where a further try follows.

    `pause` is then how long to wait for it. Where none follows, the failure is raised with the number of tries, or
    `OutcomeUnknown` for a request with an effect each time that may have had it. A refused signature (401) is passed
    over once if the signer `renews` signatures: what was in `signature` is then in `refused`.
    """

    def __init__(self, rules: Rules, request: Request[T], renews: bool) -> None:
        self.made: int = 0
        self.pause: float = 0.0
        self.signature: str | None = None
        self.refused: str | None = None
        self._rules = rules
        self._request = request
        self._renews = renews
        self._first_began = self._began = 0.0

    @property
    def left(self) -> float:
        """Seconds until the deadline of the policy, after which nothing that is still coming is waited for."""
        return self._rules.policy.deadline - (clock.now() - self._first_began)

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
        if not isinstance(error, ExchangeError):
            if error is None:
                self._rules.budget.gain()
            return False
        if outcome_of(error) in ("unreadable", "final"):
            self._rules.budget.gain()
        self._slow_down(error)
        verdict = self._verdict(error)
        if verdict.pause is not None:
            self._follows(error, verdict.pause)
            return True
        known = evolve(error.exchange, attempts=self.made, given_up=verdict.why_not)
        if outcome_unknown(self._request.effect, error):
            raise OutcomeUnknown(known) from error
        if known == error.exchange:
            return False
        raise type(error)(known) from error.__cause__

    def _verdict(self, error: ExchangeError) -> Verdict:
        request, rules = self._request, self._rules
        if isinstance(error, AuthenticationError) and self._renews and self.refused is None:
            if not rewindable(request.content):
                return Verdict(None, READ_ONCE)
            self.refused = self.signature
            return Verdict(0.0)
        # The try that a refused signature cost is not counted.
        tries = self.made - (self.refused is not None)
        elapsed = clock.now() - self._first_began
        return judge(rules.policy, rules.budget, request.effect, request.content, error, tries, elapsed)

    def _follows(self, error: ExchangeError, pause: float) -> None:
        self.pause = pause
        failure = type(error).__name__ if error.status is None else f"{type(error).__name__} {error.status}"
        _logger.warning(
            "%s: try %d failed (%s), the next follows in %.1f s", self._request.operation, self.made, failure, pause
        )
        telemetry.event("retry", {"error.type": failure, "pause": pause})

    def _slow_down(self, error: ExchangeError) -> None:
        limiter, policy = self._rules.limiter, self._rules.policy
        if isinstance(error, RateLimitError) and limiter is not None:
            wanted = retry_after(error.exchange.retry_after, datetime.now(UTC)) or 0.0
            limiter.refused(self._began, clock.now(), min(wanted, policy.retry_after_cap))
