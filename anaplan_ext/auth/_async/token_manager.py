"""The token that requests carry: got once, extended beside them before it ends, replaced when it is refused."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import TypeVar

from attrs import evolve, frozen

from anaplan_client import authentication
from anaplan_client.core import Request
from anaplan_client.core.http._async.api_client import AsyncApiClient

from ...concurrency import _async as concurrency
from ...transport import clock
from ...transport._async.sender import AsyncSender
from ...transport.attempts import RequestPolicy
from ..credentials import Credentials
from ..token import Failure, Token, again, refusal, sendable, token_from

T = TypeVar("T")

logger = logging.getLogger("anaplan")


class AsyncTokens:
    """Signs the requests of any number of callers with one token.

    While the token is good, callers go on with it, and it is extended beside them before its end. Without one, all of
    them wait for a single sign-in, and share its failure. Credentials that were refused are not sent again for a time.
    """

    def __init__(
        self, api: AsyncApiClient, rules: RequestPolicy, credentials: Credentials | None, token: str | None
    ) -> None:
        # Connections of its own: a token is got also when all others are busy.
        self._api = api
        self._sender = AsyncSender(api, rules)
        # What callers do not wait for is tried once, and again some time later.
        self._sender_beside = AsyncSender(api, evolve(rules, policy=evolve(rules.policy, count=0)))
        self._credentials = credentials
        self._token = None if token is None else Token(token)
        self._extension: concurrency.BackgroundTask | None = None
        self._sign_in: concurrency.BackgroundTask | None = None
        self._failure: Failure | None = None
        self._closed = False
        # Guards the start of a job, never a request.
        self._lock = threading.Lock()

    @property
    def renews(self) -> bool:
        """Whether there can be another token; not where the caller gave one."""
        return self._credentials is not None

    async def sign(self, request: Request[T], refused: str | None) -> Request[T]:
        """Returns the request with a token that was not refused."""
        token = await self._usable(refused)
        return evolve(request, authorization=token.signature)

    async def aclose(self) -> None:
        """Ends what is under way. The token is left to expire."""
        with self._lock:  # not while another thread is about to begin a job
            self._closed = True
            jobs = (self._extension, self._sign_in)
        for job in jobs:
            if job is not None:
                await job.stop()
        await self._api.aclose()

    def after_fork(self) -> None:
        """Leave jobs and locks to the parent process; the token is good in both."""
        self._lock = threading.Lock()
        self._extension = self._sign_in = None

    async def _usable(self, refused: str | None) -> Token:
        while True:
            token = self._token
            now = clock.now()
            if token is not None and token.usable(refused, now):
                if now >= token.refresh_at:
                    self._refresh_in_background(token, now)
                return token
            job = self._signing_in(token, now)
            if job is not None:
                await job.wait()
                if job.error is not None:
                    raise again(job.error)
                # Whatever it is now, it was got after the refusal.
                refused = None

    def _refresh_in_background(self, token: Token, now: float) -> None:
        """Starts an extension, unless one is under way or there was a failure a short time ago."""
        with self._lock:
            waits = self._failure is not None and self._failure.rests(now)
            if self._token is token and not waits and (self._extension is None or self._extension.done()):
                self._extension = concurrency.BackgroundTask(lambda: self._extend(token))

    def _signing_in(self, token: Token | None, now: float) -> concurrency.BackgroundTask | None:
        """The sign-in that is under way, started if need be; None if it ended meanwhile.

        Raises what the credentials were refused with a short time ago.
        """
        with self._lock:
            if self._sign_in is None or self._sign_in.done():
                if self._token is not token:
                    return None
                if self._failure is not None and (error := self._failure.remembered(now)):
                    raise error
                self._sign_in = concurrency.BackgroundTask(self._create)
            return self._sign_in

    async def _extend(self, token: Token) -> None:
        request = evolve(sendable(authentication.refresh_token()), authorization=token.signature)
        extended = None
        try:
            answer = await self._sender_beside.send(request)
            extended = token_from(answer.token_info, clock.now(), datetime.now(UTC))
        except Exception as error:
            if not self._closed:
                logger.warning("the token could not be extended: %s", error)
            if not refusal(error):
                self._failure = Failure(error, clock.now())
                return
        with self._lock:
            # One that cannot be extended has ended.
            if self._token is token:
                self._token = extended

    async def _create(self) -> None:
        assert self._credentials is not None  # a token of the caller's is never replaced
        # Stands for the request that is made for each try.
        request = sendable(authentication.create_token(authorization="-"))
        try:
            answer = await self._sender.send(request, _CertificateSigner(self._credentials))
        except Exception as error:
            self._failure = Failure(error, clock.now())
            raise
        self._failure = None
        self._token = token_from(answer.token_info, clock.now(), datetime.now(UTC))


@frozen
class _CertificateSigner:
    """Signs each try of a sign-in anew, since a certificate's proof is good for one only."""

    credentials: Credentials
    renews: bool = False

    async def sign(self, request: Request[T], refused: str | None) -> Request[T]:
        # Reading and decrypting the key takes long enough to block a loop.
        proof = await concurrency.run_in_thread(self.credentials)
        return evolve(
            request, authorization=proof.authorization, content=proof.content, content_type=proof.content_type
        )
