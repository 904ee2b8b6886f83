"""What clients of one sign-in share: connections, token, and the policy for repeating requests."""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from attrs import evolve

from anaplan_client.core import AuthenticationError, Request
from anaplan_client.core._async.api_client import AsyncApiClient

from ..outcomes import server_time
from ..retry import RetryPolicy, rewindable
from .sending import send
from .tokens import AsyncTokens, Token

T = TypeVar("T")


class AsyncSession:
    """Sends requests with the token, and once more with a new one when it is refused.

    Without tokens, the requests go out as they are: whatever signs them is part of the API client.
    """

    def __init__(self, api: AsyncApiClient, policy: RetryPolicy, tokens: AsyncTokens | None) -> None:
        self._api = api
        self.policy = policy
        self._tokens = tokens
        self.known: deque[str] = deque(maxlen=1000)
        """The latest tasks and revisions that this session made: none of them is the effect of another request."""

    def server_time(self, moment: float) -> datetime | None:
        """Returns a lower bound for Anaplan's clock at a moment of the monotonic one, if an answer has told it."""
        return server_time(self._api.heard, moment)

    async def send(self, request: Request[T], *, timeout: float | None = None) -> T:
        """Sends a request and returns its answer; see `sending.send` for what is repeated and raised."""
        if self._tokens is None or request.authorization is not None:
            return await send(self._api, request, self.policy, timeout)
        token = await self._tokens.current()
        try:
            return await send(self._api, _signed(request, token), self.policy, timeout)
        except AuthenticationError:
            if not rewindable(request.content) or not await self._tokens.replace(token):
                raise
        token = await self._tokens.current()
        return await send(self._api, _signed(request, token), self.policy, timeout)

    @asynccontextmanager
    async def stream(
        self, request: Request[bytes], *, timeout: float | None = None
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Sends a request once and gives its answer in pieces as they arrive."""
        if self._tokens is not None and request.authorization is None:
            request = _signed(request, await self._tokens.current())
        async with self._api.stream(request, timeout=timeout) as pieces:
            yield pieces

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._api.aclose()


def _signed(request: Request[T], token: Token) -> Request[T]:
    return evolve(request, authorization=f"AnaplanAuthToken {token.value}")
