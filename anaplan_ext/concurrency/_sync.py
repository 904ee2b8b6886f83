"""The primitives of the synchronous client. `_async.py` has the same names; keep the two alike.

The caller's thread can be interrupted at any point while it waits here. That excludes `threading.Event`, `Condition`
and futures: an interrupt may leave their lock acquired permanently.
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
from anaplan_client.core.http.sync_connections import run_isolated as run_isolated
from anaplan_client.core.http.sync_connections import run_to_completion as run_to_completion

from . import batching

T = TypeVar("T")
S = TypeVar("S", bound=Sized)
R = TypeVar("R")
P = ParamSpec("P")

Source: TypeAlias = Iterable[T]
_END: Final = object()
CHECK_SECONDS = 0.25
"""Seconds after which a waiting thread checks whether it was stopped."""
JOIN_SECONDS = 0.05
"""Seconds after which the end of stopped threads is checked."""
STOP_TIMEOUT_SECONDS = 1.5
"""Maximum seconds to wait for the end of stopped threads."""


def sleep(seconds: float) -> None:
    """Wait, or raise `StoppedError` in work that is stopped meanwhile."""
    stop = current_stop.get()
    if stop is None:
        time.sleep(seconds)
        return
    while seconds > 0 and not stop.wait(min(seconds, CHECK_SECONDS)):
        seconds -= CHECK_SECONDS
    check_stopped()


def run_in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a function in this thread."""
    return function(*args, **kwargs)


def call_without_waiting(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function for which Python's syntax has no `await`."""
    return function(*args, **kwargs)


def run_detached(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a function that waits for a person in this thread."""
    return function(*args, **kwargs)


def call_in_loop(function: Callable[P, object]) -> Callable[P, object]:
    """Return a function that ends stopped work as `check_cancelled` does; it must be safe to call from any thread."""
    return check_cancelled(function)


def check_cancelled(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that raises `StoppedError` when the map that it works for has ended."""

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        check_stopped()
        return function(*args, **kwargs)

    return call


def check_source(name: str, source: object) -> None:
    """Raise `TypeError` for an asynchronous iterable, which needs an event loop."""
    kind: type[object] = type(source)
    if issubclass(kind, AsyncIterable):
        raise TypeError(f"{name} must not be asynchronous (got {kind.__name__}); use AsyncClient, or a plain iterable")


def iterate(source: Source[T]) -> Iterator[T]:
    """Return an iterator of a source."""
    return iter(source)


def map_batches(function: Callable[[Sequence[S]], R], pieces: Source[S]) -> Iterator[R]:
    """Apply a function to batches of pieces, in this thread."""
    return map(function, batching.batches(pieces))


def enumerate_source(source: Source[T]) -> Iterator[tuple[int, T]]:
    """Yield the items of a source with their index."""
    return enumerate(source)


@contextmanager
def closing(items: Iterator[T]) -> Generator[Iterator[T]]:
    """Close a generator when its reader leaves early, which stops its calls in flight."""
    try:
        yield items
    finally:
        if (close := getattr(items, "close", None)) is not None:
            close()


def map_concurrently(
    function: Callable[[T], R], items: Source[T], limit: int | Callable[[], int], *, ordered: bool = True
) -> Iterator[R]:
    """Apply a function to each item in threads, at most `limit` concurrently, and yield the results.

    The results have the order of the items, or that in which they are ready if not `ordered`. A `limit` that is a
    function is called before each item. An item is read only when a slot is free, and a result frees its slot when it
    is yielded. The first failure ends the map: no further item is read, the running calls are stopped and awaited, and
    the failure is raised as it is.
    """
    source = iterate(items)
    done: dict[int, R] = {}
    started = yielded = 0
    exhausted = False
    threads = _Threads[R]()
    try:
        while True:
            done.update(threads.results())
            while not exhausted and started - yielded < (limit if isinstance(limit, int) else limit()):
                if (item := next(source, _END)) is _END:
                    exhausted = True
                else:
                    threads.submit(started, function, cast("T", item))
                    started += 1
            if yielded == started:
                return
            while not done or (ordered and yielded not in done):
                done.update((threads.next_result(),))
            yield done.pop(yielded if ordered else next(iter(done)))
            yielded += 1
    finally:
        threads.end()


@frozen
class _Failed:
    error: BaseException


@frozen
class _Work(Generic[R]):
    """A call for a thread, in the context of the caller."""

    number: int
    context: Context
    call: Callable[[], R]


class _Threads(Generic[R]):
    """The threads of one caller."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._stop = Stop(owner=self)
        self._queue = SimpleQueue[_Work[R] | None]()
        self._results = SimpleQueue[tuple[int, R | _Failed]]()
        self._in_flight = 0
        self._threads: list[threading.Thread] = []

    def submit(self, number: int, function: Callable[[T], R], item: T) -> None:
        """Call a function in one of the threads; its result comes with the number."""
        context = copy_context()
        context.run(current_stop.set, self._stop)
        self._queue.put(_Work(number, context, lambda: function(item)))
        self._in_flight += 1
        if len(self._threads) < self._in_flight:
            thread = threading.Thread(
                target=_work, args=(self._queue, self._results, self._stop), name="anaplan", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def next_result(self) -> tuple[int, R]:
        """Wait for a result, or raise what its call raised."""
        while True:
            try:
                return self._checked(self._results.get(timeout=CHECK_SECONDS))
            except Empty:
                check_stopped()
                if os.getpid() != self._pid:
                    raise RuntimeError("the parent process started this; start it again here") from None

    def results(self) -> Iterator[tuple[int, R]]:
        """Yield the results that are ready."""
        while not self._results.empty():
            yield self._checked(self._results.get())

    def end(self) -> None:
        """Stop the calls in flight, and wait for their end."""
        self._stop.request()
        for _ in self._threads:
            self._queue.put(None)
        seconds_left = STOP_TIMEOUT_SECONDS
        for thread in self._threads:
            while seconds_left > 0 and thread.is_alive():
                thread.join(JOIN_SECONDS)
                seconds_left -= JOIN_SECONDS * thread.is_alive()

    def _checked(self, outcome: tuple[int, R | _Failed]) -> tuple[int, R]:
        self._in_flight -= 1
        number, result = outcome
        if isinstance(result, _Failed):
            raise result.error
        return number, result


def _work(queue: SimpleQueue[_Work[R] | None], results: SimpleQueue[tuple[int, R | _Failed]], stop: Stop) -> None:
    """Make queued calls until the end or a stop, without a reference to their caller."""
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
        del work, result  # frees their memory before the next call


class BackgroundTask:
    """A call in the background, whose end any number of callers may wait for.

    `error` is its failure, which is set when it has ended. It is cancelled when its owner, which the work must not
    refer to, no longer exists: an interrupt may prevent the owner's `cancel`. The interpreter waits for it at its end
    if `is_daemon` is false.
    """

    def __init__(self, work: Callable[[], None], owner: object = None, *, is_daemon: bool = True) -> None:
        self.error: Exception | None = None
        self._stop = Stop(owner)
        # Not the state of the thread: Python 3.11 and 3.12 report one as ended whose `join` was interrupted.
        self._ended = Stop()
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._run, work), name="anaplan-job", daemon=is_daemon
        )
        try:
            self._thread.start()
        except BaseException:  # a signal
            # The thread may have started, and nobody else can stop it.
            self.cancel()
            raise

    def done(self) -> bool:
        """Return whether it has ended."""
        return self._ended.is_requested

    def wait(self) -> None:
        """Wait until it has ended; it continues when a caller is interrupted or stopped."""
        while not self._ended.wait(CHECK_SECONDS):
            check_stopped()

    def cancel(self) -> None:
        """Cancel it, and wait until it has ended."""
        self._stop.request()
        if self._thread.ident is not None:
            self._thread.join(STOP_TIMEOUT_SECONDS)

    def _run(self, work: Callable[[], None]) -> None:
        current_stop.set(self._stop)
        try:
            work()
        except StoppedError:
            pass  # like a cancelled task, it has no error
        except Exception as error:
            self.error = error
        finally:
            self._ended.request()
