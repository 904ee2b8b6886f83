"""The emulator as users see it: started, scripted, asked what happened, stopped."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Literal

import uvicorn
from uvicorn.server import ServerState

from .app import Exchange, Gateway
from .authentication import trust
from .demo import demo_tenant
from .faults import AbortableProtocol, Fault
from .state import Model, Tenant
from .world import Options, Script, World


class Emulator:
    """A local Anaplan over HTTP on 127.0.0.1, in a daemon thread. Starting costs some milliseconds; nothing sleeps.

    Arguments:
        tenant: The initial state; None for a fresh `demo_tenant()`. The emulator changes it.
        port: TCP port; 0 takes a free one.
        task_polls: A task is done only after more looks at it than this, and …
        task_seconds: … when this many seconds have passed on the emulator's clock. 60 s later it is done in any case.
        page_limit: The most rows a listing returns in one page.
        download_chunk_size: Bytes of each chunk of a download or failure dump.
        token_seconds: Life of a token.
        requests_per_second: Above this rate (with a burst of one second's worth) `/2/0` answers 429; None for no limit.
        observer: Called with each exchange before its answer is sent, in the emulator's thread. What it raises is
            raised again by `stop()`.
        upload_chunk_limit: The most bytes of an uploaded chunk, uncompressed.
        misleading_next: Also send `meta.paging.next` when nothing is left, as the real service was seen to do.
        record_bodies: Keep bodies up to 1 MB in `exchanges`, larger ones as length and digest. Without, no body is
            kept or hashed, which is what a throughput measurement wants.
        accept_v1_certificates: Accept certificate payloads without a time in front.
        clock: Epoch seconds; `advance()` adds to it.
    """

    def __init__(
        self,
        tenant: Tenant | None = None,
        *,
        port: int = 0,
        task_polls: int = 1,
        task_seconds: float = 0.0,
        page_limit: int = 5000,
        download_chunk_size: int = 10_000_000,
        token_seconds: float = 2100.0,
        requests_per_second: float | None = None,
        observer: Callable[[Exchange], None] | None = None,
        upload_chunk_limit: int = 50_000_000,
        misleading_next: bool = False,
        record_bodies: bool = True,
        accept_v1_certificates: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        options = Options(
            task_polls=task_polls,
            task_seconds=task_seconds,
            page_limit=page_limit,
            download_chunk_size=download_chunk_size,
            upload_chunk_limit=upload_chunk_limit,
            token_seconds=token_seconds,
            requests_per_second=requests_per_second,
            misleading_next=misleading_next,
            record_bodies=record_bodies,
            accept_v1_certificates=accept_v1_certificates,
        )
        self._world = World(tenant or demo_tenant(), options, clock)
        self._gateway = Gateway(self._world, observer)
        self._port = port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    # Life

    def start(self) -> Emulator:
        """Starts serving and returns when requests are accepted."""
        if self._thread is not None:
            raise RuntimeError("the emulator was started before")
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        # Only sockets that say they are TCP get TCP_NODELAY from asyncio, without which small answers take 40 ms.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self._port))
        except OSError:
            listener.close()
            raise
        self._world.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
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
        errors, self._gateway.errors = self._gateway.errors, []
        if errors:
            for other in errors[1:]:
                errors[0].add_note(f"and also: {other!r}")
            raise errors[0]

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
            self._gateway, http=AbortableProtocol, ws="none", lifespan="off", log_config=None, access_log=False,
            timeout_keep_alive=600, proxy_headers=False, interface="asgi3",
        )  # fmt: skip
        config.load()
        state = ServerState()

        def protocol() -> AbortableProtocol:
            return AbortableProtocol(config, state, {}, loop)

        try:
            server = await loop.create_server(protocol, sock=listener, backlog=1024)
            stopping = self._stopping = asyncio.Event()
        finally:
            ready.set()
        await stopping.wait()
        self._gateway.closing = True
        self._gateway.wake()
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
        await asyncio.gather(*state.tasks, return_exceptions=True)

    # What a client needs to know

    @property
    def url(self) -> str:
        """Origin of all APIs, such as `http://127.0.0.1:43211`."""
        return self._world.url

    @property
    def user_email(self) -> str:
        """Email of the default administrator, the tenant's first user."""
        return self.tenant.users[0].email

    @property
    def password(self) -> str:
        """Password of the default administrator."""
        return self.tenant.users[0].password

    @property
    def workspace_id(self) -> str:
        """Id of the first workspace."""
        return self.tenant.workspaces[0].id

    @property
    def development_model_id(self) -> str:
        """Id of the first workspace's first model."""
        return self.tenant.workspaces[0].models[0].id

    @property
    def production_model_id(self) -> str:
        """Id of the first workspace's second model."""
        return self.tenant.workspaces[0].models[1].id

    # State

    @property
    def tenant(self) -> Tenant:
        """The live state. Hold `lock` for changes that must be seen together."""
        return self._world.tenant

    @property
    def lock(self) -> AbstractContextManager[bool]:
        """The lock under which requests read and change the state."""
        return self._world.lock

    def model(self, model_id: str) -> Model:
        """A model, to read or to build on. KeyError if there is none."""
        found = self._world.find_model(model_id)
        if found is None:
            raise KeyError(model_id)
        return found

    def delete_model(self, model_id: str) -> None:
        """Deletes a model; revisions still tell that they were applied to it."""
        model = self.model(model_id)
        with self.lock:
            for workspace in self.tenant.workspaces:
                workspace.models = [other for other in workspace.models if other is not model]
            self.tenant.deleted_models.append(model)

    def set_busy(self, model_id: str, busy: bool = True) -> None:
        """While a model is busy, requests to it wait, except those about tasks."""
        self.model(model_id).busy = busy
        self._wake()

    def trust(self, certificate_pem: bytes | str, user_email: str | None = None) -> None:
        """Registers a certificate (PEM) for a user, by default the default administrator."""
        pem = certificate_pem.encode() if isinstance(certificate_pem, str) else certificate_pem
        user = next(user for user in self.tenant.users if user_email in (None, user.email))
        with self.lock:
            trust(self._world, pem, user)

    def expire_tokens(self) -> None:
        """Makes all live tokens invalid."""
        with self.lock:
            self._world.tokens.clear()

    def now(self) -> float:
        """Epoch seconds of the emulator's clock."""
        return self._world.now()

    def advance(self, seconds: float) -> None:
        """Moves the emulator's clock: tokens, tasks, the 48 hours of files and reports, the rate limit."""
        with self.lock:
            self._world.ahead += seconds

    # Scripts

    def fail_next_task(
        self,
        target: str,
        outcome: Literal["fail", "cancel", "vanish"] = "fail",
        *,
        title: str | None = None,
        message: str | None = None,
        subtitle: str | None = None,
        cancelling_looks: int = 1,
    ) -> None:
        """Decides how the next task of a kind or object ends.

        Arguments:
            target: The kind as it stands in the path (`imports`, `exports`, `actions`, `processes`, `syncTasks`,
                `comparisonReportTasks`, `summaryReportTasks`), or an object's id: of an import, export, action or
                process, or of the target model of an ALM task. An action's id also counts inside a process.
            outcome: `fail`: COMPLETE, not successful, no effect. `cancel`: cancelled by the server, CANCELLING for
                `cancelling_looks` looks and then CANCELLED, no effect, no result. `vanish`: started but then unknown.
            title, message, subtitle: Other words for the error; by default the documented ones.
        """
        with self.lock:
            self._world.scripts.append(Script(
                target=target, outcome=outcome, title=title, message=message, subtitle=subtitle,
                cancelling_looks=cancelling_looks,
            ))  # fmt: skip

    def inject(self, fault: Fault) -> None:
        """Makes requests go wrong as the fault describes."""
        with self.lock:
            self._gateway.faults.add(fault)

    def clear_faults(self) -> None:
        """Takes all faults back; held answers stay held until `release()`."""
        with self.lock:
            self._gateway.faults.clear()

    def release(self) -> None:
        """Lets all answers go that a stall holds at this moment."""
        self._gateway.releases += 1
        self._wake()

    # What happened

    @property
    def exchanges(self) -> list[Exchange]:
        """All requests and answers so far, in the order in which the answers were ready."""
        return self._gateway.exchanges

    def count(self, method: str | None = None, path: str = "") -> int:
        """How many exchanges had this method (None = any) and a path in which the regular expression is found."""
        return sum(
            exchange.method == (method or exchange.method) and re.search(path, exchange.path) is not None
            for exchange in list(self.exchanges)
        )

    @property
    def in_flight(self) -> int:
        """Requests in progress, held ones included."""
        return self._gateway.in_flight

    @property
    def peak_in_flight(self) -> int:
        """The most requests that were in progress at the same time."""
        return self._gateway.peak

    def _wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._gateway.wake)
