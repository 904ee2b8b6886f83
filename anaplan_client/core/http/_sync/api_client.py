# Converted by `python -m generator` from anaplan_client/core/http/_async/api_client.py. Edit that file, not this one.
"""Send one request to Anaplan: no authentication, no retries, no waiting."""

import re
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar, cast
from urllib.parse import urlsplit

import httpx

from ...errors import MAX_KEPT_BYTES, ApiError, TransportError
from ...hosts import base_urls as default_base_urls
from ...observer import Observer, SafeObserver
from ...request import Host, Request
from .. import sync_connections as connections
from ..content_encoding import ACCEPTED, ContentEncodingError, make_decoder
from ..deadline import Deadline
from ..failures import make_response_error, make_transport_error
from ..network import NetworkSettings
from ..request_body import allocate_buffer, body_length, build_sync_body
from ..response import Response, content_length, is_bounded
from ..response_checks import (
    Problem,
    UnsuccessfulResponseError,
    check_response,
    needs_content,
    no_content_problem,
    read_response,
)

T = TypeVar("T")

MAX_RESPONSE_BYTES = 1 << 28
"""Bytes of a response that `send` holds in memory; what may be longer is read with `stream`."""
_ENDLESS = "the response does not say where it ends"
_UNSIGNED = httpx.Auth()


class Body(Iterator[bytes]):
    """The content of a response in pieces, as they arrive."""

    def __init__(self, pieces: Iterator[bytes], length: int | None) -> None:
        self.length: int | None = length
        """Bytes of the content, where the response says so in advance."""
        self._pieces = pieces

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)


class ApiClient:
    """Sends generated requests over one pool of connections. Safe to share between tasks.

    Args:
        base_urls: The origin of each API; see `hosts.base_urls`.
        timeout: Seconds for connecting and for each wait for data.
        auth: Any `httpx.Auth`, which then signs every request without an `authorization` of its own.
        hooks: Functions that httpx calls for each `request` and `response`.
        observer: Called with each response; what it raises is only logged.
        network: How the network is reached.
        http_client: A ready client of httpx, used instead and never closed; not together with `hooks` and `network`.
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
        http_client: httpx.Client | None = None,
    ) -> None:
        self._base_urls = base_urls or default_base_urls()
        self._timeout = timeout
        self._observer = None if observer is None else SafeObserver(observer)
        self._signer = auth or _UNSIGNED
        # What signs requests may send some of its own, to anywhere.
        secure = auth is not None or any(urlsplit(url).scheme == "https" for url in self._base_urls.values())
        self._connections = connections.Connections(
            network or NetworkSettings(), hooks or {}, timeout, secure, http_client
        )

    def send(self, request: Request[T], *, timeout: float | None = None, limit: float | None = None) -> T:
        """Send a request and return its decoded response.

        Args:
            request: What a generated function returned.
            timeout: Seconds that take the place of the client's.
            limit: Seconds from the head of the response on, after which a response that is still arriving is given up;
                the timeout if that is longer. Without it, a response may arrive for any time.

        Returns:
            The decoded response. It is held in memory, 256 MiB at most.

        Raises:
            ApiError: of the kind that fits: no whole response (`TransportError`), a rejection by the status or
                in the content (`StatusError`), or a response that is not the documented success (`DecodeError`).
            NetworkSettingsError: if TLS or a proxy cannot be set up.
        """
        connections.check_runtime()
        with self._connections.repair_on_error():
            response = connections.run_isolated(self._receive, request, timeout, limit)
        self._notify(request, response)
        try:
            return read_response(request, response.status, response.headers, response.content)
        except UnsuccessfulResponseError as error:
            problem, cause = error.problem, error.__cause__
        # An error about secret content may quote it.
        raise self._unsuccessful(request, response, problem) from (None if request.sensitive else cause)

    @contextmanager
    def stream(
        self,
        request: Request[bytes],
        *,
        timeout: float | None = None,
        limit: float | None = None,
        content_limit: float | None = None,
    ) -> Generator[Body]:
        """Send a request and give its binary content in pieces as they arrive, without holding the whole.

        Raises as `send` does; also from the iteration, when the response breaks off. The limit is for a rejection;
        without a `content_limit` in seconds, its reader decides how long the content is read.
        """
        connections.check_runtime()
        opened: list[httpx.Response] = []

        def open_response() -> None:
            opened.append(self._request(request, timeout))

        try:
            with self._connections.repair_on_error():
                connections.run_isolated(open_response)
            self._check_head(request, opened[0], Deadline(self._longest(timeout, limit)))
            pieces = self._isolated_pieces(request, opened[0], Deadline(self._longest(timeout, content_limit)))
            yield Body(pieces, content_length(opened[0].headers))
        finally:
            for response in opened:
                with self._connections.repair_on_error():
                    connections.run_to_completion(response.close)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _receive(self, request: Request[T], timeout: float | None, limit: float | None) -> Response:
        response = self._request(request, timeout)
        try:
            deadline = Deadline(self._longest(timeout, limit))
            if check_response(request, response.status_code, response.headers, None) is None:
                # JSON says itself where it ends.
                if request.accept != "application/json" and not is_bounded(response.status_code, response.headers):
                    raise self._lost(request, EOFError(_ENDLESS))
                content = self._read(request, response, deadline, MAX_RESPONSE_BYTES)
                return Response(response.status_code, response.headers, content)
            return self._rejection(request, response, deadline)
        finally:
            connections.run_to_completion(response.close)

    def _check_head(self, request: Request[bytes], response: httpx.Response, deadline: Deadline) -> None:
        """Raise for a response that is not as documented, so far as its head tells."""
        problem = check_response(request, response.status_code, response.headers, None)
        if problem is not None:
            with self._connections.repair_on_error():
                answer = connections.run_isolated(self._rejection, request, response, deadline)
            self._notify(request, answer)
            problem = check_response(request, answer.status, answer.headers, answer.content) or problem
            raise self._unsuccessful(request, answer, problem)
        self._notify(request, Response(response.status_code, response.headers))
        if not is_bounded(response.status_code, response.headers):
            raise self._lost(request, EOFError(_ENDLESS))

    def _isolated_pieces(self, request: Request[T], response: httpx.Response, deadline: Deadline) -> Iterator[bytes]:
        pieces = self._pieces(request, response)
        is_empty = True
        while True:
            with self._connections.repair_on_error():
                piece = connections.run_isolated(next, pieces, b"")
            if not piece:
                break
            is_empty = False
            yield piece
            try:
                deadline.check()
            except TimeoutError as error:
                raise self._lost(request, error, Response(response.status_code, response.headers)) from error
        if is_empty and needs_content(request, response.status_code):
            head = Response(response.status_code, response.headers)
            raise self._unsuccessful(request, head, no_content_problem(request, response.status_code))

    def _request(self, request: Request[T], timeout: float | None) -> httpx.Response:
        client = self._connections.current()
        try:
            built, auth = self._build(client, request, timeout), self._auth(request)
            response = client.send(built, stream=True, auth=auth, follow_redirects=False)
        except httpx.RequestError as error:
            raise self._lost(request, error) from error
        return response

    def _rejection(self, request: Request[T], response: httpx.Response, deadline: Deadline) -> Response:
        """Read as much of a response as an error keeps."""
        content = self._read(request, response, deadline, MAX_KEPT_BYTES, is_cut=True)
        return Response(response.status_code, response.headers, content, len(content) >= MAX_KEPT_BYTES)

    def _pieces(self, request: Request[T], response: httpx.Response) -> Iterator[bytes]:
        head = Response(response.status_code, response.headers)
        try:
            decoder = make_decoder(response.headers.get("content-encoding"))
        except ContentEncodingError as error:
            raise self._unreadable(request, head, error) from error
        if response.is_stream_consumed:  # a hook has read it
            yield response.content
            return
        is_empty = True
        # Not through the response, which closes itself at the end of its content, and may be cancelled in the midst.
        content = response.stream
        assert isinstance(content, httpx.SyncByteStream)
        try:
            for data in content:
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
            raise self._lost(request, error, head) from error

    def _read(
        self, request: Request[T], response: httpx.Response, deadline: Deadline, most: int, is_cut: bool = False
    ) -> bytes:
        """Read the content of a response: at most so many bytes of it if it may be cut, and else raise for more."""
        content = allocate_buffer(response.headers, most)
        try:
            for piece in self._pieces(request, response):
                content.write(piece[:most] if is_cut else piece)
                if content.tell() > most or (is_cut and content.tell() == most):
                    break
                deadline.check()
        except (TimeoutError, TransportError) as error:
            cause = error.__cause__ if isinstance(error, TransportError) else error
            content.truncate()
            # The beginning may still tell whose response it was.
            start = Response(response.status_code, response.headers, content.getvalue()[:MAX_KEPT_BYTES])
            raise self._lost(request, cast("Exception", cause), start) from cause
        if content.tell() > most and not is_cut:
            head = Response(response.status_code, response.headers)
            raise self._unreadable(request, head, ValueError(f"the response has more than {most} bytes"))
        content.truncate()
        return content.getvalue()

    def _notify(self, request: Request[T], response: Response) -> None:
        if self._observer is not None:
            content = b"" if response.is_truncated else response.content
            self._observer.notify(request, response.status, response.headers, content)

    def _headers(self, request: Request[T]) -> dict[str, str]:
        # The length of plain content tells where it belongs before it has arrived.
        encoding = "identity" if request.accept == "application/octet-stream" else ACCEPTED
        headers = {"Accept": request.accept, "Accept-Encoding": encoding}
        if request.authorization is not None:
            # The HTTP library would quote the whole header.
            if not re.fullmatch(r"[!-~]+( [!-~]+)*", request.authorization):
                raise ValueError("authorization: it has characters that cannot be sent")
            headers["Authorization"] = request.authorization
        if request.content_type is not None:
            headers["Content-Type"] = request.content_type
        size = body_length(request.content)
        if size is not None:
            headers["Content-Length"] = str(size)
        return headers

    def _build(self, client: httpx.Client, request: Request[T], timeout: float | None) -> httpx.Request:
        return client.build_request(
            request.method,
            self.url(request),
            params=dict(request.params) or None,
            headers=self._headers(request),
            content=build_sync_body(request.content, request.progress),
            timeout=self._seconds(timeout),
        )

    def _seconds(self, timeout: float | None) -> float:
        return self._timeout if timeout is None else timeout

    def _longest(self, timeout: float | None, limit: float | None) -> float | None:
        return None if limit is None else max(limit, self._seconds(timeout))

    def _auth(self, request: Request[T]) -> httpx.Auth:
        # A request that brings its own credentials must not get the client's as well, nor those of a URL.
        return _UNSIGNED if request.authorization is not None else self._signer

    def url(self, request: Request[T]) -> str:
        """Return the URL of a request, without its query."""
        return self._base_urls[request.host] + request.path

    def _lost(self, request: Request[T], error: Exception, response: Response | None = None) -> TransportError:
        return make_transport_error(request, self.url(request), error, response)

    def _unreadable(self, request: Request[T], response: Response, error: Exception) -> ApiError:
        return self._unsuccessful(request, response, Problem(message=f"unexpected response: {error}"))

    def _unsuccessful(self, request: Request[T], response: Response, problem: Problem) -> ApiError:
        return make_response_error(request, self.url(request), response, problem)
