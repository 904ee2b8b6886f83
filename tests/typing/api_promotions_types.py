"""What type checkers must see of the values of promotions. Checked by mypy and pyright, never run."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, assert_type

from anaplan_ext import (
    AnaplanError,
    ApplyProgress,
    Approval,
    ApprovalError,
    Change,
    Changelog,
    ChangelogEntry,
    GraphColumn,
    HistoryEntry,
    ModelPlace,
    MovedTarget,
    Plan,
    PlanError,
    PlanExpiredError,
    PlanLockedError,
    PlannedTarget,
    PlanRisk,
    PlanStaleError,
    PlanVersionError,
    PromotionError,
    PromotionGraph,
    PromotionStatus,
    RevisionInfo,
    RiskError,
    TargetResult,
    TargetStatus,
    WorkspaceRoom,
)

Problem = Literal["archived", "locked", "no access", "no revision", "diverged", "ahead", "incompatible"]
Risk = Literal["deletes data", "overwrites data", "changes format", "changes dimensions", "changes formula"]


def statuses(
    status: PromotionStatus, target: TargetStatus, model: ModelPlace, room: WorkspaceRoom, revision: RevisionInfo
) -> None:
    assert_type(status.source, ModelPlace)
    assert_type(status.revision, RevisionInfo | None)
    assert_type(status.revisions, tuple[RevisionInfo, ...])
    assert_type(list(status), list[TargetStatus])
    assert_type(len(status), int)
    assert_type(status.targets, tuple[TargetStatus, ...])
    assert_type(status.to_dict(), dict[str, object])
    assert_type(status.to_rows(), list[dict[str, object]])
    assert_type(status.to_svg() + status.to_mermaid(), str)
    assert_type(status.to_graph(), PromotionGraph)
    assert_type(status.to_graph().history + status.to_graph().others, tuple[GraphColumn, ...])
    assert_type(target.model, ModelPlace)
    assert_type(target.revision, RevisionInfo | None)
    assert_type(target.behind, int | None)
    assert_type(target.is_diverged, bool)
    assert_type(target.problem, Problem | None)
    assert_type(target.reason, str | None)
    assert_type(target.to_dict(), dict[str, object])
    assert_type(model.model_id + model.name, str)
    assert_type(model.state, str | None)
    assert_type(model.workspace_id, str | None)
    assert_type(model.workspace, str | None)
    assert_type(model.is_offline and model.is_deployed, bool)
    assert_type(model.problem, Problem | None)
    assert_type(model.room, WorkspaceRoom | None)
    assert_type(room.current_size + room.size_allowance + room.percent, int)
    assert_type(ModelPlace.from_dict(model.to_dict()), ModelPlace)
    assert_type(revision.id + revision.name, str)
    assert_type(revision.description, str | None)
    assert_type(revision.created_on, datetime | None)
    assert_type(revision.created_by, str | None)
    assert_type(revision.created_by_id, str | None)
    assert_type(revision.applied_on, datetime | None)
    assert_type(revision.applied_by, str | None)
    assert_type(revision.applied_by_id, str | None)
    assert_type(RevisionInfo.from_dict(revision.to_dict()), RevisionInfo)


def plans(plan: Plan, target: PlannedTarget, risk: PlanRisk, approval: Approval) -> None:
    assert_type(plan.source, ModelPlace)
    assert_type(plan.revision, RevisionInfo)
    assert_type(plan.targets, tuple[PlannedTarget, ...])
    assert_type(plan.path, Path | None)
    assert_type(plan.sha256, str)
    assert_type(plan.has_changes, bool)
    assert_type(plan.risks, tuple[PlanRisk, ...])
    assert_type(plan.to_json(), bytes)
    assert_type(plan.to_dict(), dict[str, object])
    assert_type(plan.to_rows(), list[dict[str, object]])
    assert_type(plan.to_markdown() + plan.to_html() + plan.to_html(Path("release.html")), str)
    assert_type(Plan.from_json(b""), Plan)
    assert_type(Plan.from_json(""), Plan)
    assert_type(Plan.load("release.plan"), Plan)
    assert_type(plan.save(Path("release.plan")), Path)
    assert_type(plan.approve("ada@example.com", "looks good"), Approval)
    assert_type(plan.approvals(), list[Approval])
    assert_type(target.model, ModelPlace)
    assert_type(target.revision, RevisionInfo | None)
    assert_type(target.steps, tuple[RevisionInfo, ...])
    assert_type(target.goal, RevisionInfo)
    assert_type(target.problem, Problem | None)
    assert_type(target.reason, str | None)
    assert_type(target.detail + target.revision_name, str)
    assert_type(target.warnings, tuple[str, ...])
    assert_type(target.counts, Mapping[str, Mapping[str, int]])
    assert_type(target.totals, dict[str, int])
    assert_type(target.changes, tuple[Change, ...])
    assert_type(target.report_sha256, str | None)
    assert_type(target.is_done and target.can_sync, bool)
    assert_type(target.risks, tuple[PlanRisk, ...])
    assert_type(risk.name, str)
    assert_type(risk.risk, Risk)
    assert_type(approval.approver + approval.comment + approval.plan_sha256, str)
    assert_type(approval.at, datetime)


def logs(changelog: Changelog, entry: ChangelogEntry, history: HistoryEntry) -> None:
    assert_type(changelog.model_id, str)
    assert_type(changelog.entries, tuple[ChangelogEntry, ...])
    assert_type(list(changelog), list[ChangelogEntry])
    assert_type(len(changelog), int)
    assert_type(changelog.to_dict(), dict[str, object])
    assert_type(changelog.to_rows(), list[dict[str, object]])
    assert_type(entry.revision, RevisionInfo)
    assert_type(entry.since, RevisionInfo)
    assert_type(entry.changes, tuple[Change, ...])
    assert_type(entry.report_sha256, str)
    assert_type(entry.to_dict(), dict[str, object])
    assert_type(history.revision, RevisionInfo)
    assert_type(history.method, str | None)
    assert_type(history.to_dict(), dict[str, object])


def results(result: TargetResult, step: ApplyProgress) -> None:
    assert_type(result.model_id + result.name + result.revision, str)
    assert_type(result.outcome, Literal["synced", "already", "blocked", "failed", "skipped"])
    assert_type(result.steps, tuple[str, ...])
    assert_type(result.error, AnaplanError | None)
    assert_type(result.broken_revision, str | None)
    assert_type(result.reason, str | None)
    assert_type(result.is_left_offline and result.needs_attention, bool)
    assert_type(result.to_dict(), dict[str, object])
    assert_type(step.model_id + step.name + step.revision, str)
    assert_type(step.stage, Literal["offline", "sync", "done", "failed", "online"])


def errors(
    stale: PlanStaleError, moved: MovedTarget, promotion: PromotionError, risk: RiskError, unusable: PlanError
) -> None:
    assert_type(stale.moved, tuple[MovedTarget, ...])
    assert_type(moved.model_id + moved.name + moved.planned + moved.current, str)
    assert_type(moved.moved_by, str | None)
    assert_type(moved.moved_on, str | None)
    assert_type(promotion.results, tuple[TargetResult, ...])
    assert_type(promotion.failed, tuple[TargetResult, ...])
    assert_type(risk.risks, tuple[str, ...])
    plan_errors: list[type[PlanError]] = [PlanExpiredError, PlanLockedError, PlanVersionError, ApprovalError]
    plan_errors.append(RiskError)
    assert_type(unusable.reason, str)
    assert_type([error("no").reason for error in plan_errors], list[str])
