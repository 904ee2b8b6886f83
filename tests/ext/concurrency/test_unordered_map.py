"""The window that uploads go through, in both faces: a place is free as soon as its item is done."""

import asyncio
import gc
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.concurrency import _async, _sync

from ...core.support import bounded, drain


class OwnError(Exception):
    """An error of a worker."""


async def test_async_a_slow_item_does_not_stop_the_others() -> None:
    slow = asyncio.Event()
    done: list[int] = []

    async def work(item: int) -> int:
        if item == 0:
            await slow.wait()
        return item

    async with _async.closing(_async.map_concurrently(work, range(20), 3, ordered=False)) as results:
        async for item in results:
            done.append(item)
            if len(done) == 19:
                slow.set()
    assert sorted(done) == list(range(20))
    assert done[-1] == 0


def test_sync_a_slow_item_does_not_stop_the_others() -> None:
    slow = threading.Event()
    done: list[int] = []

    def work(item: int) -> int:
        if item == 0:
            slow.wait()
        return item

    for item in _sync.map_concurrently(work, range(20), 3, ordered=False):
        done.append(item)
        if len(done) == 19:
            slow.set()
    assert sorted(done) == list(range(20))
    assert done[-1] == 0


@bounded(40)
@given(count=st.integers(0, 12), limit=st.integers(1, 5), failing=st.sets(st.integers(0, 11), max_size=3))
def test_every_item_is_done_once_or_a_failure_is_raised_and_the_window_is_never_exceeded(
    count: int, limit: int, failing: set[int]
) -> None:
    fails = any(item < count for item in failing)
    lock = threading.Lock()
    running = peak = 0

    def enter() -> None:
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)

    def leave(item: int) -> int:
        nonlocal running
        with lock:
            running -= 1
        if item in failing:
            raise OwnError(item)
        return item

    def items() -> list[int]:
        return list(range(count))

    def work(item: int) -> int:
        enter()
        return leave(item)

    async def work_later(item: int) -> int:
        enter()
        await asyncio.sleep(0)
        return leave(item)

    async def collect() -> list[int]:
        return [item async for item in _async.map_concurrently(work_later, items(), limit, ordered=False)]

    for run in (
        lambda: list(_sync.map_concurrently(work, items(), limit, ordered=False)),
        lambda: asyncio.run(collect()),
    ):
        running = 0
        if fails:
            with pytest.raises(OwnError):
                run()
        else:
            assert sorted(run()) == items()
        assert peak <= limit


async def test_async_of_two_failures_at_once_one_is_raised_and_none_is_reported_as_forgotten() -> None:
    forgotten: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: forgotten.append(context))
    together = asyncio.Event()

    async def work(item: int) -> int:
        if item == 2:
            together.set()
        await together.wait()
        raise OwnError(item)

    with pytest.raises(OwnError):
        await drain(_async.map_concurrently(work, range(3), 3, ordered=False))
    gc.collect()
    await asyncio.sleep(0)
    assert forgotten == []


async def test_async_leaving_early_cancels_what_runs() -> None:
    cancelled: list[int] = []

    async def work(item: int) -> int:
        if item:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append(item)
                raise
        return item

    async with _async.closing(_async.map_concurrently(work, range(9), 3, ordered=False)) as results:
        assert await anext(results) == 0
    assert cancelled
