"""Sockets of the synchronous client, used by the HTTP library.

Every wait is split into short ones, so that cancelled work ends soon, also while it waits for the network.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeAlias, TypeVar, cast

import httpcore

from .buffered_tls import BufferedTls
from .connecting import connect, resolve
from .framing import HeadError, ResponseFraming
from .network import READ_BYTES
from .stopping import SLICE_SECONDS, check_stopped
from .unsent import is_client_rejected, unsent_error

R = TypeVar("R")

_CONNECT_ERRORS = (httpcore.ConnectTimeout, httpcore.ConnectError)

_Socket: TypeAlias = socket.socket | BufferedTls


class Backend(httpcore.NetworkBackend):
    """Open connections whose waits can be cancelled."""

    def __init__(self) -> None:
        self._streams = set[Stream]()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that accepts the connection."""
        deadline = _deadline(timeout)
        try:
            sock = connect(resolve(host, port, deadline), local_address, deadline)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return self.track(Stream(self, sock, timeout))

    def proxied(self, connection: httpcore.ConnectionInterface) -> ProxiedConnection:
        """Wrap a connection through a proxy."""
        return ProxiedConnection(connection, self)

    def track(self, stream: Stream) -> Stream:
        """Remember a connection until it is closed."""
        self._streams.add(stream)
        return stream

    def forget(self, stream: Stream) -> None:
        """Forget a closed connection."""
        self._streams.discard(stream)

    def has_streams(self) -> bool:
        """Return whether any connection is open."""
        return bool(self._streams)

    def close(self, which: Callable[[Stream], bool] = lambda stream: True) -> None:
        """Close every connection, or some of them."""
        for stream in list(self._streams):
            if which(stream):
                stream.close()

    def close_idle(self) -> None:
        """Close the idle connections."""
        self.close(Stream.is_idle)

    def close_own(self) -> None:
        """Close the connections on which this thread waits for a response."""
        self.close(Stream.is_own)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class ProxiedConnection:
    """A connection through a proxy. It is closed if it fails, because httpcore would keep it in the pool."""

    def __init__(self, connection: httpcore.ConnectionInterface, backend: Backend) -> None:
        self._connection = connection
        self._backend = backend
        self._stream: httpcore.NetworkStream | None = None
        self._has_failed = False
        if hasattr(connection, "_network_backend"):  # SOCKS, which does not close what it opens
            cast("Any", connection)._network_backend = self

    def connect_tcp(self, host: str, port: int, timeout: float | None = None) -> httpcore.NetworkStream:
        """Connect to the proxy."""
        self._stream = self._backend.connect_tcp(host, port, timeout)
        return self._stream

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request."""
        try:
            return self._connection.handle_request(request)
        except httpcore.ConnectionNotAvailable:
            raise
        except BaseException as error:
            self._has_failed = True
            self._connection.close()
            if self._stream is not None:
                self._stream.close()
            if (unsent := unsent_error(self._connection, error)) is not None:
                raise unsent from error
            raise

    def is_closed(self) -> bool:
        """Return whether the pool may drop the connection."""
        return self._has_failed or self._connection.is_closed()

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


class Stream(httpcore.NetworkStream):
    """A connection whose waits can be cancelled, and that notices surplus bytes after a response."""

    def __init__(self, backend: Backend, sock: _Socket, timeout: float | None = None) -> None:
        self._backend = backend
        self._sock = sock
        self._timeout = timeout
        """For the messages of SOCKS, for which the library sets no timeout."""
        self._framing = ResponseFraming()
        self._head_deadline = 0.0
        self._thread = threading.get_ident()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most `READ_BYTES`, because larger pieces than the library requests cost less."""
        timeout = self._timeout if timeout is None else timeout
        deadline, framing = _deadline(timeout), self._framing
        if framing.is_in_head:
            deadline = min(deadline, self._head_deadline)
        try:
            data = _in_slices(
                self._sock, lambda: self._sock.recv(READ_BYTES), deadline, httpcore.ReadTimeout, httpcore.ReadError
            )
        except httpcore.ReadError as error:
            if framing.is_untouched and is_client_rejected(error.__cause__):
                raise httpcore.ConnectError(str(error)) from error
            raise
        was_in_head = framing.is_in_head
        try:
            framing.feed(data)
        except HeadError as error:
            raise httpcore.RemoteProtocolError(str(error)) from error
        if framing.is_in_head and not was_in_head:
            self._head_deadline = _deadline(timeout)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send a part of a request."""
        self._thread = threading.get_ident()
        if not self._framing.is_untouched:
            self._framing = ResponseFraming()
        timeout = self._timeout if timeout is None else timeout
        left = memoryview(buffer)
        while left:
            send = partial(self._sock.send, left)
            left = left[_in_slices(self._sock, send, _deadline(timeout), httpcore.WriteTimeout, httpcore.WriteError) :]

    def close(self) -> None:
        """Close the connection."""
        self._backend.forget(self)
        self._sock.close()

    def is_idle(self) -> bool:
        """Return whether no request is in flight."""
        return self._framing.ends_exactly()

    def is_own(self) -> bool:
        """Return whether this thread waits for a response."""
        return self._thread == threading.get_ident() and not self.is_idle()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Secure the connection."""
        try:
            secure = _wrap(self._sock, ssl_context, server_hostname)
        except (OSError, ValueError) as error:
            self.close()
            raise httpcore.ConnectError(str(error)) from error
        self._backend.forget(self)
        stream = self._backend.track(Stream(self._backend, secure))
        try:
            _in_slices(secure, secure.do_handshake, _deadline(timeout), *_CONNECT_ERRORS)
        except BaseException:
            stream.close()
            raise
        return stream

    def get_extra_info(self, info: str) -> object:
        """Return a property for httpcore. An idle connection with unread bytes is not reused."""
        if info == "is_readable":
            return not self._framing.ends_exactly() or _is_readable(self._sock)
        if info == "ssl_object":
            if isinstance(self._sock, BufferedTls):
                return self._sock.ssl_object
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        if info == "client_addr":
            return self._sock.getsockname()
        if info == "server_addr":
            return self._sock.getpeername()
        return self._sock if info == "socket" else None


def _deadline(timeout: float | None) -> float:
    return float("inf") if timeout is None else time.monotonic() + timeout


def _wrap(sock: _Socket, context: ssl.SSLContext, server_hostname: str | None) -> ssl.SSLSocket | BufferedTls:
    # A context of another class, such as truststore's, may verify only in a handshake that `ssl` drives itself.
    if type(sock) is not socket.socket or type(context) is not ssl.SSLContext:
        return BufferedTls(sock, context, server_hostname)
    # This detaches the socket. The new one closes it.
    return context.wrap_socket(sock, server_hostname=server_hostname, do_handshake_on_connect=False)


def _in_slices(
    sock: _Socket,
    operation: Callable[[], R],
    deadline: float,
    timed_out: type[Exception],
    failed: type[Exception],
) -> R:
    """Call a socket operation until it succeeds, in short waits between which it can be cancelled."""
    while True:
        check_stopped()
        try:
            sock.settimeout(max(0.001, min(SLICE_SECONDS, deadline - time.monotonic())))
            return operation()
        except TimeoutError as error:
            if time.monotonic() >= deadline:
                raise timed_out("timed out") from error
        except (OSError, ValueError) as error:
            raise failed(str(error)) from error


def _is_readable(sock: _Socket) -> bool:
    number = sock.fileno()
    if number < 0 or (isinstance(sock, ssl.SSLSocket | BufferedTls) and sock.pending()):
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
