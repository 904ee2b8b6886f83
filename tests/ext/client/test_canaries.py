"""No secret is in any text: a table of every operation, every way in which a response can come, and every place.

The secrets are planted by the specifications: the token, the credentials of an operation, all that is sent, all that a
sensitive operation receives, and each field whose format is `password`.
"""

import gzip
import json
import pickle
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from operator import methodcaller
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define, field
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from anaplan_client.core import AnaplanError, ApiError, Observed, Request, TransportError
from anaplan_ext import AsyncClient, AuditCursor, Client, RetryPolicy, UserRow
from anaplan_ext.drift import DriftRecorder
from anaplan_ext.transport import telemetry

from ...core.specification import MULTIPART, Operation, Specification, json_media, operations
from ...core.support import FACES

ROOT = Path(__file__).resolve().parents[3]
OWN_CODE = tuple(str(ROOT / package) for package in ("anaplan_client", "anaplan_ext"))
TOKEN = "canary-token-5ea1"
CREDENTIALS = "canary-credentials-5ea1"
PASSWORD = "canary-password-5ea1"
SENT = "canary-sent-5ea1"
RECEIVED = "canary-received-5ea1"
NEVER_SHOWN = (TOKEN, CREDENTIALS, PASSWORD, SENT)
OPERATIONS = operations()


# What is sent and received


def plant(where: Specification, schema: dict[str, Any], value: Any, canary: str) -> Any:
    """Return JSON with a canary in place of each free text and of each password."""
    schema = where.resolve(where.choose(schema, value))
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {key: plant(where, known.get(key, {}), item, canary) for key, item in value.items()}
    if isinstance(value, list):
        return [plant(where, schema.get("items", {}), item, canary) for item in value]
    if not isinstance(value, str) or "enum" in schema or schema.get("format") not in (None, "password"):
        return value
    return PASSWORD if "format" in schema else canary


def build_requests(operation: Operation) -> Iterator[Request[Any]]:
    """Yield a request with secrets for each documented body of an operation."""
    arguments = operation.arguments(optional=True)
    arguments |= {"authorization": f"Basic {CREDENTIALS}"} if operation.signed_by_itself else {}
    if not operation.body or not operation.body_required:
        yield operation.function(**arguments)
    for media in operation.body:
        if media == json_media(operation.body):
            schema = operation.body[media]["schema"]
            for example in operation.body_examples():
                planted = plant(operation.specification, schema, example, SENT)
                yield operation.function(**arguments, body=operation.specification.build(schema, planted))
        else:
            name = "file" if media == MULTIPART else "body"
            kind = {"content_type": media} if len(operation.body) > 1 else {}
            yield operation.function(**arguments, **{name: SENT.encode()}, **kind)


def success(operation: Operation) -> bytes:
    """Return the content of a success with secrets."""
    if operation.answer_schema is None:
        return RECEIVED.encode() if operation.answer else b""
    example = next(operation.answer_examples())
    return json.dumps(plant(operation.specification, operation.answer_schema, example, RECEIVED)).encode()


class Truncated(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Content whose connection is lost."""

    def __iter__(self) -> Iterator[bytes]:
        yield RECEIVED.encode()
        raise httpx.ReadError("connection reset")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield RECEIVED.encode()
        raise httpx.ReadError("connection reset")


class Damaged(Truncated):
    """Compressed content whose end is missing."""

    def __iter__(self) -> Iterator[bytes]:
        yield gzip.compress(RECEIVED.encode())[:-4]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield gzip.compress(RECEIVED.encode())[:-4]


def respond(status: int, value: Any) -> Callable[[int, bytes], httpx.Response]:
    return lambda _, __: httpx.Response(status, json=value, headers={"X-Request-Id": "r"})


def lose_connection(status: int, content: bytes) -> httpx.Response:
    raise httpx.ConnectError("connection refused")


JSON = {"Content-Type": "application/json"}
SECRETS = {"access_token": PASSWORD, "data": [RECEIVED], RECEIVED: 1}
RESPONSES: dict[str, Callable[[int, bytes], httpx.Response]] = {
    "success": lambda status, content: httpx.Response(status, content=content),
    "another type": lambda status, _: httpx.Response(status, json=[RECEIVED]),
    "other types of fields": lambda status, content: httpx.Response(status, json=swap_types(parse(content))),
    "text": lambda status, _: httpx.Response(status, text=f"{RECEIVED} {PASSWORD}"),
    "text as JSON": lambda status, _: httpx.Response(status, content=f"{RECEIVED} {PASSWORD}", headers=JSON),
    "web page": lambda status, _: httpx.Response(status, html=f"<html><title>{RECEIVED}</title>"),
    "undocumented status": lambda _, content: httpx.Response(299, content=content, headers=JSON),
    "fields of a rejection": lambda status, _: httpx.Response(status, json={"error": RECEIVED, "message": RECEIVED}),
    "its fields and status": lambda _, __: httpx.Response(299, json={"error": RECEIVED, "message": RECEIVED}),
    "rejection": respond(400, {"status": {"code": 400, "message": "Not valid"}} | SECRETS),
    "not authorized": respond(401, {"status": "FAILURE_BAD_CREDENTIAL", "statusMessage": "wrong"} | SECRETS),
    "server error": respond(500, SECRETS),
    "truncated": lambda status, _: httpx.Response(status, stream=Truncated(), headers={"Content-Length": "9999"}),
    "damaged": lambda status, _: httpx.Response(status, stream=Damaged(), headers={"Content-Encoding": "gzip"}),
    "no connection": lose_connection,
}


def parse(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode()


def swap_types(value: Any) -> Any:
    """Return JSON with an object for each text, and a text for each number."""
    if isinstance(value, dict):
        return {key: swap_types(item) for key, item in value.items()}
    if isinstance(value, list):
        return [swap_types(item) for item in value]
    return {RECEIVED: 1} if isinstance(value, str) else RECEIVED


# Where text goes


@define
class Shown:
    """What a call shows, by place."""

    log: pytest.LogCaptureFixture
    spans: InMemorySpanExporter
    drift: DriftRecorder = field(factory=DriftRecorder)
    observed: list[Observed] = field(factory=list[Observed])
    hooked: list[str] = field(factory=list[str])
    error: Exception | None = None
    result: object = None

    def observe(self, observed: Observed) -> None:
        self.observed.append(observed)
        self.drift(observed)

    def errors(self) -> Iterator[BaseException]:
        error: BaseException | None = self.error
        while error is not None:
            yield error
            error = error.__cause__ or error.__context__


def show_variables(shown: Shown) -> str:
    """Return the variables of our own frames, which some tools write into their reports."""
    frames = [frame for error in shown.errors() for frame, _ in traceback.walk_tb(error.__traceback__)]
    own = [frame for frame in frames if frame.f_code.co_filename.startswith(OWN_CODE)]
    return "".join(f"{name}={value!r}" for frame in own for name, value in frame.f_locals.items())


Place = Callable[[Shown], object]
PLACES: dict[str, Place] = {
    "log": lambda shown: [(record.getMessage(), vars(record)) for record in shown.log.records],
    "spans": lambda shown: [span.to_json() for span in shown.spans.get_finished_spans()],
    "drift": lambda shown: (str(shown.drift.report()), shown.drift.report(), shown.drift.patch()),
    "observer": lambda shown: [(one, one.request) for one in shown.observed],
    "hooks": lambda shown: shown.hooked,
}
"""Places that show neither what is sent nor what is received."""
ERROR_PLACES: dict[str, Place] = {
    "text": lambda shown: [(str(error), error, error.args) for error in shown.errors()],
    "traceback": lambda shown: traceback.format_exception(shown.error) if shown.error else "",
    "variables": show_variables,
    "attributes": lambda shown: [vars(error) for error in shown.errors()],
    "pickle": lambda shown: pickle.dumps(shown.error) if isinstance(shown.error, AnaplanError) else "",
}
"""Places that quote what is received, unless the operation is sensitive."""
SENSITIVE_PLACES: dict[str, Place] = {
    "content for an observer": lambda shown: [(one.content, one.request.content) for one in shown.observed],
    "token for an observer": lambda shown: [one.request.authorization for one in shown.observed],
    "body of an error": lambda shown: shown.error.context.body if isinstance(shown.error, ApiError) else "",
}
RESULT_PLACES: dict[str, Place] = {
    "result": lambda shown: (str(shown.result), shown.result) if hasattr(shown.result, "to_dict") else "",
    "result in a notebook": lambda shown: getattr(shown.result, "_repr_html_", str)(),
}


def find_leaks(shown: Shown, *, sensitive: bool) -> list[tuple[str, str]]:
    """Return each place that shows a secret, with the secret."""
    rules = [
        (PLACES, (*NEVER_SHOWN, RECEIVED)),
        (ERROR_PLACES, (TOKEN, CREDENTIALS, SENT, *((PASSWORD, RECEIVED) if sensitive else ()))),
        (SENSITIVE_PLACES if sensitive else {}, (*NEVER_SHOWN, RECEIVED)),
        (RESULT_PLACES, NEVER_SHOWN),
    ]
    texts = [(name, repr(show(shown)), secrets) for places, secrets in rules for name, show in places.items()]
    return [(name, secret) for name, text, secrets in texts if "canary" in text for secret in secrets if secret in text]


# The table


Use = Callable[[Any], Any]
"""What is done with a client."""


async def settle(result: Any) -> Any:
    """Await what is to be awaited, and read what is to be read."""
    if isinstance(result, Awaitable):
        return await result
    if hasattr(result, "__aiter__"):
        return [entry async for entry in result]
    if hasattr(result, "__aenter__"):
        async with result as pieces:
            return await settle(pieces)
    if hasattr(result, "__enter__"):
        with result as pieces:
            return await settle(pieces)
    return list(result) if isinstance(result, Iterator) else result


async def run(kind: str, shown: Shown, use: Use, response: Callable[[], httpx.Response]) -> None:
    """Use a client, and collect all that this shows."""

    def on_hook(message: httpx.Request | httpx.Response) -> None:
        shown.hooked.append(f"{message}{message!r}{message.headers!r}")

    async def on_hook_async(message: httpx.Request | httpx.Response) -> None:
        on_hook(message)

    hook = on_hook_async if kind == "async" else on_hook
    options: Any = {
        "transport": httpx.MockTransport(lambda _: response()),
        "event_hooks": {"request": [hook], "response": [hook]},
    }
    arguments: Any = {
        "token": TOKEN,
        "base_url": "https://api.test",
        "observer": shown.observe,
        "retry_policy": RetryPolicy(count=1, base_delay=0),
    }
    try:
        if kind == "async":
            async with (
                httpx.AsyncClient(**options) as async_http,
                AsyncClient(http_client=async_http, **arguments) as async_client,
            ):
                shown.result = await settle(use(async_client))
        else:
            with httpx.Client(**options) as http, Client(http_client=http, **arguments) as client:
                shown.result = await settle(use(client))
    except AnaplanError as error:
        shown.error = error


@pytest.fixture
def shown(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Shown]]:
    """Return a function that starts anew."""
    caplog.set_level(1)
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(telemetry, "_tracer", lambda: provider.get_tracer("anaplan"))

    def start() -> Shown:
        caplog.clear()
        spans.clear()
        return Shown(caplog, spans)

    yield start
    provider.shutdown()


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=repr)
async def test_no_secret_of_an_operation_is_shown(operation: Operation, kind: str, shown: Callable[[], Shown]) -> None:
    content = success(operation)
    leaks: list[object] = []
    for request in build_requests(operation):
        assert "canary" not in f"{request}{request!r}"
        status = (*request.statuses, *request.empty_statuses)[0]
        uses: list[Use] = [methodcaller("send", request)]
        if content and operation.answer_schema is None:
            uses.append(methodcaller("stream", request))
        for use, (name, respond) in product(uses, RESPONSES.items()):
            seen = shown()
            await run(kind, seen, use, partial(respond, status, content))
            assert seen.spans.get_finished_spans()
            leaks += [(name, *leak) for leak in find_leaks(seen, sensitive=request.sensitive)]
    assert leaks == []


SINCE = datetime.now(UTC) - timedelta(days=1)
ROW = UserRow(username=f"{SENT}@x.y", first_name=SENT, last_name=SENT, licenses=(SENT,))
METHODS: dict[str, tuple[str, Use]] = {
    "audit.iter_events": ("audit.list_events", lambda client: client.audit.iter_events(SINCE)),
    "audit.search": ("audit.search_events", lambda client: client.audit.iter_events(SINCE, search=True)),
    "audit.read": ("audit.list_events", lambda client: client.audit.read(AuditCursor.start(SINCE))),
    "audit.iter_cef": ("audit.download_events", lambda client: client.audit.iter_cef(SINCE)),
    "administration.export_users": (
        "administration.export_users",
        lambda client: client.administration.export_users(),
    ),
    "administration.import_users": (
        "administration.import_users",
        lambda client: client.administration.import_users([ROW]),
    ),
}
"""Methods that decode the content of a sensitive operation themselves, with the operation."""
OPEN_VARIABLES = [("variables", SENT), ("variables", RECEIVED)]
"""The variables of a method are the rows and events themselves. These hide only their passwords."""


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("method", METHODS)
async def test_no_secret_of_a_method_is_shown(method: str, kind: str, shown: Callable[[], Shown]) -> None:
    name, use = METHODS[method]
    content = success(next(operation for operation in OPERATIONS if repr(operation) == name))
    leaks: list[object] = []
    for name, respond in RESPONSES.items():
        seen = shown()
        await run(kind, seen, use, partial(respond, 200, content))
        assert seen.observed or isinstance(seen.error, TransportError)
        leaks += [(name, *leak) for leak in find_leaks(seen, sensitive=True) if leak not in OPEN_VARIABLES]
    assert leaks == []


def test_an_operation_with_a_password_is_sensitive() -> None:
    """Otherwise errors, observers and drift would show it."""
    open_ones = [
        operation
        for operation in OPERATIONS
        if not operation.node.get("x-anaplan-sensitive") and has_password(operation)
    ]
    assert open_ones == []
    assert any(map(has_password, OPERATIONS))


def has_password(operation: Operation) -> bool:
    roots = [operation.answer_schema, operation.json_body.get("schema")]
    roots += [media.get("schema") for media in operation.body.values()]
    schemas = operation.specification.schemas
    return any('"format": "password"' in json.dumps(schemas[name]) for name in operation.specification.reached(roots))
