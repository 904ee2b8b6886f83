# Converted by `python -m generator` from anaplan_ext/auth/_async/session.py. Edit that file, not this one.
"""Share connections, token and request policy among the clients of one sign-in."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import TypeVar

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import AnaplanError, NotFoundError, Request
from anaplan_client.core.http._sync.api_client import ApiClient, Body
from anaplan_client.core.http.forking import reset_in_child

from ...transport import clock
from ...transport._sync.sender import ContentReader, Sender
from ...transport.attempts import RequestPolicy
from ...transport.outcome import Outcome, unwrap
from ...transport.retry import RetryPolicy
from ..known_ids import KnownIds
from .token_manager import TokenManager

T = TypeVar("T")

logger = logging.getLogger("anaplan")

OPTIONAL_TIMEOUT_SECONDS = 5.0
"""Timeout of a request whose response is optional."""


class Session:
    """Send requests with the token, and once more with a new token after a 401.

    Without `tokens`, the API client signs the requests itself.
    """

    def __init__(
        self,
        api: ApiClient,
        policy: RequestPolicy,
        tokens: TokenManager | None,
    ) -> None:
        self.policy: RequestPolicy = policy
        self._api = api
        self._sender = Sender(api, policy)
        self._optional_sender = Sender(api, evolve(policy, retry=RetryPolicy(count=0, throttle_total=0)))
        self._tokens = tokens
        if tokens is not None:
            tokens.belong_to(self)
        self.known_ids: KnownIds = KnownIds()
        """The tasks and revisions that this session has created or seen: none is the effect of a later request."""
        self.names: dict[str, str] = {}
        """Names of models and actions by their ids, for messages."""
        self.pending_cleanups: dict[str, Request[None]] = {}
        """The requests that delete what unfinished reads have created in Anaplan, by path."""
        reset_in_child(self)

    def send(self, request: Request[T], *, timeout: float | None = None, throttle_timeout: float = float("inf")) -> T:
        """Send a request, with retries, and return its response.

        Args:
            request: What a generated function returned.
            timeout: Seconds for connecting and for each wait for data; those of the client by default.
            throttle_timeout: Seconds that the request pauses for the rate limit at most.

        Returns:
            The decoded response.

        Raises:
            ApiError: if the request failed after the retries that the policy allows.
            OutcomeUnknown: if it is not idempotent, failed, and its effect may have happened.
        """
        return unwrap(self._sender.send(request, self._signer(request), timeout, throttle_timeout))

    def deliver(self, request: Request[T]) -> Outcome[T]:
        """Send a request, with retries, and return its outcome instead of raising `ApiError`."""
        return self._sender.send(request, self._signer(request))

    def send_optional(self, request: Request[T]) -> T | None:
        """Send a request whose response is optional: once, with a short timeout. Return None if it fails."""
        if self.policy.throttle.delay(clock.now()):
            return None
        try:
            return unwrap(self._optional_sender.send(request, self._signer(request), OPTIONAL_TIMEOUT_SECONDS))
        except (AnaplanError, ValueError) as error:
            logger.debug("%s: continuing without the response: %s", request.operation, error)
            return None

    def stream(self, request: Request[bytes], *, timeout: float | None = None) -> AbstractContextManager[Body]:
        """Send a request and yield its content, which arrives as it is read; nothing is retried from then on."""
        return self._sender.stream(request, self._signer(request), timeout)

    def consume(self, request: Request[bytes], read: ContentReader[T], *, timeout: float | None = None) -> T:
        """Send a request and return what `read` returns; a retry reads the content from its start."""
        return unwrap(self._sender.consume(request, read, self._signer(request), timeout))

    def create_authorization(self) -> str | None:
        """Return the header `Authorization` of requests now. None if the API client signs them."""
        if self._tokens is None:
            return None
        return (self._tokens.sign(integration.get_current_user(), None)).authorization

    def after_fork(self) -> None:
        """Use new connections and locks in a child process."""
        self.policy.after_fork()
        self.known_ids.after_fork()
        self.pending_cleanups.clear()
        if self._tokens is not None:
            self._tokens.after_fork()

    def close(self) -> None:
        """Run the pending cleanups, cancel token requests in flight, and close the connections."""
        for path in list(self.pending_cleanups):
            self.run_cleanup(path)
        if self._tokens is not None:
            self._tokens.close()
        self._api.close()
        self.policy.close()

    def run_cleanup(self, path: str) -> None:
        """Send a pending cleanup. A failure is logged, and the cleanup is retried when the session is closed."""
        request = self.pending_cleanups.pop(path, None)
        if request is None:
            return
        try:
            self.send(request)
        except NotFoundError:
            pass  # deleted already
        except AnaplanError as error:
            self.pending_cleanups[path] = request
            logger.warning("%s could not be deleted: %s", path, error)

    def _signer(self, request: Request[T]) -> TokenManager | None:
        return None if request.public or request.authorization is not None else self._tokens
