from __future__ import annotations

import pytest

from anaplan_ext.emulator import Action, Emulator, Model, Process, User, Workspace

from .conftest import JSON, Api, message


def step(api: Api, model: str | None = None) -> str:
    body = api.get(f"{model or api.dev}/status").json()
    assert set(body) == {"requestStatus"}
    assert body["requestStatus"]["progress"] == -1.0
    assert body["requestStatus"]["taskId"] is None
    return str(body["requestStatus"]["currentStep"])


def test_closed_and_opened(api: Api) -> None:
    assert step(api) == "Open"
    assert message(api.post(f"{api.dev}/open", headers=JSON))[0] == 424
    closed = api.post(f"{api.dev}/close", headers=JSON)
    assert (closed.status_code, closed.content) == (204, b"")
    assert [step(api) for _ in range(3)] == ["Closing", "Closed", "Closed"]
    assert api.post(f"{api.dev}/close", headers=JSON).status_code == 204
    opened = api.post(f"{api.dev}/open", headers=JSON)
    assert (opened.status_code, opened.content) == (202, b"")
    assert message(api.post(f"{api.dev}/open", headers=JSON))[0] == 404, "too often"
    assert [step(api) for _ in range(2)] == ["Processing ...", "Open"]


def test_a_request_that_needs_the_model_opens_it(api: Api) -> None:
    api.post(f"{api.dev}/close", headers=JSON)
    assert [step(api) for _ in range(2)] == ["Closing", "Closed"]
    assert api.get(api.dev).status_code == 200
    assert step(api) == "Closed"
    assert api.get(f"{api.dev}/lists").status_code == 200
    assert step(api) == "Open"


def test_closing_takes_time() -> None:
    with Emulator(task_seconds=100, task_polls=0) as emulator:
        api = Api(emulator)
        api.post(f"{api.dev}/close", headers=JSON)
        assert [step(api) for _ in range(3)] == ["Closing"] * 3
        emulator.advance(100)
        assert step(api) == "Closed"


def test_permissions_and_states(api: Api, reader: Api, emulator: Emulator) -> None:
    for path in ("open", "close"):
        assert message(reader.post(f"{api.dev}/{path}"))[0] == 404
        assert message(api.get(f"{api.dev}/{path}"))[0] == 405
    assert message(api.post(f"{api.dev}/status"))[0] == 405
    emulator.model(emulator.development_model_id).active_state = "ARCHIVED"
    for path in ("open", "close"):
        assert message(api.post(f"{api.dev}/{path}")) == (422, "Model is Archived")


def test_deleted_models(api: Api, reader: Api, emulator: Emulator) -> None:
    path = f"/workspaces/{emulator.workspace_id}/bulkDeleteModels"
    dev, prod, strange = emulator.development_model_id, emulator.production_model_id, "F" * 32
    emulator.tenant.workspaces.append(
        Workspace(id="8" * 32, name="Other", models=[Model(id=strange, name="Elsewhere")])
    )
    api.post(f"{api.dev}/close", headers=JSON)
    ids = {"modelIdsToDelete": [dev, prod, strange]}
    result = api.post(path, ids).json()
    assert result["modelsDeleted"] == 0, "it is closing, but not closed"
    assert [step(api) for _ in range(2)] == ["Closing", "Closed"]
    result = api.post(path, ids).json()
    assert result["modelsDeleted"] == 1
    assert result["bulkDeleteModelsFailures"] == [
        {"modelId": prod, "message": "Model is open. Please close the model before trying again."},
        {"modelId": strange, "message": "Model not found."},
    ]
    assert message(api.get(api.dev))[0] == 404
    api.post(f"{api.prod}/close", headers=JSON)
    emulator.advance(61)
    result = api.post(path, {"modelIdsToDelete": [prod]}).json()
    assert (result["modelsDeleted"], "bulkDeleteModelsFailures" in result) == (1, False)
    assert message(api.post(path, {"modelIdsToDelete": [], "force": True})) == (
        400,
        "Identified an unrecognized `force`.",
    )
    assert message(api.post(path, {}))[0] == 400
    assert message(reader.post(path, ids))[0] == 404
    emulator.tenant.workspaces[1].models[0].active_state = "ARCHIVED"
    archived = api.post(f"/workspaces/{'8' * 32}/bulkDeleteModels", {"modelIdsToDelete": [strange]}).json()
    assert archived["modelsDeleted"] == 1, "what is archived is not open"


def test_members_of_a_workspace(api: Api, reader: Api, emulator: Emulator) -> None:
    path = f"/workspaces/{emulator.workspace_id}"
    emulator.tenant.users.append(User(email="guest@example.org", workspace_administrator=False, visitor=True))
    emulator.tenant.workspaces.append(Workspace(id="8" * 32, name="Other"))
    admins = api.get(f"{path}/admins").json()["admins"]
    assert [(admin["email"], admin["otherWorkspaces"]) for admin in admins] == [("ada@example.com", ["Other"])]
    assert [visitor["email"] for visitor in api.get(f"{path}/visitors").json()["visitors"]] == ["guest@example.org"]
    assert message(api.get(f"/workspaces/{'0' * 32}/admins"))[0] == 404


def test_members_require_user_administration() -> None:
    with Emulator(observer=None) as emulator:  # as seen live
        reader = Api(emulator, "sam@example.com", "password")
        for name in ("admins", "visitors"):
            assert message(reader.get(f"/workspaces/{emulator.workspace_id}/{name}"))[0] == 500


def test_users(api: Api, emulator: Emulator) -> None:
    emulator.tenant.users.append(User(email="zoe@example.com", first_name="Zoe", active=False))
    users = api.get("/users").json()["users"]
    assert [user["email"] for user in users] == ["ada@example.com", "sam@example.com", "zoe@example.com"]
    assert api.get(f"/users/{users[2]['id']}").json()["user"] == users[2]
    assert message(api.get(f"/users/{'0' * 32}"))[0] == 404
    assert [user["email"] for user in api.get("/users?s=ZOE").json()["users"]] == ["zoe@example.com"]
    assert api.get("/users?sort=-email&limit=1").json()["users"][0]["email"] == "zoe@example.com"
    assert [user["active"] for user in api.get("/users?sort=%2Bactive").json()["users"]] == [False, True, True]
    for sort in ("email", "-id", "%2Bnonsense"):
        assert message(api.get(f"/users?sort={sort}"))[0] == 400


def test_many_models() -> None:
    with Emulator(observer=None) as emulator:  # validating every model would dominate the test
        api, models = Api(emulator), emulator.tenant.workspaces[0].models
        models += [Model(id=f"{number:032X}", name=f"M{number}") for number in range(20_000)]
        names, offset = list[str](), 0
        while offset < 20_002:
            page = api.get("/models", params={"offset": offset, "limit": 5000}).json()
            names += [model["name"] for model in page["models"]]
            offset += page["meta"]["paging"]["currentPageSize"]
        assert names[2:] == [f"M{number}" for number in range(20_000)]


def test_optimizer_log(api: Api, reader: Api, emulator: Emulator) -> None:
    model = emulator.model(emulator.development_model_id)
    model.actions.append(Action(id="117000000009", name="Optimize", module="Delays", action_type="OPTIMIZER"))
    model.processes.append(Process(id="118000000009", name="Solve", action_ids=["117000000009"]))
    path, _ = api.run(api.dev, "processes/118000000009")
    task = path.rpartition("/")[2]
    place = f"/workspaces/{emulator.workspace_id}{api.dev}/optimizeActions"
    response = api.get(f"{place}/117000000009/tasks/{task}/solutionLogs")
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    assert "Optimize" in response.text
    for wrong in (f"118000000009/tasks/{task}", "117000000009/tasks/x", f"117000000000/tasks/{task}"):
        assert message(api.get(f"{place}/{wrong}/solutionLogs"))[0] == 404
    assert message(reader.get(f"{place}/x/tasks/x/solutionLogs"))[0] == 403, "before any id is checked"


@pytest.mark.parametrize("path", ["lists", "modules", "views", "versions", "status", "open", "currentPeriod"])
def test_no_access(emulator: Emulator, path: str) -> None:
    emulator.tenant.users[1].hidden_models = frozenset([emulator.development_model_id])
    reader = Api(emulator, "sam@example.com", "password")
    assert message(reader.get(f"{reader.dev}/{path}"))[0] in (404, 405)
