# Converted by `python -m generator` from anaplan_ext/auth/_async/session.py. Edit that file, not this one.
"""What clients of one sign-in share: connections, token, and the rules that requests go by."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import TypeVar

from attrs import evolve

from anaplan_client.core import AnaplanError, NotFoundError, Request
from anaplan_client.core.http._sync.api_client import ApiClient, Body
from anaplan_client.core.http.forking import reset_in_child

from ...transport import clock
from ...transport._sync.sender import ContentReader, Sender
from ...transport.attempts import RequestPolicy
from ...transport.retry import RetryPolicy
from ..known_ids import KnownIds
from .token_manager import Tokens

T = TypeVar("T")

logger = logging.getLogger("anaplan")

OPTIONAL_TIMEOUT_SECONDS = 5.0
"""How long what is only nice to know is waited for."""


class Session:
    """Sends requests with the token, and once more with a new one when it is refused.

    Without `tokens`, the requests go out as they are: whatever signs them is part of the API client.
    """

    def __init__(
        self,
        api: ApiClient,
        rules: RequestPolicy,
        tokens: Tokens | None,
    ) -> None:
        self.rules: RequestPolicy = rules
        self._api = api
        self.policy: RetryPolicy = rules.policy
        self._sender = Sender(api, rules)
        self._optional_sender = Sender(api, evolve(rules, policy=RetryPolicy(count=0, throttle_total=0)))
        self._tokens = tokens
        self.known: KnownIds = KnownIds()
        """The tasks and revisions that this session has made or seen: those are not the effect of a later request."""
        self.names: dict[str, str] = {}
        """Names of models and actions by their ids, as errors tell them."""
        self.pending_cleanups: dict[str, Request[None]] = {}
        """What takes away, by its path, what was made in Anaplan for a reading that has not ended yet."""
        reset_in_child(self)

    def send(self, request: Request[T], *, timeout: float | None = None, patience: float | None = None) -> T:
        """Send a request and return its response; see `Sender` for what is retried and raised."""
        return self._sender.send(request, self._signer(request), timeout, patience)

    def send_optional(self, request: Request[T]) -> T | None:
        """Send a request for what is only nice to know: once, with a short timeout. None where it fails."""
        if self.rules.throttle.delay(clock.now()):
            return None
        try:
            return self._optional_sender.send(request, self._signer(request), OPTIONAL_TIMEOUT_SECONDS)
        except (AnaplanError, ValueError) as error:
            logger.debug("%s: done without it: %s", request.operation, error)
            return None

    def stream(self, request: Request[bytes], *, timeout: float | None = None) -> AbstractContextManager[Body]:
        """Sends a request and gives its answer in pieces as they arrive; once it is there, nothing is repeated."""
        return self._sender.stream(request, self._signer(request), timeout)

    def consume(
        self,
        request: Request[bytes],
        read: ContentReader[T],
        *,
        timeout: float | None = None,
    ) -> T:
        """Send a request and return what `read` makes of its content; see `Sender.consume`."""
        return self._sender.consume(request, read, self._signer(request), timeout)

    def after_fork(self) -> None:
        """Begin anew in a child process, with connections and locks of its own."""
        self.rules.after_fork()
        self.known.after_fork()
        self.pending_cleanups.clear()
        if self._tokens is not None:
            self._tokens.after_fork()

    def close(self) -> None:
        """Takes away what readings have left, ends what is under way beside the callers, and closes the connections."""
        for path in list(self.pending_cleanups):
            self.run_cleanup(path)
        if self._tokens is not None:
            self._tokens.close()
        self._api.close()

    def run_cleanup(self, path: str) -> None:
        """Sends the request that takes a leftover away. If it fails, that is logged, and tried again at the end."""
        request = self.pending_cleanups.pop(path, None)
        if request is None:
            return
        try:
            self.send(request)
        except NotFoundError:
            pass  # gone already
        except AnaplanError as error:
            self.pending_cleanups[path] = request
            logger.warning("%s could not be deleted: %s", path, error)

    def _signer(self, request: Request[T]) -> Tokens | None:
        return self._tokens if request.authorization is None else None
