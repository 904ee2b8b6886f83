"""Print a plan for people: what a promotion changes in each target, and what it cannot do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..alm.changes import find_risks
from .output import show
from .table import measure

if TYPE_CHECKING:
    from ..alm.approval import Approval
    from ..alm.changes import Change
    from ..alm.plan import Plan
    from ..alm.planned_target import PlannedTarget

DEFAULT_MAX_CHANGES = 50
"""Changes of a target that are printed; the others are counted."""
_SIGNS = {"added": "+", "changed": "~", "deleted": "-", "moved": ">"}
_ACTIONS = ("added", "changed", "deleted", "moved")
_MAX_INLINE = 40
"""A value that is longer is printed on lines of its own."""


def write_plan(plan: Plan, approvals: Sequence[Approval], max_changes: int = DEFAULT_MAX_CHANGES) -> str:
    """Return the text of a plan. Targets with the same revision and the same changes are printed together."""
    made_on = "" if plan.revision.created_on is None else f"made {plan.revision.created_on:%Y-%m-%d}"
    by = f" by {show(plan.revision.created_by)}" if plan.revision.created_by else ""
    about = f': "{show(plan.revision.description)}"' if plan.revision.description else ""
    lines = [f"{show(plan.source.name)} {show(plan.revision.name)} ({(made_on + by).strip()}{about})"]
    seen: list[PlannedTarget] = []
    for group in _group(plan.targets):
        lines += _write_target(plan, group, max_changes, _find_same(seen, group[0]))
        seen.append(group[0])
    lines += [f"approved by {show(one.approver)} {show(one.at)} {show(one.comment)}".rstrip() for one in approvals]
    return "\n".join([*lines, _summarize(plan)]) + "\n"


def _group(targets: Sequence[PlannedTarget]) -> Iterator[list[PlannedTarget]]:
    """Yield targets of which the same is said, in the order of the first of each."""
    groups: dict[tuple[object, ...], list[PlannedTarget]] = {}
    for target in targets:
        key = (target.revision_name, target.reason, target.is_done, target.changes, target.warnings)
        groups.setdefault(key, []).append(target)
    yield from groups.values()


def _find_same(seen: Sequence[PlannedTarget], target: PlannedTarget) -> PlannedTarget | None:
    """Return a target before with the same changes, which need not be printed again."""
    return next((one for one in seen if target.changes and one.can_sync and one.changes == target.changes), None)


def _write_target(
    plan: Plan, group: Sequence[PlannedTarget], max_changes: int, same: PlannedTarget | None
) -> Iterator[str]:
    target, names = group[0], ", ".join(show(one.model.name) for one in group)
    if target.is_done:
        yield f"→ {names}  is on {show(plan.revision.name)} already"
        return
    if not target.can_sync:
        place = "" if target.revision is None else f"  on {show(target.revision_name)}"
        yield f"→ {names}{place}  cannot be planned: {show(target.reason)}"
        return
    counts = Counter[str](change.action for change in target.changes)
    numbers = "   ".join(f"{counts[action]:,} {action}" for action in _ACTIONS if counts[action]) or "no changes"
    steps = f" through {', '.join(show(step.name) for step in target.steps[:-1])}" if len(target.steps) > 1 else ""
    yield f"→ {names}  from {show(target.revision_name)}{steps}   {numbers}"
    yield from (f"    ! {show(warning)}" for warning in target.warnings)
    if same is not None:
        yield f"    the same {len(target.changes):,} changes as in {show(same.model.name)}"
        return
    labels = {change: _label(change) for change in target.changes[:max_changes]}
    widths = [max((measure(label[place]) for label in labels.values()), default=0) for place in (0, 1)]
    for change, label in labels.items():
        yield from _write_change(change, label, widths)
    if len(target.changes) > max_changes:
        yield f"    … and {len(target.changes) - max_changes:,} more; -o json has all, --limit N prints N"


def _label(change: Change) -> tuple[str, str]:
    """Return kind and name of what is changed."""
    return show(change.kind), show(f"{change.module} · {change.name}" if change.module else change.name)


def _write_change(change: Change, label: tuple[str, str], widths: Sequence[int]) -> Iterator[str]:
    kind, name = (text + " " * (width - measure(text)) for text, width in zip(label, widths, strict=True))
    long, short = _split(change)
    risks = [f"⚠ {risk}" for risk in find_risks(change)]
    parts = [*short, *long, *risks] or [show(change.detail or change.position)]
    details = "   ".join(parts)
    yield f"    {_SIGNS[change.action]} {kind}  {name}  {details}".rstrip()
    if change.action != "changed":
        return
    for key in long:
        for sign, values in (("-", change.old), ("+", change.new)):
            if values.get(key):
                yield f"        {sign} {show(values[key])}"


def _split(change: Change) -> tuple[list[str], list[str]]:
    """Return the properties whose values are long, and the texts of the others: old and new value."""
    if change.action != "changed":
        return [], []
    long: list[str] = []
    short: list[str] = []
    for key in dict.fromkeys((*change.old, *change.new)):
        old, new = show(change.old.get(key, "")), show(change.new.get(key, ""))
        if key.casefold() == "formula" or max(len(old), len(new)) > _MAX_INLINE:
            long.append(key)
        else:
            short.append(f"{show(key)}: {old or '(empty)'} → {new or '(empty)'}")
    return long, short


def _summarize(plan: Plan) -> str:
    ready = [target for target in plan.targets if target.can_sync]
    counts: Mapping[str, int] = Counter(change.action for target in ready for change in target.changes)
    numbers = ", ".join(f"{counts.get(action, 0):,} {action}" for action in _ACTIONS[:3])
    moved = f", {counts['moved']:,} moved" if counts.get("moved") else ""
    done = sum(target.is_done for target in plan.targets)
    impossible = len(plan.targets) - len(ready) - done
    rest = [f"{done} done already"] if done else []
    rest += [f"{impossible} not possible"] if impossible else []
    models = "1 model" if len(ready) == 1 else f"{len(ready)} models"
    saved = f"  Saved to {plan.path}." if plan.path else ""
    return f"Plan: {'; '.join([f'{models}, {numbers}{moved}', *rest])}.{saved}"
