"""TLS through memory buffers loses nothing and sends nothing twice, wherever a wait ends."""

import ssl
from contextlib import suppress
from typing import Any

import pytest

from anaplan_client.core.http.buffered_tls import BufferedTls

from .authority import Authority


class Impatient:
    """A socket to a server in memory. Every other operation times out, and each takes only a few bytes."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.arrived, self.leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.server = context.wrap_bio(self.arrived, self.leaving, server_side=True)
        self.turn = 0
        self.got = b""

    def wait(self) -> None:
        self.turn += 1
        if self.turn % 2:
            raise TimeoutError

    def send(self, data: memoryview) -> int:
        self.wait()
        return self.arrived.write(data[:700])

    def recv(self, size: int) -> bytes:
        self.wait()
        self.serve()
        if not self.leaving.pending:
            raise TimeoutError
        return self.leaving.read(min(size, 700))

    def serve(self) -> None:
        with suppress(ssl.SSLWantReadError):
            self.server.do_handshake()
            while data := self.server.read(1 << 14):
                self.got += data


def again(operation: Any, *arguments: Any) -> Any:
    for _ in range(10_000):
        with suppress(TimeoutError):
            return operation(*arguments)
    pytest.fail("the read never ends")


def flush(tls: BufferedTls) -> None:
    """What was left goes before anything is read."""
    for _ in range(1000):
        with suppress(TimeoutError):
            tls.recv(1)


@pytest.fixture
def pair(company: Authority) -> tuple[BufferedTls, Impatient]:
    sock: Any = Impatient(company.server())
    tls = BufferedTls(sock, ssl.create_default_context(cafile=company.file), "127.0.0.1")
    again(tls.do_handshake)
    flush(tls)
    sock.serve()
    return tls, sock


def test_what_is_sent_arrives_once(pair: tuple[BufferedTls, Impatient]) -> None:
    tls, sock = pair
    content = bytes(range(256)) * 400
    left = memoryview(content)
    while left:
        left = left[again(tls.send, left) :]
    flush(tls)
    sock.serve()
    assert sock.got == content


def test_what_is_received_arrives_once(pair: tuple[BufferedTls, Impatient]) -> None:
    tls, sock = pair
    content = bytes(range(256)) * 400
    for start in range(0, len(content), 5000):
        sock.server.write(content[start : start + 5000])
    got = b""
    while len(got) < len(content):
        got += again(tls.recv, 3000)
    assert got == content


def test_an_end_without_notice_is_an_end(pair: tuple[BufferedTls, Impatient], monkeypatch: pytest.MonkeyPatch) -> None:
    tls, sock = pair
    monkeypatch.setattr(sock, "recv", lambda _: b"")
    assert again(tls.recv, 100) == b""
