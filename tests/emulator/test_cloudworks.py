"""CloudWorks in the emulator: strict, stateful, on its own clock, and without a secret in any response."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from anaplan_ext.emulator import Emulator, SentNotification

from .conftest import Api, message

IMPORT, EXPORT, FILE, PROCESS = "112000000000", "116000000000", "113000000000", "118000000000"
CANARY = "canary-0d2c"
S3 = {"name": "Files", "accessKeyId": CANARY, "secretAccessKey": CANARY, "bucketName": "files"}
KEY = {"private_key": CANARY, "private_key_id": CANARY, "client_email": "e"}
BIG_QUERY = {"name": "Tables", "serviceAccountKey": KEY, "dataset": "tables"}
AZURE = {
    "name": "Blobs",
    "storageAccountName": "s",
    "containerName": "c",
    "auth_method": "SAS-based",
    "sasToken": CANARY,
}
OAUTH = {**AZURE, "auth_method": "Oauth2", "clientId": "i", "clientSecret": CANARY, "tenantId": "t"}
BODIES: list[tuple[str, dict[str, Any]]] = [
    ("AmazonS3", S3),
    ("GoogleBigQuery", BIG_QUERY),
    ("AzureBlob", AZURE),
    ("AzureBlob", OAUTH),
]
INVALID = (400, "Invalid request body")
SCHEDULE = {
    "name": "s",
    "type": "daily",
    "time": "06:30",
    "daysOfWeek": [0, 1, 2, 3, 4, 5, 6],
    "startDate": "2026-01-01",
    "endDate": "2036-01-01",
    "timezone": "Etc/UTC",
}


def put(api: Api, path: str, json: Any) -> httpx.Response:
    return api.http.put("/2/0" + path, json=json)


def connect(api: Api, kind: str = "AmazonS3", body: dict[str, Any] = S3) -> str:
    created = api.post("/integrations/connections", {"type": kind, "body": body})
    assert created.status_code == 200, created.text
    return str(created.json()["connections"]["connectionId"])


def end(connection_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "AmazonS3", "connectionId": connection_id, "file": "flights.csv", **more}


def load_job(connection_id: str) -> dict[str, Any]:
    target = {"type": "Anaplan", "actionId": IMPORT, "fileId": FILE}
    return {"type": "AmazonS3ToAnaplan", "sources": [end(connection_id)], "targets": [target]}


def body_of(emulator: Emulator, jobs: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    place = {"workspaceId": emulator.workspace_id, "modelId": emulator.development_model_id}
    return {"name": "Load", "version": "2.0", **place, "jobs": jobs, **more}


def integrate(api: Api, body: dict[str, Any]) -> str:
    created = api.post("/integrations", body)
    assert created.status_code == 200, created.text
    return str(created.json()["integration"]["integrationId"])


def run(api: Api, integration_id: str) -> dict[str, Any]:
    run_id = api.post(f"/integrations/{integration_id}/run").json()["run"]["id"]
    while True:
        state: dict[str, Any] = api.get(f"/integrations/run/{run_id}").json()["run"]
        if "endDate" in state:
            return state


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_no_response_has_a_secret(kind: str, body: dict[str, Any], api: Api, emulator: Emulator) -> None:
    connection_id = connect(api, kind, body)
    (listed,) = api.get("/integrations/connections").json()["connections"]
    assert (listed["connectionId"], listed["connectionType"], listed["body"]["name"]) == (
        connection_id,
        kind,
        body["name"],
    )
    assert put(api, f"/integrations/connections/{connection_id}", body).status_code == 200
    changed = api.http.patch(f"/2/0/integrations/connections/{connection_id}", json={"name": "New"})
    assert changed.status_code == 200
    assert CANARY not in "".join(str(exchange.response_body) for exchange in emulator.exchanges)
    assert api.delete(f"/integrations/connections/{connection_id}").status_code == 200
    assert message(api.delete(f"/integrations/connections/{connection_id}")) == (404, "Resource not found")


@pytest.mark.parametrize(
    ("change", "rejection"),
    [
        (lambda body: {**body, "unknown": 1}, INVALID),
        (lambda body: {**body, "name": 7}, INVALID),
        (lambda body: {**body, "name": None}, INVALID),
        (lambda body: {key: value for key, value in body.items() if key != "name"}, INVALID),
        (lambda body: {**body, "name": ""}, (400, "Invalid value for name")),
        (lambda body: {"type": "AmazonS3", "body": body}, INVALID),  # the documented form, which live tenants reject
        (lambda body: [body], INVALID),
    ],
)
@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_the_body_of_a_connection_is_strict(
    kind: str, body: dict[str, Any], change: Callable[[Any], Any], rejection: tuple[int, str], api: Api
) -> None:
    connection_id = connect(api, kind, body)
    assert message(put(api, f"/integrations/connections/{connection_id}", change(body))) == rejection


@pytest.mark.parametrize(
    ("body", "rejection"),
    [
        ({"type": "AmazonS3", "body": {**S3, "secretAccessKey": "wrong"}}, "Credentials are invalid"),
        ({"type": "Box", "body": S3}, "Invalid value for type"),
        ({"type": "AzureBlob", "body": {**AZURE, "auth_method": "Oauth2"}}, "Invalid value for clientId"),
        (
            {"type": "GoogleBigQuery", "body": {**BIG_QUERY, "serviceAccountKey": {}}},
            "Invalid value for serviceAccountKey",
        ),
        ({"type": "AmazonS3", "body": S3}, "Duplicate resource name not allowed"),
    ],
)
def test_connections_that_cannot_be_made_are_rejected(body: Any, rejection: str, api: Api) -> None:
    connect(api)
    assert message(api.post("/integrations/connections", body)) == (400, rejection)


JOB_CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda job: job.update(type="BoxToAnaplan"), "Invalid value for type"),
    (lambda job: job.update(type="AmazonS3"), "Invalid value for type"),
    (lambda job: job.update(sources=[]), "Invalid value for sources"),
    (lambda job: job.update(more=1), "Invalid request body"),
    (lambda job: job["sources"][0].update(connectionName="x"), "Invalid request body"),
    (lambda job: job["sources"][0].update(connectionId="x"), "Invalid value for connectionId"),
    (lambda job: job["sources"][0].update(file=""), "Invalid value for file"),
    (lambda job: job["targets"][0].update(actionId=EXPORT), "Invalid value for actionId"),
    (lambda job: job["targets"][0].pop("fileId"), "Invalid request body"),
]


@pytest.mark.parametrize(("change", "rejection"), JOB_CHANGES)
def test_jobs_are_strict(change: Callable[[Any], object], rejection: str, api: Api, emulator: Emulator) -> None:
    job = load_job(connect(api))
    change(job)
    assert message(api.post("/integrations", body_of(emulator, [job]))) == (400, rejection)


@pytest.mark.parametrize(
    ("change", "status", "rejection"),
    [
        ({"name": " "}, 400, "Invalid value for name"),
        ({"version": "1.0"}, 400, "Invalid value for version"),
        ({"workspaceId": "x"}, 400, "Invalid value for workspaceId"),
        ({"modelId": "x"}, 400, "Invalid value for modelId"),
        ({"processId": "118999999999"}, 400, "Invalid value for processId"),
        ({"jobs": []}, 400, "Invalid value for jobs"),
        ({"schedule": {}}, 400, "Invalid request body"),
        ({}, 409, "Duplicate resource name not allowed"),
    ],
)
def test_integrations_are_strict(
    change: dict[str, Any], status: int, rejection: str, api: Api, emulator: Emulator
) -> None:
    body = body_of(emulator, [load_job(connect(api))])
    integrate(api, body)
    assert message(api.post("/integrations", {**body, **change})) == (status, rejection)


def test_a_put_replaces_the_whole(api: Api, emulator: Emulator) -> None:
    body = body_of(emulator, [load_job(connect(api))], processId=PROCESS, nuxVisible=True)
    integration_id = integrate(api, body)
    del body["processId"], body["nuxVisible"]
    assert put(api, f"/integrations/{integration_id}", body).status_code == 200
    row = api.get(f"/integrations/{integration_id}").json()["integration"]
    assert ("processId" in row, row["nuxVisible"]) == (False, False)
    assert row["jobs"][0]["sources"][0]["connectionName"] == "Files"


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "myIntegrations=2", "sortBy=id"])
def test_a_query_with_another_value_is_rejected(query: str, api: Api) -> None:
    assert message(api.get(f"/integrations?{query}")) == (400, f"Invalid value for {query.partition('=')[0]}")


@pytest.mark.parametrize("query", ["", "?limit=5", "?offset=0"])
def test_the_history_is_there_without_its_numbers_too(query: str) -> None:
    with Emulator(observer=None) as emulator:  # the specification requires both, and another client sends none
        api = Api(emulator)
        integration_id = integrate(api, body_of(emulator, [load_job(connect(api))]))
        assert api.get(f"/integrations/runs/{integration_id}{query}").json()["history_of_runs"]["runs"] == []


def test_lists_have_25_entries_unless_more_are_requested(api: Api, emulator: Emulator) -> None:
    job = load_job(connect(api))
    for number in range(30):
        integrate(api, body_of(emulator, [job], name=f"Load {number:02}"))
    first = api.get("/integrations").json()
    assert (len(first["integrations"]), first["meta"]["paging"]["totalSize"]) == (25, 30)
    assert (first["meta"]["tenantCurrentCount"], first["meta"]["tenantMaxAllowed"]) == (30, 200)
    rest = api.get("/integrations?limit=100&offset=25&sortBy=-name").json()["integrations"]
    assert [row["name"] for row in rest] == [f"Load {number:02}" for number in range(4, -1, -1)]


def test_an_output_replaces_a_file_only_if_it_may_and_is_added_to_a_table(api: Api, emulator: Emulator) -> None:
    connection_id = connect(api)
    source = {"type": "Anaplan", "actionId": EXPORT}
    job = {"type": "AnaplanToAmazonS3", "sources": [source], "targets": [end(connection_id, file="out.csv")]}
    export_id = integrate(api, body_of(emulator, [job]))
    assert run(api, export_id)["success"] is True
    assert run(api, export_id)["message"] == "out.csv already exists."
    job["targets"][0]["overwrite"] = True
    put(api, f"/integrations/{export_id}", body_of(emulator, [job]))
    assert run(api, export_id)["success"] is True
    tables = connect(api, "GoogleBigQuery", BIG_QUERY)
    target = {"type": "GoogleBigQuery", "connectionId": tables, "table": "delays"}
    job = {"type": "AnaplanToGoogleBigQuery", "sources": [source], "targets": [target]}
    table_id = integrate(api, body_of(emulator, [job], name="Table"))
    emulator.cloudworks.bucket("tables")["delays"] = b"a\n1\n"
    assert run(api, table_id)["success"] is True
    assert emulator.cloudworks.bucket("tables")["delays"].startswith(b"a\n1\n")


def test_a_table_is_loaded_by_its_mapping(api: Api, emulator: Emulator) -> None:
    tables = connect(api, "GoogleBigQuery", BIG_QUERY)
    source = {"type": "GoogleBigQuery", "connectionId": tables, "table": "flights"}
    job = {**load_job(tables), "type": "GoogleBigQueryToAnaplan", "sources": [source]}
    job["mapping"] = [{"sourceName": "flight", "targetName": "id"}]
    emulator.cloudworks.bucket("tables")["flights"] = b"flight,amount\n1,10\n"
    assert run(api, integrate(api, body_of(emulator, [job])))["success"] is True
    assert emulator.model(emulator.development_model_id).records["Flights"].count == 1


@pytest.mark.parametrize("outcome", ["fail", "cancel"])
def test_a_run_is_a_task_of_the_model_that_scripts_reach(outcome: Any, api: Api, emulator: Emulator) -> None:
    emulator.task_polls = 0
    emulator.cloudworks.bucket("files")["flights.csv"] = b"id,name,amount\n1,one,10\n"
    integration_id = integrate(api, body_of(emulator, [load_job(connect(api))]))
    assert run(api, integration_id)["success"] is True
    emulator.fail_next_task("imports", outcome)
    assert run(api, integration_id)["executionErrorCode"] == {"fail": 35, "cancel": 39}[outcome]
    tasks = api.get(f"{api.dev}/imports/{IMPORT}/tasks").json()["tasks"]
    assert [task["taskState"] for task in tasks] == ["COMPLETE" if outcome == "fail" else "CANCELLED", "COMPLETE"]
    assert emulator.effects["imports"] == 2


def test_credentials_that_expire_fail_the_run(api: Api, emulator: Emulator) -> None:
    emulator.cloudworks.bucket("files")["flights.csv"] = b"id,name,amount\n1,one,10\n"
    integration_id = integrate(api, body_of(emulator, [load_job(connect(api))]))
    emulator.cloudworks.invalid_secrets.add(CANARY)
    assert run(api, integration_id)["message"] == "Credentials are invalid"


def test_a_schedule_runs_by_the_clock_of_the_emulator(api: Api, emulator: Emulator) -> None:
    emulator.cloudworks.bucket("files")["flights.csv"] = b"id,name,amount\n1,one,10\n"
    integration_id = integrate(api, body_of(emulator, [load_job(connect(api))]))
    path = f"/integrations/{integration_id}/schedule"
    assert message(put(api, path, {"integrationId": integration_id, "schedule": SCHEDULE})) == (
        404,
        "Resource not found",
    )
    assert api.post(path, {"integrationId": integration_id, "schedule": SCHEDULE}).status_code == 200
    duplicate = api.post(path, {"integrationId": integration_id, "schedule": SCHEDULE})
    assert message(duplicate) == (400, "Duplicate resource name not allowed")
    # As live tenants have it.
    assert message(put(api, path, {"schedule": SCHEDULE})) == INVALID
    assert message(put(api, path, {"integrationId": "x", "schedule": SCHEDULE})) == (
        400,
        "Invalid value for integration_id",
    )
    emulator.token_seconds = 10**9
    fresh = Api(emulator)
    emulator.advance(2 * 86_400)
    # Any request sees what the schedule did, also one to the model.
    assert fresh.get(f"{fresh.dev}/imports/{IMPORT}/tasks").status_code == 200
    assert emulator.effects["integrationRuns"] == 2
    fresh.post(f"{path}/status/disabled")
    emulator.advance(2 * 86_400)
    assert fresh.get(f"/integrations/{integration_id}").json()["integration"]["schedule"]["status"] == "Inactive"
    assert emulator.effects["integrationRuns"] == 2
    fresh.post(f"{path}/status/enabled")
    emulator.advance(86_400)
    fresh.get("/integrations")
    assert emulator.effects["integrationRuns"] == 3


@pytest.mark.parametrize(
    "change",
    [
        *({"type": "yearly"}, {"time": "25:00"}, {"daysOfWeek": [7]}, {"daysOfWeek": ["1"]}, {"timezone": "Mars"}),
        *({"endDate": "2025-01-01"}, {"dayOfMonth": 32}, {"status": "Paused"}, {"endDate": ""}),
        {"type": "hourly", "fromTime": "08:00", "toTime": "18:00", "repeatEvery": 24},
        {"type": "monthly_relative_weekday", "dayOfWeek": 1, "repeatEvery": 5},
        {"type": "monthly_specific_day"},
    ],
)
def test_schedules_are_strict(change: dict[str, Any], api: Api, emulator: Emulator) -> None:
    integration_id = integrate(api, body_of(emulator, [load_job(connect(api))]))
    body = {"integrationId": integration_id, "schedule": {**SCHEDULE, **change}}
    status, text = message(api.post(f"/integrations/{integration_id}/schedule", body))
    assert (status, text.startswith("Invalid value for ")) == (400, True)


def test_a_configuration_of_notifications_comes_with_the_integration(api: Api, emulator: Emulator) -> None:
    integration_id = integrate(api, body_of(emulator, [load_job(connect(api))]))
    notification_id = api.get(f"/integrations/{integration_id}").json()["integration"]["notificationId"]
    user_id = emulator.tenant.users[0].id
    rules = {"config": [{"type": "full_failure", "users": [user_id]}]}
    body = {"integrationIds": [integration_id], "channels": ["in_app"], "notifications": rules}
    assert message(api.post("/integrations/notification", body)) == (400, "Duplicate resource name not allowed")
    assert put(api, f"/integrations/notification/{notification_id}", body).status_code == 200
    state = run(api, integration_id)
    assert emulator.cloudworks.sent == [
        SentNotification(
            integration_id=integration_id,
            run_id=state["id"],
            type="full_failure",
            channel="in_app",
            user_ids=(user_id,),
        )
    ]
    for users in ([], [user_id] * 6, ["x"]):
        rules["config"][0]["users"] = users
        rejected = put(api, f"/integrations/notification/{notification_id}", body)
        assert message(rejected) == (400, "Invalid value for users")


def test_flows_are_strict(api: Api, emulator: Emulator) -> None:
    job = load_job(connect(api))
    first, second = (integrate(api, body_of(emulator, [job], name=name)) for name in ("A", "B"))
    steps: list[dict[str, Any]] = [
        {"type": "Integration", "referrer": one, "isSkipped": False, "exceptionBehavior": []} for one in (first, second)
    ]
    flow = {"name": "F", "version": "2.0", "type": "IntegrationFlow", "steps": steps}
    few = (400, "Integration flow has to have at least two enabled steps.")
    assert message(api.post("/integrationflows", {**flow, "steps": steps[:1]})) == few
    assert message(api.post("/integrationflows", {**flow, "steps": [steps[0], {**steps[1], "isSkipped": True}]})) == few
    unknown = [steps[0], {**steps[1], "referrer": "x"}]
    assert message(api.post("/integrationflows", {**flow, "steps": unknown})) == (400, "Invalid value for referrer")
    depends = [steps[0], {**steps[1], "dependsOn": ["x"]}]
    assert message(api.post("/integrationflows", {**flow, "steps": depends})) == (400, "Invalid value for dependsOn")
    flow_id = api.post("/integrationflows", flow).json()["integrationFlow"]["integrationFlowId"]
    run_path = f"/integrationflows/{flow_id}/run"
    assert message(api.post(run_path, {"stepsToRun": ["x"]})) == (400, "Invalid value for stepsToRun")
    assert message(api.post(run_path, {"steps": []})) == INVALID
    assert api.post(f"/integrations/{first}/run").status_code == 200
    assert message(api.post(run_path)) == (409, "Integration is already running")


@pytest.mark.parametrize(
    ("path", "rejection"),
    [
        ("/integrations", (403, "Not Permitted")),
        ("/integrationflows", (403, "Not Permitted")),
        ("/integrations/run/x/dumps", (452, "Tenant not entitled")),
        ("/integrations/run/x/process/import/1/dumps", (403, "Not Permitted")),
    ],
)
def test_a_user_without_the_role_is_rejected(
    path: str, rejection: tuple[int, str], api: Api, emulator: Emulator
) -> None:
    emulator.tenant.users[0].integration_user = False
    assert message(api.get(path)) == rejection
