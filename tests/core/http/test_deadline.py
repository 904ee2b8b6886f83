"""Responses that never end: each wait for more is short, and yet they are abandoned."""

from collections.abc import Iterator
from typing import Any

import pytest

from anaplan_client.core import RequestTimeoutError
from anaplan_client.core.http import deadline

from ...socket_server import Received, Then, head, serving, whole
from ..support import FACES, Face, request

HEADS = {
    "of known length": head(content_length=10**9),
    "in chunks": head(transfer_encoding="chunked"),
    "a rejection": head("503 Unavailable", content_length=10**9),
}
CALLS = {"send": "limit", "stream": "content_limit"}
SECRET = "AnaplanAuthToken a-very-secret-token"


class Seconds:
    """A clock that advances by a fixed step at each reading."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.now = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def dripping(kind: str) -> Any:
    piece = b"1\r\nx\r\n" if kind == "in chunks" else b"x"

    def answer(received: Received) -> Iterator[bytes | Then]:
        yield HEADS[kind]
        while True:
            yield piece

    return answer


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", HEADS)
async def test_a_response_that_only_drips_is_given_up(
    kind: str, call: str, face: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(dripping(kind)) as wire:
        client = Face(face, {"api": wire.url}, timeout=60)
        monkeypatch.setattr(deadline, "now", Seconds(301))
        with pytest.raises(
            RequestTimeoutError, match="the response was still arriving 300 s after its start"
        ) as raised:
            await client.call(call, request(path="/2/0/drip", authorization=SECRET), **{CALLS[call]: 300, "limit": 300})
        assert SECRET not in f"{raised.value!r} {raised.value}"
        await client.close()


@pytest.mark.parametrize("face", FACES)
async def test_a_rejection_of_a_stream_that_only_drips_is_given_up(face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(dripping("a rejection")) as wire:
        client = Face(face, {"api": wire.url}, timeout=60)
        monkeypatch.setattr(deadline, "now", Seconds(61))
        with pytest.raises(RequestTimeoutError):
            await client.call("stream", request(path="/2/0/drip"), limit=0)
        await client.close()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("limit", [None, 10_000, 0])
async def test_a_response_that_comes_within_its_limit_or_a_timeout_is_whole(
    limit: float | None, call: str, face: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = bytes(300_000)
    with serving(lambda received: [whole(body)]) as wire:
        client = Face(face, {"api": wire.url}, timeout=10_000)
        monkeypatch.setattr(deadline, "now", Seconds(1))
        assert await client.call(call, request(), **{CALLS[call]: limit}) == body
        await client.close()
