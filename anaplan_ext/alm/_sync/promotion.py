# Converted by `python -m generator` from anaplan_ext/alm/_async/promotion.py. Edit that file, not this one.
"""Read on which revisions models are, and plan promotions. Nothing is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from attrs import field, frozen

from anaplan_client import integration
from anaplan_client.alm import models
from anaplan_client.core import (
    AnaplanError,
    ApiError,
    ModelArchivedError,
    NotFoundError,
    PermissionDeniedError,
    StatusError,
)
from anaplan_client.integration.models import Model, Workspace

from ...auth._sync.session import Session
from ...concurrency import _sync as concurrency
from ...listing import endpoints
from ...listing._sync.pager import collect
from ...listing.names import find
from ...listing.paging import PAGE_SIZE
from ...settings import Settings
from ...tasks.errors import AnaplanActionError
from ..change_counts import find_count_differences
from ..comparison_report import ComparisonReport
from ..lineage import RevisionInfo, describe_revision, oldest_first, steps_to, user_names
from ..plan import Plan
from ..planned_target import PlannedTarget, count_summary, find_warnings
from ..status import ModelPlace, Problem, PromotionStatus, TargetStatus, build_target, place_model
from . import tasks
from .reports import read_report, read_summary

MAX_READS = 8
"""Maximum number of targets that are read concurrently."""


@frozen(kw_only=True)
class Reader:
    """Where a promotion is read from."""

    session: Session
    settings: Settings
    source: str
    """Name or id of the source model."""
    timeout: float | None = None
    """Maximum seconds to wait for each report."""


@frozen(kw_only=True)
class Tenant:
    """What is read once for all targets."""

    source: ModelPlace
    targets: tuple[ModelPlace, ...]
    history: tuple[models.Revision, ...]
    """The revisions of the source, oldest first."""
    users: dict[str, str] = field(factory=dict[str, str])


def read_status(reader: Reader, targets: Sequence[str]) -> PromotionStatus:
    """Return the status of the targets. Four requests, and one per target."""
    tenant = _read_tenant(reader, targets)
    statuses: list[TargetStatus] = []

    def read(model: ModelPlace) -> TargetStatus:
        latest, problem = read_latest(reader.session, model)
        return build_target(model, latest, problem, tenant.history, tenant.users)

    with concurrency.closing(concurrency.map_concurrently(read, tenant.targets, MAX_READS)) as found:
        for status in found:
            statuses.append(status)
    return PromotionStatus(
        source=tenant.source,
        revisions=tuple(describe_revision(revision, tenant.users) for revision in tenant.history),
        targets=tuple(statuses),
    )


def make_plan(reader: Reader, revision: str, status: PromotionStatus) -> Plan:
    """Return the plan to bring the targets to a revision. Only the reports of each target are requested."""
    goal = find("revision", revision, status.revisions)
    planned: list[PlannedTarget] = []

    def plan(target: TargetStatus) -> PlannedTarget:
        return _plan_target(reader, status, target, goal)

    with concurrency.closing(concurrency.map_concurrently(plan, status.targets, MAX_READS)) as found:
        for target in found:
            planned.append(target)
    return Plan(source=status.source, revision=_without_application(goal), targets=tuple(planned))


def read_latest(session: Session, model: ModelPlace) -> tuple[models.Revision | None, Problem | None]:
    """Return the latest revision of a model, or why it cannot be read. One request."""
    if model.problem == "archived":
        return None, "archived"
    try:
        return tasks.get_latest_revision(session, model.model_id), None
    except ModelArchivedError:
        return None, "archived"
    except (PermissionDeniedError, NotFoundError):
        return None, "no access"


def read_users(session: Session) -> dict[str, str]:
    """Return names by the ids of users: those of the first 5,000. One request; none of them if it is rejected."""
    try:
        response = session.send(integration.list_users(limit=PAGE_SIZE))
    except StatusError:
        return {}
    return user_names((user.id, user.first_name, user.last_name, user.email) for user in response.users or [])


def list_models(session: Session) -> list[Model]:
    """Return all models of the user. One request per 5,000."""
    return collect(session, *endpoints.all_models(None, None, None, False, False))


def _read_tenant(reader: Reader, targets: Sequence[str]) -> Tenant:
    listed = list_models(reader.session)
    workspaces = _read_workspaces(reader.session)
    source = place_model(find("model", reader.source, listed), workspaces)
    places = [place_model(find("model", target, listed), workspaces) for target in targets]
    _check_distinct(source, places)
    revisions = tasks.list_revisions(reader.session, source.model_id)
    return Tenant(
        source=source,
        targets=tuple(places),
        history=tuple(oldest_first(revisions)),
        users=read_users(reader.session),
    )


def _read_workspaces(session: Session) -> dict[str, Workspace]:
    """Return the workspaces by their ids, with their sizes. None of them if Anaplan rejects that."""
    try:
        listed = collect(session, *endpoints.workspaces(None, None, False, True))
    except StatusError:
        return {}
    return {workspace.id: workspace for workspace in listed}


def _check_distinct(source: ModelPlace, targets: Sequence[ModelPlace]) -> None:
    seen = {source.model_id: "the source"}
    for target in targets:
        if target.model_id in seen:
            raise ValueError(
                f"targets must be distinct models other than the source (got {target.name!r}, {target.model_id}, "
                f"as {seen[target.model_id]})"
            )
        seen[target.model_id] = "another target"


def _plan_target(reader: Reader, status: PromotionStatus, target: TargetStatus, goal: RevisionInfo) -> PlannedTarget:
    model, revision = target.model, target.revision
    if target.problem is not None or revision is None:
        return PlannedTarget(
            model=model, revision=revision, problem=target.problem, warnings=tuple(find_warnings(model, ()))
        )
    steps = steps_to(status.revisions, revision.id, goal.id)
    if not steps:
        problem: Problem | None = "ahead" if steps is None else None
        return PlannedTarget(model=model, revision=revision, problem=problem, warnings=tuple(find_warnings(model, ())))
    body = models.RevisionPairRequest(
        source_revision_id=goal.id, source_model_id=status.source.model_id, target_revision_id=revision.id
    )
    return _compare(reader, model, revision, tuple(_without_application(step) for step in steps), body)


def _compare(
    reader: Reader,
    model: ModelPlace,
    revision: RevisionInfo,
    steps: tuple[RevisionInfo, ...],
    body: models.RevisionPairRequest,
) -> PlannedTarget:
    """Read both reports of a target."""
    try:
        data = read_report(reader.session, reader.settings, model.model_id, body, reader.timeout)
        summary = read_summary(reader.session, reader.settings, model.model_id, body, reader.timeout)
    except (AnaplanActionError, PermissionDeniedError, ModelArchivedError) as error:
        return PlannedTarget(
            model=model,
            revision=revision,
            problem=_problem_of(error),
            detail=error.reason if isinstance(error, AnaplanActionError) else "",
            warnings=tuple(find_warnings(model, ())),
        )
    report = concurrency.run_in_thread(ComparisonReport.parse, data)
    return PlannedTarget(
        model=model,
        revision=revision,
        steps=steps,
        warnings=tuple(find_warnings(model, find_count_differences(report.counts, summary))),
        counts=count_summary(summary),
        changes=report.changes,
        report_sha256=hashlib.sha256(data).hexdigest(),
    )


def _problem_of(error: AnaplanError) -> Problem:
    if isinstance(error, ApiError):
        return "archived" if isinstance(error, ModelArchivedError) else "no access"
    return "incompatible"


def _without_application(revision: RevisionInfo) -> RevisionInfo:
    """Return a revision without when and by whom the source got it: it says nothing of the targets."""
    return RevisionInfo(
        id=revision.id,
        name=revision.name,
        description=revision.description,
        created_on=revision.created_on,
        created_by=revision.created_by,
        created_by_id=revision.created_by_id,
    )
