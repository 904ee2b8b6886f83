"""What a report shows of a plan: targets with the same changes together, each change with its values and risks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen

from anaplan_client.core.codec import decode

from ..changes import Change, find_risks
from ..report_words import Action
from .text_difference import Part, compare_texts

_ACTIONS: dict[str, Action] = {"added": "added", "changed": "changed", "deleted": "deleted", "moved": "moved"}
_COUNT_WORDS = (("created", "added"), ("modified", "changed"), ("deleted", "deleted"))


@frozen(kw_only=True)
class ValueView:
    """A property with its values before and after, as far as they are known."""

    name: str
    old: str | None
    new: str | None

    @property
    def difference(self) -> tuple[list[Part], list[Part]]:
        """The parts of both values, word by word."""
        return compare_texts(self.old or "", self.new or "")


@frozen(kw_only=True)
class ChangeView:
    """A change. `detail` is the text of the comparison report where that has no values by property."""

    action: Action
    kind: str
    name: str
    position: str
    values: tuple[ValueView, ...]
    detail: str
    risks: tuple[str, ...]


@frozen(kw_only=True)
class TargetView:
    """A target. `reason` says why it cannot be synchronized. `room` is in words."""

    name: str
    model_id: str
    workspace: str
    revision: str
    steps: tuple[str, ...]
    room: str
    is_done: bool
    reason: str
    warnings: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]


@frozen(kw_only=True)
class GroupView:
    """Targets with the same changes."""

    targets: tuple[TargetView, ...]
    changes: tuple[ChangeView, ...]

    @property
    def title(self) -> str:
        """The names of the targets."""
        return ", ".join(target.name for target in self.targets)

    @property
    def risky(self) -> int:
        """The number of changes with a risk."""
        return sum(bool(change.risks) for change in self.changes)


@frozen(kw_only=True)
class PlanView:
    """A plan, as a report shows it."""

    source: str
    source_id: str
    workspace: str
    revision: str
    revision_id: str
    description: str
    created: str
    expires: str
    targets: tuple[TargetView, ...]
    groups: tuple[GroupView, ...]
    """The targets again, those with the same changes together."""

    @property
    def title(self) -> str:
        """The title of the report."""
        return f"{self.source} {self.revision}"


def read_plan(plan: Mapping[str, object]) -> PlanView:
    """Return what a report shows of a plan.

    Args:
        plan: What `to_dict` of the plan returned.

    Returns:
        The view. Unknown fields are ignored, and absent optional ones are empty.

    Raises:
        ValueError: It is not a plan.
    """
    try:
        return _read_plan(plan)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"plan must be the mapping that to_dict of a plan returns ({error!r})") from None


def _read_plan(plan: Mapping[str, object]) -> PlanView:
    source = decode.fields(plan["source"])
    revision = decode.fields(source["revision"])
    targets = decode.list_of(decode.fields, plan["targets"])
    groups: dict[str, list[Mapping[str, object]]] = {}
    for target in targets:
        key = "" if _text(target, "reason") else json.dumps(target.get("changes"))
        groups.setdefault(key or f"id {target['model_id']}", []).append(target)
    who, when = _text(revision, "created_by"), _format_moment(_text(revision, "created_on"))
    return PlanView(
        source=decode.string(source["name"]),
        source_id=_text(source, "model_id") or _text(source, "model"),
        workspace=_text(source, "workspace"),
        revision=decode.string(revision["name"]),
        revision_id=_text(revision, "id"),
        description=_text(revision, "description"),
        created=" by ".join(filter(None, (when, who))),
        expires=_text(plan, "expires"),
        targets=tuple(map(_read_target, targets)),
        groups=tuple(map(_read_group, groups.values())),
    )


def _read_group(targets: Sequence[Mapping[str, object]]) -> GroupView:
    changes = decode.list_of(decode.fields, targets[0].get("changes") or [])
    return GroupView(targets=tuple(map(_read_target, targets)), changes=tuple(map(_read_change, changes)))


def _read_target(target: Mapping[str, object]) -> TargetView:
    totals = decode.fields(target.get("totals") or {})
    return TargetView(
        name=decode.string(target["name"]),
        model_id=decode.string(target["model_id"]),
        workspace=_text(target, "workspace"),
        revision=_text(decode.fields(target.get("revision") or {}), "name"),
        steps=tuple(decode.string(step["name"]) for step in decode.list_of(decode.fields, target.get("steps") or [])),
        room=_describe_room(target.get("room")),
        is_done=target.get("is_done") is True,
        reason=_text(target, "reason"),
        warnings=tuple(decode.list_of(decode.string, target.get("warnings") or [])),
        counts=tuple((shown, decode.integer(totals.get(word, 0))) for word, shown in _COUNT_WORDS if totals.get(word)),
    )


def _read_change(fields: Mapping[str, object]) -> ChangeView:
    action = _ACTIONS.get(decode.string(fields["action"]))
    if action is None:
        raise ValueError(f"action must be one of {', '.join(_ACTIONS)} (got {fields['action']!r})")
    old, new = (decode.map_of(decode.string, fields.get(name) or {}) for name in ("old", "new"))
    change = Change(
        kind=decode.string(fields["kind"]),
        action=action,
        name=decode.string(fields["name"]),
        module=_text(fields, "module"),
        old=old,
        new=new,
        detail=_text(fields, "detail"),
        position=_text(fields, "position"),
    )
    return ChangeView(
        action=action,
        kind=change.kind,
        name=" · ".join(filter(None, (change.module, change.name))),
        position=change.position,
        values=tuple(ValueView(name=name, old=old.get(name), new=new.get(name)) for name in {**old, **new}),
        detail="" if old or new else change.detail,
        risks=find_risks(change),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _format_moment(text: str) -> str:
    """Return an ISO timestamp to the minute, or any other text as it is."""
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return text


def _describe_room(room: object) -> str:
    if room is None:
        return ""
    sizes = decode.fields(room)
    used, allowed = decode.integer(sizes["current_size"]), decode.integer(sizes["size_allowance"])
    percent = f"{100 * used / allowed:.0f} % of " if allowed else ""
    return f"{percent}{format_size(allowed)} used"


def format_size(size: int) -> str:
    """Return a size in MB or GB."""
    return f"{size / 1024**3:.1f} GB" if size >= 1024**3 else f"{size / 1024**2:.1f} MB"
