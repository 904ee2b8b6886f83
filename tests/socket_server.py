"""A server on plain or TLS sockets, of which a test decides every byte; it has no clock and no patience."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import TypeAlias

from attrs import define, field, frozen


class Then(Enum):
    """What happens on a connection beside bytes."""

    CLOSE = "an orderly end"
    RESET = "a reset"
    HOLD = "nothing more, until the client has left"


@frozen
class Received:
    """A request: the number of its connection, from 0 on, path with query, headers in lower case, and body."""

    connection: int
    path: str
    headers: dict[str, str]
    body: bytes = b""


Answer: TypeAlias = Callable[[Received], Iterable[bytes | Then]]


@define(eq=False, repr=False)
class Wire:
    """Answers each request with what `answer` gives for it; counts connections, and those that were held and left."""

    answer: Answer
    context: ssl.SSLContext | None = None
    reads_bodies: bool = True
    """Whether the body of a request is read before it is answered."""
    received: list[Received] = field(factory=list[Received])
    connections: int = 0
    held: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    """Is free once for each connection on which nothing more will come."""
    left: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    """Is free once for each held connection that the client has left."""
    closed: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    """Is free once for each connection that was closed here."""
    _listener: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _open: set[socket.socket] = field(factory=set[socket.socket])
    _threads: list[threading.Thread] = field(factory=list[threading.Thread])
    _stopping: bool = False

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"

    def start(self) -> None:
        self._run(self._accept)

    def stop(self) -> None:
        self._stopping = True
        # Wakes the one who waits for connections, on every system.
        socket.create_connection(self._listener.getsockname()).close()
        for connection in list(self._open):
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _run(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping:
                return connection.close()
            self._open.add(connection)
            number, self.connections = self.connections, self.connections + 1
            self._run(self._serve, connection, number)

    def _serve(self, connection: socket.socket, number: int) -> None:
        self._open.add(connection)
        try:
            if self.context is not None:
                raw, connection = (
                    connection,
                    self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False),
                )
                self._open.discard(raw)
                self._open.add(connection)
                _shake_hands(connection)
            while (received := _read(connection, number, self.reads_bodies)) is not None:
                self.received.append(received)
                if not self._send(connection, self.answer(received)):
                    return
        except OSError:
            pass  # the client left, as some tests want it to
        finally:
            connection.close()
            self._open.discard(connection)
            self.closed.release()

    def _send(self, connection: socket.socket, steps: Iterable[bytes | Then]) -> bool:
        for step in steps:
            if isinstance(step, bytes):
                connection.sendall(step)
            elif step is Then.HOLD:
                self.held.release()
                with suppress(OSError):
                    while connection.recv(65536):
                        pass
                self.left.release()
                return False
            else:
                if step is Then.RESET:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
        return True


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None, reads_bodies: bool = True) -> Iterator[Wire]:
    wire = Wire(answer, context, reads_bodies)
    wire.start()
    try:
        yield wire
    finally:
        wire.stop()


def head(status: str = "200 OK", **headers: object) -> bytes:
    """The beginning of an answer; `_` stands for `-` in the names of headers."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def whole(body: bytes, status: str = "200 OK", **headers: object) -> bytes:
    """An answer of known length."""
    return head(status, content_length=len(body), **headers) + body


def in_chunks(*pieces: bytes) -> bytes:
    """An answer in the chunked transfer coding, with no length."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))
    return head(transfer_encoding="chunked") + body


def _shake_hands(connection: ssl.SSLSocket) -> None:
    try:
        connection.do_handshake()
    except ssl.SSLError:
        # Closing now, with something unread, would reset the connection before the client learns why.
        socket.socket.shutdown(connection, socket.SHUT_WR)
        while socket.socket.recv(connection, 65536):
            pass
        raise


def _read(connection: socket.socket, number: int, reads_bodies: bool) -> Received | None:
    """The next request; None when the client has left."""
    lines = b""
    while b"\r\n\r\n" not in lines:
        piece = connection.recv(65536)
        if not piece:
            return None
        lines += piece
    lines, _, body = lines.partition(b"\r\n\r\n")
    first, *others = lines.decode().strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in others)}
    while reads_bodies and len(body) < int(headers.get("content-length", 0)):
        piece = connection.recv(65536)
        if not piece:
            return None
        body += piece
    return Received(number, first.split()[1], headers, body)
