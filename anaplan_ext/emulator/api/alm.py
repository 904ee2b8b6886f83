"""Application lifecycle management: online status, revisions, sync tasks, comparison and summary reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import partial

from starlette.responses import Response

from ..engine.revisions import apply_sync, find_syncable_revisions, generate_report
from ..engine.tasks import create_task
from ..http.request import HTTPError, Request
from ..http.responses import list_response, success_response
from ..http.validation import parse_date, read_body
from ..state.files import get_unexpired
from ..state.model import Model
from ..state.structure import AppliedRevision, Revision
from ..state.timestamps import format_timestamp
from ..state.values import Json
from . import tasks

_SORTABLE = ("id", "name", "description", "createdOn", "createdBy", "creationMethod", "appliedOn", "appliedBy")
_NO_ADMINISTRATOR = "A user can see the models but is not a Workspace Administrator"
_MISSING = "Expected mandatory fields `sourceRevisionId`, `sourceModelId` and `targetRevisionId`"


def authorize(request: Request, path_in_model: str) -> None:
    """Reject what only workspace administrators may do, by the part of the path after the model."""
    accepted = request.headers.get("accept", "*/*").lower()
    streams = any(kind in accepted for kind in ("application/octet-stream", "application/*", "*/*"))
    if path_in_model.startswith("/alm/comparisonReports/") and not streams:
        raise HTTPError(406, "Not Acceptable")
    lists_sync_tasks = request.method == "GET" and path_in_model == "/alm/syncTasks"
    if not request.user.workspace_administrator:
        if "Report" in path_in_model:
            status = request.server.report_denial
            raise HTTPError(status, "Forbidden" if status == 403 else "")
        raise HTTPError(403, _NO_ADMINISTRATOR if lists_sync_tasks else "Forbidden")
    starts_task = request.method == "POST" and path_in_model.endswith("Tasks")
    if _is_refused_by_sso(request) and not starts_task:
        raise HTTPError(403, "Forbidden")


def find_no_model(request: Request, path_in_model: str) -> HTTPError:
    """Return the error for a model that does not exist."""
    lists_sync_tasks = request.method == "GET" and path_in_model == "/alm/syncTasks"
    return HTTPError(404, "The specified model does not exist" if lists_sync_tasks else "Not Found")


def set_online_status(request: Request) -> Response:
    """Take the model online or offline."""
    bad_json = "Error parsing request body as JSON"
    status = read_body(request, {"status": str}, unknown="Unrecognised property detected", bad_json=bad_json)["status"]
    if status not in ("online", "offline"):
        raise HTTPError(400, "Invalid value for `status`, must be one of `[online, offline]`")
    if request.model.active_state == "LOCKED":
        raise HTTPError(400, "Cannot change status when model is in Locked or Archived mode")
    deployed, standard = ("PRODUCTION", "PRODUCTION_MAINTENANCE"), ("UNLOCKED", "MAINTENANCE")
    states = deployed if request.model.is_deployed else standard
    request.model.active_state = states[status == "offline"]
    return Response(status_code=204)


def list_revisions(request: Request) -> Response:
    """List the model's revisions between two dates, latest first unless sorted."""
    after, before = _parse_day(request, "appliedAfter", 0.0), _parse_day(request, "appliedBefore", float("inf"))
    if after >= before:
        raise HTTPError(400, "`appliedAfter` must be an earlier date than `appliedBefore`")
    revisions = [applied for applied in reversed(request.model.revisions) if after <= applied.applied < before]
    return list_response(request, "revision", "revisions", revisions, _revision_row, sortable=_SORTABLE)


def create_revision(request: Request) -> Response:
    """Record the structural changes since the latest revision as a new revision."""
    server, model = request.server, request.model
    body = read_body(request, {"name": str, "description": str}, optional=("description",))
    _require_alm(request)
    if not body["name"].strip():
        raise HTTPError(400, "The title of your revision tag must not be empty")
    if len(body["name"]) > 60:
        raise HTTPError(400, "The title of your revision tag must be 60 characters or fewer")
    if len(body.get("description", "")) > 250:
        raise HTTPError(400, "Revision tag descriptions must be 250 characters or fewer")
    if model.active_state != "UNLOCKED":
        raise HTTPError(400, "A revision can only be added to a model in standard mode")
    latest = model.revisions[-1].revision if model.revisions else None
    if latest and (latest.structure, latest.items) == (model.structure, model.record_items()):
        raise HTTPError(400, "There are no structural changes since the latest revision")
    server.effects["revisions"] += 1
    model.record_revision(
        server.next_id(),
        body["name"],
        user_id=request.user.id,
        at=server.now(),
        description=body.get("description"),
        method="User added revision via API",
    )
    return success_response(request, "revision", {"revision": _revision_row(model.revisions[-1])}, status=201)


def get_latest_revision(request: Request) -> Response:
    """Return the latest revision as a list of one; without revisions the key is missing."""
    rows = [_revision_row(applied) for applied in request.model.revisions[-1:]]
    return success_response(request, "revision", {"revisions": rows})


def list_syncable_revisions(request: Request) -> Response:
    """List the source's revisions after the last one shared with the target, newest first."""
    source_id = request.query.get("sourceModelId")
    if not source_id:
        raise HTTPError(400, "Missing `sourceModelId` request parameter")
    source = _find_source_model(request, source_id, HTTPError())
    rows = [_revision_row(applied) for applied in reversed(find_syncable_revisions(request.model, source))]
    return success_response(request, "revision", {"revisions": rows})


def list_applied_models(request: Request) -> Response:
    """List the models that have the revision, its origin first. Deleted models have no name and workspace."""
    revision_id, tenant = request.params["revision"], request.server.tenant
    if not any(applied.revision.id == revision_id for applied in request.model.revisions):
        raise HTTPError()
    models: list[tuple[Model, Json]] = [
        (model, {"modelName": model.name, "workspaceId": workspace.id}) for workspace, model in tenant.models()
    ]
    models += [(model, {"modelDeleted": True}) for model in tenant.deleted_models]
    entries = [(applied, model, more) for model, more in models for applied in model.revisions]
    entries = [entry for entry in entries if entry[0].revision.id == revision_id]
    entries.sort(key=lambda entry: (entry[0].method != entry[0].revision.creation_method, entry[0].applied))
    rows: list[Json] = [
        {
            "modelId": model.id,
            **more,
            "appliedBy": applied.applied_by,
            "appliedOn": format_timestamp(applied.applied),
            "appliedMethod": applied.method,
        }
        for applied, model, more in entries
    ]
    return success_response(request, "revision", {"appliedToModels": rows})


def list_sync_tasks(request: Request) -> Response:
    """List running sync tasks and those of the last 48 hours, newest first. Without any, the key is missing."""
    rows = [tasks.task_row(task) for task in tasks.list_tasks_of_parent(request)]
    return success_response(request, "task", {"tasks": rows})


def start_task(request: Request) -> Response:
    """Start a sync to a source revision, or a report on what that sync would change."""
    target, kind = request.model, request.params["kind"]
    fields: dict[str, type] = {"sourceRevisionId": str, "sourceModelId": str, "targetRevisionId": str}
    body = read_body(request, fields, missing=_MISSING)
    _require_alm(request)
    if _is_refused_by_sso(request):
        raise HTTPError(400, "Single sign-on users must be exception users to sign in by certificate")
    unknown = HTTPError(400, "`sourceModelId` is not a model you have access to")
    source = _find_source_model(request, body["sourceModelId"], unknown)
    new, old = _find_revision(source, body, "sourceRevisionId"), _find_revision(target, body, "targetRevisionId")
    if kind == "syncTasks":
        _check_sync(request, source, new, old)
        effect = partial(apply_sync, request.server, target, source, new)
    else:
        effect = partial(generate_report, request.server, (source, new), (target, old))
    task = create_task(request.server, target, kind, target, request.user.id, effect)
    task.state = "IN_PROGRESS"
    url = f"{request.server.url}/2/0/models/{target.id}/alm/{kind}/{task.id}"
    task_fields = {"taskId": task.id, "taskUrl": url} | tasks.task_row(task)
    return success_response(request, "taskWithUrl", {"task": task_fields}, status=201, headers={"Location": url})


def get_comparison_report(request: Request) -> Response:
    """Return the tab-separated text of a comparison report that is at most 48 hours old."""
    return Response(_find_report(request, touch=False), media_type="application/octet-stream")


def get_summary_report(request: Request) -> Response:
    """Return a summary report; it expires 48 hours after it was last read."""
    ids: Json = {"targetRevisionId": request.params["target"], "sourceRevisionId": request.params["source"]}
    report = ids | json.loads(_find_report(request, touch=True))
    return success_response(request, "summaryReport", {"summaryReport": report})


def _require_alm(request: Request) -> None:
    if not request.server.tenant.alm:
        raise HTTPError(400, "ALM is not enabled for this workspace")


def _is_refused_by_sso(request: Request) -> bool:
    return request.token.by_certificate and not request.server.tenant.is_exception_user(request.user)


def _parse_day(request: Request, name: str, default: float) -> float:
    if name not in request.query:
        return default
    day = parse_date(request.query[name], "Date query parameter must be of the format `YYYY-MM-DD`")
    return datetime.combine(day, time(), UTC).timestamp()


def _revision_row(applied: AppliedRevision) -> Json:
    revision = applied.revision
    row: Json = {
        "id": revision.id,
        "name": revision.name,
        "createdOn": format_timestamp(revision.created),
        "createdBy": revision.created_by,
        "creationMethod": revision.creation_method,
        "appliedOn": format_timestamp(applied.applied),
        "appliedBy": applied.applied_by,
    }
    return row if revision.description is None else row | {"description": revision.description}


def _find_source_model(request: Request, model_id: str, unknown: HTTPError) -> Model:
    for _, model in request.server.tenant.models():
        if model.id == model_id and model_id not in request.user.hidden_models:
            if model.active_state == "ARCHIVED":
                raise HTTPError(422, "Model is Archived")
            return model
    raise unknown


def _find_revision(model: Model, body: Json, name: str) -> Revision:
    for applied in model.revisions:
        if applied.revision.id == body[name]:
            return applied.revision
    raise HTTPError(400, f"`{name}` is not a revision of the model")


def _check_sync(request: Request, source: Model, new: Revision, old: Revision) -> None:
    if request.model.active_state == "LOCKED":
        raise HTTPError(400, "The target model is locked")
    if old.id != request.model.revisions[-1].revision.id:
        raise HTTPError(400, "`targetRevisionId` is not the latest revision of the target model")
    if new.id not in {applied.revision.id for applied in find_syncable_revisions(request.model, source)}:
        raise HTTPError(400, "The source revision cannot be synchronized to the target model")
    if any(task.is_running or task.state == "CANCELLING" for task in tasks.list_tasks_of_parent(request)):
        raise HTTPError(409, "A synchronization of this model is already in progress")


def _find_report(request: Request, *, touch: bool) -> bytes:
    key = (request.params["report"], request.params["target"], request.params["source"])
    content = get_unexpired(request.model.reports, key, request.server.now(), touch=touch)
    if content is None:
        raise HTTPError()
    return content
