"""Drifts that begin after many responses as documented, with the default recorder, in both kinds of client."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import Any

import httpx
import pytest
from attrs import frozen

from anaplan_client import alm, integration
from anaplan_client.core import AnaplanError, DecodeError, Observed, Request
from anaplan_client.core.codec import undocumented
from anaplan_ext import AsyncClient, Client
from anaplan_ext.drift import DriftRecorder, Finding

from .test_drift import GONE, SEEDS, Put

CANARY = "canary-6b1f0e 42"
BEFORE = 63
WITHIN = 20
# That an optional field no longer comes is told after it was missing eight times in a row.
UNTIL_GONE = WITHIN + 8
JSON = "application/json"
STATUS = {"code": 200, "message": "Success"}
USER = {"id": "8a81", "email": "ada@example.com", "firstName": "Ada", "lastName": "B", "active": True}
MODEL = {"id": "A1", "name": "P", "activeState": "UNLOCKED", "currentWorkspaceId": "8a", "memoryUsage": 10}
PAGING = {"currentPageSize": 2, "offset": 0, "totalSize": 2}
TASK = {"taskId": "T1", "taskState": "IN_PROGRESS", "creationTime": 1614618651855, "currentStep": "Working."}
RESULT = {"successful": True}
BODIES: dict[str, tuple[Callable[[], Request[Any]], dict[str, Any]]] = {
    "user": (integration.get_current_user, {"meta": {}, "status": STATUS, "user": USER}),
    "models": (
        integration.list_models,
        {"meta": {"paging": PAGING}, "status": STATUS, "models": [{**MODEL}, {**MODEL}]},
    ),
    "task": (lambda: alm.get_sync_task("A1", "T1"), {"meta": {}, "status": STATUS, "task": TASK}),
    # More than 100 kB, which compiled code decodes.
    "many": (
        integration.list_models,
        {"meta": {"paging": PAGING}, "status": STATUS, "models": [{**MODEL} for _ in range(1200)]},
    ),
}
DONE = {**TASK, "taskState": "COMPLETE", "result": RESULT}
FIELD, ENUM, TYPE, MISSING, MEDIA, STATED = (
    "unknown field",
    "enum value",
    "type",
    "missing field",
    "media type",
    "status",
)
ENDING, LEFT = "deprecation", "field gone"


@frozen
class Drift:
    """What changes after a while: the body, the headers or the status, and the finding."""

    name: str
    body: str
    finding: tuple[str, str, str]
    put: Sequence[tuple[str, Any]] = ()
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    content: bytes | None = None
    times: int = 0

    @property
    def responses(self) -> int:
        """The number of responses that drift."""
        return self.times or (UNTIL_GONE if self.finding[0] == LEFT else WITHIN)


def text(value: str) -> str:
    return f"a text of {len(value)} characters"


ONCE = [
    # In one single response.
    Drift("field of a task's last answer", "task", (FIELD, "/task/result/rows", "integer"),
          [("task", {**DONE, "result": {**RESULT, "rows": 5}})], times=1),
    Drift("field beside a task's result", "task", (FIELD, "/task/endedBy", text(CANARY)),
          [("task", {**DONE, "endedBy": CANARY})], times=1),
    Drift("object of a task's error", "task", (FIELD, "/task/result/error/cause", "object"),
          [("task", {**DONE, "result": {"successful": False, "error": {"cause": {"a": CANARY}}}})], times=1),
    Drift("state of a task", "task", (ENUM, "/task/taskState", "PAUSED"), [("task/taskState", "PAUSED")], times=1),
    Drift("state that may be data", "task", (ENUM, "/task/taskState", text(CANARY)), [("task/taskState", CANARY)],
          times=1),
    Drift("field of the envelope", "user", (FIELD, "/warnings", "array"), [("warnings", [CANARY])], times=1),
    Drift("field of the metadata", "user", (FIELD, "/meta/trace", text(CANARY)), [("meta/trace", CANARY)], times=1),
    Drift("field of one entry", "models", (FIELD, "/models/[]/region", "null"), [("models/1/region", None)], times=1),
    Drift("hidden name of a field", "user", (FIELD, "/user/?", "integer"), [(f"user/{CANARY}", 1)], times=1),
    Drift("value in one entry", "models", (ENUM, "/models/[]/activeState", "FROZEN"),
          [("models/1/activeState", "FROZEN")], times=1),
    Drift("field of one of many entries", "many", (FIELD, "/models/[]/region", text(CANARY)),
          [("models/777/region", CANARY)], times=1),
    Drift("value in one of many entries", "many", (ENUM, "/models/[]/activeState", "FROZEN"),
          [("models/777/activeState", "FROZEN")], times=1),
    Drift("required field missing", "user", (MISSING, "/user", "nothing"), [("user", GONE)], times=1),
    Drift("required id missing", "models", (MISSING, "/models/[]/id", "nothing"), [("models/0/id", GONE)], times=1),
    Drift("required field null", "models", (TYPE, "/models/[]/name", "null"), [("models/0/name", None)], times=1),
    Drift("object for a text", "user", (TYPE, "/user/email", "object"), [("user/email", {"a": CANARY})], times=1),
    Drift("text for an array", "models", (TYPE, "/models", text(CANARY)), [("models", CANARY)], times=1),
    Drift("not a moment", "task", (TYPE, "/task/creationTime", text(CANARY)), [("task/creationTime", CANARY)], times=1),
    Drift("not JSON", "user", (TYPE, "", "not JSON"), content=CANARY.encode(), times=1),
    Drift("another media type", "user", (MEDIA, "", "text/html"), headers=(("content-type", "text/html"),),
          content=b"x", times=1),
    Drift("another status", "user", (STATED, "", f"418, {JSON}"), status=418,
          content=json.dumps({"status": {"code": 418, "message": CANARY}}).encode(), times=1),
]  # fmt: skip
LATER = [
    # From then on, in every response.
    Drift("number for a text", "user", (TYPE, "/user/firstName", "integer"), [("user/firstName", 7)]),
    Drift("text for a number", "models", (TYPE, "/models/[]/memoryUsage", text("10")),
          [("models/0/memoryUsage", "10"), ("models/1/memoryUsage", "10")]),
    Drift("fraction for an integer", "models", (TYPE, "/meta/paging/offset", "number"), [("meta/paging/offset", 0.5)]),
    Drift("text for a boolean", "user", (TYPE, "/user/active", text("true")), [("user/active", "true")]),
    Drift("number as text in a page", "models", (TYPE, "/meta/paging/totalSize", text("2")),
          [("meta/paging/totalSize", "2")]),
    Drift("text for a status code", "task", (TYPE, "/status/code", text("200")), [("status/code", "200")]),
    Drift("text field left out", "user", (LEFT, "/user/lastName", "nothing"), [("user/lastName", GONE)]),
    Drift("field left out in all entries", "models", (LEFT, "/models/[]/memoryUsage", "nothing"),
          [("models/0/memoryUsage", GONE), ("models/1/memoryUsage", GONE)]),
    Drift("field left out of a task", "task", (LEFT, "/task/currentStep", "nothing"), [("task/currentStep", GONE)]),
    Drift("object left out", "user", (LEFT, "/meta", "nothing"), [("meta", GONE)]),
    Drift("another form of JSON", "user", (MEDIA, "", "application/hal+json"),
          headers=(("content-type", "application/hal+json"),)),
    Drift("deprecation", "user", (ENDING, "", "Deprecation: true"), headers=(("Deprecation", "true"),)),
    Drift("deprecation at a date", "user", (ENDING, "", "Deprecation: 2030-01-01"),
          headers=(("Deprecation", "@1893456000"),)),
    Drift("deprecation at an HTTP date", "task", (ENDING, "", "Deprecation: 2018-11-11"),
          headers=(("Deprecation", "Sun, 11 Nov 2018 23:59:59 GMT"),)),
    Drift("end", "models", (ENDING, "", "Sunset: 2030-11-11"), headers=(("Sunset", "Mon, 11 Nov 2030 23:59:59 GMT"),)),
    Drift("end without a date", "models", (ENDING, "", "Sunset: without a date"), headers=(("Sunset", CANARY),)),
    Drift("warning", "user", (ENDING, "", "Warning: 299"), headers=(("Warning", f'299 - "{CANARY}"'),)),
    Drift("warning with a date", "user", (ENDING, "", "Warning: 299, 2030-11-11"),
          headers=(("Warning", f'299 - "{CANARY}" "Mon, 11 Nov 2030 23:59:59 GMT"'),)),
    Drift("link to a successor", "user", (ENDING, "", "Link: successor-version"),
          headers=(("Link", f'<https://x/{CANARY}>; rel="successor-version"'),)),
    Drift("link about a deprecation", "user", (ENDING, "", "Link: deprecation"),
          headers=(("Link", f'<https://x/{CANARY}>; rel="deprecation"; type="text/html"'),)),
]  # fmt: skip
DRIFTS = [*ONCE, *LATER]


class Server:
    """Answers as documented for a while, and then not."""

    def __init__(self, drift: Drift) -> None:
        self.drift, self.sent = drift, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        body = deepcopy(BODIES[self.drift.body][1])
        if self.sent <= BEFORE:
            return httpx.Response(200, json=body)
        for place, value in self.drift.put:
            body = Put(place, value)(body)
        content = json.dumps(body).encode() if self.drift.content is None else self.drift.content
        return httpx.Response(
            self.drift.status, headers={"content-type": JSON} | dict(self.drift.headers), content=content
        )


def observe(drift: Drift) -> DriftRecorder:
    server, recorder = Server(drift), DriftRecorder()
    transport = httpx.MockTransport(server)
    with Client(token="t", base_url="http://x.test", http_client=httpx.Client(transport=transport), retry_count=0,
                observer=recorder) as client:  # fmt: skip
        for _ in range(BEFORE + drift.responses):
            send(client, drift)
    return recorder


def send(client: Client, drift: Drift) -> None:
    with suppress(AnaplanError):  # what cannot be decoded is drift too
        client.send(BODIES[drift.body][0]())


async def observe_async(drift: Drift) -> DriftRecorder:
    server, recorder = Server(drift), DriftRecorder()
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(server))
    async with AsyncClient(
        token="t", base_url="http://x.test", http_client=http_client, retry_count=0, observer=recorder
    ) as client:
        for _ in range(BEFORE + drift.responses):
            with suppress(AnaplanError):
                await client.send(BODIES[drift.body][0]())
    return recorder


def told(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.kind, finding.where, finding.seen) for finding in findings]


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.name)
def test_a_later_drift_is_found_and_nothing_else(drift: Drift) -> None:
    recorder = observe(drift)
    report = recorder.report()
    assert told(report.findings) == [drift.finding]
    assert report.responses == BEFORE + drift.responses
    # The sampling stays a sampling.
    assert report.examined <= 3 + max(drift.responses, 3)
    shown = [str(report), repr(report), report.to_json(), report.to_markdown(), str(recorder.patch()), repr(recorder)]
    assert [text for text in shown if "canary" in text] == []


@pytest.mark.parametrize("drift", [*ONCE[:5], *LATER[:4], *LATER[10:12]], ids=lambda drift: drift.name)
def test_an_asynchronous_client_finds_the_same(drift: Drift) -> None:
    assert told(asyncio.run(observe_async(drift)).report().findings) == [drift.finding]


def test_there_are_enough_drifts() -> None:
    assert len({drift.name for drift in DRIFTS}) == len(DRIFTS)
    assert len(DRIFTS) + len(SEEDS) >= 60


@pytest.mark.parametrize("body", BODIES)
def test_many_documented_responses_have_none(body: str) -> None:
    recorder = observe(Drift("none", body, ("", "", ""), times=100))
    assert recorder.report().findings == ()
    assert recorder.report().examined == 3


def test_an_optional_field_that_comes_and_goes_is_no_drift() -> None:
    # As the steps of a task: often with one, then without and with one in turn.
    recorder = DriftRecorder()
    documented = BODIES["task"][1]
    without = Put("task/currentStep", GONE)(deepcopy(documented))
    request = alm.get_sync_task("A1", "T1")
    for index in range(400):
        body = without if index > BEFORE and index % 2 else documented
        recorder(Observed(request, 200, {"content-type": JSON}, json.dumps(body).encode()))
    assert recorder.report().findings == ()


def test_a_drift_in_every_response_is_not_examined_each_time() -> None:
    recorder = DriftRecorder()
    drift = Drift("in all", "user", (FIELD, "/user/region", "integer"), [("user/region", 1)], times=400)
    recorder = observe(drift)
    assert told(recorder.report().findings) == [drift.finding]
    assert recorder.report().examined <= 5


def test_what_is_undocumented_is_collected_only_on_demand_and_cannot_be_read() -> None:
    body = {**BODIES["user"][1], "canary": 1}
    decode = integration.get_current_user().decode
    content = json.dumps(body).encode()
    decode(content)
    found = undocumented.start()
    decode(content)
    undocumented.stop()
    assert [type(each) for each in found] == [int]
    decode(json.dumps({**body, "other": 1}).encode())
    assert len(found) == 1


def test_an_observer_gets_what_decoding_met() -> None:
    seen: list[Observed] = []
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b"{", headers={"content-type": JSON}))
    http_client = httpx.Client(transport=transport)
    client = Client(token="t", base_url="http://x.test", http_client=http_client, observer=seen.append)
    with client, pytest.raises(DecodeError):
        client.send(integration.get_current_user())
    assert [len(observed.undocumented) for observed in seen] == [1]
