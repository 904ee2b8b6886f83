from __future__ import annotations

from typing import Any

import pytest

from anaplan_ext.emulator import Emulator, Limits, Model

from .conftest import JSON, Api, message

CSV, V1 = {"Accept": "text/csv"}, {"Accept": "application/json"}


def build(emulator: Emulator) -> Model:
    """Build sales by product and month with a calculated line item, and a module without dimensions."""
    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", top_level="All", items=["Apples", "Pears"])
    model.add_module("Sales", applies_to=["Products", "Time"], line_items=["Units"])
    model.add_line_item("Sales", "Revenue", formula="Units * 2")
    for data_type in ("TEXT", "BOOLEAN", "DATE"):
        model.add_line_item("Sales", data_type.title(), format=data_type)
    model.add_module("Settings", line_items=["Rate"])
    model.add_view("Sales", "Year", rows=["Products", "Line items"], columns=["Time"], shown={"Line items": ["Units"]})
    return model


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return build(emulator)


def cell(value: object, line_item: str = "Units", **items: str) -> dict[str, Any]:
    chosen = {"Products": "Apples", "Time": "Jan 26"} | items
    dimensions = [{"dimensionName": name, "itemName": item} for name, item in chosen.items()]
    return {"lineItemName": line_item, "dimensions": dimensions, "value": value}


def write(api: Api, model: Model, *cells: dict[str, Any], module: str = "Sales") -> tuple[int, list[tuple[int, str]]]:
    response = api.post(f"{api.dev}/modules/{model.part('modules', module).id}/data", list(cells))
    assert response.status_code == 200, response.text
    body = response.json()
    failures = [(row["requestIndex"], row["failureType"]) for row in body.get("failures", [])]
    return body["numberOfCellsChanged"], failures


def data(api: Api, view: str, **query: object) -> str:
    response = api.get(f"{api.dev}/views/{view}/data", params=query, headers=CSV)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/csv")
    return response.text


def test_written_cells_are_read(api: Api, model: Model) -> None:
    assert write(api, model, cell(12.5), cell("7", Products="Pears"), cell(3, Time="Feb 26")) == (3, [])
    lines = data(api, model.views[0].id).splitlines()
    header = ",,Jan 26,Feb 26,Mar 26,Q1 FY26,"
    assert lines[0].startswith(header)
    assert [line.split(",")[:6] for line in lines[1:]] == [
        ["Apples", "Units", "12.5", "3", "0", "15.5"],
        ["Pears", "Units", "7", "0", "0", "7"],
        ["All", "Units", "19.5", "3", "0", "22.5"],
    ]
    assert lines[3].endswith(",22.5"), "the year's total of the whole list"
    write(api, model, cell(1))
    assert data(api, model.views[0].id).splitlines()[1].startswith("Apples,Units,1,3")


def test_formats(api: Api, model: Model) -> None:
    good = [cell("x, y", "Text"), cell(True, "Boolean"), cell("2026-02-28", "Date"), cell("", "Text", Products="Pears")]
    assert write(api, model, *good) == (4, [])
    module = model.part("modules", "Sales").id
    text = data(api, module)
    assert text.splitlines()[:3] == ["Jan 26", ",Units,Revenue,Text,Boolean,Date", 'Apples,0,0,"x, y",true,2026-02-28']
    bad = [cell("many"), cell(True), cell("perhaps", "Boolean"), cell("2026-02-30", "Date"), cell(1, "Text")]
    assert write(api, model, *bad) == (0, [(index, "valueIsInvalid") for index in range(5)])
    assert data(api, module) == text


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (cell(1, "Revenue"), "cellIsCalculated"),
        (cell(1, Products="All"), "cellIsCalculated"),
        (cell(1, Time="Q1 FY26"), "cellIsCalculated"),
        (cell(1, Time="FY26"), "cellIsCalculated"),
        (cell(1, "Nothing"), "cellIsInvalid"),
        (cell(1, Products="Plums"), "cellIsInvalid"),
        (cell(1, Time="Jan 27"), "cellIsInvalid"),
        (cell(1, Versions="Actual"), "cellIsInvalid"),
        ({"lineItemName": "Units", "value": 1}, "cellIsInvalid"),
        ({"lineItemName": "Units", "dimensions": cell(1)["dimensions"][:1], "value": 1}, "cellIsInvalid"),
    ],
)
def test_a_rejected_cell_does_not_affect_the_others(api: Api, model: Model, wrong: dict[str, Any], kind: str) -> None:
    assert write(api, model, cell(1), wrong, cell(2, Products="Pears")) == (2, [(1, kind)])
    lines = data(api, model.views[0].id).splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == ["1", "2", "3"]


def test_by_ids_and_codes(api: Api, model: Model) -> None:
    products = model.items_of("Products")
    products.add("Plums", "PL")
    units = model.part("lineItems", "Units", "Sales").id
    time = {"dimensionId": "20000000003", "itemName": "jan 26"}
    list_id = model.part("lists", "Products").id
    apples = products.find_any("Apples")
    assert apples
    by_id = {"dimensionId": list_id, "itemId": apples.id}
    by_code = {"dimensionId": list_id, "itemCode": "pl"}
    cells = [{"lineItemId": units, "dimensions": [time, which], "value": 5} for which in (by_id, by_code)]
    assert write(api, model, *cells) == (2, [])
    assert [line.split(",")[2] for line in data(api, model.views[0].id).splitlines()[1:]] == ["5", "0", "5", "10"]


def test_a_module_without_dimensions(api: Api, model: Model) -> None:
    assert write(api, model, {"lineItemName": "Rate", "value": 1.25}, module="Settings") == (1, [])
    assert data(api, model.part("modules", "Settings").id) == "Rate\n1.25\n"


def test_json_requires_the_header_and_the_format(api: Api, model: Model) -> None:
    write(api, model, cell(4))
    path = f"{api.dev}/views/{model.part('modules', 'Sales').id}/data"
    grid = api.get(path, params={"format": "v1"}, headers=V1).json()
    assert grid == {
        "pages": ["Jan 26"],
        "columnCoordinates": [["Units"], ["Revenue"], ["Text"], ["Boolean"], ["Date"]],
        "rows": [
            {"rowCoordinates": ["Apples"], "cells": ["4", "0", "", "false", ""]},
            {"rowCoordinates": ["Pears"], "cells": ["0", "0", "", "false", ""]},
            {"rowCoordinates": ["All"], "cells": ["4", "0", "", "false", ""]},
        ],
    }
    assert len(api.get(path, params={"format": "v1", "maxRows": 1}, headers=V1).json()["rows"]) == 1
    escaped = api.get(path, headers={"Accept": "text/csv;escaped=true"})
    assert escaped.headers["content-type"].startswith("text/csv")


def test_the_other_combinations_are_csv(model: Model) -> None:
    with Emulator(observer=None) as emulator:  # half of the two is not specified
        api, model = Api(emulator), build(emulator)
        path = f"{api.dev}/views/{model.part('modules', 'Sales').id}/data"
        for query, headers in (({}, V1), ({"format": "v1"}, {"Accept": "text/csv"}), ({}, {"Accept": "*/*"})):
            assert api.get(path, params=query, headers=headers).headers["content-type"].startswith("text/csv")


def test_page_selectors(api: Api, model: Model) -> None:
    write(api, model, cell(4, Time="Mar 26"))
    sales, time = model.part("modules", "Sales").id, "20000000003"
    periods = api.get(f"{api.dev}/views/{sales}/dimensions/{time}/items").json()["items"]
    march = next(period["id"] for period in periods if period["name"] == "Mar 26")
    assert data(api, sales, pages=f"{time}:{march}").splitlines()[::2][:2] == ["Mar 26", "Apples,4,0,,false,"]
    year = next(period["id"] for period in periods if period["name"] == "FY26")
    both = f"{time}:{march},{time}:{year}"
    assert data(api, sales, pages=both).startswith("FY26\n")
    twice = api.get(f"{api.dev}/views/{sales}/data?pages={time}:{year}&pages={time}:{march}")
    assert twice.text.startswith("Mar 26\n")
    products = model.part("lists", "Products").id
    for wrong in (f"{time}:1", f"{products}:{march}", "nonsense", f"{time}:{march},x"):
        response = api.get(f"{api.dev}/views/{sales}/data", params={"pages": wrong})
        assert message(response) == (400, "Invalid page selector")


def test_tabular_layouts(api: Api, model: Model) -> None:
    write(api, model, cell(4))
    view, module = model.views[0].id, model.part("modules", "Sales").id
    single = data(api, view, exportType="TABULAR_SINGLE_COLUMN", moduleId=module).splitlines()
    assert single[:2] == ["Time,Products,Line items,Value", "Jan 26,Apples,Units,4"]
    assert len(single) == 1 + 3 * 17
    multi = data(api, module, exportType="TABULAR_MULTI_COLUMN", moduleId=module).splitlines()
    assert multi[:2] == ["Time,Products,Units,Revenue,Text,Boolean,Date", "Jan 26,Apples,4,0,,false,"]
    for query in ({}, {"moduleId": "1"}):
        response = api.get(f"{api.dev}/views/{view}/data", params={"exportType": "TABULAR_MULTI_COLUMN", **query})
        assert message(response)[0] == 400


def test_one_line_item_as_a_view(api: Api, model: Model) -> None:
    write(api, model, cell(4))
    units = model.part("lineItems", "Units", "Sales").id
    assert data(api, units) == "Jan 26\n,Units\nApples,4\nPears,0\nAll,4\n"


def test_view_data_rejects_the_path_with_workspace(model: Model) -> None:
    with Emulator(observer=None) as emulator:  # a 500 as seen live, which is not specified
        api, model = Api(emulator), build(emulator)
        path = f"/workspaces/{emulator.workspace_id}{api.dev}/views/{model.part('modules', 'Sales').id}/data"
        assert message(api.get(path))[0] == 500


def test_bad_bodies(api: Api, model: Model) -> None:
    path = f"{api.dev}/modules/{model.part('modules', 'Sales').id}/data"
    no_value = {key: value for key, value in cell(1).items() if key != "value"}
    for body, text in (
        ({"value": 1}, "The data provided is not in the expected format."),
        ([1], "The data provided is not in the expected format."),
        ([cell(1), cell(None)], "Missing mandatory property `value`"),
        ([no_value], "Missing mandatory property `value`"),
        ([cell([])], "The data provided is not in the expected format."),
        ([cell(1) | {"color": "red"}], "Identified an unrecognized `color`."),
        ([{"lineItemName": "Units", "dimensions": [{"name": "x"}], "value": 1}], "Identified an unrecognized `name`."),
        ([{"lineItemName": 1, "value": 1}], "The data provided is not in the expected format."),
        ([{"lineItemName": "Units", "dimensions": {}, "value": 1}], "The data provided is not in the expected format."),
    ):
        assert message(api.post(path, body)) == (400, text)
    assert message(api.post(f"{api.dev}/modules/1/data", [cell(1)]))[0] == 404
    model.active_state = "LOCKED"
    assert message(api.post(path, [cell(1)]))[0] == 423


def test_limits() -> None:
    with Emulator(limits=Limits(cell_write=2, cell_write_bytes=500, view_cells=15)) as emulator:
        api, model = Api(emulator), build(emulator)
        path = f"{api.dev}/modules/{model.part('modules', 'Sales').id}/data"
        assert write(api, model, cell(1), cell(2))[0] == 2
        assert message(api.post(path, [cell(1)] * 3))[0] == 400
        assert message(api.post(path, [cell("x" * 500, "Text")]))[0] == 400
        view = f"{api.dev}/views/{model.part('modules', 'Sales').id}/data"
        assert api.get(view).status_code == 200
        model.items_of("Products").add("Plums", None)
        assert message(api.get(view))[0] == 400, "20 cells"


def test_cells_of_deleted_items_are_deleted(api: Api, model: Model) -> None:
    write(api, model, cell(4), cell(5, Products="Pears"))
    items = f"{api.dev}/lists/{model.part('lists', 'Products').id}"
    api.post(f"{items}/items?action=delete", {"items": [{"name": "Apples"}, {"name": "Pears"}]})
    assert data(api, model.views[0].id).splitlines()[1].startswith("All,Units,0,0")
    assert api.post(f"{items}/resetIndex", headers=JSON).status_code == 200
    api.post(f"{items}/items?action=add", {"items": [{"name": "Plums"}]})
    assert data(api, model.views[0].id).splitlines()[1].startswith("Plums,Units,0,0"), "though it has an old id again"


def test_a_full_write(api: Api, emulator: Emulator) -> None:
    model = emulator.model(emulator.development_model_id)
    model.add_list("Rows", items=(f"R{n}" for n in range(1000)))
    module = model.add_module("Grid", applies_to=["Rows"], line_items=[f"L{n}" for n in range(100)])
    cells = [
        {
            "lineItemName": f"L{n % 100}",
            "dimensions": [{"dimensionName": "Rows", "itemName": f"R{n // 100}"}],
            "value": n,
        }
        for n in range(100_000)
    ]
    path = f"{api.dev}/modules/{module}/data"
    assert message(api.post(path, [*cells, cells[0]]))[0] == 400
    assert api.post(path, cells).json()["numberOfCellsChanged"] == 100_000
    rows = [line.split(",")[1:] for line in data(api, module).splitlines()[1:]]
    assert rows == [[str(row * 100 + column) for column in range(100)] for row in range(1000)]


def test_invalid_numbers(api: Api, model: Model) -> None:
    path = f"{api.dev}/modules/{model.part('modules', 'Settings').id}/data"
    for text in ("NaN", "1e999", "9" * 400, "Infinity"):
        response = api.post(path, content=b'[{"lineItemName":"Rate","value":%s}]' % text.encode(), headers=JSON)
        assert response.json()["failures"][0]["failureType"] == "valueIsInvalid"
