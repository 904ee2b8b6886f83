"""Syncs and reports: which revisions models share, and what a sync changes."""

from __future__ import annotations

import json

from ..state.files import Expiring
from ..state.model import Model
from ..state.server_state import ServerState
from ..state.structure import AppliedRevision, Revision
from ..state.tasks import Task
from ..state.values import Json
from .comparison_report import Head, build_report
from .summary_report import build_summary
from .tasks import failure_result

_REPORTS = {"comparisonReportTasks": "comparisonReports", "summaryReportTasks": "summaryReports"}


def shared_revision_ids(target: Model, source: Model) -> set[str]:
    """Return the ids of the revisions that both models have."""
    return {applied.revision.id for applied in target.revisions} & {entry.revision.id for entry in source.revisions}


def find_syncable_revisions(target: Model, source: Model) -> list[AppliedRevision]:
    """List the source's revisions after the last one shared with the target, oldest first."""
    shared = shared_revision_ids(target, source)
    positions = [position for position, applied in enumerate(source.revisions) if applied.revision.id in shared]
    return source.revisions[positions[-1] + 1 :] if positions and source is not target else []


def apply_sync(server: ServerState, target: Model, new: Revision, task: Task) -> Json:
    """Apply the revision to the target and return the task's result."""
    with server.lock:
        target.apply_revision(new, user_id=task.user_id, at=server.now(), method="Revision synchronized")
    return {"successful": True}


def generate_report(
    server: ServerState, source: tuple[Model, Revision], target: tuple[Model, Revision], task: Task
) -> Json:
    """Generate the report on what a sync would change, store it, and return the task's result."""
    (source_model, new), (model, old) = source, target
    if not shared_revision_ids(model, source_model):
        return failure_result(task.kind, model.id, model.name)
    if task.kind == "summaryReportTasks":
        content = json.dumps(build_summary(old.structure, new.structure)).encode()
    else:
        head = [*_build_report_head(server, "Source", *source), *_build_report_head(server, "Target", *target)]
        content = build_report(head, old.structure, new.structure)
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
