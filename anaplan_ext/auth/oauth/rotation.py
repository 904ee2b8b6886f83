"""Decide whether stored tokens are used, refreshed, or replaced by a new sign-in: pure decisions."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from attrs import evolve

from anaplan_client.core import Request
from anaplan_client.oauth.models import TokenResponse

from ..stores.token import StoredToken
from ..token import MIN_TOKEN_SECONDS, REFRESH_MARGIN_SECONDS, Token

DEFAULT_TOKEN_SECONDS = 2100.0
"""Lifetime of an access token if the response names none."""
MIN_REMAINING_SECONDS = 60.0
"""Minimum seconds that a stored access token must still be valid to be used."""

Step: TypeAlias = Literal["use", "refresh", "sign_in"]


def next_step(stored: StoredToken | None, stale: str | None, moment: float) -> Step:
    """Return what to do with the tokens of the store.

    Args:
        stored: The tokens of the store, read after the lock was acquired.
        stale: The access token that is expired, rejected or about to expire; None for the first use.
        moment: Seconds since 1970.
    """
    if stored is None:
        return "sign_in"
    if stored.access_token != stale and moment < stored.expires_at - MIN_REMAINING_SECONDS:
        return "use"
    return "refresh" if stored.refresh_token is not None else "sign_in"


def check_tokens(request: Request[TokenResponse]) -> Request[TokenResponse]:
    """Return the request with a decoder that accepts only tokens that can be sent and stored."""

    def decode(content: bytes) -> TokenResponse:
        response = request.decode(content)
        if not re.fullmatch("[!-~]+", response.access_token) or response.refresh_token == "":
            raise ValueError("access_token must be visible ASCII characters, and refresh_token must not be empty")
        return response

    return evolve(request, decode=decode)


def follow(
    response: TokenResponse, client_id: str, origin: str, refresh_token: str | None, moment: float
) -> StoredToken:
    """Return the tokens to store after a response. Without a new refresh token, the old one stays valid."""
    seconds = DEFAULT_TOKEN_SECONDS if response.expires_in is None else float(response.expires_in)
    return StoredToken(
        client_id=client_id,
        origin=origin,
        access_token=response.access_token,
        refresh_token=response.refresh_token or refresh_token,
        expires_at=moment + seconds,
    )


def build_access_token(stored: StoredToken, now: float, moment: float) -> Token:
    """Return the token that signs requests, from the time on the monotonic clock and the seconds since 1970."""
    remaining = stored.expires_at - moment
    refresh_at = now + max(MIN_TOKEN_SECONDS, remaining - REFRESH_MARGIN_SECONDS)
    return Token(stored.access_token, refresh_at, max(refresh_at, now + remaining))
