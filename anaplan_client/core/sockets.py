"""The sockets beneath the HTTP library, so that a thread which waits on one can be freed from another."""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from typing import Protocol, cast
from weakref import WeakSet


class Stream(Protocol):
    """A connection as the library has it."""

    def get_extra_info(self, info: str) -> object:
        """Tells what is known of it, the `socket` above all."""


class Sockets:
    """Takes note of connections as the library makes them, by its extension `trace`, and ends them all together.

    One that is being made then is ended as soon as it is there, and none is made afterwards.
    """

    def __init__(self) -> None:
        # Not the sockets themselves, since not every kind can be referred to weakly.
        self._known: WeakSet[Stream] = WeakSet()
        self._ended = False
        self._lock = Lock()

    def note(self, event: str, info: Mapping[str, object]) -> None:
        """Is called with all that the library does for a request. Raises `RuntimeError` when all have been ended."""
        if self._ended and event.endswith("connect_tcp.started"):
            raise RuntimeError("Cannot send a request, as the client has been closed.")  # as httpx says it
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        with self._lock:
            self._known.add(cast("Stream", info["return_value"]))
            if self._ended:
                self._shut_down()

    async def note_async(self, event: str, info: Mapping[str, object]) -> None:
        """The same for the asynchronous client."""
        self.note(event, info)

    def end(self) -> None:
        """Ends the connections, from any thread: whoever waits for an answer sees them broken."""
        with self._lock:
            self._ended = True
            self._shut_down()

    def _shut_down(self) -> None:
        for stream in self._known:
            with suppress(OSError):  # closed already, or replaced by its TLS socket
                end = cast("socket.socket", stream.get_extra_info("socket"))
                if isinstance(end, ssl.SSLSocket):
                    # Its own method would wait for the far end.
                    socket.socket.shutdown(end, socket.SHUT_RDWR)
                else:
                    end.shutdown(socket.SHUT_RDWR)
