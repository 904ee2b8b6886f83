"""The public `Emulator`: start, script, inspect and stop it."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from types import TracebackType

import uvicorn
from attrs import define, field
from uvicorn.server import ServerState as UvicornState

from ..demo import demo_tenant
from ..engine.tenant_file import read_tenant
from ..state.server_state import ServerState
from ..state.tenant import Tenant
from .app import application
from .protocol import AbortableProtocol


@define(kw_only=True, eq=False, repr=False, slots=False)
class Emulator(ServerState):
    """A local Anaplan over HTTP on 127.0.0.1, in a daemon thread. It starts in some milliseconds and never sleeps.

    Attributes:
        tenant: The initial state, which requests change: a `Tenant`, the path of a YAML file that describes one, or the
            content of such a file as a mapping. The default is a new `demo_tenant()`. An invalid description raises
            `TenantError`, a ValueError that names the path of the invalid value.
        port: TCP port; 0 chooses a free one.
        task_polls: Number of polls that find a task unfinished.
        task_seconds: Minimum duration of a task, in seconds of the emulator's clock. 60 seconds later it is done even
            without polls.
        page_limit: Maximum number of rows per page of a listing.
        download_chunk_size: Bytes per chunk of a download or failure dump.
        token_seconds: Lifetime of a token.
        requests_per_second: Rate above which `/2/0` responds with 429; None for no limit. Anaplan allows a tenant 10.
        request_burst: Requests that may exceed the rate in a burst (Anaplan: 600); None for one second's worth.
        retry_after: Seconds in the header `Retry-After` of a 429; None to omit it, as Anaplan does.
        observer: Called with each request and its response before that is sent, in the emulator's thread. `stop()`
            raises the first exception that it raised.
        upload_chunk_limit: Maximum size of an uploaded chunk, in bytes before compression.
        max_body_bytes: Maximum body of a request, in bytes as sent; a larger one is rejected with 413.
        misleading_next: Also send `meta.paging.next` on the last page, as seen live.
        record_bodies: Record bodies up to 1 MB in `exchanges`, and larger ones as length and digest. Disable it to
            measure throughput.
        accept_v1_certificates: Accept certificate payloads that do not start with a timestamp.
        deleted_in_result: Return counts and failures of deleted list items in `result`, as documented, instead of
            next to the status, as seen live.
        report_denial: The status for a user who is no workspace administrator and uses reports of ALM: 424 without a
            message, as seen live, or 403 as documented.
        administration_denial: The status for a user who is no tenant administrator and exports or imports users: 403
            as documented, or 500 or 401, as seen live with tokens of passwords and of OAuth.
        audit_days: Days for which audit events are kept.
        limits: Limits per request, and the size of pages of large reads.
        clock: Returns epoch seconds; `advance()` adds to it.
    """

    tenant: Tenant = field(factory=demo_tenant, converter=read_tenant, kw_only=False)
    _thread: threading.Thread | None = field(init=False, default=None)
    _loop: asyncio.AbstractEventLoop | None = field(init=False, default=None)
    _stopping: asyncio.Event | None = field(init=False, default=None)

    def start(self) -> Emulator:
        """Start serving.

        Returns:
            The emulator, once it accepts requests.

        Raises:
            RuntimeError: It was already started.
            OSError: The port is in use.
        """
        if self._thread is not None:
            raise RuntimeError("the emulator was already started")
        # asyncio sets TCP_NODELAY only on sockets with an explicit protocol; without it small responses take 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self.port))
        except OSError:
            listener.close()
            raise
        self.url: str = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ready = threading.Event()
        serve = self._serve(listener, ready)
        self._thread = threading.Thread(target=asyncio.run, args=(serve,), name="anaplan-emulator", daemon=True)
        self._thread.start()
        ready.wait()
        if self._stopping is None:
            raise RuntimeError("the emulator could not be started")
        return self

    def stop(self) -> None:
        """Close all connections, end the thread, and raise the first error of the observer or the emulator."""
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
        """Release all responses that faults are stalling."""

        def release() -> None:
            stalled, self.stalled = self.stalled, []
            for response in stalled:
                response.set_result(None)

        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(release)

    def catch_up(self) -> None:
        """Run all effects that faults have delayed."""

        async def catch_up() -> None:
            while self.delayed_effects:
                await self.delayed_effects.pop(0).respond()

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
        state = UvicornState()
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
        # Finish open requests before the loop ends, or their transports would never be closed.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        await _abort(state)


async def _abort(state: UvicornState) -> None:
    while state.connections:
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
