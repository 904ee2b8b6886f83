from __future__ import annotations

from typing import Any

import pytest

from anaplan_ext.emulator import Emulator, Limits

from .conftest import JSON, Api, message


@pytest.fixture
def cities(emulator: Emulator, api: Api) -> str:
    """Add a list with every feature and return its path."""
    model = emulator.model(emulator.development_model_id)
    model.add_list("Countries", items=["UK", "France"])
    formats = {"Population": "NUMBER", "Mayor": "TEXT", "Capital": "BOOLEAN"}
    item_id = model.add_list("Cities", parent="Countries", top_level="World", properties=formats, subsets=("Coastal",))
    return f"{api.dev}/lists/{item_id}"


@pytest.fixture
def orders(emulator: Emulator, api: Api) -> str:
    """Add a numbered list and return its path."""
    return f"{api.dev}/lists/{emulator.model(emulator.development_model_id).add_list('Orders', numbered=True)}"


def write(api: Api, path: str, how: str, *items: dict[str, Any]) -> dict[str, Any]:
    """Write items and return the response without its envelope."""
    body = {"items": list(items)}
    response = api.put(f"{path}/items", json=body) if how == "update" else api.post(f"{path}/items?action={how}", body)
    assert response.status_code == 200, response.text
    return {key: value for key, value in response.json().items() if key not in ("meta", "status")}


def names(api: Api, path: str) -> list[str]:
    return [item["name"] for item in api.get(f"{path}/items").json().get("listItems", [])]


def reasons(result: dict[str, Any]) -> list[tuple[int, str]]:
    return [(failure["requestIndex"], failure["failureType"]) for failure in result.get("failures", [])]


def test_added_updated_deleted(api: Api, cities: str) -> None:
    assert "listItems" not in api.get(f"{cities}/items").json()
    first = {
        "name": "London",
        "code": "L",
        "parent": "UK",
        "properties": {"Population": "9"},
        "subsets": {"Coastal": True},
    }
    assert write(api, cities, "add", first, {"name": "Paris", "parent": "france"}) == {
        "added": 2,
        "ignored": 0,
        "total": 2,
    }
    london, paris = api.get(f"{cities}/items?includeAll=true").json()["listItems"]
    assert london["properties"] == {"Population": "9"}
    assert london["subsets"] == {"Coastal": True}
    assert (london["code"], london["parent"], london["listName"]) == ("L", "UK", "Countries")
    assert paris["subsets"] == {"Coastal": False}
    assert not {"code", "properties"} & set(paris)
    assert "subsets" not in api.get(f"{cities}/items").json()["listItems"][0]

    changes = {"properties": {"Mayor": "Anne"}, "parent": "UK"}
    assert write(
        api, cities, "update", {"id": paris["id"], **changes}, {"code": "l", "subsets": {"Coastal": False}}
    ) == {
        "updated": 2,
        "ignored": 0,
        "total": 2,
    }
    london, paris = api.get(f"{cities}/items?includeAll=true").json()["listItems"]
    assert (london["properties"], london["subsets"]) == ({"Population": "9"}, {"Coastal": False})
    assert (paris["parent"], paris["properties"]) == ("UK", {"Mayor": "Anne"})

    assert write(api, cities, "delete", {"name": "London"}, {"id": paris["id"]})["deleted"] == 2
    assert write(api, cities, "delete", {"id": paris["id"]})["deleted"] == 0, "a repeated deletion finds nothing"
    assert write(api, cities, "add", {"name": "Rome"})["added"] == 1
    assert api.get(f"{cities}/items").json()["listItems"][0]["id"] > paris["id"], "ids are not used again"


def test_a_repeated_add_is_ignored(api: Api, cities: str) -> None:
    items = [{"name": "London"}, {"name": "Paris", "code": "P"}]
    write(api, cities, "add", *items)
    again = write(api, cities, "add", *items, {"name": "Rome"}, {"name": "Pisa", "code": "p"})
    assert (again["added"], again["ignored"], again["total"]) == (1, 3, 4)
    assert reasons(again) == [(0, "DUPLICATE"), (1, "DUPLICATE"), (3, "DUPLICATE")]
    assert names(api, cities) == ["London", "Paris", "Rome"]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({"code": "x"}, "INCOMPLETE_DATA"),
        ({"name": "X", "id": "1"}, "INCORRECT_FORMAT"),
        ({"name": "X", "parent": "Atlantis"}, "INVALID_PARENT"),
        ({"name": "X", "properties": {"Population": "many"}}, "INCORRECT_FORMAT"),
        ({"name": "X", "properties": {"Capital": "perhaps"}}, "INCORRECT_FORMAT"),
        ({"name": "X", "properties": {"Color": "red"}}, "INCORRECT_FORMAT"),
        ({"name": "X", "subsets": {"Inland": True}}, "INCORRECT_FORMAT"),
    ],
)
def test_rejected_items_do_not_affect_the_others(api: Api, cities: str, item: dict[str, Any], kind: str) -> None:
    result = write(api, cities, "add", {"name": "A"}, item, {"name": "B"})
    assert (result["added"], result["ignored"], result["total"]) == (2, 1, 3)
    assert reasons(result) == [(1, kind)]
    assert names(api, cities) == ["A", "B"]


def test_an_item_is_identified_by_one_key(api: Api, cities: str) -> None:
    write(api, cities, "add", {"name": "London", "code": "L"})
    item_id = api.get(f"{cities}/items").json()["listItems"][0]["id"]
    wrong = [{"id": item_id, "code": "L"}, {}, {"code": "Region 1"}, {"id": "1"}, {"name": "Rome"}]
    kinds = ["Ambiguous criteria", "INCOMPLETE_DATA", "Not found", "Not found", "Not found"]
    for how, word in (("update", "updated"), ("delete", "deleted")):
        result = write(api, cities, how, *wrong)
        assert (result[word], result["ignored"], result["total"]) == (0, 5, 5)
        assert reasons(result) == list(enumerate(kinds))
    assert result["failures"][0]["failureMessageDetails"] == f"Specifying both id and code not supported ({item_id}:L)"
    assert result["failures"][2]["failureMessageDetails"] == "Code 'Region 1' not found"


def test_empty_keys_are_incomplete_data() -> None:
    with Emulator(observer=None) as emulator:  # the specification excludes such requests
        api = Api(emulator)
        path = f"{api.dev}/lists/{emulator.model(emulator.development_model_id).add_list('L', items=['A'])}"
        for how, items in (
            ("add", [{"name": ""}, {"name": "X", "code": ""}]),
            ("update", [{"code": ""}, {"name": ""}]),
            ("delete", [{"code": ""}, {"id": ""}]),
        ):
            assert reasons(write(api, path, how, *items)) == [(0, "INCOMPLETE_DATA"), (1, "INCOMPLETE_DATA")]
        assert names(api, path) == ["A"]


def test_numbered(api: Api, orders: str) -> None:
    result = write(api, orders, "add", {"code": "a"}, {"name": "b"}, {"code": "A"}, {})
    assert (result["added"], reasons(result)) == (2, [(1, "INCORRECT_FORMAT"), (2, "DUPLICATE")])
    assert names(api, orders) == ["#1", "#2"]
    for how in ("update", "delete"):
        assert reasons(write(api, orders, how, {"name": "#1"})) == [(0, "INCORRECT_FORMAT")]
    assert api.get(orders).json()["metadata"]["nextItemIndex"] == 3
    assert message(api.post(f"{orders}/resetIndex", headers=JSON))[0] == 400
    write(api, orders, "delete", {"code": "a"}, {"id": api.get(f"{orders}/items").json()["listItems"][1]["id"]})
    assert api.get(orders).json()["metadata"]["nextItemIndex"] == 3
    reset = api.post(f"{orders}/resetIndex", headers=JSON)
    assert (reset.status_code, reset.content) == (200, b"")
    assert api.get(orders).json()["metadata"]["nextItemIndex"] == 1


def test_parents(api: Api, emulator: Emulator, cities: str) -> None:
    model = emulator.model(emulator.development_model_id)
    path = f"{api.dev}/lists/{model.add_list('Staff', items=['Ada', 'Bo', 'Cy'])}"
    assert not reasons(write(api, path, "update", {"name": "Bo", "parent": "Ada"}, {"name": "Cy", "parent": "Bo"}))
    assert reasons(write(api, path, "update", {"name": "Ada", "parent": "Cy"})) == [(0, "INVALID_PARENT")]
    write(api, path, "delete", {"name": "Bo"})
    assert [item.get("parent") for item in api.get(f"{path}/items").json()["listItems"]] == [None, None]
    write(api, cities, "add", {"name": "Leeds", "parent": "UK"})
    countries = f"{api.dev}/lists/{model.part('lists', 'Countries').id}"
    write(api, countries, "delete", {"name": "UK"})
    assert "parent" not in api.get(f"{cities}/items").json()["listItems"][0]


def test_metadata(api: Api, cities: str, orders: str) -> None:
    assert [row["name"] for row in api.get(f"{api.dev}/lists").json()["lists"]][-3:] == [
        "Countries",
        "Cities",
        "Orders",
    ]
    write(api, cities, "add", {"name": "London"})
    result = api.get(cities).json()["metadata"]
    assert (result["itemCount"], result["topLevelItem"]["name"], result["parent"]["name"]) == (2, "World", "Countries")
    assert [row["name"] for row in result["properties"]] == ["Population", "Mayor", "Capital"]
    assert result["subsets"][0]["id"].startswith("109")
    assert (result["numberedList"], "nextItemIndex" in result) == (False, False)
    plain = api.get(orders).json()["metadata"]
    assert plain["numberedList"] is True
    assert not {"parent", "topLevelItem", "properties", "subsets"} & set(plain)
    assert message(api.get(f"{api.dev}/lists/101999999998"))[0] == 404


def test_csv(api: Api, cities: str) -> None:
    write(api, cities, "add", {"name": 'A "b"', "code": "c", "parent": "UK", "properties": {"Mayor": "x,y"}})
    response = api.get(f"{cities}/items", headers={"Accept": "text/csv"})
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text == 'Name,Parent,Code\n"A ""b""",UK,c\n'
    response = api.get(f"{cities}/items?includeAll=true", headers={"Accept": "text/csv"})
    assert response.text == 'Name,Parent,Code,Coastal,Population,Mayor,Capital\n"A ""b""",UK,c,false,,"x,y",\n'


@pytest.mark.parametrize(
    ("state", "path", "status"),
    [
        ("PRODUCTION", "Cities", 425),
        ("PRODUCTION", "Live", 200),
        ("PRODUCTION_MAINTENANCE", "Cities", 425),
        ("LOCKED", "Live", 423),
        ("ARCHIVED", "Live", 422),
    ],
)
def test_states(api: Api, emulator: Emulator, cities: str, state: str, path: str, status: int) -> None:
    model = emulator.model(emulator.development_model_id)
    model.add_list("Live", production=True)
    model.active_state = state
    place = f"{api.dev}/lists/{model.part('lists', path).id}"
    body = {"items": [{"name": "x"}]}
    for response in (api.post(f"{place}/items?action=add", body), api.put(f"{place}/items", json=body)):
        assert response.status_code == status
    reset = {425: 400, 200: 400}.get(status, status)
    assert api.post(f"{place}/resetIndex", headers=JSON).status_code == reset


def test_bad_requests(api: Api, cities: str) -> None:
    items = f"{cities}/items"
    for response in (
        api.post(items, {"items": []}),
        api.post(f"{items}?action=move", {"items": []}),
        api.post(f"{items}?action=add", {}),
        api.post(f"{items}?action=add", []),
        api.post(f"{items}?action=add", {"items": [1]}),
        api.post(f"{items}?action=add", {"items": [{"name": None}]}),
        api.put(items, json={"items": [{"name": 1}]}),
    ):
        assert message(response)[0] == 400
    half = api.post(f"{items}?action=add", content=b'{"items":[{"name":"\\ud800"}]}', headers=JSON)
    assert message(half) == (400, "Check if the content is compatible with JSON format.")
    unknown = {"items": [{"name": "A"}, {"name": "B", "color": "red"}]}
    assert message(api.post(f"{items}?action=add", unknown)) == (400, "Identified an unrecognized `color`.")
    assert names(api, cities) == []


def test_limits() -> None:
    with Emulator(limits=Limits(list_write=2, list_items=3)) as emulator:
        api = Api(emulator)
        path = f"{api.dev}/lists/{emulator.model(emulator.development_model_id).add_list('Many')}"
        assert message(api.post(f"{path}/items?action=add", {"items": [{"name": str(n)} for n in range(3)]}))[0] == 400
        write(api, path, "add", {"name": "1"}, {"name": "2"})
        write(api, path, "add", {"name": "3"})
        assert names(api, path) == ["1", "2", "3"]
        write(api, path, "add", {"name": "4"})
        assert message(api.get(f"{path}/items"))[0] == 400
        assert message(api.get(f"{path}/items", headers={"Accept": "text/csv"}))[0] == 400


def test_many_items_by_page() -> None:
    with Emulator(observer=None) as emulator:  # validating 50,000 items would dominate the test
        api, model = Api(emulator), emulator.model(emulator.development_model_id)
        path = f"{api.dev}/lists/{model.add_list('Many', items=(f'Item {n}' for n in range(50_000)))}"
        result = list[str]()
        for offset in range(0, 50_000, 5000):
            page = api.get(f"{path}/items", params={"offset": offset, "limit": 9000}).json()
            assert page["meta"]["paging"] | {"totalSize": 50_000, "currentPageSize": 5000} == page["meta"]["paging"]
            result += [item["name"] for item in page["listItems"]]
        assert result == [f"Item {n}" for n in range(50_000)]


@pytest.mark.parametrize(("production_data", "expected"), [(False, ["A", "B"]), (True, [])])
def test_a_sync_brings_the_items_of_lists_without_production_data(
    api: Api, emulator: Emulator, production_data: bool, expected: list[str]
) -> None:
    development = emulator.model(emulator.development_model_id)
    development.add_list("Brands", properties={"Rank": "NUMBER"}, items=["A", "B"], production=production_data)
    tag = development.record_revision("F" * 32, "Brands", user_id="x", at=emulator.now())
    production = emulator.model(emulator.production_model_id)
    production.apply_revision(tag, user_id="x", at=emulator.now(), method="Revision synchronized")
    path = f"{api.prod}/lists/{production.part('lists', 'Brands').id}"
    assert api.get(path).json()["metadata"]["properties"][0]["format"] == "NUMBER"
    assert names(api, path) == expected
