"""One request, repeated as the policy allows and sent when the rate limit does."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol, TypeVar

from anaplan_client.core import Request
from anaplan_client.core.http._async.api_client import AsyncApiClient, AsyncBody

from ...concurrency import _async as concurrency
from .. import clock, telemetry
from ..attempts import Attempts, RequestPolicy
from ..rate_limit import Limiter

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class AsyncSigner(Protocol):
    """What signs each try of a request anew."""

    @property
    def renews(self) -> bool:
        """Whether there can be a further signature where one was refused."""
        ...

    async def sign(self, request: Request[T], refused: str | None) -> Request[T]:
        """Returns the request with a signature, but not the one that was refused."""
        ...


class ContentReader(Protocol[T_co]):
    """What reads the content of one response."""

    async def __call__(self, body: AsyncBody) -> T_co:
        """Read the content."""
        ...


class AsyncSender:
    """Sends requests over the connections that all clients of one sign-in share, by the rules that they share.

    A request is sent until it has a response or the policy stops the retries; `Attempts` says what is raised then. A
    body that can be read only once is sent only once.
    """

    def __init__(self, api: AsyncApiClient, rules: RequestPolicy) -> None:
        self._api = api
        self._rules = rules

    async def send(
        self,
        request: Request[T],
        signer: AsyncSigner | None = None,
        timeout: float | None = None,
        patience: float | None = None,
    ) -> T:
        """Send a request and return its response; `patience` limits the pauses for the rate limit, in seconds."""
        tries = Attempts(self._rules, request, signer is not None and signer.renews, patience)
        with telemetry.span(request):
            while True:
                signed = await self._next(tries, request, signer)
                with tries:
                    return await self._api.send(signed, timeout=timeout, limit=tries.left)

    async def consume(
        self,
        request: Request[bytes],
        read: ContentReader[T],
        signer: AsyncSigner | None = None,
        timeout: float | None = None,
    ) -> T:
        """Send a request and return what `read` makes of its content, which it gets anew with each attempt."""
        tries = Attempts(self._rules, request, signer is not None and signer.renews)
        with telemetry.span(request):
            while True:
                signed = await self._next(tries, request, signer)
                with tries:
                    left = tries.left
                    async with self._api.stream(signed, timeout=timeout, limit=left, content_limit=left) as body:
                        return await read(body)

    @asynccontextmanager
    async def stream(
        self, request: Request[bytes], signer: AsyncSigner | None = None, timeout: float | None = None
    ) -> AsyncGenerator[AsyncBody]:
        """Sends a request and gives its answer in pieces as they arrive; once it is there, nothing is repeated."""
        tries = Attempts(self._rules, request, signer is not None and signer.renews)
        with telemetry.span(request):
            async with AsyncExitStack() as opened:
                while True:
                    signed = await self._next(tries, request, signer)
                    with tries:
                        answer = self._api.stream(signed, timeout=timeout, limit=tries.left)
                        pieces = await opened.enter_async_context(answer)
                        break
                yield pieces

    async def _next(self, tries: Attempts[T], request: Request[T], signer: AsyncSigner | None) -> Request[T]:
        """Waits until the next try may be made, and returns the request as it is sent then."""
        if tries.made:
            await concurrency.sleep(tries.pause)
        while pause := tries.throttle_delay():
            await concurrency.sleep(pause)
        # Few requests go to the authentication host, and all others wait for them.
        if self._rules.limiter is not None and request.host != "auth":
            await _turn(self._rules.limiter)
        if signer is None:
            return request
        signed = await signer.sign(request, tries.refused)
        tries.signature = signed.authorization
        return signed


async def _turn(limiter: Limiter) -> None:
    ticket = limiter.draw(clock.now())
    try:
        while pause := limiter.wait(ticket, clock.now()):
            await concurrency.sleep(pause)
    except BaseException:
        limiter.give_back(ticket, clock.now())
        raise
