"""Connecting: several addresses, and contexts of other libraries."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from anaplan_client.core import ConnectError
from anaplan_client.core.http.network import NetworkSettings

from ...socket_server import Received, serving, whole
from ..support import Face, request
from .authority import Authority
from .company import Proxy, listening

HOST = "several.test"


def answer(_: Received) -> Iterator[bytes]:
    yield whole(b"answer")


@contextmanager
def addresses(monkeypatch: pytest.MonkeyPatch, port: int, *hosts: str) -> Iterator[None]:
    look_up = socket.getaddrinfo

    def resolve(host: Any, *arguments: Any, **options: Any) -> Any:
        if host not in (HOST, HOST.encode()):
            return look_up(host, *arguments, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in hosts]

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        yield


@contextmanager
def silent(port: int) -> Iterator[str]:
    """An address that never responds to a connection: a listener whose queue is full."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.2", port))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.2", port))
        yield "127.0.0.2"
        for one in waiting:
            one.close()


async def ask(kind: str, port: int, timeout: float = 5) -> Any:
    # Waiting for the first address to the end would take longer than is allowed.
    face = Face(kind, {"api": f"http://{HOST}:{port}"}, timeout=timeout)
    try:
        return await face.send(request())
    finally:
        await face.close()


@pytest.mark.parametrize(
    "dead", [["refused"], ["silent"], ["refused", "silent"], ["silent", "silent"], ["refused", "refused"]]
)
async def test_the_next_address_is_tried_while_one_does_not_answer(
    kind: str, dead: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answer) as wire:
        port = int(wire.url.rsplit(":", 1)[1])
        with silent(port) as address:
            hosts = [address if one == "silent" else "127.0.0.3" for one in dead]
            with addresses(monkeypatch, port, *hosts, "127.0.0.1"):
                assert await ask(kind, port) == b"answer"
    assert wire.connections == 1


async def test_a_host_whose_addresses_are_all_dead_cannot_be_reached(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answer) as wire:
        port = int(wire.url.rsplit(":", 1)[1])
        with silent(port) as address:
            for hosts in (["127.0.0.3", "127.0.0.4"], [address, "127.0.0.3"]):
                with addresses(monkeypatch, port, *hosts), pytest.raises(ConnectError, match="nothing was sent"):
                    await ask(kind, port, 0.6)


async def test_a_host_without_an_address_cannot_be_reached(kind: str) -> None:
    face = Face(kind, {"api": "http://nowhere.invalid"}, timeout=5)
    with pytest.raises(ConnectError, match="nothing was sent"):
        await face.send(request())
    await face.close()


class Checking(ssl.SSLContext):
    """A context that verifies after the handshake, as that of truststore does."""

    checked: list[bool]

    def wrap_socket(self, *arguments: Any, **options: Any) -> Any:
        secured = super().wrap_socket(*arguments, **options)
        self.checked.append(secured.getpeercert(True) is not None)
        return secured


async def test_a_context_may_verify_after_the_handshake(kind: str, company: Authority) -> None:
    class Secured(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            context.checked.append(self.getpeercert(True) is not None)

    context = Checking(ssl.PROTOCOL_TLS_CLIENT)
    context.checked = []
    context.sslobject_class = Secured  # type: ignore[assignment]
    context.load_verify_locations(company.file)
    with serving(answer, company.server()) as wire:
        face = Face(kind, {"api": wire.url}, network=NetworkSettings(verify=context))
        assert [await face.send(request()) for _ in range(3)] == [b"answer"] * 3
        await face.close()
    assert context.checked == [True]
    assert wire.connections == 1


async def test_the_store_of_the_system_can_be_used(
    kind: str, company: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    truststore = pytest.importorskip("truststore")
    monkeypatch.setenv("SSL_CERT_FILE", str(company.file))  # what OpenSSL takes for the system's
    with serving(answer, company.server()) as wire:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        face = Face(kind, {"api": wire.url}, network=NetworkSettings(verify=context))
        assert await face.send(request()) == b"answer"
        await face.close()


BIG = bytes(range(256)) * 40_000


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_large_bodies_go_through_tls_within_tls(kind: str, company: Authority, scheme: str) -> None:
    received: list[bytes] = []

    def echo(connection: socket.socket) -> None:
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            data += connection.recv(1)
        body = bytearray()
        while len(body) < len(BIG):
            body += connection.recv(1 << 16)
        received.append(bytes(body))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    with (
        listening(echo, company.server()) as (host, port),
        listening(Proxy(), company.server() if scheme == "https" else None) as (proxy, proxy_port),
    ):
        settings = NetworkSettings(verify=company.file, proxy=f"{scheme}://{proxy}:{proxy_port}")
        face = Face(kind, {"api": f"https://{host}:{port}"}, network=settings)
        sent = request(method="PUT", content=BIG, accept="application/octet-stream")
        assert await face.send(sent) == BIG
        await face.close()
    assert received == [BIG]


async def test_bytes_left_over_are_not_taken_for_the_next_response_by_a_proxy_with_tls(
    kind: str, company: Authority
) -> None:
    def two_at_once(_: Received) -> Iterator[bytes]:
        yield whole(b"answer") + whole(b"foreign")

    with serving(two_at_once, company.server()) as wire, listening(Proxy(), company.server()) as (host, port):
        settings = NetworkSettings(verify=company.file, proxy=f"https://{host}:{port}")
        face = Face(kind, {"api": wire.url}, network=settings)
        assert [await face.send(request()) for _ in range(3)] == [b"answer"] * 3
        await face.close()
    assert wire.connections == 3
