"""The connection of a request, so that a fault can abort it."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

from uvicorn.protocols.http.h11_impl import H11Protocol


class AbortableProtocol(H11Protocol):
    """uvicorn's pure Python protocol, with the transport in the scope's state so that it can be aborted."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Store the transport for each request of the connection."""
        super().connection_made(transport)
        self.app_state: dict[str, object] = {**self.app_state, "transport": transport}


def reset(transport: asyncio.Transport) -> None:
    """Abort a connection with a TCP reset."""
    connection = transport.get_extra_info("socket")
    linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
