"""Answers of megabytes, read from the connection straight to where they belong.

An HTTP library copies each byte of an answer several times, which is most of what a download costs. `http.client` reads
a body into memory that it is given; it is used for plain GET requests that ask for that, and for nothing else.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections import defaultdict, deque
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies

from attrs import define, field

from .bodies import PACKED, Answer, Lost, read_answer
from .deadline import Deadline
from .request import Into

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Origin: TypeAlias = tuple[str, str]
"""Scheme, and host with port."""
Connections: TypeAlias = defaultdict[Origin, deque[http.client.HTTPConnection]]

MOST = 32
"""How many answers the asynchronous client reads at once."""


@define
class _Exchange:
    """What ends an exchange from another thread."""

    aborted: bool = False
    _socket: socket.socket | None = None
    _lock: Lock = field(factory=Lock)

    def uses(self, sock: socket.socket | None) -> None:
        """Says which socket carries the exchange from now on, if any. Raises `Lost` if it was aborted."""
        with self._lock:
            if self.aborted:
                raise Lost(ConnectionAbortedError("cancelled"), connected=True)
            self._socket = sock

    def abort(self) -> bool:
        """Ends the exchange, and says whether anything of it was under way."""
        with self._lock:
            self.aborted = True
            if self._socket is None:
                return False
            with suppress(OSError):  # the far end may have ended it
                # Not the method of a TLS socket, which would wait for the far end.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            return True


@define
class Direct:
    """Connections that are kept for the next request, by scheme and host. Safe to share between threads and tasks."""

    context: ssl.SSLContext | None
    _idle: Connections = field(factory=lambda: defaultdict(deque))
    _threads: ThreadPoolExecutor | None = None
    _closed: bool = False

    def receive(
        self, url: str, headers: Mapping[str, str], timeout: float, longest: float | None, into: Into | None
    ) -> Answer:
        """Sends a GET request and hands a successful answer's body to `into`. Raises `Lost`, and what `into` raises.

        Without `into` the body is part of the answer, and may come compressed.

        `timeout` is for each wait, `longest` for the answer as a whole from its head on, both in seconds.
        """
        return self._receive(_Exchange(), url, headers, timeout, longest, into)

    async def receive_async(
        self, url: str, headers: Mapping[str, str], timeout: float, longest: float | None, into: Into | None
    ) -> Answer:
        """The same in a worker thread. When it is cancelled, it has left `into` and the connection before it ends."""
        import asyncio  # late, since the synchronous client has no use for it
        from concurrent.futures import ThreadPoolExecutor

        self._check_open()
        self._threads = self._threads or ThreadPoolExecutor(MOST, thread_name_prefix="anaplan-download")
        exchange = _Exchange()
        work = partial(self._receive, exchange, url, headers, timeout, longest, into)
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody else will ask
            if exchange.abort():
                await asyncio.wait([future])
            raise

    def close(self) -> None:
        """Closes the connections and ends the threads; one that is still connecting ends by itself."""
        self._closed = True
        for idle in self._idle.values():
            while idle:
                idle.pop().close()
        if self._threads is not None:
            self._threads.shutdown(wait=False)

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("Cannot send a request, as the client has been closed.")  # as httpx says it

    def _receive(
        self,
        exchange: _Exchange,
        url: str,
        headers: Mapping[str, str],
        timeout: float,
        longest: float | None,
        into: Into | None,
    ) -> Answer:
        self._check_open()
        if into is None:
            headers = {**headers, "Accept-Encoding": PACKED}
        parts = urlsplit(url)
        origin = parts.scheme, parts.netloc.rpartition("@")[2]
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection, response = self._asked(exchange, origin, target, headers, timeout)
        try:
            answer = read_answer(response, headers["Accept"], Deadline(longest), into)
            exchange.uses(None)
        except BaseException:
            response.close()
            connection.close()
            raise
        if response.isclosed() and not response.will_close and not self._closed:
            self._idle[origin].append(connection)
        else:
            response.close()
            connection.close()
        return answer

    def _asked(
        self,
        exchange: _Exchange,
        origin: Origin,
        target: str,
        headers: Mapping[str, str],
        timeout: float,
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        while True:
            try:
                connection, kept = self._idle[origin].pop(), True
            except IndexError:
                connection, kept = self._connection(origin, timeout), False
            try:
                self._connect(exchange, connection, timeout)
                connection.request("GET", target, headers=dict(headers))
                return connection, connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                # A connection that was kept may have been closed by the far end, which is no failure.
                if not kept or exchange.aborted or isinstance(error, TimeoutError):
                    raise Lost(error, connected=True) from error
            except BaseException:
                connection.close()
                raise

    def _connection(self, origin: Origin, timeout: float) -> http.client.HTTPConnection:
        scheme, netloc = origin
        if scheme == "http":
            return http.client.HTTPConnection(netloc, timeout=timeout)
        return http.client.HTTPSConnection(netloc, timeout=timeout, context=self.context)

    def _connect(self, exchange: _Exchange, connection: http.client.HTTPConnection, timeout: float) -> None:
        """Makes a connection stand, in steps that can be aborted."""
        if connection.sock is not None:
            exchange.uses(connection.sock)
            connection.sock.settimeout(timeout)
            return
        try:
            connection.sock = socket.create_connection((connection.host, connection.port), timeout)
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if isinstance(connection, http.client.HTTPSConnection):
                assert self.context is not None  # there is one where there is an https URL
                secure = self.context.wrap_socket(
                    connection.sock, server_hostname=connection.host, do_handshake_on_connect=False
                )
                connection.sock = secure
                exchange.uses(secure)
                secure.do_handshake()
        except OSError as error:
            raise Lost(error, connected=False) from error
        exchange.uses(connection.sock)


def proxied() -> bool:
    """Says whether the environment names proxies, which only the HTTP library knows to use."""
    return any(getproxies().get(scheme) for scheme in ("http", "https", "all"))
