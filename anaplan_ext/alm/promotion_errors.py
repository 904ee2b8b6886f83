"""Errors of plans and promotions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from anaplan_client.core import AnaplanError

if TYPE_CHECKING:
    from .apply import TargetResult

MAX_SHOWN = 5
"""Maximum number of targets or names in a message."""


class PlanError(AnaplanError, ValueError):
    """A plan, or the file of its approvals or its journal, cannot be used. `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class PlanVersionError(PlanError):
    """A plan has a format that this version of the library cannot read."""


class PlanExpiredError(PlanError):
    """Anaplan has deleted a comparison report of the plan, 48 hours after it was made. Plan again."""


class PlanLockedError(PlanError):
    """Another run applies the plan now, or another process approves it. Nothing was sent. Wait for its end."""


class ApprovalError(PlanError):
    """A plan has too few approvals, or was changed after them."""


class RiskError(PlanError):
    """Risks of a plan were not approved. `risks` are their names."""

    def __init__(self, risks: Sequence[str]) -> None:
        shown = ", ".join(repr(name) for name in risks[:MAX_SHOWN])
        more = f" and {len(risks) - MAX_SHOWN} more" if len(risks) > MAX_SHOWN else ""
        super().__init__(f"approve_risks must name each risk of the plan ({shown}{more} missing)")
        self.risks: tuple[str, ...] = tuple(risks)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.risks,)


@frozen(kw_only=True)
class MovedTarget:
    """A target that is no longer on the revision of the plan."""

    model_id: str
    """Id of the target."""
    name: str
    """Name of the target."""
    planned: str
    """Title of its latest revision when it was planned."""
    current: str
    """Title of its latest revision now."""
    moved_by: str | None
    """Name or id of the user who applied that revision, if Anaplan tells it."""
    moved_on: str | None
    """When it was applied, in ISO form, if Anaplan tells it."""

    def __str__(self) -> str:
        by = f" by {self.moved_by}" if self.moved_by else ""
        on = f" on {self.moved_on}" if self.moved_on else ""
        return f"{self.name} ({self.model_id}) moved from {self.planned!r} to {self.current!r}{by}{on}"


class PlanStaleError(AnaplanError):
    """Targets have moved since they were planned. They were not changed. `moved` names them. Plan again."""

    def __init__(self, moved: Sequence[MovedTarget]) -> None:
        super().__init__(tuple(moved))
        self.moved: tuple[MovedTarget, ...] = tuple(moved)

    def __str__(self) -> str:
        shown = "; ".join(str(target) for target in self.moved[:MAX_SHOWN])
        more = f" and {len(self.moved) - MAX_SHOWN} more" if len(self.moved) > MAX_SHOWN else ""
        return f"the plan is stale: {shown}{more}; nothing was changed in them; plan again"


class PromotionError(AnaplanError):
    """Targets of a promotion failed. `results` has all targets, `failed` those that are not on the revision."""

    def __init__(self, results: Sequence[TargetResult]) -> None:
        super().__init__(tuple(results))
        self.results: tuple[TargetResult, ...] = tuple(results)

    @property
    def failed(self) -> tuple[TargetResult, ...]:
        """Return the targets that failed or were skipped, and those that are still offline."""
        return tuple(result for result in self.results if result.needs_attention)

    def __str__(self) -> str:
        shown = "; ".join(str(result) for result in self.failed[:MAX_SHOWN])
        more = f" and {len(self.failed) - MAX_SHOWN} more" if len(self.failed) > MAX_SHOWN else ""
        done = len(self.results) - len(self.failed)
        return f"{done} of {len(self.results)} targets done; {shown}{more}; apply again with resume=True"
