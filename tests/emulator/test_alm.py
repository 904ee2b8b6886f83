from __future__ import annotations

from typing import Any

import httpx
import pytest

from anaplan_ext.emulator import Emulator, Model, Tenant, User, Workspace

from .conftest import LOCALE, Api, message

FIELDS = "Expected mandatory fields `sourceRevisionId`, `sourceModelId` and `targetRevisionId`"
STREAM = {"Accept": "application/octet-stream"}


def latest(api: Api, model: str) -> dict[str, Any]:
    return api.get(f"{model}/alm/latestRevision").json()["revisions"][0]


def endpoints(api: Api) -> dict[str, str]:
    return {
        "sourceModelId": api.dev.rpartition("/")[2],
        "sourceRevisionId": latest(api, api.dev)["id"],
        "targetRevisionId": latest(api, api.prod)["id"],
    }


def run(api: Api, kind: str, body: dict[str, str]) -> dict[str, Any]:
    started = api.post(f"{api.prod}/alm/{kind}", body)
    assert started.status_code == 201, started.text
    task = started.json()["task"]
    assert started.headers["location"] == task["taskUrl"]
    assert isinstance(task["creationTime"], int)
    return api.finish(task["taskUrl"].partition("/2/0")[2])[1]


def test_promotion(api: Api, emulator: Emulator) -> None:
    created = api.post(f"{api.dev}/alm/revisions", {"name": "Delays", "description": "By airport"})
    assert created.status_code == 201
    assert created.json()["status"] == {"code": 201, "message": "Created"}
    revision = created.json()["revision"]
    assert revision["creationMethod"] == "User added revision via API"
    assert revision["description"] == "By airport"
    assert latest(api, api.dev) == revision
    syncable = api.get(f"{api.prod}/alm/syncableRevisions", params={"sourceModelId": endpoints(api)["sourceModelId"]})
    assert [entry["name"] for entry in syncable.json()["revisions"]] == ["Delays", "Aircraft types"]
    task = run(api, "syncTasks", endpoints(api))
    assert task["result"] == {"successful": True}
    assert task["currentStep"] == "Complete."
    assert latest(api, api.prod)["id"] == revision["id"]
    dev, prod = (
        emulator.model(revision_id) for revision_id in (emulator.development_model_id, emulator.production_model_id)
    )
    assert prod.structure == dev.structure
    applied = api.get(f"{api.dev}/alm/revisions/{revision['id']}/appliedToModels").json()["appliedToModels"]
    assert [entry["modelName"] for entry in applied] == ["Planning Dev", "Planning Prod"]
    assert applied[1]["appliedMethod"] == "Revision synchronized"
    listed = api.get(f"{api.prod}/alm/syncTasks").json()["tasks"]
    assert listed[0] == {key: task[key] for key in ("taskId", "taskState", "creationTime")}
    assert "revisions" not in api.get(
        f"{api.prod}/alm/syncableRevisions", params={"sourceModelId": emulator.development_model_id}
    ).json()  # fmt: skip
    emulator.delete_model(prod.id)
    applied = api.get(f"{api.dev}/alm/revisions/{revision['id']}/appliedToModels").json()["appliedToModels"]
    assert applied[1]["modelDeleted"] is True
    assert not {"modelName", "workspaceId"} & set(applied[1])


def test_structural_change_is_needed(api: Api, emulator: Emulator) -> None:
    revisions = f"{api.dev}/alm/revisions"
    assert api.post(revisions, {"name": "one"}).status_code == 201
    assert message(api.post(revisions, {"name": "two"}))[0] == 400
    model = emulator.model(emulator.development_model_id)
    model.add_list("Regions")
    model.remove("lists", "Regions")
    assert message(api.post(revisions, {"name": "two"}))[0] == 400
    model.add_module("Sales", line_items=["Units"])
    assert "description" not in api.post(revisions, {"name": "two"}).json()["revision"]
    model.active_state = "PRODUCTION"
    model.rename("modules", "Sales", "Revenue")
    assert message(api.post(revisions, {"name": "three"}))[0] == 400, "not in standard mode"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"name": "x" * 61}, "The title of your revision tag must be 60 characters or fewer"),
        ({"name": "x", "description": "x" * 251}, "Revision tag descriptions must be 250 characters or fewer"),
        ({"name": " "}, "The title of your revision tag must not be empty"),
        ({}, "Missing mandatory property `name`"),
        ({"name": "x", "tag": "y"}, "Identified an unrecognized `tag`."),
        ({"name": 1}, "The data provided is not in the expected format."),
        (None, "The request body is null."),
    ],
)
def test_bad_revision(api: Api, body: object, text: str) -> None:
    assert message(api.post(f"{api.dev}/alm/revisions", body)) == (400, text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Aircraft types", "Initial model"]),
        ({"sort": "-name"}, ["Initial model", "Aircraft types"]),
        ({"sort": "name", "limit": 1}, ["Aircraft types"]),
        ({"offset": 1}, ["Initial model"]),
        ({"appliedAfter": "2026-01-02"}, ["Aircraft types"]),
        ({"appliedAfter": "2026-01-01", "appliedBefore": "2026-01-31"}, ["Initial model"]),
        ({"appliedAfter": "2027-01-01"}, []),
        ({"appliedAfter": "1/1/2026"}, "Date query parameter must be of the format `YYYY-MM-DD`"),
        ({"appliedAfter": "2026-13-01"}, "Date query parameter must be of the format `YYYY-MM-DD`"),
        (
            {"appliedAfter": "2026-01-01", "appliedBefore": "2026-01-01"},
            "`appliedAfter` must be an earlier date than `appliedBefore`",
        ),
        ({"sort": "size"}, "Cannot sort by `size`"),
    ],
)
def test_revisions(api: Api, query: dict[str, str | int], expected: list[str] | str) -> None:
    response = api.get(f"{api.dev}/alm/revisions", params=query)
    if isinstance(expected, str):
        assert message(response) == (400, expected)
    else:
        assert [revision["name"] for revision in response.json().get("revisions", [])] == expected
        assert response.json()["meta"]["paging"]["currentPageSize"] == len(expected)


def test_reports(api: Api, emulator: Emulator) -> None:
    body = endpoints(api)
    ids = {key: body[key] for key in ("targetRevisionId", "sourceRevisionId")}
    place = f"{body['targetRevisionId']}/{body['sourceRevisionId']}"
    content = f"{api.prod}/alm/comparisonReports/{place}"
    assert message(api.get(content, headers=STREAM))[0] == 404, "before its task"
    task = run(api, "comparisonReportTasks", body)
    assert task["result"] == {"successful": True, **ids, "reportFileUrl": f"{emulator.url}/2/0{content}"}
    response = api.get(content, headers=STREAM)
    assert response.headers["content-type"] == "application/octet-stream"
    assert "=== LINE ITEMS ADDED ===" in response.text
    for accept in ("application/json", "text/plain", "text/*", "application/json, text/plain"):
        assert message(api.get(content, headers={"Accept": accept}))[0] == 406
    for accept in ("*/*", "application/*", "text/plain, application/octet-stream;q=0.5"):
        assert api.get(content, headers={"Accept": accept}).content == response.content
    assert message(api.get(f"{api.prod}/alm/summaryReportTasks/{task['taskId']}"))[0] == 404, "another kind"
    summary = run(api, "summaryReportTasks", body)["result"]["reportFileUrl"]
    differences = {"lists": {"created": 1}, "lineItems": {"created": 1}}
    expected = {**ids, "totals": {"created": 2}, "differences": differences}
    assert api.http.get(summary).json()["summaryReport"] == expected
    emulator.advance(48 * 3600 + 1)
    later = Api(emulator)
    assert later.get(content, headers=STREAM).status_code == 404
    assert later.http.get(summary).status_code == 404


def test_modified_and_deleted(api: Api, emulator: Emulator) -> None:
    model = emulator.model(emulator.development_model_id)
    model.rename("lists", "Carriers", "Airlines")
    model.rename("lineItems", "Distance", "Miles", module="Flights")
    model.remove("lineItems", "Arrival delay", module="Flights")
    model.remove("lists", "Airports")
    api.post(f"{api.dev}/alm/revisions", {"name": "Big change"})
    body = endpoints(api)
    summary = api.http.get(run(api, "summaryReportTasks", body)["result"]["reportFileUrl"]).json()["summaryReport"]
    assert summary["differences"]["lists"] == {"created": 1, "deleted": 1, "modified": 1}
    assert summary["totals"] == {"created": 4, "deleted": 2, "modified": 2}


def test_incompatible(api: Api, emulator: Emulator) -> None:
    stranger = Model(id="F" * 32, name="Stranger")
    stranger.add_list("Alien")
    stranger.record_revision("E" * 32, "Alien", user_id="x", at=emulator.now())
    emulator.tenant.workspaces[0].models.append(stranger)
    body = endpoints(api) | {"sourceModelId": "F" * 32, "sourceRevisionId": "E" * 32}
    for kind in ("comparisonReportTasks", "summaryReportTasks"):
        task = run(api, kind, body)
        assert task["currentStep"] == "Failed."
        assert task["result"] == {
            "successful": False,
            "error": {
                "title": "The target and source revisions are incompatible",
                "messageText": "Please choose a target and source revision that's compatible.",
            },
        }
    assert message(api.post(f"{api.prod}/alm/syncTasks", body))[0] == 400


def test_task_bodies(api: Api) -> None:
    good = endpoints(api)
    for kind in ("syncTasks", "comparisonReportTasks", "summaryReportTasks"):
        path = f"{api.prod}/alm/{kind}"
        for missing in good:
            body = {key: value for key, value in good.items() if key != missing}
            assert message(api.post(path, body)) == (400, FIELDS)
            assert message(api.post(path, good | {missing: "unknown"}))[0] == 400
        assert message(api.post(path, good | {"x": "y"})) == (400, "Identified an unrecognized `x`.")
        assert message(api.post(path)) == (400, "The request body is null.")
        assert message(api.get(f"{path}/unknown"))[0] == 404
    older = good | {"sourceRevisionId": good["targetRevisionId"]}
    assert message(api.post(f"{api.prod}/alm/syncTasks", older))[0] == 400, "nothing to bring"


def test_sync_rules(api: Api, emulator: Emulator) -> None:
    body, path = endpoints(api), f"{api.prod}/alm/syncTasks"
    assert "tasks" not in api.get(path).json()
    emulator.fail_next_task("syncTasks")
    task = run(api, "syncTasks", body)
    assert task["result"]["error"]["title"] == "Model Synchronization Failed"
    assert set(task["result"]["error"]) == {"title", "messageText", "subtitle"}
    assert latest(api, api.prod)["id"] == body["targetRevisionId"], "no effect"
    assert api.post(path, body).status_code == 201
    assert message(api.post(path, body))[0] == 409, "one at a time"
    emulator.advance(61)
    assert latest(api, api.prod)["id"] == body["sourceRevisionId"], "done although nobody looked"
    assert message(api.post(path, body))[0] == 400, "no longer the latest revision of the target"
    assert len(api.get(path).json()["tasks"]) == 2
    emulator.advance(48 * 3600)
    assert "tasks" not in Api(emulator).get(path).json()


def test_sync_cancelled_by_the_server(api: Api, emulator: Emulator) -> None:
    emulator.fail_next_task(emulator.production_model_id, "cancel")
    task = run(api, "syncTasks", endpoints(api))
    assert task["taskState"] == "CANCELLED"
    assert "result" not in task


def calls(api: Api) -> list[tuple[str, str]]:
    return [
        ("PUT", f"{api.prod}/onlineStatus"),
        ("GET", f"{api.prod}/alm/revisions"),
        ("POST", f"{api.prod}/alm/revisions"),
        ("GET", f"{api.prod}/alm/revisions/x/appliedToModels"),
        ("GET", f"{api.prod}/alm/latestRevision"),
        ("GET", f"{api.prod}/alm/syncableRevisions"),
        ("GET", f"{api.prod}/alm/syncTasks"),
        ("POST", f"{api.prod}/alm/syncTasks"),
        ("GET", f"{api.prod}/alm/syncTasks/x"),
        *[
            entry
            for kind in ("comparisonReport", "summaryReport")
            for entry in [
                ("POST", f"{api.prod}/alm/{kind}Tasks"),
                ("GET", f"{api.prod}/alm/{kind}Tasks/x"),
                ("GET", f"{api.prod}/alm/{kind}s/x/y"),
            ]
        ],
    ]


def call(api: Api, method: str, path: str) -> httpx.Response:
    return api.http.request(method, "/2/0" + path, headers=STREAM)


def test_roles(reader: Api) -> None:
    for method, path in calls(reader):
        lists = method == "GET" and path.endswith("/syncTasks")
        text = "A user can see the models but is not a Workspace Administrator" if lists else "Forbidden"
        expected = (424, "") if "Report" in path else (403, text)
        assert message(call(reader, method, path)) == expected
    refused = reader.get(f"{reader.prod}/alm/comparisonReports/x/y", headers={"Accept": "application/json"})
    assert message(refused)[0] == 406, "before the role"


def test_archived(api: Api, emulator: Emulator) -> None:
    emulator.model(emulator.production_model_id).active_state = "ARCHIVED"
    for method, path in calls(api):
        assert message(call(api, method, path)) == (422, "Model is Archived")
    source = api.get(f"{api.dev}/alm/syncableRevisions", params={"sourceModelId": emulator.production_model_id})
    assert message(source) == (422, "Model is Archived")


def test_syncable_revisions_are_strict(api: Api) -> None:
    path = f"{api.prod}/alm/syncableRevisions"
    assert message(api.get(path)) == (400, "Missing `sourceModelId` request parameter")
    assert message(api.get(path, params={"sourceModelId": "0" * 32}))[0] == 404
    assert message(api.get(f"{api.prod}/alm/revisions/x/appliedToModels"))[0] == 404


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"status": "away"}, "Invalid value for `status`, must be one of `[online, offline]`"),
        ({}, "Missing mandatory property `status`"),
        ({"status": "online", "x": 1}, "Unrecognised property detected"),
    ],
)
def test_bad_online_status(api: Api, body: dict[str, Any], text: str) -> None:
    assert message(api.put(f"{api.dev}/onlineStatus", json=body)) == (400, text)


def test_online_status(api: Api, reader: Api, emulator: Emulator) -> None:
    for status, code in (("offline", 404), ("online", 200)):
        response = api.put(f"{api.prod}/onlineStatus", json={"status": status})
        assert (response.status_code, response.content) == (204, b"")
        assert reader.get(f"{api.prod}/files").status_code == code
    emulator.model(emulator.production_model_id).active_state = "LOCKED"
    locked = api.put(f"{api.prod}/onlineStatus", json={"status": "online"})
    assert message(locked) == (400, "Cannot change status when model is in Locked or Archived mode")


def test_ids_are_chosen_by_the_caller() -> None:
    dev = Model(id="1" * 32, name="Dev")
    dev.record_revision("rev_000", "Start", user_id="u", at=0)
    prod = Model(id="2" * 32, name="Prod")
    prod.apply_revision(dev.revisions[0].revision, user_id="u", at=50, method="Model copied")
    dev.add_list("Regions")
    dev.record_revision("rev_123", "Regions", user_id="u", at=100)
    dev.add_module("Sales", line_items=["Units"])
    workspace = Workspace(id="A" * 32, name="W", models=[dev, prod])
    with Emulator(Tenant(users=[User(email="a@b.c")], workspaces=[workspace])) as emulator:
        api = Api(emulator)
        assert (emulator.workspace_id, emulator.production_model_id) == ("A" * 32, "2" * 32)
        assert api.post(f"{api.dev}/alm/revisions", {"name": "Sales"}).status_code == 201
        body = {"sourceModelId": "1" * 32, "sourceRevisionId": "rev_123", "targetRevisionId": "rev_000"}
        assert run(api, "syncTasks", body)["result"] == {"successful": True}
        assert [part.name for part in prod.structure] == ["Regions"]
        assert "revisions" in api.get(f"{api.prod}/alm/syncableRevisions?sourceModelId={'1' * 32}").json()
        assert message(api.post(f"{api.dev}/actions/117/tasks", LOCALE))[0] == 404
