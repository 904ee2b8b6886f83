# Converted by `python -m generator` from tests/ext/auth/_async/test_oauth.py. Edit that file, not this one.
"""Signing in by OAuth: with a device code, in a browser, and with the tokens of a store."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from attrs import evolve
from filelock import FileLock

from anaplan_client import integration
from anaplan_ext import (
    AuthenticationError,
    AuthorizationRequest,
    Client,
    DeviceCode,
    FileTokenStore,
    MemoryTokenStore,
    OAuth,
    OAuthError,
    RateLimit,
    RedirectError,
    RetryPolicy,
    ServerError,
    SignInDeniedError,
    SignInRequiredError,
    SignInTimeoutError,
    StoredToken,
    TokenStoreError,
    TransportError,
)
from anaplan_ext.concurrency import _sync as concurrency
from anaplan_ext.emulator import Emulator, Fault, OAuthClient
from anaplan_ext.emulator.state.oauth import BROWSER_CLIENT_ID, BROWSER_REDIRECT_URI, DEVICE_CLIENT_ID
from anaplan_ext.transport import clock

TOKENS = "/oauth/token"
NO_DELAYS = RetryPolicy(count=2, base_delay=0, throttle_delay=0.001, throttle_total=0.012)


class Hands:
    """The clock of the client, which goes with that of the emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.now = 1000.0
        self.sleeps: list[float] = []
        self.then: Callable[[], object] = lambda: None

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds
        self.emulator.advance(seconds)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(seconds)
        self.then()


@pytest.fixture
def hands(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands(emulator)
    monkeypatch.setattr(clock, "now", hands)
    monkeypatch.setattr(concurrency, "sleep", hands.sleep)
    return hands


@pytest.fixture
def quick(emulator: Emulator) -> None:
    emulator.oauth.interval = 0


def client_of(emulator: Emulator, oauth: OAuth, **options: Any) -> Client:
    return Client(auth=oauth, base_url=emulator.url, retry_policy=NO_DELAYS, **options)


def device(emulator: Emulator, **options: Any) -> OAuth:
    """Settings with a user who approves each code."""

    def approve(code: DeviceCode) -> None:
        emulator.approve_device(code.user_code)

    return OAuth(DEVICE_CLIENT_ID, **{"on_device_code": approve, **options})


def browse(request: AuthorizationRequest) -> str:
    """A user who signs in, and returns the URL of the redirect."""
    return httpx.get(request.url).headers["location"]


def in_browser(get_redirect: Callable[[AuthorizationRequest], str] = browse, **options: Any) -> OAuth:
    given = {"client_secret": "client-secret", "redirect_uri": BROWSER_REDIRECT_URI, **options}
    return OAuth(BROWSER_CLIENT_ID, get_redirect=get_redirect, **given)


def use(client: Client) -> None:
    client.send(integration.get_current_user())


def newest(emulator: Emulator) -> str:
    return list(emulator.oauth.refresh_tokens)[-1]


def stored(oauth: OAuth) -> StoredToken:
    token = oauth.store.load()
    assert token is not None
    return token


# With a device code


def test_a_device_is_polled_at_the_interval_until_its_user_approves(emulator: Emulator, hands: Hands) -> None:
    shown: list[DeviceCode] = []

    def approve_later() -> None:
        if len(hands.sleeps) == 3:
            emulator.approve_device(shown[0].user_code)

    hands.then = approve_later
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, on_device_code=shown.append)) as client:
        use(client)
        use(client)
    assert hands.sleeps == [5, 5, 5]
    assert len(shown) == 1
    assert shown[0].verification_uri == f"{emulator.url}/activate"
    assert shown[0].expires_in == 900
    assert emulator.count("POST", TOKENS) == 3


@pytest.mark.parametrize("status", [400, 403, 429])
def test_a_device_that_is_told_to_slow_down_polls_less_often(status: int, emulator: Emulator, hands: Hands) -> None:
    # The code decides, whatever the status is.
    codes = ["slow_down", "authorization_pending", "slow_down"]

    def respond() -> None:
        if codes:
            emulator.inject(Fault(path=TOKENS, status=status, body=f'{{"error": "{codes.pop(0)}"}}'.encode()))

    hands.then = respond
    with client_of(emulator, device(emulator)) as client:
        use(client)
    assert hands.sleeps == [5, 10, 10, 15]


@pytest.mark.parametrize("fault", [Fault(path=TOKENS, kind="reset"), Fault(path=TOKENS, status=503)])
def test_a_failure_of_the_network_does_not_end_the_polls(fault: Fault, emulator: Emulator, hands: Hands) -> None:
    emulator.inject(fault)
    with client_of(emulator, device(emulator)) as client:
        use(client)
    assert hands.sleeps == [5, 10]
    assert emulator.count("POST", TOKENS) == 2


def test_a_user_who_denies_a_device_is_an_error_that_says_what_to_do(emulator: Emulator, hands: Hands) -> None:
    def deny(code: DeviceCode) -> None:
        emulator.oauth.deny(code.user_code)

    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, on_device_code=deny)) as client:
        with pytest.raises(SignInDeniedError, match="sign in again, and approve") as raised:
            use(client)
    assert (raised.value.code, emulator.count("POST", TOKENS)) == ("access_denied", 1)


@pytest.mark.slow
def test_a_device_code_that_nobody_enters_expires(emulator: Emulator, hands: Hands) -> None:
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, on_device_code=lambda _: None)) as client:
        with pytest.raises(SignInTimeoutError, match="in time"):
            use(client)
    # 900 s, and no poll when the code has expired.
    assert len(hands.sleeps) == 179
    assert sum(hands.sleeps) < 900


def test_a_client_of_the_other_grant_is_told(emulator: Emulator) -> None:
    with client_of(emulator, OAuth(BROWSER_CLIENT_ID, on_device_code=lambda _: None)) as client:
        with pytest.raises(OAuthError, match="each grant needs a registered client") as raised:
            use(client)
    assert raised.value.code == "unauthorized_client"


# In a browser


def test_a_browser_returns_a_code_that_only_this_program_can_redeem(emulator: Emulator) -> None:
    seen: list[AuthorizationRequest] = []

    def note(request: AuthorizationRequest) -> str:
        seen.append(request)
        return f"  {browse(request)}\n"

    with client_of(emulator, in_browser(note)) as client:
        use(client)
    (request,) = seen
    query = {name: value for name, (value,) in parse_qs(urlsplit(request.url).query).items()}
    assert (query["state"], query["redirect_uri"]) == (request.state, BROWSER_REDIRECT_URI)
    assert query["code_challenge_method"] == "S256"
    (code,) = emulator.oauth.codes.values()
    assert code.challenge == query["code_challenge"]
    assert code.is_used
    assert request.state not in repr(request)


def test_a_client_may_do_without_a_challenge(emulator: Emulator) -> None:
    with client_of(emulator, in_browser(pkce=False)) as client:
        use(client)
    (code,) = emulator.oauth.codes.values()
    assert code.challenge is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda url, state: url.replace(state, "x" * len(state)), "got that of another one"),
        (lambda url, state: url.replace(f"state={state}", ""), "must have a state"),
        (lambda url, state: BROWSER_REDIRECT_URI, "must have a code"),
        (lambda url, state: "", "must have a code"),
        (lambda url, state: f"{url}&code=another", "got several"),
    ],
)
def test_the_redirect_of_another_sign_in_is_rejected(
    change: Callable[[str, str], str], message: str, emulator: Emulator
) -> None:
    def tamper(request: AuthorizationRequest) -> str:
        return change(browse(request), request.state)

    with client_of(emulator, in_browser(tamper)) as client:
        with pytest.raises(RedirectError, match=message) as raised:
            use(client)
    assert "pass the whole URL" in str(raised.value)
    (code,) = emulator.oauth.codes
    assert code not in str(raised.value)
    assert emulator.count("POST", TOKENS) == 0


def test_a_user_who_denies_in_the_browser_is_an_error(emulator: Emulator) -> None:
    emulator.oauth.user_denies = True
    with client_of(emulator, in_browser()) as client:
        with pytest.raises(SignInDeniedError, match="The user has denied the request"):
            use(client)


def test_a_user_who_does_not_return_is_an_error(emulator: Emulator) -> None:
    def wait(_: AuthorizationRequest) -> str:
        raise TimeoutError("the user did not sign in within 300 s")

    with client_of(emulator, in_browser(wait)) as client:
        with pytest.raises(SignInTimeoutError, match="within 300 s"):
            use(client)


def test_a_wrong_secret_is_told(emulator: Emulator) -> None:
    with client_of(emulator, in_browser(client_secret="canary-55")) as client:
        with pytest.raises(OAuthError, match="check the client_secret") as raised:
            use(client)
    assert isinstance(raised.value, AuthenticationError)
    assert "canary-55" not in str(raised.value)


# With the tokens of a store


def test_without_tokens_and_without_a_user_nothing_is_sent(emulator: Emulator) -> None:
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID)) as client:
        with pytest.raises(SignInRequiredError, match="on_device_code or get_redirect"):
            use(client)
    assert emulator.count() == 0


def test_a_later_client_needs_no_user(emulator: Emulator, quick: None, tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    with client_of(emulator, device(emulator, store=store)) as client:
        use(client)
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store)) as client:
        use(client)
        assert emulator.count("POST", TOKENS) == 1
        emulator.expire_tokens()  # while they are still valid by their date
        use(client)
    assert emulator.count("POST", TOKENS) == 2
    assert stored(OAuth(DEVICE_CLIENT_ID, store=store)).refresh_token == newest(emulator)


def test_a_token_is_refreshed_before_it_expires_while_requests_go_on(emulator: Emulator, hands: Hands) -> None:
    oauth = device(emulator)
    with client_of(emulator, oauth) as client:
        use(client)
        first = stored(oauth)
        hands.advance(2100 - 299)
        use(client)
        tokens: Any = client._session._tokens
        tokens._refresh.wait()
        assert stored(oauth) != first
        use(client)
    used = [dict(one.request_headers)["authorization"] for one in emulator.exchanges if one.path == "/2/0/users/me"]
    assert used == [f"AnaplanAuthToken {token.access_token}" for token in (first, first, stored(oauth))]
    assert not [one for one in emulator.exchanges if one.status == 401]


def test_a_rejected_refresh_leaves_the_access_token_until_it_expires(emulator: Emulator, hands: Hands) -> None:
    oauth = device(emulator)
    with client_of(emulator, oauth) as client:
        use(client)
        first = stored(oauth)
        emulator.oauth.revoke()
        oauth.on_device_code = None
        for seconds in (2100 - 299, 200):
            hands.advance(seconds)
            use(client)
            tokens: Any = client._session._tokens
            tokens._refresh.wait()
        use(client)
        hands.advance(100)
        with pytest.raises(SignInRequiredError):
            use(client)
    assert stored(oauth) == first


@pytest.mark.slow
def test_a_lock_that_is_never_released_is_an_error(emulator: Emulator, hands: Hands, tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    other = FileLock(store.lock_path)
    with other:
        with client_of(emulator, device(emulator, store=store)) as client:
            with pytest.raises(TokenStoreError, match="held the lock of the token store for 60 s"):
                use(client)
    assert emulator.count() == 0
    assert sum(hands.sleeps) == pytest.approx(60, abs=0.1)
    # The next call needs nothing but the lock.
    with client_of(emulator, device(emulator, store=store)) as client:
        use(client)


def test_a_child_process_has_a_lock_of_its_own(emulator: Emulator, quick: None) -> None:
    oauth = device(emulator)
    with client_of(emulator, oauth) as client:
        use(client)
        emulator.expire_tokens()
        assert isinstance(oauth.store, MemoryTokenStore)
        oauth.store.lock.acquire()  # by a thread that only the parent process has
        client._session.after_fork()
        use(client)


def test_a_refresh_token_that_does_not_rotate_is_kept(emulator: Emulator, quick: None) -> None:
    emulator.oauth.clients.append(OAuthClient(id="fixed", rotates=False))

    def approve(code: DeviceCode) -> None:
        emulator.approve_device(code.user_code)

    oauth = OAuth("fixed", on_device_code=approve)
    with client_of(emulator, oauth) as client:
        for _ in range(3):
            use(client)
            emulator.expire_tokens()
        use(client)
    assert stored(oauth).refresh_token == newest(emulator)
    assert len(emulator.oauth.refresh_tokens) == 1


def test_what_another_client_has_refreshed_is_used(emulator: Emulator, quick: None) -> None:
    oauth = device(emulator)
    with client_of(emulator, oauth) as first, client_of(emulator, oauth) as second:
        use(first)
        use(second)
        emulator.expire_tokens()
        use(first)
        use(second)
    assert emulator.count("POST", TOKENS) == 2


class Changing:
    """A store of a user's own, which another program changes."""

    def __init__(self, *tokens: StoredToken) -> None:
        self.tokens = list(tokens)
        self.saved: list[StoredToken] = []
        self.failures: list[Exception] = []

    def load(self) -> StoredToken | None:
        if len(self.tokens) > 1:
            return self.tokens.pop(0)
        return self.tokens[0] if self.tokens else None

    def save(self, token: StoredToken) -> None:
        if self.failures:
            raise self.failures.pop()
        self.saved.append(token)
        self.tokens = [token]


@pytest.fixture
def signed_in(emulator: Emulator, quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoredToken:
    """The tokens of a sign-in. The lock of a store of one's own is in the folder of the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    oauth = device(emulator)
    with client_of(emulator, oauth) as client:
        use(client)
    return stored(oauth)


def test_tokens_that_another_program_has_refreshed_without_the_lock_are_used(
    emulator: Emulator, signed_in: StoredToken
) -> None:
    by_other = MemoryTokenStore(signed_in)
    emulator.expire_tokens()
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=by_other)) as client:
        use(client)
    other = by_other.load()
    assert other is not None
    # It reads the old tokens, is rejected, and reads again.
    store = Changing(evolve(signed_in, expires_at=0), other)
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store)) as client:
        use(client)
    assert store.saved == []
    # If those are stale too, they are refreshed.
    store = Changing(evolve(signed_in, expires_at=0), evolve(other, expires_at=0))
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store)) as client:
        use(client)
    assert [token.refresh_token for token in store.saved] == [newest(emulator)]


def test_tokens_that_are_no_longer_valid_are_left_in_the_store(emulator: Emulator, signed_in: StoredToken) -> None:
    emulator.oauth.revoke()
    emulator.expire_tokens()
    store = Changing(signed_in)
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store)) as client:
        for _ in range(2):
            with pytest.raises(SignInRequiredError, match="sign in again") as raised:
                use(client)
    assert raised.value.code == "invalid_grant"
    assert (store.tokens, store.saved) == ([signed_in], [])
    # Rejected credentials are not sent again for half a minute.
    assert emulator.count("POST", TOKENS) == 2


def test_a_user_replaces_tokens_that_are_no_longer_valid(emulator: Emulator, signed_in: StoredToken) -> None:
    emulator.oauth.revoke()
    emulator.expire_tokens()
    store = MemoryTokenStore(signed_in)
    with client_of(emulator, device(emulator, store=store)) as client:
        use(client)
    assert stored(OAuth(DEVICE_CLIENT_ID, store=store)).refresh_token == newest(emulator)


def test_the_first_of_two_sign_ins_is_kept(emulator: Emulator, signed_in: StoredToken) -> None:
    store = MemoryTokenStore()

    def approve_late(code: DeviceCode) -> None:
        emulator.approve_device(code.user_code)
        store.save(signed_in)  # another client was first

    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store, on_device_code=approve_late)) as client:
        use(client)
    assert store.load() == signed_in


def test_tokens_that_cannot_be_saved_are_saved_with_the_next_call(emulator: Emulator, signed_in: StoredToken) -> None:
    store = Changing(signed_in)
    store.failures = [TokenStoreError("the disk is full")]
    emulator.expire_tokens()
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store)) as client:
        with pytest.raises(TokenStoreError, match="the disk is full"):
            use(client)
        assert store.saved == []
        use(client)
    assert [token.refresh_token for token in store.saved] == [newest(emulator)]
    assert emulator.count("POST", TOKENS) == 2


def test_a_refresh_token_to_begin_with_is_used_once(emulator: Emulator, signed_in: StoredToken) -> None:
    oauth = OAuth(DEVICE_CLIENT_ID, refresh_token=signed_in.refresh_token)
    with client_of(emulator, oauth) as client:
        use(client)
        emulator.expire_tokens()
        use(client)
    assert stored(oauth).refresh_token == newest(emulator)


def test_a_refresh_token_to_begin_with_replaces_a_store_that_has_expired(
    emulator: Emulator, signed_in: StoredToken
) -> None:
    store = Changing(evolve(signed_in, refresh_token="dead", expires_at=0))
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store, refresh_token=signed_in.refresh_token)) as client:
        use(client)
    assert [token.refresh_token for token in store.saved] == [newest(emulator)]
    store = Changing(evolve(signed_in, refresh_token=None, expires_at=0))
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store, refresh_token=newest(emulator))) as client:
        use(client)
    assert [token.refresh_token for token in store.saved] == [newest(emulator)]
    store = Changing(evolve(signed_in, refresh_token="dead", expires_at=0))
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store, refresh_token="dead")) as client:
        with pytest.raises(SignInRequiredError):
            use(client)
    assert store.saved == []


@pytest.mark.parametrize("changes", [{"client_id": "another"}, {"origin": "https://us1a.app.anaplan.com"}])
def test_tokens_are_sent_only_to_the_server_that_created_them(
    changes: dict[str, str], emulator: Emulator, signed_in: StoredToken
) -> None:
    before = emulator.count()
    store = Changing(evolve(signed_in, **changes))
    with client_of(emulator, device(emulator, store=store)) as client:
        with pytest.raises(TokenStoreError, match="left unchanged"):
            use(client)
    assert (emulator.count(), store.saved) == (before, [])


def test_a_file_of_something_else_is_rejected_and_unchanged(emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("precious")
    file.chmod(0o600)
    with client_of(emulator, device(emulator, store=FileTokenStore(file))) as client:
        with pytest.raises(TokenStoreError, match=r"notes\.txt"):
            use(client)
    assert file.read_text() == "precious"
    assert emulator.count() == 0


# Failures


@pytest.mark.parametrize("fault", [Fault(path=TOKENS, status=503), Fault(path=TOKENS, kind="reset")])
def test_a_refresh_that_had_no_effect_is_retried(fault: Fault, emulator: Emulator, signed_in: StoredToken) -> None:
    emulator.expire_tokens()
    emulator.inject(fault)
    store = MemoryTokenStore(signed_in)
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store)) as client:
        use(client)
    assert stored(OAuth(DEVICE_CLIENT_ID, store=store)).refresh_token == newest(emulator)


@pytest.mark.parametrize(("kind", "error"), [("reset", TransportError), ("response", ServerError)])
def test_a_refresh_that_fails_leaves_the_tokens(
    kind: Any, error: type[Exception], emulator: Emulator, signed_in: StoredToken
) -> None:
    emulator.expire_tokens()
    emulator.inject(Fault(path=TOKENS, kind=kind, status=503, times=None))
    store = MemoryTokenStore(signed_in)
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store)) as client:
        with pytest.raises(error):
            use(client)
        assert store.load() == signed_in
        emulator.clear_faults()
        use(client)


def test_a_response_that_is_lost_loses_the_tokens_which_the_error_tells(
    emulator: Emulator, signed_in: StoredToken
) -> None:
    emulator.expire_tokens()
    emulator.inject(Fault(path=TOKENS, kind="reset", after_effect=True))
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=MemoryTokenStore(signed_in))) as client:
        with pytest.raises(SignInRequiredError, match="used only once"):
            use(client)


@pytest.mark.parametrize(
    "body", [b'{"access_token": "two words"}', b'{"access_token": "a", "refresh_token": ""}', b"{}", b"<html>"]
)
def test_tokens_that_cannot_be_sent_are_not_stored(body: bytes, emulator: Emulator, signed_in: StoredToken) -> None:
    emulator.expire_tokens()
    emulator.inject(Fault(path=TOKENS, status=200, body=body, times=None))
    store = Changing(signed_in)
    with client_of(emulator, OAuth(DEVICE_CLIENT_ID, store=store)) as client:
        with pytest.raises(Exception, match="unexpected response"):
            use(client)
    assert store.saved == []


def test_closing_waits_for_a_refresh_whose_tokens_would_be_lost(
    emulator: Emulator, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands(emulator)
    monkeypatch.setattr(clock, "now", hands)
    oauth = device(emulator)
    client = client_of(emulator, oauth)
    use(client)
    first = stored(oauth)
    hands.advance(2100 - 299)
    emulator.inject(Fault(path=TOKENS, kind="stall", after_effect=True))
    use(client)
    while not emulator.stalled:
        concurrency.sleep(0.001)
    threading.Timer(0.1, emulator.release).start()
    client.close()
    assert stored(oauth) != first
    assert stored(oauth).refresh_token == newest(emulator)


@pytest.mark.slow
def test_clients_of_one_process_refresh_once(emulator: Emulator, quick: None, tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    clients = [client_of(emulator, device(emulator, store=FileTokenStore(store.path))) for _ in range(12)]
    use(clients[0])
    for _ in range(3):
        emulator.expire_tokens()
        with concurrency.closing(concurrency.map_concurrently(use, clients, len(clients))) as ends:
            for _ in ends:
                pass
    # One sign-in, and three refreshes for twelve clients each.
    assert emulator.count("POST", TOKENS) == 4
    assert not [one for one in emulator.exchanges if one.path == TOKENS and one.status != 200]
    for client in clients:
        client.close()


@pytest.mark.slow
def test_every_client_of_a_process_rotates_in_turn(emulator: Emulator, quick: None, tmp_path: Path) -> None:
    emulator.token_seconds = 30  # so that each use of the store is a refresh
    path = tmp_path / "tokens.json"

    def rotate(index: int) -> None:
        with client_of(emulator, device(emulator, store=FileTokenStore(path))) as client:
            source: Any = client._session._tokens._source
            for _ in range(5):
                source.create(None)

    rotate(0)
    with concurrency.closing(concurrency.map_concurrently(rotate, range(8), 8)) as ends:
        for _ in ends:
            pass
    statuses = [one.status for one in emulator.exchanges if one.path == TOKENS]
    assert statuses == [200] * (9 * 5)


def test_a_limited_client_signs_in(emulator: Emulator, quick: None) -> None:
    with client_of(emulator, device(emulator), rate_limit=RateLimit(per_second=1000)) as client:
        use(client)
