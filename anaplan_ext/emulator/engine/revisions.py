"""Syncs and reports: which revisions models share, and what a sync changes."""

from __future__ import annotations

import json

from ..state.files import Expiring
from ..state.model import Model
from ..state.server_state import ServerState
from ..state.structure import AppliedRevision, Revision, Structure
from ..state.tasks import Task
from ..state.tenant import Workspace
from ..state.values import Json
from .comparison_report import Head, build_report
from .summary_report import build_summary
from .tasks import SYNC_FAILURE, failure_result

BYTES_PER_PART = 10_000
"""By how much a part of the structure makes a model larger. This is ours, because nothing is documented."""
_REPORTS = {"comparisonReportTasks": "comparisonReports", "summaryReportTasks": "summaryReports"}


def shared_revision_ids(target: Model, source: Model) -> set[str]:
    """Return the ids of the revisions that both models have."""
    return {applied.revision.id for applied in target.revisions} & {entry.revision.id for entry in source.revisions}


def has_diverged(target: Model, source: Model) -> bool:
    """Return whether the target's latest revision is not in the source's history."""
    latest = target.revisions[-1].revision.id if target.revisions else None
    return latest not in {applied.revision.id for applied in source.revisions}


def find_syncable_revisions(target: Model, source: Model) -> list[AppliedRevision]:
    """List the source's revisions after the target's latest one, oldest first. A diverged target has none."""
    if source is target or has_diverged(target, source):
        return []
    shared = shared_revision_ids(target, source)
    positions = [position for position, applied in enumerate(source.revisions) if applied.revision.id in shared]
    return source.revisions[positions[-1] + 1 :]


def apply_sync(server: ServerState, target: Model, source: Model, new: Revision, task: Task) -> Json:
    """Apply the revision to the target and return the task's result.

    The sync fails if all revisions of a conflict are in it, or if the workspace has no room for what it adds.
    """
    with server.lock:
        workspace = next((workspace for workspace, model in server.tenant.models() if model is target), None)
        growth = measure_growth(target.structure, new.structure)
        error = _find_conflict(target, source, new) or _find_lack_of_room(workspace, target, growth)
        if error:
            return {"successful": False, "error": error}
        target.apply_revision(new, user_id=task.user_id, at=server.now(), method="Revision synchronized")
        target.size += growth
        if workspace:
            workspace.current_size += growth
    return {"successful": True}


def measure_growth(old: Structure, new: Structure) -> int:
    """Return by how many bytes a sync changes the size of a model."""
    return (len(new) - len(old)) * BYTES_PER_PART


def _find_conflict(target: Model, source: Model, new: Revision) -> Json | None:
    """Return the error of a sync that has all revisions of a conflict in it."""
    contained = set[str]()
    for applied in find_syncable_revisions(target, source):
        contained |= {applied.revision.id, applied.revision.name}
        if applied.revision is new:
            break
    conflict = next((conflict for conflict in target.sync_conflicts if conflict <= contained), None)
    if conflict is None:
        return None
    names = " and ".join(sorted(conflict))
    together = "cannot be synchronized together" if len(conflict) > 1 else "cannot be synchronized"
    return {"title": SYNC_FAILURE["title"], "messageText": f"The changes of {names} {together}."}


def _find_lack_of_room(workspace: Workspace | None, model: Model, growth: int) -> Json | None:
    """Return the error of a sync that exceeds the limit of the workspace, with the documented text."""
    if workspace is None or growth <= 0 or workspace.current_size + growth <= workspace.size_allowance:
        return None
    sizes = (workspace.current_size, model.size, model.size + growth, workspace.size_allowance)
    total, before, after, limit = map(_format_size, sizes)
    return {
        "title": SYNC_FAILURE["title"],
        "messageText": f"Your current workspace size is {total}. The current size of the model is {before}, "
        f"but would be {after} after sync.",
        "subtitle": f"Completing this sync would cause your workspace to exceed its size limit of {limit}.",
    }


def _format_size(size: int) -> str:
    return f"{size / 1024**3:.1f} GB" if size >= 1024**3 else f"{size / 1024**2:.1f} MB"


def generate_report(
    server: ServerState, source: tuple[Model, Revision], target: tuple[Model, Revision], task: Task
) -> Json:
    """Generate the report on what a sync would change, store it, and return the task's result."""
    (source_model, new), (model, old) = source, target
    if not shared_revision_ids(model, source_model):
        return failure_result(task.kind, model.id, model.name)
    if task.kind == "summaryReportTasks":
        content = json.dumps(build_summary(old, new)).encode()
    else:
        head = [*_build_report_head(server, "Source", *source), *_build_report_head(server, "Target", *target)]
        content = build_report(head, old, new)
    key = (_REPORTS[task.kind], old.id, new.id)
    with server.lock:
        model.reports[key] = Expiring(content, server.now())
    url = f"{server.url}/2/0/models/{model.id}/alm/{'/'.join(key)}"
    return {"successful": True, "targetRevisionId": old.id, "sourceRevisionId": new.id, "reportFileUrl": url}


def _build_report_head(server: ServerState, side: str, model: Model, revision: Revision) -> Head:
    workspace = next((workspace for workspace, other in server.tenant.models() if other is model), None)
    return [
        (f"{side} Workspace", workspace.id if workspace else "null", workspace.name if workspace else None),
        (f"{side} Model", model.id, model.name),
        (f"{side} Revision", revision.id, revision.description),
    ]
