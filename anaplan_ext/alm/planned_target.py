"""What a plan does to each target: the steps, counts, changes and risks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from attrs import asdict, field, frozen

from anaplan_client.alm.models import SummaryReport
from anaplan_client.core.codec import decode

from .changes import Change, Risk, find_risks
from .lineage import RevisionInfo
from .report_words import Action
from .status import PROBLEMS, ModelPlace, Problem

_ACTIONS: dict[str, Action] = {"added": "added", "changed": "changed", "deleted": "deleted", "moved": "moved"}
_COUNTS = ("created", "modified", "deleted")


@frozen(kw_only=True)
class PlanRisk:
    """A risk of a change."""

    name: str
    """Kind and name of what is changed, for example `line item Flights · Distance`."""
    risk: Risk
    """What may happen, for example `deletes data` or `changes formula`."""

    def __str__(self) -> str:
        return f"{self.name}: {self.risk}"


@frozen(kw_only=True)
class PlannedTarget:
    """What a plan does to a target."""

    model: ModelPlace
    """The target, its state and its workspace."""
    revision: RevisionInfo | None
    """Its latest revision when it was planned."""
    steps: tuple[RevisionInfo, ...] = ()
    """The revisions that it gets, the planned one last."""
    problem: Problem | None = None
    """Why it cannot be synchronized; None if it can, or is on the revision already."""
    detail: str = ""
    """What Anaplan says about the problem."""
    warnings: tuple[str, ...] = ()
    """What does not prevent a sync, but is worth a look."""
    counts: Mapping[str, Mapping[str, int]] = field(factory=dict[str, Mapping[str, int]], hash=False)
    """Counts of the summary report: created, modified and deleted by kind."""
    changes: tuple[Change, ...] = ()
    """The changes of the comparison report."""
    report_sha256: str | None = None
    """SHA-256 of the comparison report."""

    @property
    def is_done(self) -> bool:
        """Return whether it is on the planned revision already."""
        return self.problem is None and not self.steps

    @property
    def can_sync(self) -> bool:
        """Return whether there is a sync to do, and nothing known prevents it."""
        return self.problem is None and bool(self.steps)

    @property
    def reason(self) -> str | None:
        """Return why it cannot be synchronized, as a sentence."""
        if self.problem is None:
            return None
        return PROBLEMS[self.problem] + (f": {self.detail}" if self.detail else "")

    @property
    def goal(self) -> RevisionInfo:
        """Return the revision to reach; that which it is on, if there is nothing to do."""
        goal = self.steps[-1] if self.steps else self.revision
        assert goal is not None
        return goal

    @property
    def revision_name(self) -> str:
        """Return the title of its latest revision."""
        if self.revision is not None:
            return self.revision.name
        return "no revision" if self.problem == "no revision" else "unknown"

    @property
    def risks(self) -> tuple[PlanRisk, ...]:
        """Return the risks of its changes, each once."""
        risks = (
            PlanRisk(name=label_change(change), risk=risk) for change in self.changes for risk in find_risks(change)
        )
        return tuple(dict.fromkeys(risks))

    @property
    def totals(self) -> dict[str, int]:
        """Return the numbers of what is created, modified and deleted."""
        return {word: sum(counts.get(word, 0) for counts in self.counts.values()) for word in _COUNTS}

    def to_dict(self) -> dict[str, object]:
        """Write the target as a JSON object.

        Returns:
            The fields, as they are in the plan's document.
        """
        return {
            **self.model.to_dict(),
            "revision": None if self.revision is None else self.revision.to_dict(),
            "can_sync": self.can_sync,
            "is_done": self.is_done,
            "problem": self.problem,
            "detail": self.detail,
            "reason": self.reason,
            "warnings": list(self.warnings),
            "steps": [step.to_dict() for step in self.steps],
            "totals": self.totals,
            "counts": {kind: dict(counts) for kind, counts in self.counts.items()},
            "risks": [{"name": risk.name, "risk": risk.risk} for risk in self.risks],
            "changes": [_write_change(change) for change in self.changes],
            "report_sha256": self.report_sha256,
        }

    @classmethod
    def from_dict(cls, value: object) -> PlannedTarget:
        """Read the result of `to_dict`. Unknown fields are ignored.

        Args:
            value: The JSON object.

        Returns:
            The same target.

        Raises:
            KeyError: A required field is missing.
            TypeError: A value has the wrong type.
            ValueError: A value is not allowed.
        """
        fields = decode.fields(value)
        problem = decode.optional_string(fields.get("problem"))
        if problem is not None and problem not in PROBLEMS:
            raise ValueError(f"problem must be one of {', '.join(PROBLEMS)} (got {problem!r})")
        counts = decode.map_of(_read_counts, fields.get("counts", {}))
        return cls(
            model=ModelPlace.from_dict(fields),
            revision=decode.optional(RevisionInfo.from_dict, fields.get("revision")),
            steps=tuple(decode.list_of(RevisionInfo.from_dict, fields["steps"])),
            problem=cast("Problem | None", problem),
            detail=decode.optional_string(fields.get("detail")) or "",
            warnings=tuple(decode.list_of(decode.string, fields.get("warnings", []))),
            counts=cast("Mapping[str, Mapping[str, int]]", counts),
            changes=tuple(decode.list_of(_read_change, fields["changes"])),
            report_sha256=decode.optional_string(fields.get("report_sha256")),
        )


def label_change(change: Change) -> str:
    """Return kind and name of what a change is about, such as `line item Flights · Distance`."""
    return f"{change.kind} {f'{change.module} · {change.name}' if change.module else change.name}"


def count_summary(summary: SummaryReport) -> dict[str, dict[str, int]]:
    """Return the counts of a summary report by kind, in the order of their names."""
    return {
        kind: {word: getattr(counts, word) or 0 for word in _COUNTS}
        for kind, counts in sorted((summary.differences or {}).items())
    }


def find_warnings(model: ModelPlace, differences: Sequence[str]) -> Iterator[str]:
    """Yield what is worth a look in a target, though it does not prevent a sync."""
    if model.is_offline:
        yield "the model is offline, and stays offline"
    if not model.is_deployed and model.problem is None:
        yield "the model is not deployed: changes without a revision may prevent the sync"
    for difference in differences:
        yield f"the two reports differ: {difference}"


def _write_change(change: Change) -> dict[str, object]:
    return {**asdict(change), "loses_data": change.loses_data}


def _read_change(value: object) -> Change:
    fields = decode.fields(value)
    action = _ACTIONS.get(decode.string(fields["action"]))
    if action is None:
        raise ValueError(f"action must be {', '.join(_ACTIONS)} (got {fields['action']!r})")
    return Change(
        kind=decode.string(fields["kind"]),
        action=action,
        name=decode.string(fields["name"]),
        module=decode.optional_string(fields.get("module")) or "",
        old=decode.map_of(decode.string, fields.get("old", {})),
        new=decode.map_of(decode.string, fields.get("new", {})),
        detail=decode.optional_string(fields.get("detail")) or "",
        position=decode.optional_string(fields.get("position")) or "",
    )


def _read_counts(value: object) -> dict[str, int]:
    return decode.map_of(decode.integer, value)
