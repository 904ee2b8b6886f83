from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from anaplan_ext.emulator import Emulator, Limits, Model

from .conftest import Api, message


def build(emulator: Emulator, rows: int, columns: int) -> tuple[Model, str]:
    """Build a module of rows times columns cells and return the path of its view."""
    model = emulator.model(emulator.development_model_id)
    model.add_list("Rows", items=(f"R{n}" for n in range(rows)))
    model.add_list("Columns", items=(f"C{n}" for n in range(columns)))
    model.add_module("Grid", applies_to=["Rows", "Columns"], line_items=["Value"])
    view = model.add_view("Grid", "All", pages=["Line items"], rows=["Rows"], columns=["Columns"])
    return model, f"/models/{model.id}/views/{view}"


def start(api: Api, path: str, export_type: str | None = "TABULAR_SINGLE_COLUMN") -> str:
    body = {"exportType": export_type} if export_type else None
    response = api.post(f"{path}/readRequests", body)
    assert response.status_code == 200, response.text
    state = next(value for key, value in response.json().items() if key.endswith("ReadRequest"))
    assert state["requestState"] == "NOT_STARTED"
    assert not {"availablePages", "successful"} & set(state)
    assert state["url"].endswith(f"{path}/readRequests/{state['requestId']}")
    return f"{path}/readRequests/{state['requestId']}"


def poll(api: Api, request: str, how: str = "get") -> dict[str, Any]:
    response = getattr(api, how)(request)
    assert response.status_code == 200, response.text
    return next(value for key, value in response.json().items() if key.endswith("ReadRequest"))


def pages(api: Api, request: str) -> bytes:
    for _ in range(9):
        if (state := poll(api, request))["requestState"] == "COMPLETE":
            break
    assert state["successful"]
    responses = [api.get(f"{request}/pages/{number}") for number in range(state["availablePages"])]
    assert {(response.status_code, response.headers["content-type"].partition(";")[0]) for response in responses} == {
        (200, "text/csv")
    }
    return b"".join(response.content for response in responses)


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode())))


def test_the_life_of_a_read_request() -> None:
    with Emulator(limits=Limits(page_rows=4), task_polls=2) as emulator:
        api = Api(emulator)
        model, view = build(emulator, 5, 2)
        request = start(api, view)
        running = poll(api, request)
        assert (running["requestState"], running["availablePages"], running["successful"]) == ("IN_PROGRESS", 1, True)
        assert running["viewId"] == int(view.rpartition("/")[2]), "a number, not a string"
        assert api.get(f"{request}/pages/0").text.splitlines()[:2] == ["Line items,Columns,Rows,Value", "Value,C0,R0,0"]
        assert message(api.get(f"{request}/pages/1"))[0] == 404, "not there yet"
        rows = table(pages(api, request))
        assert rows[1:] == [["Value", f"C{column}", f"R{row}", "0"] for column in range(2) for row in range(5)]
        assert message(api.get(f"{request}/pages/3"))[0] == 404
        assert message(api.get(f"{request}/pages/x"))[0] == 404
        assert message(api.get(f"{api.dev}/views/1/readRequests/{request.rpartition('/')[2]}"))[0] == 404
        assert poll(api, request, "delete")["requestState"] == "COMPLETE"
        for response in (api.get(request), api.delete(request), api.get(f"{request}/pages/0")):
            assert message(response)[0] == 404
        assert not model.read_requests
        assert poll(api, start(api, view), "delete")["requestState"] == "CANCELLED"


@pytest.mark.parametrize(
    ("export_type", "expected"),
    [
        ("GRID_ALL_PAGES", "Value\n,C0,C1\nR0,0,0\nR1,7,0\n"),
        (
            "TABULAR_SINGLE_ITEMS",
            "Line items,Columns,Rows,Value\nValue,C0,R0,0\nValue,C0,R1,7\nValue,C1,R0,0\nValue,C1,R1,0\n",
        ),
        ("TABULAR_MULTI_COLUMN", "Columns,Rows,Value\nC0,R0,0\nC0,R1,7\nC1,R0,0\nC1,R1,0\n"),
    ],
)
@pytest.mark.parametrize("page_rows", [1, 2, 3, 10])
def test_layouts(export_type: str, expected: str, page_rows: int) -> None:
    with Emulator(limits=Limits(page_rows=page_rows), observer=None) as emulator:
        api = Api(emulator)
        model, view = build(emulator, 2, 2)
        rows, columns = model.items_of("Rows"), model.items_of("Columns")
        value = model.part("lineItems", "Value", "Grid").id
        model.cells[value] = {(list(rows.by_id)[1], next(iter(columns.by_id))): 7.0}
        assert pages(api, start(api, view, export_type)).decode() == expected
        assert message(api.post(f"{view}/readRequests", {"exportType": "PDF"}))[0] == 400


def test_all_pages_of_a_grid() -> None:
    with Emulator(limits=Limits(page_rows=3), observer=None) as emulator:
        model = emulator.model(emulator.development_model_id)
        model.add_list("A", items=["a", "b"])
        model.add_list("B", items=["x", "y", "z"])
        module = model.add_module("M", applies_to=["A", "B"], line_items=["V", "W"])
        api = Api(emulator)
        grids = [f"{page}\n,V,W\na,0,0\nb,0,0\n" for page in "xyz"]
        assert pages(api, start(api, f"{api.dev}/views/{module}", None)).decode() == "".join(grids)


def test_a_read_request_is_a_snapshot(api: Api, emulator: Emulator) -> None:
    model, view = build(emulator, 3, 1)
    request = start(api, view)
    items = f"{api.dev}/lists/{model.part('lists', 'Rows').id}/items"
    api.post(f"{items}?action=delete", {"items": [{"name": "R0"}]})
    api.post(f"{items}?action=add", {"items": [{"name": "R9"}]})
    assert [row[2] for row in table(pages(api, request))[1:]] == ["R0", "R1", "R2"]
    assert [row[2] for row in table(pages(api, start(api, view)))[1:]] == ["R1", "R2", "R9"]


def test_a_list() -> None:
    with Emulator(limits=Limits(page_rows=2)) as emulator:
        api, model = Api(emulator), emulator.model(emulator.development_model_id)
        path = f"{api.dev}/lists/{model.add_list('Items', items=['a', 'b', 'c'], properties={'Color': 'TEXT'})}"
        request = start(api, path, None)
        assert poll(api, request)["listId"] == int(path.rpartition("/")[2])
        assert pages(api, request) == b"Name,Parent,Code,Color\na,,,\nb,,,\nc,,,\n"
        assert poll(api, request, "delete")["requestState"] == "COMPLETE"
        assert message(api.post(f"{api.dev}/lists/1/readRequests"))[0] == 404


def test_an_empty_list_has_one_page(api: Api, emulator: Emulator) -> None:
    path = f"{api.dev}/lists/{emulator.model(emulator.development_model_id).add_list('Empty')}"
    assert pages(api, start(api, path, None)) == b"Name,Parent,Code\n"


def test_quota() -> None:
    with Emulator(limits=Limits(read_requests=2)) as emulator:
        api = Api(emulator)
        model, view = build(emulator, 1, 1)
        first, _ = start(api, view), start(api, view)
        assert message(api.post(f"{view}/readRequests", {"exportType": "GRID_ALL_PAGES"}))[0] == 429
        poll(api, first, "delete")
        start(api, view)
        emulator.advance(1801)
        start(Api(emulator), view)
        assert len(model.read_requests) == 1, "the idle ones were reclaimed"


def test_only_every_hundredth_page_keeps_it_alive() -> None:
    with Emulator(limits=Limits(page_rows=1), token_seconds=1e9) as emulator:
        api = Api(emulator)
        _, view = build(emulator, 101, 1)
        request = start(api, view)
        for _ in range(2):
            poll(api, request)
        emulator.advance(1700)
        assert api.get(f"{request}/pages/100").status_code == 200
        emulator.advance(1700)
        assert api.get(f"{request}/pages/1").status_code == 200
        poll(api, request)
        emulator.advance(200)
        assert message(api.get(f"{request}/pages/1"))[0] == 404
        assert message(api.get(request))[0] == 404


@pytest.mark.parametrize(
    ("outcome", "states"),
    [("fail", [("COMPLETE", False)]), ("cancel", [("CANCELLED", False)])],
)
def test_scripted_ends(api: Api, emulator: Emulator, outcome: Any, states: list[tuple[str, bool]]) -> None:
    _, view = build(emulator, 2, 1)
    for target in ("readRequests", view.rpartition("/")[2]):
        emulator.fail_next_task(target, outcome)
        request = start(api, view)
        seen = [poll(api, request) for _ in range(2)]
        assert [(state["requestState"], state["successful"]) for state in seen] == [("IN_PROGRESS", True), *states]
        assert seen[-1]["availablePages"] == 0
        assert message(api.get(f"{request}/pages/0"))[0] == 404
    emulator.fail_next_task("readRequests", "vanish")
    assert message(api.get(start(api, view)))[0] == 404
    assert table(pages(api, start(api, view)))


def test_a_view_above_a_million_cells(api: Api, emulator: Emulator) -> None:
    model, view = build(emulator, 9901, 101)
    assert message(api.get(f"{view}/data"))[0] == 400
    request = start(api, view)
    for _ in range(2):
        state = poll(api, request)
    assert state["availablePages"] == 101
    sizes = [len(table(api.get(f"{request}/pages/{number}").content)) for number in range(101)]
    assert sizes == [10_001, *[10_000] * 99, 1]
    assert api.get(f"{request}/pages/100").text == "Value,C100,R9900,0\n"
    model.items_of("Rows").remove(next(iter(model.items_of("Rows").by_id.values())))
    assert api.get(f"{view}/data", headers={"Accept": "text/csv"}).status_code == 200, "999,900 cells"
