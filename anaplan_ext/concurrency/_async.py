"""The primitives of the asynchronous client. `_sync.py` has the same names; keep the two alike."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence, Sized
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from functools import partial
from importlib import import_module
from typing import Final, ParamSpec, TypeAlias, TypeVar, cast

from anaplan_client.core.http.async_connections import run_to_completion as run_to_completion
from anaplan_client.core.http.async_connections import wait_until_done
from anaplan_client.core.http.stopping import Stop, current_stop

from . import batching

T = TypeVar("T")
S = TypeVar("S", bound=Sized)
R = TypeVar("R")
P = ParamSpec("P")

Source: TypeAlias = AsyncIterable[T] | Iterable[T]
sleep = asyncio.sleep
_END: Final = object()

# What the HTTP library imports with its first connection would hold the event loop up then.
for _name in ("anyio.streams.tls", "anyio.lowlevel", "anyio.to_thread", "anyio._backends._asyncio"):
    with suppress(ImportError):  # it may have come to stand on something else
        import_module(_name)


async def run_in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run what would block the loop, such as compressing or reading a file, in a worker thread.

    When it is cancelled, it asks the function to stop and ends after it, so that nothing is in use any more.
    """
    context, stop = copy_context(), Stop()
    context.run(current_stop.set, stop)
    work = asyncio.get_running_loop().run_in_executor(None, lambda: context.run(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stop.request()
        try:
            await wait_until_done(work)
        finally:
            work.exception()  # nobody else will ask
        raise


def call_in_loop(function: Callable[P, object]) -> Callable[P, object]:
    """Makes a function callable from worker threads; it then runs in the loop, before what waits for the thread."""
    loop = asyncio.get_running_loop()

    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        loop.call_soon_threadsafe(partial(function, *args, **kwargs))

    return call


def check_cancelled(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function end the work that calls it when that was cancelled, which a task does by itself."""
    return function


def check_source(name: str, source: object) -> None:
    """Accepts any iterable: the event loop goes through asynchronous ones as well."""


async def iterate(source: Source[T]) -> AsyncIterator[T]:
    """Goes through a source of either kind."""
    if isinstance(source, AsyncIterable):
        async for item in source:
            yield item
    else:
        for item in source:
            yield item


async def in_batches(function: Callable[[Sequence[S]], R], pieces: Source[S]) -> AsyncIterator[R]:
    """Applies a function to batches of pieces in worker threads; a plain iterable is gone through there as well."""
    if isinstance(pieces, AsyncIterable):
        async for batch in _batches(pieces):
            yield await run_in_thread(function, batch)
    else:
        made = map(function, batching.batches(pieces))
        while (result := await run_in_thread(next, made, _END)) is not _END:
            yield cast("R", result)


async def _batches(pieces: AsyncIterable[S]) -> AsyncIterator[list[S]]:
    """As `batching.batches`."""
    batch, size = list[S](), 0
    async for piece in pieces:
        batch.append(piece)
        try:
            size += len(piece)
        except TypeError:  # it is no piece; this ends the batch, so that it is soon found
            size = batching.BLOCK_BYTES
        if size >= batching.BLOCK_BYTES or len(batch) == batching.MAX_BATCH_PIECES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def numbered(source: Source[T]) -> AsyncIterator[tuple[int, T]]:
    """Numbers the items of a source from 0 on."""
    count = 0
    async for item in iterate(source):
        yield count, item
        count += 1


@asynccontextmanager
async def closing(items: AsyncIterator[T]) -> AsyncGenerator[AsyncIterator[T]]:
    """Ends a generator, and what it has under way, when its reader leaves early."""
    try:
        yield items
    finally:
        if (close := getattr(items, "aclose", None)) is not None:
            await close()


async def _cancel(tasks: Iterable[asyncio.Task[R]]) -> None:
    """End tasks, each of which is cancelled only once, whatever happens to the caller meanwhile."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    try:
        await wait_until_done(*ending)
    finally:
        for task in ending:
            if task.done() and not task.cancelled():
                task.exception()  # nobody else will ask


async def map_bounded(
    function: Callable[[T], Awaitable[R]], items: Source[T], limit: int, size: Callable[[], int] | None = None
) -> AsyncIterator[R]:
    """Applies a function to each item, `limit` at a time, and yields the results in the items' order.

    Where `size` is given, it is asked before each item how many may be under way, up to `limit`.
    An item is taken only when a place is free, and a place becomes free when its result was taken. The first failure
    ends it: nothing more is taken, what runs is cancelled and awaited, and the failure is raised as it is.
    """
    source = iterate(items)
    running: deque[asyncio.Task[R]] = deque()
    exhausted = False
    try:
        while not exhausted or running:
            _raise_failure(running)
            while not exhausted and len(running) < (limit if size is None else min(limit, size())):
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    exhausted = True
                else:
                    running.append(asyncio.ensure_future(_call(function, item)))
            if running:
                await _first_done(running)
                yield running.popleft().result()
    finally:
        await _cancel(running)


async def _call(function: Callable[[T], Awaitable[R]], item: T) -> R:
    return await function(item)


async def _first_done(running: deque[asyncio.Task[R]]) -> None:
    """Waits for the first of the running, or raises the failure of any that fails before it."""
    while not running[0].done():
        await asyncio.wait([task for task in running if not task.done()], return_when=asyncio.FIRST_COMPLETED)
        _raise_failure(running)


def _raise_failure(running: Iterable[asyncio.Task[R]]) -> None:
    for task in running:
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error


async def each_bounded(
    function: Callable[[T], Awaitable[R]], items: Source[T], limit: int, size: Callable[[], int] | None = None
) -> AsyncIterator[R]:
    """Applies a function to each item, `limit` at a time, and yields each result when it is there, in any order.

    As `map_bounded`, but a place is free as soon as its item is done, so that a slow one does not stop the others.
    """
    source = iterate(items)
    running: set[asyncio.Task[R]] = set()
    done: set[asyncio.Task[R]] = set()
    exhausted = False
    try:
        while not exhausted or running:
            while not exhausted and len(running) < (limit if size is None else min(limit, size())):
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    exhausted = True
                else:
                    running.add(asyncio.ensure_future(_call(function, item)))
            if running:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                _raise_failure(done)
                for task in done:
                    yield task.result()
    finally:
        await _cancel([*running, *done])


class BackgroundTask:
    """Work that goes on beside its callers, any number of whom may wait for its end.

    `error` is what it failed with, to be looked at then.
    """

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self.error: Exception | None = None
        self._task = asyncio.ensure_future(self._run(work))

    def done(self) -> bool:
        """Say whether it has ended; with its event loop, it has."""
        return self._task.done() or self._task.get_loop().is_closed()

    async def wait(self) -> None:
        """Wait for its end; it goes on when a caller is cancelled."""
        await asyncio.wait({self._task})

    async def stop(self) -> None:
        """End it, and wait for that."""
        if not self.done():
            self._task.cancel()
            await wait_until_done(self._task)

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            self.error = error
