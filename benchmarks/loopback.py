"""The far end of a transfer: the few routes of Anaplan that moving a file takes, as cheap as Python has them.

    python benchmarks/loopback.py FILE CHUNK_SIZE LATENCY MEGABITS FAILING

Prints its port. Bodies are received into one buffer and forgotten; the chunks of a download come from FILE, over and
over, by `sendfile`. A file has as many chunks as the last four digits of its id say, of as many MiB as the five in
front of them say, or of CHUNK_SIZE where those are 0. Every answer waits for the
latency, except that of `/counted`, which says what was counted since it was last asked.

All connections share a link that takes MEGABITS a second in each direction, or as much as the machine where that is
`inf`. One chunk in FAILING is answered with 503, an upload's when all of it has arrived; none where that is 0.
"""

import asyncio
import json
import re
import socket
import sys
import time
from random import Random
from typing import BinaryIO

BUFFER = memoryview(bytearray(1 << 20))
PIECE_SECONDS = 0.005
"""The piece that a connection reads or writes at a time keeps the link busy for this long."""
AHEAD_SECONDS = 0.02
"""What may wait in the link, so that it stays busy when a timer is late."""
SIZES = ("00000", "00032")
"""The MiB of the chunks of the files of the list, as their ids say them."""
UNREAD = 1 << 18
"""Bytes that the system may take of each connection before the link does."""
CHUNKS = r"/2/0/(?:workspaces/\w+/)?models/\w+/files(?:/113(\d{5})(\d{4})(?:/chunks(?:/(\d+))?|/complete)?)?/?(?:\?.*)?"
TOKEN = {
    "status": "SUCCESS",
    "statusMessage": "Token validated",
    "tokenInfo": {
        "expiresAt": int((time.time() + 7200) * 1000),
        "tokenId": "0b3b6f3e-0000-4000-8000-000000000001",
        "tokenValue": "loopback",
        "refreshTokenId": "0b3b6f3e-0000-4000-8000-000000000002",
    },
}


def listing(key: str, entries: list[dict[str, object]]) -> dict[str, object]:
    """A list as Anaplan wraps it, in one page."""
    paging = {"currentPageSize": len(entries), "offset": 0, "totalSize": len(entries)}
    return {"meta": {"paging": paging}, "status": {"code": 200, "message": "Success"}, key: entries}


def file(identifier: str, chunks: int) -> dict[str, object]:
    """A file's description."""
    return {"id": identifier, "name": identifier, "chunkCount": chunks, "firstDataRow": 2, "headerRow": 1}


class Link:
    """One direction of the link: a queue that all connections wait in, piece by piece."""

    def __init__(self, megabits: float) -> None:
        self.rate = megabits * 125_000
        self.piece = sys.maxsize if megabits == float("inf") else int(self.rate * PIECE_SECONDS)
        self.free = 0.0

    def take(self, size: int) -> float:
        """Queues bytes, and returns the seconds until they are through."""
        now = asyncio.get_running_loop().time()
        self.free = max(self.free, now) + size / self.rate
        return self.free - now


class Failures:
    """Which chunks fail: one in each row of so many, at a place that is drawn, the same ones in each process."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.random = Random(row)
        self.count = self.place = 0

    def next(self) -> bool:
        """Whether the next chunk fails."""
        if not self.row:
            return False
        if self.count % self.row == 0:
            self.place = self.count + self.random.randrange(self.row)
        self.count += 1
        return self.count - 1 == self.place


class Loopback:
    """What all connections share: the content, the latency, the link, the failures, the counts."""

    def __init__(self, content: BinaryIO, chunk_size: int, latency: float, megabits: float, failing: int) -> None:
        self.content = content
        self.size = content.seek(0, 2)
        self.chunk_size = chunk_size
        self.latency = latency
        self.up, self.down = Link(megabits), Link(megabits)
        self.failures = Failures(failing)
        self.counts_of_chunks = [1 << power for power in range(10)]  # of the files of the list
        self.counts = {"requests": 0, "received": 0, "sent": 0, "chunks": 0, "failed": 0}

    def answer(self, method: str, path: str) -> tuple[int, object | range]:
        """Status and body of an answer; a range is a part of the content, over and over."""
        if path.startswith("/token/"):
            return (204, None) if path == "/token/logout" else (201 if method == "POST" else 200, TOKEN)
        if path == "/counted":
            found, self.counts = self.counts, dict.fromkeys(self.counts, 0)
            return 200, found
        match = re.fullmatch(CHUNKS, path)
        if match is None:
            return 404, {"status": {"code": 404, "message": "Not found"}}
        mebibytes, count, index = match.groups()
        if count is None:
            return 200, listing(
                "files", [file(f"113{size}{count:04}", count) for size in SIZES for count in self.counts_of_chunks]
            )
        if index is not None and self.failures.next():
            self.counts["failed"] += 1
            return 503, {"status": {"code": 503, "message": "Service unavailable"}}
        if method == "PUT":
            self.counts["chunks"] += 1
            return 204, None
        if method == "POST":
            return 200, {
                "status": {"code": 200, "message": "Success"},
                "file": file(f"113{mebibytes}{count}", int(count)),
            }
        if index is not None:
            size = int(mebibytes) << 20 or self.chunk_size
            return 200, range(int(index) * size, (int(index) + 1) * size)
        return 200, listing("chunks", [{"id": str(n), "name": f"Chunk {n}"} for n in range(int(count))])


class Connection(asyncio.BufferedProtocol):
    """One connection: reads requests one by one and answers each after the latency."""

    def __init__(self, shared: Loopback) -> None:
        self.shared = shared
        self.head = bytearray()
        self.left = 0
        self.asked: tuple[str, str] | None = None
        self.sending: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return BUFFER[: self.shared.up.piece]

    def buffer_updated(self, nbytes: int) -> None:
        loop = asyncio.get_running_loop()
        self.shared.counts["received"] += nbytes
        queued = self.shared.up.take(nbytes)
        if queued > AHEAD_SECONDS:
            self.transport.pause_reading()
            loop.call_later(queued - AHEAD_SECONDS, self.transport.resume_reading)
        body = min(self.left, nbytes)
        self.left -= body
        self.head += BUFFER[body:nbytes]
        if self.asked is None and (end := self.head.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.head[:end])
            length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
            self.left = (int(length[1]) if length else 0) - (len(self.head) - end - 4)
            self.head.clear()
            method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
            self.asked = method, path
        if self.asked is not None and not self.left:
            asked, self.asked = self.asked, None
            latency = 0 if asked[1] == "/counted" else self.shared.latency
            loop.call_later(queued + latency, self.answer, *asked)

    def answer(self, method: str, path: str) -> None:
        shared = self.shared
        if path != "/counted":
            shared.counts["requests"] += 1
        status, body = shared.answer(method, path)
        content = b"" if body is None or isinstance(body, range) else json.dumps(body).encode()
        length = len(body) if isinstance(body, range) else len(content)
        kind = "application/octet-stream" if isinstance(body, range) else "application/json"
        head = f"HTTP/1.1 {status} Answer\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        if status == 204:
            head = f"HTTP/1.1 {status} Answer\r\n\r\n"
        shared.counts["sent"] += len(head) + length
        self.transport.write(head.encode() + content)
        shared.down.take(len(head) + len(content))
        if isinstance(body, range):
            self.sending = asyncio.get_running_loop().create_task(self.send(body.start % shared.size, length))

    async def send(self, offset: int, length: int) -> None:
        """Sends a part of the content; its last piece when the link is through with it, and none much earlier."""
        shared, loop = self.shared, asyncio.get_running_loop()
        for start in range(0, length, shared.down.piece):
            size = min(shared.down.piece, length - start)
            early = shared.down.take(size) - (AHEAD_SECONDS if start + size < length else 0.0)
            if early > 0:
                await asyncio.sleep(early)
            await loop.sendfile(self.transport, shared.content, offset + start, size)


async def serve(shared: Loopback) -> None:
    """Serves until the process ends."""
    # Only sockets that say they are TCP get TCP_NODELAY from asyncio.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if shared.up.rate < float("inf"):
        # Connections inherit this; otherwise the system would take megabytes that the link has not.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD)
    listening.bind(("127.0.0.1", 0))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(shared), sock=listening, backlog=128)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    file_name, chunk_size, latency, megabits, failing = sys.argv[1:]
    with open(file_name, "rb") as opened:
        asyncio.run(serve(Loopback(opened, int(chunk_size), float(latency), float(megabits), int(failing))))
