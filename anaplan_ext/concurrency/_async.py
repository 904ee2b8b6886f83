"""The primitives of the asynchronous client. `_sync.py` has the same names; keep the two alike."""

import asyncio
import threading
import weakref
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence, Sized
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from functools import partial
from importlib import import_module
from itertools import islice
from typing import Final, ParamSpec, TypeAlias, TypeVar, cast

from anaplan_client.core.http.async_connections import run_isolated as run_isolated
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

# The HTTP library imports these with its first connection, which would block the event loop.
for _name in ("anyio.streams.tls", "anyio.lowlevel", "anyio.to_thread", "anyio._backends._asyncio"):
    with suppress(ImportError):  # a later version may not use them
        import_module(_name)


async def run_in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a function that would block the event loop in a worker thread.

    A cancellation requests that the function stops and waits for its end, so that it does not use anything afterwards.
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
            work.exception()  # marks it as retrieved
        raise


def call_without_waiting(function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Raise `TypeError`: a call for which Python's syntax has no `await` cannot wait here."""
    raise TypeError(f"no response can be awaited here; await {function.__name__.lstrip('_')}() instead")


async def run_detached(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a function that waits for a person in a thread of its own.

    A cancellation requests that it stops, and leaves the thread behind: it may wait for a key, and nobody waits for it.
    """
    context, stop, loop = copy_context(), Stop(), asyncio.get_running_loop()
    context.run(current_stop.set, stop)
    result: asyncio.Future[R] = loop.create_future()

    def settle(value: R | None, error: BaseException | None) -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(cast("R", value))

    def run() -> None:
        value, error = None, None
        try:
            value = context.run(function, *args, **kwargs)
        except BaseException as failure:
            error = failure
        with suppress(RuntimeError):  # the event loop has ended
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, name="anaplan-person", daemon=True).start()
    try:
        return await result
    finally:
        stop.request()


def call_in_loop(function: Callable[P, object]) -> Callable[P, object]:
    """Make a function callable from worker threads; it runs in the event loop, before the thread's result is there."""
    loop = asyncio.get_running_loop()

    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        loop.call_soon_threadsafe(partial(function, *args, **kwargs))

    return call


def check_cancelled(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function: a task that is cancelled ends by itself."""
    return function


def check_source(name: str, source: object) -> None:
    """Accept any iterable, asynchronous ones included."""


async def iterate(source: Source[T]) -> AsyncIterator[T]:
    """Yield the items of a source of either kind."""
    if isinstance(source, AsyncIterable):
        async for item in source:
            yield item
    else:
        for item in source:
            yield item


async def map_batches(function: Callable[[Sequence[S]], R], pieces: Source[S]) -> AsyncIterator[R]:
    """Apply a function to batches of pieces in worker threads, where a plain iterable is read as well."""
    if isinstance(pieces, AsyncIterable):
        async for batch in _batches(pieces):
            yield await run_in_thread(function, batch)
    else:
        made = map(function, batching.batches(pieces))
        while (result := await run_in_thread(next, made, _END)) is not _END:
            yield cast("R", result)


async def _batches(pieces: AsyncIterable[S]) -> AsyncIterator[list[S]]:
    """Yield the batches of `batching.batches` from an asynchronous iterable."""
    batch, size = list[S](), 0
    async for piece in pieces:
        batch.append(piece)
        try:
            size += len(piece)
        except TypeError:  # not a piece: end the batch, so that the error comes soon
            size = batching.BLOCK_BYTES
        if size >= batching.BLOCK_BYTES or len(batch) == batching.MAX_BATCH_PIECES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def enumerate_source(source: Source[T]) -> AsyncIterator[tuple[int, T]]:
    """Yield the items of a source with their index."""
    count = 0
    async for item in iterate(source):
        yield count, item
        count += 1


@asynccontextmanager
async def closing(items: AsyncIterator[T]) -> AsyncGenerator[AsyncIterator[T]]:
    """Close a generator when its reader leaves early, which cancels its calls in flight."""
    try:
        yield items
    finally:
        if (close := getattr(items, "aclose", None)) is not None:
            await close()


async def _cancel(tasks: Iterable[asyncio.Task[R]]) -> None:
    """Cancel each task once and wait for its end, even if the caller is cancelled meanwhile."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    try:
        await wait_until_done(*ending)
    finally:
        for task in ending:
            if task.done() and not task.cancelled():
                task.exception()  # marks it as retrieved


async def map_concurrently(
    function: Callable[[T], Awaitable[R]], items: Source[T], limit: int | Callable[[], int], *, ordered: bool = True
) -> AsyncIterator[R]:
    """Apply a function to each item, at most `limit` concurrently, and yield the results.

    The results have the order of the items, or that in which they are ready if not `ordered`. A `limit` that is a
    function is called before each item. An item is read only when a slot is free, and a result frees its slot when it
    is yielded. The first failure ends the map: no further item is read, the running calls are cancelled and awaited,
    and the failure is raised as it is.
    """
    source = iterate(items)
    running: deque[asyncio.Task[R]] = deque()
    exhausted = False
    try:
        while not exhausted or running:
            _raise_failure(running)
            while not exhausted and len(running) < (limit if isinstance(limit, int) else limit()):
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    exhausted = True
                else:
                    running.append(asyncio.ensure_future(_call(function, item)))
            if running:
                yield (await _pop_done(running, ordered)).result()
    finally:
        await _cancel(running)


async def _call(function: Callable[[T], Awaitable[R]], item: T) -> R:
    return await function(item)


async def _pop_done(running: deque[asyncio.Task[R]], ordered: bool) -> asyncio.Task[R]:
    """Wait for the first task, or for any if not `ordered`; raise the failure of any that fails before it."""
    while True:
        for task in islice(running, 1 if ordered else None):
            if task.done():
                running.remove(task)
                return task
        await asyncio.wait([task for task in running if not task.done()], return_when=asyncio.FIRST_COMPLETED)
        _raise_failure(running)


def _raise_failure(running: Iterable[asyncio.Task[R]]) -> None:
    for task in running:
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error


class BackgroundTask:
    """A call in the background, whose end any number of callers may wait for.

    `error` is its failure, which is set when it has ended. It is cancelled when its owner, which the work must not
    refer to, no longer exists. `is_daemon` has a meaning for threads only.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], owner: object = None, *, is_daemon: bool = True) -> None:
        self.error: Exception | None = None
        self._task = asyncio.ensure_future(self._run(work))
        self._owner = None if owner is None else weakref.ref(owner, lambda _: self._abandon())

    def done(self) -> bool:
        """Return whether it has ended; it ends with its event loop."""
        return self._task.done() or self._task.get_loop().is_closed()

    async def wait(self) -> None:
        """Wait until it has ended; it continues when a caller is cancelled."""
        await asyncio.wait({self._task})

    async def cancel(self) -> None:
        """Cancel it, and wait until it has ended."""
        if not self.done():
            self._task.cancel()
            await wait_until_done(self._task)

    def _abandon(self) -> None:
        """Cancel it from any thread, as the collector may run in another one."""
        if not self.done():
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            self.error = error
