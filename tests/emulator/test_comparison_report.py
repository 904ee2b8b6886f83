"""The comparison report, byte for byte: a head of six lines, then a section per kind of change."""

from __future__ import annotations

import re

import pytest

from anaplan_ext.emulator import Emulator, Model

from .conftest import Api

STREAM = {"Accept": "application/octet-stream"}
LISTS = (
    "Name\tPosition\tRelative To\tHas Workflow\tIs Numbered List\tIs Organisation\tNotes\tIs Production Data\t"
    "Has Selective Access\tUse Top Level As Default Page"
)
MODULES = (
    "Name\tPosition\tRelative To\tApplies To\tBreakback\tTime Scale\tNotes\tRead Access Driver\t"
    "Read/Write Access Driver\tTime Range\tUsers List Option\tVersions"
)
LINE_ITEMS = (
    "Module\tLine Item\tPosition\tRelative To\tData Type\tApplies To\tTags\tFormula Scope\tInclude Brought Forward\t"
    "Is Breakback Enabled\tIs Section Break\tIs Summary Line Item\tTime Scale\tNotes\tRead Access Driver\t"
    "Read/Write Access Driver\tStyle\tTime Range\tUse Switchover\tVersions"
)
WITHIN_LISTS = (
    "List\tItems Added/Moved\tItems Deleted\tItems Changed\tProperties Added\tProperties Moved\tProperties Deleted\t"
    "Properties Changed"
)


def report(api: Api, emulator: Emulator, name: str = "Next", description: str | None = None) -> str:
    """Return the report on what a new revision of the development model changes in production."""
    body = {"name": name} | ({"description": description} if description else {})
    created = api.post(f"{api.dev}/alm/revisions", body)
    source = (
        created.json()["revision"]["id"] if created.status_code == 201 else latest(emulator.development_model_id, api)
    )
    ends = {
        "sourceModelId": emulator.development_model_id,
        "sourceRevisionId": source,
        "targetRevisionId": latest(emulator.production_model_id, api),
    }
    started = api.post(f"{api.prod}/alm/comparisonReportTasks", ends).json()["task"]["taskUrl"]
    _, task = api.finish(started.partition("/2/0")[2])
    response = api.http.get(task["result"]["reportFileUrl"], headers=STREAM)
    assert response.headers["content-type"] == "application/octet-stream"
    return response.content.decode()


def latest(model: str, api: Api) -> str:
    revision_id: str = api.get(f"/models/{model}/alm/latestRevision").json()["revisions"][0]["id"]
    return revision_id


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return emulator.model(emulator.development_model_id)


def test_the_whole_report(api: Api, emulator: Emulator, model: Model) -> None:
    model.add_list("Regions", numbered=True, production=True)
    model.add_module("Sales", applies_to=["Regions", "Time", "Versions"], line_items=["Units"])
    text = report(api, emulator, description="By region")
    assert text == (
        f"Source Workspace\t{emulator.workspace_id}\tPlanning\n"
        f"Source Model\t{emulator.development_model_id}\tPlanning Dev\n"
        f"Source Revision\t{latest(emulator.development_model_id, api)}\tBy region\n"
        f"Target Workspace\t{emulator.workspace_id}\tPlanning\n"
        f"Target Model\t{emulator.production_model_id}\tPlanning Prod\n"
        "Target Revision\tA1B2C3D4E5F60718293A4B5C6D7E8F01\tAirports, carriers and flights\n"
        f"=== LISTS ADDED ===\n{LISTS}\n"
        "Aircraft types\tAfter\tCarriers\tfalse\tfalse\tfalse\t-\tfalse\tfalse\tfalse\n"
        "Regions\tAfter\tAircraft types\tfalse\ttrue\tfalse\t-\ttrue\tfalse\tfalse\n"
        "\n"
        f"=== MODULES ADDED ===\n{MODULES}\n"
        "Delays\tAfter\tFlights\tAirports\tfalse\tNot Applicable\t-\t-\t-\t-\t-\tNot Applicable\n"
        "Sales\tAfter\tDelays\tRegions\tfalse\tMonth\t-\t-\t-\t-\t-\tAll\n"
        "\n"
        f"=== LINE ITEMS ADDED ===\n{LINE_ITEMS}\n"
        "Flights\tAir time\tAfter\tDistance\tNUMBER\t-\t-\t-\tfalse\tfalse\tfalse\tfalse\tNot Applicable\t"
        "-\t-\t-\t-\t-\tfalse\tNot Applicable\n"
        "Delays\tAverage delay\t-\t-\tNUMBER\tAirports\t-\t-\tfalse\tfalse\tfalse\tfalse\tNot Applicable\t"
        "-\t-\t-\t-\t-\tfalse\tNot Applicable\n"
        "Sales\tUnits\t-\t-\tNUMBER\tRegions\t-\t-\tfalse\tfalse\tfalse\tfalse\tMonth\t-\t-\t-\t-\t-\tfalse\tAll\n"
        "\n"
    )


def test_a_revision_without_a_description_is_null(api: Api, emulator: Emulator) -> None:
    assert re.search(r"^Source Revision\t[0-9A-F]{32}\tnull$", report(api, emulator), re.MULTILINE)


def test_changed_and_deleted_sections(api: Api, emulator: Emulator, model: Model) -> None:
    model.rename("lists", "Carriers", "Airlines")
    model.rename("lineItems", "Distance", "Miles", module="Flights")
    model.remove("lineItems", "Arrival delay", module="Flights")
    model.remove("modules", "Delays")
    model.remove("lists", "Airports")
    text = report(api, emulator)
    assert "=== LISTS CHANGED ===\nName\tChanges\nAirlines\tName: Carriers -> Airlines\n\n" in text
    assert "=== LISTS DELETED ===\nName\nAirports\n\n" in text
    assert "=== LINE ITEMS CHANGED ===\nModule\tLine Item\tChanges\nFlights\tMiles\tName: Distance -> Miles\n\n" in text
    assert "=== LINE ITEMS DELETED ===\nModule\tLine Item\nFlights\tArrival delay\n\n" in text
    assert "MODULES" not in text, "sections without rows are left out"


def test_properties_of_lists_have_a_section_of_their_own(api: Api, emulator: Emulator, model: Model) -> None:
    old = model.part("lists", "Airports")
    prod = emulator.model(emulator.production_model_id)
    for changed, formats in ((prod, ("Rank: NUMBER", "City: TEXT")), (model, ("Rank: TEXT", "Country: TEXT"))):
        structure = [part for part in changed.structure if part.id != old.id]
        part = type(old)(kind="lists", name="Airports", names={"Properties": formats})
        changed.structure = (part, *structure)
    prod.record_revision("C" * 32, "Properties", user_id="u", at=emulator.now())
    model.revisions.insert(0, prod.revisions[-1])
    text = report(api, emulator)
    assert f"=== CHANGES WITHIN LISTS ===\n{WITHIN_LISTS}\nAirports\t-\t-\t-\tCountry\t-\tCity\tRank\n\n" in text
    lines = text.splitlines()
    titles = [line for line in lines if line.startswith("=== ")]
    assert titles.index("=== CHANGES WITHIN LISTS ===") < titles.index("=== LINE ITEMS ADDED ===")
    widths = [line.count("\t") for line in lines[lines.index("=== CHANGES WITHIN LISTS ===") + 1 :][:2]]
    assert widths == [7, 7]
