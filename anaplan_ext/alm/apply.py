"""Decide what a promotion does with each target, and describe its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import define, evolve, field, frozen

from anaplan_client.alm.models import Revision
from anaplan_client.core import AnaplanError
from anaplan_client.core.codec import validation

from ..arguments.checks import check_list, check_text
from ..tasks.errors import AnaplanActionError, TaskTimeout
from .journal import JournalState
from .lineage import RevisionInfo, time_text
from .plan import Plan
from .planned_target import PlannedTarget
from .promotion_errors import MovedTarget, RiskError

Outcome: TypeAlias = Literal["synced", "already", "blocked", "failed", "skipped"]
Stage: TypeAlias = Literal["offline", "sync", "done", "failed", "online"]
MAX_PARALLEL = 50


@frozen(kw_only=True)
class TargetResult:
    """The result of a target. `str` is one line for people."""

    model_id: str
    """Id of the target."""
    name: str
    """Name of the target."""
    outcome: Outcome
    """`synced` by this run; `already` on the revision; `blocked` by what the plan says; `failed`; `skipped` after the
    failure of another one."""
    revision: str
    """Title of the revision that it is on, as far as known."""
    steps: tuple[str, ...] = ()
    """Titles of the revisions that this run applied, in their order."""
    error: AnaplanError | None = field(default=None, eq=str)
    """Why it failed."""
    broken_revision: str | None = None
    """Title of the revision that failed when all were applied one by one."""
    reason: str | None = None
    """Why it is blocked or was skipped."""
    is_left_offline: bool = False
    """Whether it is still offline: this run could not bring it back, or its sync still runs after the timeout."""

    @property
    def needs_attention(self) -> bool:
        """Return whether it failed, was skipped, or is still offline."""
        return self.outcome in ("failed", "skipped") or self.is_left_offline

    def __str__(self) -> str:
        texts: dict[Outcome, str] = {
            "synced": f"synchronized to {self.revision!r}",
            "already": f"already on {self.revision!r}",
            "blocked": f"cannot be synchronized: {self.reason}",
            "failed": f"failed on {self.revision!r}: {self.error}",
            "skipped": f"skipped: {self.reason}",
        }
        broken = f"; revision {self.broken_revision!r} breaks it" if self.broken_revision else ""
        offline = "; it is still offline" if self.is_left_offline else ""
        if offline and isinstance(self.error, TaskTimeout):
            offline += ", since its sync may still run"
        return f"{self.name}: {texts[self.outcome]}{broken}{offline}"

    def to_dict(self) -> dict[str, object]:
        """Write the result as a JSON object.

        Returns:
            The fields, with the error as text.
        """
        return {
            "model_id": self.model_id,
            "name": self.name,
            "outcome": self.outcome,
            "revision": self.revision,
            "steps": list(self.steps),
            "error": None if self.error is None else str(self.error),
            "broken_revision": self.broken_revision,
            "reason": self.reason,
            "is_left_offline": self.is_left_offline,
        }


@frozen(kw_only=True)
class ApplyProgress:
    """A step of a promotion. `str` is one line for people."""

    model_id: str
    """Id of the target."""
    name: str
    """Name of the target."""
    stage: Stage
    """What happens: `offline`, `sync`, `done`, `failed`, or `online`."""
    revision: str
    """Title of the revision that is applied."""

    def __str__(self) -> str:
        texts: dict[Stage, str] = {
            "offline": "is taken offline",
            "sync": f"syncs to {self.revision!r}",
            "done": f"is on {self.revision!r}",
            "failed": f"failed to sync to {self.revision!r}",
            "online": "is brought back online",
        }
        return f"{self.name} {texts[self.stage]}"


OnApply: TypeAlias = Callable[[ApplyProgress], object]
"""Called with each step; `Client` calls it from its worker threads."""


@frozen(kw_only=True)
class ApplyOptions:
    """How a plan is applied: the arguments of `client.alm.apply` of the same names."""

    parallel: int = 3
    stop_on_error: bool = False
    offline: bool = False
    stepwise: bool = False
    resume: bool = False
    approve_risks: Sequence[str] = ()
    require_approvals: int = 0
    timeout: float | None = None
    on_progress: OnApply | None = field(default=None)

    def __attrs_post_init__(self) -> None:
        for name in ("parallel", "require_approvals", "stop_on_error", "offline", "stepwise", "resume"):
            validation.check_present(name, getattr(self, name))
        validation.check_integer("parallel", self.parallel, minimum=1, maximum=MAX_PARALLEL)
        validation.check_integer("require_approvals", self.require_approvals, minimum=0)
        for name in ("stop_on_error", "offline", "stepwise", "resume"):
            validation.check_boolean(name, getattr(self, name))
        validation.check_number("timeout", self.timeout, minimum=0)
        validation.check_array("approve_risks", check_list("approve_risks", self.approve_risks), check_text)


def check_plan(plan: object) -> None:
    """Raise `TypeError` for anything but a plan, such as its path."""
    if not isinstance(plan, Plan):
        raise TypeError(f"plan must be a Plan (got {type(plan).__name__}); read one with Plan.load")


def check_risks(plan: Plan, approved: Sequence[str]) -> None:
    """Check that every risk is approved, by its name or by its kind.

    Raises:
        RiskError: A risk is not approved.
        ValueError: A name is that of no risk.
    """
    known = {text for risk in plan.risks for text in (risk.name, risk.risk)}
    if unknown := [name for name in approved if name not in known]:
        raise ValueError(f"approve_risks must name risks of the plan (got {unknown[0]!r})")
    missing = dict.fromkeys(risk.name for risk in plan.risks if risk.name not in approved and risk.risk not in approved)
    if missing:
        raise RiskError(list(missing))


@define
class Trail:
    """What a run has done to a target so far."""

    applied: list[RevisionInfo] = field(factory=list[RevisionInfo])
    """The revisions that it has applied."""
    step: RevisionInfo | None = None
    """The revision that it applies, where it applies them one by one."""


@frozen(kw_only=True)
class SyncJob:
    """A target that has to be synchronized, from the revision that it is on."""

    target: PlannedTarget
    start: RevisionInfo
    """The revision that it is on."""
    steps: tuple[RevisionInfo, ...]
    """The revisions from there to the goal."""
    is_resumed: bool = False
    """Whether an earlier run has started it."""
    is_stepwise: bool = False
    """Whether an earlier run has started to apply the revisions one by one."""
    is_offline: bool = False
    """Whether somebody else has taken it offline before."""

    @property
    def goal(self) -> RevisionInfo:
        """Return the revision to reach."""
        return self.target.goal

    def end(
        self,
        outcome: Outcome,
        trail: Trail | None = None,
        *,
        error: AnaplanError | None = None,
        reason: str | None = None,
    ) -> TargetResult:
        """Return its result, after what the trail says."""
        trail = trail or Trail()
        reached = trail.applied[-1] if trail.applied else self.start
        is_broken = isinstance(error, AnaplanActionError) and trail.step is not None
        return TargetResult(
            model_id=self.target.model.model_id,
            name=self.target.model.name,
            outcome=outcome,
            revision=self.goal.name if outcome == "synced" else reached.name,
            steps=tuple(step.name for step in trail.applied),
            error=error,
            broken_revision=trail.step.name if is_broken and trail.step else None,
            reason=reason,
        )


def decide(
    target: PlannedTarget, latest: Revision | None, state: JournalState, *, is_offline: bool = False
) -> SyncJob | TargetResult | MovedTarget:
    """Return what to do with a target that is on its `latest` revision now: sync it, nothing, or reject the plan."""
    model_id, name = target.model.model_id, target.model.name
    if target.problem is not None:
        # Nothing is changed there, whether it has moved or not.
        return TargetResult(
            model_id=model_id, name=name, outcome="blocked", revision=target.revision_name, reason=target.reason
        )
    if model_id in state.done or (latest is not None and latest.id == target.goal.id):
        return TargetResult(model_id=model_id, name=name, outcome="already", revision=target.goal.name)
    if target.revision is None or not target.steps:
        return moved_target(target, latest)
    job = SyncJob(
        target=target,
        start=target.revision,
        steps=target.steps,
        is_resumed=model_id in state.started,
        is_stepwise=model_id in state.stepping,
        is_offline=is_offline,
    )
    return continue_job(job, latest) or moved_target(target, latest)


def continue_job(job: SyncJob, latest: Revision | None) -> SyncJob | None:
    """Return what is left of a job when the target is on its `latest` revision. None if it has moved elsewhere.

    Only a run that applies the revisions one by one leaves a target between its first and its last revision.
    """
    latest_id = None if latest is None else latest.id
    if latest_id == job.start.id:
        return job
    positions = {step.id: index for index, step in enumerate(job.steps)}
    if latest_id is None or latest_id not in positions:
        return None
    index = positions[latest_id]
    if not job.is_stepwise and latest_id != job.goal.id:
        return None
    return evolve(job, start=job.steps[index], steps=job.steps[index + 1 :])


def moved_target(target: PlannedTarget, latest: Revision | None, users: Mapping[str, str] | None = None) -> MovedTarget:
    """Describe a target that is no longer on the planned revision."""
    by = None if latest is None else latest.applied_by
    return MovedTarget(
        model_id=target.model.model_id,
        name=target.model.name,
        planned=target.revision_name,
        current="no revision" if latest is None else latest.name,
        moved_by=None if by is None else (users or {}).get(by, by),
        moved_on=None if latest is None else time_text(latest.applied_on),
    )


def with_user_names(moved: Sequence[MovedTarget], users: Mapping[str, str]) -> list[MovedTarget]:
    """Replace the ids of users by their names, where they are known."""
    return [evolve(target, moved_by=users.get(target.moved_by or "", target.moved_by)) for target in moved]
