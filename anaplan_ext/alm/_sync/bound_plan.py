# Converted by `python -m generator` from anaplan_ext/alm/_async/bound_plan.py. Edit that file, not this one.
"""A plan that knows the client that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import define, field, setters

from ...auth._sync.session import Session
from ...settings import Settings
from ..apply import ApplyOptions, OnApply, TargetResult
from ..plan import Plan
from .apply import start_apply


@define(kw_only=True, eq=False, on_setattr=setters.frozen)
class BoundPlan(Plan):
    """What `client.alm.plan` returns: a plan that the client can apply. It equals the same plan without a client."""

    _session: Session = field(repr=False, alias="session")
    _settings: Settings = field(repr=False, alias="settings")

    def apply(
        self,
        *,
        parallel: int = 3,
        stop_on_error: bool = False,
        offline: bool = False,
        stepwise: bool = False,
        resume: bool = False,
        approve_risks: Sequence[str] = (),
        require_approvals: int = 0,
        timeout: float | None = None,
        on_progress: OnApply | None = None,
    ) -> Iterator[TargetResult]:
        """Synchronize the targets of the plan, each exactly once. Nothing happens before the first result is read.

        `client.alm.apply(plan, …)` does the same with a plan that was loaded. It documents the errors.

        Args:
            parallel: Maximum number of targets that are synchronized concurrently, 1 to 50.
            stop_on_error: Start no further target after a failure. Without it, a failure stops nothing else.
            offline: Take each target offline before, and bring it back online afterwards, whatever happens. After
                `timeout`, it stays offline as long as its sync runs.
            stepwise: If a sync fails, apply the revisions one by one, and name the one that fails.
            resume: Continue after a run that was killed or failed. Without it, a plan is applied once.
            approve_risks: Names or kinds of all risks of the plan, for example `deletes data`.
            require_approvals: Minimum number of people who must have approved the plan.
            timeout: Maximum seconds to wait for each sync. None for no limit.
            on_progress: Function that gets each step.

        Returns:
            An iterator of the result of each target, in the order in which they are ready.
        """
        options = ApplyOptions(
            parallel=parallel,
            stop_on_error=stop_on_error,
            offline=offline,
            stepwise=stepwise,
            resume=resume,
            approve_risks=approve_risks,
            require_approvals=require_approvals,
            timeout=timeout,
            on_progress=on_progress,
        )
        return start_apply(self._session, self._settings, self, options)


def bind_plan(plan: Plan, session: Session, settings: Settings) -> BoundPlan:
    """Return the plan with the connections and settings of a client."""
    return BoundPlan(
        source=plan.source,
        revision=plan.revision,
        targets=plan.targets,
        path=plan.path,
        document=plan.to_json(),
        session=session,
        settings=settings,
    )
