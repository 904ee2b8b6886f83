"""Measure one transfer, in an own process.

    python benchmarks/transfer_clients.py CLIENT OPERATION URL FILE MEBIBYTES

Prints seconds, CPU seconds, and the peak of memory above its start, in bytes. The start includes the imports and, for
an upload of whole content, the content. Each client signs in and has its own defaults.
"""

import asyncio
import itertools
import json
import logging
import mmap
import resource
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

URL, FILE, SIZE = sys.argv[3], sys.argv[4], int(sys.argv[5]) << 20
CHUNK = (32 if sys.argv[2].endswith("_32") else 8) << 20  # of a download
PIECE = 25_000_000  # of an upload
COUNT = SIZE // CHUNK
WORKSPACE, MODEL, USER, PASSWORD = "1" * 32, "2" * 32, "ada@example.com", "secret"
UPLOAD, DOWNLOAD = 113000000001, int(f"113{CHUNK >> 20 if CHUNK > 8 << 20 else 0:05}{COUNT:04}")
Operations = dict[str, Callable[[], int]]
"""Functions by operation name. Each runs its operation and returns the number of transferred bytes."""


def pieces() -> Iterator[bytes]:
    """Yield the content of the file in pieces, repeated up to the size."""
    left = SIZE
    with open(FILE, "rb") as opened:
        while left:
            piece = opened.read(min(PIECE, left))
            left -= len(piece)
            yield piece
            if opened.tell() == Path(FILE).stat().st_size:
                opened.seek(0)


def held() -> bytes:
    """Return the whole content, for an upload from memory."""
    return Path(FILE).read_bytes() if sys.argv[2] == "upload" else b""


def summed(parts: Iterable[bytes]) -> int:
    return sum(len(part) for part in parts)


def synchronous(kind: Callable[..., Any], **arguments: str | int | None) -> Operations:
    """Return the operations of a client with the methods that this client and anaplan-sdk share."""
    data = held()

    def to_path(client: Any) -> int:
        with TemporaryDirectory(dir=Path(FILE).parent) as folder:
            client.download_file(DOWNLOAD, Path(folder) / "file.csv")
            return (Path(folder) / "file.csv").stat().st_size

    works: dict[str, Callable[[Any], int | None]] = {
        "upload": lambda client: client.upload_file(UPLOAD, data),
        "upload_stream": lambda client: client.upload_file_stream(UPLOAD, pieces()),
        "download": lambda client: len(client.get_file(DOWNLOAD)),
        "download_stream": lambda client: summed(client.get_file_stream(DOWNLOAD)),
    }
    works |= {"download_path": to_path} if hasattr(kind, "download_file") else {}
    return {name: lambda work=work: work(kind(**arguments)) or SIZE for name, work in works.items()}


def asynchronous(kind: Callable[..., Any], **arguments: str) -> Operations:
    """Return the operations of an asynchronous client with the methods that both clients share."""
    data = held()

    async def get(client: Any) -> int:
        return len(await client.get_file(DOWNLOAD))

    async def stream(client: Any) -> int:
        return sum([len(part) async for part in client.get_file_stream(DOWNLOAD)])

    async def to_path(client: Any) -> int:
        with TemporaryDirectory(dir=Path(FILE).parent) as folder:
            await client.download_file(DOWNLOAD, Path(folder) / "file.csv")
            return (Path(folder) / "file.csv").stat().st_size

    works: dict[str, Callable[[Any], Awaitable[int | None]]] = {
        "upload": lambda client: client.upload_file(UPLOAD, data),
        "upload_stream": lambda client: client.upload_file_stream(UPLOAD, pieces()),
        "download": get,
        "download_stream": stream,
    }
    works |= {"download_path": to_path} if hasattr(kind, "download_file") else {}

    async def whole(work: Callable[[Any], Awaitable[int | None]]) -> int:
        return await work(kind(**arguments)) or SIZE

    return {name: lambda work=work: asyncio.run(whole(work)) for name, work in works.items()}


def ours(level: int = 1) -> Operations:
    from anaplan_ext import Client

    named = {"model_id": MODEL, "user_email": USER, "password": PASSWORD, "base_url": URL}
    return synchronous(Client, compression_level=level, **named)


def ours_async() -> Operations:
    from anaplan_ext import AsyncClient

    return asynchronous(AsyncClient, model_id=MODEL, user_email=USER, password=PASSWORD, base_url=URL)


def redirect_httpx2() -> None:
    """Redirect every request of httpx2, which anaplan-sdk uses, to the loopback server."""
    import httpx2

    far = urlsplit(URL)
    send, send_async = httpx2.HTTPTransport.handle_request, httpx2.AsyncHTTPTransport.handle_async_request

    def moved(request: httpx2.Request) -> httpx2.Request:
        request.url = request.url.copy_with(scheme="http", host=far.hostname, port=far.port)
        return request

    httpx2.HTTPTransport.handle_request = lambda self, request: send(self, moved(request))
    httpx2.AsyncHTTPTransport.handle_async_request = lambda self, request: send_async(self, moved(request))


def sdk() -> Operations:
    from anaplan_sdk import Client

    redirect_httpx2()
    return synchronous(Client, workspace_id=WORKSPACE, model_id=MODEL, user_email=USER, password=PASSWORD)


def sdk_async() -> Operations:
    from anaplan_sdk import AsyncClient

    redirect_httpx2()
    return asynchronous(AsyncClient, workspace_id=WORKSPACE, model_id=MODEL, user_email=USER, password=PASSWORD)


def apapi() -> Operations:
    from apapi import BasicAuth, BulkConnection

    data = held()

    def with_client(work: Callable[[BulkConnection], object]) -> Callable[[], int]:
        def whole() -> int:
            with BasicAuth(f"{USER}:{PASSWORD}", URL) as auth:
                found = work(BulkConnection(auth, URL))
                return found if isinstance(found, int) else SIZE

        return whole

    def parts() -> Iterator[bytes]:
        return (data[start : start + PIECE] for start in range(0, len(data), PIECE))

    return {
        "upload": with_client(lambda client: client.upload_file(MODEL, str(UPLOAD), parts())),
        "upload_stream": with_client(lambda client: client.upload_file(MODEL, str(UPLOAD), pieces())),
        "download": with_client(lambda client: len(b"".join(client.download_file(MODEL, str(DOWNLOAD))))),
        "download_stream": with_client(lambda client: summed(client.download_file(MODEL, str(DOWNLOAD)))),
    }


def anaplan_api() -> Operations:
    import requests
    from anaplan_api.anaplan import anaplan
    from anaplan_api.anaplan.models.AnaplanConnection import AnaplanConnection

    send = requests.adapters.HTTPAdapter.send

    def moved(self: object, request: requests.PreparedRequest, *rest: object, **named: object) -> requests.Response:
        request.url = URL + request.path_url
        return send(self, request, *rest, **named)

    requests.adapters.HTTPAdapter.send = moved

    def connection() -> AnaplanConnection:
        manager = anaplan.authorize("Basic", email=USER, password=PASSWORD)
        return AnaplanConnection(manager.auth_token, WORKSPACE, MODEL)

    return {
        "upload": lambda: anaplan.file_upload(connection(), str(UPLOAD), 25, FILE) or SIZE,
        "download": lambda: len(anaplan.get_file(connection(), str(DOWNLOAD)).encode()),
    }


def bare_httpx() -> Operations:
    """Send precompressed chunks in four threads, or read chunks into one buffer, or read and discard them."""
    import httpx
    from isal import igzip

    bodies = []
    if sys.argv[2].startswith("upload"):
        bodies = [igzip.compress(piece, 1) for piece in itertools.islice(pieces(), 11)]
    prefix = f"{URL}/2/0/models/{MODEL}/files/{DOWNLOAD}/chunks"

    def put(client: httpx.Client, index: int) -> int:
        client.put(f"{prefix}/{index}", content=bodies[index % len(bodies)]).raise_for_status()
        return PIECE

    def get(buffer: memoryview | None, client: httpx.Client, index: int) -> int:
        at = index * CHUNK
        with client.stream("GET", f"{prefix}/{index}") as answer:
            for piece in answer.iter_raw():
                if buffer is not None:
                    buffer[at : at + len(piece)] = piece
                at += len(piece)
        return at - index * CHUNK

    def loop(one: Callable[[httpx.Client, int], int], count: int) -> int:
        with httpx.Client() as client, ThreadPoolExecutor(4) as pool:
            return sum(pool.map(one, [client] * count, range(count)))

    return {
        "upload": lambda: loop(put, -(-SIZE // PIECE)) and SIZE,
        "upload_stream": lambda: loop(put, -(-SIZE // PIECE)) and SIZE,
        "download": lambda: loop(partial(get, memoryview(bytearray(SIZE))), COUNT),
        "download_stream": lambda: loop(partial(get, None), COUNT),
    }


def compressor() -> Operations:
    """Run the fastest compressor of the registry on two threads, and nothing else."""
    from isal import igzip

    data = memoryview(Path(FILE).read_bytes())

    starts = list(range(0, len(data), PIECE)) * (SIZE // len(data))

    def work() -> int:
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(lambda start: len(igzip.compress(data[start : start + PIECE], 1)), starts))

    return {"upload": work, "upload_stream": work}


def bare_sockets() -> Operations:
    """Transfer plain bytes over sixteen connections, into one buffer or discarded: the maximum of the server."""
    far = urlsplit(URL)
    body = memoryview(bytearray(CHUNK))

    def move(indices: range, method: str, buffer: memoryview | None) -> int:
        path = f"/2/0/models/{MODEL}/files/{DOWNLOAD}/chunks"
        scratch = memoryview(bytearray(1 << 20))
        with socket.create_connection((far.hostname, far.port)) as one:
            for index in indices:
                length = CHUNK if method == "PUT" else 0
                one.sendall(f"{method} {path}/{index} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode())
                one.sendall(body[:length])
                got = one.recv_into(scratch, 4096)
                left = 0 if method == "PUT" else CHUNK - got + bytes(scratch[:got]).index(b"\r\n\r\n") + 4
                while left:
                    at = (index + 1) * CHUNK - left
                    left -= one.recv_into(scratch if buffer is None else buffer[at : at + left])
        return len(indices) * CHUNK

    def loop(method: str, size: int = 0) -> int:
        # Not filled before: most of the cost is the first use of memory.
        buffer = memoryview(mmap.mmap(-1, size)) if size else None
        with ThreadPoolExecutor(16) as pool:
            return sum(pool.map(lambda start: move(range(start, COUNT, 16), method, buffer), range(16)))

    found = {name: lambda: loop("PUT") for name in ("upload", "upload_stream")}
    return found | {"download": lambda: loop("GET", SIZE), "download_stream": lambda: loop("GET")}


CLIENTS: dict[str, Callable[[], Operations]] = {
    **{f"anaplan-client, level {level}": partial(ours, level) for level in range(1, 10)},
    "anaplan-client": ours,
    "anaplan-client, async": ours_async,
    "anaplan-sdk": sdk,
    "anaplan-sdk, async": sdk_async,
    "apapi": apapi,
    "anaplan-api": anaplan_api,
    "isal on two threads": compressor,
    "bare httpx": bare_httpx,
    "bare sockets": bare_sockets,
}


def peak() -> int:
    """Return the peak memory of the process, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def cpu() -> float:
    found = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in found)


def main() -> None:
    logging.disable(logging.WARNING)  # the server counts the failures
    work = CLIENTS[sys.argv[1]]().get(sys.argv[2].removesuffix("_32"))
    if work is None:
        print(json.dumps(None))
        return
    before, cpu_before, start = peak(), cpu(), time.perf_counter()
    moved = work()
    wall = time.perf_counter() - start
    print(json.dumps({"wall": wall, "cpu": cpu() - cpu_before, "memory": peak() - before, "moved": moved}))


if __name__ == "__main__":
    main()
