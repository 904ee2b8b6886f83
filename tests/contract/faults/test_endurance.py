"""Random interrupts, forks and cancellations: nothing hangs, nobody gets another's content, and nothing is left behind.

A run of all tests takes a few of each; `pytest --exhaustive -n 0 tests/contract/faults/test_endurance.py` takes 1,000
interrupts, 200 forks of each kind and 300 cancellations of each kind.
"""

import asyncio
import gc
import json
import os
import random
import subprocess
import sys
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import anyio
import pytest

from anaplan_client.core.http.network import iter_pools
from anaplan_ext import AsyncClient, RetryPolicy
from anaplan_ext.emulator import Emulator, File

from ... import socket_server
from ...core.http.authority import Authority
from ...socket_server import Received
from .conftest import seed_count
from .interrupting import CONTENT, EXPORT, FILE, OTHER
from .leaks import open_files

pytestmark = [
    # A socket that was connected while its task was cancelled, or whose loop ended, is closed when it is collected.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ROOT = Path(__file__).resolve().parents[3]
AsyncJob: TypeAlias = Callable[[AsyncClient], Awaitable[object]]
posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are other signals, and no forks")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Nothing is left to be collected in another test."""
    yield
    with warnings.catch_warnings():
        # Of sockets whose loops have ended. As errors, these warnings would keep the sockets alive.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def seeds(request: pytest.FixtureRequest) -> int:
    return seed_count(request.config)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """One whose tasks do not end, with 30 files on 15 pages."""
    options: dict[str, Any] = {"observer": None, "record_bodies": False, "task_polls": 10**6}
    with Emulator(download_chunk_size=100_000, page_limit=2, **options) as emulator:
        model = emulator.model(emulator.development_model_id)
        model.files[0].content = CONTENT
        model.files += [File(id=f"1130000000{number:02}", name=f"{number}.csv") for number in range(1, 30)]
        yield emulator


def run(module: str, *arguments: object) -> Any:
    command = [sys.executable, "-m", f"tests.contract.faults.{module}", *map(str, arguments)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@posix
def test_after_an_interrupt_at_any_moment_nothing_is_left_and_the_client_goes_on(
    emulator: Emulator, seeds: int, tmp_path: Path
) -> None:
    result = run("interrupting", emulator.url, emulator.development_model_id, tmp_path, 0, seeds)
    print(result)
    assert result["problems"] == []


@posix
def test_children_of_a_process_get_what_they_ask_for(emulator: Emulator, seeds: int) -> None:
    count = max(4, seeds // 5)
    result = run("forking", emulator.url, emulator.development_model_id, "-", count)
    assert result == {"ends": {"0": count}, "foreign": [], "alive": True}


@posix
@pytest.mark.parametrize("secured", [False, True])
def test_children_get_what_they_ask_for_over_the_same_kind_of_connection(
    secured: bool, seeds: int, tmp_path: Path
) -> None:
    def echo(received: Received) -> Iterable[bytes]:
        return [socket_server.whole(received.path.encode(), content_type="application/octet-stream")]

    count = max(4, seeds // 5)
    company = Authority(tmp_path / "company") if secured else None
    context = None if company is None else company.server()
    with socket_server.serving(echo, context) as server:
        result = run("forking", server.url, "-", "-" if company is None else company.file, count)
    assert result == {"ends": {"0": count}, "foreign": [], "alive": True}


async def timed_out(job: Awaitable[object], gaps: list[float]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(gaps[0]):
            await job


async def waited_for(job: Awaitable[object], gaps: list[float]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(job, gaps[0])


async def moved_on(job: Awaitable[object], gaps: list[float]) -> None:
    with anyio.move_on_after(gaps[0]):
        await job


async def scope_cancelled(job: Awaitable[object], gaps: list[float]) -> None:
    async def wait() -> None:
        await job

    async with anyio.create_task_group() as group:
        group.start_soon(wait)
        await asyncio.sleep(gaps[0])
        group.cancel_scope.cancel()


async def group_failed(job: Awaitable[object], gaps: list[float]) -> None:
    async def wait() -> None:
        await job

    async def fail() -> None:
        await asyncio.sleep(gaps[0])
        raise LookupError

    with suppress(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            group.create_task(wait())
            group.create_task(fail())


def cancelled(times: int) -> Callable[[Awaitable[object], list[float]], Awaitable[None]]:
    async def cancel(job: Awaitable[object], gaps: list[float]) -> None:
        task = asyncio.ensure_future(job)
        for gap in gaps[:times]:
            await asyncio.sleep(gap)
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return cancel


async def cancelled_by_turns(job: Awaitable[object], gaps: list[float]) -> None:
    """After some turns of the loop, which are as long as it takes."""
    task = asyncio.ensure_future(job)
    for gap in gaps:
        for _ in range(int(gap * 1000)):
            await asyncio.sleep(0)
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task


WAYS: dict[str, Callable[[Awaitable[object], list[float]], Awaitable[None]]] = {
    "timeout": timed_out,
    "wait_for": waited_for,
    "cancel": cancelled(1),
    "cancel twice": cancelled(2),
    "cancel three times": cancelled(3),
    "cancel by turns": cancelled_by_turns,
    "move_on_after": moved_on,
    "cancel scope": scope_cancelled,
    "task group": group_failed,
}


async def pieces() -> AsyncIterator[bytes]:
    for number in range(30):
        yield random.Random(number).randbytes(100_000)


def jobs(folder: Path) -> list[AsyncJob]:
    async def stream(client: AsyncClient) -> None:
        assert b"".join([piece async for piece in client.get_file_stream(FILE)]) == CONTENT

    async def sign_in(client: AsyncClient) -> None:
        async with other_client(client) as other:
            await other.list_files()

    async def at_once(client: AsyncClient) -> None:
        await asyncio.gather(*(client.list_exports() for _ in range(20)))

    return [
        lambda client: client.upload_file(OTHER, random.Random(1).randbytes(4_000_000)),
        lambda client: client.upload_file_stream(OTHER, pieces()),
        lambda client: client.get_file(FILE),
        lambda client: client.download_file(FILE, folder / "download.csv"),
        lambda client: client.list_files(),
        lambda client: client.run_action(EXPORT),
        stream,
        sign_in,
        at_once,
    ]


def client_of(url: str, model: str) -> AsyncClient:
    return AsyncClient(
        model_id=model,
        user_email="ada@example.com",
        password="password",
        base_url=url,
        status_poll_delay=0.05,
        upload_chunk_size=1_000_000,
        retry_policy=RetryPolicy(count=0),
    )


CLIENTS: dict[AsyncClient, tuple[str, str]] = {}


def other_client(client: AsyncClient) -> AsyncClient:
    return client_of(*CLIENTS[client])


async def check(client: AsyncClient, folder: Path) -> None:
    """Nothing is in use any more, and everything can be used."""
    for _ in range(100):  # in which abandoned generators end
        await asyncio.sleep(0)
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    assert not tasks
    (pool,) = {id(pool): pool for pool in iter_pools(connections_of(client).current())}.values()
    assert [connection for connection in pool.connections if not connection.is_idle()] == []
    assert pool._requests == []
    assert [path.name for path in folder.iterdir() if path.name != "download.csv"] == []
    assert await client.get_file(FILE) == CONTENT
    async with asyncio.timeout(60):
        lists = await asyncio.gather(*(client.list_exports() for _ in range(110)))
    assert len({len(exports) for exports in lists}) == 1


def connections_of(client: AsyncClient) -> Any:
    return client._session._api._connections  # pyright: ignore[reportPrivateUsage]


@contextmanager
def no_sockets_left() -> Iterator[None]:
    """Fails if sockets are left that were not there before; the emulator closes its own a moment later."""
    before = open_files()
    yield
    until = time.monotonic() + 30
    while left := open_files() - before:
        assert time.monotonic() < until, left
        gc.collect()
        time.sleep(0.05)


def gaps(chance: random.Random) -> list[float]:
    return [chance.random() ** 2 * 0.3, *(chance.random() ** 3 * 0.05 for _ in range(2))]


@pytest.mark.parametrize("way", WAYS)
def test_after_a_cancellation_of_any_kind_nothing_is_left_and_the_client_goes_on(
    way: str, emulator: Emulator, seeds: int, tmp_path: Path
) -> None:
    async def runs() -> None:
        async with client_of(emulator.url, emulator.development_model_id) as client:
            CLIENTS[client] = (emulator.url, emulator.development_model_id)
            await client.list_files()
            for seed in range(max(5, seeds * 3 // 10)):
                chance = random.Random(f"{way} {seed}")
                await WAYS[way](chance.choice(jobs(tmp_path))(client), gaps(chance))
            await check(client, tmp_path)
            del CLIENTS[client]

    with no_sockets_left():
        asyncio.run(runs())


def test_an_event_loop_that_ends_leaves_nothing_and_the_client_goes_on_in_the_next(
    emulator: Emulator, seeds: int, tmp_path: Path
) -> None:
    client = client_of(emulator.url, emulator.development_model_id)
    CLIENTS[client] = (emulator.url, emulator.development_model_id)

    async def leave(seed: int) -> None:
        chance = random.Random(seed)
        tasks = [asyncio.ensure_future(job(client)) for job in chance.sample(jobs(tmp_path), 3)]
        await asyncio.sleep(gaps(chance)[0])
        assert tasks

    async def end() -> None:
        await check(client, tmp_path)
        await client.aclose()

    with no_sockets_left():
        for seed in range(max(3, seeds * 3 // 10)):
            asyncio.run(leave(seed))
            gc.collect()
        asyncio.run(end())
