"""Connect to a host with several addresses, in waits that can be cancelled."""

from __future__ import annotations

import ipaddress
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import httpcore

from .stopping import SLICE_SECONDS, Stop, check_stopped

NEXT_ADDRESS_SECONDS = 0.25
"""Delay before the next address is tried concurrently (RFC 8305)."""

_Address: TypeAlias = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` returns it."""


def resolve(host: str, port: int, deadline: float) -> Sequence[_Address]:
    """Resolve a host in a thread of its own, because a lookup cannot be cancelled."""
    if _is_address(host):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    found: list[Sequence[_Address] | OSError] = []
    done = Stop()

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error if isinstance(error, OSError) else OSError(str(error)))
        finally:
            done.request()

    threading.Thread(target=look_up, name="anaplan-resolve", daemon=True).start()
    while not done.wait(min(SLICE_SECONDS, max(0.0, deadline - time.monotonic()))):
        check_stopped()
        if time.monotonic() >= deadline:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time")
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def connect(addresses: Sequence[_Address], local_address: str | None, deadline: float) -> socket.socket:
    """Connect to the first address that accepts. Raise the error of the last one if none does."""
    waiting = deque(_interleave(addresses))
    error: OSError = OSError("the host has no address")
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or selector.get_map():
                check_stopped()
                if time.monotonic() >= deadline:
                    raise httpcore.ConnectTimeout("timed out")
                if waiting:
                    failure = _start(selector, waiting.popleft(), local_address)
                    if failure is not None:
                        error = failure
                        continue
                pause = NEXT_ADDRESS_SECONDS if waiting else SLICE_SECONDS
                for key, _ in selector.select(max(0.0, min(pause, deadline - time.monotonic()))):
                    sock = key.fileobj
                    assert isinstance(sock, socket.socket)
                    selector.unregister(sock)
                    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        return sock
                    sock.close()
                    error = OSError(code, os.strerror(code))
        finally:
            for key in list(selector.get_map().values()):
                assert isinstance(key.fileobj, socket.socket)
                key.fileobj.close()
    raise error


def _start(selector: selectors.BaseSelector, address: _Address, local_address: str | None) -> OSError | None:
    """Start to connect to an address. Return the error if that fails immediately."""
    family, kind, protocol, _, place = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        if local_address is not None:
            sock.bind((local_address, 0))
        with suppress(BlockingIOError):
            sock.connect(place)
    except OSError as error:
        sock.close()
        return error
    selector.register(sock, selectors.EVENT_WRITE)
    return None


def _interleave(addresses: Sequence[_Address]) -> list[_Address]:
    """Order addresses so that their families alternate, starting with that of the first."""
    first = [address for address in addresses if address[0] == addresses[0][0]]
    others = [address for address in addresses if address[0] != addresses[0][0]]
    turns: list[_Address] = []
    while first or others:
        turns += first[:1] + others[:1]
        first, others = first[1:], others[1:]
    return turns
