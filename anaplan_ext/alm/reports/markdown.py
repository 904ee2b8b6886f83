"""A report on a plan in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .plan_view import ChangeView, GroupView, PlanView, TargetView, ValueView, read_plan

_SIGNS = {"added": "+", "changed": "~", "deleted": "-", "moved": ">"}


def write_markdown(plan: Mapping[str, object]) -> str:
    """Write a report on a plan in Markdown. Names are code, so that nothing in them is read as Markdown or HTML.

    Args:
        plan: What `to_dict` of the plan returned.

    Returns:
        The text, with the facts of the HTML report. It ends with a line end.

    Raises:
        ValueError: It is not a plan.

    Cost:
        No request.
    """
    view = read_plan(plan)
    return "\n".join(line for line in _iter_lines(view)) + "\n"


def _iter_lines(view: PlanView) -> Iterator[str]:
    yield f"# Promotion of {_code(view.title)}"
    yield ""
    yield f"- Source: {_code(view.source)}" + (f" in {_code(view.workspace)}" if view.workspace else "")
    yield f"- Revision: {_code(view.revision)}" + (f", created {_code(view.created)}" if view.created else "")
    if view.description:
        yield f"- Description: {_code(view.description)}"
    if view.expires:
        yield f"- Expires: {_code(view.expires)}"
    for group in view.groups:
        yield ""
        yield from _iter_group(group)


def _iter_group(group: GroupView) -> Iterator[str]:
    yield f"## {', '.join(_code(target.name) for target in group.targets)}"
    yield ""
    for target in group.targets:
        yield from _iter_target(target)
    if group.changes:
        risky = f", {group.risky} with a risk" if group.risky else ""
        yield ""
        yield f"{_count(len(group.changes), 'change')}{risky}:"
        yield ""
    for change in group.changes:
        yield from _iter_change(change)


def _iter_target(target: TargetView) -> Iterator[str]:
    place = f" in {_code(target.workspace)}" if target.workspace else ""
    revision = f", on {_code(target.revision)}" if target.revision else ""
    room = f", workspace {target.room}" if target.room else ""
    yield f"- {_code(target.name)}{place}{revision}{room}: {_describe(target)}"
    for warning in target.warnings:
        yield f"  - Warning: {_code(warning)}"


def _describe(target: TargetView) -> str:
    if target.reason:
        return f"**cannot be planned**: {_code(target.reason)}"
    if target.is_done:
        return "on the revision already"
    counts = ", ".join(f"{count} {word}" for word, count in target.counts) or "no counted change"
    steps = " then ".join(map(_code, target.steps))
    return f"{counts}" + (f"; gets {steps}" if steps else "")


def _iter_change(change: ChangeView) -> Iterator[str]:
    position = f" {_code(change.position)}" if change.position else ""
    risks = f" **Risk: {', '.join(change.risks)}**" if change.risks else ""
    yield f"- `{_SIGNS[change.action]}` {change.action} {_code(change.kind)} {_code(change.name)}{position}{risks}"
    if change.detail:
        yield f"  - {_code(change.detail)}"
    for value in change.values:
        if change.action == "changed":
            yield from _iter_difference(value)
        else:
            yield f"  - {_code(value.name)}: {_code(value.old or value.new or '')}"


def _iter_difference(value: ValueView) -> Iterator[str]:
    """Iterate over the lines of a fenced difference. A sign before each line keeps it from ending the fence."""
    lines = [f"- {line}" for line in _split_lines(value.old)] + [f"+ {line}" for line in _split_lines(value.new)]
    yield f"  - {_code(value.name)}:"
    yield ""
    yield "    ```diff"
    yield from (f"    {line}" for line in lines)
    yield "    ```"
    yield ""


def _split_lines(text: str | None) -> list[str]:
    return re.split(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text) if text else []


def _code(text: str) -> str:
    """Return text as code of one line."""
    line = " ⏎ ".join(_split_lines(text)) or "(empty)"
    fence = "`" * (1 + _longest_fence(line))
    pad = " " if line.startswith(("`", " ")) or line.endswith(("`", " ")) else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _longest_fence(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
