"""Answers of megabytes, read from the connection straight to where they belong.

An HTTP library copies each byte of an answer several times, which is most of what a download costs. `http.client` reads
a body into memory that it is given; it is used for plain GET requests that ask for that, and for nothing else.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import sys
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, ParamSpec, TypeAlias, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies

from attrs import define, field, frozen

from .answers import foreign
from .deadline import Deadline
from .errors import BODY_LIMIT
from .request import Into, Read
from .streams import room

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

P = ParamSpec("P")
R = TypeVar("R")

Origin: TypeAlias = tuple[str, str]
"""Scheme, and host with port."""
Connections: TypeAlias = defaultdict[Origin, deque[http.client.HTTPConnection]]

_PIECE = 1 << 16
PACKED = "gzip"
"""The one encoding of answers that is read here."""
MOST = 32
"""How many answers the asynchronous client reads at once."""


@frozen
class Answer:
    """An answer's status, its headers by their names in lower case, and its content if that was not put elsewhere.

    Of one that is not what was asked for the beginning is read; one with an encoding in its headers is not read at all.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    cut: bool = False
    """Whether no more than the beginning was read."""


class Lost(Exception):
    """A connection that could not be made, or broke; the cause is the error of the network."""

    def __init__(self, cause: Exception, connected: bool) -> None:
        super().__init__(cause, connected)
        self.cause = cause
        self.connected = connected


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
            answer = _read(response, headers["Accept"], Deadline(longest), into)
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


def endless() -> Exception:
    """What is wrong with an answer that only the end of its connection ends: it may have broken off anywhere."""
    return EOFError("the answer does not say where it ends")


def put(into: Into, content: bytes) -> None:
    """Hands over an answer that was read by other means."""
    reader = BytesIO(content)
    into(len(content), reader.readinto)
    _check_taken(len(content), len(content) - reader.tell())


async def put_async(into: Into, content: bytes) -> None:
    """The same in a worker thread, since it may write to a disk."""
    import asyncio

    await asyncio.to_thread(put, into, content)


def _read(response: http.client.HTTPResponse, accept: str, deadline: Deadline, into: Into | None) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    packed = into is None and headers.get("content-encoding") == PACKED
    if packed:
        del headers["content-encoding"]
    if not 200 <= response.status < 300 or foreign(accept, headers.get("content-type")):
        content = _content(response, deadline, BODY_LIMIT)
        return Answer(response.status, headers, _unpacked(content, BODY_LIMIT) if packed else content, cut=True)
    if "content-encoding" in headers:
        return Answer(response.status, headers)
    if into is not None:
        _hand_over(response, deadline, into)
        return Answer(response.status, headers)
    content = _kept(response, headers, deadline)
    return Answer(response.status, headers, _unpacked(content) if packed else content)


def _kept(response: http.client.HTTPResponse, headers: Mapping[str, str], deadline: Deadline) -> bytes:
    content = room(headers)

    def keep(length: int, read: Read) -> None:
        piece = memoryview(bytearray(min(_PIECE, length)))
        while got := read(piece):
            content.write(piece[:got])

    _hand_over(response, deadline, keep)
    content.truncate()
    return content.getvalue()


def _hand_over(response: http.client.HTTPResponse, deadline: Deadline, into: Into) -> None:
    if response.length is None:
        if not response.chunked:
            raise Lost(endless(), connected=True)
        put(into, _content(response, deadline))
        return
    length: int = response.length
    left = length

    def read(view: memoryview) -> int:
        nonlocal left
        wanted = min(len(view), left)
        got = 0
        while got < wanted:
            # One receipt at a time, so that none is waited for beyond the deadline.
            with view[got:wanted] as part:
                more = _network(response.fp.readinto1, part)
            if not more and not got:
                raise Lost(http.client.IncompleteRead(b"", left), connected=True)
            if not more:
                break
            got += more
            if got < left:
                _network(deadline.check)
        left -= got
        return got

    into(length, read)
    _check_taken(length, left)
    response.length = 0
    response.read(0)  # ends the use of the connection


def _content(response: http.client.HTTPResponse, deadline: Deadline, most: int = sys.maxsize) -> bytes:
    """Reads an answer, or the first so many bytes of it."""
    content = bytearray()
    while piece := _network(response.read1, min(_PIECE, most - len(content))):
        content += piece
        _network(deadline.check)
    response.read(0)  # ends the use of the connection, if nothing is left
    return bytes(content)


def _unpacked(content: bytes, most: int = 0) -> bytes:
    """Reverses the encoding of an answer, or of its beginning, where so many bytes are enough."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpacker.decompress(content, most)
    except zlib.error as error:
        raise Lost(error, connected=True) from error
    if not most and not unpacker.eof:
        raise Lost(EOFError("the compressed answer breaks off"), connected=True)
    return found


def _check_taken(length: int, left: int) -> None:
    if left:
        raise ValueError(f"{left} of {length} bytes of the answer were not taken")


def _network(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return function(*args, **kwargs)
    except (OSError, http.client.HTTPException) as error:
        raise Lost(error, connected=True) from error
