"""OpenTelemetry spans, where the extra `telemetry` is installed; otherwise nothing is done and nothing imported."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from anaplan_client.core import Request

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

T = TypeVar("T")

_NOTHING = nullcontext()


def span(request: Request[T]) -> AbstractContextManager[object]:
    """The span of a request with all its tries; the current one inside of the context, so that others nest in it."""
    tracer = _tracer()
    if tracer is None:
        return _NOTHING
    from opentelemetry.trace import SpanKind

    attributes = {"http.request.method": request.method, "url.path": request.path, "anaplan.effect": request.effect}
    return tracer.start_as_current_span(request.operation, kind=SpanKind.CLIENT, attributes=attributes)


def event(name: str, attributes: Mapping[str, str | int | float]) -> None:
    """Notes something on the current span."""
    if _tracer() is not None:
        from opentelemetry.trace import get_current_span

        get_current_span().add_event(name, attributes)


@cache
def _tracer() -> Tracer | None:
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
        return None
    from opentelemetry.trace import get_tracer

    return get_tracer("anaplan")
