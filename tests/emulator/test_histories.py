"""Histories of models: every kind of structural change, diverged models, conflicts, and workspaces without room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from anaplan_client.alm.models import SummaryReport
from anaplan_ext import ComparisonReport, find_count_differences
from anaplan_ext.emulator import Emulator, Model, TenantError
from anaplan_ext.emulator.engine.comparison_report import build_report
from anaplan_ext.emulator.engine.summary_report import build_summary
from anaplan_ext.emulator.state.structure import Kind

from ..random_history import random_history
from .conftest import Api, message

HEAD = [
    (f"{side} {part}", "id", "name") for side in ("Source", "Target") for part in ("Workspace", "Model", "Revision")
]


@pytest.mark.slow
def test_the_counts_of_report_and_summary_agree_in_random_histories() -> None:
    actions, kinds = set[str](), set[str]()
    for seed in range(500):
        revisions = random_history(seed, revisions=3, targets=0).revisions
        for target, source in ((revisions[0], revisions[-1]), (revisions[-2], revisions[-1])):
            data = build_report(HEAD, target, source)
            report = ComparisonReport.parse(data)
            summary = SummaryReport.from_dict(build_summary(target, source))
            assert find_count_differences(report.counts, summary) == (), (seed, data.decode())
            assert report.write() == data
            assert not any(section.invalid_rows for section in report.sections), (seed, data.decode())
            actions |= {change.action for change in report.changes}
            kinds |= {change.kind for change in report.changes}
    assert actions == {"added", "changed", "deleted", "moved"}
    assert kinds >= {"list", "module", "line item", "role", "list item", "list property", "saved view", "list subset"}


def test_a_random_history_is_the_same_each_time() -> None:
    assert random_history(7) == random_history(7)
    assert random_history(7) != random_history(8)


def test_no_change_gives_an_empty_report() -> None:
    (revision,) = random_history(1, revisions=1, targets=0).revisions
    report = ComparisonReport.parse(build_report(HEAD, revision, revision))
    assert report.sections == ()
    assert build_summary(revision, revision) == {"totals": {}, "differences": {}}


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return emulator.model(emulator.development_model_id)


@pytest.fixture
def production(emulator: Emulator) -> Model:
    return emulator.model(emulator.production_model_id)


def report_on(model: Model, target: Model) -> str:
    """The report on what the changes since the target's latest revision would do to it, without its head."""
    source = model.record_revision("F" * 32, "Next", user_id="x", at=0)
    text = build_report([], target.revisions[-1].revision, source).decode()
    model.revisions.pop()
    return text


def test_formulas_formats_dimensions_and_notes(model: Model, production: Model) -> None:
    model.change("lineItems", "Distance", module="Flights", properties={"Formula": "A / B", "Format": "TEXT"})
    model.change("modules", "Flights", names={"Applies To": ["Airports", "Time"]}, properties={"Notes": "By month"})
    text = report_on(model, production)
    assert "Flights\tDistance\tFormat: NUMBER -> TEXT; Formula: - -> A / B\n" in text
    assert "Flights\tApplies To: - -> Airports, Time; Notes: - -> By month\n" in text


def test_moves_are_as_few_as_possible(model: Model, production: Model) -> None:
    model.move("lineItems", "Departure delay", after="Distance", module="Flights")
    model.move("lists", "Carriers")
    text = report_on(model, production)
    assert "=== LISTS MOVED ===\nName\tPosition\tRelative To\nCarriers\t-\t-\n\n" in text
    columns = "Module\tLine Item\tPosition\tRelative To"
    assert f"=== LINE ITEMS MOVED ===\n{columns}\nFlights\tDeparture delay\tAfter\tDistance\n\n" in text
    with pytest.raises(ValueError, match="Nowhere"):
        model.move("lists", "Carriers", after="Nowhere")


def test_a_part_moved_after_itself_stays(model: Model) -> None:
    before = model.structure
    model.move("lists", "Carriers", after="Carriers")
    assert model.structure == before


@pytest.mark.parametrize(
    ("kind", "title", "module", "columns"),
    [
        ("roles", "ROLES", "", "Name"),
        ("actions", "ACTIONS", "", "Name"),
        ("importDataSources", "IMPORT DATA SOURCES", "", "Name"),
        ("timeRanges", "TIME RANGES", "", "Name"),
        ("savedViews", "SAVED VIEWS", "Flights", "Module\tSaved View"),
        ("listSubsets", "LIST SUBSETS", "Airports", "List\tList Subset"),
    ],
)
def test_other_kinds_of_parts(
    model: Model, production: Model, kind: Kind, title: str, module: str, columns: str
) -> None:
    key = f"{module}\tNew" if module else "New"
    model.add_part(kind, "New", module=module, properties={"Notes": "x"})
    text = report_on(model, production)
    assert f"=== {title} ADDED ===\n{columns}\tPosition\tRelative To\tNotes\n{key}\t-\t-\tx\n\n" in text
    production.revisions.append(production.revisions[0])
    revision = model.record_revision("D" * 32, "With the part", user_id="x", at=0)
    production.apply_revision(revision, user_id="x", at=0, method="Revision synchronized")
    model.change(kind, "New", module=module, properties={"Notes": "y"})
    assert f"=== {title} CHANGED ===\n{columns}\tChanges\n{key}\tNotes: x -> y\n\n" in report_on(model, production)
    model.remove(kind, "New", module=module)
    assert f"=== {title} DELETED ===\n{columns}\n{key}\n\n" in report_on(model, production)


def test_items_are_part_of_the_structure_unless_they_are_production_data(model: Model, production: Model) -> None:
    store = model.items_of("Airports")
    newark = store.find("name", "Newark")
    assert newark is not None
    store.remove(newark)
    store.add("Philadelphia", "PHL")
    kennedy = store.find("code", "JFK")
    assert kennedy is not None
    store.put(kennedy._replace(properties={"Rank": "1"}))
    text = report_on(model, production)
    assert "\nAirports\tPhiladelphia\tNewark\tKennedy\t-\t-\t-\t-\n" in text
    revision = model.record_revision("F" * 32, "Next", user_id="x", at=0)
    production.apply_revision(revision, user_id="x", at=0, method="Revision synchronized")
    names = [item.name for item in production.items_of("Airports").by_id.values()]
    assert sorted(names) == ["Kennedy", "LaGuardia", "Philadelphia"]
    assert production.items_of("Airports").add("Boston", "BOS").id not in store.by_id


def test_items_of_a_list_that_becomes_production_data_are_not_deleted(model: Model, production: Model) -> None:
    model.change("lists", "Airports", properties={"Production Data": "true"})
    text = report_on(model, production)
    assert "\nAirports\tProduction Data: false -> true\n" in text
    assert "WITHIN" not in text
    revision = model.record_revision("F" * 32, "Next", user_id="x", at=0)
    production.apply_revision(revision, user_id="x", at=0, method="Revision synchronized")
    assert len(production.items_of("Airports").by_id) == 3
    model.items_of("Airports").add("Boston", "BOS")
    assert model.record_items() == revision.items, "they are data"


def test_changed_items_can_be_recorded(api: Api, emulator: Emulator, model: Model) -> None:
    revisions = f"{api.dev}/alm/revisions"
    assert api.post(revisions, {"name": "one"}).status_code == 201
    assert message(api.post(revisions, {"name": "two"}))[0] == 400
    model.items_of("Airports").add("Boston", "BOS")
    assert api.post(revisions, {"name": "two"}).status_code == 201


def test_cells_are_lost_with_their_format_or_dimensions(model: Model) -> None:
    ids = [model.part("lineItems", name, "Flights").id for name in ("Departure delay", "Arrival delay", "Distance")]
    for line_item_id in ids:
        model.cells[line_item_id] = {(): 1.0}
    model.change("lineItems", "Departure delay", module="Flights", properties={"Notes": "kept"})
    model.change("lineItems", "Arrival delay", module="Flights", properties={"Format": "TEXT"})
    model.change("lineItems", "Distance", module="Flights", names={"Applies To": ["Time"]})
    assert list(model.cells) == ids[:1]


def sync(api: Api, emulator: Emulator, name: str) -> dict[str, Any]:
    """Sync the development model's revision of this name to production, and return the task's result."""
    revisions = {row["name"]: row["id"] for row in api.get(f"{api.dev}/alm/revisions").json()["revisions"]}
    latest = api.get(f"{api.prod}/alm/latestRevision").json()["revisions"][0]["id"]
    body = {
        "sourceModelId": emulator.development_model_id,
        "sourceRevisionId": revisions[name],
        "targetRevisionId": latest,
    }
    started = api.post(f"{api.prod}/alm/syncTasks", body)
    assert started.status_code == 201, started.text
    result: dict[str, Any] = api.finish(f"{api.prod}/alm/syncTasks/{started.json()['task']['taskId']}")[1]["result"]
    return result


def test_revisions_that_cannot_be_synced_together_can_be_one_by_one(
    api: Api, emulator: Emulator, model: Model, production: Model
) -> None:
    assert api.post(f"{api.dev}/alm/revisions", {"name": "Delays"}).status_code == 201
    model.add_list("Regions")
    assert api.post(f"{api.dev}/alm/revisions", {"name": "Regions"}).status_code == 201
    production.sync_conflicts = [frozenset({"Aircraft types", "Delays"}), frozenset({"Regions"})]
    failed = sync(api, emulator, "Delays")
    assert failed == {
        "successful": False,
        "error": {
            "title": "Model Synchronization Failed",
            "messageText": "The changes of Aircraft types and Delays cannot be synchronized together.",
        },
    }
    assert len(production.revisions) == 1
    assert sync(api, emulator, "Aircraft types")["successful"]
    assert sync(api, emulator, "Delays")["successful"]
    assert sync(api, emulator, "Regions")["error"]["messageText"] == "The changes of Regions cannot be synchronized."
    production.sync_conflicts = [frozenset({model.revisions[-1].revision.id})]
    assert not sync(api, emulator, "Regions")["successful"], "by its id"


def test_a_sync_needs_room_in_the_workspace(api: Api, emulator: Emulator, production: Model) -> None:
    workspace = emulator.tenant.workspaces[0]
    workspace.current_size = workspace.size_allowance - 19_999
    failed = sync(api, emulator, "Aircraft types")
    assert failed["error"]["subtitle"].endswith("exceed its size limit of 1.0 GB.")
    assert re.fullmatch(
        r"Your current workspace size is 1024\.0 MB\. The current size of the model is 1\.0 MB, but would be 1\.0 MB "
        r"after sync\.",
        failed["error"]["messageText"],
    )
    workspace.size_allowance += 1
    assert sync(api, emulator, "Aircraft types")["successful"], "two parts of 10,000 bytes"
    assert (workspace.current_size, production.size) == (workspace.size_allowance, 1_048_576 + 20_000)
    sizes = api.get("/workspaces", params={"tenantDetails": "true"}).json()["workspaces"][0]
    assert (sizes["currentSize"], sizes["sizeAllowance"]) == (workspace.current_size, workspace.size_allowance)


def test_nothing_is_syncable_to_a_diverged_model(api: Api, emulator: Emulator, production: Model) -> None:
    production.add_list("Hotfix")
    production.record_revision("B" * 32, "Hotfix 7", user_id="x", at=emulator.now())
    source = {"sourceModelId": emulator.development_model_id}
    assert api.get(f"{api.prod}/alm/syncableRevisions", params=source).json().get("revisions", []) == []
    body = source | {"sourceRevisionId": emulator.model(emulator.development_model_id).revisions[-1].revision.id}
    assert message(api.post(f"{api.prod}/alm/syncTasks", body | {"targetRevisionId": "B" * 32}))[0] == 400


TENANT: dict[str, Any] = {
    "users": [{"email": "ada@example.com"}],
    "workspaces": [
        {
            "name": "Planning",
            "size_allowance": 5_000_000,
            "models": [
                {
                    "name": "Dev",
                    "lists": [{"name": "Airports", "items": ["EWR", "JFK"]}, "Airlines"],
                    "modules": [{"name": "Flights", "line_items": ["Delay", "Distance"]}],
                    "parts": [{"kind": "roles", "name": "Planner"}],
                    "history": [
                        {"revision": "1"},
                        {
                            "parts": [{"kind": "savedViews", "name": "All", "module": "Flights"}],
                            "change": [
                                {
                                    "kind": "lineItems",
                                    "name": "Delay",
                                    "module": "Flights",
                                    "properties": {"Formula": "Distance / 2"},
                                },
                                {"kind": "roles", "name": "Planner", "properties": {"Flights": "Read"}},
                                {"kind": "modules", "name": "Flights", "names": {"Applies To": ["Airports"]}},
                            ],
                            "move": [{"kind": "lists", "name": "Airports", "after": "Airlines"}],
                            "items": {"Airports": ["LGA"]},
                            "remove_items": {"Airports": ["JFK"]},
                            "revision": "2",
                        },
                    ],
                },
                {
                    "name": "Prod",
                    "size": 2_000_000,
                    "active_state": "PRODUCTION",
                    "sync_conflicts": [["1", "2"], ["3"]],
                    "history": [{"sync": {"model": "Dev", "revision": "1"}}],
                },
            ],
        }
    ],
}


@pytest.fixture
def described() -> Iterator[Emulator]:
    with Emulator(TENANT) as emulator:
        yield emulator


def test_histories_are_described_by_a_file(described: Emulator) -> None:
    api = Api(described)
    production = described.model(described.production_model_id)
    assert production.size == 2_000_000
    assert production.sync_conflicts == [frozenset({"1", "2"}), frozenset({"3"})]
    row = api.get("/models", params={"modelDetails": "true"}).json()["models"][1]
    assert row["memoryUsage"] == 2_000_000
    first, second = (applied.revision for applied in described.model(described.development_model_id).revisions)
    changes = ComparisonReport.parse(build_report(HEAD, first, second)).changes
    assert [(change.action, change.kind, change.module, change.name) for change in changes] == [
        ("moved", "list", "", "Airlines"),
        ("changed", "module", "", "Flights"),
        ("changed", "role", "", "Planner"),
        ("added", "saved view", "Flights", "All"),
        ("added", "list item", "Airports", "LGA"),
        ("deleted", "list item", "Airports", "JFK"),
        ("changed", "line item", "Flights", "Delay"),
    ]
    assert sync(api, described, "2")["successful"], "only one of the two is in this sync"
    assert [item.name for item in production.items_of("Airports").by_id.values()] == ["LGA"]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (
            {"change": [{"kind": "lists", "name": "Nowhere"}]},
            r"history\[0\].change\[0\] is invalid: name must be one of",
        ),
        ({"move": [{"kind": "planets", "name": "A"}]}, r"move\[0\].kind must be one of actions"),
        ({"parts": [{"kind": "roles", "name": "Planner"}]}, r"parts\[0\] is invalid: name must be unique"),
        ({"remove_items": {"Airports": ["X"]}}, r"remove_items.Airports\[0\] must be the name, code or id of an item"),
        ({"remove_items": {"Nowhere": []}}, "remove_items.Nowhere is invalid"),
    ],
)
def test_invalid_steps_are_located(step: dict[str, Any], text: str) -> None:
    model = TENANT["workspaces"][0]["models"][0] | {"history": [step]}
    with pytest.raises(TenantError, match=text):
        Emulator({"users": TENANT["users"], "workspaces": [{"name": "W", "models": [model]}]})
