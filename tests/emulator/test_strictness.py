"""Strictness of Anaplan: paths, content types, bodies, and the form of responses."""

from __future__ import annotations

import pytest

from anaplan_ext.emulator import Emulator

from .conftest import BINARY, JSON, LOCALE, Api, message

FILE, IMPORT = "113000000000", "112000000000"
MODEL_PATHS = (
    *("files", "imports", "exports", "actions", "processes", "lists", "modules", "views", "lineItems", "versions"),
    *("status", "currentPeriod", "modelCalendar", "alm/revisions", "alm/latestRevision"),
    *(f"imports/{IMPORT}", f"imports/{IMPORT}/tasks", f"files/{FILE}/chunks", "alm/syncTasks"),
)


@pytest.fixture
def workspace(emulator: Emulator) -> str:
    return f"/workspaces/{emulator.workspace_id}"


@pytest.mark.parametrize("path", MODEL_PATHS)
def test_paths_with_or_without_workspace_and_trailing_slash(path: str, api: Api, workspace: str) -> None:
    forms = [f"{before}{api.dev}/{path}{end}" for before in ("", workspace) for end in ("", "/")]
    responses = [api.get(form) for form in forms]
    assert [response.status_code for response in responses] == [200] * 4
    bodies = [
        {key: value for key, value in response.json().items() if key != "requestStatus"} for response in responses
    ]
    assert bodies == [bodies[0]] * 4


def test_endpoints_without_a_form_with_workspace(api: Api, workspace: str) -> None:
    module = api.get(f"{api.dev}/modules").json()["modules"][1]["id"]
    csv = {"Accept": "text/csv"}
    assert api.get(f"{api.dev}/views/{module}/data", headers=csv).status_code == 200
    for end in ("", "/"):
        assert message(api.get(f"{workspace}{api.dev}{end}"))[0] == 405
        assert message(api.get(f"{workspace}{api.dev}/modelCalendar/fiscalYear{end}"))[0] == 405
    with Emulator(observer=None) as other:
        own = Api(other)
        assert message(own.get(f"{workspace}{own.dev}/views/{module}/data", headers=csv))[0] == 500, "as was seen live"


def test_a_chunked_upload_in_the_form_of_another_client(emulator: Emulator, workspace: str) -> None:
    with Emulator(observer=None) as other:
        api = Api(other)
        place = f"{workspace}{api.dev}/files/{FILE}/"
        assert api.post(place, {"id": FILE, "chunkCount": -1}).status_code == 200
        assert api.put(f"{place}chunks/0", content=b"id,amount\n", headers=BINARY).status_code == 204
        assert api.post(f"{place}complete", {"id": FILE, "chunkCount": -1}).status_code == 200
        assert api.get(f"{api.dev}/files/{FILE}").content == b"id,amount\n"


@pytest.mark.parametrize("path", ["open", "close"])
def test_a_post_without_a_body_requires_a_content_type(path: str, api: Api) -> None:
    place = f"{api.dev}/{path}"
    assert message(api.post(place)) == (415, "Unsupported Media Type")
    for content_type in ("application/json", "application/json; charset=utf-8", "application/text"):
        assert api.post(place, headers={"Content-Type": content_type}).status_code in (200, 204, 424)


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}])
def test_an_index_is_reset_with_and_without_a_content_type(headers: dict[str, str], emulator: Emulator) -> None:
    api = Api(emulator)
    list_id = emulator.model(emulator.development_model_id).part("lists", "Carriers").id
    assert api.post(f"{api.dev}/lists/{list_id}/resetIndex", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"), [(FILE, 200), (int(FILE), 200), (int(FILE) + 1, 400), (True, 400), (1.0, 400)]
)
def test_an_upload_is_completed_with_its_id_as_text_or_number(sent: object, status: int, workspace: str) -> None:
    with Emulator(observer=None) as other:
        api = Api(other)
        place = f"{workspace}{api.dev}/files/{FILE}"
        api.post(place, {"chunkCount": -1})
        api.put(f"{place}/chunks/0", content=b"id,amount\n", headers=BINARY)
        assert api.post(f"{place}/complete", {"id": sent}).status_code == status


def test_a_model_closes_and_opens_step_by_step(api: Api) -> None:
    def step() -> str:
        current_step: str = api.get(f"{api.dev}/status").json()["requestStatus"]["currentStep"]
        return current_step

    closed = api.post(f"{api.dev}/close", headers=JSON)
    assert (closed.status_code, closed.content) == (204, b"")
    assert [step(), step()] == ["Closing", "Closed"]
    opened = api.post(f"{api.dev}/open", headers=JSON)
    assert (opened.status_code, opened.content) == (202, b"")


@pytest.mark.parametrize("size", [1000, 1001, 300_000])
@pytest.mark.parametrize("announced", [True, False], ids=["length", "chunked"])
def test_a_body_above_the_limit_is_rejected(size: int, announced: bool) -> None:
    with Emulator(max_body_bytes=1000, observer=None) as emulator:
        api = Api(emulator)
        pieces = (b"x" * 100 for _ in range(size // 100)) if not announced else b"x" * size
        response = api.put(f"{api.dev}/files/{FILE}", content=pieces, headers=BINARY)
        if size > 1000 and (announced or size > 1100):
            assert message(response) == (413, "Request Entity Too Large")
            assert len(emulator.exchanges[-1].request_body) <= 1000  # type: ignore[arg-type]
            assert api.get(f"{api.dev}/files/{FILE}").status_code == 404
        else:
            assert response.status_code == 204
        assert api.get("/users/me").status_code == 200, "the connection is still good"


def test_deleted_items_are_reported_in_either_form(api: Api, emulator: Emulator) -> None:
    items = f"{api.dev}/lists/{emulator.model(emulator.development_model_id).part('lists', 'Airports').id}/items"
    body = {"items": [{"code": "JFK"}, {"code": "X"}, {"code": "EWR", "name": "Newark"}]}
    plain = api.post(f"{items}?action=delete", body).json()
    assert (plain["deleted"], plain["ignored"], plain["total"], len(plain["failures"])) == (1, 2, 3, 2)
    emulator.deleted_in_result = True
    nested = api.post(f"{items}?action=delete", {"items": [{"code": "LGA"}, {"code": "X"}]}).json()
    assert {"deleted", "ignored", "total", "failures"} & set(nested) == set()
    assert nested["result"]["numberOfItemsDeleted"] == 1
    assert [failure["requestIndex"] for failure in nested["result"]["failures"]] == [1]


def test_details_of_success_by_kind(api: Api) -> None:
    api.upload(api.dev, b"id,amount\n1,10\n")
    kinds = {
        f"imports/{IMPORT}": "hierarchyRowsProcessed",
        "exports/116000000000": "exportSucceeded",
        "actions/117000000000": "deleteFromSelectionSucceeded",
    }
    for action, kind in kinds.items():
        assert [detail["type"] for detail in api.run(api.dev, action)[1]["result"]["details"]] == [kind]
    nested = api.run(api.dev, "processes/118000000000")[1]["result"]["nestedResults"]
    assert [entry["details"][0]["type"] for entry in nested] == [
        "deleteFromSelectionSucceeded",
        "hierarchyRowsProcessed",
    ]


def test_models_and_views_have_the_fields_that_clients_require(api: Api) -> None:
    assert api.get("/models").json()["models"][0]["categoryValues"] == []
    assert api.get(f"{api.dev}/views").json()["views"][0]["code"] == ""
    assert api.post(f"{api.dev}/imports/{IMPORT}/tasks/", LOCALE).status_code == 200
