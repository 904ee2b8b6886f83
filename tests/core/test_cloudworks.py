"""The CloudWorks API: each documented operation is generated, and each documented form is sent or read."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml

from anaplan_client import cloudworks
from anaplan_client.cloudworks import models
from anaplan_client.core import Request
from anaplan_client.core.codec.variants import UnknownVariant

from .specification import specifications

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED: dict[str, str] = yaml.safe_load(
    (ROOT / "tests/data/cloudworks_operations.yaml").read_text(encoding="utf-8")
)
CANARY = "canary-7d1f"
SECRETS = {
    "AmazonS3": ["accessKeyId", "secretAccessKey"],
    "GoogleBigQuery": ["serviceAccountKey"],
    "AzureBlob": ["sasToken", "clientSecret"],
}
WHEN = {"creationDate": "2026-03-02T08:00:00Z", "modificationDate": "2026-03-02T08:00:00Z"}
META = {"paging": {"currentPageSize": 1, "totalSize": 1, "offset": 0}, "schema": "https://example.com/objects/x"}
OK = {"status": {"code": 200, "message": "Success"}}
RUN = {"startDate": "2026-03-02T09:00:00Z", "endDate": "2026-03-02T09:00:07Z", "success": False}
SCHEDULE = {"name": "s", "type": "daily", "time": "06:30", "daysOfWeek": [1], "timezone": "Etc/UTC"}


def test_every_documented_operation_is_generated_and_none_is_invented() -> None:
    functions = {f"{operation.method} {operation.path}": operation.id for operation in operations()}
    assert functions == DOCUMENTED
    assert len(DOCUMENTED) == 32
    assert set(cloudworks.__all__) == {"models", *DOCUMENTED.values()}


def test_the_page_of_operations_has_every_documented_operation() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    for documented, function in DOCUMENTED.items():
        assert f"| `{documented}` | `cloudworks.{function}` |" in page


def operations() -> list[Any]:
    return list(specifications()["cloudworks"].operations())


# Every response, in each of the forms that documents and live tenants have.
RESPONSES: list[tuple[str, Any]] = [
    ("ConnectionsResponse", OK | {"connections": [{"connectionId": "c", "connectionType": "AmazonS3", "body": {}}]}),
    ("ConnectionsResponse", OK | {"connections": [{"connectionId": "c", "connectionType": "Later"}], "meta": META}),
    ("ConnectionsResponse", OK | {"connections": [{"connectionId": "c", "connectionType": "AzureBlob"} | WHEN]}),
    ("ConnectionCreated", OK | {"connectionId": "c"}),
    ("ConnectionCreated", OK | {"connections": {"connectionId": "c"}}),
    ("StatusResponse", OK),
    ("IntegrationsResponse", OK | {"integrations": [], "meta": META | {"tenantCurrentCount": 1}}),
    ("IntegrationsResponse", OK | {"integrations": [{"integrationId": "i", "latestRun": {}, "schedule": None}]}),
    ("IntegrationsResponse", OK | {"integrations": [{"integrationId": "i", "latestRun": RUN, **WHEN}]}),
    ("IntegrationCreated", OK | {"integration": {"integrationId": "i"}}),
    ("IntegrationResponse", OK | {"integration": {"integrationId": "i", "jobs": [], "schedule": SCHEDULE}}),
    ("RunStarted", OK | {"run": {"id": "r"}}),
    ("RunsResponse", OK | {"history_of_runs": {"schedule": None, "runs": [{"id": "r", "lastRun": 1772442007} | RUN]}}),
    ("RunResponse", OK | {"run": {"id": "r", "executionErrorCode": None, "flowGroupId": None, **RUN}, "meta": {}}),
    ("RunErrorsResponse", OK | {"runs": {}}),
    ("RunErrorsResponse", OK | {"runs": {"id": "r", "errorMessages": [{"actionId": "112", "errorMessage": []}]}}),
    ("RunErrorsResponse", OK | {"runs": [{"id": "r", "taskId": None}], "meta": {}}),
    ("NotificationCreated", OK | {"notificationId": "n"}),
    ("NotificationCreated", OK | {"notification": {"notificationId": "n"}}),
    ("NotificationResponse", OK | {"notifications": {"notifications": {"config": [{"users": [{"userGuid": "u"}]}]}}}),
    ("FlowsResponse", OK | {"integrationFlows": [{"id": "f", "stepsCount": 2, "latestRun": {}}], "meta": META}),
    ("FlowCreated", OK | {"integrationFlow": {"integrationFlowId": "f"}}),
    ("FlowResponse", OK | {"integrationFlow": {"id": "f", "steps": [{"createdDate": "2026-03-02 08:00:00.0+00:00"}]}}),
]


@pytest.mark.parametrize(("name", "body"), RESPONSES)
def test_every_form_of_a_response_is_read_and_written_as_it_came(name: str, body: dict[str, Any]) -> None:
    read = getattr(models, name).from_dict(body)
    assert read.to_dict() == body
    assert read == getattr(models, name).from_dict(json.loads(json.dumps(body)))


def test_every_response_has_a_form_above() -> None:
    used = {schema.rpartition("/")[2] for schema in find_schemas("responses")}
    assert used == {name for name, _ in RESPONSES}


def find_schemas(part: str) -> set[str]:
    spec = specifications()["cloudworks"]
    found: set[str] = set()
    for operation in spec.operations():
        answers = [answer for status, answer in operation.node[part].items() if status[0] == "2"]
        for answer in answers:
            found |= {media["schema"].get("$ref") for media in spec.resolve(answer)["content"].values()} - {None}
    return found


AMAZON = {"name": "a", "accessKeyId": CANARY, "secretAccessKey": CANARY, "bucketName": "b", "roleArn": "r"}
GOOGLE = {"name": "a", "dataset": "d", "serviceAccountKey": {"private_key": CANARY, "client_email": "e", "type": "t"}}
AZURE = {"name": "a", "storageAccountName": "s", "containerName": "c", "auth_method": "SAS-based", "sasToken": CANARY}
OAUTH = AZURE | {"auth_method": "Oauth2", "sasToken": CANARY, "clientId": "i", "clientSecret": CANARY, "tenantId": "t"}
JOB = {
    "type": "AnaplanToGoogleBigQuery",
    "sources": [{"type": "Anaplan", "actionId": "116000000000"}],
    "targets": [{"type": "GoogleBigQuery", "connectionId": "c", "table": "t", "overwrite": True}],
    "mapping": [{"sourceName": "a", "targetName": "b"}],
}
INTEGRATION = {"name": "n", "version": "2.0", "workspaceId": "w", "modelId": "m"}
STEP = {
    "type": "Integration",
    "referrer": "i",
    "isSkipped": False,
    "exceptionBehavior": [{"type": "partial_success", "strategy": "continue"}],
}
NOTIFICATION = {
    "integrationIds": ["i"],
    "channels": ["in_app"],
    "notifications": {"config": [{"type": "success", "users": ["u"]}]},
}
REQUESTS: list[tuple[str, Any]] = [
    ("NewAmazonS3Connection", {"type": "AmazonS3", "body": AMAZON}),
    ("NewGoogleBigQueryConnection", {"type": "GoogleBigQuery", "body": GOOGLE}),
    ("NewAzureBlobConnection", {"type": "AzureBlob", "body": AZURE}),
    ("NewAzureBlobConnection", {"type": "AzureBlob", "body": OAUTH}),
    ("AmazonS3Body", AMAZON),
    ("GoogleBigQueryBody", GOOGLE),
    ("AzureBlobBody", OAUTH),
    ("ConnectionChanges", {"name": "a"}),
    ("ConnectionChanges", AMAZON),
    ("IntegrationRequest", INTEGRATION | {"processId": "118000000000", "nuxVisible": True}),
    ("IntegrationRequest", INTEGRATION | {"jobs": [JOB]}),
    (
        "ScheduleRequest",
        {"integrationId": "i", "schedule": SCHEDULE | {"startDate": "2026-03-02", "endDate": "2027-03-01"}},
    ),
    ("NotificationRequest", NOTIFICATION),
    (
        "FlowRequest",
        {"name": "n", "version": "2.0", "type": "IntegrationFlow", "steps": [STEP, STEP | {"dependsOn": ["i"]}]},
    ),
    ("RunFlowRequest", {"stepsToRun": ["i"]}),
]


@pytest.mark.parametrize(("name", "body"), REQUESTS)
def test_every_documented_body_is_built_as_it_is_documented(name: str, body: dict[str, Any]) -> None:
    built = getattr(models, name).from_dict(body)
    assert built.to_dict() == body


@pytest.mark.parametrize(("name", "body"), REQUESTS)
def test_no_text_of_a_body_shows_a_secret(name: str, body: dict[str, Any]) -> None:
    built = getattr(models, name).from_dict(body)
    assert CANARY not in f"{built!r}{built}{built._repr_html_()}"


def test_a_received_secret_is_not_shown_either() -> None:
    body = {"name": "a", "secretAccessKey": CANARY, "sasToken": CANARY, "clientSecret": CANARY, "unheardOf": CANARY}
    for kind in SECRETS:
        entry = {"connectionId": "c", "connectionType": kind, "body": body}
        (connection,) = models.ConnectionsResponse.from_dict(OK | {"connections": [entry]}).connections or []
        assert not isinstance(connection, UnknownVariant)
        assert CANARY not in f"{connection!r}{connection}{connection._repr_html_()}"


def test_operations_that_carry_credentials_are_sensitive_and_no_others() -> None:
    body = models.AmazonS3Body.from_dict(AMAZON)
    sensitive: list[Request[Any]] = [
        cloudworks.list_connections(),
        cloudworks.create_connection(body=models.NewAmazonS3Connection(body=body)),
        cloudworks.replace_connection("c", body=body),
        cloudworks.update_connection("c", body=models.ConnectionChanges(secret_access_key=CANARY)),
    ]
    assert all(request.sensitive for request in sensitive)
    assert all(CANARY not in repr(request) for request in sensitive)
    named = {request.operation.partition(".")[2] for request in sensitive}
    assert {operation.id for operation in operations() if operation.node.get("x-anaplan-sensitive")} == named


def test_a_union_of_another_kind_is_kept_and_can_be_pickled() -> None:
    job = models.Job.from_dict({"type": "BoxToAnaplan", "sources": [{"type": "Box", "path": "p"}]})
    (source,) = job.sources or []
    assert isinstance(source, UnknownVariant)
    assert pickle.loads(pickle.dumps(job)) == job
