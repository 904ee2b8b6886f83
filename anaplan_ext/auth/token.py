"""When a token is renewed, and when that is left alone: pure decisions over readings of a clock."""

from __future__ import annotations

import re
from copy import copy
from datetime import datetime
from typing import cast

from attrs import evolve, field, frozen

from anaplan_client.authentication.models import TokenInfo, TokenResponse
from anaplan_client.core import Request, StatusError

REFRESH_MARGIN_SECONDS = 300.0
"""Seconds before its end from which a token is extended."""
MIN_TOKEN_SECONDS = 30.0
"""Seconds that a new token is used for at least, should the clock on the wall be wrong."""
FAILURE_COOLDOWN_SECONDS = 30.0
"""Seconds for which no renewal follows one that failed; refused credentials are not sent again within them at all."""


@frozen
class Token:
    """A token, when to extend it, and when it ends; never, for one that cannot be extended."""

    value: str = field(repr=False)
    refresh_at: float = float("inf")
    expires_at: float = float("inf")

    @property
    def signature(self) -> str:
        """The `Authorization` header."""
        return f"AnaplanAuthToken {self.value}"

    def is_usable(self, refused: str | None, now: float) -> bool:
        """Says whether it may be sent: it has not ended, and is not the one that was refused."""
        return now < self.expires_at and self.signature != refused


@frozen
class Failure:
    """A renewal that failed, and when."""

    error: Exception
    at: float

    def is_cooling_down(self, now: float) -> bool:
        """Says whether it is too early for a renewal that nobody waits for."""
        return now < self.at + FAILURE_COOLDOWN_SECONDS

    def cached_error(self, now: float) -> Exception | None:
        """The refusal of the credentials, if it was a short time ago: they would be refused again."""
        if not isinstance(self.error, StatusError) or not self.is_cooling_down(now) or not is_rejection(self.error):
            return None
        age, cooldown = now - self.at, FAILURE_COOLDOWN_SECONDS
        waited = f"the credentials were rejected {age:.0f} s ago; they are not sent again for {cooldown:.0f} s"
        return type(self.error)(evolve(self.error.context, no_retry_reason=waited))


def build_token(info: TokenInfo, now: float, moment: datetime) -> Token:
    """The token of an answer, given what both clocks say: the one that tokens go by and the one on the wall."""
    remaining = (info.expires_at - moment).total_seconds()
    refresh_at = now + max(MIN_TOKEN_SECONDS, remaining - REFRESH_MARGIN_SECONDS)
    return Token(info.token_value, refresh_at, max(refresh_at, now + remaining))


def check_token(request: Request[TokenResponse]) -> Request[TokenResponse]:
    """Return the request, for which a response whose token is no text of a header is not as documented."""

    def decode(content: bytes) -> TokenResponse:
        response = request.decode(content)
        value = cast("object", response.token_info.token_value)
        if not isinstance(value, str) or not re.fullmatch("[!-~]+", value):
            raise ValueError("tokenValue must be visible ASCII characters")
        return response

    return evolve(request, decode=decode)


def is_rejection(error: Exception) -> bool:
    """Says whether an error means that what was sent is wrong; not that Anaplan is busy or out of order."""
    return isinstance(error, StatusError) and error.status in (400, 401, 403, 404)


def copy_error(error: Exception) -> Exception:
    """The same error for one of many who wait for it: one that is raised in many places collects all their traces."""
    try:
        fresh = copy(error)
    except Exception:  # the class of a hook's error may want other arguments
        return error
    fresh.__cause__ = error.__cause__
    return fresh
