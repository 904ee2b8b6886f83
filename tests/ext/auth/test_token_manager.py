"""A token request leaves nothing behind when the client is closed."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from anaplan_client import integration
from anaplan_ext import AsyncClient, Client
from anaplan_ext.concurrency import _async as concurrency
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transport import clock


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    hands = Clock()
    monkeypatch.setattr(clock, "now", hands)
    return hands


def options(emulator: Emulator, timeout: float) -> dict[str, object]:
    credentials = {"user_email": emulator.user_email, "password": emulator.password}
    return {**credentials, "base_url": emulator.url, "timeout": timeout}


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("anaplan-job")]


async def test_async_closing_ends_an_extension_that_is_under_way(emulator: Emulator, hands: Clock) -> None:
    before = asyncio.all_tasks()
    client = AsyncClient(None, emulator.development_model_id, **options(emulator, 30))  # type: ignore[arg-type]
    other = client.with_model(emulator.production_model_id)
    await client.list_files()
    hands.now += 1900
    emulator.inject(Fault(path="/token/refresh", kind="stall"))
    await client.send(integration.get_current_user())
    while not emulator.stalled:
        await concurrency.sleep(0.001)
    assert asyncio.all_tasks() > before
    await other.aclose()  # shares the session, and leaves it alone
    assert asyncio.all_tasks() > before
    await client.aclose()
    assert asyncio.all_tasks() == before
    await client.aclose()


def test_sync_closing_ends_an_extension_that_is_under_way(
    emulator: Emulator, hands: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(None, emulator.development_model_id, **options(emulator, 3600))  # type: ignore[arg-type]
    client.list_files()
    hands.now += 1900
    emulator.inject(Fault(path="/token/refresh", kind="stall"))
    client.send(integration.get_current_user())
    while not emulator.stalled:
        time.sleep(0.001)
    assert threads() == ["anaplan-job"]
    client.close()
    assert threads() == []
    client.close()
    # It is no failure that anybody has to know of.
    assert caplog.records == []


@pytest.mark.parametrize(
    "fault",
    [Fault(kind="stall"), Fault(status=429, headers=(("Retry-After", "100"),))],
    ids=["while it waits for the response", "while it waits for the retry"],
)
def test_sync_closing_ends_a_sign_in(fault: Fault, emulator: Emulator) -> None:
    emulator.inject(evolve(fault, path="/token/authenticate"))
    client = Client(**options(emulator, 3600))  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.list_models)
        while not emulator.count("POST", "/token/authenticate") and not emulator.stalled:
            time.sleep(0.001)
        client.close()
        with pytest.raises(RuntimeError, match="closed"):
            waiting.result()
    assert threads() == []


def test_sync_no_sign_in_starts_while_the_client_closes(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(**options(emulator, 30))  # type: ignore[arg-type]
    tokens = client._session._tokens
    assert tokens is not None

    def send_meanwhile() -> None:
        with pytest.raises(RuntimeError, match="closed"):
            client.list_models()

    # All connections are still open then.
    monkeypatch.setattr(tokens._api, "close", send_meanwhile)
    client.close()
    assert emulator.count() == 0
    assert threads() == []


async def test_async_no_sign_in_starts_while_the_client_closes(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = AsyncClient(**options(emulator, 30))  # type: ignore[arg-type]
    tokens = client._session._tokens
    assert tokens is not None

    async def send_meanwhile() -> None:
        with pytest.raises(RuntimeError, match="closed"):
            await client.list_models()

    monkeypatch.setattr(tokens._api, "aclose", send_meanwhile)
    await client.aclose()
    assert emulator.count() == 0


def test_sync_a_sign_in_leaves_no_thread(emulator: Emulator) -> None:
    with Client(**options(emulator, 30)) as client:  # type: ignore[arg-type]
        client.list_models()
    assert threads() == []


async def test_async_a_caller_who_is_cancelled_does_not_end_the_sign_in_of_the_others(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/token/authenticate", kind="stall"))
    async with AsyncClient(**options(emulator, 30)) as client:  # type: ignore[arg-type]
        first, second = (asyncio.ensure_future(client.list_models()) for _ in range(2))
        while not emulator.stalled:
            await concurrency.sleep(0.001)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        emulator.release()
        assert len(await second) == 2
    assert emulator.count("POST", "/token/authenticate") == 1


async def test_async_whoever_waits_for_a_sign_in_when_the_client_is_closed_is_told(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/token/authenticate", kind="stall", times=None))
    client = AsyncClient(**options(emulator, 30))  # type: ignore[arg-type]
    waiting = asyncio.ensure_future(client.list_models())
    while not emulator.stalled:
        await concurrency.sleep(0.001)
    await client.aclose()
    with pytest.raises(RuntimeError, match="closed"):
        await waiting
