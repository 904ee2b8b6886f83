# Converted by `python -m generator` from anaplan_client/core/_async/api_client.py. Edit that file, not this one.
"""One exchange with Anaplan: no authentication, no repetition, no waiting."""

import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from types import TracebackType
from typing import Self, TypeVar

import httpx
from attrs import evolve

from ..answers import foreign, html_page, is_html, unreadable
from ..bodies import Answer, Lost, endless, put
from ..deadline import Deadline
from ..direct import Direct, proxied
from ..errors import (
    BODY_LIMIT,
    ConnectError,
    DecodeError,
    FailedExchange,
    RequestTimeout,
    TransportError,
    code_and_message,
    status_error,
)
from ..hosts import base_urls as default_base_urls
from ..observed import Observer, Watch
from ..request import Host, Request
from ..sockets import Sockets
from ..streams import length, room, sync_body

T = TypeVar("T")

_UNSIGNED = httpx.Auth()
_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
# All that are open are kept: closing surplus ones may hit one that another caller was just given.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100)


class ApiClient:
    """Sends generated requests over one pool of connections. Safe to share between tasks.

    `base_urls` has the origin of each API (see `hosts.base_urls`), `timeout` is in seconds for connecting and for each
    wait for data, `auth` is any `httpx.Auth`, `hooks` are called as httpx calls its event hooks.
    `observer` is called with each answer; it costs nothing else, as hooks do, and what it raises is only logged.
    """

    def __init__(
        self,
        base_urls: Mapping[Host, str] | None = None,
        *,
        timeout: float = 30.0,
        auth: httpx.Auth | None = None,
        hooks: Mapping[str, Sequence[Callable[..., object]]] | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._base_urls = base_urls or default_base_urls()
        self._timeout = timeout
        self._watch = None if observer is None else Watch(observer)
        event_hooks = {name: list(functions) for name, functions in (hooks or {}).items()}
        self._signer = auth or _UNSIGNED
        # Loading the authorities takes longer than many a request; without https there is nothing to verify.
        secure = auth is not None or any(url.startswith("https:") for url in self._base_urls.values())
        context = httpx.create_ssl_context() if secure else None
        verify = context or False
        self._http = httpx.Client(event_hooks=event_hooks, timeout=timeout, limits=_LIMITS, verify=verify)
        # A token is got over connections of its own, also when all others are busy, and never closes one of them.
        self._token_http = httpx.Client(event_hooks=event_hooks, timeout=timeout, limits=_LIMITS, verify=verify)
        self._token_sockets = Sockets()
        # What signs, hooks or redirects requests has to see them.
        self._direct = None if auth or hooks or proxied() else Direct(context)
        self._on_network = False
        self.heard: tuple[str, float] | None = None
        """The `Date` of the latest answer of the host `api`, and when it came by the monotonic clock."""

    def send(self, request: Request[T], *, timeout: float | None = None, limit: float | None = None) -> T:
        """Sends a request and returns its decoded answer.

        `timeout`, in seconds, takes the place of the client's. An answer that is still coming `limit` seconds after its
        head, or a timeout after it if that is longer, is given up; without a limit it may come for ever. Raises
        `ExchangeError` of the kind that fits: no whole answer (`TransportError`), a refusal (`StatusError`), or an
        answer that is not as documented (`DecodeError`).
        """
        answer = self._answer(request, timeout, limit)
        self._show(request, answer)
        if not _is_success(answer.status):
            raise status_error(self._failed(request, answer))
        if foreign(request.accept, answer.headers.get("content-type")):
            raise self._unreadable(request, answer)
        try:
            return request.decode(answer.content)
        except (KeyError, TypeError, ValueError) as error:
            failure = error
        # The answers of the authentication host hold tokens, and so may the error about one.
        raise self._unreadable(request, answer, failure) from (None if request.host == "auth" else failure)

    @contextmanager
    def stream(
        self, request: Request[bytes], *, timeout: float | None = None, limit: float | None = None
    ) -> Generator[Iterator[bytes]]:
        """Sends a request and gives its binary answer in pieces as they arrive, without holding the whole.

        Raises as `send` does; also from the iteration, when the answer breaks off. The limit is for a refusal; how long
        the answer is read, its reader decides.
        """
        with self._open(request, timeout) as response:
            failed = not _is_success(response.status_code)
            if failed or foreign(request.accept, response.headers.get("content-type")):
                content = self._read(request, response, Deadline(self._longest(timeout, limit)), BODY_LIMIT)
                answer = Answer(response.status_code, response.headers, content, cut=True)
                self._show(request, answer)
                raise status_error(self._failed(request, answer)) if failed else self._unreadable(request, answer)
            self._show(request, Answer(response.status_code, response.headers))
            yield self._pieces(request, response)

    def break_off(self) -> None:
        """Ends, from any thread, what is under way at the authentication host; nothing is answered there any more."""
        self._token_sockets.end()

    def close(self) -> None:
        """Closes the connections."""
        if self._direct is not None:
            self._direct.close()
        self._http.close()
        self._token_http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answer(self, request: Request[T], timeout: float | None, limit: float | None) -> Answer:
        direct = request.method == "GET" and (request.bulk or request.into is not None)
        if direct and self._direct is not None and self._on_network:
            headers = self._headers(request) | {"User-Agent": self._http.headers["User-Agent"]}
            try:
                url = httpx.URL(self._url(request), params=dict(request.params) or None)
                seconds = self._seconds(timeout)
                longest = self._longest(timeout, limit)
                answer = self._direct.receive(str(url), headers, seconds, longest, request.into)
            except Lost as lost:
                raise self._lost(request, lost.cause, connected=lost.connected) from lost.cause
            if "content-encoding" not in answer.headers or not _is_success(answer.status):
                return answer
        with self._open(request, timeout) as response:
            content = self._read(request, response, Deadline(self._longest(timeout, limit)))
        wanted = _is_success(response.status_code) and not foreign(request.accept, response.headers.get("content-type"))
        if request.into is not None and wanted:
            if self._on_network and not _is_bounded(response):
                raise self._lost(request, endless())
            put(request.into, content)
            content = b""
        return Answer(response.status_code, response.headers, content)

    @contextmanager
    def _open(self, request: Request[T], timeout: float | None) -> Generator[httpx.Response]:
        http = self._token_http if request.host == "auth" else self._http
        try:
            response = http.send(self._build(request, timeout), stream=True, auth=self._auth(request))
        except httpx.RequestError as error:
            raise self._lost(request, error) from error
        # The transport of a test has no network, and must get every request.
        self._on_network = "network_stream" in response.extensions
        if request.host == "api" and (date := response.headers.get("date")):
            self.heard = (date, time.monotonic())
        try:
            yield response
        finally:
            response.close()

    def _pieces(self, request: Request[T], response: httpx.Response) -> Iterator[bytes]:
        # Decoders and their buffers are passed by where there is nothing to decode, which nearly halves the cost.
        # What has been read already comes from the transport of a test.
        decode = "content-encoding" in response.headers or response.is_stream_consumed
        try:
            for piece in response.iter_bytes() if decode else response.iter_raw():
                yield piece
        except httpx.RequestError as error:
            raise self._lost(request, error, Answer(response.status_code, response.headers)) from error

    def _read(
        self, request: Request[T], response: httpx.Response, deadline: Deadline, most: float = float("inf")
    ) -> bytes:
        """Reads an answer, or `most` bytes of it and what came with them."""
        content = room(response.headers)
        try:
            for piece in self._pieces(request, response):
                content.write(piece)
                if content.tell() >= most:
                    break
                deadline.check()
        except TimeoutError as error:
            answer = Answer(response.status_code, response.headers, self._start(request, content))
            raise self._lost(request, error, answer) from error
        except TransportError as error:
            raise type(error)(evolve(error.exchange, body=self._start(request, content))) from error.__cause__
        content.truncate()
        return content.getvalue()

    def _start(self, request: Request[T], content: BytesIO) -> bytes:
        # What came may still tell whose answer it was; one of the authentication host may hold a token.
        content.truncate()
        return b"" if request.host == "auth" else content.getvalue()[:BODY_LIMIT]

    def _show(self, request: Request[T], answer: Answer) -> None:
        if self._watch is not None:
            whole = not answer.cut or len(answer.content) < BODY_LIMIT
            self._watch.show(request, answer.status, answer.headers, answer.content if whole else b"")

    def _headers(self, request: Request[T]) -> dict[str, str]:
        headers = {"Accept": request.accept}
        if request.authorization is not None:
            # The HTTP library would quote the whole header.
            if not re.fullmatch(r"[!-~]+( [!-~]+)*", request.authorization):
                raise ValueError("authorization: it has characters that cannot be sent")
            headers["Authorization"] = request.authorization
        if request.content_type is not None:
            headers["Content-Type"] = request.content_type
        size = length(request.content)
        if size is not None:
            headers["Content-Length"] = str(size)
        return headers

    def _build(self, request: Request[T], timeout: float | None) -> httpx.Request:
        return self._http.build_request(
            request.method,
            self._url(request),
            params=dict(request.params) or None,
            headers=self._headers(request),
            content=sync_body(request.content, request.progress),
            timeout=self._seconds(timeout),
            extensions={"trace": self._token_sockets.note} if request.host == "auth" else None,
        )

    def _seconds(self, timeout: float | None) -> float:
        return self._timeout if timeout is None else timeout

    def _longest(self, timeout: float | None, limit: float | None) -> float | None:
        return None if limit is None else max(limit, self._seconds(timeout))

    def _auth(self, request: Request[T]) -> httpx.Auth:
        # A request that brings its own credentials must not get the client's as well, nor those of a URL.
        return _UNSIGNED if request.authorization is not None else self._signer

    def _url(self, request: Request[T]) -> str:
        return self._base_urls[request.host] + request.path

    def _lost(
        self, request: Request[T], error: Exception, answer: Answer | None = None, connected: bool = True
    ) -> TransportError:
        kind = TransportError
        if not connected or isinstance(error, _NO_CONNECTION):
            kind = ConnectError
        elif isinstance(error, httpx.TimeoutException | TimeoutError):
            kind = RequestTimeout
        return kind(self._failed(request, answer, str(error) or type(error).__name__))

    def _unreadable(self, request: Request[T], answer: Answer, error: Exception | None = None) -> DecodeError:
        if request.host == "auth":
            # The answer, and an error about it, may hold a token; the name of a missing field does not.
            missing = isinstance(error, KeyError)
            message = f"the answer has no {error}" if missing else "the answer is not as documented"
            return DecodeError(self._failed(request, Answer(answer.status, answer.headers), message))
        message = unreadable(answer.content, answer.headers.get("content-type"), error)
        return DecodeError(self._failed(request, answer, message))

    def _failed(self, request: Request[T], answer: Answer | None = None, message: str = "") -> FailedExchange:
        url = httpx.URL(self._url(request)).copy_with(userinfo=b"")
        headers: Mapping[str, str] = {} if answer is None else answer.headers
        content = b"" if answer is None else answer.content
        code, told = code_and_message(content)
        if not told and is_html(content, headers.get("content-type")):
            told = html_page(content)
        return FailedExchange(
            operation=request.operation,
            method=request.method,
            url=str(url),
            role=request.role,
            status=None if answer is None else answer.status,
            code=code,
            message=message or told,
            request_id=headers.get("x-request-id"),
            retry_after=headers.get("retry-after"),
            body=content[:BODY_LIMIT],
        )


def _is_bounded(response: httpx.Response) -> bool:
    return response.status_code == 204 or not {"content-length", "transfer-encoding"}.isdisjoint(response.headers)


def _is_success(status: int) -> bool:
    return 200 <= status < 300
