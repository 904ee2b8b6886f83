"""A running emulator and a signed-in plain HTTP client for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from anaplan_ext.emulator import Emulator
from anaplan_ext.emulator.pytest_plugin import anaplan_emulator as anaplan_emulator
from anaplan_ext.emulator.pytest_plugin import anaplan_tenant as anaplan_tenant

LOCALE = {"localeName": "en_US"}
JSON = {"Content-Type": "application/json"}
BINARY = {"Content-Type": "application/octet-stream"}
GZIP = {"Content-Type": "application/x-gzip"}


_clients: list[httpx.Client] = []


class Api:
    """A thin client: JSON in, response out, paths relative to `/2/0`."""

    def __init__(self, emulator: Emulator, email: str | None = None, password: str | None = None) -> None:
        self.http = httpx.Client(base_url=emulator.url, timeout=20)
        _clients.append(self.http)
        credentials = (email or emulator.user_email, password or emulator.password)
        response = self.http.post("/token/authenticate", auth=credentials)
        assert response.status_code == 201, response.text
        self.token: str = response.json()["tokenInfo"]["tokenValue"]
        self.http.headers["Authorization"] = f"AnaplanAuthToken {self.token}"
        self.dev = f"/models/{emulator.development_model_id}"
        self.prod = f"/models/{emulator.production_model_id}"

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.http.get("/2/0" + path, **kwargs)

    def post(self, path: str, json: Any = None, **kwargs: Any) -> httpx.Response:
        return self.http.post("/2/0" + path, json=json, **kwargs)

    def put(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.http.put("/2/0" + path, **kwargs)

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete("/2/0" + path)

    def upload(self, model: str, content: bytes, file: str = "113000000000") -> None:
        assert self.put(f"{model}/files/{file}", content=content, headers=BINARY).status_code == 204

    def run(self, model: str, action: str) -> tuple[str, dict[str, Any]]:
        """Start a task, poll until it is finished, and return its path and the task."""
        started = self.post(f"{model}/{action}/tasks", LOCALE)
        assert started.status_code == 200, started.text
        return self.finish(f"{model}/{action}/tasks/{started.json()['task']['taskId']}")

    def finish(self, path: str) -> tuple[str, dict[str, Any]]:
        while True:
            task: dict[str, Any] = self.get(path).json()["task"]
            if task["taskState"] not in ("NOT_STARTED", "IN_PROGRESS", "CANCELLING"):
                return path, task


def message(response: httpx.Response) -> tuple[int, str]:
    """Check the envelope of an error and return its status and message."""
    body = response.json()
    assert set(body) == {"status", "path", "timestamp"}
    assert body["status"]["code"] == response.status_code
    assert body["path"] == response.request.url.raw_path.decode().partition("?")[0]
    assert body["timestamp"].endswith("Z")
    return response.status_code, body["status"]["message"]


@pytest.fixture(autouse=True)
def close_clients() -> Iterator[None]:
    yield
    while _clients:
        _clients.pop().close()


@pytest.fixture
def api(emulator: Emulator) -> Api:
    return Api(emulator)


@pytest.fixture
def reader(emulator: Emulator) -> Api:
    """Sign in as a user who is not a workspace administrator."""
    return Api(emulator, "sam@example.com", "password")
