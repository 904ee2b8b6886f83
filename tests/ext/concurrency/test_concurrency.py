"""What truly differs between the two faces: the same contract on both."""

import asyncio
import contextvars
import gc
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core.http.stopping import current_stop
from anaplan_ext.concurrency import _async, _sync
from anaplan_ext.concurrency.batching import BLOCK_BYTES, MAX_BATCH_PIECES

from ...core.support import FACES, bounded, drain

PATIENCE = 30  # seconds until a test that hangs fails; none waits that long


class OwnError(Exception):
    """An error of a worker or of a source."""


class Source:
    """Counts the items that were taken from it, and may end with an error."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        self.count = count
        self.error = error
        self.pulled = 0

    def __iter__(self) -> Iterator[int]:
        for item in range(self.count):
            self.pulled += 1
            yield item
        if self.error is not None:
            raise self.error

    async def later(self) -> AsyncIterator[int]:
        for item in self:
            await asyncio.sleep(0)
            yield item


class Meter:
    """Count the workers that run concurrently."""

    def __init__(self) -> None:
        self.running = 0
        self.peak = 0
        self.started: list[int] = []
        self.ended: list[int] = []
        self._lock = threading.Lock()

    @contextmanager
    def working(self, item: int) -> Iterator[None]:
        with self._lock:
            self.running += 1
            self.peak = max(self.peak, self.running)
            self.started.append(item)
        try:
            yield
        finally:
            with self._lock:
                self.running -= 1
                self.ended.append(item)


async def turn(times: int = 20) -> None:
    """Lets everything run that can."""
    for _ in range(times):
        await asyncio.sleep(0)


def mapped(kind: str, function: Callable[[int], Any], items: Any, limit: Any) -> AsyncIterator[Any]:
    """`map_concurrently` of either face over a plain function, as an asynchronous generator."""

    async def later(item: int) -> Any:
        return function(item)

    async def drawn() -> AsyncIterator[Any]:
        results = _sync.map_concurrently(function, items, limit)
        with _sync.closing(results):
            for result in results:
                yield result

    return _async.map_concurrently(later, items, limit) if kind == "async" else drawn()


# The common contract


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize(("count", "limit"), [(0, 1), (0, 4), (1, 1), (1, 4), (3, 4), (4, 4), (5, 4), (20, 1), (20, 4)])
async def test_every_item_has_its_result_in_the_order_of_the_items(kind: str, count: int, limit: int) -> None:
    assert [result async for result in mapped(kind, lambda item: item * 10, range(count), limit)] == [
        item * 10 for item in range(count)
    ]


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("limit", [1, 2, 4])
async def test_an_item_is_taken_only_when_a_place_is_free(kind: str, limit: int) -> None:
    source = Source(12)
    taken = 0
    async for _ in mapped(kind, lambda item: item, source, limit):
        # The slot of a result is free again when the next one is requested.
        assert source.pulled <= taken + limit
        taken += 1
    assert (taken, source.pulled) == (12, 12)


@pytest.mark.parametrize("kind", FACES)
async def test_nothing_is_taken_before_the_first_result_is_asked_for(kind: str) -> None:
    source = Source(3)
    results = mapped(kind, lambda item: item, source, 2)
    assert source.pulled == 0
    async with aclosing(results):  # type: ignore[type-var]
        pass
    assert source.pulled == 0


@pytest.mark.parametrize("kind", FACES)
async def test_an_error_of_the_source_is_raised_as_it_is(kind: str) -> None:
    error = OwnError("source")
    for count in (0, 1, 2, 5):
        taken: list[int] = []
        with pytest.raises(OwnError) as raised:
            await drain(mapped(kind, lambda item: item, Source(count, error), 2), taken)
        assert raised.value is error
        assert taken == list(range(len(taken)))


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("failing", [0, 1, 5, 9])
async def test_a_failure_is_raised_as_it_is_after_nothing_but_results_before_it(kind: str, failing: int) -> None:
    error = OwnError(failing)

    def work(item: int) -> int:
        if item == failing:
            raise error
        return item

    source = Source(10)
    taken: list[int] = []
    with pytest.raises(OwnError) as raised:
        await drain(mapped(kind, work, source, 3), taken)
    assert raised.value is error
    assert taken == list(range(len(taken)))
    assert len(taken) <= failing
    assert source.pulled <= failing + 3


@pytest.mark.parametrize("kind", FACES)
@bounded(40)
@given(st.integers(1, 12), st.integers(1, 5), st.sets(st.integers(0, 11)))
def test_no_failure_is_ever_lost(kind: str, count: int, limit: int, failing: set[int]) -> None:
    failing &= set(range(count))

    def work(item: int) -> int:
        if item in failing:
            raise OwnError(item)
        return item

    async def drain() -> list[int]:
        found: list[int] = []
        async for result in mapped(kind, work, Source(count), limit):
            found.append(result)
        return found

    if failing:
        with pytest.raises(OwnError) as raised:
            asyncio.run(drain())
        assert raised.value.args[0] in failing
    else:
        assert asyncio.run(drain()) == list(range(count))


@pytest.mark.parametrize("kind", FACES)
async def test_none_and_errors_are_results_like_any_other(kind: str) -> None:
    values: list[Any] = [None, OwnError("a value"), StopIteration, 0, ()]
    assert [result async for result in mapped(kind, lambda item: values[item], range(5), 2)] == values


VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")


@pytest.mark.parametrize("kind", FACES)
async def test_workers_see_the_context_of_their_caller(kind: str) -> None:
    VARIABLE.set("set")
    assert [result async for result in mapped(kind, lambda _: VARIABLE.get(), range(3), 2)] == ["set"] * 3
    face: Any = _async if kind == "async" else _sync
    result = face.run_in_thread(VARIABLE.get)
    assert (await result if kind == "async" else result) == "set"


# The asynchronous face


@pytest.mark.parametrize("kind", FACES)
async def test_a_limit_that_is_a_function_holds_from_the_next_item_on(kind: str) -> None:
    source, pulled = Source(9), list[int]()
    async for _ in mapped(kind, lambda item: item, source, lambda: 1 if pulled else 3):
        pulled.append(source.pulled)
    assert pulled == [3, 3, 3, 4, 5, 6, 7, 8, 9]


@bounded(60)
@given(st.lists(st.integers(0, 6), max_size=12), st.integers(1, 5), st.booleans())
def test_async_order_and_bounds_hold_whatever_each_item_takes(turns: list[int], limit: int, plain: bool) -> None:
    meter, source = Meter(), Source(len(turns))

    async def work(item: int) -> int:
        with meter.working(item):
            await turn(turns[item])
            return item

    async def drain() -> list[int]:
        found: list[int] = []
        async for result in _async.map_concurrently(work, source if plain else source.later(), limit):
            assert source.pulled <= len(found) + limit
            found.append(result)
        return found

    assert asyncio.run(drain()) == list(range(len(turns)))
    assert meter.peak <= limit
    assert meter.running == 0


async def test_async_as_many_run_at_once_as_the_limit_allows() -> None:
    meter, full = Meter(), asyncio.Event()

    async def work(item: int) -> int:
        with meter.working(item):
            if meter.running == 3:
                full.set()
            await asyncio.wait_for(full.wait(), PATIENCE)
            return item

    assert [result async for result in _async.map_concurrently(work, range(9), 3)] == list(range(9))
    assert meter.peak == 3


async def test_async_the_first_failure_cancels_and_awaits_the_others() -> None:
    meter, source, error = Meter(), Source(10), OwnError()
    cleaned: list[int] = []
    others_run = asyncio.Event()

    async def work(item: int) -> int:
        with meter.working(item):
            if item == 1:
                await others_run.wait()
                raise error
            try:
                if item == 2:
                    others_run.set()
                await asyncio.Event().wait()
            finally:
                await turn(3)
                cleaned.append(item)
        return item

    with pytest.raises(OwnError) as raised:
        await drain(_async.map_concurrently(work, source, 3))
    assert raised.value is error
    assert sorted(cleaned) == [0, 2]
    assert (meter.running, source.pulled) == (0, 3)


async def test_async_of_two_failures_one_is_raised_and_none_is_reported_as_forgotten() -> None:
    forgotten: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: forgotten.append(context))
    together = asyncio.Event()

    async def work(item: int) -> int:
        if item == 2:
            together.set()
        await together.wait()
        raise OwnError(item)

    with pytest.raises(OwnError):
        await drain(_async.map_concurrently(work, range(3), 3))
    gc.collect()
    await turn()
    assert forgotten == []


async def test_async_an_error_of_the_source_ends_what_runs() -> None:
    meter = Meter()

    async def work(item: int) -> None:
        with meter.working(item):
            await asyncio.Event().wait()

    async def source() -> AsyncIterator[int]:
        yield 0
        yield 1
        await turn(3)
        assert meter.running == 2
        raise OwnError

    with pytest.raises(OwnError):
        await drain(_async.map_concurrently(work, source(), 3))
    assert (meter.running, meter.ended) == (0, [0, 1])


async def test_async_leaving_early_ends_what_runs_before_it_returns() -> None:
    meter, source = Meter(), Source(10)

    async def work(item: int) -> int:
        with meter.working(item):
            if item:
                try:
                    await asyncio.Event().wait()
                finally:
                    await turn(3)
            return item

    async with _async.closing(_async.map_concurrently(work, source, 3)) as results:
        assert await anext(results) == 0
        await turn()
        assert meter.running == 2
    assert (meter.running, source.pulled) == (0, 3)


async def test_async_cancelling_the_reader_ends_what_runs() -> None:
    meter, started = Meter(), asyncio.Event()

    async def work(item: int) -> None:
        with meter.working(item):
            if item == 2:
                started.set()
            await asyncio.Event().wait()

    reader = asyncio.create_task(drain(_async.map_concurrently(work, range(9), 3)))
    await started.wait()
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert (meter.running, sorted(meter.ended)) == (0, [0, 1, 2])


async def _with_a_failure_behind_a_finished_item(source: Source) -> tuple[AsyncIterator[int], OwnError]:
    """Results of which the first is taken, the second never comes, and the third has failed since."""
    error, fail = OwnError(), asyncio.Event()

    async def work(item: int) -> int:
        if item == 1:
            await asyncio.Event().wait()
        if item == 2:
            await fail.wait()
            raise error
        return item

    results = _async.map_concurrently(work, source, 3)
    assert await anext(results) == 0
    fail.set()
    await turn()
    return results, error


async def test_async_nothing_more_is_taken_after_a_failure_behind_a_finished_item() -> None:
    source = Source(9)
    results, error = await _with_a_failure_behind_a_finished_item(source)
    with pytest.raises(OwnError) as raised:
        await anext(results)
    assert raised.value is error
    assert source.pulled == 3


async def test_async_a_failure_behind_a_finished_item_does_not_wait_for_those_that_run() -> None:
    results, _ = await _with_a_failure_behind_a_finished_item(Source(3))
    following = asyncio.ensure_future(anext(results))
    try:
        await turn()
        assert following.done()
        with pytest.raises(OwnError):
            await following
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_async_what_is_unbroken_runs_to_its_end_however_often_its_caller_is_cancelled() -> None:
    go, ended = asyncio.Event(), False

    async def work() -> int:
        nonlocal ended
        await go.wait()
        ended = True
        return 7

    caller = asyncio.ensure_future(_async.run_to_completion(work))
    for _ in range(3):
        await turn()
        caller.cancel()
    await turn()
    assert not caller.done()
    go.set()
    await asyncio.wait([caller])
    assert ended
    assert caller.cancelled()
    go.set()
    assert await _async.run_to_completion(work) == 7


@pytest.mark.parametrize("cancelled", [True, False])
async def test_async_an_error_of_what_is_unbroken_is_raised_unless_its_caller_was_cancelled(cancelled: bool) -> None:
    go = asyncio.Event()

    async def work() -> None:
        await go.wait()
        raise OwnError("work")

    caller = asyncio.ensure_future(_async.run_to_completion(work))
    await turn()
    if cancelled:
        caller.cancel()
        await turn()
    go.set()
    await asyncio.wait([caller])
    assert caller.cancelled() is cancelled
    if not cancelled:
        assert isinstance(caller.exception(), OwnError)
    gc.collect()  # an error that nobody retrieved would be reported now


async def test_async_threads_do_not_block_the_loop() -> None:
    release = threading.Event()

    def work(one: int, *, two: int) -> tuple[int, int, bool]:
        assert release.wait(PATIENCE)
        return one, two, threading.current_thread() is threading.main_thread()

    waiting = asyncio.create_task(_async.run_in_thread(work, 1, two=2))
    await turn()
    release.set()
    assert await waiting == (1, 2, False)
    with pytest.raises(OwnError):
        await _async.run_in_thread(_raise, OwnError())


def _raise(error: Exception) -> None:
    raise error


async def test_async_a_thread_has_ended_when_its_caller_is_cancelled() -> None:
    begun, go_on = threading.Event(), threading.Event()
    ended: list[str] = []

    def work() -> None:
        begun.set()
        assert go_on.wait(PATIENCE)
        ended.append("thread")
        raise OwnError

    async def call() -> None:
        try:
            await _async.run_in_thread(work)
        finally:
            ended.append("caller")

    forgotten: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: forgotten.append(context))
    calling = asyncio.create_task(call())
    assert await asyncio.to_thread(begun.wait, PATIENCE)
    calling.cancel()
    await turn()
    assert ended == []
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert ended == ["thread", "caller"]
    gc.collect()
    await turn()
    assert forgotten == []


# Pieces in batches


BATCHES = {
    "none": ([], []),
    "few": ([b"a", b"b"], [2]),
    "empty": ([b"", b""], [2]),
    "many": ([b"a"] * (MAX_BATCH_PIECES * 2 + 1), [MAX_BATCH_PIECES, MAX_BATCH_PIECES, 1]),
    "large": ([b"a" * BLOCK_BYTES, b"b", b"c" * 3 * BLOCK_BYTES, b"d"], [1, 2, 1]),
    "together large": ([b"a" * (BLOCK_BYTES // 2)] * 5, [2, 2, 1]),
    "an error": ([b"a", OwnError()], None),
}


@pytest.mark.parametrize("kind", ["async", "async, of a plain iterable", "sync"])
@pytest.mark.parametrize(("pieces", "sizes"), BATCHES.values(), ids=BATCHES)
async def test_pieces_are_worked_on_in_batches_outside_the_loop(
    kind: str, pieces: list[Any], sizes: list[int] | None
) -> None:
    threads: set[int] = set()
    drawn: set[int] = set()

    def work(batch: Sequence[bytes]) -> list[bytes]:
        threads.add(threading.get_ident())
        return list(batch)

    def now() -> Iterator[bytes]:
        for piece in pieces:
            drawn.add(threading.get_ident())
            if isinstance(piece, OwnError):
                raise piece
            yield piece

    async def later() -> AsyncIterator[bytes]:
        for piece in now():
            yield piece

    async def made() -> AsyncIterator[list[bytes]]:
        if kind == "sync":
            for batch in _sync.map_batches(work, now()):
                yield batch
        else:
            async for batch in _async.map_batches(work, later() if kind == "async" else now()):
                yield batch

    found: list[list[bytes]] = []
    if sizes is None:
        with pytest.raises(OwnError):
            await drain(made())
        return
    await drain(made(), found)
    assert [len(batch) for batch in found] == sizes
    assert [piece for batch in found for piece in batch] == pieces
    here = {threading.get_ident()} if pieces else set()
    assert threads == here if kind == "sync" else threads.isdisjoint(here)
    assert drawn == here if kind in ("sync", "async") else drawn.isdisjoint(here)


async def test_async_sources_of_both_kinds_are_gone_through() -> None:
    for source in (range(3), [0, 1, 2], iter(range(3)), Source(3), Source(3).later()):
        assert [item async for item in _async.iterate(source)] == [0, 1, 2]
    for source in ("abc", _letters()):
        assert [pair async for pair in _async.enumerate_source(source)] == [(0, "a"), (1, "b"), (2, "c")]
    assert [pair async for pair in _async.enumerate_source([])] == []


async def _letters() -> AsyncIterator[str]:
    for letter in "abc":
        yield letter


async def test_async_closing_ends_a_generator_whatever_happens_in_its_block() -> None:
    ended: list[str] = []

    async def items() -> AsyncIterator[int]:
        try:
            yield 0
            yield 1
        finally:
            await asyncio.sleep(0)
            ended.append("generator")

    async with _async.closing(items()) as found:
        assert await anext(found) == 0
    assert len(ended) == 1
    async with _async.closing(items()) as found:
        pass  # a generator that never started has nothing to close
    assert len(ended) == 1
    with pytest.raises(OwnError):
        await _leave_with_an_error(items())
    assert len(ended) == 2
    async with _async.closing(items()) as found:
        assert [item async for item in found] == [0, 1]
    assert len(ended) == 3


async def _leave_with_an_error(items: AsyncIterator[int]) -> None:
    async with _async.closing(items) as found:
        assert await anext(found) == 0
        raise OwnError


async def test_async_closing_takes_what_cannot_be_closed() -> None:
    class Bare:
        def __aiter__(self) -> "Bare":
            return self

        def __anext__(self) -> Awaitable[int]:
            raise StopAsyncIteration

    async with _async.closing(Bare()) as found:
        assert [item async for item in found] == []


# The synchronous face


@pytest.fixture(autouse=True)
def no_threads_are_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = {thread for thread in set(threading.enumerate()) - before if thread.name.startswith("anaplan")}
    assert left == set()


@pytest.mark.parametrize("limit", [2, 3, 4])
def test_sync_order_holds_when_items_end_in_another_order(limit: int) -> None:
    count, meter = 12, Meter()
    ended = [threading.Event() for _ in range(count)]

    def work(item: int) -> int:
        with meter.working(item):
            # Each item of a group waits for the one after it, so a group ends backwards.
            if (item + 1) % limit and item + 1 < count:
                assert ended[item + 1].wait(PATIENCE)
        ended[item].set()
        return item

    assert list(_sync.map_concurrently(work, range(count), limit)) == list(range(count))
    assert meter.peak <= limit
    assert meter.ended[:limit] == list(range(limit))[::-1]


def test_sync_as_many_run_at_once_as_the_limit_allows_in_threads_of_their_own() -> None:
    meter, full = Meter(), threading.Barrier(3)
    threads: set[threading.Thread] = set()

    def work(item: int) -> int:
        with meter.working(item):
            threads.add(threading.current_thread())
            full.wait(PATIENCE)
            return item

    assert list(_sync.map_concurrently(work, range(9), 3)) == list(range(9))
    assert meter.peak == 3
    assert len(threads) == 3
    assert threading.current_thread() not in threads


def test_sync_the_first_failure_is_raised_when_what_runs_has_ended() -> None:
    meter, source, error = Meter(), Source(10), OwnError()
    failing, others_run = threading.Event(), threading.Barrier(3)

    def work(item: int) -> int:
        with meter.working(item):
            if item < 3:
                others_run.wait(PATIENCE)
            if item == 1:
                failing.set()
                raise error
            assert failing.wait(PATIENCE)
            return item

    taken: list[int] = []
    with pytest.raises(OwnError) as raised:
        taken.extend(_sync.map_concurrently(work, source, 3))
    assert raised.value is error
    assert taken in ([], [0])
    assert meter.running == 0
    assert sorted(meter.ended) == sorted(meter.started)
    assert source.pulled <= 3 + len(taken)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_sync_an_interrupt_in_a_worker_comes_out_as_it_is(error: type[BaseException]) -> None:
    def work(item: int) -> int:
        if item == 1:
            raise error
        return item

    with pytest.raises(error):
        list(_sync.map_concurrently(work, range(5), 2))


def test_sync_an_error_of_the_source_waits_for_what_runs() -> None:
    meter, breaking, both_run = Meter(), threading.Event(), threading.Barrier(3)

    def work(item: int) -> None:
        with meter.working(item):
            both_run.wait(PATIENCE)
            assert breaking.wait(PATIENCE)

    def source() -> Iterator[int]:
        yield 0
        yield 1
        both_run.wait(PATIENCE)
        breaking.set()
        raise OwnError

    with pytest.raises(OwnError):
        list(_sync.map_concurrently(work, source(), 3))
    assert (meter.running, sorted(meter.ended)) == (0, [0, 1])


def test_sync_leaving_early_waits_for_what_runs_and_ends_the_threads() -> None:
    meter, source = Meter(), Source(10)
    leaving = threading.Event()

    def work(item: int) -> int:
        with meter.working(item):
            if item:
                assert leaving.wait(PATIENCE)
            return item

    before = threading.active_count()
    with _sync.closing(_sync.map_concurrently(work, source, 3)) as results:
        assert next(results) == 0
        leaving.set()
    assert (meter.running, source.pulled) == (0, 3)
    assert sorted(meter.ended) == sorted(meter.started)
    assert threading.active_count() == before


def test_sync_nothing_more_is_taken_after_a_failure_behind_a_finished_item() -> None:
    fail, go_on = threading.Event(), threading.Event()

    def work(item: int) -> int:
        if item == 1:
            assert go_on.wait(PATIENCE)
        if item == 2:
            assert fail.wait(PATIENCE)
            raise OwnError
        return item

    source = Source(9)
    with _sync.closing(_sync.map_concurrently(work, source, 3)) as results:
        assert next(results) == 0
        arrived = results.gi_frame.f_locals["threads"]._results
        fail.set()
        while arrived.empty():
            threading.Event().wait(0.001)
        # From here on the failure is known; what runs may end.
        go_on.set()
        with pytest.raises(OwnError):
            list(results)
    assert source.pulled == 3


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("way", ["a failure", "leaving early", "an error of the source"])
def test_sync_what_runs_for_nobody_any_more_ends_at_its_next_pause_or_piece(ordered: bool, way: str) -> None:
    all_run = threading.Barrier(4 if way == "an error of the source" else 3)
    went_on: list[int] = []

    def work(item: int) -> int:
        if item == 0:
            all_run.wait(PATIENCE)
            if way == "a failure":
                raise OwnError
            return item
        tell = _sync.check_cancelled(lambda: None)
        tell()
        all_run.wait(PATIENCE)
        if item == 1:
            _sync.sleep(PATIENCE)
        else:
            stop = current_stop.get()
            assert stop is not None
            assert stop.wait(PATIENCE)
            tell()
        went_on.append(item)
        return item

    def source() -> Iterator[int]:
        yield from range(3)
        if way == "an error of the source":
            all_run.wait(PATIENCE)
            raise OwnError

    def run() -> None:
        with _sync.closing(_sync.map_concurrently(work, source(), 4, ordered=ordered)) as results:
            assert next(results) == 0

    if way == "leaving early":
        run()
    else:
        with pytest.raises(OwnError):
            run()
    assert went_on == []


def test_sync_what_is_not_the_work_of_a_map_goes_on() -> None:
    called: list[int] = []
    _sync.check_cancelled(called.append)(1)
    assert list(_sync.map_concurrently(lambda item: _sync.sleep(0) or item, range(3), 2)) == [0, 1, 2]
    _sync.sleep(0)
    assert called == [1]


def test_sync_a_function_runs_in_the_thread_of_its_caller() -> None:
    assert _sync.run_in_thread(threading.current_thread) is threading.current_thread()
    assert _sync.run_in_thread(int, "11", base=2) == 3
    with pytest.raises(OwnError):
        _sync.run_in_thread(_raise, OwnError())


def test_sync_what_is_unbroken_is_run_and_its_error_raised() -> None:
    def work() -> int:
        raise OwnError("work")

    assert _sync.run_to_completion(lambda: 7) == 7
    with pytest.raises(OwnError):
        _sync.run_to_completion(work)


def test_sync_sources_are_gone_through_and_numbered() -> None:
    assert list(_sync.iterate(Source(3))) == [0, 1, 2]
    assert list(_sync.enumerate_source("abc")) == [(0, "a"), (1, "b"), (2, "c")]
    assert list(_sync.enumerate_source([])) == []


def test_sync_closing_ends_a_generator_whatever_happens_in_its_block() -> None:
    ended: list[str] = []

    def items() -> Iterator[int]:
        try:
            yield 0
            yield 1
        finally:
            ended.append("generator")

    with _sync.closing(items()) as found:
        assert next(found) == 0
    assert len(ended) == 1
    with _sync.closing(items()) as found:
        pass  # a generator that never started has nothing to close
    assert len(ended) == 1
    with pytest.raises(OwnError):
        _leave_with_an_error_at_once(items())
    assert len(ended) == 2
    with _sync.closing(items()) as found:
        assert list(found) == [0, 1]
    assert len(ended) == 3


def _leave_with_an_error_at_once(items: Iterator[int]) -> None:
    with _sync.closing(items) as found:
        assert next(found) == 0
        raise OwnError


def test_sync_closing_takes_what_cannot_be_closed() -> None:
    with _sync.closing(iter([1, 2])) as found:
        assert next(found) == 1


def test_both_faces_have_the_same_names() -> None:
    def names(module: Any) -> set[str]:
        own = {name for name, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__}
        return {name for name in own if not name.startswith("_")} | {"sleep", "Source"}

    assert names(_async) == names(_sync)
