"""Decide when a token is refreshed and how its failures are shared: pure decisions."""

from __future__ import annotations

import re
from copy import copy
from datetime import datetime
from typing import cast

from attrs import evolve, field, frozen

from anaplan_client.authentication.models import TokenInfo, TokenResponse
from anaplan_client.core import Request, StatusError

REFRESH_MARGIN_SECONDS = 300.0
"""Seconds before its expiry from which on a token is refreshed."""
MIN_TOKEN_SECONDS = 30.0
"""Minimum seconds that a new token is used, in case the local date and time are wrong."""
FAILURE_COOLDOWN_SECONDS = 30.0
"""Seconds after a failure without another refresh. Rejected credentials are not sent again within them."""


@frozen
class Token:
    """A token, when it is refreshed, and when it expires; a token that cannot be refreshed does neither."""

    value: str = field(repr=False)
    refresh_at: float = float("inf")
    expires_at: float = float("inf")

    @property
    def signature(self) -> str:
        """The `Authorization` header."""
        return f"AnaplanAuthToken {self.value}"

    def is_usable(self, rejected: str | None, now: float) -> bool:
        """Return whether it may be sent: it has not expired and is not the rejected one."""
        return now < self.expires_at and self.signature != rejected


@frozen
class Failure:
    """A failed refresh or sign-in, and its time."""

    error: Exception
    at: float

    def is_cooling_down(self, now: float) -> bool:
        """Return whether it is too early for another refresh in the background."""
        return now < self.at + FAILURE_COOLDOWN_SECONDS

    def cached_error(self, now: float) -> Exception | None:
        """Return the rejection of the credentials if it was a short time ago, since it would be the same again."""
        if not isinstance(self.error, StatusError) or not self.is_cooling_down(now) or not is_rejection(self.error):
            return None
        age, cooldown = now - self.at, FAILURE_COOLDOWN_SECONDS
        reason = f"the credentials were rejected {age:.0f} s ago; they are not sent again for {cooldown:.0f} s"
        return type(self.error)(evolve(self.error.context, no_retry_reason=reason))


def build_token(info: TokenInfo, now: float, moment: datetime) -> Token:
    """Return the token of a response, from the time on the monotonic clock and the date and time."""
    remaining = (info.expires_at - moment).total_seconds()
    refresh_at = now + max(MIN_TOKEN_SECONDS, remaining - REFRESH_MARGIN_SECONDS)
    return Token(info.token_value, refresh_at, max(refresh_at, now + remaining))


def check_token(request: Request[TokenResponse]) -> Request[TokenResponse]:
    """Return the request with a decoder that accepts only a token that fits into a header."""

    def decode(content: bytes) -> TokenResponse:
        response = request.decode(content)
        value = cast("object", response.token_info.token_value)
        if not isinstance(value, str) or not re.fullmatch("[!-~]+", value):
            raise ValueError("tokenValue must be visible ASCII characters")
        return response

    return evolve(request, decode=decode)


def is_rejection(error: Exception) -> bool:
    """Return whether an error means that the credentials are wrong, not that Anaplan is unavailable."""
    return isinstance(error, StatusError) and error.status in (400, 401, 403, 404)


def copy_error(error: Exception) -> Exception:
    """Return a copy of an error for one of its callers, so that their tracebacks do not mix."""
    try:
        copied = copy(error)
    except Exception:  # the class of a hook's error may need other arguments
        return error
    copied.__cause__ = error.__cause__
    return copied
