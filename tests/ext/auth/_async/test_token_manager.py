"""Tokens: acquired once for all callers, refreshed in the background, replaced after a 401."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from anaplan_client import authentication, integration
from anaplan_ext import AsyncClient, AuthenticationError, RetryPolicy, ServerError, TransferProgress
from anaplan_ext.concurrency import _async as concurrency
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transport import clock

from ..test_credentials import (
    Identity,
    identity,  # noqa: F401 - `identity` is a fixture
    pem,
)

MANY, FEW = 150, 60
# As many connections as the HTTP library opens to one client.
CONNECTIONS = 100
FILE, IMPORT = 113000000000, 112000000000
ME = "/users/me"


class Clock:
    """The clock that tokens go by."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    hands = Clock()
    monkeypatch.setattr(clock, "now", hands)
    return hands


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await concurrency.sleep(0.001)


async def ask(client: AsyncClient) -> integration.models.UserResponse:
    return await client.send(integration.get_current_user())


async def ask_all(client: AsyncClient, callers: int = FEW, watch: Callable[[], bool] = lambda: True) -> list[str]:
    """Send a request from each of many tasks or threads, while another one watches; return the result of each."""

    async def one(index: int) -> str:
        if index == callers:
            await until(watch)
            return "watched"
        try:
            await ask(client)
        except Exception as error:
            return type(error).__name__
        return "answered"

    async with concurrency.closing(concurrency.map_concurrently(one, range(callers + 1), callers + 1)) as ends:
        found = [end async for end in ends]
    found.remove("watched")
    return found


@pytest.mark.slow
async def test_a_token_that_is_extended_holds_nobody_up(emulator: Emulator, client: AsyncClient, hands: Clock) -> None:
    await client.list_files()
    hands.now += 2100 - 250
    emulator.inject(Fault(path="/token/refresh", kind="stall"))
    emulator.inject(Fault(path=ME, kind="stall", times=None))

    def all_at_once() -> bool:
        # While the refresh has no response, the others fill every connection; it has its own.
        if len(emulator.stalled) < CONNECTIONS + 1:
            return False
        emulator.clear_faults()
        emulator.release()
        return True

    assert await ask_all(client, MANY, all_at_once) == ["answered"] * MANY
    assert emulator.peak_in_flight == CONNECTIONS + 1
    # None met a token that had ended. On a slow machine, one may be repeated since its connection was idle for long.
    assert not [one for one in emulator.exchanges if one.status == 401]
    await until(lambda: emulator.count("POST", "/token/refresh") == 1)
    await client.list_files()
    assert emulator.count("POST", "/token/refresh") == 1
    assert emulator.count("POST", "/token/authenticate") == 1


@pytest.mark.slow
async def test_a_token_that_ends_in_the_midst_of_many_requests_is_replaced_once(
    emulator: Emulator, client: AsyncClient
) -> None:
    await client.list_files()
    emulator.expire_tokens()
    assert await ask_all(client, MANY) == ["answered"] * MANY
    assert emulator.count("POST", "/token/authenticate") == 2
    assert MANY < emulator.count("GET", ME) <= 2 * MANY


async def test_the_first_token_is_got_once_for_all(emulator: Emulator, client: AsyncClient) -> None:
    assert await ask_all(client) == ["answered"] * FEW
    assert emulator.count("POST", "/token/") == 1
    assert emulator.count() == FEW + 1


async def test_credentials_that_are_refused_are_sent_once_and_not_again_for_a_time(
    emulator: Emulator, hands: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncClient(user_email=emulator.user_email, password="wrong", base_url=emulator.url) as client:
        assert await ask_all(client, MANY) == ["AuthenticationError"] * MANY
        assert emulator.count() == 1
        hands.now += 29
        with pytest.raises(AuthenticationError, match="create_token") as raised:
            await ask(client)
        assert "rejected 29 s ago" in str(raised.value)
        assert emulator.count() == 1
        hands.now += 2
        with pytest.raises(AuthenticationError) as raised:
            await ask(client)
        assert "ago" not in str(raised.value)
        assert emulator.count() == 2


async def test_a_failed_sign_in_fails_for_all_who_wait_and_the_next_caller_starts_another(
    emulator: Emulator, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: Any = client._session._tokens
    start, sign = tokens._start_sign_in, tokens._source._credentials
    callers, all_wait = list[object](), threading.Event()

    def join(token: object, now: float) -> object:
        task = start(token, now)
        callers.append(task)
        if len(callers) == FEW:
            all_wait.set()
        return task

    def sign_when_all_wait() -> object:
        assert all_wait.wait(60)
        return sign()

    monkeypatch.setattr(tokens, "_start_sign_in", join)
    monkeypatch.setattr(tokens._source, "_credentials", sign_when_all_wait)
    emulator.inject(Fault(path="/token/authenticate", status=503, times=None))
    assert await ask_all(client) == ["ServerError"] * FEW
    assert emulator.count() == 3, "the attempts of one sign-in"
    emulator.clear_faults()
    await ask(client)
    assert emulator.count("POST", "/token/authenticate") == 4


async def test_a_token_is_extended_before_it_ends(emulator: Emulator, client: AsyncClient, hands: Clock) -> None:
    await client.list_files()
    hands.now += 2100 - 301
    await client.list_files()
    assert emulator.count("POST", "/token/refresh") == 0
    hands.now += 2
    await client.list_files()
    await until(lambda: emulator.count("POST", "/token/refresh") == 1)
    # What was extended lasts as long as what was got.
    await until(lambda: client._session._tokens._refresh.done())  # type: ignore[union-attr]
    hands.now += 1790
    await client.list_files()
    assert emulator.count("POST", "/token/refresh") == 1
    assert emulator.count("POST", "/token/authenticate") == 1


async def test_a_token_that_ended_unused_is_replaced_and_not_extended(
    emulator: Emulator, client: AsyncClient, hands: Clock
) -> None:
    await client.list_files()
    emulator.advance(2101)
    hands.now += 2101
    assert await ask_all(client) == ["answered"] * FEW
    assert emulator.count("POST", "/token/refresh") == 0
    assert emulator.count("POST", "/token/authenticate") == 2
    assert emulator.count("GET", ME) == FEW


async def test_an_extension_that_fails_is_tried_again_later_while_the_token_is_used(
    emulator: Emulator, client: AsyncClient, hands: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await client.list_files()
    emulator.inject(Fault(path="/token/refresh", status=503, times=None))
    hands.now += 2100 - 250
    for moment, extensions in ((0, 1), (29, 1), (31, 2), (31, 2)):
        hands.now = 1000 + 2100 - 250 + moment
        await ask(client)
        await until(lambda: client._session._tokens._refresh.done())  # type: ignore[union-attr]
        assert emulator.count("POST", "/token/refresh") == extensions
    assert [record.levelno for record in caplog.records if "could not be refreshed" in record.message] == [
        logging.WARNING,
        logging.WARNING,
    ]
    assert emulator.count("POST", "/token/authenticate") == 1


async def test_a_token_that_cannot_be_extended_is_replaced(
    emulator: Emulator, client: AsyncClient, hands: Clock
) -> None:
    await client.list_files()
    emulator.expire_tokens()
    hands.now += 2100 - 250
    await ask(client)
    await ask(client)
    assert emulator.count("POST", "/token/authenticate") == 2


async def test_a_token_that_is_refused_again_and_again_is_replaced_once(
    emulator: Emulator, client: AsyncClient
) -> None:
    await client.list_files()
    emulator.inject(Fault(path=ME, status=401, times=None))
    with pytest.raises(AuthenticationError, match="after 2 attempts"):
        await ask(client)
    assert emulator.count("GET", ME) == 2
    assert emulator.count("POST", "/token/authenticate") == 2


async def test_a_role_that_is_missing_is_no_reason_to_sign_in_again(emulator: Emulator, client: AsyncClient) -> None:
    await client.list_files()
    body = b'{"status": "FAILURE_UNAUTHORIZED_USER_ACTION", "statusMessage": "Tenant Auditor is needed"}'
    emulator.inject(Fault(path=ME, status=401, body=body))
    with pytest.raises(Exception, match="Tenant Auditor is needed") as raised:
        await ask(client)
    assert type(raised.value).__name__ == "PermissionDeniedError"
    assert emulator.count("POST", "/token/authenticate") == 1


async def test_the_replay_after_a_refused_token_is_none_of_the_tries(emulator: Emulator, client: AsyncClient) -> None:
    await client.list_files()
    emulator.inject(Fault(path=ME, status=503, nth=1))
    emulator.inject(Fault(path=ME, status=401, nth=2))
    emulator.inject(Fault(path=ME, status=503, nth=3))
    await ask(client)
    assert emulator.count("GET", ME) == 4


async def test_a_body_that_can_be_read_only_once_is_not_replayed(emulator: Emulator, client: AsyncClient) -> None:
    await client.list_files()
    emulator.expire_tokens()
    request = integration.upload_file(client.model_id or "", str(FILE), body=iter([b"content"]))
    with pytest.raises(AuthenticationError, match="its body can be read only once"):
        await client.send(request)
    assert emulator.count("PUT") == 1
    assert emulator.count("POST", "/token/authenticate") == 1
    # The next caller signs in.
    await client.upload_file(FILE, b"content")


async def test_a_stream_that_is_refused_is_opened_with_another_token(emulator: Emulator, client: AsyncClient) -> None:
    await client.upload_file(FILE, b"some content")
    emulator.expire_tokens()
    request = integration.download_file(client.model_id or "", str(FILE))
    async with client.stream(request) as pieces:
        assert b"".join([piece async for piece in pieces]) == b"some content"
    assert emulator.count("POST", "/token/authenticate") == 2


async def test_a_stream_that_cannot_be_opened_is_tried_again(emulator: Emulator, client: AsyncClient) -> None:
    await client.upload_file(FILE, b"some content")
    request = integration.download_file(client.model_id or "", str(FILE))
    emulator.inject(Fault(path=f"/files/{FILE}$", status=503, times=2))
    async with client.stream(request) as pieces:
        assert b"".join([piece async for piece in pieces]) == b"some content"
    emulator.inject(Fault(path=f"/files/{FILE}$", status=503, times=None))
    with pytest.raises(ServerError, match="after 3 attempts"):
        async with client.stream(request):
            pass


@pytest.mark.slow
async def test_a_token_that_ends_during_a_transfer_is_not_noticed() -> None:
    content = b"".join(b"%06d\n" % number for number in range(1_000_000))
    with Emulator(download_chunk_size=1_000_000) as emulator:
        left = ["upload", "download"]

        def expire(progress: TransferProgress) -> None:
            kind = "upload" if emulator.count("GET", "/chunks/") == 0 else "download"
            if kind in left and progress.done_bytes >= 2_000_000:
                left.remove(kind)
                emulator.expire_tokens()

        async with AsyncClient(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            upload_chunk_size=1_000_000,
        ) as client:
            await client.upload_file(FILE, content, progress=expire)
            assert await client.get_file(FILE, progress=expire) == content
        assert not left
        assert emulator.count("POST", "/token/authenticate") == 3


async def test_a_token_that_ends_while_a_task_is_waited_for_is_not_noticed() -> None:
    with Emulator(task_polls=6) as emulator:
        async with AsyncClient(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            status_poll_delay=0,
        ) as client:
            await client.upload_file(FILE, b"id,amount\n1,10\n")
            await client.run_action(IMPORT, progress=lambda task: emulator.expire_tokens())
        assert emulator.count("POST", "/token/authenticate") > 5


async def test_a_certificates_proof_is_made_anew_for_each_try(
    emulator: Emulator,
    identity: Identity,  # noqa: F811
) -> None:
    emulator.trust(identity.certificate)
    # The emulator accepts no proof twice, with or without a response.
    emulator.inject(Fault(path="/token/authenticate", kind="reset", after_effect=True))
    async with AsyncClient(
        certificate=identity.certificate,
        private_key=pem(identity.key, None),
        base_url=emulator.url,
        retry_policy=RetryPolicy(base_delay=0),
    ) as client:
        await client.list_models()
    proofs = [one.request_body for one in emulator.exchanges if one.path == "/token/authenticate"]
    assert len(set(proofs)) == len(proofs) == 2


async def test_a_token_of_the_callers_is_neither_extended_nor_ended(emulator: Emulator, client: AsyncClient) -> None:
    await client.list_files()
    token = client._session._tokens._token  # type: ignore[union-attr]
    assert token is not None
    async with AsyncClient(token=token.value, base_url=emulator.url) as other:
        await ask_all(other)
        emulator.expire_tokens()
        with pytest.raises(AuthenticationError):
            await ask(other)
    assert emulator.count("POST", "/token/") == 1
    with pytest.raises(AuthenticationError):
        async with AsyncClient(token=token.value, base_url=emulator.url) as other:
            await other.send(authentication.validate_token())
