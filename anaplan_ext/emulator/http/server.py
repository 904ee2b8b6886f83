"""The emulator as users see it: started, scripted, asked what happened, stopped."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from types import TracebackType

import uvicorn
from attrs import define, field
from uvicorn.server import ServerState

from ..demo import demo_tenant
from ..engine.tenant_file import as_tenant
from ..state.model import Tenant
from ..state.server_state import World
from .app import application
from .protocol import AbortableProtocol


@define(kw_only=True, eq=False, repr=False, slots=False)
class Emulator(World):
    """A local Anaplan over HTTP on 127.0.0.1, in a daemon thread. Starting costs some milliseconds; nothing sleeps.

    Attributes:
        tenant: The initial state: a `Tenant`, the path of a YAML file that describes one, or what such a file holds as
            a mapping; by default a fresh `demo_tenant()`. The emulator changes it. A wrong description raises
            `TenantError`, a ValueError that names the place.
        port: TCP port; 0 takes a free one.
        task_polls: A task is done only after more looks at it than this, and …
        task_seconds: … when this many seconds have passed on the emulator's clock. 60 s later it is done in any case.
        page_limit: The most rows a listing returns in one page.
        download_chunk_size: Bytes of each chunk of a download or failure dump.
        token_seconds: Life of a token.
        requests_per_second: Above this rate `/2/0` answers 429; None for no limit. A tenant of Anaplan has 10, with …
        request_burst: … so many requests at once (Anaplan: 600); None for one second's worth.
        retry_after: Seconds in the header `Retry-After` of a 429; None for no such header, as Anaplan has none.
        observer: Called with each exchange before its answer is sent, in the emulator's thread. What it raises is
            raised again by `stop()`.
        upload_chunk_limit: The most bytes of an uploaded chunk, uncompressed.
        max_body_bytes: The most bytes of a request's body, as sent; more is answered 413, and not kept.
        misleading_next: Also send `meta.paging.next` when nothing is left, as the real service was seen to do.
        record_bodies: Keep bodies up to 1 MB in `exchanges`, larger ones as length and digest. Without, no body is
            kept or hashed, which is what a throughput measurement wants.
        accept_v1_certificates: Accept certificate payloads without a time in front.
        deleted_in_result: Tell the counts and failures of deleted list items under `result`, as Anaplan's page has
            it, and not beside the status, as was seen live.
        limits: How many items, cells and bytes a call may have, how long pages of large reads are, and the like.
        clock: Epoch seconds; `advance()` adds to it.
    """

    tenant: Tenant = field(factory=demo_tenant, converter=as_tenant, kw_only=False)
    _thread: threading.Thread | None = field(init=False, default=None)
    _loop: asyncio.AbstractEventLoop | None = field(init=False, default=None)
    _stopping: asyncio.Event | None = field(init=False, default=None)

    def start(self) -> Emulator:
        """Starts serving and returns when requests are accepted."""
        if self._thread is not None:
            raise RuntimeError("the emulator was started before")
        # Only sockets that say they are TCP get TCP_NODELAY from asyncio, without which small answers take 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self.port))
        except OSError:
            listener.close()
            raise
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ready = threading.Event()
        serve = self._serve(listener, ready)
        self._thread = threading.Thread(target=asyncio.run, args=(serve,), name="anaplan-emulator", daemon=True)
        self._thread.start()
        ready.wait()
        if self._stopping is None:
            raise RuntimeError("the emulator could not be started")
        return self

    def stop(self) -> None:
        """Closes all connections, ends the thread, and raises the first error of the observer or the emulator."""
        if self._thread is None or self._loop is None or self._stopping is None:
            return
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        errors = list(self.errors)
        self.errors.clear()
        if errors:
            for other in errors[1:]:
                errors[0].add_note(f"and also: {other!r}")
            raise errors[0]

    def release(self) -> None:
        """Lets all answers go that a stall holds at this moment."""

        def release() -> None:
            held, self.held = self.held, []
            for waiting in held:
                waiting.set_result(None)

        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(release)

    def catch_up(self) -> None:
        """Lets all effects come that faults have made late."""

        async def catch_up() -> None:
            while self.late:
                await self.late.pop(0).respond()

        if self._loop is not None and not self._loop.is_closed():
            asyncio.run_coroutine_threadsafe(catch_up(), self._loop).result()

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.stop()
        except Exception as own:
            if error is None:
                raise
            error.add_note(f"the emulator also reports: {own!r}")

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        loop = self._loop = asyncio.get_running_loop()
        config = uvicorn.Config(
            application(self),
            http=AbortableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=600,
            proxy_headers=False,
            interface="asgi3",
        )
        config.load()
        state = ServerState()
        try:
            server = await loop.create_server(
                lambda: AbortableProtocol(config, state, {}, loop), sock=listener, backlog=1024
            )
            self._stopping = asyncio.Event()
        finally:
            ready.set()
        await self._stopping.wait()
        # asyncio leaks a connection that was accepted but has no transport yet when its server closes.
        if sys.platform != "win32":  # whose loop has no readers
            loop.remove_reader(listener)
        await asyncio.sleep(0)
        server.close()
        await _abort(state)
        # What is being accepted or answered ends before the loop does, or its transport would never be closed.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        await _abort(state)


async def _abort(state: ServerState) -> None:
    while state.connections:
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
