"""Imports into lists and modules: rows in = loaded + ignored + failed, and the failure dump names the source lines."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

import pytest

from anaplan_ext.emulator import Emulator, Export, File, Import, Model, Process, Version

from .conftest import LOCALE, Api, message

FILE, LIST_IMPORT, CELL_IMPORT, EXPORT = "113000000001", "112000000001", "112000000002", "116000000001"


@pytest.fixture
def model(emulator: Emulator) -> Model:
    """Build a list, a module with dimensions, and imports into both from the same file."""
    model = emulator.model(emulator.development_model_id)
    model.add_list("Regions", items=["North", "South"])
    formats = {"Rank": "NUMBER"}
    model.add_list(
        "Products", parent="Regions", top_level="All", properties=formats, subsets=("Fruit",), items=["Pears"]
    )
    model.add_module("Sales", applies_to=["Products", "Time"], line_items=["Units", "Price"])
    model.add_line_item("Sales", "Revenue", formula="Units * Price")
    model.files.append(File(id=FILE, name="data.csv"))
    model.imports.append(Import(id=LIST_IMPORT, name="Load products", file_id=FILE, list="Products"))
    model.imports.append(Import(id=CELL_IMPORT, name="Load sales", file_id=FILE, module="Sales"))
    model.exports.append(Export(id=EXPORT, name="Export sales", module="Sales"))
    return model


def run(api: Api, content: str, which: str) -> tuple[str, dict[str, Any]]:
    api.upload(api.dev, content.encode(), FILE)
    path, task = api.run(api.dev, which)
    return path, task["result"]


def counts(result: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return the numbers of loaded (with or without warnings), ignored, failed and all rows."""
    values = result["details"][0]["values"]
    result_counts = {key: int(value) for key, value in zip(values[2::2], values[3::2], strict=True)}
    loaded = result_counts["successRowCount"] + result_counts["warningsRowCount"]
    return loaded, result_counts["ignoredCount"], result_counts["failedCount"], result_counts["totalRowCount"]


def lines(dump: bytes) -> list[int]:
    rows = list(csv.DictReader(io.StringIO(dump.decode())))
    return [int(row["_Line_"]) for row in rows]


def test_into_a_list(api: Api, model: Model) -> None:
    content = (
        "Name,Code,Parent,Rank,Fruit\n"
        "Apples,A,North,1,true\n"
        "Pears,P,South,2,TRUE\n"
        "\n"
        ",X,North,3,false\n"
        "Leeks,L,Atlantis,4,false\n"
        "apples,B,North,5,true\n"
        "Plums,M,South,few,true\n"
        "Figs,A,South,6,true\n"
        "Dates,D\n"
    )
    path, result = run(api, content, f"imports/{LIST_IMPORT}")
    assert counts(result) == (2, 1, 6, 9)
    assert result["successful"]
    text = "Products: 2 (1/1) rows successful, 0 (0/0) rows has warnings, 6 failed, 1 ignored"
    assert [(row["type"], row["occurrences"]) for row in result["details"]] == [
        ("hierarchyRowsProcessedWithFailures", 0),
        ("hierarchyImportEmptyKey", 1),
        ("hierarchyImportInvalidParent", 1),
        ("hierarchyImportNameOrCodeExists", 1),
        ("hierarchyImportInvalidName", 1),
        ("hierarchyImportNameOrCodeExists", 1),
        ("columnSeparatorExpected", 1),
    ]
    assert result["details"][0]["localMessageText"] == text
    assert lines(api.get(f"{path}/dump").content) == [5, 6, 7, 8, 9, 10]
    items = api.get(f"{api.dev}/lists/{model.part('lists', 'Products').id}/items?includeAll=true").json()["listItems"]
    assert [(item["name"], item.get("code"), item["parent"], item["properties"]) for item in items] == [
        ("Pears", None, "South", {"Rank": "2"}),
        ("Apples", "A", "North", {"Rank": "1"}),
    ]
    _, result = run(api, "Name,Rank\nApples,9\n", f"imports/{LIST_IMPORT}")
    assert result["details"][0]["type"] == "hierarchyRowsProcessed"
    assert result["details"][0]["localMessageText"] == "Products: 1 (0/1) rows successful, 0 ignored"
    assert [item.parent_id is None for item in model.items_of("Products").by_id.values()] == [False, False]


def test_into_cells(api: Api, model: Model) -> None:
    content = (
        "Products,Time,Units,Price,Revenue\n"
        "Pears,Jan 26,5,1.5,\n"
        "Plums,Jan 26,5,1.5,\n"
        "Pears,Jan 27,5,1.5,\n"
        "Pears,Feb 26,7,cheap,\n"
        "All,Jan 26,5,1.5,\n"
        ",,,,\n"
        "pears,Mar 26,,2,9\n"
    )
    path, result = run(api, content, f"imports/{CELL_IMPORT}")
    assert counts(result) == (2, 2, 3, 7)
    text = "Sales: 1 (0/1) rows successful, 1 (0/1) rows has warnings, 3 failed, 2 ignored"
    assert result["details"][0]["localMessageText"] == text
    assert {row["type"] for row in result["details"][1:]} == {
        "moduleImportInvalidListIdentifier",
        "moduleImportInvalidTimeEntityIdentifier",
        "moduleImportNumberFormat",
    }
    assert lines(api.get(f"{path}/dump").content) == [3, 4, 5]
    view = f"{api.dev}/views/{model.part('lineItems', 'Units', 'Sales').id}/data"
    assert "Pears,5\n" in api.get(view, headers={"Accept": "text/csv"}).text
    assert api.run(api.dev, f"exports/{EXPORT}")[1]["result"]["successful"]
    rows = list(csv.DictReader(io.StringIO(api.get(f"{api.dev}/files/{EXPORT}").text)))
    loaded = {(row["Products"], row["Time"]): (row["Units"], row["Price"]) for row in rows}
    assert loaded["Pears", "Jan 26"] == ("5", "1.5")
    assert loaded["Pears", "Feb 26"] == ("0", "0"), "of a row that failed nothing is loaded"
    assert loaded["Pears", "Mar 26"] == ("0", "2")
    assert loaded["All", "FY26"] == ("5", "3.5")
    metadata = api.get(f"{api.dev}/exports/{EXPORT}").json()["exportMetadata"]
    assert metadata["headerNames"] == ["Time", "Products", "Units", "Price", "Revenue"]
    assert metadata["dataTypes"] == ["ENTITY", "ENTITY", "NUMBER", "NUMBER", "NUMBER"]
    assert metadata["rowCount"] == len(rows)


@pytest.mark.parametrize(
    ("content", "which", "kind"),
    [
        ("Code,Rank\nA,1\n", LIST_IMPORT, "missingFields"),
        ("Name,Color\nA,red\n", LIST_IMPORT, "missingFields"),
        ("Products,Units\nPears,1\n", CELL_IMPORT, "missingFields"),
        ("Products,Time\nPears,Jan 26\n", CELL_IMPORT, "missingFields"),
        ("Products,Time,Units,Color\nPears,Jan 26,1,red\n", CELL_IMPORT, "moduleImportInvalidLineItemIdentifier"),
        ("", CELL_IMPORT, "uploadedFileNoLongerAvailable"),
    ],
)
def test_files_that_cannot_be_loaded(api: Api, model: Model, content: str, which: str, kind: str) -> None:
    if content:
        api.upload(api.dev, content.encode(), FILE)
    result = api.run(api.dev, f"imports/{which}")[1]["result"]
    assert (result["successful"], result["failureDumpAvailable"]) == (False, False)
    assert [(row["type"], row["occurrences"]) for row in result["details"]] == [(kind, 1)]
    assert not model.cells


def test_a_deleted_list(api: Api, model: Model) -> None:
    model.remove("lists", "Products")
    _, result = run(api, "Name\nFigs\n", f"imports/{LIST_IMPORT}")
    assert (result["successful"], result["details"][0]["type"]) == (False, "failedToLocateHierarchy")


def test_an_import_without_loaded_rows_fails(api: Api, model: Model) -> None:
    _, result = run(api, "Name\n,\n\n", f"imports/{LIST_IMPORT}")
    assert not result["successful"]
    assert counts(result) == (0, 2, 0, 2)


def test_mapping_parameters(api: Api, model: Model) -> None:
    model.versions.append(Version(id="107000000003", name="Budget"))
    model.add_module("Plan", applies_to=["Products", "Versions"], line_items=["Units"])
    prompts = {"Version": "Versions"}
    model.imports.append(Import(id="112000000003", name="Load", file_id=FILE, module="Plan", prompts=prompts))
    model.exports.append(Export(id="116000000003", name="Export", module="Plan", prompts=prompts))
    model.processes.append(Process(id="118000000003", name="Both", action_ids=["112000000003", "116000000003"]))
    api.upload(api.dev, b"Products,Units\nPears,4\n", FILE)

    def run_with(path: str, *names: str) -> dict[str, Any]:
        parameters = [{"entityType": "Version", "entityName": name} for name in names]
        body = LOCALE | ({"mappingParameters": parameters} if parameters else {})
        started = api.post(f"{api.dev}/{path}/tasks", body)
        assert started.status_code == 200, started.text
        task = api.finish(f"{api.dev}/{path}/tasks/{started.json()['task']['taskId']}")[1]
        result_counts: dict[str, Any] = task["result"]
        return result_counts

    for path in ("imports/112000000003", "exports/116000000003"):
        missing = run_with(path)
        assert (missing["successful"], missing["details"][0]["type"]) == (False, "missingFields")
        unknown = run_with(path, "Dream")
        assert (unknown["successful"], unknown["details"][0]["type"]) == (False, "failedToLocateEntity")
    assert run_with("processes/118000000003", "Budget")["successful"]
    rows = list(csv.DictReader(io.StringIO(api.get(f"{api.dev}/files/116000000003").text)))
    assert {(row["Versions"], row["Products"], row["Units"]) for row in rows} == {
        ("Budget", "Pears", "4"),
        ("Budget", "North", "0"),
        ("Budget", "South", "0"),
        ("Budget", "All", "4"),
    }
    for parameters in ([{"entityType": "Color", "entityName": "x"}], [{"entityType": "Version"}], ["Budget"], {}):
        body = LOCALE | {"mappingParameters": parameters}
        assert message(api.post(f"{api.dev}/imports/112000000003/tasks", body))[0] == 400
    assert message(api.post(f"{api.dev}/actions/117000000000/tasks", LOCALE | {"mappingParameters": []}))[0] == 400


def test_a_process_reports_each_step(api: Api, model: Model) -> None:
    model.processes.append(Process(id="118000000003", name="All", action_ids=[LIST_IMPORT, LIST_IMPORT, CELL_IMPORT]))
    steps = api.get(f"{api.dev}/processes/118000000003?showImportDataSource=true").json()["processMetadata"]["actions"]
    assert steps[0]["importDataSource"] == {"importDataSourceId": FILE, "type": "FILE"}
    assert (steps[0]["importType"], steps[2]["importType"]) == ("HIERARCHY_DATA", "MODULE_DATA")
    path, result = run(api, "Name,Rank\nPears,x\nFigs,1\n", "processes/118000000003")
    assert not result["successful"]
    assert [(row["objectId"], row["successful"]) for row in result["nestedResults"]] == [
        (LIST_IMPORT, True),
        (LIST_IMPORT, True),
        (CELL_IMPORT, False),
    ]
    assert [counts(row) for row in result["nestedResults"][:2]] == [(1, 0, 1, 2)] * 2
    assert lines(api.get(f"{path}/dumps/{LIST_IMPORT}").content) == [2]


@pytest.mark.parametrize("seed", range(25))
def test_random_loads_add_up(seed: int) -> None:
    chance = random.Random(seed)
    with Emulator() as emulator:
        api, model = Api(emulator), emulator.model(emulator.development_model_id)
        model.add_list("Products", properties={"Rank": "NUMBER"}, items=["Known"])
        model.files.append(File(id=FILE, name="data.csv"))
        model.imports.append(Import(id=LIST_IMPORT, name="Load", file_id=FILE, list="Products"))
        kinds = {"good": "P{},1", "blank": ",", "bad": "P{},few", "short": "P{}", "nameless": ",1"}
        drawn = chance.choices(list(kinds), weights=[5, 2, 1, 1, 1], k=chance.randrange(1, 60))
        _, result = run(
            api,
            "Name,Rank\n" + "".join(kinds[kind].format(row) + "\n" for row, kind in enumerate(drawn)),
            f"imports/{LIST_IMPORT}",
        )
        good, blank = drawn.count("good"), drawn.count("blank")
        assert counts(result) == (good, blank, len(drawn) - good - blank, len(drawn))
        assert result["successful"] is (good > 0)
        assert len(model.items_of("Products").by_id) == 1 + good
        failed = [row for row, kind in enumerate(drawn, 2) if kind in ("bad", "short", "nameless")]
        assert result["failureDumpAvailable"] is bool(failed)
        if failed:
            task = api.get(f"{api.dev}/imports/{LIST_IMPORT}/tasks").json()["tasks"][0]["taskId"]
            assert lines(api.get(f"{api.dev}/imports/{LIST_IMPORT}/tasks/{task}/dump").content) == failed
