"""Turn a response, or the lack of one, into the result of a request or its error: pure functions."""

from collections.abc import Mapping
from typing import TypeVar

import httpx
from attrs import evolve

from ..errors import (
    MAX_KEPT_BYTES,
    ApiError,
    ConnectError,
    DecodeError,
    ErrorContext,
    RequestTimeoutError,
    TransportError,
    make_status_error,
    read_code_and_message,
)
from ..request import Request
from .response import Response
from .response_checks import (
    Problem,
    check_response,
    check_result,
    decode_problem,
    describe_html,
    describe_redirect,
    is_html,
    is_success,
)

T = TypeVar("T")

_NO_CONNECTION = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def make_transport_error(request: Request[T], url: str, error: Exception, response: Response | None) -> TransportError:
    """Return the error of a request without a complete response. `response` is its received part."""
    kind = TransportError
    if isinstance(error, _NO_CONNECTION):
        kind = ConnectError
    elif isinstance(error, httpx.TimeoutException | TimeoutError):
        kind = RequestTimeoutError
    return kind(_context(request, url, response, str(error) or type(error).__name__))


def read_response(request: Request[T], url: str, response: Response) -> T:
    """Return the decoded response. Raise the error of a response that is not the documented success."""
    cause: Exception | None = None
    problem = check_response(request, response.status, response.headers, response.content)
    if problem is None:
        try:
            result = request.decode(response.content)
        except (KeyError, TypeError, ValueError) as error:
            # An error about secret content may quote it.
            cause = None if request.sensitive else error
            problem = decode_problem(request, response.status, response.content, error)
        else:
            problem = check_result(request, response.status, response.content, result)
            if problem is None:
                if request.on_headers is not None:
                    request.on_headers(dict(response.headers))
                return result
    raise make_response_error(request, url, response, problem) from cause


def make_response_error(request: Request[T], url: str, response: Response, problem: Problem) -> ApiError:
    """Return the error of a response that is not the documented success."""
    context = _context(request, url, response, problem.message)
    if problem.status is None:
        return DecodeError(context)
    # Imported when the first request is rejected.
    from ..hints import find_hint

    return make_status_error(
        evolve(
            context,
            status=problem.status,
            http_status=context.status if problem.status != context.status else None,
            code=problem.code or context.code,
            hint=find_hint(request.hints, request.message_hints, problem.status, context.message),
        )
    )


def _context(request: Request[T], url: str, response: Response | None, message: str) -> ErrorContext:
    headers: Mapping[str, str] = {} if response is None else response.headers
    # The secret is in a success. A rejection says why.
    is_secret = request.sensitive and response is not None and is_success(response.status)
    content = b"" if response is None or is_secret else response.content
    code, reason = read_code_and_message(content)
    if not reason and is_html(content, headers.get("content-type")):
        reason = describe_html(content)
    if response is not None and 300 <= response.status < 400:
        reason = describe_redirect(headers.get("location", "")) or reason
    return ErrorContext(
        operation=request.operation,
        method=request.method,
        url=str(httpx.URL(url).copy_with(userinfo=b"")),
        role=request.role,
        status=None if response is None else response.status,
        code=code,
        message=message or reason,
        request_id=headers.get("x-request-id"),
        retry_after=headers.get("retry-after"),
        body=b"" if request.sensitive else content[:MAX_KEPT_BYTES],
    )
