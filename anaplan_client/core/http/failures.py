"""Make the error of a request that did not end well: pure functions."""

from collections.abc import Mapping
from typing import TypeVar

import httpx

from ..errors import (
    MAX_KEPT_BYTES,
    ApiError,
    ConnectError,
    ErrorContext,
    RequestTimeoutError,
    TransportError,
    read_code_and_message,
)
from ..request import Request
from .response import Response
from .response_checks import Problem, describe_html, describe_redirect, is_html, is_success, response_error

T = TypeVar("T")

_NO_CONNECTION = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def make_transport_error(request: Request[T], url: str, error: Exception, response: Response | None) -> TransportError:
    """Return the error of a request without a whole response; `response` is what there is of one."""
    kind = TransportError
    if isinstance(error, _NO_CONNECTION):
        kind = ConnectError
    elif isinstance(error, httpx.TimeoutException | TimeoutError):
        kind = RequestTimeoutError
    return kind(_context(request, url, response, str(error) or type(error).__name__))


def make_response_error(request: Request[T], url: str, response: Response, problem: Problem) -> ApiError:
    """Return the error of a response that is not the documented success."""
    return response_error(request, problem, _context(request, url, response, problem.message))


def _context(request: Request[T], url: str, response: Response | None, message: str) -> ErrorContext:
    headers: Mapping[str, str] = {} if response is None else response.headers
    # The secret is in a success. A rejection says why.
    is_secret = request.sensitive and response is not None and is_success(response.status)
    content = b"" if response is None or is_secret else response.content
    code, told = read_code_and_message(content)
    if not told and is_html(content, headers.get("content-type")):
        told = describe_html(content)
    if response is not None and 300 <= response.status < 400:
        told = describe_redirect(headers.get("location", "")) or told
    return ErrorContext(
        operation=request.operation,
        method=request.method,
        url=str(httpx.URL(url).copy_with(userinfo=b"")),
        role=request.role,
        status=None if response is None else response.status,
        code=code,
        message=message or told,
        request_id=headers.get("x-request-id"),
        retry_after=headers.get("retry-after"),
        body=b"" if request.sensitive else content[:MAX_KEPT_BYTES],
    )
