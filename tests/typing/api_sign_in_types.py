"""What type checkers must see of OAuth and of token stores. Checked by mypy and pyright, never run."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import assert_type

import attrs

from anaplan_ext import (
    AnaplanError,
    AuthenticationError,
    AuthorizationRequest,
    ConfigurationError,
    DeviceCode,
    FileTokenStore,
    KeyringTokenStore,
    MemoryTokenStore,
    OAuth,
    OAuthError,
    RedirectError,
    SignInDeniedError,
    SignInRequiredError,
    SignInTimeoutError,
    StoredToken,
    TokenStore,
    TokenStoreError,
    listen_for_redirect,
    paste_redirect,
    print_device_code,
)


class OwnStore:
    """Any class with these two methods is a store."""

    def load(self) -> StoredToken | None:
        return None

    def save(self, token: StoredToken) -> None: ...


def show(code: DeviceCode) -> None: ...
def lead(request: AuthorizationRequest) -> str:
    return request.redirect_uri


def oauth(config: OAuth, store: TokenStore) -> None:
    assert_type(OAuth("client"), OAuth)
    assert_type(OAuth("client", scope="openid", store=OwnStore(), refresh_token="token", pkce=False), OAuth)
    assert_type(OAuth("client", store=store, on_device_code=print_device_code), OAuth)
    assert_type(OAuth("client", on_device_code=show), OAuth)
    assert_type(OAuth("client", client_secret="…", redirect_uri="https://a.b", get_redirect=paste_redirect), OAuth)
    assert_type(OAuth("client", redirect_uri="http://127.0.0.1:1", get_redirect=listen_for_redirect), OAuth)
    assert_type(OAuth("client", redirect_uri="http://127.0.0.1:1", get_redirect=lead), OAuth)
    assert_type(config.client_id, str)
    assert_type(config.client_secret, str | None)
    assert_type(config.redirect_uri, str | None)
    assert_type(config.scope, str)
    assert_type(config.store, TokenStore)
    assert_type(config.refresh_token, str | None)
    assert_type(config.on_device_code, Callable[[DeviceCode], object] | None)
    assert_type(config.get_redirect, Callable[[AuthorizationRequest], str] | None)
    assert_type(config.pkce, bool)


def signing_in(code: DeviceCode, request: AuthorizationRequest) -> None:
    assert_type(code.user_code, str)
    assert_type(code.verification_uri, str)
    assert_type(code.verification_uri_complete, str | None)
    assert_type(code.expires_in, float)
    assert_type(print_device_code(code), None)
    assert_type(request.url, str)
    assert_type(request.redirect_uri, str)
    assert_type(request.state, str)
    assert_type(listen_for_redirect(request), str)
    assert_type(listen_for_redirect(request, timeout=60, open_browser=False), str)
    assert_type(paste_redirect(request), str)


def tokens(token: StoredToken) -> None:
    assert_type(token.client_id, str)
    assert_type(token.origin, str)
    assert_type(token.access_token, str)
    assert_type(token.refresh_token, str | None)
    assert_type(token.expires_at, float)
    assert_type(token.to_json(), str)
    assert_type(StoredToken.from_json("{}"), StoredToken)
    assert_type(StoredToken.from_json(b"{}", source="the vault"), StoredToken)
    assert_type(attrs.evolve(token, expires_at=0.0), StoredToken)


def stores(
    store: TokenStore, memory: MemoryTokenStore, file: FileTokenStore, keyring: KeyringTokenStore, token: StoredToken
) -> None:
    assert_type(store.load(), StoredToken | None)
    assert_type(store.save(token), None)
    assert_type(MemoryTokenStore(), MemoryTokenStore)
    assert_type(MemoryTokenStore(token), MemoryTokenStore)
    assert_type(memory.lock, threading.Lock)
    assert_type(memory.load(), StoredToken | None)
    assert_type(memory.save(token), None)
    assert_type(memory.delete(), None)
    assert_type(FileTokenStore("~/tokens.json"), FileTokenStore)
    assert_type(FileTokenStore(Path("tokens.json")), FileTokenStore)
    assert_type(file.path, Path)
    assert_type(file.lock_path, Path)
    assert_type(file.load(), StoredToken | None)
    assert_type(file.save(token), None)
    assert_type(file.delete(), None)
    assert_type(KeyringTokenStore(), KeyringTokenStore)
    assert_type(KeyringTokenStore("prod", timeout=1), KeyringTokenStore)
    assert_type(keyring.name, str)
    assert_type(keyring.load(), StoredToken | None)
    assert_type(keyring.save(token), None)
    assert_type(keyring.delete(), None)
    every: tuple[TokenStore, ...] = (memory, file, keyring, OwnStore())
    assert_type(every[0].load(), StoredToken | None)


def errors(
    rejected: OAuthError,
    required: SignInRequiredError,
    denied: SignInDeniedError,
    late: SignInTimeoutError,
    redirect: RedirectError,
    unreadable: TokenStoreError,
    incomplete: ConfigurationError,
) -> None:
    every: tuple[OAuthError, ...] = (rejected, required, denied, late, redirect)
    as_api_error: AuthenticationError = rejected
    roots: tuple[AnaplanError, ...] = (*every, unreadable, incomplete)
    as_value_error: ValueError = incomplete
    assert_type((as_api_error.status, str(roots[0]), str(as_value_error)), tuple[int | None, str, str])
