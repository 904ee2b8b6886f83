"""The primitives of the synchronous client. `_async.py` has the same names; keep the two alike.

What the caller's thread waits with here can be interrupted at any point: `threading.Event`, `Condition` and what is
built on them, such as futures, may keep a lock for good when an interrupt hits them.
"""

import os
import threading
import time
from collections.abc import AsyncIterable, Callable, Generator, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from typing import Final, Generic, ParamSpec, TypeAlias, TypeVar, cast

from attrs import frozen

from anaplan_client.core.http.stopping import Stop, StoppedError, check_stopped, current_stop
from anaplan_client.core.http.sync_connections import run_to_completion as run_to_completion

from . import batching

T = TypeVar("T")
S = TypeVar("S", bound=Sized)
R = TypeVar("R")
P = ParamSpec("P")

Source: TypeAlias = Iterable[T]
_END: Final = object()
CHECK_SECONDS = 0.25
"""How often a thread that waits for others sees whether it was stopped itself."""
STOP_TIMEOUT_SECONDS = 1.5
"""How long the end of threads is waited for after they were stopped."""


def sleep(seconds: float) -> None:
    """Wait. Work that was stopped ends instead."""
    stop = current_stop.get()
    if stop is None:
        time.sleep(seconds)
        return
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not stop.wait(min(left, CHECK_SECONDS)):
        pass
    check_stopped()


def run_in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a function here: the caller is a thread of its own already."""
    return function(*args, **kwargs)


def call_in_loop(function: Callable[P, object]) -> Callable[P, object]:
    """Make a function callable from worker threads; it must allow for that itself, and is `check_cancelled`."""
    return check_cancelled(function)


def check_cancelled(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function, called now and then from the work of a map, end that work when the map has ended."""

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        check_stopped()
        return function(*args, **kwargs)

    return call


def check_source(name: str, source: object) -> None:
    """Raises `TypeError` for an asynchronous iterable, which needs an event loop."""
    kind: type[object] = type(source)
    if issubclass(kind, AsyncIterable):
        raise TypeError(f"{name} must not be asynchronous (got {kind.__name__}); use AsyncClient, or a plain iterable")


def iterate(source: Source[T]) -> Iterator[T]:
    """Goes through a source."""
    return iter(source)


def in_batches(function: Callable[[Sequence[S]], R], pieces: Source[S]) -> Iterator[R]:
    """Applies a function to batches of pieces, here."""
    return map(function, batching.batches(pieces))


def numbered(source: Source[T]) -> Iterator[tuple[int, T]]:
    """Numbers the items of a source from 0 on."""
    return enumerate(source)


@contextmanager
def closing(items: Iterator[T]) -> Generator[Iterator[T]]:
    """Ends a generator, and what it has under way, when its reader leaves early."""
    try:
        yield items
    finally:
        if (close := getattr(items, "close", None)) is not None:
            close()


def map_bounded(
    function: Callable[[T], R], items: Source[T], limit: int, size: Callable[[], int] | None = None
) -> Iterator[R]:
    """Apply a function to each item in threads, `limit` at a time, and yield the results in the items' order.

    Where `size` is given, it is asked before each item how many may be in flight, up to `limit`.
    An item is taken only when a place is free, and a place becomes free when its result was taken. The first failure
    ends it: nothing more is taken, what is queued is dropped, what runs is stopped and awaited, and the failure is
    raised as it is.
    """
    source = iterate(items)
    done: dict[int, R] = {}
    taken = given = 0
    exhausted = False
    threads = _Threads[R](limit)
    try:
        while True:
            done.update(threads.results())
            while not exhausted and taken - given < (limit if size is None else min(limit, size())):
                if (item := next(source, _END)) is _END:
                    exhausted = True
                else:
                    threads.submit(taken, function, cast("T", item))
                    taken += 1
            if given == taken:
                return
            while given not in done:
                done.update((threads.next_result(),))
            yield done.pop(given)
            given += 1
    finally:
        threads.end()


def each_bounded(
    function: Callable[[T], R], items: Source[T], limit: int, size: Callable[[], int] | None = None
) -> Iterator[R]:
    """Apply a function to each item in threads, `limit` at a time, and yield results in any order.

    As `map_bounded`, but a place is free as soon as its item is done, so that a slow one does not stop the others.
    """
    source = iterate(items)
    running = 0
    exhausted = False
    threads = _Threads[R](limit)
    try:
        while True:
            while not exhausted and running < (limit if size is None else min(limit, size())):
                if (item := next(source, _END)) is _END:
                    exhausted = True
                else:
                    threads.submit(running, function, cast("T", item))
                    running += 1
            if not running:
                return
            for _, result in [threads.next_result(), *threads.results()]:
                running -= 1
                yield result
    finally:
        threads.end()


@frozen
class _Failed:
    error: BaseException


@frozen
class _Work(Generic[R]):
    """What a thread is to do: a call, in the context of the caller."""

    number: int
    context: Context
    call: Callable[[], R]


class _Threads(Generic[R]):
    """Threads that work for one caller, and stop soon when that has enough."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pid = os.getpid()
        self._stop = Stop(owner=self)
        self._queue = SimpleQueue[_Work[R] | None]()
        self._results = SimpleQueue[tuple[int, R | _Failed]]()
        self._in_flight = 0
        self._threads: list[threading.Thread] = []

    def submit(self, number: int, function: Callable[[T], R], item: T) -> None:
        """Have one of them call a function; the result comes with the number."""
        context = copy_context()
        context.run(current_stop.set, self._stop)
        self._queue.put(_Work(number, context, lambda: function(item)))
        self._in_flight += 1
        if len(self._threads) < min(self._limit, self._in_flight):
            thread = threading.Thread(
                target=_work, args=(self._queue, self._results, self._stop), name="anaplan", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def next_result(self) -> tuple[int, R]:
        """Wait for a result. Raises what its call raised."""
        while True:
            try:
                return self._checked(self._results.get(timeout=CHECK_SECONDS))
            except Empty:
                check_stopped()
                if os.getpid() != self._pid:
                    raise RuntimeError("what the parent process has begun cannot go on here; begin it anew") from None

    def results(self) -> Iterator[tuple[int, R]]:
        """Yield the results that are there."""
        while not self._results.empty():
            yield self._checked(self._results.get())

    def end(self) -> None:
        """Stop what they do, and wait for that."""
        self._stop.request()
        for _ in self._threads:
            self._queue.put(None)
        latest = time.monotonic() + STOP_TIMEOUT_SECONDS
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, latest - time.monotonic()))

    def _checked(self, outcome: tuple[int, R | _Failed]) -> tuple[int, R]:
        self._in_flight -= 1
        number, result = outcome
        if isinstance(result, _Failed):
            raise result.error
        return number, result


def _work(queue: SimpleQueue[_Work[R] | None], results: SimpleQueue[tuple[int, R | _Failed]], stop: Stop) -> None:
    """Do what is queued until the end or a stop, without holding the caller."""
    while not stop.is_requested:
        try:
            work = queue.get(timeout=CHECK_SECONDS)
        except Empty:
            continue
        if work is None:
            return
        try:
            result: R | _Failed = work.context.run(work.call)
        except BaseException as error:
            result = _Failed(error)
        results.put((work.number, result))
        del work, result  # not held until the next one


class BackgroundTask:
    """Work that goes on beside its callers, any number of whom may wait for its end.

    `error` is what it failed with, to be looked at then.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self.error: Exception | None = None
        self._stop = Stop()
        # Not the end of the thread: one whose `join` was interrupted is taken for ended by Python 3.11 and 3.12.
        self._ended = Stop()
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._run, work), name="anaplan-job", daemon=True
        )
        try:
            self._thread.start()
        except BaseException:  # a signal
            # It may have begun, and nobody else will know of it.
            self.stop()
            raise

    def done(self) -> bool:
        """Say whether it has ended."""
        return self._ended.is_requested

    def wait(self) -> None:
        """Wait for its end; it goes on when a caller is interrupted or stopped."""
        while not self._ended.wait(CHECK_SECONDS):
            check_stopped()

    def stop(self) -> None:
        """End it, and wait for that."""
        self._stop.request()
        if self._thread.ident is not None:
            self._thread.join(STOP_TIMEOUT_SECONDS)

    def _run(self, work: Callable[[], None]) -> None:
        current_stop.set(self._stop)
        try:
            work()
        except StoppedError:
            pass  # as a task that is cancelled has no error
        except Exception as error:
            self.error = error
        finally:
            self._ended.request()
