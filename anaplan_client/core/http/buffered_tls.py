"""TLS through memory buffers, for what `ssl` cannot do on a socket: TLS within TLS, and contexts of other libraries."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

R = TypeVar("R")

_RECORD_BYTES = 1 << 14
"""The longest record of TLS."""


class BufferedTls:
    """A secured connection above a socket, which may be secured itself. Has the methods of a socket that we use.

    After a `TimeoutError`, the same call can be made again: nothing is lost, and nothing sent twice.
    """

    def __init__(
        self, sock: socket.socket | BufferedTls, context: ssl.SSLContext, server_hostname: str | None = None
    ) -> None:
        self._sock = sock
        self._arrived = ssl.MemoryBIO()
        self._leaving = ssl.MemoryBIO()
        self._unsent = memoryview(b"")
        self.ssl_object: ssl.SSLObject = context.wrap_bio(self._arrived, self._leaving, server_hostname=server_hostname)

    def do_handshake(self) -> None:
        """Secure the connection."""
        self._complete(self.ssl_object.do_handshake)

    def recv(self, max_bytes: int) -> bytes:
        """Read what is there."""
        try:
            return self._complete(partial(self.ssl_object.read, max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def send(self, data: memoryview) -> int:
        """Send a part of the data, and return how many bytes it had."""
        return self._complete(partial(self.ssl_object.write, data[:_RECORD_BYTES]))

    def settimeout(self, seconds: float) -> None:
        """Limit each wait."""
        self._sock.settimeout(seconds)

    def pending(self) -> int:
        """Return how many bytes can be read without a wait."""
        below = self._sock.pending() if isinstance(self._sock, ssl.SSLSocket | BufferedTls) else 0
        return self.ssl_object.pending() or self._arrived.pending or below

    def fileno(self) -> int:
        """Return the number of the socket."""
        return self._sock.fileno()

    def getsockname(self) -> object:
        """Return the own address."""
        return self._sock.getsockname()

    def getpeername(self) -> object:
        """Return the address of the other end."""
        return self._sock.getpeername()

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()

    def _complete(self, operation: Callable[[], R]) -> R:
        while True:
            self._flush()
            try:
                result = operation()
            except ssl.SSLWantReadError:
                self._flush()
                data = self._sock.recv(2 * _RECORD_BYTES)
                if data:
                    self._arrived.write(data)
                else:
                    self._arrived.write_eof()
            except ssl.SSLError:
                with suppress(OSError):
                    self._flush()  # tells the other end why
                raise
            else:
                with suppress(TimeoutError):  # what is left goes with the next call
                    self._flush()
                return result

    def _flush(self) -> None:
        while self._unsent or self._leaving.pending:
            if not self._unsent:
                self._unsent = memoryview(self._leaving.read())
            self._unsent = self._unsent[self._sock.send(self._unsent) :]
