"""Sockets of the asynchronous client, used by the HTTP library."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterable
from typing import Any, cast

import httpcore

from .framing import HeadError, ResponseFraming
from .network import READ_BYTES
from .unsent import is_client_rejected, unsent_error


class Backend(httpcore.AsyncNetworkBackend):
    """Open connections as `_Stream`s."""

    def __init__(self) -> None:
        self._backend = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that accepts the connection."""
        return _Stream(await self._backend.connect_tcp(host, port, timeout, local_address, socket_options), timeout)

    def proxied(self, connection: httpcore.AsyncConnectionInterface) -> ProxiedConnection:
        """Wrap a connection through a proxy."""
        return ProxiedConnection(connection, self)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class ProxiedConnection:
    """A connection through a proxy. It is closed if it fails, because httpcore would keep it in the pool."""

    def __init__(self, connection: httpcore.AsyncConnectionInterface, backend: Backend) -> None:
        self._connection = connection
        self._backend = backend
        self._stream: httpcore.AsyncNetworkStream | None = None
        self._has_failed = False
        if hasattr(connection, "_network_backend"):  # SOCKS, which does not close what it opens
            cast("Any", connection)._network_backend = self

    async def connect_tcp(self, host: str, port: int, timeout: float | None = None) -> httpcore.AsyncNetworkStream:
        """Connect to the proxy."""
        self._stream = await self._backend.connect_tcp(host, port, timeout)
        return self._stream

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request."""
        try:
            return await self._connection.handle_async_request(request)
        except httpcore.ConnectionNotAvailable:
            raise
        except BaseException as error:
            self._has_failed = True
            await self._connection.aclose()
            if self._stream is not None:
                await self._stream.aclose()
            if (unsent := unsent_error(self._connection, error)) is not None:
                raise unsent from error
            raise

    def is_closed(self) -> bool:
        """Return whether the pool may drop the connection."""
        return self._has_failed or self._connection.is_closed()

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that notices surplus bytes after a response."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, timeout: float | None = None) -> None:
        self._stream = stream
        self._timeout = timeout
        """For the messages of SOCKS, for which the library sets no timeout."""
        self._framing = ResponseFraming()
        self._head_deadline = 0.0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most `READ_BYTES`, because larger pieces than the library requests cost less."""
        timeout = self._timeout if timeout is None else timeout
        framing, longest = self._framing, timeout
        if framing.is_in_head and timeout is not None:
            longest = max(0.0, min(timeout, self._head_deadline - time.monotonic()))
        was_in_head = framing.is_in_head
        try:
            data = await self._stream.read(READ_BYTES, longest)
        except OSError as error:  # for example a TLS alert, which the library does not translate
            kind = httpcore.ConnectError if framing.is_untouched and is_client_rejected(error) else httpcore.ReadError
            raise kind(str(error)) from error
        try:
            framing.feed(data)
        except HeadError as error:
            raise httpcore.RemoteProtocolError(str(error)) from error
        if framing.is_in_head and not was_in_head and timeout is not None:
            self._head_deadline = time.monotonic() + timeout
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send a part of a request."""
        if not self._framing.is_untouched:
            self._framing = ResponseFraming()
        try:
            await self._stream.write(buffer, self._timeout if timeout is None else timeout)
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Secure the connection."""
        try:
            return _Stream(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except (OSError, ValueError) as error:
            await self.aclose()
            raise httpcore.ConnectError(str(error)) from error
        except BaseException:
            await self.aclose()  # the library forgets it on cancellation
            raise

    def get_extra_info(self, info: str) -> object:
        """Return a property for httpcore. An idle connection with unread bytes is not reused."""
        if info == "is_readable" and not (self._framing.ends_exactly() and _is_read_out(self._stream)):
            return True
        return self._stream.get_extra_info(info)


def _is_read_out(stream: httpcore.AsyncNetworkStream) -> bool:
    """Return whether TLS has no unread bytes. The socket does not show them."""
    secured = stream.get_extra_info("ssl_object")
    if not isinstance(secured, ssl.SSLObject):
        return True
    try:
        secured.read(1)
    except ssl.SSLWantReadError:
        return True
    except ssl.SSLError:
        return False
    return False
