"""What clients of one sign-in share: connections, token, and the rules that requests go by."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeVar

from anaplan_client.core import AnaplanError, NotFoundError, Request
from anaplan_client.core._async.api_client import AsyncApiClient

from ..credentials import Credentials
from ..outcomes import server_time
from ..retry import RetryPolicy
from ..tries import Rules
from .sending import AsyncSender
from .tokens import AsyncTokens

T = TypeVar("T")

logger = logging.getLogger("anaplan")


class AsyncSession:
    """Sends requests with the token, and once more with a new one when it is refused.

    Without credentials and token, the requests go out as they are: whatever signs them is part of the API client.
    """

    def __init__(self, api: AsyncApiClient, rules: Rules, credentials: Credentials | None, token: str | None) -> None:
        self.rules: Rules = rules
        self._api = api
        self.policy: RetryPolicy = rules.policy
        self._sender = AsyncSender(api, rules)
        signs = credentials is not None or token is not None
        self._tokens = AsyncTokens(api, rules, credentials, token) if signs else None
        self.known: deque[str] = deque(maxlen=1000)
        """The latest tasks and revisions that this session made: none of them is the effect of another request."""
        self.leftovers: dict[str, Request[None]] = {}
        """What takes away, by its path, what was made in Anaplan for a reading that has not ended yet."""

    def server_time(self, moment: float) -> datetime | None:
        """Returns a lower bound for Anaplan's clock at a moment of the monotonic one, if an answer has told it."""
        return server_time(self._api.heard, moment)

    async def send(self, request: Request[T], *, timeout: float | None = None) -> T:
        """Sends a request and returns its answer; see `AsyncSender` for what is repeated and raised."""
        return await self._sender.send(request, self._signer(request), timeout)

    def stream(
        self, request: Request[bytes], *, timeout: float | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Sends a request and gives its answer in pieces as they arrive; once it is there, nothing is repeated."""
        return self._sender.stream(request, self._signer(request), timeout)

    async def aclose(self) -> None:
        """Takes away what readings have left, ends what is under way beside the callers, and closes the connections."""
        for path in list(self.leftovers):
            await self.take_away(path)
        if self._tokens is not None:
            await self._tokens.aclose()
        await self._api.aclose()

    async def take_away(self, path: str) -> None:
        """Sends the request that takes a leftover away. If it fails, that is logged, and tried again at the end."""
        request = self.leftovers.pop(path, None)
        if request is None:
            return
        try:
            await self.send(request)
        except NotFoundError:
            pass  # gone already
        except AnaplanError as error:
            self.leftovers[path] = request
            logger.warning("%s could not be deleted: %s", path, error)

    def _signer(self, request: Request[T]) -> AsyncTokens | None:
        return self._tokens if request.authorization is None else None
