"""What clients of one sign-in share: connections, token, and the policy for repeating requests."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from attrs import evolve

from anaplan_client.core import AuthenticationError, Request
from anaplan_client.core._async.api_client import AsyncApiClient

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
        self._policy = policy
        self._tokens = tokens

    async def send(self, request: Request[T], *, timeout: float | None = None) -> T:
        """Sends a request and returns its answer; see `sending.send` for what is repeated and raised."""
        if self._tokens is None or request.authorization is not None:
            return await send(self._api, request, self._policy, timeout)
        token = await self._tokens.current()
        try:
            return await send(self._api, _signed(request, token), self._policy, timeout)
        except AuthenticationError:
            if not rewindable(request.content) or not await self._tokens.replace(token):
                raise
        token = await self._tokens.current()
        return await send(self._api, _signed(request, token), self._policy, timeout)

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
