from __future__ import annotations

from typing import Any

import pytest

from anaplan_ext.emulator import Dashboard, Emulator, Limits, Model

from .conftest import Api, message

TIME, VERSIONS, USERS, LINE_ITEMS = "20000000003", "20000000020", "101999999999", "20000000012"


@pytest.fixture
def model(emulator: Emulator) -> Model:
    """Build a model with a module of each kind of dimension, views and line items."""
    model = emulator.model(emulator.development_model_id)
    model.add_list("Regions", items=["North", "South"])
    model.add_list("Products", parent="Regions", top_level="All", subsets=("Fruit",))
    products, regions = model.items_of("Products"), model.items_of("Regions")
    for name, region, subsets in (
        ("Apples", "North", {"Fruit"}),
        ("Leeks", "South", ()),
        ("Pears", "North", {"Fruit"}),
    ):
        parent = regions.find_any(region)
        assert parent
        products.add(name, name[0], parent_id=parent.id, subsets=frozenset(subsets))
    model.add_module("Sales", applies_to=["Products", "Time", "Versions"], line_items=["Units", "Price"])
    model.add_line_item("Sales", "Total", applies_to=["Users"], formula="Units * Price", subsets=("KPIs",))
    model.add_line_item("Sales", "Note", format="TEXT", subsets=("KPIs",))
    model.add_module("Fruit", applies_to=["Products: Fruit"], line_items=["Rank"])
    model.add_view(
        "Sales",
        "Plan",
        rows=["Time"],
        columns=["Line items"],
        pages=["Products", "Versions"],
        shown={"Time": ["Jan 26"]},
    )
    return model


def rows(response: Any, key: str) -> list[str]:
    assert response.status_code == 200, response.text
    return [row["name"] for row in response.json().get(key, [])]


def test_modules_and_views(api: Api, model: Model) -> None:
    assert rows(api.get(f"{api.dev}/modules"), "modules")[-2:] == ["Sales", "Fruit"]
    sales = model.part("modules", "Sales").id
    assert sales.startswith("102")
    views = api.get(f"{api.dev}/modules/{sales}/views").json()["views"]
    assert [(view["id"] == sales, view["name"], view["moduleId"]) for view in views] == [
        (True, "Sales", sales),
        (False, "Sales.Plan", sales),
    ]
    assert rows(api.get(f"{api.dev}/views"), "views")[-3:] == ["Sales", "Sales.Plan", "Fruit"]
    assert "Sales.Total" in rows(api.get(f"{api.dev}/views?includesubsidiaryviews=true"), "views")
    for path in ("modules/1/views", "modules/1/lineItems", "views/1", "views/1/data", "lineItems/1/dimensions"):
        assert message(api.get(f"{api.dev}/{path}"))[0] == 404


def test_view_metadata(api: Api, model: Model) -> None:
    sales = model.part("modules", "Sales")
    products = {"id": model.part("lists", "Products").id, "name": "Products"}
    time, versions = {"id": TIME, "name": "Time"}, {"id": VERSIONS, "name": "Versions"}
    line_items = {"id": LINE_ITEMS, "name": "Line items"}
    default = {"rows": [products], "columns": [line_items], "pages": [time, versions]}
    single = model.part("lineItems", "Units", "Sales").id
    subsidiary = model.part("lineItems", "Total", "Sales").id
    flights = model.part("modules", "Flights").id
    for row_id, name, axes in (
        (sales.id, "Sales", default),
        (model.views[0].id, "Sales.Plan", {"rows": [time], "columns": [line_items], "pages": [products, versions]}),
        (single, "Sales.Units", default),
        (subsidiary, "Sales.Total", {"rows": [{"id": USERS, "name": "Users"}], "columns": [line_items]}),
        (flights, "Flights", {"columns": [line_items]}),
    ):
        body = api.get(f"{api.dev}/views/{row_id}").json()
        del body["meta"], body["status"]
        assert body == {"viewId": row_id, "viewName": name, **axes}


def test_line_items(api: Api, model: Model) -> None:
    path = f"{api.dev}/modules/{model.part('modules', 'Sales').id}/lineItems"
    plain = api.get(path).json()["items"]
    assert [set(row) for row in plain] == [{"moduleId", "moduleName", "id", "name"}] * 4
    units, _, total, note = api.get(f"{path}?includeAll=true").json()["items"]
    assert [dimension["name"] for dimension in units["appliesTo"]] == ["Products", "Time", "Versions"]
    assert units["cellCount"] == 6 * 17 * 2, "products with two regions and a total; months, quarters and a year"
    assert (total["formula"], note["format"]) == ("Units * Price", "TEXT")
    every = api.get(f"{api.dev}/lineItems?includeAll=true").json()["items"]
    assert {row["version"]["name"] for row in every} == {"All", "Not Applicable"}
    assert (units["formatMetadata"]["decimalPlaces"], note["formatMetadata"]["textType"]) == (-1, "GENERAL")
    assert rows(api.get(f"{api.dev}/lineItems"), "items")[-5:] == ["Units", "Price", "Total", "Note", "Rank"]
    expected = rows(api.get(f"{api.dev}/lineItems/{units['id']}/dimensions"), "dimensions")
    assert expected == ["Products", "Time", "Versions"]


def test_dimension_items_of_the_model(api: Api, model: Model) -> None:
    ids = {"Products": model.part("lists", "Products").id, "Users": USERS, "Time": TIME, "Versions": VERSIONS}
    metadata = api.get(f"{api.dev}/lists/{ids['Products']}").json()["metadata"]
    subset = metadata["subsets"][0]["id"]
    assert rows(api.get(f"{api.dev}/dimensions/{ids['Products']}/items"), "items") == [
        "Apples",
        "Leeks",
        "Pears",
        "All",
    ]
    assert rows(api.get(f"{api.dev}/dimensions/{subset}/items"), "items") == ["Apples", "Pears"]
    assert rows(api.get(f"{api.dev}/dimensions/{USERS}/items"), "items") == ["ada@example.com", "sam@example.com"]
    first = api.get(f"{api.dev}/dimensions/{ids['Products']}/items").json()["items"]
    assert first[0]["code"] == "A"
    assert "code" not in first[3]
    assert "items" not in api.get(f"{api.dev}/dimensions/{model.part('lists', 'Carriers').id}/items").json()
    for row_id in (TIME, VERSIONS, LINE_ITEMS):
        assert message(api.get(f"{api.dev}/dimensions/{row_id}/items"))[0] == 400
    assert message(api.get(f"{api.dev}/dimensions/101000000001/items"))[0] == 404


def test_a_subset_as_dimension(api: Api, model: Model) -> None:
    view = model.part("modules", "Fruit").id
    assert api.get(f"{api.dev}/views/{view}/data", headers={"Accept": "text/csv"}).text == ",Rank\nApples,0\nPears,0\n"
    row = api.get(f"{api.dev}/views/{view}").json()["rows"][0]
    assert (row["name"], row["id"][:3]) == ("Products: Fruit", "109")


def test_a_page_without_items(api: Api, model: Model) -> None:
    view = model.add_module("Empty", applies_to=["Products", "Carriers"], line_items=["V"])
    assert api.get(f"{api.dev}/views/{view}/data", headers={"Accept": "text/csv"}).text == ",V\n"


def test_line_item_subset(api: Api, model: Model) -> None:
    row_id = next(part for part in model.parts("lineItems") if "KPIs" in part.subsets).id
    model.add_module("Mapping", applies_to=["KPIs"], line_items=["Weight"])
    weight = model.part("lineItems", "Weight", "Mapping").id
    subset = api.get(f"{api.dev}/lineItems/{weight}/dimensions").json()["dimensions"][0]
    assert subset["id"].startswith("114")
    items = api.get(f"{api.dev}/dimensions/{subset['id']}/items").json()["items"]
    assert (items[0]["id"], [item["name"] for item in items]) == (row_id, ["Total", "Note"])


def test_dimension_items_of_views_and_line_items(api: Api, model: Model) -> None:
    sales, units = model.part("modules", "Sales").id, model.part("lineItems", "Units", "Sales").id
    products = model.part("lists", "Products").id
    hierarchy = ["Apples", "Pears", "North", "Leeks", "South", "All"]
    for path in (f"views/{sales}", f"lineItems/{units}"):
        assert rows(api.get(f"{api.dev}/{path}/dimensions/{products}/items"), "items") == hierarchy
        assert rows(api.get(f"{api.dev}/{path}/dimensions/{VERSIONS}/items"), "items") == ["Actual", "Forecast"]
        periods = rows(api.get(f"{api.dev}/{path}/dimensions/{TIME}/items"), "items")
        assert periods[:4] == ["Jan 26", "Feb 26", "Mar 26", "Q1 FY26"]
        assert periods[-1] == "FY26"
        assert message(api.get(f"{api.dev}/{path}/dimensions/{USERS}/items"))[0] == 404
    assert rows(api.get(f"{api.dev}/views/{sales}/dimensions/{LINE_ITEMS}/items"), "items") == [
        "Units",
        "Price",
        "Note",
    ]
    saved = f"{api.dev}/views/{model.views[0].id}/dimensions"
    assert rows(api.get(f"{saved}/{TIME}/items"), "items") == ["Jan 26"], "a view shows what its filter leaves"


@pytest.mark.parametrize(
    ("dimension", "body", "expected"),
    [
        ("Products", {"names": ["apples", "Nothing"], "codes": ["P"]}, ["Apples", "Pears"]),
        ("Products", {"names": ["Apples"], "codes": ["A"]}, ["Apples"]),
        ("Products", {"codes": ["x"]}, []),
        (TIME, {"names": ["Jan 26", "Q2 FY26"]}, ["Jan 26", "Q2 FY26"]),
        (VERSIONS, {"names": ["ACTUAL"]}, ["Actual"]),
        (USERS, {"names": ["sam@example.com"]}, ["sam@example.com"]),
        (LINE_ITEMS, {"names": ["Units"]}, None),
        ("Products", {"names": [], "codes": []}, None),
        ("Products", {}, None),
        ("Products", {"names": [1]}, None),
    ],
)
def test_look_up(api: Api, model: Model, dimension: str, body: dict[str, Any], expected: list[str] | None) -> None:
    row_id = model.part("lists", dimension).id if dimension == "Products" else dimension
    response = api.post(f"{api.dev}/dimensions/{row_id}/items", body)
    if expected is None:
        assert message(response)[0] == 400
    else:
        assert rows(response, "items") == expected


def test_too_many_dimension_items() -> None:
    with Emulator(limits=Limits(dimension_items=2)) as emulator:
        api, model = Api(emulator), emulator.model(emulator.development_model_id)
        row_id = model.add_list("Few", items=["a", "b"])
        assert rows(api.get(f"{api.dev}/dimensions/{row_id}/items"), "items") == ["a", "b"]
        model.items_of("Few").add("c", None)
        assert message(api.get(f"{api.dev}/dimensions/{row_id}/items"))[0] == 400


def test_a_renamed_or_removed_list(api: Api, model: Model) -> None:
    units = model.part("lineItems", "Units", "Sales").id
    model.rename("lists", "Products", "Goods")
    assert rows(api.get(f"{api.dev}/lineItems/{units}/dimensions"), "dimensions") == ["Goods", "Time", "Versions"]
    model.rename("modules", "Sales", "Revenue")
    saved = api.get(f"{api.dev}/views/{model.views[0].id}").json()
    assert [page["name"] for page in saved["pages"]] == ["Goods", "Versions"]
    model.remove("lists", "Regions")
    assert "parent" not in api.get(f"{api.dev}/lists/{model.part('lists', 'Goods').id}").json()["metadata"]
    model.remove("lists", "Goods")
    assert message(api.get(f"{api.dev}/views/{saved['viewId']}"))[0] == 404


def test_dashboards(api: Api, emulator: Emulator) -> None:
    path = f"/workspaces/{emulator.workspace_id}{api.dev}/dashboards"
    assert "dashboards" not in api.get(path).json()
    emulator.model(emulator.development_model_id).dashboards.append(Dashboard(id="115000000000", name="Home"))
    assert api.get(path).json()["dashboards"] == [{"id": "115000000000", "name": "Home"}]


def test_builders_reject_invalid_arguments(model: Model) -> None:
    with pytest.raises(ValueError, match="rows, columns and pages"):
        model.add_view("Sales", "Bad", rows=["Time"], columns=["Line items"])
    with pytest.raises(ValueError, match="unique among lists"):
        model.add_list("Products")
    with pytest.raises(ValueError, match="one of lists"):
        model.items_of("Nothing")
