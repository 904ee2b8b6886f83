"""A minimal server for transfers: the few routes of Anaplan that a file transfer needs, as fast as Python allows.

    python benchmarks/loopback.py FILE CHUNK_SIZE LATENCY MEGABITS FAILING

Prints its port. Request bodies are received into one buffer and discarded. The chunks of a download come from FILE,
repeated, by `sendfile`. The last four digits of a file's id are the number of its chunks. The five digits before them
are the MiB of a chunk; 0 means CHUNK_SIZE. Every response waits for the latency, except the counts since the last call
at `/counted`, and the list of workspaces.

All connections share a link of MEGABITS per second in each direction; `inf` means no limit. One chunk in FAILING fails
with 503, an upload chunk after all its bytes have arrived; 0 means none.
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
"""Time that one piece, which a connection reads or writes in one step, occupies the link."""
AHEAD_SECONDS = 0.02
"""Time that data may wait in the link, so that the link stays busy when a timer is late."""
IMMEDIATE = ("/counted", "/2/0/workspaces")
"""Paths of responses without latency."""
SIZES = ("00000", "00032")
"""MiB of a chunk of the listed files, as digits of their ids."""
UNREAD = 1 << 18
"""Bytes that the system may buffer for each connection before the link."""
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
    """Return a list in the envelope of Anaplan, in one page."""
    paging = {"currentPageSize": len(entries), "offset": 0, "totalSize": len(entries)}
    return {"meta": {"paging": paging}, "status": {"code": 200, "message": "Success"}, key: entries}


def file(identifier: str, chunks: int) -> dict[str, object]:
    """Return the metadata of a file."""
    return {"id": identifier, "name": identifier, "chunkCount": chunks, "firstDataRow": 2, "headerRow": 1}


class Link:
    """One direction of the link: a queue of pieces, shared by all connections."""

    def __init__(self, megabits: float) -> None:
        self.rate = megabits * 125_000
        self.piece = sys.maxsize if megabits == float("inf") else int(self.rate * PIECE_SECONDS)
        self.free = 0.0

    def take(self, size: int) -> float:
        """Queue bytes, and return the seconds until they have passed the link."""
        now = asyncio.get_running_loop().time()
        self.free = max(self.free, now) + size / self.rate
        return self.free - now


class Failures:
    """The chunks that fail: one at a random index of each row, the same in each process."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.random = Random(row)
        self.count = self.place = 0

    def next(self) -> bool:
        """Return whether the next chunk fails."""
        if not self.row:
            return False
        if self.count % self.row == 0:
            self.place = self.count + self.random.randrange(self.row)
        self.count += 1
        return self.count - 1 == self.place


class Loopback:
    """State shared by all connections: content, latency, link, failures and counts."""

    def __init__(self, content: BinaryIO, chunk_size: int, latency: float, megabits: float, failing: int) -> None:
        self.content = content
        self.size = content.seek(0, 2)
        self.chunk_size = chunk_size
        self.latency = latency
        self.up, self.down = Link(megabits), Link(megabits)
        self.failures = Failures(failing)
        self.counts_of_chunks = [1 << power for power in range(10)]  # of the listed files
        self.counts = {"requests": 0, "received": 0, "sent": 0, "chunks": 0, "failed": 0}

    def answer(self, method: str, path: str) -> tuple[int, object | range]:
        """Return the status and body of a response. A range is a part of the repeated content."""
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
    """A connection that reads requests one by one and responds to each after the latency."""

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
            latency = 0 if asked[1].partition("?")[0] in IMMEDIATE else self.shared.latency
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
        """Send a part of the content, each piece at most a little before it has passed the link."""
        shared, loop = self.shared, asyncio.get_running_loop()
        for start in range(0, length, shared.down.piece):
            size = min(shared.down.piece, length - start)
            early = shared.down.take(size) - (AHEAD_SECONDS if start + size < length else 0.0)
            if early > 0:
                await asyncio.sleep(early)
            await loop.sendfile(self.transport, shared.content, offset + start, size)


async def serve(shared: Loopback) -> None:
    """Serve until the process ends."""
    # asyncio sets TCP_NODELAY only on sockets with the TCP protocol.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if shared.up.rate < float("inf"):
        # Connections inherit this. Otherwise, the system would buffer megabytes before the link.
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
