# Converted by `python -m generator` from anaplan_ext/_async/tokens.py. Edit that file, not this one.
"""The token that requests carry: got once, extended before it ends, replaced when it is refused."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from attrs import evolve, field, frozen

from anaplan_client import authentication
from anaplan_client.core import StatusError
from anaplan_client.core._sync.api_client import ApiClient

from ..credentials import Credentials
from ..io import _sync as io
from ..retry import RetryPolicy
from .sending import send

MARGIN = 300.0
"""Seconds before its end from which a token is extended."""
SHORTEST = 30.0
"""Seconds that a new token is used for at least, should the local clock be wrong."""


@frozen
class Token:
    """A token and when to extend it, by the monotonic clock; infinite for one that cannot be."""

    value: str = field(repr=False)
    renew_at: float = float("inf")


class Tokens:
    """Hands out one token to any number of callers, of whom only one at a time renews it."""

    def __init__(self, api: ApiClient, policy: RetryPolicy, credentials: Credentials | None, token: str | None) -> None:
        self._api = api
        self._policy = policy
        self._credentials = credentials
        self._token = None if token is None else Token(token)
        self._lock = io.Lock()

    def current(self) -> Token:
        """Returns the token, after getting or extending it where that is due."""
        token = self._token
        if token is not None and time.monotonic() < token.renew_at:
            return token
        # The lock guards the renewal only; whoever waits for it finds the work done.
        with self._lock:
            if self._token is token or self._token is None:
                self._token = self._renewed(token)
            return self._token

    def replace(self, refused: Token) -> bool:
        """Gets a token in place of a refused one, unless another caller did; False if it has no credentials."""
        if self._credentials is None:
            return False
        with self._lock:
            if self._token is refused:
                self._token = self._created(self._credentials)
        return True

    def _renewed(self, token: Token | None) -> Token:
        assert self._credentials is not None  # a ready token is never due
        if token is not None:
            try:
                request = evolve(authentication.refresh_token(), authorization=f"AnaplanAuthToken {token.value}")
                answer = send(self._api, request, self._policy)
                return _token(answer.token_info)
            except StatusError:
                # It ended before it could be extended.
                pass
        return self._created(self._credentials)

    def _created(self, credentials: Credentials) -> Token:
        # Reading and decrypting the key takes long enough to block a loop.
        request = io.in_thread(credentials)
        answer = send(self._api, request, self._policy)
        return _token(answer.token_info)


def _token(info: authentication.models.TokenInfo) -> Token:
    remaining = (info.expires_at - datetime.now(UTC)).total_seconds()
    return Token(info.token_value, time.monotonic() + max(SHORTEST, remaining - MARGIN))
