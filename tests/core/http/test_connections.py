"""One client in several event loops, without one, and next to another client."""

import asyncio
import copy
import gc
import gzip
import json
import os
import pickle
import signal
import ssl
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import anyio
import httpcore
import pytest

from anaplan_client.core import AnaplanError, DecodeError
from anaplan_client.core.http import async_backend
from anaplan_client.core.http._async import api_client
from anaplan_client.core.http._sync import api_client as sync_api_client
from anaplan_client.core.http.async_connections import run_isolated, run_to_completion
from anaplan_client.core.http.network import iter_pools
from anaplan_client.core.http.stopping import Stop, StoppedError
from anaplan_ext import AsyncClient, Client
from anaplan_ext.concurrency import _sync

from ... import socket_server
from ...socket_server import Received, Then
from ..support import request
from .authority import Authority

HOSTS = ("api", "auth", "audit", "cloudworks", "app")


def own(received: Received) -> Iterable[bytes | Then]:
    return [socket_server.whole(received.path.encode(), content_type="application/json")]


def client_of(url: str) -> api_client.AsyncApiClient:
    return api_client.AsyncApiClient(dict.fromkeys(HOSTS, url))  # type: ignore[arg-type]


@pytest.fixture
def collected() -> Iterator[None]:
    """Nothing is left to be collected in another test."""
    yield
    with warnings.catch_warnings():
        # Of sockets whose loops have ended. As errors, these warnings would keep the sockets alive.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of loops that ended with connections
def test_a_client_goes_on_in_the_next_event_loop() -> None:
    with socket_server.serving(own) as server:
        client = client_of(server.url)
        for number in range(5):
            assert asyncio.run(client.send(request(path=f"/{number}"))) == f"/{number}".encode()
        asyncio.run(client.aclose())


def test_a_client_in_use_by_another_event_loop_says_so() -> None:
    with socket_server.serving(own) as server:
        client = client_of(server.url)
        used, ended = threading.Event(), threading.Event()

        async def use() -> None:
            await client.send(request(path="/1"))
            used.set()
            await asyncio.to_thread(ended.wait, 60)
            assert await client.send(request(path="/3")) == b"/3"
            await client.aclose()

        thread = threading.Thread(target=lambda: asyncio.run(use()))
        thread.start()
        assert used.wait(60)
        try:
            with pytest.raises(RuntimeError, match="AsyncClient is in use by another event loop"):
                asyncio.run(client.send(request(path="/2")))
        finally:
            ended.set()
            thread.join()
    assert [received.path for received in server.received] == ["/1", "/3"]


@pytest.mark.parametrize("how", ["send", "stream"])
def test_without_asyncio_a_client_says_that_it_needs_it(how: str) -> None:
    client = client_of("http://127.0.0.1:1")
    sent = client.send(request()) if how == "send" else client.stream(request()).__aenter__()
    # As another event loop would begin it.
    with pytest.raises(RuntimeError, match="needs asyncio"):
        sent.__await__().send(None) if hasattr(sent, "__await__") else sent.send(None)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("function", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_client_cannot_be_pickled_or_copied(kind: type[Client] | type[AsyncClient], function: object) -> None:
    client = kind(token="token")
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        function(client)  # type: ignore[operator]


async def test_a_connection_that_was_given_to_a_cancelled_request_is_not_lost() -> None:
    """Where the HTTP library was cancelled between giving a connection and using it."""
    with socket_server.serving(own) as server:
        client = client_of(server.url)
        await client.send(request(path="/1"))
        (pool,) = {id(pool): pool for pool in iter_pools(client._connections.current())}.values()
        lost = pool.create_connection(pool.connections[0]._origin)
        pool._connections.append(lost)
        task = asyncio.ensure_future(client.send(request(path="/2")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert lost not in pool.connections
        assert await client.send(request(path="/3")) == b"/3"
        await client.aclose()


async def test_a_function_is_cancelled_once_however_often_its_caller_is() -> None:
    cancelled: list[str] = []
    released = asyncio.Event()

    async def function() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("once")
            await released.wait()
            cancelled.append("cleaned up")
            raise

    task = asyncio.ensure_future(run_isolated(function))
    for _ in range(3):
        await asyncio.sleep(0.001)
        task.cancel()
    await asyncio.sleep(0.001)
    assert cancelled == ["once"]
    released.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled == ["once", "cleaned up"]


async def test_what_is_uninterrupted_runs_to_its_end() -> None:
    done: list[bool] = []

    async def function() -> None:
        await asyncio.sleep(0.01)
        done.append(True)

    with anyio.move_on_after(0.001) as scope:
        await run_to_completion(function)
    assert scope.cancelled_caught
    assert done == [True]


def test_a_stop_counts_as_requested_when_its_owner_is_gone() -> None:
    class Owner:
        pass

    owner = Owner()
    stop = Stop(owner)
    assert not stop.wait(0)
    del owner
    assert stop.is_requested
    assert stop.wait(0)


def test_a_stop_is_seen_although_an_interrupt_kept_its_lock() -> None:
    stop = Stop()
    stop.request()
    stop._lock.acquire()
    began = time.monotonic()
    assert stop.wait(5)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "value", ["a\nb", "a\r\nX: y", "\u65e5\u672c", "\ud800", "", " ", "a b", "a\0b", 7, True, ["a"], None]
)
def test_a_token_that_is_no_text_of_a_header_is_not_as_documented(value: object) -> None:
    token = {"tokenId": "1", "refreshTokenId": "2", "expiresAt": 9_999_999_999_999, "tokenValue": value}
    sent = json.dumps({"status": "SUCCESS", "tokenInfo": token}).encode()
    with (
        socket_server.serving(lambda _: [socket_server.whole(sent, content_type="application/json")]) as server,
        Client(user_email="ada@example.com", password="password", base_url=server.url) as client,
        pytest.raises(DecodeError),
    ):
        client.list_workspaces()


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"files":[{"a":'])
def test_json_nested_beyond_measure_is_not_as_documented(opening: bytes) -> None:
    with (
        socket_server.serving(
            lambda _: [socket_server.whole(opening * 100_000, content_type="application/json")]
        ) as server,
        Client(model_id="M", token="token", base_url=server.url) as client,
        pytest.raises(DecodeError),
    ):
        client.list_files()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak memory cannot be read")
def test_a_little_gzip_does_not_fill_the_memory(tmp_path: Path) -> None:
    """1.6 MB become 1.6 GB, in JSON, in a chunk of a file in memory, as a stream and on disk."""
    bomb = gzip.compress(bytes(1 << 24), 9) * 100

    def answer(received: Received) -> Iterable[bytes]:
        if received.path.partition("?")[0].endswith("/chunks"):
            listed = {
                "chunks": [{"id": "0", "name": "0"}],
                "meta": {"paging": {"currentPageSize": 1, "totalSize": 1, "offset": 0}},
            }
            return [socket_server.whole(json.dumps(listed).encode(), content_type="application/json")]
        kind = "octet-stream" if "/chunks/" in received.path else "json"
        return [socket_server.whole(bomb, content_type=f"application/{kind}", content_encoding="gzip")]

    script = """
import gc, sys
from anaplan_ext import AnaplanError, Client
client = Client(model_id="M", token="token", base_url=sys.argv[1], retry_count=0)
client.close()
for job in (
    lambda client: client.list_files(),
    lambda client: client.get_file(113000000000),
    lambda client: list(client.get_file_stream(113000000000)),
    lambda client: client.download_file(113000000000, sys.argv[2]),
):
    with Client(model_id="M", token="token", base_url=sys.argv[1], retry_count=0) as client:
        try:
            job(client)
        except AnaplanError as error:
            print(type(error).__name__, file=sys.stdout); print(error, file=sys.stderr)
    gc.collect()
# Not getrusage, which includes the parent process.
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024)
"""
    with socket_server.serving(answer) as server:
        command = [sys.executable, "-c", script, server.url, str(tmp_path / "out.csv")]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    *errors, megabytes = ended.stdout.split()
    assert errors == ["DecodeError", *["DownloadError"] * 3]
    assert int(megabytes) < 400
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, LookupError])
def test_after_an_interrupt_other_connections_are_used(error: type[BaseException]) -> None:
    with socket_server.serving(own) as server, sync_api_client.ApiClient(dict.fromkeys(HOSTS, server.url)) as client:  # type: ignore[arg-type]
        for number in range(3):
            assert client.send(request(path=f"/{number}")) == f"/{number}".encode()
            with pytest.raises(error), client._connections.repair_on_error():
                raise error
        assert server.connections == 3
        # Those of the interrupt before the last one are closed, since nobody can be about to use them any more.
        assert server.closed.acquire(timeout=60)


def test_after_an_error_of_the_client_the_same_connections_are_used() -> None:
    with socket_server.serving(own) as server, sync_api_client.ApiClient(dict.fromkeys(HOSTS, server.url)) as client:  # type: ignore[arg-type]
        for number, error in enumerate((StoppedError("stopped"), AnaplanError("failed"))):
            client.send(request(path=f"/{number}"))
            with pytest.raises(type(error)), client._connections.repair_on_error():
                raise error
        client.send(request(path="/3"))
        assert server.connections == 1


def test_an_interrupt_leaves_what_other_threads_have_in_flight() -> None:
    begun, released = threading.Event(), threading.Event()

    def answer(received: Received) -> Iterable[bytes]:
        content = socket_server.whole(received.path.encode(), content_type="application/json")
        yield content[:-1]
        if received.path == "/other":
            begun.set()
            assert released.wait(60)
        yield content[-1:]

    came: list[bytes] = []
    with socket_server.serving(answer) as server, sync_api_client.ApiClient(dict.fromkeys(HOSTS, server.url)) as client:  # type: ignore[arg-type]
        other = threading.Thread(target=lambda: came.append(client.send(request(path="/other"))))
        other.start()
        assert begun.wait(60)
        for number in range(3):
            assert client.send(request(path=f"/{number}")) == f"/{number}".encode()
            with pytest.raises(KeyboardInterrupt), client._connections.repair_on_error():
                raise KeyboardInterrupt
        released.set()
        other.join()
    assert came == [b"/other"]


def test_what_tls_holds_is_not_overlooked(tmp_path: Path) -> None:
    """Two records that arrive together: the second is neither read nor on the socket."""
    company = Authority(tmp_path / "company")
    server_context = company.server()
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context(cafile=company.file)
    ours = context.wrap_bio(to_client, to_server, server_hostname="127.0.0.1")
    theirs = server_context.wrap_bio(to_server, to_client, server_side=True)
    for side in (ours, theirs, ours, theirs):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()

    class Secured(httpcore.AsyncNetworkStream):
        def get_extra_info(self, info: str) -> object:
            return ours if info == "ssl_object" else None

    theirs.write(b"first")
    assert ours.read(10) == b"first"
    assert async_backend._is_read_out(Secured())
    theirs.write(b"first")
    theirs.write(b"second")
    assert ours.read(10) == b"first"
    assert not async_backend._is_read_out(Secured())
    to_client.write_eof()
    assert not async_backend._is_read_out(Secured())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("ordered", [True, False])
def test_a_child_process_does_not_wait_for_threads_of_its_parent(ordered: bool) -> None:
    results = _sync.map_concurrently(lambda item: item, range(100), 2, ordered=ordered)
    assert next(results) in (0, 1)
    child = os.fork()
    if not child:
        end = 1
        try:
            signal.alarm(60)
            list(results)
        except RuntimeError as error:
            end = 0 if "parent process" in str(error) else 2
        finally:
            os._exit(end)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(list(results)) == 99
