"""OpenTelemetry spans: one for each request, and none without the package or without a provider."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from attrs import evolve
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from anaplan_client import integration
from anaplan_ext import AsyncClient, Client, ConnectError, RetryPolicy, ServerError
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transport import telemetry

from ...core.support import FACES, request

every_face = pytest.mark.parametrize("kind", FACES)


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", lambda: provider.get_tracer("anaplan"))
    yield exporter
    provider.shutdown()


async def use(kind: str, emulator: Emulator, call: Any) -> Any:
    """Makes a client of either face, and calls it."""
    options: dict[str, Any] = {"user_email": emulator.user_email, "password": emulator.password}
    options |= {"base_url": emulator.url, "retry_policy": RetryPolicy(base_delay=0)}
    if kind == "async":
        async with AsyncClient(None, emulator.development_model_id, **options) as client:
            return await call(client)
    with Client(None, emulator.development_model_id, **options) as client:
        return call(client)


def ask(client: Any) -> Any:
    return client.send(integration.get_current_user())


def named(exporter: InMemorySpanExporter, name: str) -> ReadableSpan:
    (span,) = [span for span in exporter.get_finished_spans() if span.name == name]
    return span


@every_face
async def test_a_request_has_one_span_by_the_http_conventions(
    kind: str, emulator: Emulator, exporter: InMemorySpanExporter
) -> None:
    emulator.inject(Fault(path="/users/me"))
    await use(kind, emulator, ask)
    span = named(exporter, "integration.get_current_user")
    address = urlsplit(emulator.url)
    assert (span.kind, span.status.status_code) == (SpanKind.CLIENT, StatusCode.UNSET)
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "url.full": f"{emulator.url}/2/0/users/me",
        "server.address": address.hostname,
        "server.port": address.port,
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
        "anaplan.effect": "safe",
    }
    assert [(event.name, dict(event.attributes or {})) for event in span.events] == [
        ("retry", {"error.type": "503", "anaplan.retry.delay": 0.0})
    ]
    # Signing in is part of the request that waits for it.
    sign_in = named(exporter, "authentication.create_token")
    assert sign_in.parent is not None
    assert span.context is not None
    assert sign_in.parent.span_id == span.context.span_id
    assert "http.request.resend_count" not in (sign_in.attributes or {})


@every_face
async def test_the_span_of_a_rejected_request_has_its_status(
    kind: str, emulator: Emulator, exporter: InMemorySpanExporter
) -> None:
    emulator.inject(Fault(path="/users/me", times=None))
    with pytest.raises(ServerError):
        await use(kind, emulator, ask)
    span = named(exporter, "integration.get_current_user")
    attributes = dict(span.attributes or {})
    assert span.status.status_code is StatusCode.ERROR
    assert [event.name for event in span.events] == ["retry", "retry"]
    assert (attributes["http.response.status_code"], attributes["error.type"]) == (503, "503")
    assert attributes["http.request.resend_count"] == 2


def test_the_span_of_a_request_without_a_response_names_the_error(exporter: InMemorySpanExporter) -> None:
    with Client(token="t", base_url="http://127.0.0.1:9", retry_count=0) as client, pytest.raises(ConnectError):
        ask(client)
    attributes = dict(named(exporter, "integration.get_current_user").attributes or {})
    assert attributes["error.type"] == "ConnectError"
    assert "http.response.status_code" not in attributes


@pytest.mark.parametrize(
    ("url", "full", "address", "port"),
    [
        ("https://api.anaplan.com/2/0", "https://api.anaplan.com/2/0", "api.anaplan.com", 443),
        ("http://gateway/2/0", "http://gateway/2/0", "gateway", 80),
        ("https://ada:secret@gateway:8443/x", "https://gateway:8443/x", "gateway", 8443),
    ],
)
def test_a_url_has_neither_query_nor_password(
    url: str, full: str, address: str, port: int, exporter: InMemorySpanExporter
) -> None:
    class Urls:
        def url(self, request: object) -> str:
            return url

    with telemetry.span(evolve(request(), params={"q": "secret"}), Urls()):
        pass
    (span,) = exporter.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert [attributes[name] for name in ("url.full", "server.address", "server.port")] == [full, address, port]
    assert "secret" not in span.to_json()


@every_face
async def test_a_span_nests_in_that_of_the_caller(
    kind: str, emulator: Emulator, exporter: InMemorySpanExporter
) -> None:
    with telemetry._tracer().start_as_current_span("load") as outer:  # type: ignore[union-attr]
        await use(kind, emulator, ask)
    span = named(exporter, "integration.get_current_user")
    assert span.parent is not None
    assert span.parent.span_id == outer.get_span_context().span_id
    assert trace.get_current_span() is trace.INVALID_SPAN


async def test_a_stream_has_a_span_until_it_is_read(emulator: Emulator, exporter: InMemorySpanExporter) -> None:
    async with AsyncClient(
        None,
        emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
    ) as client:
        await client.upload_file(113000000000, b"content")
        download = integration.download_file(emulator.development_model_id, "113000000000")
        async with client.stream(download) as pieces:
            assert "integration.download_file" not in [span.name for span in exporter.get_finished_spans()]
            assert b"".join([piece async for piece in pieces]) == b"content"
    assert named(exporter, "integration.download_file").events == ()


async def test_an_error_of_the_code_that_reads_a_stream_is_recorded_without_its_text(
    emulator: Emulator, exporter: InMemorySpanExporter
) -> None:
    async with AsyncClient(**emulator.client_arguments) as client:
        await client.upload_file(113000000000, b"content")
        with pytest.raises(KeyError):
            async with client.stream(integration.download_file(emulator.development_model_id, "113000000000")):
                raise KeyError("canary")
    span = named(exporter, "integration.download_file")
    assert (span.attributes or {})["error.type"] == "KeyError"
    assert (span.status.status_code, span.status.description, span.events) == (trace.StatusCode.ERROR, "KeyError", ())


def test_without_the_package_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    telemetry._is_installed.cache_clear()
    monkeypatch.setattr(telemetry, "find_spec", lambda name: None)
    try:
        with Client(token="t") as client, telemetry.span(request(), client._session._api) as span:
            assert span is None
    finally:
        telemetry._is_installed.cache_clear()


def test_without_a_provider_nothing_is_recorded() -> None:
    with Client(token="t") as client, telemetry.span(request(), client._session._api) as span:
        assert span is None


def test_nothing_is_imported_before_the_first_request() -> None:
    code = "import sys, anaplan_ext; anaplan_ext.Client(token='t').close(); print('opentelemetry' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
