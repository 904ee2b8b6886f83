"""Application lifecycle management: online status, revisions, synchronisation, comparison and summary reports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from . import tasks
from .answers import NOT_FOUND, Call, Refusal, page, read_body, sort_rows, success
from .objects import KEPT
from .state import AppliedRevision, Model, Report, Revision, Task
from .structure import report, summary
from .world import iso

_SORTABLE = ("id", "name", "description", "createdOn", "createdBy", "creationMethod", "appliedOn", "appliedBy")
_TASK_FIELDS = {"sourceRevisionId": str, "sourceModelId": str, "targetRevisionId": str}
_TASK_FIELDS_MISSING = "Expected mandatory fields `sourceRevisionId`, `sourceModelId` and `targetRevisionId`"
_REPORTS = {"comparisonReportTasks": "comparisonReports", "summaryReportTasks": "summaryReports"}
_ARCHIVED = "Model is Archived"


def put_online_status(call: Call) -> Response:
    """Takes the model online or offline."""
    _admit(call)
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
    _admit(call)
    after, before = _date(call, "appliedAfter"), _date(call, "appliedBefore")
    if after is not None and before is not None and after >= before:
        raise Refusal(400, "`appliedAfter` must be an earlier date than `appliedBefore`")
    rows = [
        _revision(applied)
        for applied in reversed(call.model.revisions)
        if (after is None or applied.applied >= after) and (before is None or applied.applied < before)
    ]
    sort = call.query.get("sort")
    if sort is not None and any(term.lstrip("+- ") not in _SORTABLE for term in sort.split(",")):
        raise Refusal(400, f"Cannot sort by `{sort}`")
    return page(call, "revision", "revisions", sort_rows(rows, sort, None))


def post_revision(call: Call) -> Response:
    """Records the structural changes since the latest revision as a new one."""
    _admit(call)
    body = read_body(call, {"name": str}, {"description": str})
    if not body["name"].strip():
        raise Refusal(400, "The title of your revision tag must not be empty")
    if len(body["name"]) > 60:
        raise Refusal(400, "The title of your revision tag must be 60 characters or fewer")
    if len(body.get("description", "")) > 250:
        raise Refusal(400, "Revision tag descriptions must be 250 characters or fewer")
    if call.model.active_state != "UNLOCKED":
        raise Refusal(400, "A revision can only be added to a model in standard mode")
    if not call.model.has_structural_change():
        raise Refusal(400, "There are no structural changes since the latest revision")
    world = call.world
    call.model.record_revision(
        world.next_id(), body["name"], user_id=call.user.id, at=world.now(), description=body.get("description"),
        method="User added revision via API",
    )  # fmt: skip
    return success(call, "revision", {"revision": _revision(call.model.revisions[-1])}, status=201)


def latest_revision(call: Call) -> Response:
    """The latest revision, as a list of one; the key is missing without revisions."""
    _admit(call)
    return success(call, "revision", {"revisions": [_revision(applied) for applied in call.model.revisions[-1:]]})


def syncable_revisions(call: Call) -> Response:
    """Revisions of the source newer than the last one it shares with the target, newest first."""
    _admit(call)
    source_id = call.query.get("sourceModelId")
    if not source_id:
        raise Refusal(400, "Missing `sourceModelId` request parameter")
    source = call.world.find_model(source_id)
    if source is None or source.id in call.user.hidden_models:
        raise Refusal(404, NOT_FOUND)
    if source.active_state == "ARCHIVED":
        raise Refusal(422, _ARCHIVED)
    rows = [_revision(applied) for applied in reversed(_syncable(call.model, source))]
    return success(call, "revision", {"revisions": rows})


def applied_to_models(call: Call) -> Response:
    """Every model the revision was applied to, first where it was made; deleted ones without name and workspace."""
    _admit(call)
    revision_id = call.params["revision"]
    if not any(applied.revision.id == revision_id for applied in call.model.revisions):
        raise Refusal(404, NOT_FOUND)
    tenant = call.world.tenant
    models: list[tuple[Model, dict[str, Any]]] = [
        (model, {"modelName": model.name, "workspaceId": workspace.id}) for workspace, model in tenant.models()
    ]
    models += [(model, {"modelDeleted": True}) for model in tenant.deleted_models]
    found = [
        (applied, {"modelId": model.id, "appliedBy": applied.applied_by, "appliedOn": iso(applied.applied)} | extra)
        for model, extra in models
        for applied in model.revisions
        if applied.revision.id == revision_id
    ]
    found.sort(key=lambda entry: (entry[0].method != entry[0].revision.creation_method, entry[0].applied))
    rows = [row | {"appliedMethod": applied.method} for applied, row in found]
    return success(call, "revision", {"appliedToModels": rows})


def post_sync_task(call: Call) -> Response:
    """Starts a synchronisation: the target (of the path) gets the structure of a source revision."""
    _admit(call)
    source, source_revision, _ = _endpoints(call)
    target, user_id, world = call.model, call.user.id, call.world
    if target.active_state == "LOCKED":
        raise Refusal(400, "The target model is locked")
    if call.params["targetRevisionId"] != (target.revisions[-1].revision.id if target.revisions else None):
        raise Refusal(400, "`targetRevisionId` is not the latest revision of the target model")
    if all(applied.revision.id != source_revision.id for applied in _syncable(target, source)):
        raise Refusal(400, "The source revision cannot be synchronized to the target model")
    if any(task.state in ("NOT_STARTED", "IN_PROGRESS", "CANCELLING") for task in tasks.listed(
        call, "syncTasks", target.id
    )):  # fmt: skip
        raise Refusal(409, "A synchronization of this model is already in progress")

    def effect(_: Task) -> dict[str, Any]:
        with world.lock:
            target.apply_revision(source_revision, user_id=user_id, at=world.now(), method="Revision synchronized")
        return {"successful": True}

    return _started(call, "syncTasks", effect)


def post_report_task_of(kind: str) -> Callable[[Call], Response]:
    """The handler that starts the generation of one kind of report."""

    def handler(call: Call) -> Response:
        _admit(call, report=True)
        source, source_revision, target_revision = _endpoints(call)
        world, target = call.world, call.model
        url = f"{world.url}/2/0/models/{target.id}/alm/{_REPORTS[kind]}/{target_revision.id}/{source_revision.id}"

        def effect(_: Task) -> dict[str, Any]:
            if not _shared_ids(target, source):
                return tasks.failed(kind, target.id, target.name)
            before, after = target_revision.structure, source_revision.structure
            content = summary(before, after) if kind == "summaryReportTasks" else report(before, after)
            with world.lock:
                key = (_REPORTS[kind], target_revision.id, source_revision.id)
                target.reports[key] = Report(content, world.now())
            ids = {"targetRevisionId": target_revision.id, "sourceRevisionId": source_revision.id}
            return {"successful": True, **ids, "reportFileUrl": url}

        return _started(call, kind, effect)

    return handler


def list_sync_tasks(call: Call) -> Response:
    """Running synchronisations and those of the last 48 hours, newest first; the key is missing without any."""
    _admit(call)
    rows = [tasks.row(task) for task in tasks.listed(call, "syncTasks", call.model.id)]
    return success(call, "task", {"tasks": rows})


def task_of(kind: str) -> Callable[[Call], Awaitable[Response]]:
    """The handler that looks at one task; an id is known only under its own kind."""

    async def handler(call: Call) -> Response:
        _admit(call, report=kind in _REPORTS)
        task = tasks.find(call, kind, call.model.id, call.params["task"])
        await tasks.look(call, task)
        return success(call, "syncTask" if kind in _REPORTS else "task", {"task": tasks.full(task)})

    return handler


def get_comparison_report(call: Call) -> Response:
    """The tab-separated text of a generated comparison report, for 48 hours."""
    if not any("application/octet-stream" in part for part in call.headers.get("accept", "").lower().split(",")):
        raise Refusal(406, "Not Acceptable")
    _admit(call, report=True)
    return Response(_report(call, "comparisonReports").content, media_type="application/octet-stream")


def get_summary_report(call: Call) -> Response:
    """A generated summary report, until 48 hours after it was last read."""
    _admit(call, report=True)
    found = _report(call, "summaryReports")
    found.touched = call.world.now()
    ids = {"targetRevisionId": call.params["target"], "sourceRevisionId": call.params["source"]}
    return success(call, "summaryReport", {"summaryReport": ids | found.content})


def _admit(call: Call, *, report: bool = False) -> None:
    if not call.user.workspace_administrator:
        raise Refusal(424, "") if report else Refusal(403, "Forbidden")
    if call.token and call.token.by_certificate and call.user.sso_only:
        raise Refusal(403, "Forbidden")
    if call.model.active_state == "ARCHIVED":
        raise Refusal(422, _ARCHIVED)


def _date(call: Call, name: str) -> float | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        date = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        if len(text) == 10:
            return date.timestamp()
    except ValueError:
        pass
    raise Refusal(400, "Date query parameter must be of the format `YYYY-MM-DD`")


def _revision(applied: AppliedRevision) -> dict[str, Any]:
    revision = applied.revision
    described = {"description": revision.description} if revision.description is not None else {}
    return {
        "id": revision.id,
        "name": revision.name,
        **described,
        "createdOn": iso(revision.created),
        "createdBy": revision.created_by,
        "creationMethod": revision.creation_method,
        "appliedOn": iso(applied.applied),
        "appliedBy": applied.applied_by,
    }


def _shared_ids(target: Model, source: Model) -> set[str]:
    ids = {applied.revision.id for applied in target.revisions}
    return ids & {applied.revision.id for applied in source.revisions}


def _syncable(target: Model, source: Model) -> list[AppliedRevision]:
    shared = _shared_ids(target, source)
    places = [place for place, applied in enumerate(source.revisions) if applied.revision.id in shared]
    return source.revisions[places[-1] + 1 :] if places and source is not target else []


def _endpoints(call: Call) -> tuple[Model, Revision, Revision]:
    body = read_body(call, _TASK_FIELDS, missing=_TASK_FIELDS_MISSING)
    call.params |= body
    source = call.world.find_model(body["sourceModelId"])
    if source is None or source.id in call.user.hidden_models:
        raise Refusal(400, "`sourceModelId` is not a model you have access to")
    if source.active_state == "ARCHIVED":
        raise Refusal(422, _ARCHIVED)
    return (
        source,
        _known_revision(source, body["sourceRevisionId"], "sourceRevisionId"),
        _known_revision(call.model, body["targetRevisionId"], "targetRevisionId"),
    )


def _known_revision(model: Model, revision_id: str, name: str) -> Revision:
    for applied in model.revisions:
        if applied.revision.id == revision_id:
            return applied.revision
    raise Refusal(400, f"`{name}` is not a revision of the model")


def _started(call: Call, kind: str, effect: Callable[[Task], dict[str, Any]]) -> Response:
    task = tasks.start(call, kind, call.model.id, call.model.name, effect)
    task.state = "IN_PROGRESS"
    url = f"{call.world.url}/2/0/models/{call.model.id}/alm/{kind}/{task.id}"
    shown = {"taskId": task.id, "taskUrl": url} | tasks.row(task)
    return success(call, "taskWithUrl", {"task": shown}, status=201, headers={"Location": url})


def _report(call: Call, kind: str) -> Report:
    key = (kind, call.params["target"], call.params["source"])
    found = call.model.reports.get(key)
    if found is None or call.world.now() - found.touched > KEPT:
        raise Refusal(404, NOT_FOUND)
    return found
