# Converted by `python -m generator` from anaplan_ext/_async/session.py. Edit that file, not this one.
"""What clients of one sign-in share: connections, token, and the policy for repeating requests."""

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from attrs import evolve

from anaplan_client.core import AuthenticationError, Request
from anaplan_client.core._sync.api_client import ApiClient

from ..outcomes import server_time
from ..retry import RetryPolicy, rewindable
from .sending import send
from .tokens import Token, Tokens

T = TypeVar("T")


class Session:
    """Sends requests with the token, and once more with a new one when it is refused.

    Without tokens, the requests go out as they are: whatever signs them is part of the API client.
    """

    def __init__(self, api: ApiClient, policy: RetryPolicy, tokens: Tokens | None) -> None:
        self._api = api
        self.policy = policy
        self._tokens = tokens
        self.known: deque[str] = deque(maxlen=1000)
        """The latest tasks and revisions that this session made: none of them is the effect of another request."""

    def server_time(self, moment: float) -> datetime | None:
        """Returns a lower bound for Anaplan's clock at a moment of the monotonic one, if an answer has told it."""
        return server_time(self._api.heard, moment)

    def send(self, request: Request[T], *, timeout: float | None = None) -> T:
        """Sends a request and returns its answer; see `sending.send` for what is repeated and raised."""
        if self._tokens is None or request.authorization is not None:
            return send(self._api, request, self.policy, timeout)
        token = self._tokens.current()
        try:
            return send(self._api, _signed(request, token), self.policy, timeout)
        except AuthenticationError:
            if not rewindable(request.content) or not self._tokens.replace(token):
                raise
        token = self._tokens.current()
        return send(self._api, _signed(request, token), self.policy, timeout)

    @contextmanager
    def stream(self, request: Request[bytes], *, timeout: float | None = None) -> Generator[Iterator[bytes]]:
        """Sends a request once and gives its answer in pieces as they arrive."""
        if self._tokens is not None and request.authorization is None:
            request = _signed(request, self._tokens.current())
        with self._api.stream(request, timeout=timeout) as pieces:
            yield pieces

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()


def _signed(request: Request[T], token: Token) -> Request[T]:
    return evolve(request, authorization=f"AnaplanAuthToken {token.value}")
