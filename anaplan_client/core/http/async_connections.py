"""Connections of the asynchronous client. `sync_connections.py` has the same names; keep the two alike."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

import httpx

from .async_backend import Backend
from .forking import reset_in_child
from .network import NetworkSettings, install_backend, iter_pools, translate_errors
from .stopping import CLOSED_MESSAGE

P = ParamSpec("P")
R = TypeVar("R")


async def wait_until_done(*tasks: asyncio.Future[R]) -> None:
    """Wait until tasks are done, even if this wait is cancelled."""
    cancelled: asyncio.CancelledError | None = None
    while left := [task for task in tasks if not task.done()]:
        try:
            await asyncio.wait(left)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


_isolated: set[asyncio.Task[object]] = set()
"""The tasks of `run_isolated`."""
_finishing: set[asyncio.Task[object]] = set()
"""Those that must not be cancelled now."""


async def run_isolated(function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function in its own task, which is cancelled at most once, and has ended when this returns.

    An HTTP library that is cancelled again during its cleanup leaks connections. Calls within such a task stay in it.
    """
    if asyncio.current_task() in _isolated:
        return await function(*args, **kwargs)

    async def call() -> R:
        return await function(*args, **kwargs)

    task = asyncio.ensure_future(call())
    _isolated.add(task)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        # All tasks are cancelled when their loop ends.
        if not task.cancelling() and task not in _finishing:
            task.cancel()
        try:
            await wait_until_done(task)
        finally:
            if not task.cancelled():
                task.exception()  # mark it as retrieved
        raise
    finally:
        _isolated.discard(task)


async def run_to_completion(function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function, which runs to its end even if the caller is cancelled.

    It runs in the task of `run_isolated`, or in its own.
    """
    current = asyncio.current_task()
    if current is not None and current in _isolated:
        _finishing.add(current)
        try:
            return await function(*args, **kwargs)
        finally:
            _finishing.discard(current)

    async def call() -> R:
        return await function(*args, **kwargs)

    task = asyncio.ensure_future(call())
    try:
        await wait_until_done(task)
    except asyncio.CancelledError:
        if not task.cancelled():
            task.exception()  # mark it as retrieved
        raise
    return task.result()


def check_runtime() -> None:
    """Raise `RuntimeError` unless an asyncio event loop is running."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError("AsyncClient needs asyncio; under another event loop, use Client in a thread") from None


class Connections:
    """The connections of a client, opened at first use.

    A child process opens its own, and so does an event loop after another one was closed.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        hooks: Mapping[str, Sequence[Callable[..., object]]],
        timeout: float,
        secure: bool,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self._settings = settings
        self._hooks = {name: list(functions) for name, functions in hooks.items()}
        self._timeout = timeout
        self._secure = secure
        self._given = http_client
        self._given_pid = os.getpid()
        self._http: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inherited: list[httpx.AsyncClient] = []
        self._is_closed = False
        self._lock = threading.Lock()
        reset_in_child(self)

    def current(self) -> httpx.AsyncClient:
        """Return the HTTP client to send with.

        Raises `NetworkSettingsError` if TLS or a proxy cannot be set up, and `RuntimeError` after `aclose`, or while
        another event loop uses the client.
        """
        if self._is_closed:
            raise RuntimeError(CLOSED_MESSAGE)
        if self._given is not None:
            if self._given_pid != os.getpid():
                raise RuntimeError("http_client belongs to the parent process; make a client in this process")
            return self._given
        loop = asyncio.get_running_loop()
        if self._http is None or self._loop is not loop:
            return self._connect(loop)
        return self._http

    @asynccontextmanager
    async def repair_on_error(self) -> AsyncGenerator[None]:
        """Release the connections that the HTTP library leaks in a cancellation."""
        try:
            yield
        except asyncio.CancelledError:
            if (http := self._given or self._http) is not None:
                await run_to_completion(_release_lost, http)
            raise

    async def aclose(self) -> None:
        """Close the connections."""
        self._is_closed = True
        http, self._http = self._http, None
        if http is not None and self._loop is asyncio.get_running_loop():
            await run_to_completion(http.aclose)

    def after_fork(self) -> None:
        """Abandon the connections of the parent process."""
        self._lock = threading.Lock()
        self._settings.after_fork()
        if self._http is not None:
            # Kept, because collecting them would close the connections of the parent.
            self._inherited.append(self._http)
            self._http, self._loop = None, None

    def _connect(self, loop: asyncio.AbstractEventLoop) -> httpx.AsyncClient:
        with self._lock:
            if self._loop is not None and self._loop is not loop and not self._loop.is_closed():
                raise RuntimeError("this AsyncClient is in use by another event loop; make one client for each loop")
            options = self._settings.options(self._secure)
            with translate_errors():
                self._http = httpx.AsyncClient(**options, event_hooks=self._hooks, timeout=self._timeout)
            install_backend(self._http, Backend(), options["verify"])
            self._loop = loop
            return self._http


async def _release_lost(http: httpx.AsyncClient) -> None:
    """Close the connections that are not idle and belong to no request.

    httpcore leaks a connection if its request is cancelled before it uses it.
    """
    for pool in iter_pools(http):
        used = {id(request.connection) for request in pool._requests}
        for connection in pool.connections:
            if id(connection) not in used and not connection.is_idle() and not connection.is_closed():
                pool._connections.remove(connection)
                await connection.aclose()
        # Other requests may wait for a connection.
        await pool._close_connections(pool._assign_requests_to_connections())
