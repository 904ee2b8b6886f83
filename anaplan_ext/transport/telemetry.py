"""Record requests as OpenTelemetry spans, if the extra `telemetry` is installed and a tracer provider is set.

The attributes follow OpenTelemetry's semantic conventions for HTTP clients.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

from attrs import frozen

from anaplan_client.core import ApiError, Request

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

T = TypeVar("T")

_NO_SPAN = nullcontext(None)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class UrlBuilder(Protocol):
    """Anything that knows the URL of a request."""

    def url(self, request: Request[T]) -> str:
        """Return the URL of a request, without its query."""
        ...


@frozen
class RequestSpan:
    """The span of a request with all its attempts."""

    span: Span
    statuses: tuple[int, ...]
    """The documented statuses of a success."""

    def on_success(self, attempts: int) -> None:
        """Record the response."""
        if len(self.statuses) == 1:
            self.span.set_attribute("http.response.status_code", self.statuses[0])
        self._count_resends(attempts)

    def on_failure(self, attempts: int, error: ApiError, delay: float | None) -> None:
        """Record a failed attempt: as an event if another one follows after `delay` seconds, else as the result."""
        if delay is not None:
            self.span.add_event("retry", {"error.type": _error_type(error), "anaplan.retry.delay": delay})
            return
        if error.status is not None:
            self.span.set_attribute("http.response.status_code", error.status)
        self.on_error(error)
        self._count_resends(attempts)

    def on_error(self, error: Exception) -> None:
        """Record the error without its text, which may quote a response."""
        from opentelemetry.trace import StatusCode

        self.span.set_attribute("error.type", _error_type(error))
        self.span.set_status(StatusCode.ERROR, type(error).__qualname__)

    def _count_resends(self, attempts: int) -> None:
        if attempts > 1:
            self.span.set_attribute("http.request.resend_count", attempts - 1)


def span(request: Request[T], urls: UrlBuilder) -> AbstractContextManager[RequestSpan | None]:
    """Return the context of a request, in which its span is the current one; None without a tracer."""
    tracer = _tracer()
    return _NO_SPAN if tracer is None else _start(tracer, request, urls.url(request))


@contextmanager
def _start(tracer: Tracer, request: Request[T], url: str) -> Generator[RequestSpan]:
    from opentelemetry.trace import SpanKind

    parts = urlsplit(url)
    attributes: dict[str, str | int] = {
        "http.request.method": request.method,
        # The query may hold names of the tenant, and the authority may hold a password.
        "url.full": parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(),
        "server.address": parts.hostname or "",
        "server.port": parts.port or _DEFAULT_PORTS[parts.scheme],
        "anaplan.effect": request.effect,
    }
    with tracer.start_as_current_span(
        request.operation,
        kind=SpanKind.CLIENT,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        recorder = RequestSpan(current, (*request.statuses, *request.empty_statuses))
        try:
            yield recorder
        except Exception as error:  # of a stream, or of the code that reads it
            recorder.on_error(error)
            raise


def _error_type(error: Exception) -> str:
    return str(error.status) if isinstance(error, ApiError) and error.status is not None else type(error).__qualname__


def _tracer() -> Tracer | None:
    if not _is_installed():
        return None
    from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider

    provider = get_tracer_provider()
    return None if isinstance(provider, ProxyTracerProvider) else provider.get_tracer("anaplan")


@cache
def _is_installed() -> bool:
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.trace") is not None
