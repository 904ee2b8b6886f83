from __future__ import annotations

import pytest

from anaplan_ext.emulator import Emulator, File, Workspace

from .conftest import Api, message


def test_users(api: Api, emulator: Emulator) -> None:
    me = api.get("/users/me").json()
    assert me["user"]["email"] == emulator.user_email
    assert me["meta"] == {"schema": emulator.url + "/2/0/objects/user"}
    assert me["status"] == {"code": 200, "message": "Success"}


def test_details_only_on_demand(api: Api) -> None:
    assert "memoryUsage" not in api.get(api.dev).json()["model"]
    assert "memoryUsage" in api.get(api.dev, params={"modelDetails": "true"}).json()["model"]
    assert "currentSize" not in api.get("/workspaces").json()["workspaces"][0]
    assert "currentSize" in api.get("/workspaces?tenantDetails=true").json()["workspaces"][0]


def test_paging(api: Api, emulator: Emulator) -> None:
    emulator.model(emulator.development_model_id).files += [File(id=str(n), name=f"f{n}") for n in range(4)]
    path = f"{api.dev}/files"
    first = api.get(path, params={"limit": 2}).json()
    assert first["meta"]["paging"]["totalSize"] == 5
    assert "previous" not in first["meta"]["paging"]
    seen = [file["id"] for file in first["files"]]
    url = first["meta"]["paging"].get("next")
    while url:
        assert url.startswith(emulator.url)
        body = api.http.get(url).json()
        seen += [file["id"] for file in body["files"]]
        url = body["meta"]["paging"].get("next")
    assert seen == ["113000000000", "0", "1", "2", "3"]
    beyond = api.get(path, params={"offset": 9}).json()
    assert "files" not in beyond
    assert beyond["meta"]["paging"]["currentPageSize"] == 0


def test_page_limit_and_misleading_next() -> None:
    with Emulator(page_limit=1, misleading_next=True) as emulator:
        paging = Api(emulator).get("/models", params={"limit": 9, "offset": 1}).json()["meta"]["paging"]
    assert (paging["currentPageSize"], paging["totalSize"]) == (1, 2)
    assert "offset=2" in paging["next"]


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "offset=-1", "limit=x", "offset=1.5", "limit="])
def test_bad_paging(api: Api, query: str) -> None:
    assert message(api.get(f"/models?{query}"))[0] == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/models?sort=%2Bname", 200),
        ("/models?sort=-name,%2BactiveState", 200),
        ("/models?sort=name", 400),
        ("/models?sort=+name", 400),
        ("/models?sort=-memoryUsage", 400),
        ("/workspaces?sort=-sizeAllowance", 200),
        ("{dev}/files?sort=name", 200),
        ("{dev}/files?sort=nonsense", 200),
        ("{dev}/imports?sort=-name", 200),
    ],
)
def test_sort(api: Api, path: str, status: int) -> None:
    assert api.get(path.format(dev=api.dev)).status_code == status


def test_sorted_and_searched(api: Api, reader: Api) -> None:
    names = [model["name"] for model in api.get("/models?sort=-name").json()["models"]]
    assert names == ["Planning Prod", "Planning Dev"]
    assert len(api.get("/models?s=prod").json()["models"]) == 1
    assert len(api.get("/models?s=p%25g_d").json()["models"]) == 1
    assert len(reader.get("/models?s=prod").json()["models"]) == 2, "ignored unless tenant administrator"


def test_same_404_for_everything(api: Api, reader: Api, emulator: Emulator) -> None:
    workspace = f"/workspaces/{emulator.workspace_id}"
    for response in (
        api.get("/nonsense"),
        api.get(f"{api.dev}/processes/118"),
        api.get(f"{api.dev}/files//"),
        reader.get(workspace),
    ):
        assert message(response) == (404, "Not Found")
    assert api.get(workspace).status_code == 200
    assert api.get(f"{workspace}/models").json()["meta"]["paging"]["totalSize"] == 2


def test_ids_of_workspaces_and_models_are_case_sensitive_and_belong_together(api: Api, emulator: Emulator) -> None:
    model, workspace = emulator.development_model_id, emulator.workspace_id
    other = Workspace(id="8a8b8c8d9e0000000000000000000b02", name="Other")
    emulator.tenant.workspaces.append(other)
    for path, object_id in (
        ("/models/{}", "0" * 32),
        ("/models/{}/files", "0" * 32),
        ("/models/{}/files", model.lower()),
        ("/workspaces/{}" + f"/models/{model}/files", "0" * 32),
        (f"/workspaces/{workspace}" + "/models/{}/files", model.lower()),
        ("/workspaces/{}", workspace.upper()),
        ("/workspaces/{}/models", workspace.upper()),
        ("/workspaces/{}/admins", workspace.upper()),
        (f"/workspaces/{other.id}" + "/models/{}/files", model),
    ):
        assert message(api.get(path.format(object_id))) == (404, f"{object_id} is not recognized")
    assert api.get(f"/workspaces/{workspace}/models/{model}/files").status_code == 200


def test_wrong_method(api: Api, emulator: Emulator) -> None:
    for response in (
        api.get(f"/workspaces/{emulator.workspace_id}{api.dev}"),
        api.delete("/models"),
        api.get(f"{api.dev}/onlineStatus"),
        api.post(f"{api.dev}/onlineStatus", {"status": "online"}),
    ):
        assert message(response)[0] == 405


def test_no_access_to_a_model(api: Api, reader: Api, emulator: Emulator) -> None:
    emulator.tenant.users[1].hidden_models = frozenset({emulator.development_model_id})
    assert reader.get(reader.dev).status_code == 200
    assert reader.get(f"{reader.dev}/files").status_code == 404
    api.run(api.dev, "actions/117000000000")
    tasks = reader.get(f"{reader.dev}/actions/117000000000/tasks")
    assert tasks.status_code == 200
    assert "tasks" not in tasks.json()


@pytest.mark.parametrize(
    ("state", "status"), [("ARCHIVED", 422), ("MAINTENANCE", 404), ("LOCKED", 200), ("PRODUCTION", 200)]
)
def test_model_states(reader: Api, emulator: Emulator, state: str, status: int) -> None:
    emulator.model(emulator.development_model_id).active_state = state
    assert reader.get(f"{reader.dev}/files").status_code == status
    assert reader.get(reader.dev).json()["model"]["activeState"] == state
