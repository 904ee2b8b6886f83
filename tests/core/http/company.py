"""What stands between a client and Anaplan in a company: proxies, and gateways that secure a plain server."""

import base64
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from attrs import define, field

Address = tuple[str, int]
Handle = Callable[[socket.socket], None]


@contextmanager
def listening(handle: Handle, context: ssl.SSLContext | None = None) -> Iterator[Address]:
    """Calls a function with each connection, secured where there is a context, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    stopping = threading.Event()
    connections: set[socket.socket] = set()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is None:
                return handle(connection)
            connections.discard(connection)
            with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as secured:
                connections.add(secured)
                secured.do_handshake()
                handle(secured)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            if stopping.is_set():
                return connection.close()
            connections.add(connection)
            threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
            threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield listener.getsockname()
    finally:
        stopping.set()
        with socket.create_connection(listener.getsockname()):
            acceptor.join()
        for connection in list(connections):
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        listener.close()


def relay(one: socket.socket, other: socket.socket, origin: bytes = b"") -> None:
    """Passes on what comes from either end, until one of them ends; targets without their origin, where it is given."""
    ends = {one: other, other: one}
    while True:
        pending = [end for end in ends if isinstance(end, ssl.SSLSocket) and end.pending()]
        for end in pending or select.select([*ends], [], [])[0]:
            data = end.recv(1 << 16)
            if not data:
                return
            if origin and end is one:
                data = data.replace(b" " + origin + b"/", b" /")
            ends[end].sendall(data)


def gateway(url: str) -> Handle:
    """Passes everything on to a plain server."""
    host, port = url.removeprefix("http://").split(":")

    def handle(connection: socket.socket) -> None:
        with socket.create_connection((host, int(port))) as server:
            relay(connection, server)

    return handle


@define(eq=False)
class Proxy:
    """A proxy for CONNECT, for plain requests, and for SOCKS 5. Records the requested addresses."""

    user: str = ""
    """`name:password`, which it demands."""
    reply: bytes | None = None
    """What it says to everything instead; if it ends without a line end, it keeps the connection."""
    route: Callable[[Address], Address] = field(default=lambda address: address)
    asked: list[str] = field(factory=list[str])
    tunnels: set[socket.socket] = field(factory=set[socket.socket])
    holding: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    """Is free once for each connection that is kept after a `reply`."""

    def __call__(self, connection: socket.socket) -> None:
        first = connection.recv(1, socket.MSG_PEEK) if not isinstance(connection, ssl.SSLSocket) else b""
        if self.reply is not None:
            connection.recv(1 << 16)
            self.asked.append("anything")
            connection.sendall(self.reply)
            if not self.reply.endswith(b"\n"):
                self.holding.release()
                while connection.recv(1 << 16):
                    pass
        elif first == b"\x05":
            self._socks(connection)
        else:
            self._http(connection)

    def cut(self) -> None:
        """Ends all tunnels."""
        for end in list(self.tunnels):
            with suppress(OSError):
                socket.socket.shutdown(end, socket.SHUT_RDWR)

    def _http(self, connection: socket.socket) -> None:
        head = _head(connection)
        while head:
            first, *lines = head.decode().split("\r\n")
            method, target, _ = first.split(" ")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines if line)}
            expected = "Basic " + base64.b64encode(self.user.encode()).decode() if self.user else None
            self.asked.append(f"{method} {target}")
            if headers.get("proxy-authorization") != expected:
                return connection.sendall(
                    b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
            if method == "CONNECT":
                host, port = target.rsplit(":", 1)
                with self._server((host, int(port))) as server:
                    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    return relay(connection, server)
            return self._forward(connection, target, head)
        return None

    def _forward(self, connection: socket.socket, target: str, head: bytes) -> None:
        """Passes a plain request on, and with it the connection, of which all further ones have the same form."""
        place = target.removeprefix("http://").split("/", 1)[0]
        host, _, port = place.partition(":")
        with self._server((host, int(port or 80))) as server:
            origin = f"http://{place}".encode()
            server.sendall(head.replace(b" " + origin + b"/", b" /"))
            relay(connection, server, origin)

    def _socks(self, connection: socket.socket) -> None:
        version, count = connection.recv(2)
        methods = connection.recv(count)
        wanted = 2 if self.user else 0
        if version != 5 or wanted not in methods:
            return connection.sendall(b"\x05\xff")
        connection.sendall(bytes([5, wanted]))
        if self.user:
            name = connection.recv(connection.recv(2)[1])
            password = connection.recv(connection.recv(1)[0])
            if f"{name.decode()}:{password.decode()}" != self.user:
                return connection.sendall(b"\x01\x01")
            connection.sendall(b"\x01\x00")
        kind = connection.recv(4)[3]
        host = socket.inet_ntoa(connection.recv(4)) if kind == 1 else connection.recv(connection.recv(1)[0]).decode()
        port = int.from_bytes(connection.recv(2))
        self.asked.append(f"SOCKS {host}:{port}")
        with self._server((host, port)) as server:
            connection.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            return relay(connection, server)

    @contextmanager
    def _server(self, address: Address) -> Iterator[socket.socket]:
        with socket.create_connection(self.route(address)) as server:
            self.tunnels.add(server)
            yield server


def _head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            return b""
        head += piece
    return head
