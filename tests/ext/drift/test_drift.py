"""Forty ways in which a live Anaplan may have changed, each seeded into the responses of the emulator."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from attrs import define

from anaplan_client import alm, integration
from anaplan_client.core import AnaplanError, Request
from anaplan_ext import Client
from anaplan_ext.drift import DriftRecorder, recorder
from anaplan_ext.drift.documents import build_document, load_document
from anaplan_ext.drift.walk import walk
from anaplan_ext.emulator import Emulator, Fault
from generator.__main__ import ROOT
from generator.lint import rules
from generator.spec import document as documents

from .applying import apply

CANARY = "canary-6b1f0e 42"
TYPE, FIELD, ENUM, MISSING, STATUS, MEDIA = (
    "type",
    "unknown field",
    "enum value",
    "missing field",
    "status",
    "media type",
)
TEXT = "a text of 16 characters"  # which the canary is
GONE: Any = object()
Build = Callable[[Emulator], Request[Any]]
Seed = tuple[str, Build, str, Any, tuple[str, str, str]]


def of_model(function: Callable[..., Request[Any]], *ids: str) -> Build:
    return lambda emulator: function(emulator.development_model_id, *ids)


MODELS: Build = lambda emulator: integration.list_models()  # noqa: E731
WORKSPACES: Build = lambda emulator: integration.list_workspaces(tenant_details=True)  # noqa: E731
USER: Build = lambda emulator: integration.get_current_user()  # noqa: E731
FILES, IMPORTS = of_model(integration.list_files), of_model(integration.list_imports)
EXPORTS, LISTS = of_model(integration.list_exports), of_model(integration.list_lists)
MODULES, VIEWS = of_model(integration.list_modules), of_model(integration.list_views)
ITEMS, PROCESSES = of_model(integration.list_line_items), of_model(integration.list_processes)
REVISIONS, SYNCS = of_model(alm.list_revisions), of_model(alm.list_sync_tasks)

# Path, request, the changed place of the response, its new value, and the finding.
SEEDS: list[Seed] = [
    ("/models$", MODELS, "models/0/newField", CANARY, (FIELD, "/models/[]/newField", TEXT)),
    ("/models$", MODELS, "models/0/owner", {"id": CANARY}, (FIELD, "/models/[]/owner", "object")),
    ("/models$", MODELS, "models/0/labels", [CANARY], (FIELD, "/models/[]/labels", "array")),
    ("/models$", MODELS, f"models/0/{CANARY}", 1, (FIELD, "/models/[]/?", "integer")),
    ("/models$", MODELS, "models/0/activeState", "FROZEN", (ENUM, "/models/[]/activeState", "FROZEN")),
    ("/models$", MODELS, "models/0/activeState", CANARY, (ENUM, "/models/[]/activeState", TEXT)),
    ("/models$", MODELS, "models/0/name", GONE, (MISSING, "/models/[]/name", "nothing")),
    ("/models$", MODELS, "models/0/id", 17, (TYPE, "/models/[]/id", "integer")),
    ("/models$", MODELS, "models/0/name", None, (TYPE, "/models/[]/name", "null")),
    ("/models$", MODELS, "models", {}, (TYPE, "/models", "object")),
    ("/models$", MODELS, "meta/paging/more", True, (FIELD, "/meta/paging/more", "boolean")),
    ("/models$", MODELS, "meta/paging/totalSize", "4", (TYPE, "/meta/paging/totalSize", "a text of 1 characters")),
    ("/models$", MODELS, "meta/paging/offset", GONE, (MISSING, "/meta/paging/offset", "nothing")),
    ("/workspaces$", WORKSPACES, "workspaces/0/active", "y", (TYPE, "/workspaces/[]/active", "a text of 1 characters")),
    ("/workspaces$", WORKSPACES, "workspaces/0/region", CANARY, (FIELD, "/workspaces/[]/region", TEXT)),
    ("/workspaces$", WORKSPACES, "workspaces/0/sizeAllowance", 1.5, (TYPE, "/workspaces/[]/sizeAllowance", "number")),
    ("/workspaces$", WORKSPACES, "workspaces/0/id", GONE, (MISSING, "/workspaces/[]/id", "nothing")),
    ("/users/me$", USER, "user/department", CANARY, (FIELD, "/user/department", TEXT)),
    ("/users/me$", USER, "user/email", [CANARY], (TYPE, "/user/email", "array")),
    ("/users/me$", USER, "user/lastLoginDate", CANARY, (TYPE, "/user/lastLoginDate", TEXT)),
    ("/users/me$", USER, "user", GONE, (MISSING, "/user", "nothing")),
    ("/users/me$", USER, "user/active", 1, (TYPE, "/user/active", "integer")),
    ("/files$", FILES, "files/0/chunkCount", "1", (TYPE, "/files/[]/chunkCount", "a text of 1 characters")),
    ("/files$", FILES, "files/0/size", 100, (FIELD, "/files/[]/size", "integer")),
    ("/files$", FILES, "files/0/name", False, (TYPE, "/files/[]/name", "boolean")),
    ("/imports$", IMPORTS, "imports/0/importType", "CUBE_DATA", (ENUM, "/imports/[]/importType", "CUBE_DATA")),
    ("/imports$", IMPORTS, "imports/0/schedule", {"a": {"b": CANARY}}, (FIELD, "/imports/[]/schedule", "object")),
    ("/imports$", IMPORTS, "imports/0", CANARY, (TYPE, "/imports/[]", TEXT)),
    ("/exports$", EXPORTS, "exports/0/layout", "PIVOT", (ENUM, "/exports/[]/layout", "PIVOT")),
    ("/exports$", EXPORTS, "exports/0/id", GONE, (MISSING, "/exports/[]/id", "nothing")),
    ("/lists$", LISTS, "lists/0/color", None, (FIELD, "/lists/[]/color", "null")),
    ("/modules$", MODULES, "modules/0/name", {}, (TYPE, "/modules/[]/name", "object")),
    ("/views$", VIEWS, "views/0/id", GONE, (MISSING, "/views/[]/id", "nothing")),
    ("/lineItems$", ITEMS, "items/0/cellCount", 0.5, (TYPE, "/items/[]/cellCount", "number")),
    ("/processes$", PROCESSES, "processes/0/owner", CANARY, (FIELD, "/processes/[]/owner", TEXT)),
    ("/revisions$", REVISIONS, "revisions/0/createdOn", CANARY, (TYPE, "/revisions/[]/createdOn", TEXT)),
    ("/revisions$", REVISIONS, "revisions/0/tags", [], (FIELD, "/revisions/[]/tags", "array")),
    ("/revisions$", REVISIONS, "status/code", "200", (TYPE, "/status/code", "a text of 3 characters")),
    ("/modules$", MODULES, "modules/0/id", GONE, (MISSING, "/modules/[]/id", "nothing")),
    ("/syncTasks$", SYNCS, "", 418, (STATUS, "", "418, application/json")),
    ("/syncTasks$", SYNCS, "", "application/xml", (MEDIA, "", "application/xml")),
]  # fmt: skip


@define
class Put:
    """Put a value into a response."""

    pointer: str
    value: Any

    def __call__(self, response: Any) -> Any:
        *steps, last = [int(step) if step.isdigit() else step for step in self.pointer.split("/")]
        parent = response
        for step in steps:
            parent = parent[step]
        if self.value is GONE:
            del parent[last]
        else:
            parent[last] = self.value
        return response


def fault(seed: Seed) -> Fault:
    path, _, pointer, value, _ = seed
    if isinstance(value, int) and not pointer:
        return Fault(path=path, method="GET", status=value, message=CANARY)
    if not pointer:
        return Fault(path=path, method="GET", status=200, body=CANARY.encode(), content_type=value)
    return Fault(path=path, method="GET", kind="changed", change=Put(pointer, value))


@pytest.fixture
def observed(emulator: Emulator) -> DriftRecorder:
    return DriftRecorder(sample_rate=1)


def connect(emulator: Emulator, observer: DriftRecorder) -> Client:
    return Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        retry_count=0,
        observer=observer,
    )


@pytest.fixture
def client(emulator: Emulator, observed: DriftRecorder) -> Iterator[Client]:
    with connect(emulator, observed) as client:
        yield client


def send(emulator: Emulator, client: Client, seed: Seed) -> None:
    emulator.inject(fault(seed))
    with suppress(AnaplanError):  # what the client cannot decode is drift too
        client.send(seed[1](emulator))
    emulator.clear_faults()


def expected(seed: Seed) -> tuple[str, str, str]:
    return seed[4]


def test_there_are_forty_seeds() -> None:
    assert len(SEEDS) >= 40


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed[0]} {seed[4][0]} {seed[4][1]}")
def test_a_drift_is_found_and_nothing_else(
    seed: Seed, emulator: Emulator, client: Client, observed: DriftRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "anaplan")
    send(emulator, client, seed)
    report, patch = observed.report(), observed.patch()
    assert [(finding.kind, finding.where, finding.seen) for finding in report.findings] == [expected(seed)]
    assert report.findings[0].count == 1
    texts = [str(report), repr(report), report.to_json(), report.to_markdown(), str(patch), repr(observed), caplog.text]
    assert [text for text in texts if "canary" in text or emulator.password in text] == []


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed[0]} {seed[4][0]} {seed[4][1]}")
def test_after_the_proposed_patch_the_same_responses_conform(
    seed: Seed, emulator: Emulator, client: Client, observed: DriftRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(emulator, client, seed)
    overlays = observed.patch()
    secret_name = CANARY in seed[2] or (seed[3] == CANARY and seed[4][0] == ENUM)
    assert bool(overlays) is not secret_name  # a proposal would show it
    if secret_name:
        return
    ((api, overlay),) = overlays.items()
    unchanged = load_document(api)
    assert unchanged is not None
    changed = build_document(api, apply(unchanged.node, overlay))
    monkeypatch.setattr(recorder, "load_document", lambda name: changed)
    again = DriftRecorder(sample_rate=1)
    with connect(emulator, again) as other:
        send(emulator, other, seed)
    assert again.report().responses > 0
    assert again.report().findings == ()


@pytest.mark.slow
def test_all_drifts_together_make_one_patch_that_the_generator_accepts(
    emulator: Emulator, client: Client, observed: DriftRecorder
) -> None:
    # A person must decide between contradicting types.
    mergeable = [seed for seed in SEEDS if seed[4][0] in (FIELD, ENUM, MISSING, STATUS)]
    for seed in mergeable:
        send(emulator, client, seed)
    for api, overlay in observed.patch().items():
        loaded = documents.load(ROOT / "openapi" / f"anaplan_{api}.yaml", ROOT)
        changed = documents.parse(json.dumps(apply(loaded.source, overlay)), loaded.file)
        assert [str(problem) for problem in rules.check(changed)] == []


def test_clean_traffic_has_none(emulator: Emulator, client: Client, observed: DriftRecorder) -> None:
    client.upload_file(113000000000, "id,amount\n1,10\n2,20\n")
    for action in (112000000000, 116000000000, 118000000000):
        with suppress(AnaplanError):
            client.run_action(action)
    assert client.get_file(116000000000)
    revision = client.alm.create_revision("one", "two")
    production = client.with_model(emulator.production_model_id)
    target = production.alm.get_latest_revision()
    assert target is not None
    pair = (revision.id, emulator.development_model_id, target.id)
    production.alm.create_comparison_summary(*pair)
    production.alm.get_comparison_report(production.alm.create_comparison_report(*pair))
    production.alm.sync_models(*pair)
    with pytest.raises(AnaplanError):
        client.send(integration.get_model("A" * 32))
    outcomes = list(walk(client.send, 5))
    assert len({outcome.operation for outcome in outcomes if outcome.rejection is None}) > 45
    assert observed.report().responses > 150
    assert observed.report().findings == ()
    assert observed.patch() == {}


def test_repeated_drift_is_counted(emulator: Emulator, client: Client, observed: DriftRecorder) -> None:
    for value in ("a", "a longer one"):
        send(emulator, client, ("/users/me$", USER, "user/nickname", value, (FIELD, "", "")))
    (finding,) = observed.report().findings
    assert (finding.count, finding.seen) == (2, "a text of 1 to 12 characters")
    assert finding.spec == "/components/schemas/User/properties/nickname"


def test_the_responses_after_the_first_are_sampled(emulator: Emulator) -> None:
    signed_in = 1
    for sample_rate, examined in ((0, recorder.ALWAYS_EXAMINED), (1, 10)):
        observer = DriftRecorder(sample_rate)
        with Client(
            user_email=emulator.user_email, password=emulator.password, base_url=emulator.url, observer=observer
        ) as client:
            for _ in range(10):
                client.send(integration.get_current_user())
            report = observer.report()
        assert (report.responses, report.examined) == (10 + signed_in, examined + signed_in)


@pytest.mark.parametrize("sample_rate", [-0.1, 1.1])
def test_a_sample_rate_is_a_fraction(sample_rate: float) -> None:
    with pytest.raises(ValueError, match="sample_rate must be between 0 and 1"):
        DriftRecorder(sample_rate)
