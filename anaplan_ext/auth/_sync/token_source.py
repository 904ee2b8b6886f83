# Converted by `python -m generator` from anaplan_ext/auth/_async/token_source.py. Edit that file, not this one.
"""Where the token of a session comes from: the source of a password or certificate."""

from __future__ import annotations

from typing import Protocol, TypeVar

from attrs import evolve, frozen

from anaplan_client import authentication
from anaplan_client.core import Request
from anaplan_client.core.http._sync.api_client import ApiClient

from ...concurrency import _sync as concurrency
from ...transport import clock
from ...transport._sync.sender import Sender
from ...transport.attempts import RequestPolicy
from ...transport.outcome import unwrap
from ..credentials import Credentials
from ..oauth.config import OAuth
from ..token import Token, build_token, check_token

T = TypeVar("T")


class TokenSource(Protocol):
    """Create and refresh tokens. Each call is made once at a time."""

    ends_on_rejection: bool
    """Whether a token whose refresh is rejected has expired."""

    def create(self, stale: str | None) -> Token:
        """Return a token other than the stale one, which is expired or rejected."""
        ...

    def refresh(self, token: Token) -> Token:
        """Return the token that follows a valid one. Nobody waits for it, so it is not retried."""
        ...

    def close(self) -> None:
        """Wait for what must not be cancelled."""
        ...

    def after_fork(self) -> None:
        """Leave what is in flight to the parent process."""
        ...


class CredentialSource:
    """Create tokens with a password or certificate, and extend them."""

    ends_on_rejection = True

    def __init__(self, api: ApiClient, policy: RequestPolicy, credentials: Credentials) -> None:
        self._sender = Sender(api, policy)
        # No caller waits for a refresh, so it is not retried but repeated after a cooldown.
        self._background_sender = Sender(api, evolve(policy, retry=evolve(policy.retry, count=0)))
        self._credentials = credentials

    def create(self, stale: str | None) -> Token:
        """Sign in."""
        # The signer replaces it for each attempt.
        request = check_token(authentication.create_token(authorization="-"))
        response = unwrap(self._sender.send(request, _CertificateSigner(self._credentials)))
        return build_token(response.token_info, clock.now(), clock.utc_now())

    def refresh(self, token: Token) -> Token:
        """Extend a token."""
        request = evolve(check_token(authentication.refresh_token()), authorization=token.signature)
        response = unwrap(self._background_sender.send(request))
        return build_token(response.token_info, clock.now(), clock.utc_now())

    def close(self) -> None:
        """Do nothing: every request can be cancelled."""

    def after_fork(self) -> None:
        """Do nothing: there is no state."""


@frozen
class _CertificateSigner:
    """Sign each attempt of a sign-in: Anaplan accepts the proof of a certificate only once."""

    credentials: Credentials
    can_refresh: bool = False

    def sign(self, request: Request[T], rejected: str | None) -> Request[T]:
        # Reading and decrypting the key would block the event loop.
        proof = concurrency.run_in_thread(self.credentials)
        return evolve(
            request, authorization=proof.authorization, content=proof.content, content_type=proof.content_type
        )


def make_token_source(api: ApiClient, policy: RequestPolicy, sign_in: Credentials | OAuth | None) -> TokenSource | None:
    """Return the source of a client's tokens; None if its only token comes from the caller."""
    if sign_in is None:
        return None
    if not isinstance(sign_in, OAuth):
        return CredentialSource(api, policy, sign_in)
    # Many programs do not need it.
    from .oauth_source import OAuthSource

    return OAuthSource(api, policy, sign_in)
