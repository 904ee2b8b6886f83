# Converted by `python -m generator` from anaplan_ext/transport/_async/sender.py. Edit that file, not this one.
"""Send one request, with retries and within the rate limit."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Protocol, TypeVar

from anaplan_client.core import ApiError, Request
from anaplan_client.core.http._sync.api_client import ApiClient, Body

from ...concurrency import _sync as concurrency
from .. import clock, telemetry
from ..attempts import Attempts, RequestPolicy
from ..outcome import Outcome, Rejected, Sent, unwrap
from ..rate_limit import Limiter
from ..turn_queue import POLLS

T = TypeVar("T")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)


class Signer(Protocol):
    """Sign each attempt of a request."""

    @property
    def can_refresh(self) -> bool:
        """Whether a rejected signature can be replaced."""
        ...

    def sign(self, request: Request[T], rejected: str | None) -> Request[T]:
        """Return the request with a signature other than the rejected one."""
        ...


class ContentReader(Protocol[T_co]):
    """Read the content of one response."""

    def __call__(self, body: Body) -> T_co:
        """Read the content."""
        ...


class AttemptFunction(Protocol[T, T_co]):
    """Send a request once."""

    def __call__(self, signed: Request[T], seconds_left: float, /) -> T_co:
        """Return the response, or raise `ApiError`; the deadline of the request is `seconds_left` away."""
        ...


class Sender:
    """Send requests over the connections of one sign-in and by its policy.

    A request is sent until it succeeds or the policy stops the retries. A body that can be read only once is sent only
    once.
    """

    def __init__(self, api: ApiClient, policy: RequestPolicy) -> None:
        self._api = api
        self._policy = policy

    def send(
        self,
        request: Request[T],
        signer: Signer | None = None,
        timeout: float | None = None,
        throttle_timeout: float = float("inf"),
    ) -> Outcome[T]:
        """Send a request and return its outcome. `throttle_timeout` limits its pauses for the rate limit."""

        def attempt(signed: Request[T], seconds_left: float) -> T:
            return self._api.send(signed, timeout=timeout, limit=seconds_left)

        with telemetry.span(request, self._api) as span:
            return self._retry(request, attempt, signer, span, throttle_timeout)

    def consume(
        self,
        request: Request[bytes],
        read: ContentReader[T],
        signer: Signer | None = None,
        timeout: float | None = None,
    ) -> Outcome[T]:
        """Send a request and return the outcome of `read`, which reads the content of each attempt from its start."""

        def attempt(signed: Request[bytes], seconds_left: float) -> T:
            # One task for the whole content: one for each piece would cost more than the piece.
            return concurrency.run_isolated(self._read, signed, read, timeout, seconds_left)

        with telemetry.span(request, self._api) as span:
            return self._retry(request, attempt, signer, span)

    def _read(self, signed: Request[bytes], read: ContentReader[T], timeout: float | None, seconds_left: float) -> T:
        left = seconds_left
        with self._api.stream(signed, timeout=timeout, limit=left, content_limit=left) as body:
            return read(body)

    @contextmanager
    def stream(
        self, request: Request[bytes], signer: Signer | None = None, timeout: float | None = None
    ) -> Generator[Body]:
        """Send a request and yield its content, which arrives as it is read; nothing is retried from then on."""

        def attempt(signed: Request[bytes], seconds_left: float) -> Body:
            return stack.enter_context(self._api.stream(signed, timeout=timeout, limit=seconds_left))

        with telemetry.span(request, self._api) as span:
            with ExitStack() as stack:
                yield unwrap(self._retry(request, attempt, signer, span))

    def _retry(
        self,
        request: Request[T],
        attempt: AttemptFunction[T, R],
        signer: Signer | None,
        span: telemetry.RequestSpan | None,
        throttle_timeout: float = float("inf"),
    ) -> Outcome[R]:
        """Attempt to send a request until it succeeds, or the policy stops the retries."""
        can_refresh = signer is not None and signer.can_refresh
        attempts = Attempts(request, self._policy, can_refresh, throttle_timeout)
        while True:
            self._wait_for_turn(attempts)
            try:
                signed = request if signer is None else signer.sign(request, attempts.rejected_signature)
            except ApiError as error:
                if span is not None:
                    span.on_failure(attempts.made, error, None)
                return Rejected(error)
            attempts.start(signed.authorization)
            try:
                response = attempt(attempts.watch(signed), attempts.seconds_left)
            except ApiError as error:
                failure = error
            else:
                attempts.on_success()
                if span is not None:
                    span.on_success(attempts.made)
                return Sent(response)
            outcome = attempts.on_failure(failure)
            if self._policy.limiter is not None and self._policy.limiter.has_news:
                concurrency.run_in_thread(self._policy.limiter.flush)
            if span is not None:
                span.on_failure(attempts.made, failure, attempts.delay if outcome is None else None)
            if outcome is not None:
                return outcome

    def _wait_for_turn(self, attempts: Attempts[T]) -> None:
        """Wait until the policy and the rate limit allow the next attempt."""
        if attempts.made:
            concurrency.sleep(attempts.delay)
        while pause := attempts.next_pause():
            concurrency.sleep(pause)
        if self._policy.limiter is not None and attempts.is_limited:
            _wait_for_ticket(self._policy.limiter, attempts.request.operation in POLLS)


def _wait_for_ticket(limiter: Limiter, is_poll: bool) -> None:
    ticket = limiter.acquire_ticket(is_poll)
    try:
        while delay := _get_delay(limiter, ticket):
            concurrency.sleep(delay)
    except BaseException:
        limiter.release(ticket)
        raise


def _get_delay(limiter: Limiter, ticket: int) -> float:
    if limiter.is_remote:
        return concurrency.run_in_thread(limiter.delay, ticket, clock.now())
    return limiter.delay(ticket, clock.now())
