"""The primitives of the synchronous client. `_async.py` has the same names; keep the two alike."""

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Sized
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeAlias, TypeVar

from .. import chunks

T = TypeVar("T")
S = TypeVar("S", bound=Sized)
R = TypeVar("R")
P = ParamSpec("P")

Source: TypeAlias = Iterable[T]
_stopping: ContextVar[threading.Event | None] = ContextVar("stopping", default=None)
"""Within a job, or the threads of a map: set when that is to end."""
PATIENCE = 1.0
"""Seconds for which the end of a job is waited for after it was stopped."""


def sleep(seconds: float) -> None:
    """Waits. In a job that is stopped, or work that nobody waits for any more, it ends that instead."""
    stopping = _stopping.get()
    if stopping is None:
        time.sleep(seconds)
    elif stopping.wait(seconds):
        raise RuntimeError("Cannot send a request, as the client has been closed.")  # as httpx says it


def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs a function here: the caller is a thread of its own already."""
    return function(*args, **kwargs)


def from_thread(function: Callable[P, object]) -> Callable[P, object]:
    """Makes a function callable from worker threads; it must allow for that itself, and is `cancellable`."""
    return cancellable(function)


def cancellable(function: Callable[P, R]) -> Callable[P, R]:
    """Makes a function, called now and then from the work of a map, end that work when the map has ended."""
    stopping = _stopping.get()

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if stopping is not None and stopping.is_set():
            raise RuntimeError("Given up, since nobody waits for it any more.")
        return function(*args, **kwargs)

    return call


def iterate(source: Source[T]) -> Iterator[T]:
    """Goes through a source."""
    return iter(source)


def in_batches(function: Callable[[Sequence[S]], R], pieces: Source[S]) -> Iterator[R]:
    """Applies a function to batches of pieces, here."""
    return map(function, chunks.batches(pieces))


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


def unbroken(function: Callable[[], R]) -> R:
    """Runs a function to its end; nothing cancels a thread."""
    return function()


def map_bounded(
    function: Callable[[T], R], items: Source[T], limit: int, size: Callable[[], int] | None = None
) -> Iterator[R]:
    """Applies a function to each item in threads, `limit` at a time, and yields the results in the items' order.

    Where `size` is given, it is asked before each item how many may be under way, up to `limit`.
    An item is taken only when a place is free, and a place becomes free when its result was taken. The first failure
    ends it: nothing more is taken, what is queued is cancelled, what runs ends at its next pause or `cancellable` call
    and is awaited, and the failure is raised as it is.
    """
    source = iterate(items)
    running: deque[Future[R]] = deque()
    exhausted = False
    threads = _Threads(limit)
    try:
        while not exhausted or running:
            _raise_failure(running)
            while not exhausted and len(running) < (limit if size is None else min(limit, size())):
                try:
                    item = next(source)
                except StopIteration:
                    exhausted = True
                else:
                    running.append(threads.submit(function, item))
            if running:
                _first_done(running)
                yield running.popleft().result()
    finally:
        threads.end()


class _Threads:
    """Threads that work for one caller, and leave off soon when that has enough."""

    def __init__(self, limit: int) -> None:
        self._pool = ThreadPoolExecutor(limit, thread_name_prefix="anaplan")
        self._stopping = threading.Event()

    def submit(self, function: Callable[[T], R], item: T) -> Future[R]:
        """Has one of them do a piece of work, in the context of the caller."""
        context = copy_context()
        context.run(_stopping.set, self._stopping)
        return self._pool.submit(context.run, function, item)

    def end(self) -> None:
        """Ends what they do, and waits for that."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _first_done(running: deque[Future[R]]) -> None:
    """Waits for the first of the running, or raises the failure of any that fails before it."""
    while not running[0].done():
        wait([future for future in running if not future.done()], return_when=FIRST_COMPLETED)
        _raise_failure(running)


def _raise_failure(running: Iterable[Future[R]]) -> None:
    for future in running:
        if future.done() and (error := future.exception()):
            raise error


def each_bounded(
    function: Callable[[T], R], items: Source[T], limit: int, size: Callable[[], int] | None = None
) -> Iterator[R]:
    """Applies a function to each item in threads, `limit` at a time, and yields results in any order.

    As `map_bounded`, but a place is free as soon as its item is done, so that a slow one does not stop the others.
    """
    source = iterate(items)
    running: set[Future[R]] = set()
    exhausted = False
    threads = _Threads(limit)
    try:
        while not exhausted or running:
            while not exhausted and len(running) < (limit if size is None else min(limit, size())):
                try:
                    item = next(source)
                except StopIteration:
                    exhausted = True
                else:
                    running.add(threads.submit(function, item))
            if running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                _raise_failure(done)
                for future in done:
                    yield future.result()
    finally:
        threads.end()


class Job:
    """Work that goes on beside its callers, any number of whom may wait for its end.

    `error` is what it failed with, to be looked at then. `break_off` ends what its thread waits for, but for `sleep`.
    """

    def __init__(self, work: Callable[[], None], break_off: Callable[[], None] | None = None) -> None:
        self.error: Exception | None = None
        self._break_off = break_off
        self._stopping = threading.Event()
        # Not the end of the thread: one whose `join` was interrupted is taken for ended by Python 3.11 and 3.12.
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._run, work), name="anaplan-job", daemon=True
        )
        try:
            self._thread.start()
        except KeyboardInterrupt:
            # It may have begun, and nobody else will know of it.
            self.stop()
            raise

    def done(self) -> bool:
        """Says whether it has ended."""
        return self._ended.is_set()

    def wait(self) -> None:
        """Waits for its end; it goes on when a caller is interrupted."""
        self._ended.wait()

    def stop(self) -> None:
        """Ends it, and waits for that, but not long: a thread that is connecting cannot be made to leave off."""
        if not self.done():
            self._stopping.set()
            if self._break_off is not None:
                self._break_off()
        self._thread.join(PATIENCE)

    def _run(self, work: Callable[[], None]) -> None:
        _stopping.set(self._stopping)
        try:
            work()
        except Exception as error:
            self.error = error
        finally:
            self._ended.set()
