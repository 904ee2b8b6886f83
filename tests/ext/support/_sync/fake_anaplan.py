# Converted by `python -m generator` from tests/ext/support/_async/fake_anaplan.py. Edit that file, not this one.
"""Anaplan with one file, in memory: takes the place of the API client, and fails as it is told."""

import gzip
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

from attrs import define, field

from anaplan_client.core import (
    ApiError,
    BadRequestError,
    ConnectError,
    ErrorContext,
    Request,
    RequestTimeoutError,
    ServerError,
    TransportError,
)
from anaplan_client.core.http._sync.api_client import Body
from anaplan_ext import RetryPolicy
from anaplan_ext.auth._sync.session import Session
from anaplan_ext.concurrency import _sync as concurrency
from anaplan_ext.transport.attempts import RequestPolicy
from anaplan_ext.transport.retry import RetryBudget

FINAL = "400"
FAILURES: dict[str, tuple[type[ApiError], int | None]] = {
    FINAL: (BadRequestError, 400),
    "503": (ServerError, 503),
    "reset": (TransportError, None),
    "timeout": (RequestTimeoutError, None),
    "no connection": (ConnectError, None),
    "503, done": (ServerError, 503),
    "reset, done": (TransportError, None),
}
"""What can go wrong with a request; with some of it, the request had its effect."""
TRIES = 3
PIECE = 1 << 18


@define
class Anaplan:
    """Failures are those of each try of a chunk, or of completing the file (-1), in their order."""

    failures: dict[int, list[str]] = field(factory=dict[int, list[str]])
    turns: Callable[[int], int] = lambda _: 0
    """How often others get a turn before a chunk is answered."""
    chunks: dict[int, bytes] = field(factory=dict[int, bytes])
    count: int | None = None
    """How many chunks were announced."""
    completed: int = 0
    tried: list[int] = field(factory=list[int])
    """The chunks that came, once for each try."""
    confirmed: Counter[int] = field(factory=Counter[int])
    """How often it was said of a chunk that it was taken."""
    order: list[int] = field(factory=list[int])
    """In which order the first chunks to download arrive, whatever was asked for first."""
    listings: list[Sequence[int]] = field(factory=list[Sequence[int]])
    """The ids of the chunks, as they are listed one time after the other; as there are without."""
    peak: int = 0
    _in_flight: int = 0
    _lock: Lock = field(factory=Lock)

    def session(self) -> Session:
        """A session that sends everything here, and tries again at once."""
        policy = RetryPolicy(count=TRIES - 1, base_delay=0, retry_budget=math.inf)
        return Session(self, RequestPolicy(policy, RetryBudget(policy)), None)  # type: ignore[arg-type]

    @property
    def content(self) -> bytes | None:
        """What is held; nothing until all is there."""
        if not self.completed and self.count != len(self.chunks):
            return None
        return b"".join(self.chunks[index] for index in range(len(self.chunks)))

    def send(self, request: Request[Any], *, timeout: float | None = None, limit: float | None = None) -> Any:
        answer = getattr(self, request.operation.removeprefix("integration."))
        return request.decode(json.dumps(answer(request)).encode())

    def set_file_chunk_count(self, request: Request[Any]) -> Any:
        assert isinstance(request.content, bytes)
        self.chunks, self.count, self.completed = {}, json.loads(request.content)["chunkCount"], 0
        return {"file": {"id": request.path.split("/")[-1], "name": "some"}}

    def upload_file_chunk(self, request: Request[Any]) -> Any:
        index = _index(request)
        assert isinstance(request.content, list)
        assert request.progress is not None
        with self._under_way(index):
            request.progress(0)
            body = b"".join(request.content)
            for piece in request.content:
                request.progress(len(piece))
            self._wait(index)
            self._act(request, index, lambda: self.chunks.update({index: gzip.decompress(body)}))
            self.confirmed[index] += 1

    def complete_file(self, request: Request[Any]) -> Any:
        def complete() -> None:
            assert self.chunks.keys() == set(range(len(self.chunks)))
            self.completed += 1

        self._act(request, -1, complete)
        return {"file": {"id": "113000000000", "name": "some"}}

    def list_file_chunks(self, request: Request[Any]) -> Any:
        ids = self.listings.pop(0) if self.listings else range(len(self.chunks))
        paging = {"currentPageSize": len(ids), "offset": 0, "totalSize": len(ids)}
        return {"chunks": [{"id": str(index), "name": f"Chunk {index}"} for index in ids], "meta": {"paging": paging}}

    @contextmanager
    def stream(self, request: Request[Any], **limits: float | None) -> Iterator[Body]:
        index = _index(request)
        content, failure = self.chunks[index], self._failure(index)
        with self._under_way(index):
            try:
                self._wait(index)
                if failure is not None and not failure.endswith("done"):
                    raise _error(request, failure)
                yield Body(self._pieces(request, content, failure), len(content))
            except BaseException:
                # Those that would be next may not come any more.
                self.order.clear()
                raise
            with suppress(ValueError):
                self.order.remove(index)
        self.confirmed[index] += 1

    def _pieces(self, request: Request[Any], content: bytes, failure: str | None) -> Iterator[bytes]:
        # One that breaks off breaks off in the middle.
        end = len(content) if failure is None else len(content) // 2
        for at in range(0, end, PIECE):
            yield content[at : min(at + PIECE, end)]
        if failure is not None:
            raise _error(request, failure)

    def _wait(self, index: int) -> None:
        for _ in range(self.turns(index)):
            concurrency.sleep(0)
        while index in self.order[1:]:
            # Threads that only yield would take the processor from the one that they wait for.
            concurrency.sleep(0.001)

    @contextmanager
    def _under_way(self, index: int) -> Iterator[None]:
        with self._lock:
            self.tried.append(index)
            self._in_flight += 1
            self.peak = max(self.peak, self._in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1

    def _failure(self, index: int) -> str | None:
        with self._lock:
            left = self.failures.get(index)
            return left.pop(0) if left else None

    def _act(self, request: Request[Any], index: int, effect: Callable[[], None]) -> None:
        failure = self._failure(index)
        if failure is None or failure.endswith("done"):
            with self._lock:
                effect()
        if failure is not None:
            raise _error(request, failure)


def _index(request: Request[Any]) -> int:
    return int(request.path.rsplit("/", 1)[1])


def _error(request: Request[Any], failure: str) -> ApiError:
    kind, status = FAILURES[failure]
    known = ErrorContext(
        operation=request.operation, method=request.method, url=request.path, role=request.role, status=status
    )
    return kind(known)


def is_lost(failures: Sequence[str]) -> bool:
    """Says whether these failures of one chunk, one a try, are more than repeating makes good."""
    return FINAL in failures[:TRIES] or len(failures) >= TRIES
