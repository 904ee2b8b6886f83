"""How the clients behave under everything that a server or a proxy may do to a response.

After each of them, the same client gets the response to its next request, and nothing else.
"""

import gzip
import json
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from attrs import evolve, frozen

from anaplan_client.core import AnaplanError, ConnectError, Request
from anaplan_client.core.http._async import api_client as async_api_client
from anaplan_client.core.http._sync import api_client as sync_api_client

from ... import socket_server
from ...socket_server import Received, Then, head, whole
from ..support import FACES, Face, request

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "faults.md"
Steps: TypeAlias = Iterable[bytes | Then]
KINDS = ("json", "binary", "stream")
FIRST, SECOND = {"json": b'{"n":"first"}', "binary": b"first;1\n"}, {"json": b'{"n":"second"}', "binary": b"second;2\n"}
TYPES = {"json": "application/json", "binary": "application/octet-stream"}


@frozen
class Content:
    """The content of the response, in the documented media type."""

    body: bytes
    kind: str

    def head(self, status: str = "200 OK", **headers: object) -> bytes:
        return head(status, content_type=TYPES[self.kind], **headers)

    def whole(self, status: str = "200 OK", **headers: object) -> bytes:
        return self.head(status, content_length=len(self.body), **headers) + self.body

    def raw(self, *lines: bytes, version: bytes = b"HTTP/1.1 200 OK", body: bytes | None = None) -> bytes:
        """With header lines as they are given."""
        known = b"Content-Type: " + TYPES[self.kind].encode()
        return b"\r\n".join([version, known, *lines, b"", self.body if body is None else body])

    def chunked(self, coding: bytes, *lines: bytes) -> bytes:
        """With the bytes of a chunked body as they are given."""
        return self.raw(b"Transfer-Encoding: chunked", *lines, body=coding)

    def encoded(self, body: bytes, name: str = "gzip") -> bytes:
        return self.head(content_length=len(body), content_encoding=name) + body

    def length(self) -> bytes:
        return b"Content-Length: %d" % len(self.body)


def chunks(*pieces: bytes, last: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + last


def foreign(kind: str, chunked: bool = False) -> bytes:
    """A complete response without a request."""
    content = Content(b'{"n":"foreign"}', kind)
    return content.chunked(chunks(content.body)) if chunked else content.whole()


def bytewise(data: bytes) -> Iterator[bytes]:
    return (data[index : index + 1] for index in range(len(data)))


def endless(start: bytes, more: bytes) -> Iterator[bytes]:
    yield start
    while True:
        yield more


def dripping(start: bytes, more: bytes) -> Iterator[bytes]:
    yield start
    while True:
        time.sleep(0.02)
        yield more


TIMEOUT = 0.3
"""Seconds that the client waits where nothing, or too little, comes."""

Behavior: TypeAlias = Callable[[Content], Steps]
OK, LOST, LATE, DECODE, ANY = "ok", "TransportError", "RequestTimeoutError", "DecodeError", ""
GZIP = gzip.compress


def informational(*statuses: int) -> bytes:
    return b"".join(b"HTTP/1.1 %d Wait\r\nLink: </a>\r\n\r\n" % status for status in statuses)


BEHAVIORS: dict[str, tuple[str, Behavior]] = {
    # Informational responses.
    "100": (OK, lambda c: [informational(100) + c.whole()]),
    "100 without headers": (OK, lambda c: [b"HTTP/1.1 100 Continue\r\n\r\n" + c.whole()]),
    "102": (OK, lambda c: [informational(102), c.whole()]),
    "103": (OK, lambda c: [informational(103), c.whole()]),
    "199": (OK, lambda c: [informational(199), c.whole()]),
    "several informational": (OK, lambda c: [informational(100, 102, 103) + c.whole()]),
    "informational in pieces": (OK, lambda c: bytewise(informational(102, 103) + c.whole())),
    "20 informational": (OK, lambda c: [informational(*[102] * 20) + c.whole()]),
    "21 informational": (LOST, lambda c: [informational(*[102] * 21) + c.whole()]),
    "endless informational": (LOST, lambda c: endless(b"", informational(*[103] * 100))),
    "101": (LOST, lambda c: [informational(101), c.whole()]),
    "102, closed": (LOST, lambda c: [informational(102), Then.CLOSE]),
    "102, then silence": (LATE, lambda c: [informational(102), Then.HOLD]),
    "a trickling head": (LATE, lambda c: dripping(c.head()[:-2], b"A: b\r\n")),
    "a trickling informational head": (LATE, lambda c: dripping(b"HTTP/1.1 102 Wait\r\n", b"A: b\r\n")),
    # Which length counts.
    "two equal lengths": (OK, lambda c: [c.raw(c.length(), c.length())]),
    "two lengths": (LOST, lambda c: [c.raw(c.length(), b"Content-Length: 3")]),
    "two lengths, the first too short": (LOST, lambda c: [c.raw(b"Content-Length: 3", c.length())]),
    "a list of equal lengths": (OK, lambda c: [c.raw(c.length() + b", %d" % len(c.body))]),
    "a list of lengths": (LOST, lambda c: [c.raw(c.length() + b", 3")]),
    "length and chunked": (OK, lambda c: [c.chunked(chunks(c.body), b"Content-Length: 3")]),
    "length and chunked, then foreign": (
        OK,
        lambda c: [c.chunked(chunks(c.body), b"Content-Length: 3") + foreign(c.kind)],
    ),
    "negative length": (LOST, lambda c: [c.raw(b"Content-Length: -5")]),
    "length with a plus": (LOST, lambda c: [c.raw(b"Content-Length: +5")]),
    "length in words": (LOST, lambda c: [c.raw(b"Content-Length: five")]),
    "length in hexadecimal": (LOST, lambda c: [c.raw(b"Content-Length: 0x5")]),
    "empty length": (LOST, lambda c: [c.raw(b"Content-Length:")]),
    "length with a fraction": (LOST, lambda c: [c.raw(b"Content-Length: 5.0")]),
    "length beyond memory": (LOST, lambda c: [c.raw(b"Content-Length: 999999999999999999"), Then.CLOSE]),
    "length of 20 digits": (LOST, lambda c: [c.raw(b"Content-Length: 99999999999999999999"), Then.CLOSE]),
    "length of 5000 digits": (LOST, lambda c: [c.raw(b"Content-Length: " + b"9" * 5000), Then.CLOSE]),
    "length with zeros": (OK, lambda c: [c.raw(b"Content-Length: 000%d" % len(c.body))]),
    # Versions and status lines.
    "HTTP/1.0": (OK, lambda c: [c.raw(c.length(), version=b"HTTP/1.0 200 OK"), Then.CLOSE]),
    "HTTP/1.0, kept open": (OK, lambda c: [c.raw(c.length(), version=b"HTTP/1.0 200 OK")]),
    "HTTP/2": (LOST, lambda c: [c.raw(c.length(), version=b"HTTP/2 200 OK")]),
    "not HTTP": (LOST, lambda c: [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Then.CLOSE]),
    "TLS alert": (LOST, lambda c: [b"\x15\x03\x01\x00\x02\x02\x46", Then.CLOSE]),
    "status of two digits": (LOST, lambda c: [c.raw(c.length(), version=b"HTTP/1.1 20 OK")]),
    "status of four digits": (LOST, lambda c: [c.raw(c.length(), version=b"HTTP/1.1 2000 OK")]),
    "no reason phrase": (OK, lambda c: [c.raw(c.length(), version=b"HTTP/1.1 200")]),
    "a reason in another language": (OK, lambda c: [c.raw(c.length(), version=b"HTTP/1.1 200 \xe9t\xe9")]),
    "empty lines before": (LOST, lambda c: [b"\r\n\r\n" + c.whole()]),
    # Headers.
    "150 headers": (OK, lambda c: [c.whole(**{f"x{number}": "y" for number in range(150)})]),
    "a header of 64 kB": (OK, lambda c: [c.whole(x="y" * 65_000)]),
    "a header of 200 kB": (LOST, lambda c: [c.whole(x="y" * 200_000)]),
    "endless headers": (LOST, lambda c: endless(c.head()[:-2], b"A: b\r\n" * 1000)),
    "an endless header": (LOST, lambda c: endless(c.head()[:-2] + b"A: ", b"b" * 60_000)),
    "a folded header": (OK, lambda c: [c.raw(b"X: a\r\n b", c.length())]),
    "a folded length": (OK, lambda c: [c.raw(b"Content-Length:\r\n %d" % len(c.body))]),
    "a space in a name": (LOST, lambda c: [c.raw(b"X Y: a", c.length())]),
    "a header without a name": (LOST, lambda c: [c.raw(b": a", c.length())]),
    "a header without a colon": (LOST, lambda c: [c.raw(b"something", c.length())]),
    "a zero byte in a header": (LOST, lambda c: [c.raw(b"X: a\x00b", c.length())]),
    "any bytes in a header": (OK, lambda c: [c.raw(b"X: \xff\xfe\xe4", c.length())]),
    "any bytes in a request id": (OK, lambda c: [c.raw(b"X-Request-Id: \xff\xfe", c.length())]),
    "line feeds only": (OK, lambda c: [c.whole().replace(b"\r\n", b"\n")]),
    "cookies": (OK, lambda c: [c.whole(set_cookie="a=b; Path=/")]),
    "foreign cookies": (OK, lambda c: [c.whole(set_cookie="a=b; Domain=example.com; Expires=never")]),
    # Chunked.
    "chunked": (OK, lambda c: [c.chunked(chunks(c.body))]),
    "one byte a chunk": (OK, lambda c: [c.chunked(chunks(*bytewise(c.body)))]),
    "one byte a packet": (OK, lambda c: bytewise(c.chunked(chunks(*bytewise(c.body))))),
    "sizes with zeros": (OK, lambda c: [c.chunked(b"000%x\r\n%b\r\n000\r\n\r\n" % (len(c.body), c.body))]),
    "upper-case sizes": (OK, lambda c: [c.chunked((b"%X\r\n%b\r\n0\r\n\r\n") % (len(c.body), c.body))]),
    "chunk extensions": (OK, lambda c: [c.chunked(b"%x;a=b\r\n%b\r\n0;c\r\n\r\n" % (len(c.body), c.body))]),
    "trailers": (OK, lambda c: [c.chunked(chunks(c.body, last=b"0\r\nX: y\r\n\r\n"))]),
    "a trailer that is a length": (OK, lambda c: [c.chunked(chunks(c.body, last=b"0\r\nContent-Length: 3\r\n\r\n"))]),
    "endless trailers": (LOST, lambda c: endless(c.chunked(chunks(c.body, last=b"0\r\n")), b"A: b\r\n" * 1000)),
    "an invalid chunk size": (LOST, lambda c: [c.chunked(b"x\r\n%b\r\n0\r\n\r\n" % c.body)]),
    "a negative chunk size": (LOST, lambda c: [c.chunked(b"-5\r\n%b\r\n0\r\n\r\n" % c.body)]),
    "a chunk size beyond memory": (LOST, lambda c: [c.chunked(b"fffffffffffff\r\n" + c.body), Then.CLOSE]),
    "a chunk size of 30 digits": (LOST, lambda c: [c.chunked(b"f" * 30 + b"\r\n" + c.body), Then.CLOSE]),
    "a chunk that is too long": (LOST, lambda c: [c.chunked(b"1\r\n%b\r\n0\r\n\r\n" % c.body)]),
    "an endless chunk size": (LOST, lambda c: endless(c.chunked(b"1"), b"0" * 60_000)),
    "gzip as transfer coding": (LOST, lambda c: [c.raw(b"Transfer-Encoding: gzip, chunked", body=chunks(c.body))]),
    "identity as transfer coding": (LOST, lambda c: [c.raw(b"Transfer-Encoding: identity", c.length())]),
    "upper-case chunked": (OK, lambda c: [c.raw(b"TRANSFER-ENCODING: CHUNKED", body=chunks(c.body))]),
    # Cut off.
    "closed immediately": (LOST, lambda c: [Then.CLOSE]),
    "closed in the status line": (LOST, lambda c: [b"HTTP/1.1 2", Then.CLOSE]),
    "closed in the headers": (LOST, lambda c: [c.head()[:-4], Then.CLOSE]),
    "closed after the head": (LOST, lambda c: [c.whole()[: -len(c.body)], Then.CLOSE]),
    "closed in the content": (LOST, lambda c: [c.whole()[:-3], Then.CLOSE]),
    "closed in a chunk": (LOST, lambda c: [c.chunked(chunks(c.body))[:-9], Then.CLOSE]),
    "closed before the last chunk": (LOST, lambda c: [c.chunked(chunks(c.body, last=b"")), Then.CLOSE]),
    "closed in the last chunk": (LOST, lambda c: [c.chunked(chunks(c.body, last=b"0\r\n")), Then.CLOSE]),
    "reset immediately": (LOST, lambda c: [Then.RESET]),
    "reset in the headers": (LOST, lambda c: [c.head()[:-4], Then.RESET]),
    "reset in the content": (LOST, lambda c: [c.whole()[:-3], Then.RESET]),
    "reset in a chunk": (LOST, lambda c: [c.chunked(chunks(c.body))[:-9], Then.RESET]),
    "no response": (LATE, lambda c: [Then.HOLD]),
    "silence after the head": (LATE, lambda c: [c.whole()[: -len(c.body)], Then.HOLD]),
    "silence after some content": (LATE, lambda c: [c.whole()[:-3], Then.HOLD]),
    "content in pieces": (OK, lambda c: bytewise(c.whole())),
    # How the connection is kept.
    "Connection: close, closed": (OK, lambda c: [c.whole(connection="close"), Then.CLOSE]),
    "Connection: close, kept open": (OK, lambda c: [c.whole(connection="close"), Then.HOLD]),
    "closed while idle": (OK, lambda c: [c.whole(), Then.CLOSE]),
    "reset while idle": (OK, lambda c: [c.whole(), Then.RESET]),
    # Encodings of content.
    "gzip": (OK, lambda c: [c.encoded(GZIP(c.body))]),
    "gzip, chunked": (OK, lambda c: [c.chunked(chunks(*bytewise(GZIP(c.body))), b"Content-Encoding: gzip")]),
    "upper-case gzip": (OK, lambda c: [c.encoded(GZIP(c.body), "GZIP")]),
    "x-gzip": (OK, lambda c: [c.encoded(GZIP(c.body), "x-gzip")]),
    "gzip in two members": (OK, lambda c: [c.encoded(GZIP(c.body[:4]) + GZIP(c.body[4:]))]),
    "gzip with an empty member": (OK, lambda c: [c.encoded(GZIP(c.body) + GZIP(b""))]),
    "half of gzip": (LOST, lambda c: [c.encoded(GZIP(c.body)[:-9])]),
    "gzip without its last byte": (LOST, lambda c: [c.encoded(GZIP(c.body)[:-1])]),
    "gzip, then half of a member": (LOST, lambda c: [c.encoded(GZIP(c.body) + GZIP(c.body)[:-9])]),
    "gzip, then garbage": (LOST, lambda c: [c.encoded(GZIP(c.body) + b"garbage")]),
    "gzip with a wrong checksum": (LOST, lambda c: [c.encoded(GZIP(c.body)[:-8] + bytes(4) + GZIP(c.body)[-4:])]),
    "gzip with a wrong size": (LOST, lambda c: [c.encoded(GZIP(c.body)[:-4] + bytes(4))]),
    "invalid gzip": (LOST, lambda c: [c.encoded(c.body)]),
    "half of gzip, without a length": (
        LOST,
        lambda c: [c.head(content_encoding="gzip") + GZIP(c.body)[:-9], Then.CLOSE],
    ),
    "deflate": (DECODE, lambda c: [c.encoded(zlib.compress(c.body), "deflate")]),
    "br": (DECODE, lambda c: [c.encoded(c.body, "br")]),
    "gzip twice": (DECODE, lambda c: [c.encoded(GZIP(GZIP(c.body)), "gzip, gzip")]),
    "an unknown encoding": (DECODE, lambda c: [c.encoded(c.body, "rot13")]),
    "identity": (OK, lambda c: [c.encoded(c.body, "identity")]),
    # Success without the content.
    "204": (ANY, lambda c: [c.head("204 No Content")]),
    "204 with content": (ANY, lambda c: [c.whole("204 No Content")]),
    "204 with chunked content": (ANY, lambda c: [c.chunked(chunks(c.body)).replace(b"200 OK", b"204 No")]),
    "205": (ANY, lambda c: [whole(b"", "205 Reset Content")]),
    "206": (ANY, lambda c: [c.whole("206 Partial Content", content_range="bytes 0-4/99")]),
    "304 with content": ("StatusError", lambda c: [c.whole("304 Not Modified")]),
    "no chunks": (ANY, lambda c: [c.chunked(b"0\r\n\r\n")]),
    # Rejections.
    "404": ("NotFoundError", lambda c: [c.whole("404 Not Found")]),
    "500, chunked": ("ServerError", lambda c: [c.chunked(chunks(b"<html>")).replace(b"200 OK", b"500 No")]),
    "500, gzip": ("ServerError", lambda c: [c.encoded(GZIP(c.body)).replace(b"200 OK", b"500 No")]),
    "endless 500": ("ServerError", lambda c: endless(head("500 No", transfer_encoding="chunked"), CHUNK)),
    "500 of 100 MB": ("ServerError", lambda c: endless(head("500 No", content_length=10**8), bytes(60_000))),
    "302": ("StatusError", lambda c: [whole(b"", "302 Found", location="/foreign")]),
    "307": ("StatusError", lambda c: [whole(b"", "307 Found", location="http://127.0.0.1:1/")]),
    "413, closed": ("StatusError", lambda c: [whole(b"large", "413 No", connection="close"), Then.CLOSE]),
    "an HTML page": (DECODE, lambda c: [whole(b"<html>", content_type="text/html")]),
}
CHUNK = b"ea60\r\n" + bytes(60_000) + b"\r\n"
LEFT_OVER: dict[str, Callable[[Content], tuple[bytes, bytes]]] = {
    # Surplus bytes, and the response before them.
    "another response": lambda c: (c.whole(), foreign(c.kind)),
    "another response, after chunks": lambda c: (c.chunked(chunks(c.body)), foreign(c.kind)),
    "another one by chunks": lambda c: (c.whole(), foreign(c.kind, True)),
    "another one by chunks, after chunks": lambda c: (c.chunked(chunks(c.body)), foreign(c.kind, True)),
    "another one by chunks, after sizes with zeros": lambda c: (
        c.chunked(chunks(c.body, last=b"000\r\n\r\n")),
        foreign(c.kind, True),
    ),
    "another response, after trailers": lambda c: (
        c.chunked(chunks(c.body, last=b"0\r\nX: y\r\n\r\n")),
        foreign(c.kind, True),
    ),
    "another response, after gzip": lambda c: (c.encoded(GZIP(c.body)), foreign(c.kind)),
    "another response, after 204": lambda c: (c.head("204 No Content"), foreign(c.kind)),
    "content of 204": lambda c: (c.head("204 No Content", content_length=len(foreign(c.kind))), foreign(c.kind)),
    "content of 304": lambda c: (c.head("304 No", content_length=len(foreign(c.kind))), foreign(c.kind)),
    "408, closed": lambda c: (c.whole(), whole(b"", "408 Request Timeout", connection="close")),
    "408": lambda c: (c.whole(), whole(b"", "408 Request Timeout")),
    "408 with content": lambda c: (c.whole(), whole(b'{"n":"foreign"}', "408 Request Timeout")),
    "102 and another response": lambda c: (c.whole(), informational(102) + foreign(c.kind)),
    "half of another response": lambda c: (c.whole(), foreign(c.kind)[:-4]),
    "a line end": lambda c: (c.whole(), b"\r\n"),
    "one byte": lambda c: (c.whole(), b"H"),
}


def operation(kind: str, path: str) -> Request[Any]:
    if kind == "json":
        return request(path=path, decode=json.loads)
    return request(path=path, accept=TYPES["binary"])


class Asking:
    """A client that sends two requests, over any connection."""

    def __init__(self, face: str, url: str, kind: str) -> None:
        self.client = Face(face, dict.fromkeys(("api", "auth", "audit", "cloudworks", "app"), url))
        self.kind = kind

    async def get(self, path: str, content: dict[str, bytes], body: bytes | None = None, timeout: float = 30) -> str:
        """What a request comes to: `ok` for the given content, the name of an error, or the wrong content."""
        kind = "json" if self.kind == "json" else "binary"
        how = "stream" if self.kind == "stream" else "send"
        try:
            value = await self.client.call(how, evolve(operation(kind, path), content=body), timeout=timeout)
        except AnaplanError as error:
            if isinstance(error, ConnectError) and timeout < 30:  # the machine is too busy: nothing was sent
                return await self.get(path, content, body, 10 * timeout)
            return type(error).__name__ if "foreign" not in str(error) else str(error)
        expected: object = json.loads(content["json"]) if kind == "json" else content["binary"]
        return OK if value == expected else repr(value)


def served(kind: str, behavior: Behavior) -> Callable[[Received], Steps]:
    def answer(received: Received) -> Steps:
        if received.path == "/foreign":
            return [Content(b'{"n":"foreign"}', kind).whole()]
        if received.path == "/second":
            return [Content(SECOND[kind], kind).whole()]
        return behavior(Content(FIRST[kind], kind))

    return answer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", BEHAVIORS)
async def test_a_response_is_whole_or_an_error_and_the_next_one_is_its_own(name: str, face: str, kind: str) -> None:
    expected, behavior = BEHAVIORS[name]
    media = "json" if kind == "json" else "binary"
    with socket_server.serving(served(media, behavior)) as server:
        asking = Asking(face, server.url, kind)
        came = await asking.get("/first", FIRST, timeout=TIMEOUT if expected == LATE else 30)
        assert came == expected or expected == ANY
        if name.endswith("while idle"):
            assert server.closed.acquire(timeout=60)
        assert await asking.get("/second", SECOND) == OK
        await asking.client.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("name", LEFT_OVER)
async def test_bytes_that_are_left_over_are_never_a_response(name: str, later: bool, face: str, kind: str) -> None:
    read, sent = threading.Event(), threading.Event()
    media = "json" if kind == "json" else "binary"
    first, rest = LEFT_OVER[name](Content(FIRST[media], media))

    def behavior(_: Content) -> Iterator[bytes]:
        if not later:
            yield first + rest
        else:
            yield first
            assert read.wait(60)
            yield rest
        sent.set()

    with socket_server.serving(served(media, behavior)) as server:
        asking = Asking(face, server.url, kind)
        came = await asking.get("/first", FIRST)
        assert came == OK or first.startswith((b"HTTP/1.1 204", b"HTTP/1.1 304"))
        read.set()
        assert sent.wait(60)
        assert await asking.get("/second", SECOND) == OK
        await asking.client.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("without_end", ["", "gzip"])
async def test_content_without_an_end_is_whole_only_where_it_says_so_itself(
    without_end: str, face: str, kind: str
) -> None:
    def behavior(content: Content) -> Steps:
        if without_end:
            return [content.head(content_encoding="gzip") + GZIP(content.body), Then.CLOSE]
        return [content.head() + content.body, Then.CLOSE]

    media = "json" if kind == "json" else "binary"
    with socket_server.serving(served(media, behavior)) as server:
        asking = Asking(face, server.url, kind)
        assert await asking.get("/first", FIRST) == (OK if without_end or kind == "json" else LOST)
        assert await asking.get("/second", SECOND) == OK
        await asking.client.close()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("kind", ["json", "binary"])
@pytest.mark.parametrize("packed", [False, True])
async def test_content_in_memory_is_bounded(
    packed: bool, kind: str, face: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (async_api_client, sync_api_client):
        monkeypatch.setattr(module, "MAX_RESPONSE_BYTES", 1 << 20)
    block = GZIP(bytes(1 << 22))

    def behavior(content: Content) -> Steps:
        start = content.head(transfer_encoding="chunked", **({"content_encoding": "gzip"} if packed else {}))
        return endless(start, chunks(block, last=b"") if packed else CHUNK)

    with socket_server.serving(served(kind, behavior)) as server:
        asking = Asking(face, server.url, kind)
        assert await asking.get("/first", FIRST) == DECODE
        assert await asking.get("/second", SECOND) == OK
        await asking.client.close()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("then", [Then.CLOSE, Then.RESET, Then.HOLD])
async def test_a_response_that_comes_before_the_content_was_sent(then: Then, face: str) -> None:
    """What was told before the connection ended is told; a reset may take that with it."""

    def answer(received: Received) -> Steps:
        if received.path == "/second":
            return [Content(SECOND["json"], "json").whole()]
        return [whole(b"too large", "413 Too Large", connection="close"), then]

    with socket_server.serving(answer, reads_bodies=False) as server:
        asking = Asking(face, server.url, "json")
        timeout = TIMEOUT if then is Then.HOLD else 30
        came = await asking.get("/first", FIRST, bytes(20_000_000), timeout)
        assert came in ("StatusError", LOST, LATE)
        assert await asking.get("/second", SECOND) == OK
        await asking.client.close()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_connection_that_a_firewall_dropped_costs_one_timeout(kind: str, face: str) -> None:
    media = "json" if kind == "json" else "binary"
    answers: list[Received] = []

    def answer(received: Received) -> Steps:
        answers.append(received)
        if len(answers) == 2:
            return [Then.HOLD]
        return [Content(FIRST[media], media).whole()]

    with socket_server.serving(answer) as server:
        asking = Asking(face, server.url, kind)
        assert [await asking.get("/first", FIRST, timeout=timeout) for timeout in (30, TIMEOUT, 30)] == [OK, LATE, OK]
        await asking.client.close()
    assert [received.connection for received in answers] == [0, 0, 1]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_connection_in_order_is_used_again(kind: str, face: str) -> None:
    """The safeguards do not cost the connections that need none."""
    media = "json" if kind == "json" else "binary"
    ways: list[Behavior] = [BEHAVIORS[name][1] for name in REUSED]

    def answer(received: Received) -> Steps:
        return ways[int(received.path.strip("/"))](Content(FIRST[media], media))

    with socket_server.serving(answer) as server:
        asking = Asking(face, server.url, kind)
        for number in range(len(ways)):
            assert await asking.get(f"/{number}", FIRST) == OK
        await asking.client.close()
    assert server.connections == 1


REUSED = [
    "100",
    "20 informational",
    "150 headers",
    "chunked",
    "one byte a packet",
    "chunk extensions",
    "gzip",
    "cookies",
]


def test_the_documentation_has_every_behavior() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    lines = text[text.index("| the response") :].split("\n\n")[0].splitlines()[2:]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    assert rows == [(name, expected or "as documented, or an error") for name, (expected, _) in BEHAVIORS.items()]
