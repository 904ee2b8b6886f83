"""What the tests of the runtime share: bounded properties, sample requests, and one way to drive both faces."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest
import respx
from hypothesis import settings

from anaplan_client.core import ErrorContext, Request
from anaplan_client.core.client import ApiClient, AsyncApiClient
from anaplan_client.core.codec.model import JsonModel

HOSTS: Any = {
    "api": "https://api.test",
    "auth": "https://auth.test",
    "audit": "https://audit.test",
    "cloudworks": "https://cloudworks.test",
    "app": "https://app.test",
}

FACES = ["async", "sync"]
PER_MODEL = 10
"""The examples of a property that is asked of hundreds of models, unless a run is exhaustive."""
NO_AUTHORITIES = Path(__file__).parent.parent / "data" / "authorities"
"""A folder of authorities whose only file is empty."""


@pytest.fixture(autouse=True)
def no_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares every client the reading of all certificate authorities: nothing here speaks TLS to anyone."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(NO_AUTHORITIES))


def bounded(examples: int = 100) -> settings:
    """Limit the examples of a property, also to those of the profile (see `tests/conftest.py`)."""
    return settings(max_examples=min(examples, settings.default.max_examples))


def per_model() -> settings:
    """Limit a property of every model to few examples: all models are generated alike, and together they have many."""
    return settings(max_examples=max(PER_MODEL, settings.default.max_examples // 20))


def request(**changes: Any) -> Request[Any]:
    """Return a safe request that keeps the body of its response, which may be empty."""
    known: dict[str, Any] = {
        "operation": "integration.sample",
        "method": "GET",
        "host": "api",
        "path": "/2/0/sample",
        "effect": "safe",
        "role": "Workspace Administrator",
        "decode": bytes,
        "statuses": (200, 201),
        "empty_statuses": (200,),
    }
    return Request(**known | changes)


def exchange(**changes: Any) -> ErrorContext:
    """What is known of a failed request."""
    known: dict[str, Any] = {
        "operation": "integration.sample",
        "method": "GET",
        "url": "https://api.test/2/0/sample",
        "role": "Workspace Administrator",
    }
    return ErrorContext(**known | changes)


@contextmanager
def answering(answer: Callable[[httpx.Request], httpx.Response]) -> Iterator[list[httpx.Request]]:
    """Gives every request of every client to a function instead of the network, and collects the requests."""
    seen: list[httpx.Request] = []

    def remember(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(request)

    router = respx.MockRouter(using="httpx", assert_all_called=False)
    router.route().mock(side_effect=remember)
    with router:
        yield seen


def answers(status: int = 200, **kwargs: Any) -> Callable[[httpx.Request], httpx.Response]:
    """Return a function that sends the same response, with a length or in chunks, to every request."""

    def answer(_: httpx.Request) -> httpx.Response:
        response = httpx.Response(status, **kwargs)
        if "content-length" not in response.headers:
            response.headers.setdefault("transfer-encoding", "chunked")
        return response

    return answer


async def drain(results: AsyncIterator[Any], into: list[Any] | None = None) -> None:
    """Takes everything, also what came before an error."""
    async for result in results:
        if into is not None:
            into.append(result)


class Face:
    """Either API client, awaited: the tests are written once."""

    def __init__(self, kind: str, base_urls: Any = HOSTS, **kwargs: Any) -> None:
        self.client: Any = (AsyncApiClient if kind == "async" else ApiClient)(base_urls, **kwargs)
        self.asynchronous = kind == "async"

    async def send(self, request: Request[Any], **kwargs: Any) -> Any:
        sent = self.client.send(request, **kwargs)
        return await sent if self.asynchronous else sent

    async def stream(self, request: Request[bytes], **kwargs: Any) -> AsyncIterator[bytes]:
        """Yields the pieces; closing it early leaves the context of the stream early."""
        if self.asynchronous:
            async with self.client.stream(request, **kwargs) as pieces:
                async for piece in pieces:
                    yield piece
        else:
            with self.client.stream(request, **kwargs) as pieces:
                for piece in pieces:
                    yield piece

    async def call(self, name: str, request: Request[Any], **kwargs: Any) -> Any:
        """Sends, or streams to the end."""
        if name == "send":
            return await self.send(request, **kwargs)
        pieces: list[bytes] = []
        await drain(self.stream(request, **kwargs), pieces)
        return b"".join(pieces)

    async def close(self) -> None:
        if self.asynchronous:
            await self.client.aclose()
        else:
            self.client.close()


def structure(value: Any) -> Any:
    """A value and all that is in it, undocumented fields too, with the types of all."""
    if isinstance(value, JsonModel):
        content: Any = {item.name: structure(getattr(value, item.name)) for item in attrs.fields(type(value))}
    elif isinstance(value, dict):
        content = {key: structure(entry) for key, entry in value.items()}
    elif isinstance(value, list):
        content = [structure(entry) for entry in value]
    else:
        content = sorted(value) if isinstance(value, frozenset) else repr(value)
    return type(value), content


def subclasses(root: type) -> set[type]:
    """A class and all that derive from it in the same package."""
    package = root.__module__.partition(".")[0]
    found = {root}.union(*(subclasses(child) for child in root.__subclasses__()))
    return {kind for kind in found if kind.__module__.partition(".")[0].removesuffix("_ext") in (package, "anaplan")}
