"""CloudWorks: integrations and their runs."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..engine.integration_runs import run_due_integrations, start_run
from ..http.cloudworks_responses import found, page, read_object, require, success
from ..http.request import CSV, HTTPError, Request
from ..state.cloudworks import CANCELLED_CODE, FlowRun, Integration, Run
from ..state.timestamps import format_timestamp
from ..state.values import Json

_STORAGE = {"AmazonS3": "file", "GoogleBigQuery": "table", "AzureBlob": "file"}
_TYPES = {"112": "Import", "116": "Export"}


def authorize(request: Request) -> None:
    """Reject a user without the role, with the status that the path has for it."""
    if not request.user.integration_user:
        says_tenant = "/schedule" in request.path or request.path.rstrip("/").endswith("/dumps")
        says_tenant = says_tenant and "/process/" not in request.path
        raise HTTPError(452, "Tenant not entitled") if says_tenant else HTTPError(403, "Not Permitted")


def moment(seconds: float | None) -> str | None:
    """Return a time in the form of CloudWorks."""
    return None if seconds is None else format_timestamp(seconds, milliseconds=True)


def find_integration(request: Request) -> Integration:
    """Find the integration of the path, or reject the request with 404."""
    return found(request.server.cloudworks.integrations, request.params["integration"])


def list_integrations(request: Request) -> Response:
    """List the integrations, sorted by name if requested."""
    authorize(request)
    state = request.server.cloudworks
    mine = request.query.get("myIntegrations", "0")
    require(mine in ("0", "1"), "myIntegrations")
    sort = request.query.get("sortBy")
    require(sort in (None, "name", "-name"), "sortBy")
    rows = [item for item in state.integrations.values() if mine == "0" or item.created_by == request.user.id]
    if sort:
        rows.sort(key=lambda item: item.name.casefold(), reverse=sort == "-name")
    entries, meta = page(request, "integrations", rows, integration_row)
    meta |= {"tenantCurrentCount": len(state.integrations), "tenantMaxAllowed": state.max_integrations}
    return success({"integrations": entries, "meta": meta})


def get_integration(request: Request) -> Response:
    """Describe one integration with its jobs."""
    authorize(request)
    integration = find_integration(request)
    row = integration_row(integration) | {"version": "2.0"}
    row.pop("integrationType", None)
    if "jobs" in integration.body:
        row["jobs"] = [_job_row(request, job) for job in integration.body["jobs"]]
    return success({"integration": row})


def integration_row(item: Integration) -> Json:
    """Serialize an integration without its jobs."""
    row: Json = {
        "integrationId": item.id,
        "name": item.name,
        "integrationType": integration_type(item.body),
        "workspaceId": item.body["workspaceId"],
        "modelId": item.body["modelId"],
        "createdBy": item.created_by,
        "creationDate": moment(item.created),
        "modificationDate": moment(item.modified),
        "modifiedBy": item.modified_by,
        "latestRun": latest_run(item.runs[-1] if item.runs else None),
        "nuxVisible": item.body.get("nuxVisible", False),
    }
    row |= {"processId": item.body["processId"]} if item.body.get("processId") else {}
    row |= {"notificationId": item.notification_id} if item.notification_id else {}
    return row | ({} if item.schedule is None else {"schedule": item.schedule})


def latest_run(run: Run | FlowRun | None) -> Json:
    """Serialize the latest run; empty without one."""
    if run is None:
        return {}
    row: Json = {"triggeredBy": run.user_id, "startDate": moment(run.created), "message": run.message}
    row |= {"success": run.success, "executionErrorCode": run.code, "triggerSource": run.trigger}
    return row | ({} if run.ended is None else {"endDate": moment(run.ended)})


def integration_type(body: Json) -> str:
    """Return whether an integration is a process, an import or an export."""
    if body.get("processId"):
        return "Process"
    jobs = body.get("jobs") or [{"type": "AnaplanTo"}]
    return "Import" if jobs[0]["type"].endswith("ToAnaplan") else "Export"


def _job_row(request: Request, job: Json) -> Json:
    def end(value: Json) -> Json:
        if "connectionId" not in value:
            return value
        state = request.server.cloudworks
        is_deleted = value["connectionId"] not in state.connections
        connection = (state.deleted_connections if is_deleted else state.connections).get(value["connectionId"])
        if connection is None:
            return value | {"isConnectionDeleted": is_deleted}
        names = {"connectionName": connection.body["name"], "bucketName": connection.body.get("bucketName")}
        return value | names | {"isConnectionDeleted": is_deleted}

    return job | {name: [end(value) for value in job[name]] for name in ("sources", "targets")}


def list_model_integrations(request: Request) -> Response:
    """Reject the request: live tenants no longer serve it."""
    authorize(request)
    raise HTTPError(404, "Resource not found")


def create_integration(request: Request) -> Response:
    """Create an integration, and its notification configuration with it."""
    authorize(request)
    state, now, user_id = request.server.cloudworks, request.server.now(), request.user.id
    body = _read_integration(request)
    require(len(state.integrations) < state.max_integrations, "integration")
    integration = Integration(
        id=request.server.next_id().lower(),
        body=body,
        notification_id=request.server.next_id().lower(),
        created=now,
        modified=now,
        created_by=user_id,
        modified_by=user_id,
    )
    state.integrations[integration.id] = integration
    state.notifications[integration.notification_id] = {
        "integrationIds": [integration.id],
        "channels": ["email"],
        "notifications": {"config": [{"type": "full_failure", "users": [user_id]}]},
    }
    request.server.effects["integrations"] += 1
    return success({"integration": {"integrationId": integration.id}})


def replace_integration(request: Request) -> Response:
    """Replace an integration as a whole; the schedule stays."""
    authorize(request)
    integration = find_integration(request)
    integration.body = _read_integration(request, integration)
    integration.modified, integration.modified_by = request.server.now(), request.user.id
    return success()


def delete_integration(request: Request) -> Response:
    """Delete an integration that does not run."""
    authorize(request)
    integration = find_integration(request)
    if integration.current_run is not None:
        raise HTTPError(409, "Integration is already running")
    del request.server.cloudworks.integrations[integration.id]
    request.server.cloudworks.notifications.pop(integration.notification_id, None)
    return success()


def _read_integration(request: Request, existing: Integration | None = None) -> Json:
    fields: dict[str, type] = dict.fromkeys(("name", "version", "workspaceId", "modelId", "processId"), str)
    body = read_object(
        request, fields | {"nuxVisible": bool, "jobs": list}, optional=("processId", "nuxVisible", "jobs")
    )
    require(body["name"].strip(), "name")
    require(body["version"] == "2.0", "version")
    pairs = [(workspace.id, model) for workspace, model in request.server.tenant.models()]
    model = next((model for found_id, model in pairs if (found_id, model.id) == _place(body)), None)
    require(any(found_id == body["workspaceId"] for found_id, _ in pairs), "workspaceId")
    if model is None or model.id in request.user.hidden_models:
        raise HTTPError(400, "Invalid value for modelId")
    process_ids = {item.id for item in model.runnables("processes")}
    require(body.get("processId", "") in ("", *process_ids), "processId")
    require(body.get("jobs") or body.get("processId"), "jobs")
    for job in body.get("jobs", []):
        _check_job(request, job, {item.id for kind in ("imports", "exports") for item in model.runnables(kind)})
    others = [item for item in request.server.cloudworks.integrations.values() if item is not existing]
    if any(item.name == body["name"] for item in others):
        raise HTTPError(409, "Duplicate resource name not allowed")
    return body


def _place(body: Json) -> tuple[str, str]:
    return body["workspaceId"], body["modelId"]


def _check_job(request: Request, value: object, action_ids: set[str]) -> None:
    job = read_object(
        request, {"type": str, "sources": list, "targets": list, "mapping": list}, ("mapping",), body=value
    )
    source_type, _, target_type = job["type"].partition("To")
    is_import = target_type == "Anaplan"
    storage = source_type if is_import else target_type
    require(storage in _STORAGE and (is_import or source_type == "Anaplan"), "type")
    require(len(job["sources"]) == 1 and len(job["targets"]) == 1, "sources")
    for mapping in job.get("mapping", []):
        read_object(request, {"sourceName": str, "targetName": str}, body=mapping)
    path = _STORAGE[storage]
    outside: dict[str, type] = {"type": str, "connectionId": str, path: str, "overwrite": bool}
    inside: dict[str, type] = dict.fromkeys(("type", "actionId", "fileId") if is_import else ("type", "actionId"), str)
    ends = (job["sources"][0], job["targets"][0])
    file_end, anaplan_end = ends if is_import else ends[::-1]
    file_end = read_object(request, outside, ("overwrite",), body=file_end)
    anaplan_end = read_object(request, inside, body=anaplan_end)
    require(file_end["type"] == storage and anaplan_end["type"] == "Anaplan", "type")
    connection = request.server.cloudworks.connections.get(file_end["connectionId"])
    require(connection is not None and connection.type == storage, "connectionId")
    require(file_end[path], path)
    kind = "112" if is_import else "116"
    require(anaplan_end["actionId"] in action_ids and anaplan_end["actionId"].startswith(kind), "actionId")


# Runs


def run_integration(request: Request) -> Response:
    """Start a run, unless one is in progress."""
    authorize(request)
    integration = find_integration(request)
    if integration.current_run is not None:
        raise HTTPError(409, "Integration is already running")
    run = start_run(request.server, integration, request.user.id, "manual")
    return success({"run": {"id": run.id}})


def cancel_integration(request: Request) -> Response:
    """Cancel the run in progress, so that it has no effect."""
    authorize(request)
    integration = find_integration(request)
    run = integration.current_run
    if run is None:
        raise HTTPError(409, f"Integration {integration.id} is not in running state")
    if run.polls < request.server.cloudworks.queue_polls:
        raise HTTPError(404, "Resource not found")
    run.end(request.server.now(), CANCELLED_CODE, "Cancelled")
    return success()


def list_runs(request: Request) -> Response:
    """List the runs of an integration, the latest first."""
    authorize(request)
    integration = find_integration(request)
    rows, meta = page(request, "runs", integration.runs[::-1], _record_row)
    history = {key: value for key, value in integration_row(integration).items() if key not in _NOT_IN_HISTORY}
    history |= {"version": "2.0", "runs": rows, "totalRuns": len(integration.runs)}
    return success({"history_of_runs": history, "meta": meta})


_NOT_IN_HISTORY = ("latestRun", "nuxVisible")


def _record_row(run: Run) -> Json:
    return latest_run(run) | {"id": run.id, "lastRun": int(run.created), "traceId": run.id[::-1]}


async def get_run(request: Request) -> Response:
    """Return the state of a run; each poll moves it forward."""
    authorize(request)
    run = _find_run(request)
    run.polls += 1
    await run_due_integrations(request.server)
    row: Json = latest_run(run) | {
        "id": run.id,
        "integrationId": run.integration_id,
        "traceId": run.id[::-1],
        "creationDate": moment(run.created),
        "modificationDate": moment(run.created if run.ended is None else run.ended),
        "createdBy": run.user_id,
        "modifiedBy": None,
        "flowGroupId": run.flow_run_id,
    }
    if run.ended is None and run.polls <= request.server.cloudworks.queue_polls:
        row["message"] = "Queued"
    row.pop("triggeredBy")
    return success({"run": row, "meta": {"schema": f"{request.server.url}/1/0/integrations/objects/run"}})


def _find_run(request: Request) -> Run:
    run = request.server.cloudworks.find_run(request.params["run"])
    if run is None:
        raise HTTPError(404, "Resource not found")
    return run


def get_run_errors(request: Request) -> Response:
    """Return the messages of a run; an empty object without any."""
    authorize(request)
    run = _find_run(request)
    runs: dict[str, Any] = {}
    if run.errors:
        runs = {"id": run.id, "taskId": run.task_id, "errorMessages": run.errors, "creationDate": moment(run.created)}
        runs |= {"modificationDate": moment(run.ended), "createdBy": run.user_id, "modifiedBy": run.user_id}
    return success({"runs": runs})


def get_dump(request: Request) -> Response:
    """Return the rows that an import rejected in a run."""
    authorize(request)
    run = _find_run(request)
    dumps = run.dumps if "action" not in request.params else {request.params["action"]: b""}
    dump = next((run.dumps[action_id] for action_id in dumps if action_id in run.dumps), None)
    if dump is None:
        raise HTTPError(404, "Your integration run was successful / no errors")
    return Response(dump, media_type=CSV)
