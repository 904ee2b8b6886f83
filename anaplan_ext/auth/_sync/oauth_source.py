# Converted by `python -m generator` from anaplan_ext/auth/_async/oauth_source.py. Edit that file, not this one.
"""Tokens by OAuth: use those of the store, refresh them one client at a time, and sign a user in."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from attrs import evolve

from anaplan_client import oauth
from anaplan_client.core import ApiError, Request
from anaplan_client.core.http._sync.api_client import ApiClient
from anaplan_client.oauth import models

from ...concurrency import _sync as concurrency
from ...transport import clock
from ...transport._sync.sender import Sender
from ...transport.attempts import RequestPolicy
from ...transport.outcome import unwrap
from ..oauth import polling, rotation
from ..oauth.config import GetRedirect, OAuth, OnDeviceCode
from ..oauth.device import DeviceCode
from ..oauth.errors import (
    OAuthError,
    RedirectError,
    SignInDeniedError,
    SignInRequiredError,
    SignInTimeoutError,
    make_oauth_error,
    translate_error,
)
from ..oauth.pkce import create_proof
from ..oauth.redirect import AuthorizationRequest, read_redirect
from ..stores.errors import TokenStoreError
from ..stores.locking import LOCK_POLL_SECONDS, LOCK_TIMEOUT_SECONDS, StoreLock, make_lock
from ..stores.memory import MemoryTokenStore
from ..stores.token import StoredToken, check_owner
from ..token import Token

T = TypeVar("T")


class OAuthSource:
    """Keep the tokens of a store fresh.

    A refresh token that rotates can be used once. So a refresh holds the lock of the store: it reads the store again,
    refreshes only if nobody else did, and writes the new tokens before it releases the lock. From the request to the
    write it cannot be cancelled. Only a crash between the two loses the tokens.
    """

    # The access token of a rejected refresh token is still valid.
    ends_on_rejection = False

    def __init__(self, api: ApiClient, policy: RequestPolicy, settings: OAuth) -> None:
        self._api = api
        self._sender = Sender(api, policy)
        self._single_sender = Sender(api, evolve(policy, retry=evolve(policy.retry, count=0, throttle_total=0)))
        self._settings = settings
        # For errors that no response is the reason for. Its grant is none.
        self._template = oauth.create_token(body=models.DeviceCodeGrant(client_id=settings.client_id, device_code="-"))
        self._origin = _origin(api.url(self._template))
        self._rotation: concurrency.BackgroundTask | None = None
        self._unsaved: tuple[StoredToken | None, StoredToken] | None = None
        """What the store had, and the tokens that it could not be given."""

    def create(self, stale: str | None) -> Token:
        """Return a token from the store, refreshed if it must be, or from the sign-in of a user."""
        show_code, get_redirect = self._settings.on_device_code, self._settings.get_redirect
        rejection: SignInRequiredError | None = None
        stored: StoredToken | None = None
        try:
            stored = self._advance(stale, self._sender)
        except SignInRequiredError as error:
            if show_code is None and get_redirect is None:
                raise
            rejection = error
        if stored is None and show_code is not None:
            stored = self._keep(self._sign_in_by_device(show_code), rejection is not None)
        elif stored is None and get_redirect is not None:
            stored = self._keep(self._sign_in_by_browser(get_redirect), rejection is not None)
        elif stored is None:
            raise self._error(SignInRequiredError, "no user has signed in, or the sign-in has expired")
        return self._build(stored)

    def refresh(self, token: Token) -> Token:
        """Return the token that follows, from the store or from Anaplan."""
        stored = self._advance(token.value, self._single_sender)
        if stored is None:
            raise self._error(SignInRequiredError, "the tokens cannot be refreshed, as there is no refresh token")
        return self._build(stored)

    def close(self) -> None:
        """Wait for a refresh in flight, whose tokens would be lost."""
        if self._rotation is not None:
            self._rotation.wait()

    def after_fork(self) -> None:
        """Leave the refresh in flight to the parent process."""
        self._rotation = None
        if isinstance(self._settings.store, MemoryTokenStore):
            self._settings.store.lock = threading.Lock()

    def _advance(self, stale: str | None, sender: Sender) -> StoredToken | None:
        """Return fresh tokens of the store; None if a user must sign in."""
        lock = self._acquire()
        results: list[StoredToken | None] = []

        def rotate() -> None:
            try:
                results.append(self._rotate(stale, sender))
            finally:
                lock.release()

        try:
            # Nobody cancels it, and the interpreter waits for it.
            task = self._rotation = concurrency.BackgroundTask(rotate, is_daemon=False)
        except BaseException:
            lock.release()
            raise
        task.wait()
        if task.error is not None:
            raise task.error
        if not results:
            raise RuntimeError("the event loop ended while a token was refreshed")
        return results[0]

    def _rotate(self, stale: str | None, sender: Sender) -> StoredToken | None:
        """Read the store, and refresh its tokens unless somebody did. The lock is held."""
        stored = self._load()
        first = self._settings.refresh_token
        step = rotation.next_step(stored, stale, clock.utc_now().timestamp())
        if stored is None or step == "sign_in":
            return None if first is None else self._refresh(stored, first, sender)
        if step == "use" or stored.refresh_token is None:
            return stored
        try:
            return self._refresh(stored, stored.refresh_token, sender)
        except SignInRequiredError as error:
            rejection = error
        # A program that does not use the lock may have refreshed them meanwhile.
        newer = self._load()
        if newer is None or newer.refresh_token in (None, stored.refresh_token):
            if first in (None, stored.refresh_token):
                raise rejection
            # One to begin with that is newer than the store.
            return self._refresh(newer, first or "", sender)
        if rotation.next_step(newer, stale, clock.utc_now().timestamp()) == "use":
            return newer
        return self._refresh(newer, newer.refresh_token or "", sender)

    def _refresh(self, stored: StoredToken | None, refresh_token: str, sender: Sender) -> StoredToken:
        response = self._request_tokens(_refresh_grant(self._settings, refresh_token), sender)
        fresh = self._follow(response, refresh_token)
        del response
        try:
            self._save(fresh)
        except BaseException:
            # They are the only ones that are still valid, and are saved with the next call.
            self._unsaved = (stored, fresh)
            raise
        return fresh

    def _keep(self, fresh: StoredToken, replaces: bool) -> StoredToken:
        """Store the tokens of a new sign-in. If another client was first, its tokens are used and these are left."""
        lock = self._acquire()
        try:
            stored = self._load()
            moment = clock.utc_now().timestamp()
            if not replaces and rotation.next_step(stored, None, moment) == "use" and stored is not None:
                return stored
            self._save(fresh)
            return fresh
        finally:
            lock.release()

    def _sign_in_by_device(self, show: OnDeviceCode) -> StoredToken:
        """Show a code, and poll until the user has approved it."""
        settings = self._settings
        body = models.DeviceCodeRequest(client_id=settings.client_id, scope=settings.scope)
        code = self._send(oauth.create_device_code(body=body), self._sender, ())
        shown = DeviceCode(
            user_code=code.user_code,
            verification_uri=code.verification_uri,
            verification_uri_complete=code.verification_uri_complete,
            expires_in=float(code.expires_in),
        )
        plan = polling.start_polling(code.interval, shown.expires_in, clock.now())
        concurrency.run_in_thread(show, shown)
        grant = models.DeviceCodeGrant(client_id=settings.client_id, device_code=code.device_code)
        while (delay := plan.delay(clock.now())) is not None:
            concurrency.sleep(delay)
            try:
                return self._follow(self._request_tokens(grant, self._single_sender), None)
            except ApiError as error:
                result = polling.classify_poll(error.code, error.status)
                if result is None:
                    raise
                plan = plan.after(result)
        raise self._error(SignInTimeoutError, "the user did not enter the code in time", "expired_token")

    def _sign_in_by_browser(self, get_redirect: GetRedirect) -> StoredToken:
        """Lead the user to the page that signs in, and exchange the code of the redirect for tokens."""
        settings, proof = self._settings, create_proof()
        redirect_uri = settings.redirect_uri or ""
        request = oauth.start_authorization(
            client_id=settings.client_id,
            redirect_uri=redirect_uri,
            scope=settings.scope,
            state=proof.state,
            code_challenge=proof.challenge if settings.pkce else None,
            code_challenge_method="S256" if settings.pkce else None,
        )
        address = f"{self._api.url(request)}?{urlencode(request.params)}"
        authorization = AuthorizationRequest(url=address, redirect_uri=redirect_uri, state=proof.state)
        try:
            redirect = read_redirect(concurrency.run_detached(get_redirect, authorization), proof.state)
        except TimeoutError as error:
            raise self._error(SignInTimeoutError, str(error)) from None
        if isinstance(redirect, str):
            raise self._error(RedirectError, redirect)
        if redirect.code is None:
            kind = SignInDeniedError if redirect.error == "access_denied" else OAuthError
            raise self._error(kind, redirect.description or f"{redirect.error}", redirect.error)
        grant = models.AuthorizationCodeGrant(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            code=redirect.code,
            redirect_uri=redirect_uri,
            code_verifier=proof.verifier if settings.pkce else None,
        )
        return self._follow(self._request_tokens(grant, self._sender), None)

    def _request_tokens(self, grant: models.TokenRequest, sender: Sender) -> models.TokenResponse:
        request = rotation.check_tokens(oauth.create_token(body=grant))
        # A retry does no harm: if the first attempt was received, its tokens are lost with or without it.
        request = evolve(request, effect="idempotent")
        return self._send(request, sender, _secrets(grant))

    def _send(self, request: Request[T], sender: Sender, secrets: Iterable[str | None]) -> T:
        try:
            return unwrap(sender.send(request))
        except ApiError as error:
            failure = error
        # Outside of the handler: the text of the original error may repeat a secret.
        raise translate_error(failure, secrets)

    def _acquire(self) -> StoreLock:
        """Wait for the lock of the store."""
        lock = make_lock(self._settings.store, self._settings.client_id)
        end = clock.now() + LOCK_TIMEOUT_SECONDS
        # In this thread, so that nothing can be cancelled between the lock and its release.
        while not lock.try_acquire():
            if clock.now() >= end:
                raise TokenStoreError(
                    f"another client has held the lock of the token store for {LOCK_TIMEOUT_SECONDS:g} s; end it"
                )
            concurrency.sleep(LOCK_POLL_SECONDS)
        return lock

    def _load(self) -> StoredToken | None:
        """Return the tokens of the store, after it was given those that it could not be given before."""
        stored = concurrency.run_in_thread(self._settings.store.load)
        check_owner(stored, self._settings.client_id, self._origin, type(self._settings.store).__name__)
        if self._unsaved is not None:
            before, fresh = self._unsaved
            if stored == before:
                self._save(fresh)
                stored = fresh
            self._unsaved = None
        return stored

    def _save(self, token: StoredToken) -> None:
        concurrency.run_in_thread(self._settings.store.save, token)

    def _follow(self, response: models.TokenResponse, refresh_token: str | None) -> StoredToken:
        moment = clock.utc_now().timestamp()
        return rotation.follow(response, self._settings.client_id, self._origin, refresh_token, moment)

    def _build(self, stored: StoredToken) -> Token:
        return rotation.build_access_token(stored, clock.now(), clock.utc_now().timestamp())

    def _error(self, kind: type[OAuthError], message: str, code: str | None = None) -> OAuthError:
        return make_oauth_error(kind, self._template, self._api.url(self._template), message, code)


def _refresh_grant(settings: OAuth, refresh_token: str) -> models.RefreshTokenGrant:
    return models.RefreshTokenGrant(
        client_id=settings.client_id, client_secret=settings.client_secret, refresh_token=refresh_token
    )


def _secrets(grant: models.TokenRequest) -> list[str | None]:
    """Return the secrets of a request, which the text of an error may repeat."""
    fields = grant.to_dict()
    names = ("client_secret", "code", "code_verifier", "device_code", "refresh_token")
    return [str(fields[name]) for name in names if name in fields]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
