"""Where the token of a session comes from: the source of a password or certificate."""

from __future__ import annotations

from typing import Protocol, TypeVar

from attrs import evolve, frozen

from anaplan_client import authentication
from anaplan_client.core import Request
from anaplan_client.core.http._async.api_client import AsyncApiClient

from ...concurrency import _async as concurrency
from ...transport import clock
from ...transport._async.sender import AsyncSender
from ...transport.attempts import RequestPolicy
from ...transport.outcome import unwrap
from ..credentials import Credentials
from ..oauth.config import OAuth
from ..token import Token, build_token, check_token

T = TypeVar("T")


class AsyncTokenSource(Protocol):
    """Create and refresh tokens. Each call is made once at a time."""

    ends_on_rejection: bool
    """Whether a token whose refresh is rejected has expired."""

    async def create(self, stale: str | None) -> Token:
        """Return a token other than the stale one, which is expired or rejected."""
        ...

    async def refresh(self, token: Token) -> Token:
        """Return the token that follows a valid one. Nobody waits for it, so it is not retried."""
        ...

    async def aclose(self) -> None:
        """Wait for what must not be cancelled."""
        ...

    def after_fork(self) -> None:
        """Leave what is in flight to the parent process."""
        ...


class AsyncCredentialSource:
    """Create tokens with a password or certificate, and extend them."""

    ends_on_rejection = True

    def __init__(self, api: AsyncApiClient, policy: RequestPolicy, credentials: Credentials) -> None:
        self._sender = AsyncSender(api, policy)
        # No caller waits for a refresh, so it is not retried but repeated after a cooldown.
        self._background_sender = AsyncSender(api, evolve(policy, retry=evolve(policy.retry, count=0)))
        self._credentials = credentials

    async def create(self, stale: str | None) -> Token:
        """Sign in."""
        # The signer replaces it for each attempt.
        request = check_token(authentication.create_token(authorization="-"))
        response = unwrap(await self._sender.send(request, _CertificateSigner(self._credentials)))
        return build_token(response.token_info, clock.now(), clock.utc_now())

    async def refresh(self, token: Token) -> Token:
        """Extend a token."""
        request = evolve(check_token(authentication.refresh_token()), authorization=token.signature)
        response = unwrap(await self._background_sender.send(request))
        return build_token(response.token_info, clock.now(), clock.utc_now())

    async def aclose(self) -> None:
        """Do nothing: every request can be cancelled."""

    def after_fork(self) -> None:
        """Do nothing: there is no state."""


@frozen
class _CertificateSigner:
    """Sign each attempt of a sign-in: Anaplan accepts the proof of a certificate only once."""

    credentials: Credentials
    can_refresh: bool = False

    async def sign(self, request: Request[T], rejected: str | None) -> Request[T]:
        # Reading and decrypting the key would block the event loop.
        proof = await concurrency.run_in_thread(self.credentials)
        return evolve(
            request, authorization=proof.authorization, content=proof.content, content_type=proof.content_type
        )


def make_token_source(
    api: AsyncApiClient, policy: RequestPolicy, sign_in: Credentials | OAuth | None
) -> AsyncTokenSource | None:
    """Return the source of a client's tokens; None if its only token comes from the caller."""
    if sign_in is None:
        return None
    if not isinstance(sign_in, OAuth):
        return AsyncCredentialSource(api, policy, sign_in)
    # Many programs do not need it.
    from .oauth_source import AsyncOAuthSource

    return AsyncOAuthSource(api, policy, sign_in)
