"""Send one request to Anaplan: no authentication, no retries, no waiting."""

import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from functools import lru_cache
from types import TracebackType
from typing import Self, TypeVar, cast
from urllib.parse import urlencode, urlsplit

import httpx
from attrs import evolve, frozen

from ...codec import undocumented
from ...errors import MAX_KEPT_BYTES, ApiError, DecodeError, TransportError
from ...hosts import base_urls as default_base_urls
from ...observer import Observer, SafeObserver
from ...request import Host, Request
from .. import async_connections as connections
from ..content_encoding import ContentEncodingError, make_decoder
from ..deadline import Deadline
from ..network import NetworkSettings
from ..request_body import allocate_buffer, build_async_body
from ..request_headers import build_headers
from ..response import Response, content_length, is_bounded, join_headers
from ..response_checks import Problem, check_response, is_json, needs_content, no_content_problem
from ..results import make_response_error, make_transport_error, read_response

T = TypeVar("T")

MAX_RESPONSE_BYTES = 1 << 28
"""Bytes of a response that `send` holds in memory; what may be longer is read with `stream`."""
_ENDLESS = "the response does not announce its length"
_UNSIGNED = httpx.Auth()
_parse_url = lru_cache(maxsize=1024)(httpx.URL)
"""Parse a URL; most requests repeat that of an earlier one."""


@frozen
class _OpenResponse:
    """A response whose content is still to be read."""

    http: httpx.Response
    head: Response


class AsyncBody(AsyncIterator[bytes]):
    """The content of a response in pieces, as they arrive."""

    def __init__(self, pieces: AsyncIterator[bytes], length: int | None) -> None:
        self.length: int | None = length
        """Bytes of the content, where the response says so in advance."""
        self._pieces = pieces

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._pieces)


class AsyncApiClient:
    """Send generated requests over one pool of connections. Safe to share between tasks.

    Args:
        base_urls: The origin of each API; see `hosts.base_urls`.
        timeout: Seconds for connecting and for each wait for data.
        auth: An `httpx.Auth` that signs every request without an `authorization` of its own.
        hooks: Functions that httpx calls for each `request` and `response`.
        observer: Called with each response. Its errors are only logged.
        network: How the network is reached.
        http_client: An existing client of httpx, used instead and never closed. Excludes `hooks` and `network`.
    """

    def __init__(
        self,
        base_urls: Mapping[Host, str] | None = None,
        *,
        timeout: float = 30.0,
        auth: httpx.Auth | None = None,
        hooks: Mapping[str, Sequence[Callable[..., object]]] | None = None,
        observer: Observer | None = None,
        network: NetworkSettings | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self._base_urls = base_urls or default_base_urls()
        self._timeout = timeout
        self._observer = None if observer is None else SafeObserver(observer)
        self._signer = auth or _UNSIGNED
        # A signer may send requests of its own to any URL.
        secure = auth is not None or any(urlsplit(url).scheme == "https" for url in self._base_urls.values())
        self._connections = connections.Connections(
            network or NetworkSettings(), hooks or {}, timeout, secure, http_client
        )

    async def send(self, request: Request[T], *, timeout: float | None = None, limit: float | None = None) -> T:
        """Send a request and return its decoded response.

        Args:
            request: The return value of a generated function.
            timeout: Seconds, instead of the client's timeout.
            limit: Seconds from the head of the response to its end, or the timeout if that is longer. A response that
                takes longer is abandoned. None for no limit.

        Returns:
            The decoded response. It is held in memory, at most 256 MiB.

        Raises:
            TransportError: There was no complete response.
            StatusError: The status or the content rejects the request.
            DecodeError: The response is not the documented success.
            NetworkSettingsError: The TLS or proxy settings cannot be used.
        """
        connections.check_runtime()
        async with self._connections.repair_on_error():
            response = await connections.run_isolated(self._receive, request, timeout, limit)
        if self._observer is None:
            return read_response(request, self.url(request), response)
        found = undocumented.start()
        try:
            return read_response(request, self.url(request), response)
        except DecodeError:
            undocumented.note(DecodeError, response.status, response.headers.get("content-type"))
            raise
        finally:
            undocumented.stop()
            self._notify(request, response, found)

    @asynccontextmanager
    async def stream(
        self,
        request: Request[bytes],
        *,
        timeout: float | None = None,
        limit: float | None = None,
        content_limit: float | None = None,
    ) -> AsyncGenerator[AsyncBody]:
        """Send a request and yield its binary content in pieces as they arrive.

        Args:
            request: The return value of a generated function.
            timeout: Seconds, instead of the client's timeout.
            limit: Seconds for the content of a rejection, as in `send`.
            content_limit: Seconds for the content of a success. None for no limit.

        Raises:
            TransportError: There was no complete response. Also raised by the iteration.
            StatusError: The status or the content rejects the request.
            DecodeError: The response is not the documented success. Also raised by the iteration.
            NetworkSettingsError: The TLS or proxy settings cannot be used.
        """
        connections.check_runtime()
        opened: list[_OpenResponse] = []

        async def open_response() -> None:
            opened.append(await self._request(request, timeout))

        try:
            async with self._connections.repair_on_error():
                await connections.run_isolated(open_response)
            await self._check_head(request, opened[0], Deadline(self._longest(timeout, limit)))
            pieces = self._isolated_pieces(request, opened[0], Deadline(self._longest(timeout, content_limit)))
            yield AsyncBody(pieces, content_length(opened[0].head.headers))
        finally:
            for response in opened:
                async with self._connections.repair_on_error():
                    await connections.run_to_completion(response.http.aclose)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connections.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _receive(self, request: Request[T], timeout: float | None, limit: float | None) -> Response:
        response = await self._request(request, timeout)
        head = response.head
        try:
            deadline = Deadline(self._longest(timeout, limit))
            if check_response(request, head.status, head.headers, None) is None:
                # JSON marks its own end.
                if not is_json(request.accept) and not is_bounded(head.status, head.headers):
                    raise self._lost(request, EOFError(_ENDLESS))
                return evolve(head, content=await self._read(request, response, deadline, MAX_RESPONSE_BYTES))
            return await self._rejection(request, response, deadline)
        finally:
            await connections.run_to_completion(response.http.aclose)

    async def _check_head(self, request: Request[bytes], response: _OpenResponse, deadline: Deadline) -> None:
        """Raise for a response whose head is not that of the documented success."""
        head = response.head
        problem = check_response(request, head.status, head.headers, None)
        if problem is not None:
            async with self._connections.repair_on_error():
                rejection = await connections.run_isolated(self._rejection, request, response, deadline)
            self._notify(request, rejection)
            problem = check_response(request, rejection.status, rejection.headers, rejection.content) or problem
            raise self._unsuccessful(request, rejection, problem)
        self._notify(request, head)
        if not is_bounded(head.status, head.headers):
            raise self._lost(request, EOFError(_ENDLESS))

    async def _isolated_pieces(
        self, request: Request[T], response: _OpenResponse, deadline: Deadline
    ) -> AsyncIterator[bytes]:
        pieces = self._pieces(request, response)
        is_empty = True
        while True:
            async with self._connections.repair_on_error():
                piece = await connections.run_isolated(anext, pieces, b"")
            if not piece:
                break
            is_empty = False
            yield piece
            piece = b""  # as in `_pieces`
            try:
                deadline.check()
            except TimeoutError as error:
                raise self._lost(request, error, response.head) from error
        if is_empty and needs_content(request, response.head.status):
            raise self._unsuccessful(request, response.head, no_content_problem(request, response.head.status))

    async def _request(self, request: Request[T], timeout: float | None) -> _OpenResponse:
        client = self._connections.current()
        try:
            built, auth = self._build(client, request, timeout), self._auth(request)
            response = await client.send(built, stream=True, auth=auth, follow_redirects=False)
        except httpx.RequestError as error:
            raise self._lost(request, error) from error
        if request.on_status is not None:
            request.on_status(response.status_code)
        headers = join_headers(response.headers.raw, response.headers.encoding)
        return _OpenResponse(response, Response(response.status_code, headers))

    async def _rejection(self, request: Request[T], response: _OpenResponse, deadline: Deadline) -> Response:
        """Read as much of a response as an error keeps."""
        content = await self._read(request, response, deadline, MAX_KEPT_BYTES, is_cut=True)
        return evolve(response.head, content=content, is_truncated=len(content) >= MAX_KEPT_BYTES)

    async def _pieces(self, request: Request[T], response: _OpenResponse) -> AsyncIterator[bytes]:
        try:
            decoder = make_decoder(response.head.headers.get("content-encoding"))
        except ContentEncodingError as error:
            raise self._unreadable(request, response.head, error) from error
        if response.http.is_stream_consumed:  # by a hook
            yield response.http.content
            return
        is_empty = True
        # Not through the response: it closes itself at the end of its content, and that may be cancelled halfway.
        content = response.http.stream
        assert isinstance(content, httpx.AsyncByteStream)
        data = piece = b""
        try:
            async for data in content:
                if decoder is None:
                    if data:
                        yield data
                else:
                    for piece in decoder.decode(data):
                        yield piece
                is_empty = is_empty and not data
            if decoder is not None and not is_empty:
                decoder.finish()
        except (httpx.RequestError, zlib.error, EOFError) as error:
            data = piece = b""  # may be secret, and tools that report errors show variables
            raise self._lost(request, error, response.head) from error

    async def _read(
        self, request: Request[T], response: _OpenResponse, deadline: Deadline, max_bytes: int, is_cut: bool = False
    ) -> bytes:
        """Read the content of a response. More than `max_bytes` is cut off or an error, by `is_cut`."""
        content = allocate_buffer(response.head.headers, max_bytes)
        piece = b""
        try:
            async for piece in self._pieces(request, response):
                content.write(piece[:max_bytes] if is_cut else piece)
                if content.tell() > max_bytes or (is_cut and content.tell() == max_bytes):
                    break
                deadline.check()
        except (TimeoutError, TransportError) as error:
            piece = b""  # as in `_pieces`
            cause = error.__cause__ if isinstance(error, TransportError) else error
            content.truncate()
            # The beginning may still tell whose response it was.
            start = evolve(response.head, content=content.getvalue()[:MAX_KEPT_BYTES])
            raise self._lost(request, cast("Exception", cause), start) from cause
        if content.tell() > max_bytes and not is_cut:
            piece = b""  # as in `_pieces`
            too_long = ValueError(f"the response has more than {max_bytes} bytes")
            raise self._unreadable(request, response.head, too_long)
        content.truncate()
        return content.getvalue()

    def _notify(self, request: Request[T], response: Response, found: AbstractSet[int] = undocumented.NOTHING) -> None:
        if self._observer is not None:
            content = b"" if response.is_truncated else response.content
            self._observer.notify(request, response.status, response.headers, content, found)

    def _build(self, client: httpx.AsyncClient, request: Request[T], timeout: float | None) -> httpx.Request:
        return client.build_request(
            request.method,
            _parse_url(
                f"{self.url(request)}?{urlencode(request.params, doseq=True)}" if request.params else self.url(request)
            ),
            headers=build_headers(request),
            content=build_async_body(request.content, request.progress),
            timeout=self._seconds(timeout),
        )

    def _seconds(self, timeout: float | None) -> float:
        return self._timeout if timeout is None else timeout

    def _longest(self, timeout: float | None, limit: float | None) -> float | None:
        return None if limit is None else max(limit, self._seconds(timeout))

    def _auth(self, request: Request[T]) -> httpx.Auth:
        # A request that is public or has its own credentials must not get those of the client or of the URL.
        return _UNSIGNED if request.public or request.authorization is not None else self._signer

    def url(self, request: Request[T]) -> str:
        """Return the URL of a request, without its query."""
        return self._base_urls[request.host] + request.path

    def _lost(self, request: Request[T], error: Exception, response: Response | None = None) -> TransportError:
        return make_transport_error(request, self.url(request), error, response)

    def _unreadable(self, request: Request[T], response: Response, error: Exception) -> ApiError:
        return self._unsuccessful(request, response, Problem(message=f"unexpected response: {error}"))

    def _unsuccessful(self, request: Request[T], response: Response, problem: Problem) -> ApiError:
        return make_response_error(request, self.url(request), response, problem)
