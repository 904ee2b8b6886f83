"""Answers that are read straight to where they belong, from servers of which the test decides every byte."""

import asyncio
import gzip
import json
import socket
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from anaplan_client.core import (
    AuthenticationError,
    ConnectError,
    DecodeError,
    NotFoundError,
    Observed,
    RateLimitError,
    Read,
    Request,
    RequestTimeout,
    ServerError,
    TransportError,
    bodies,
    direct,
)
from anaplan_client.core.client import AsyncApiClient
from anaplan_client.core.errors import BODY_LIMIT

from ..wire import Answer, Received, Then, Wire, authority, head, in_chunks, serving, whole
from .support import FACES, Face, answering, answers, request

BODY = bytes(range(256)) * 4096
SECRET = "AnaplanAuthToken a-very-secret-token"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Taken:
    """Takes a body as a request's `into`, and can be waited for."""

    def __init__(self, piece: int = 70_001, least: int = 1) -> None:
        self.piece = piece
        self.content = b""
        self.lengths: list[int] = []
        self.threads: set[str] = set()
        self.running = 0
        self._begun = threading.Semaphore(0)

    def __call__(self, length: int, read: Read) -> None:
        self.running += 1
        try:
            self.lengths.append(length)
            self.threads.add(threading.current_thread().name)
            buffer, at = bytearray(length), 0
            while at < length:
                at += read(memoryview(buffer)[at : at + self.piece])
                self._begun.release()
            assert read(memoryview(bytearray(9))) == 0
            self.content = bytes(buffer)
        finally:
            self.running -= 1

    async def begun(self) -> None:
        await asyncio.to_thread(self._begun.acquire)


def taking(into: Any, **changes: Any) -> Request[bytes]:
    known = {"path": "/2/0/chunk", "accept": "application/octet-stream", "authorization": SECRET}
    return request(into=into, **known | changes)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=FACES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["plain", "tls"])
def secured(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext | None:
    if request.param == "plain":
        return None
    trusted, context = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return context


def then(*steps: bytes | Then) -> Answer:
    """Answers a first request, by which a client learns that there is a network, and gives the same to all others."""

    def answer(received: Received) -> Iterator[bytes | Then]:
        yield from [whole(b"")] if received.path == "/2/0/sample" else steps

    return answer


async def on(wire: Wire, kind: str, **options: Any) -> Face:
    """A client that has sent a first request."""
    face = Face(kind, {"api": wire.url}, **options)
    await face.send(request())
    return face


@pytest.fixture
async def faces() -> AsyncIterator[list[Face]]:
    """Clients to close at the end."""
    found: list[Face] = []
    yield found
    for face in found:
        await face.close()


# What comes over the wire


async def test_a_body_is_read_to_its_place_over_connections_that_are_kept(
    kind: str, secured: ssl.SSLContext | None
) -> None:
    with serving(then(whole(BODY, x_other="1")), secured) as wire:
        face = await on(wire, kind)
        for _ in range(5):
            taken = Taken()
            assert await face.send(taking(taken)) == b""
            assert (taken.content, taken.lengths) == (BODY, [len(BODY)])
        await face.close()
    assert [received.path for received in wire.received[1:]] == ["/2/0/chunk"] * 5
    # The first request, and one connection for all others.
    assert wire.connections == 2


async def test_a_request_is_the_one_that_httpx_would_send(kind: str) -> None:
    with serving(then(whole(BODY))) as wire:
        face = await on(wire, kind)
        await face.send(taking(Taken(), params={"limit": "5", "sort": "+name"}))
        await face.close()
    first, chunk = wire.received
    assert chunk.path == "/2/0/chunk?limit=5&sort=%2Bname"
    assert chunk.headers.pop("authorization") == SECRET
    assert chunk.headers.pop("accept") == "application/octet-stream"
    assert chunk.headers.pop("accept-encoding") == "identity"
    assert chunk.headers == {name: first.headers[name] for name in ("host", "user-agent")}


async def test_a_body_takes_no_memory_beside_its_place(kind: str) -> None:
    def forget(length: int, read: Read) -> None:
        piece = memoryview(bytearray(1000))
        while read(piece):
            pass

    with serving(then(whole(bytes(5_000_000)))) as wire:
        face = await on(wire, kind)
        await face.send(taking(forget))
        tracemalloc.start()
        try:
            await face.send(taking(forget))
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        await face.close()
    assert most < 1_000_000


@pytest.mark.parametrize("size", [0, 1, 8191, 8192, 8193])
async def test_a_body_of_any_size_is_whole(kind: str, size: int) -> None:
    with serving(then(whole(BODY[:size]))) as wire:
        face = await on(wire, kind)
        for _ in range(2):
            taken = Taken()
            await face.send(taking(taken))
            assert (taken.content, taken.lengths) == (BODY[:size], [size])
        await face.close()


@pytest.mark.parametrize(
    "steps",
    [
        [in_chunks(BODY[:1000], BODY[1000:])],
        [whole(BODY, connection="close"), Then.CLOSE],
        [
            head(content_encoding="gzip", transfer_encoding="chunked")
            + in_chunks(gzip.compress(BODY)).split(b"\r\n\r\n", 1)[1]
        ],
        [whole(gzip.compress(BODY), content_encoding="gzip")],
    ],
    ids=["transfer coding", "closed after it", "encoded in chunks", "encoded"],
)
async def test_a_body_that_comes_otherwise_is_whole_too(kind: str, steps: list[bytes | Then]) -> None:
    with serving(then(*steps)) as wire:
        face = await on(wire, kind)
        for _ in range(2):
            taken = Taken()
            assert await face.send(taking(taken)) == b""
            assert (taken.content, taken.lengths) == (BODY, [len(BODY)])
        await face.close()


async def test_a_kept_connection_that_the_far_end_closed_is_replaced(kind: str, secured: ssl.SSLContext | None) -> None:
    with serving(then(whole(BODY), Then.CLOSE), secured) as wire:
        face = await on(wire, kind)
        for _ in range(3):
            taken = Taken()
            await face.send(taking(taken))
            assert taken.content == BODY
        await face.close()
    assert wire.connections == 4


async def test_kept_connections_serve_as_many_requests_at_once_as_there_were() -> None:
    held: list[Received] = []
    all_there = threading.Barrier(4)

    def answer(received: Received) -> Iterator[bytes]:
        if received.path != "/2/0/sample":
            held.append(received)
            all_there.wait()
        yield whole(BODY)

    with serving(answer) as wire:
        face = await on(wire, "async")
        for _ in range(3):
            places = [Taken() for _ in range(4)]
            await asyncio.gather(*(face.send(taking(place)) for place in places))
            assert all(place.content == BODY for place in places)
        await face.close()
    assert len(held) == 12
    assert wire.connections == 5


# What goes wrong


BROKEN: dict[str, list[bytes | Then]] = {
    "one byte short": [whole(BODY)[:-1], Then.CLOSE],
    "no body": [head(content_length=len(BODY)), Then.CLOSE],
    "reset": [whole(BODY)[:50_000], Then.RESET],
    "short and closing": [whole(BODY, connection="close")[:-1], Then.CLOSE],
    "chunk broken off": [in_chunks(BODY)[:-1000], Then.CLOSE],
    "last chunk missing": [in_chunks(BODY)[:-5], Then.CLOSE],
    "no length": [head(connection="close") + BODY, Then.CLOSE],
    "half a head": [b"HTTP/1.1 200 OK\r\nContent-Le", Then.CLOSE],
    "no end of the head": [b"HTTP/1.1 200 OK\r\nServer: some\r\n", Then.CLOSE],
    "no HTTP": [b"something else\r\n\r\n", Then.CLOSE],
    "no answer": [Then.CLOSE],
    "reset before it": [Then.RESET],
}


@pytest.mark.parametrize("steps", BROKEN.values(), ids=BROKEN)
async def test_an_answer_that_breaks_off_is_a_transport_error(
    kind: str, secured: ssl.SSLContext | None, steps: list[bytes | Then]
) -> None:
    with serving(then(*steps), secured) as wire:
        face = await on(wire, kind)
        for _ in range(2):
            with pytest.raises(TransportError) as raised:
                await face.send(taking(Taken()))
            assert type(raised.value) is TransportError
            assert SECRET not in f"{raised.value!r} {raised.value} {raised.value.__cause__!r}"
        await face.close()
    # None is tried again unasked, and no connection is used again.
    first, second = wire.received[1:]
    assert first.connection != second.connection


@pytest.mark.parametrize("case", ["one byte short", "last chunk missing", "no length", "no end of the head"])
async def test_an_answer_that_breaks_off_is_a_transport_error_by_other_means_too(kind: str, case: str) -> None:
    with serving(then(*BROKEN[case])) as wire:
        face = await on(wire, kind, hooks={"request": []})
        with pytest.raises(TransportError):
            await face.send(taking(taken := Taken()))
        await face.close()
    assert taken.lengths == []


async def test_an_answer_that_is_longer_than_it_says_does_not_end_up_in_the_next(kind: str) -> None:
    with serving(then(whole(BODY) + b"and more")) as wire:
        face = await on(wire, kind)
        for _ in range(3):
            taken = Taken()
            await face.send(taking(taken))
            assert taken.content == BODY
        await face.close()


@pytest.mark.parametrize(
    "steps",
    [[Then.HOLD], [head(content_length=100), Then.HOLD], [whole(BODY)[:-5], Then.HOLD]],
    ids=["before the answer", "after the head", "in the body"],
)
async def test_an_answer_that_does_not_go_on_is_a_timeout(
    kind: str, secured: ssl.SSLContext | None, steps: list[bytes | Then]
) -> None:
    with serving(then(*steps), secured) as wire:
        face = await on(wire, kind)
        with pytest.raises(RequestTimeout):
            await face.send(taking(Taken()), timeout=0.05)
        wire.left.acquire()  # the connection is not left open
        await face.close()


async def test_the_timeout_of_a_call_holds_for_a_kept_connection(kind: str) -> None:
    def answer(received: Received) -> Iterator[bytes | Then]:
        yield from [whole(b"")] if len(wire.received) < 3 else [Then.HOLD]

    with serving(answer) as wire:
        face = await on(wire, kind, timeout=3600)
        await face.send(taking(Taken()))
        with pytest.raises(RequestTimeout):
            await face.send(taking(Taken()), timeout=0.05)
        await face.close()
    assert wire.connections == 2


async def test_a_refused_connection_is_a_connect_error(kind: str, faces: list[Face]) -> None:
    with serving(then(whole(BODY))) as wire:
        faces.append(await on(wire, kind))
    with pytest.raises(ConnectError) as raised:
        await faces[0].send(taking(Taken()))
    assert SECRET not in f"{raised.value!r} {raised.value}"


async def test_an_authority_that_is_not_trusted_is_a_connect_error(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, context = authority(tmp_path)
    (tmp_path / "other").mkdir()
    _, of_another = authority(tmp_path / "other")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with serving(then(whole(BODY)), context) as wire, serving(then(whole(BODY)), of_another) as other:
        face = Face(kind, {"api": wire.url, "auth": other.url})
        await face.send(request())
        with pytest.raises(ConnectError, match="certificate"):
            await face.send(taking(Taken(), host="auth"))
        await face.close()
    assert other.received == []


ERROR = b'{"status": {"code": 404, "message": "No such chunk"}, "path": "/2/0/chunk"}'


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("404 Not Found", NotFoundError),
        ("429 Too Many Requests", RateLimitError),
        ("503 Unavailable", ServerError),
        ("401 Unauthorized", AuthenticationError),
    ],
)
async def test_a_refusal_has_all_that_the_answer_says_and_nothing_is_taken(
    kind: str, status: str, error: type[Any]
) -> None:
    with serving(then(whole(ERROR, status, retry_after="7", x_request_id="abc-1"))) as wire:
        face = await on(wire, kind)
        taken = Taken()
        for _ in range(2):
            with pytest.raises(error, match=r"No such chunk; .*request id abc-1") as raised:
                await face.send(taking(taken))
            known = raised.value.exchange
            assert (known.status, known.retry_after, known.code) == (int(status[:3]), "7", "404")
            assert known.body == ERROR
            assert SECRET not in f"{raised.value!r} {raised.value}"
        await face.close()
    assert taken.lengths == []
    assert wire.connections == 2


async def test_of_a_long_refusal_the_start_is_kept(kind: str) -> None:
    with serving(then(whole(BODY, "500 Oh"))) as wire:
        face = await on(wire, kind)
        with pytest.raises(ServerError) as raised:
            await face.send(taking(Taken()))
        await face.close()
    assert raised.value.exchange.body == BODY[:2048]


# Long answers, which go nowhere but to their decoder


def long(**changes: Any) -> Request[bytes]:
    return request(**{"path": "/2/0/page", "bulk": True, "authorization": SECRET, **changes})


PACKED = gzip.compress(BODY)
LONG: dict[str, list[bytes | Then]] = {
    "of known length": [whole(BODY)],
    "empty": [head("204 No Content")],
    "in chunks": [in_chunks(BODY[:1000], BODY[1000:])],
    "in chunks, with another length": [
        head(content_length=2 * len(BODY), transfer_encoding="chunked") + in_chunks(BODY).split(b"\r\n\r\n", 1)[1]
    ],
    "closed after it": [whole(BODY, connection="close"), Then.CLOSE],
    "compressed": [whole(PACKED, content_encoding="gzip")],
    "compressed, in chunks": [
        head(content_encoding="gzip", transfer_encoding="chunked") + in_chunks(PACKED).split(b"\r\n\r\n", 1)[1]
    ],
    "compressed, in two members": [
        whole(gzip.compress(BODY[:1000]) + gzip.compress(BODY[1000:]), content_encoding="gzip")
    ],
    "in an encoding that was not asked for": [whole(zlib.compress(BODY), content_encoding="deflate")],
}


@pytest.mark.parametrize("case", LONG)
async def test_a_long_answer_is_decoded_and_shown_as_it_came(
    kind: str, secured: ssl.SSLContext | None, case: str
) -> None:
    seen: list[Observed] = []
    with serving(then(*LONG[case]), secured) as wire:
        face = await on(wire, kind, observer=seen.append)
        for _ in range(2):
            assert await face.send(long()) == (b"" if case == "empty" else BODY)
            assert seen[-1].content == (b"" if case == "empty" else BODY)
        await face.close()
    assert {one.headers["accept-encoding"] for one in wire.received if one.path == "/2/0/page"} >= {"gzip"}


@pytest.mark.parametrize(
    ("options", "past"),
    [({}, True), ({"hooks": {"request": []}}, False), ({"auth": httpx.BasicAuth("a", "b")}, False)],
    ids=["plain", "hooks", "auth"],
)
async def test_long_answers_are_read_past_httpx_unless_something_has_to_see_them(
    kind: str, options: dict[str, Any], past: bool
) -> None:
    with serving(then(whole(BODY))) as wire:
        face = await on(wire, kind, **options)
        await face.send(long())
        await face.send(long(method="POST"))
        await face.close()
    first, page, post = (received.headers["accept-encoding"] for received in wire.received)
    assert (page == "gzip") is past
    assert first == post != "gzip"


BROKEN_LONG = BROKEN | {
    "compressed and cut": [whole(PACKED[:-9], content_encoding="gzip")],
    "compressed and followed by something": [whole(PACKED + b"and more", content_encoding="gzip")],
    "not compressed at all": [whole(BODY, content_encoding="gzip")],
}


@pytest.mark.parametrize("case", BROKEN_LONG)
async def test_a_long_answer_that_breaks_off_is_a_transport_error(kind: str, case: str) -> None:
    with serving(then(*BROKEN_LONG[case])) as wire:
        face = await on(wire, kind)
        with pytest.raises(TransportError) as raised:
            await face.send(long())
        assert type(raised.value) is TransportError
        assert SECRET not in f"{raised.value!r} {raised.value} {raised.value.__cause__!r}"
        await face.close()
    assert len(wire.received) == 2


@pytest.mark.parametrize("packed", [False, True])
async def test_a_refusal_of_a_long_answer_is_shown_unless_it_was_cut(kind: str, packed: bool) -> None:
    for body, shown in ((ERROR, ERROR), (BODY, b"")):
        seen: list[Observed] = []
        encoding = {"content_encoding": "gzip"} if packed else {}
        sent = gzip.compress(body) if packed else body
        with serving(then(whole(sent, "404 Not Found", **encoding))) as wire:
            face = await on(wire, kind, observer=seen.append)
            with pytest.raises(NotFoundError) as raised:
                await face.send(long())
            await face.close()
        assert raised.value.exchange.body == body[:BODY_LIMIT]
        assert seen[-1].content == shown


async def test_a_long_answer_that_is_not_as_documented_says_so(kind: str) -> None:
    with serving(then(whole(b'{"a": 1}'))) as wire:
        face = await on(wire, kind)
        with pytest.raises(DecodeError) as raised:
            await face.send(long(decode=lambda content: json.loads(content)["b"]))
        await face.close()
    assert raised.value.exchange.body == b'{"a": 1}'


# What takes the body


async def test_a_body_that_is_not_taken_is_an_error_and_its_connection_not_used_again(kind: str) -> None:
    def half(length: int, read: Read) -> None:
        read(memoryview(bytearray(length // 2)))

    def none(length: int, read: Read) -> None:
        pass

    with serving(then(whole(BODY))) as wire:
        face = await on(wire, kind)
        for into in (half, none):
            with pytest.raises(ValueError, match="not taken"):
                await face.send(taking(into))
        await face.send(taking(taken := Taken()))
        assert taken.content == BODY
        await face.close()
    assert wire.connections == 4


async def test_a_body_that_is_not_taken_is_an_error_by_other_means_too(kind: str) -> None:
    def half(length: int, read: Read) -> None:
        read(memoryview(bytearray(length // 2)))

    face = Face(kind)
    with answering(answers(content=BODY)), pytest.raises(ValueError, match="not taken"):
        await face.send(taking(half))
    await face.close()


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), TimeoutError("own"), KeyError("own")])
async def test_what_the_place_raises_comes_out_as_it_is(kind: str, at: int, error: Exception) -> None:
    def full(length: int, read: Read) -> None:
        read(memoryview(bytearray(at)))
        raise error

    with serving(then(whole(BODY))) as wire:
        face = await on(wire, kind)
        with pytest.raises(type(error)) as raised:
            await face.send(taking(full))
        assert raised.value.args == error.args
        await face.send(taking(taken := Taken()))
        assert taken.content == BODY
        await face.close()
    assert wire.connections == 3


# Cancellation, of the asynchronous client


HALVES: list[list[bytes | Then]] = [
    [whole(BODY)[:-200_000], Then.HOLD],
    [head(content_length=len(BODY), connection="close") + BODY[:-200_000], Then.HOLD],
]


@pytest.mark.parametrize("steps", HALVES, ids=["kept", "closing"])
async def test_cancelling_ends_the_thread_and_the_connection_at_once(
    secured: ssl.SSLContext | None, steps: list[bytes | Then]
) -> None:
    with serving(then(*steps), secured) as wire:
        face = await on(wire, "async", timeout=3600)
        taken = Taken()
        task = asyncio.ensure_future(face.send(taking(taken)))
        await taken.begun()
        await asyncio.to_thread(wire.held.acquire)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert taken.running == 0
        await asyncio.to_thread(wire.left.acquire)
        await face.close()


async def test_cancelling_before_the_answer_ends_the_connection_at_once(secured: ssl.SSLContext | None) -> None:
    with serving(then(Then.HOLD), secured) as wire:
        face = await on(wire, "async", timeout=3600)
        task = asyncio.ensure_future(face.send(taking(Taken())))
        await asyncio.to_thread(wire.held.acquire)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(wire.left.acquire)
        await face.close()


async def test_cancelling_while_tls_is_agreed_upon_ends_the_connection_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, context = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with socket.create_server(("127.0.0.1", 0)) as mute, serving(then(whole(b"")), context) as wire:
        url = f"https://127.0.0.1:{mute.getsockname()[1]}"
        face = Face("async", {"api": wire.url, "auth": url}, timeout=3600)
        await face.send(request())
        task = asyncio.ensure_future(face.send(taking(Taken(), host="auth")))
        connection, _ = await asyncio.to_thread(mute.accept)
        with connection:
            assert await asyncio.to_thread(connection.recv, 1) != b""  # the client's hello
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            while await asyncio.to_thread(connection.recv, 65536):
                pass
        await face.close()


async def test_cancelling_while_a_connection_is_made_is_at_once_and_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connecting, go_on = threading.Event(), threading.Event()
    create = socket.create_connection

    def slow(*arguments: Any, **options: Any) -> socket.socket:
        connecting.set()
        go_on.wait()
        return create(*arguments, **options)

    with serving(then(whole(BODY))) as wire:
        face = await on(wire, "async", timeout=3600)
        monkeypatch.setattr(socket, "create_connection", slow)
        taken = Taken()
        task = asyncio.ensure_future(face.send(taking(taken)))
        await asyncio.to_thread(connecting.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        await face.close()
        for thread in threads():
            thread.join()
        monkeypatch.undo()
    assert len(wire.received) == 1
    assert taken.lengths == []


async def test_cancelling_when_an_answer_is_there_leaves_its_connection_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = threading.Event()
    receive = direct.Direct._receive

    def told(self: direct.Direct, *arguments: Any) -> bodies.Answer:
        answer = receive(self, *arguments)
        done.set()
        return answer

    monkeypatch.setattr(direct.Direct, "_receive", told)
    with serving(then(whole(BODY))) as wire:
        face = await on(wire, "async", timeout=3600)
        task = asyncio.ensure_future(face.send(taking(Taken())))
        await asyncio.sleep(0)
        done.wait()  # without giving the loop a turn
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await face.send(taking(taken := Taken()))
        assert taken.content == BODY
        await face.close()
    assert wire.connections == 2


# The end


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("anaplan-download")]


async def test_closing_closes_the_connections_and_ends_the_threads(kind: str, secured: ssl.SSLContext | None) -> None:
    before = set(threads())

    def answer(received: Received) -> Iterator[bytes | Then]:
        yield whole(BODY)
        # Nothing is asked on this connection any more.
        yield from [Then.HOLD] if received.path == "/2/0/chunk" else []

    with serving(answer, secured) as wire:
        face = await on(wire, kind)
        await face.send(taking(taken := Taken()))
        assert all(("anaplan-download" in name) == (kind == "async") for name in taken.threads)
        await face.close()
        for thread in set(threads()) - before:
            thread.join()
        wire.left.acquire()


async def test_a_closed_client_sends_nothing(kind: str) -> None:
    with serving(then(whole(BODY))) as wire:
        face = await on(wire, kind)
        await face.send(taking(Taken()))
        await face.close()
        with pytest.raises(RuntimeError, match="closed"):
            await face.send(taking(Taken()))
    assert len(wire.received) == 2


# What keeps the way through httpx


class Signer(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:
        request.headers["X-Signed"] = "yes"
        yield request


@pytest.fixture
def never_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("this should have gone through httpx")

    monkeypatch.setattr(direct.Direct, "receive", refuse)
    monkeypatch.setattr(direct.Direct, "receive_async", refuse)


@pytest.mark.usefixtures("never_directly")
async def test_own_auth_and_hooks_see_every_request(kind: str) -> None:
    seen: list[str] = []

    async def later(sent: httpx.Request) -> None:
        seen.append(sent.url.path)

    def now(sent: httpx.Request) -> None:
        seen.append(sent.url.path)

    options: list[dict[str, Any]] = [{"auth": Signer()}, {"hooks": {"request": [later if kind == "async" else now]}}]
    for option in options:
        with serving(then(whole(BODY))) as wire:
            face = await on(wire, kind, **option)
            await face.send(taking(taken := Taken(), authorization=None))
            assert taken.content == BODY
            await face.close()
        if "auth" in option:
            assert [received.headers["x-signed"] for received in wire.received] == ["yes", "yes"]
    assert seen == ["/2/0/sample", "/2/0/chunk"]


@pytest.mark.usefixtures("never_directly")
async def test_a_proxy_of_the_environment_gets_every_request(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(then(whole(BODY))) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        face = Face(kind, {"api": "http://anaplan.invalid"})
        await face.send(taking(Taken()))
        await face.send(taking(taken := Taken()))
        assert taken.content == BODY
        await face.close()
    assert [received.path for received in proxy.received] == ["http://anaplan.invalid/2/0/chunk"] * 2


@pytest.mark.usefixtures("never_directly")
async def test_the_transport_of_a_test_gets_every_request(kind: str) -> None:
    face = Face(kind)
    with answering(answers(content=BODY)) as seen:
        for _ in range(3):
            await face.send(taking(taken := Taken()))
            assert taken.content == BODY
    await face.close()
    assert len(seen) == 3


@pytest.mark.usefixtures("never_directly")
async def test_only_a_get_with_a_place_is_read_directly(kind: str) -> None:
    with serving(then(whole(BODY))) as wire:
        face = await on(wire, kind)
        await face.send(taking(taken := Taken(), method="DELETE"))
        assert taken.content == BODY
        assert await face.send(taking(None)) == BODY
        await face.close()


async def test_a_place_is_filled_outside_the_loop_by_other_means_too() -> None:
    with answering(answers(content=BODY)):
        async with AsyncApiClient({"api": "https://api.test"}) as client:
            await client.send(taking(taken := Taken()))
    assert threading.current_thread().name not in taken.threads
