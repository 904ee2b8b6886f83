"""Calls in the background, in both faces."""

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from anaplan_ext.concurrency import _async, _sync

CALLERS = 20


async def test_async_all_who_wait_see_the_end_and_what_it_failed_with() -> None:
    let_go = asyncio.Event()

    async def work() -> None:
        await let_go.wait()
        raise ValueError("the work failed")

    job = _async.BackgroundTask(work)
    waiting = [asyncio.ensure_future(job.wait()) for _ in range(CALLERS)]
    await asyncio.sleep(0)
    assert not job.done()
    let_go.set()
    await asyncio.gather(*waiting)
    assert job.done()
    assert str(job.error) == "the work failed"
    await job.wait()


def test_sync_all_who_wait_see_the_end_and_what_it_failed_with() -> None:
    let_go = threading.Event()

    def work() -> None:
        let_go.wait()
        raise ValueError("the work failed")

    job = _sync.BackgroundTask(work)
    with ThreadPoolExecutor(CALLERS) as pool:
        waiting = [pool.submit(job.wait) for _ in range(CALLERS)]
        assert not job.done()
        let_go.set()
        for one in waiting:
            one.result()
    assert job.done()
    assert str(job.error) == "the work failed"
    job.wait()


async def test_async_it_goes_on_when_one_who_waits_is_cancelled() -> None:
    let_go = asyncio.Event()
    done: list[int] = []

    async def work() -> None:
        await let_go.wait()
        done.append(1)

    job = _async.BackgroundTask(work)
    waiting = asyncio.ensure_future(job.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    let_go.set()
    await job.wait()
    assert (done, job.error) == ([1], None)


async def test_async_stopping_ends_it_and_waits_for_that() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("cleaned up")

    job = _async.BackgroundTask(work)
    await asyncio.sleep(0)
    await job.cancel()
    assert (ended, job.done(), job.error) == (["cleaned up"], True, None)
    await job.cancel()


def test_sync_stopping_ends_its_pauses() -> None:
    job = _sync.BackgroundTask(lambda: _sync.sleep(3600))
    job.cancel()
    assert job.done()
    assert job.error is None


def test_sync_one_that_cannot_be_stopped_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sync, "STOP_TIMEOUT_SECONDS", 0)
    let_go = threading.Event()
    job = _sync.BackgroundTask(lambda: let_go.wait() and None)
    job.cancel()
    assert not job.done()
    let_go.set()
    job.wait()


def test_async_one_of_a_loop_that_has_ended_can_be_stopped() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    async def begin() -> _async.BackgroundTask:
        job = _async.BackgroundTask(forever)
        await asyncio.sleep(0)
        return job

    job = asyncio.run(begin())
    assert job.done()
    asyncio.run(job.cancel())


async def test_async_a_failure_that_nobody_looks_at_is_not_complained_of(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise ValueError

    job = _async.BackgroundTask(work)
    await job.wait()
    del job
    gc.collect()
    assert caplog.records == []


async def test_the_work_sees_the_context_of_who_began_it() -> None:
    variable: ContextVar[str] = ContextVar("variable", default="none")
    seen: list[str] = []

    async def work() -> None:
        seen.append(variable.get())

    variable.set("own")
    await _async.BackgroundTask(work).wait()
    _sync.BackgroundTask(lambda: seen.append(variable.get())).wait()
    assert seen == ["own", "own"]


class Owner:
    """Anything that can be referred to weakly."""


async def test_async_it_is_cancelled_when_its_owner_is_gone() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    owner = Owner()
    job = _async.BackgroundTask(forever, owner)
    await asyncio.sleep(0)
    assert not job.done()
    del owner
    gc.collect()
    await job.wait()
    assert (job.done(), job.error) == (True, None)


def test_sync_it_is_cancelled_when_its_owner_is_gone() -> None:
    owner = Owner()
    job = _sync.BackgroundTask(lambda: _sync.sleep(3600), owner)
    assert not job.done()
    del owner
    gc.collect()
    job.wait()
    assert job.error is None
