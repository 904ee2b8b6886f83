"""Send one request, with retries and within the rate limit."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol, TypeVar

from anaplan_client.core import ApiError, Request
from anaplan_client.core.http._async.api_client import AsyncApiClient, AsyncBody

from ...concurrency import _async as concurrency
from .. import clock, telemetry
from ..attempts import Attempts, RequestPolicy
from ..outcome import Outcome, Rejected, Sent, unwrap
from ..rate_limit import Limiter
from ..turn_queue import POLLS

T = TypeVar("T")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)


class AsyncSigner(Protocol):
    """Sign each attempt of a request."""

    @property
    def can_refresh(self) -> bool:
        """Whether a rejected signature can be replaced."""
        ...

    async def sign(self, request: Request[T], rejected: str | None) -> Request[T]:
        """Return the request with a signature other than the rejected one."""
        ...


class ContentReader(Protocol[T_co]):
    """Read the content of one response."""

    async def __call__(self, body: AsyncBody) -> T_co:
        """Read the content."""
        ...


class AttemptFunction(Protocol[T, T_co]):
    """Send a request once."""

    async def __call__(self, signed: Request[T], seconds_left: float, /) -> T_co:
        """Return the response, or raise `ApiError`; the deadline of the request is `seconds_left` away."""
        ...


class AsyncSender:
    """Send requests over the connections of one sign-in and by its policy.

    A request is sent until it succeeds or the policy stops the retries. A body that can be read only once is sent only
    once.
    """

    def __init__(self, api: AsyncApiClient, policy: RequestPolicy) -> None:
        self._api = api
        self._policy = policy

    async def send(
        self,
        request: Request[T],
        signer: AsyncSigner | None = None,
        timeout: float | None = None,
        throttle_timeout: float = float("inf"),
    ) -> Outcome[T]:
        """Send a request and return its outcome. `throttle_timeout` limits its pauses for the rate limit."""

        async def attempt(signed: Request[T], seconds_left: float) -> T:
            return await self._api.send(signed, timeout=timeout, limit=seconds_left)

        with telemetry.span(request, self._api) as span:
            return await self._retry(request, attempt, signer, span, throttle_timeout)

    async def consume(
        self,
        request: Request[bytes],
        read: ContentReader[T],
        signer: AsyncSigner | None = None,
        timeout: float | None = None,
    ) -> Outcome[T]:
        """Send a request and return the outcome of `read`, which reads the content of each attempt from its start."""

        async def attempt(signed: Request[bytes], seconds_left: float) -> T:
            # One task for the whole content: one for each piece would cost more than the piece.
            return await concurrency.run_isolated(self._read, signed, read, timeout, seconds_left)

        with telemetry.span(request, self._api) as span:
            return await self._retry(request, attempt, signer, span)

    async def _read(
        self, signed: Request[bytes], read: ContentReader[T], timeout: float | None, seconds_left: float
    ) -> T:
        left = seconds_left
        async with self._api.stream(signed, timeout=timeout, limit=left, content_limit=left) as body:
            return await read(body)

    @asynccontextmanager
    async def stream(
        self, request: Request[bytes], signer: AsyncSigner | None = None, timeout: float | None = None
    ) -> AsyncGenerator[AsyncBody]:
        """Send a request and yield its content, which arrives as it is read; nothing is retried from then on."""

        async def attempt(signed: Request[bytes], seconds_left: float) -> AsyncBody:
            return await stack.enter_async_context(self._api.stream(signed, timeout=timeout, limit=seconds_left))

        with telemetry.span(request, self._api) as span:
            async with AsyncExitStack() as stack:
                yield unwrap(await self._retry(request, attempt, signer, span))

    async def _retry(
        self,
        request: Request[T],
        attempt: AttemptFunction[T, R],
        signer: AsyncSigner | None,
        span: telemetry.RequestSpan | None,
        throttle_timeout: float = float("inf"),
    ) -> Outcome[R]:
        """Attempt to send a request until it succeeds, or the policy stops the retries."""
        can_refresh = signer is not None and signer.can_refresh
        attempts = Attempts(request, self._policy, can_refresh, throttle_timeout)
        while True:
            await self._wait_for_turn(attempts)
            try:
                signed = request if signer is None else await signer.sign(request, attempts.rejected_signature)
            except ApiError as error:
                if span is not None:
                    span.on_failure(attempts.made, error, None)
                return Rejected(error)
            attempts.start(signed.authorization)
            try:
                response = await attempt(attempts.watch(signed), attempts.seconds_left)
            except ApiError as error:
                failure = error
            else:
                attempts.on_success()
                if span is not None:
                    span.on_success(attempts.made)
                return Sent(response)
            outcome = attempts.on_failure(failure)
            if self._policy.limiter is not None and self._policy.limiter.has_news:
                await concurrency.run_in_thread(self._policy.limiter.flush)
            if span is not None:
                span.on_failure(attempts.made, failure, attempts.delay if outcome is None else None)
            if outcome is not None:
                return outcome

    async def _wait_for_turn(self, attempts: Attempts[T]) -> None:
        """Wait until the policy and the rate limit allow the next attempt."""
        if attempts.made:
            await concurrency.sleep(attempts.delay)
        while pause := attempts.next_pause():
            await concurrency.sleep(pause)
        if self._policy.limiter is not None and attempts.is_limited:
            await _wait_for_ticket(self._policy.limiter, attempts.request.operation in POLLS)


async def _wait_for_ticket(limiter: Limiter, is_poll: bool) -> None:
    ticket = limiter.acquire_ticket(is_poll)
    try:
        while delay := await _get_delay(limiter, ticket):
            await concurrency.sleep(delay)
    except BaseException:
        limiter.release(ticket)
        raise


async def _get_delay(limiter: Limiter, ticket: int) -> float:
    if limiter.is_remote:
        return await concurrency.run_in_thread(limiter.delay, ticket, clock.now())
    return limiter.delay(ticket, clock.now())
