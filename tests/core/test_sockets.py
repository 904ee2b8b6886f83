"""Connections that are ended from another thread, and those that are made afterwards."""

import asyncio
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anaplan_client.core import TransportError
from anaplan_client.core.client import ApiClient, AsyncApiClient

from ..wire import Received, Then, authority, serving, whole
from .support import request


async def test_async_who_waits_for_a_token_can_be_freed() -> None:
    with serving(lambda received: [Then.HOLD]) as wire:
        async with AsyncApiClient({"api": wire.url, "auth": wire.url}, timeout=3600) as client:
            waiting = asyncio.ensure_future(client.send(request(host="auth")))
            await asyncio.to_thread(wire.held.acquire)
            client.break_off()
            with pytest.raises(TransportError):
                await waiting


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("secured", [False, True])
def test_sync_who_waits_for_a_token_can_be_freed(
    secured: bool, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context: ssl.SSLContext | None = None
    if secured:
        trusted, context = authority(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    def answer(received: Received) -> Iterator[bytes | Then]:
        yield whole(b"") if received.path == "/2/0/sample" else Then.HOLD

    with (
        serving(answer, context) as wire,
        ApiClient({"api": wire.url, "auth": wire.url}, timeout=3600) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        if kept:
            client.send(request(host="auth"))
        waiting = pool.submit(client.send, request(host="auth", path="/token/refresh"))
        wire.held.acquire()
        client.break_off()
        with pytest.raises(TransportError):
            waiting.result()
        wire.left.acquire()
        # There is no further connection to there, and all others are made as before.
        with pytest.raises(RuntimeError, match="closed"):
            client.send(request(host="auth", path="/token/refresh"))
        assert client.send(request()) == b""
