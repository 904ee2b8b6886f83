"""Where a response ends on its connection, however its bytes arrive."""

import pytest

from anaplan_client.core.http.framing import MAX_HEAD_BYTES, HeadError, ResponseFraming

HEAD = b"HTTP/1.1 200 OK\r\nX: y\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
EXACT = {
    "a length": HEAD + b"Content-Length: 3\r\n\r\nabc",
    "no content": HEAD + b"Content-Length: 0\r\n\r\n",
    "chunks": CHUNKED + b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
    "no chunks": CHUNKED + b"0\r\n\r\n",
    "zeros": CHUNKED + b"003\r\nabc\r\n000\r\n\r\n",
    "extensions": CHUNKED + b"3;a=b\r\nabc\r\n0;c\r\n\r\n",
    "an end within a chunk": CHUNKED + b"9\r\nab\r\n0\r\n\r\n\r\n0\r\n\r\n",
    "informational": b"HTTP/1.1 102 Wait\r\n\r\n" + HEAD + b"Content-Length: 3\r\n\r\nabc",
    "line feeds": (HEAD + b"Content-Length: 3\r\n\r\nabc").replace(b"\r\n", b"\n"),
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "204 with the length 0": b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
}
OTHER = {
    "nothing": b"",
    "half of a head": HEAD,
    "half of the content": HEAD + b"Content-Length: 3\r\n\r\nab",
    "more than the content": HEAD + b"Content-Length: 3\r\n\r\nabcd",
    "no length": HEAD + b"\r\nabc",
    "length and chunks": HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "another coding": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "half of a chunk": CHUNKED + b"3\r\nab",
    "no last chunk": CHUNKED + b"3\r\nabc\r\n",
    "half of the last chunk": CHUNKED + b"3\r\nabc\r\n0\r\n",
    "trailers": CHUNKED + b"0\r\nX: y\r\n\r\n",
    "no size": CHUNKED + b"x\r\n\r\n0\r\n\r\n",
    "a size of 30 digits": CHUNKED + b"f" * 30 + b"\r\n0\r\n\r\n",
    "only informational": b"HTTP/1.1 102 Wait\r\n\r\n",
    "204 that announces content": b"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n",
    "204 that announces chunks": b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
    "304 that announces content": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n",
}


def fed(*pieces: bytes) -> ResponseFraming:
    framing = ResponseFraming()
    for piece in pieces:
        framing.feed(piece)
    return framing


@pytest.mark.parametrize("name", EXACT | OTHER)
def test_the_end_of_a_response_is_found_wherever_its_bytes_are_cut(name: str) -> None:
    data = (EXACT | OTHER)[name]
    ways = [[data], [bytes([byte]) for byte in data], *([data[:end], data[end:]] for end in range(1, len(data)))]
    assert {fed(*pieces).ends_exactly() for pieces in ways} == {name in EXACT}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("more", [b"\n", EXACT["a length"], EXACT["chunks"], b"\r\n0\r\n\r\n"])
def test_what_follows_a_response_is_found_wherever_its_bytes_are_cut(name: str, more: bytes) -> None:
    data = EXACT[name] + more
    ways = [[data], [bytes([byte]) for byte in data], *([data[:end], data[end:]] for end in range(1, len(data)))]
    assert {fed(*pieces).ends_exactly() for pieces in ways} == {False}


@pytest.mark.parametrize("start", [b"", HEAD + b"X: "])
def test_a_head_is_bounded(start: bytes) -> None:
    framing = fed(start + b"x" * (MAX_HEAD_BYTES - len(start) - 1))
    with pytest.raises(HeadError):
        framing.feed(b"x")
    with pytest.raises(HeadError):
        fed(HEAD + b"X: " + b"x" * MAX_HEAD_BYTES + b"\r\n\r\n")


@pytest.mark.parametrize("digits", [19, 30, 5000])
@pytest.mark.parametrize("before", [b"", b"Content-Length: 3\r\n", b"X: y\r\n"])
def test_a_length_is_bounded(before: bytes, digits: int) -> None:
    head = HEAD + before + b"content-length: " + b"9" * digits + b"\r\n\r\n"
    for pieces in ([head], [bytes([byte]) for byte in head]):
        with pytest.raises(HeadError, match="18 digits"):
            fed(*pieces)


def test_informational_responses_are_bounded() -> None:
    fed(b"HTTP/1.1 102 Wait\r\n\r\n" * 20)
    with pytest.raises(HeadError, match="informational"):
        fed(b"HTTP/1.1 102 Wait\r\n\r\n" * 21)
