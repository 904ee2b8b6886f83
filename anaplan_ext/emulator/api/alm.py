"""Application lifecycle management: online status, revisions, synchronisation, comparison and summary reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial

from starlette.responses import Response

from ..engine.comparison_report import report
from ..engine.summary_report import summary
from ..engine.tasks import failed, start
from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import Call
from ..http.responses import success
from ..http.validation import read_body
from ..state.model import Model
from ..state.objects import AppliedRevision, Json, Kept, Revision, Task, still_kept
from ..state.server_state import World, iso
from . import tasks

_SORTABLE = ("id", "name", "description", "createdOn", "createdBy", "creationMethod", "appliedOn", "appliedBy")
_MISSING = "Expected mandatory fields `sourceRevisionId`, `sourceModelId` and `targetRevisionId`"
_REPORTS = {"comparisonReportTasks": "comparisonReports", "summaryReportTasks": "summaryReports"}


def admit(call: Call, rest: str) -> None:
    """Refuses what only workspace administrators may do, as the part of the path after the model demands."""
    accepted = call.headers.get("accept", "*/*").lower()
    streams = any(kind in accepted for kind in ("application/octet-stream", "application/*", "*/*"))
    if rest.startswith("/alm/comparisonReports/") and not streams:
        raise Refusal(406, "Not Acceptable")
    if not call.user.workspace_administrator:
        raise Refusal(424, "") if "Report" in rest else Refusal(403, "Forbidden")
    if call.token.by_certificate and call.user.sso_only:
        raise Refusal(403, "Forbidden")


def put_online_status(call: Call) -> Response:
    """Takes the model online or offline."""
    status = read_body(call, {"status": str}, unknown="Unrecognised property detected")["status"]
    if status not in ("online", "offline"):
        raise Refusal(400, "Invalid value for `status`, must be one of `[online, offline]`")
    if call.model.active_state == "LOCKED":
        raise Refusal(400, "Cannot change status when model is in Locked or Archived mode")
    deployed = call.model.active_state.startswith("PRODUCTION")
    states = ("PRODUCTION", "PRODUCTION_MAINTENANCE") if deployed else ("UNLOCKED", "MAINTENANCE")
    call.model.active_state = states[status == "offline"]
    return Response(status_code=204)


def list_revisions(call: Call) -> Response:
    """The model's revisions, latest first, within dates, sorted and paged as the query asks."""
    after, before = _date(call, "appliedAfter", 0.0), _date(call, "appliedBefore", float("inf"))
    if after >= before:
        raise Refusal(400, "`appliedAfter` must be an earlier date than `appliedBefore`")
    found = [applied for applied in reversed(call.model.revisions) if after <= applied.applied < before]
    return listing(call, "revision", "revisions", found, _row, sortable=_SORTABLE)


def post_revision(call: Call) -> Response:
    """Records the structural changes since the latest revision as a new one."""
    world, model = call.world, call.model
    body = read_body(call, {"name": str, "description": str}, optional=("description",))
    if not body["name"].strip():
        raise Refusal(400, "The title of your revision tag must not be empty")
    if len(body["name"]) > 60:
        raise Refusal(400, "The title of your revision tag must be 60 characters or fewer")
    if len(body.get("description", "")) > 250:
        raise Refusal(400, "Revision tag descriptions must be 250 characters or fewer")
    if model.active_state != "UNLOCKED":
        raise Refusal(400, "A revision can only be added to a model in standard mode")
    if model.revisions and model.revisions[-1].revision.structure == model.structure:
        raise Refusal(400, "There are no structural changes since the latest revision")
    world.effects["revisions"] += 1
    model.record_revision(
        world.next_id(),
        body["name"],
        user_id=call.user.id,
        at=world.now(),
        description=body.get("description"),
        method="User added revision via API",
    )
    return success(call, "revision", {"revision": _row(model.revisions[-1])}, status=201)


def latest_revision(call: Call) -> Response:
    """The latest revision, as a list of one; the key is missing without revisions."""
    return success(call, "revision", {"revisions": [_row(applied) for applied in call.model.revisions[-1:]]})


def syncable_revisions(call: Call) -> Response:
    """Revisions of the source newer than the last one it shares with the target, newest first."""
    source_id = call.query.get("sourceModelId")
    if not source_id:
        raise Refusal(400, "Missing `sourceModelId` request parameter")
    rows = [_row(applied) for applied in reversed(_syncable(call.model, _source(call, source_id, Refusal())))]
    return success(call, "revision", {"revisions": rows})


def applied_to_models(call: Call) -> Response:
    """Every model the revision was applied to, first where it was made; deleted ones without name and workspace."""
    revision_id, tenant = call.params["revision"], call.world.tenant
    if not any(applied.revision.id == revision_id for applied in call.model.revisions):
        raise Refusal()
    models: list[tuple[Model, Json]] = [
        (model, {"modelName": model.name, "workspaceId": workspace.id}) for workspace, model in tenant.models()
    ]
    models += [(model, {"modelDeleted": True}) for model in tenant.deleted_models]
    found = [(applied, model, more) for model, more in models for applied in model.revisions]
    found = [entry for entry in found if entry[0].revision.id == revision_id]
    found.sort(key=lambda entry: (entry[0].method != entry[0].revision.creation_method, entry[0].applied))
    rows: list[Json] = [
        {
            "modelId": model.id,
            **more,
            "appliedBy": applied.applied_by,
            "appliedOn": iso(applied.applied),
            "appliedMethod": applied.method,
        }
        for applied, model, more in found
    ]
    return success(call, "revision", {"appliedToModels": rows})


def list_sync_tasks(call: Call) -> Response:
    """Running synchronisations and those of the last 48 hours, newest first; the key is missing without any."""
    return success(call, "task", {"tasks": [tasks.row(task) for task in tasks.of_parent(call)]})


def start_task(call: Call) -> Response:
    """Starts a synchronisation of the path's model to a source revision, or a report of what that would change."""
    target, kind = call.model, call.params["kind"]
    fields: dict[str, type] = {"sourceRevisionId": str, "sourceModelId": str, "targetRevisionId": str}
    body = read_body(call, fields, missing=_MISSING)
    unknown = Refusal(400, "`sourceModelId` is not a model you have access to")
    source = _source(call, body["sourceModelId"], unknown)
    new, old = _known(source, body, "sourceRevisionId"), _known(target, body, "targetRevisionId")
    if kind == "syncTasks":
        _check_sync(call, source, new, old)
        effect = partial(_synchronise, call.world, target, new)
    else:
        compatible = _shared_ids(target, source) != set()
        effect = partial(_generate, call.world, (source, new), (target, old), compatible)
    task = start(call.world, target, kind, target, call.user.id, effect)
    task.state = "IN_PROGRESS"
    url = f"{call.world.url}/2/0/models/{target.id}/alm/{kind}/{task.id}"
    shown = {"taskId": task.id, "taskUrl": url} | tasks.row(task)
    return success(call, "taskWithUrl", {"task": shown}, status=201, headers={"Location": url})


def get_comparison_report(call: Call) -> Response:
    """The tab-separated text of a generated comparison report, for 48 hours."""
    return Response(_report(call, touch=False), media_type="application/octet-stream")


def get_summary_report(call: Call) -> Response:
    """A generated summary report, until 48 hours after it was last read."""
    ids: Json = {"targetRevisionId": call.params["target"], "sourceRevisionId": call.params["source"]}
    return success(call, "summaryReport", {"summaryReport": ids | json.loads(_report(call, touch=True))})


def _date(call: Call, name: str, default: float) -> float:
    text = call.query.get(name)
    if text is None:
        return default
    try:
        date = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        if len(text) == 10:
            return date.timestamp()
    except ValueError:
        pass
    raise Refusal(400, "Date query parameter must be of the format `YYYY-MM-DD`")


def _row(applied: AppliedRevision) -> Json:
    revision = applied.revision
    row: Json = {
        "id": revision.id,
        "name": revision.name,
        "createdOn": iso(revision.created),
        "createdBy": revision.created_by,
        "creationMethod": revision.creation_method,
        "appliedOn": iso(applied.applied),
        "appliedBy": applied.applied_by,
    }
    return row if revision.description is None else row | {"description": revision.description}


def _source(call: Call, model_id: str, unknown: Refusal) -> Model:
    for _, model in call.world.tenant.models():
        if model.id == model_id and model_id not in call.user.hidden_models:
            if model.active_state == "ARCHIVED":
                raise Refusal(422, "Model is Archived")
            return model
    raise unknown


def _known(model: Model, body: Json, name: str) -> Revision:
    for applied in model.revisions:
        if applied.revision.id == body[name]:
            return applied.revision
    raise Refusal(400, f"`{name}` is not a revision of the model")


def _shared_ids(target: Model, source: Model) -> set[str]:
    return {applied.revision.id for applied in target.revisions} & {entry.revision.id for entry in source.revisions}


def _syncable(target: Model, source: Model) -> list[AppliedRevision]:
    shared = _shared_ids(target, source)
    places = [place for place, applied in enumerate(source.revisions) if applied.revision.id in shared]
    return source.revisions[places[-1] + 1 :] if places and source is not target else []


def _check_sync(call: Call, source: Model, new: Revision, old: Revision) -> None:
    if call.model.active_state == "LOCKED":
        raise Refusal(400, "The target model is locked")
    if old.id != call.model.revisions[-1].revision.id:
        raise Refusal(400, "`targetRevisionId` is not the latest revision of the target model")
    if new.id not in {applied.revision.id for applied in _syncable(call.model, source)}:
        raise Refusal(400, "The source revision cannot be synchronized to the target model")
    if any(task.running or task.state == "CANCELLING" for task in tasks.of_parent(call)):
        raise Refusal(409, "A synchronization of this model is already in progress")


def _synchronise(world: World, target: Model, new: Revision, task: Task) -> Json:
    with world.lock:
        target.apply_revision(new, user_id=task.user_id, at=world.now(), method="Revision synchronized")
    return {"successful": True}


def _generate(
    world: World, source: tuple[Model, Revision], target: tuple[Model, Revision], compatible: bool, task: Task
) -> Json:
    (_, new), (model, old) = source, target
    if not compatible:
        return failed(task.kind, model.id, model.name)
    if task.kind == "summaryReportTasks":
        content = json.dumps(summary(old.structure, new.structure)).encode()
    else:
        head = [*_head(world, "Source", *source), *_head(world, "Target", *target)]
        content = report(head, old.structure, new.structure)
    key = (_REPORTS[task.kind], old.id, new.id)
    with world.lock:
        model.reports[key] = Kept(content, world.now())
    url = f"{world.url}/2/0/models/{model.id}/alm/{'/'.join(key)}"
    return {"successful": True, "targetRevisionId": old.id, "sourceRevisionId": new.id, "reportFileUrl": url}


def _head(world: World, side: str, model: Model, revision: Revision) -> list[tuple[str, str, str | None]]:
    workspace = next((workspace for workspace, other in world.tenant.models() if other is model), None)
    return [
        (f"{side} Workspace", workspace.id if workspace else "null", workspace.name if workspace else None),
        (f"{side} Model", model.id, model.name),
        (f"{side} Revision", revision.id, revision.description),
    ]


def _report(call: Call, *, touch: bool) -> bytes:
    key = (call.params["report"], call.params["target"], call.params["source"])
    content = still_kept(call.model.reports, key, call.world.now(), touch=touch)
    if content is None:
        raise Refusal()
    return content
