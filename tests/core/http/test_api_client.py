"""One request and its response, with both clients."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from importlib.metadata import version
from typing import Any

import httpx
import pytest

from anaplan_client.core import (
    ApiError,
    AuthenticationError,
    ConnectError,
    DecodeError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    StatusError,
    TransportError,
)
from anaplan_client.core.client import ApiClient, AsyncApiClient
from anaplan_client.core.codec import decode
from anaplan_client.core.errors import MAX_KEPT_BYTES

from ..support import FACES, HOSTS, Face, answering, answers, drain, request, subclasses

ERROR = {"status": {"code": 404, "message": "Model not found"}, "path": "/2/0/x", "timestamp": "2021-03-10T11:31:08Z"}


@pytest.fixture(params=FACES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def face(kind: str) -> AsyncIterator[Face]:
    face = Face(kind)
    yield face
    await face.close()


def failing(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    return fail


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A response in pieces, the last of which may be an error. It records how far it was read and closed."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.taken = 0
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.taken += 1
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in iter(self):
            yield piece

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


# What is sent


async def test_a_request_goes_out_as_it_is_described(face: Face) -> None:
    sent = request(
        method="PUT",
        path="/2/0/a%2Fb",
        params={"sort": "+name", "limit": "5"},
        accept="application/octet-stream",
        content_type="application/x-gzip",
        content=b"\x1f\x8b",
        authorization="AnaplanAuthToken abc",
    )
    with answering(answers(content=b"answer")) as seen:
        assert await face.send(sent) == b"answer"
    (wire,) = seen
    assert (wire.method, str(wire.url)) == ("PUT", "https://api.test/2/0/a%2Fb?sort=%2Bname&limit=5")
    assert wire.headers["accept"] == "application/octet-stream"
    assert wire.headers["content-type"] == "application/x-gzip"
    assert wire.headers["authorization"] == "AnaplanAuthToken abc"
    assert wire.headers["content-length"] == "2"
    assert wire.content == b"\x1f\x8b"


async def test_a_bare_request_has_no_body_no_type_and_no_authorization(face: Face) -> None:
    with answering(answers()) as seen:
        await face.send(request())
    (wire,) = seen
    assert wire.content == b""
    assert "content-type" not in wire.headers
    assert "authorization" not in wire.headers
    assert str(wire.url) == "https://api.test/2/0/sample"


@pytest.mark.parametrize("host", sorted(HOSTS))
async def test_each_host_is_asked_at_its_own_address(face: Face, host: str) -> None:
    with answering(answers()) as seen:
        await face.send(request(host=host))
    assert seen[0].url.host == f"{host}.test"


async def test_without_base_urls_the_shared_hosts_are_asked(kind: str) -> None:
    face = Face(kind, None)
    with answering(answers()) as seen:
        await face.send(request(host="auth"))
    await face.close()
    assert seen[0].url.host == "auth.anaplan.com"


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"abcdef", b"abcdef"),
        (b"", b""),
        (memoryview(b"abcdef"), b"abcdef"),
        (memoryview(b"abcdef")[2:4], b"cd"),
        (memoryview(bytearray(b"abcdef"))[::2], b"ace"),
        (memoryview(b""), b""),
    ],
)
async def test_a_body_of_bytes_is_sent_with_its_length(face: Face, body: bytes | memoryview, content: bytes) -> None:
    with answering(answers()) as seen:
        await face.send(request(method="PUT", content=body))
    assert seen[0].content == content
    assert seen[0].headers["content-length"] == str(len(content))


def pieces() -> Iterator[bytes]:
    yield b"ab"
    yield b"cd"


async def pieces_later() -> AsyncIterator[bytes]:
    yield b"ab"
    yield b"cd"


@pytest.mark.parametrize(
    ("body", "header", "value"),
    [(pieces, "transfer-encoding", "chunked"), (lambda: [b"ab", b"cd"], "content-length", "4")],
    ids=["generator", "list"],
)
async def test_an_iterable_is_sent_in_pieces(kind: str, body: Callable[[], Any], header: str, value: str) -> None:
    face = Face(kind)
    with answering(answers()) as seen:
        try:
            await face.send(request(method="PUT", content=body()))
        finally:
            await face.close()
    assert seen[0].content == b"abcd"
    assert seen[0].headers[header] == value


async def test_an_asynchronous_iterable_is_sent_in_pieces_by_the_asynchronous_client() -> None:
    face = Face("async")
    with answering(answers()) as seen:
        await face.send(request(method="PUT", content=pieces_later()))
    await face.close()
    assert seen[0].content == b"abcd"


async def test_an_asynchronous_iterable_is_refused_by_the_synchronous_client() -> None:
    face = Face("sync")
    with answering(answers()) as seen, pytest.raises((RuntimeError, TypeError)):
        await face.send(request(method="PUT", content=pieces_later()))
    await face.close()
    assert seen == []


async def test_what_the_body_itself_raises_comes_out_as_it_is(kind: str) -> None:
    class OwnError(Exception):
        pass

    async def later() -> AsyncIterator[bytes]:
        yield b"ab"
        raise OwnError

    def now() -> Iterator[bytes]:
        yield b"ab"
        raise OwnError

    face = Face(kind)
    with answering(answers()), pytest.raises(OwnError):
        await face.send(request(method="PUT", content=later() if kind == "async" else now()))
    await face.close()


SIGNER = httpx.BasicAuth("someone", "else")
SIGNED = "Basic c29tZW9uZTplbHNl"


@pytest.mark.parametrize(
    ("auth", "own", "header"),
    [
        (None, None, None),
        (None, "AnaplanAuthToken abc", "AnaplanAuthToken abc"),
        (SIGNER, None, SIGNED),
        (SIGNER, "AnaplanAuthToken abc", "AnaplanAuthToken abc"),
        (SIGNER, "Basic own", "Basic own"),
    ],
)
async def test_a_request_is_signed_by_its_own_authorization_before_the_clients(
    kind: str, auth: httpx.Auth | None, own: str | None, header: str | None
) -> None:
    face = Face(kind, auth=auth)
    with answering(answers()) as seen:
        await face.send(request(authorization=own))
        async with aclosing(face.stream(request(authorization=own))) as stream:
            assert [piece async for piece in stream] == []
    await face.close()
    assert [wire.headers.get("authorization") for wire in seen] == [header, header]


OWN_AGENT = rf"anaplan-client/{re.escape(version('anaplan-client'))} python/3\.\d+ httpx/\d+\.\d+"


@pytest.mark.parametrize("call", ["send", "stream"])
async def test_each_request_says_which_client_sends_it(kind: str, call: str) -> None:
    face = Face(kind)
    with answering(answers()) as seen:
        await face.call(call, request(statuses=(), empty_statuses=(200,)))
    await face.close()
    assert re.fullmatch(OWN_AGENT, seen[0].headers["user-agent"])


async def test_a_ready_http_client_keeps_its_own_user_agent(kind: str) -> None:
    headers = {"User-Agent": "warehouse/2"}
    http_client: Any = httpx.AsyncClient(headers=headers) if kind == "async" else httpx.Client(headers=headers)
    face = Face(kind, http_client=http_client)
    with answering(answers()) as seen:
        await face.send(request())
    await face.close()
    assert seen[0].headers["user-agent"] == "warehouse/2"


async def test_a_user_in_the_base_url_does_not_replace_the_requests_own_authorization(kind: str) -> None:
    face = Face(kind, {"api": "https://someone:else@api.test"})
    with answering(answers()) as seen:
        await face.send(request(authorization="AnaplanAuthToken abc"))
    await face.close()
    assert seen[0].headers["authorization"] == "AnaplanAuthToken abc"


@pytest.mark.parametrize(("own", "expected"), [(None, 12.5), (3.5, 3.5), (0, 0)])
async def test_a_timeout_of_a_call_takes_the_place_of_the_clients(
    kind: str, own: float | None, expected: float
) -> None:
    face = Face(kind, timeout=12.5)
    with answering(answers()) as seen:
        await face.send(request(), timeout=own)
        async with aclosing(face.stream(request(), timeout=own)) as stream:
            assert [piece async for piece in stream] == []
    await face.close()
    for wire in seen:
        assert wire.extensions["timeout"] == dict.fromkeys(["connect", "read", "write", "pool"], expected)


async def test_a_client_is_a_context_manager_that_closes_it() -> None:
    with answering(answers(content=b"answer")):
        async with AsyncApiClient(HOSTS) as asynchronous:
            assert await asynchronous.send(request()) == b"answer"
        with ApiClient(HOSTS) as synchronous:
            assert synchronous.send(request()) == b"answer"
        with pytest.raises(RuntimeError, match="closed"):
            await asynchronous.send(request())
        with pytest.raises(RuntimeError, match="closed"):
            synchronous.send(request())


async def test_hooks_see_each_request_and_response(kind: str) -> None:
    seen: list[object] = []

    async def later(item: object) -> None:
        seen.append(type(item))

    def now(item: object) -> None:
        seen.append(type(item))

    hook = later if kind == "async" else now
    face = Face(kind, hooks={"request": [hook], "response": [hook]})
    with answering(answers()):
        await face.send(request())
    await face.close()
    assert seen == [httpx.Request, httpx.Response]


# What goes wrong on the way

NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
TOO_LATE = (httpx.ReadTimeout, httpx.WriteTimeout)
BROKEN = (
    httpx.ReadError,
    httpx.WriteError,
    httpx.CloseError,
    httpx.RemoteProtocolError,
    httpx.LocalProtocolError,
    httpx.DecodingError,
    httpx.TooManyRedirects,
)
TRANSPORT = (
    [(raised, ConnectError) for raised in NOTHING_SENT]
    + [(raised, RequestTimeoutError) for raised in TOO_LATE]
    + [(raised, TransportError) for raised in BROKEN]
)


def test_the_table_has_every_error_of_httpx_that_a_request_can_end_with() -> None:
    leaves = {kind for kind in subclasses(httpx.RequestError) if not kind.__subclasses__()}
    assert leaves == {raised for raised, _ in TRANSPORT}


@pytest.mark.parametrize(("raised", "expected"), TRANSPORT)
async def test_an_error_of_the_connection_has_its_class(
    face: Face, raised: type[httpx.RequestError], expected: type[TransportError]
) -> None:
    original = raised("on the way")
    for call in ("send", "stream"):
        with answering(failing(original)), pytest.raises(TransportError) as caught:
            await face.call(call, request(params={"s": "canary"}))
        assert type(caught.value) is expected
        assert caught.value.__cause__ is original
        assert caught.value.message == "on the way"
        assert caught.value.context.url == "https://api.test/2/0/sample"
        assert caught.value.status is None
        assert "canary" not in repr(caught.value) + str(caught.value)


async def test_a_silent_error_of_the_connection_is_named(face: Face) -> None:
    with answering(failing(httpx.ReadTimeout(""))), pytest.raises(RequestTimeoutError, match="ReadTimeout"):
        await face.send(request())


async def test_an_answer_that_breaks_off_is_a_transport_error(face: Face) -> None:
    body = Pieces(b"ab", httpx.RemoteProtocolError("peer closed connection"))
    with answering(answers(stream=body)), pytest.raises(TransportError, match="peer closed"):
        await face.send(request())
    assert body.closed


async def test_an_answer_whose_compression_is_broken_is_a_transport_error(face: Face) -> None:
    # A stream, since a response that is given whole would be read by the stand-in for the network.
    body = Pieces(b"no gzip at all")
    with answering(answers(headers={"Content-Encoding": "gzip"}, stream=body)), pytest.raises(TransportError):
        await face.send(request())


# Rejections


@pytest.mark.parametrize("call", ["send", "stream"])
async def test_a_refusal_carries_all_that_is_known_of_it(face: Face, call: str) -> None:
    answer = answers(404, json=ERROR, headers={"X-Request-Id": "req-1", "Retry-After": "7"})
    sent = request(method="POST", path="/2/0/models/X", params={"s": "canary"})
    with answering(answer), pytest.raises(NotFoundError) as caught:
        await face.call(call, sent)
    known = caught.value.context
    assert (known.operation, known.method, known.role) == ("integration.sample", "POST", "Workspace Administrator")
    assert known.url == "https://api.test/2/0/models/X"
    assert (known.status, known.code, known.message) == (404, "404", "Model not found")
    assert (known.request_id, known.retry_after, known.attempts) == ("req-1", "7", 1)
    assert b"Model not found" in known.body


@pytest.mark.parametrize(
    ("status", "content", "expected", "message"),
    [
        (302, b"", StatusError, ""),
        (401, b"", AuthenticationError, ""),
        (429, b"slow down", RateLimitError, ""),
        (
            502,
            b"<html><title>502 Bad Gateway</title></html>",
            ServerError,
            'HTML page titled "502 Bad Gateway" (maintenance or a proxy)',
        ),
        (503, b"", ServerError, ""),
    ],
)
async def test_a_refusal_without_json_has_its_class_and_its_body(
    face: Face, status: int, content: bytes, expected: type[StatusError], message: str
) -> None:
    with answering(answers(status, content=content)), pytest.raises(StatusError) as caught:
        await face.send(request())
    assert type(caught.value) is expected
    assert (caught.value.code, caught.value.message) == (None, message)
    assert caught.value.context.body == content
    assert f"returned {status}" in str(caught.value)


async def test_a_redirect_is_not_followed(face: Face) -> None:
    with (
        answering(answers(302, headers={"Location": "https://elsewhere.test/"})) as seen,
        pytest.raises(StatusError, match="302"),
    ):
        await face.send(request(authorization="AnaplanAuthToken abc"))
    assert len(seen) == 1


async def test_a_refusal_keeps_the_first_two_kilobytes_of_its_body(face: Face) -> None:
    content = bytes(range(256)) * 40
    with answering(answers(500, content=content)), pytest.raises(ServerError) as caught:
        await face.send(request())
    assert caught.value.context.body == content[:2048]
    assert MAX_KEPT_BYTES == 2048


async def test_the_user_of_a_base_url_is_left_out_of_the_error(kind: str) -> None:
    face = Face(kind, {"api": "https://someone:canary@api.test/gate"})
    with answering(answers(500)), pytest.raises(ServerError) as caught:
        await face.send(request(params={"s": "also-canary"}))
    await face.close()
    assert caught.value.context.url == "https://api.test/gate/2/0/sample"
    assert "canary" not in str(caught.value) + repr(caught.value)


# What cannot be read


def named(content: bytes) -> object:
    return decode.fields(decode.parse_json(content))["task"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{}", "unexpected response: no field 'task'"),
        (b"[]", "unexpected response: expected an object, got list"),
        (b"null", "unexpected response: expected an object, got NoneType"),
        (b"", "unexpected response: 201 with no content (documented: 200 with application/json"),
        (b" \n", "unexpected response: 201 with no content"),
        (b'{"task": ', "unexpected response: "),
        (b"<html>maintenance</html>", "unexpected response: HTML page (maintenance or a proxy)"),
        (b"<!DOCTYPE html><title>Be right\nback</title>", 'HTML page titled "Be right back" (maintenance or a proxy)'),
        (b"\xff\xff", "unexpected response: "),
    ],
)
async def test_an_answer_that_is_not_as_documented_is_a_decode_error(face: Face, content: bytes, message: str) -> None:
    with answering(answers(201, content=content)), pytest.raises(DecodeError) as caught:
        await face.send(request(decode=named))
    assert message in str(caught.value)
    assert caught.value.status == 201
    assert caught.value.context.body == content
    # There is nothing to decode where there is no content.
    assert (caught.value.__cause__ is None) == (not content.strip())


@pytest.mark.parametrize("announced", ["3", "0", "1", "4096", "4294967296", "x", "-1", ""])
async def test_an_answer_is_what_came_whatever_its_head_announces(face: Face, announced: str) -> None:
    with answering(answers(content=b"abc", headers={"content-length": announced})):
        assert await face.send(request()) == b"abc"


async def test_a_decode_error_keeps_the_first_two_kilobytes(face: Face) -> None:
    content = b"<html>" + b"x" * 5000
    with answering(answers(content=content)), pytest.raises(DecodeError) as caught:
        await face.send(request(decode=named))
    assert caught.value.context.body == content[:2048]


@pytest.mark.parametrize("content", [b'{"canary": 1}', b'{"canary', b"<html>canary", b'["canary"]', b'"canary"'])
async def test_a_decode_error_of_a_sensitive_request_keeps_no_content(face: Face, content: bytes) -> None:
    with answering(answers(201, content=content)), pytest.raises(DecodeError) as caught:
        await face.send(request(sensitive=True, decode=named))
    assert caught.value.context.body == b""
    error: BaseException | None = caught.value
    while error is not None:
        assert "canary" not in str(error) + repr(error)
        error = error.__cause__


@pytest.mark.parametrize(
    "raised", [KeyError("task"), TypeError("a"), ValueError("b"), UnicodeDecodeError("utf-8", b"", 0, 1, "")]
)
async def test_what_a_decoder_may_raise_becomes_a_decode_error(face: Face, raised: Exception) -> None:
    def fail(_: bytes) -> bytes:
        raise raised

    with answering(answers()), pytest.raises(DecodeError) as caught:
        await face.send(request(decode=fail))
    assert caught.value.__cause__ is raised


PAGE = b"<html><head><title>Maintenance</title></head></html>" + b" " * 5000
CONTENT = b"a,b\n" * 2000

# The documented media type, the received one, and whether the content can be what is documented.
TYPES = [
    ("application/json", "application/json", True),
    ("application/json", "application/json; charset=utf-8", True),
    ("application/json", "text/plain", True),
    ("application/json", None, True),
    ("application/json", "text/html", False),
    ("application/json", "Text/HTML; charset=utf-8", False),
    ("application/json", "application/xhtml+xml", False),
    ("application/octet-stream", "application/octet-stream", True),
    ("application/octet-stream", "text/csv", True),
    ("application/octet-stream", None, True),
    ("application/octet-stream", "text/html", False),
    ("application/octet-stream", "application/json", False),
    ("application/octet-stream", "text/plain", False),
    ("application/octet-stream", "application/x-gzip", False),
    ("text/plain", "text/csv", True),
    ("text/plain", "application/octet-stream", True),
    ("text/plain", "application/json", False),
    ("text/plain", "text/html", False),
    ("text/csv", "text/csv;charset=UTF-8", True),
    ("text/csv", "Text/CSV", True),
    ("text/csv", "application/octet-stream", True),
    ("text/csv", None, True),
    ("text/csv", "text/plain", False),
    ("text/csv", "application/json", False),
    ("text/csv", "text/html", False),
    ("text/csv;escaped=true", "text/csv", True),
    ("text/csv;escaped=true", "application/json", False),
]


@pytest.mark.parametrize("call", ["send", "stream"])
@pytest.mark.parametrize(("accept", "given", "fits"), TYPES)
async def test_an_answer_of_another_kind_is_not_taken_for_what_was_asked(
    face: Face, call: str, accept: str, given: str | None, fits: bool
) -> None:
    headers = {"X-Request-Id": "req-1"} | ({"Content-Type": given} if given else {})
    is_page = given is not None and "html" in given.lower()
    content = PAGE if is_page else CONTENT
    with answering(answers(200, content=content, headers=headers)):
        if fits:
            assert await face.call(call, request(accept=accept)) == content
            return
        with pytest.raises(DecodeError, match="unexpected response: 200 with ") as caught:
            await face.call(call, request(accept=accept))
    known = caught.value.context
    assert (known.status, known.request_id, known.body) == (200, "req-1", content[:MAX_KEPT_BYTES])
    assert f"(documented: 200 with {accept.partition(';')[0]} or " in str(caught.value)
    assert ('HTML page titled "Maintenance"' if is_page else str(given)) in str(caught.value)


async def test_a_page_in_place_of_a_token_is_not_shown(face: Face) -> None:
    with answering(answers(200, html="<title>canary</title>")), pytest.raises(DecodeError) as caught:
        await face.send(request(sensitive=True))
    assert caught.value.context.body == b""
    assert "canary" not in str(caught.value)


# Streams


async def test_a_stream_gives_the_pieces_as_they_arrive(face: Face) -> None:
    body = Pieces(b"ab", b"cd", b"ef")
    taken: list[tuple[bytes, int]] = []
    with answering(answers(stream=body)):
        async for piece in face.stream(request()):
            taken.append((piece, body.taken))
    assert taken == [(b"ab", 1), (b"cd", 2), (b"ef", 3)]
    assert body.closed


async def test_a_stream_is_not_decoded(face: Face) -> None:
    def fail(_: bytes) -> bytes:
        raise AssertionError

    with answering(answers(content=b"raw")):
        assert [piece async for piece in face.stream(request(decode=fail))] == [b"raw"]


async def test_an_error_inside_a_stream_comes_out_of_the_iteration(face: Face) -> None:
    for raised, expected in (
        (httpx.ReadError("reset"), TransportError),
        (httpx.ReadTimeout("slow"), RequestTimeoutError),
    ):
        body = Pieces(b"ab", raised)
        taken: list[bytes] = []
        with answering(answers(stream=body)), pytest.raises(TransportError) as caught:
            await drain(face.stream(request()), taken)
        assert type(caught.value) is expected
        assert caught.value.context.operation == "integration.sample"
        assert taken == [b"ab"]
        assert body.closed


async def test_leaving_a_stream_early_closes_the_answer_without_reading_on(face: Face) -> None:
    body = Pieces(*[b"x"] * 100)
    with answering(answers(stream=body)):
        async with aclosing(face.stream(request())) as stream:
            assert await anext(stream) == b"x"
            assert not body.closed
        assert body.closed
    assert body.taken <= 2


async def test_leaving_a_stream_with_an_error_of_ones_own_closes_the_answer(kind: str) -> None:
    body = Pieces(b"x", b"y")
    face = Face(kind)
    with answering(answers(stream=body)):
        if kind == "async":
            with pytest.raises(ZeroDivisionError):
                async with face.client.stream(request()):
                    raise ZeroDivisionError
        else:
            with pytest.raises(ZeroDivisionError), face.client.stream(request()):
                raise ZeroDivisionError
    assert body.closed
    await face.close()


async def test_a_refused_stream_is_read_no_further_than_the_error_keeps(face: Face) -> None:
    body = Pieces(*[b"x" * 1000] * 1000)
    with answering(answers(503, stream=body)), pytest.raises(ServerError) as caught:
        await drain(face.stream(request()))
    assert caught.value.context.body == b"x" * 2048
    assert body.taken <= 4
    assert body.closed


async def test_a_refused_stream_that_breaks_off_is_an_exchange_error_and_closed(face: Face) -> None:
    body = Pieces(b"x", httpx.ReadError("reset"))
    with answering(answers(503, stream=body)), pytest.raises(ApiError):
        await drain(face.stream(request()))
    assert body.closed
