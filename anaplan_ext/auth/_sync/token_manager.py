# Converted by `python -m generator` from anaplan_ext/auth/_async/token_manager.py. Edit that file, not this one.
"""Share one token: acquire it once, refresh it in the background, and replace it after a 401."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from typing import TypeVar

from attrs import evolve

from anaplan_client.core import Request
from anaplan_client.core.http._sync.api_client import ApiClient
from anaplan_client.core.http.stopping import CLOSED_MESSAGE

from ...concurrency import _sync as concurrency
from ...transport import clock
from ..token import Failure, Token, copy_error, is_rejection
from .token_source import TokenSource

T = TypeVar("T")

logger = logging.getLogger("anaplan")


class TokenManager:
    """Sign the requests of any number of callers with one token.

    A valid token is refreshed in the background before it expires. Without one, all callers wait for a single sign-in
    and share its failure. Rejected credentials are not sent again for 30 seconds.
    """

    def __init__(self, api: ApiClient, source: TokenSource | None, token: str | None) -> None:
        # Its own connections: a token is acquired also when all others are busy.
        self._api = api
        self._source = source
        self._token = None if token is None else Token(token)
        self._refresh: concurrency.BackgroundTask | None = None
        self._sign_in: concurrency.BackgroundTask | None = None
        self._failure: Failure | None = None
        self._is_closed = False
        self._owner: Callable[[], object] = lambda: None
        # Guards the start of a background task, never a request.
        self._lock = threading.Lock()

    def belong_to(self, owner: object) -> None:
        """Cancel the token requests in flight when the owner no longer exists, even if it was not closed."""
        self._owner = weakref.ref(owner)

    @property
    def can_refresh(self) -> bool:
        """Whether a rejected token can be replaced, which one from the caller cannot."""
        return self._source is not None

    def sign(self, request: Request[T], rejected: str | None) -> Request[T]:
        """Return the request with a token other than the rejected one."""
        token, now = self._token, clock.now()
        while token is None or not token.is_usable(rejected, now):
            task = self._start_sign_in(token, now)
            if task is not None:
                task.wait()
                if task.error is not None:
                    raise copy_error(task.error)
                # Whatever the token is now, it is newer than the rejection.
                rejected = None
            token, now = self._token, clock.now()
        if now >= token.refresh_at:
            self._start_refresh(token, now)
        return evolve(request, authorization=token.signature)

    def close(self) -> None:
        """Cancel the token requests in flight, and close the connections. The token is left to expire."""
        with self._lock:  # not while another thread starts a task
            self._is_closed = True
            tasks = (self._refresh, self._sign_in)
        for task in tasks:
            if task is not None:
                task.cancel()
        if self._source is not None:
            self._source.close()
        self._api.close()

    def after_fork(self) -> None:
        """Leave the background tasks and locks to the parent process; both use the token."""
        self._lock = threading.Lock()
        self._refresh = self._sign_in = None
        if self._source is not None:
            self._source.after_fork()

    def _start_refresh(self, token: Token, now: float) -> None:
        """Start a refresh, unless one is in flight or has failed a short time ago."""
        with self._lock:
            is_cooling_down = self._failure is not None and self._failure.is_cooling_down(now)
            may_start = self._token is token and not self._is_closed and not is_cooling_down
            if may_start and (self._refresh is None or self._refresh.done()):
                self._refresh = concurrency.BackgroundTask(lambda: self._refresh_token(token), self._owner())

    def _start_sign_in(self, token: Token | None, now: float) -> concurrency.BackgroundTask | None:
        """Return the sign-in in flight, or start one; None if the token has been replaced.

        Raise the rejection of the credentials if it was a short time ago, and `RuntimeError` if the client is closed.
        """
        with self._lock:
            if self._is_closed:
                raise RuntimeError(CLOSED_MESSAGE)
            if self._sign_in is None or self._sign_in.done():
                if self._token is not token:
                    return None
                if self._failure is not None and (error := self._failure.cached_error(now)):
                    raise error
                self._sign_in = concurrency.BackgroundTask(lambda: self._create_token(token), self._owner())
            return self._sign_in

    def _refresh_token(self, token: Token) -> None:
        assert self._source is not None  # a token from the caller is never refreshed
        refreshed = None
        try:
            refreshed = self._source.refresh(token)
        except Exception as error:
            if not self._is_closed:
                logger.warning("the token could not be refreshed: %s", error)
            if not is_rejection(error) or not self._source.ends_on_rejection:
                self._failure = Failure(error, clock.now())
                return
        with self._lock:
            # A token whose refresh is rejected has expired.
            if self._token is token:
                self._token = refreshed

    def _create_token(self, stale: Token | None) -> None:
        assert self._source is not None  # a token from the caller is never replaced
        try:
            created = self._source.create(None if stale is None else stale.value)
        except Exception as error:
            self._failure = Failure(error, clock.now())
            raise
        self._failure = None
        self._token = created
