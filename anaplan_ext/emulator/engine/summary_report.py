"""The summary report: how the structures of two revisions differ."""

from __future__ import annotations

from typing import get_args

from ..state.structure import Kind, Revision
from .structure_diff import compare_kind, compare_lists

_KINDS: tuple[Kind, ...] = get_args(Kind)
_MODIFIED_ROLES = "rolesContents"
"""The published key of changed roles."""


def build_summary(target: Revision, source: Revision) -> dict[str, object]:
    """Count the parts created, deleted and modified, as `totals` and `differences`.

    Kinds and changes with a count of 0 are omitted. A part that is both changed and moved, and a list in which items or
    properties are changed, are modified once.
    """
    differences: dict[str, dict[str, int]] = {}
    for kind in _KINDS:
        for change, count in _count_changes(kind, target, source).items():
            key = _MODIFIED_ROLES if (kind, change) == ("roles", "modified") else kind
            if count:
                differences.setdefault(key, {})[change] = count
    totals: dict[str, int] = {}
    for counts in differences.values():
        for change, count in counts.items():
            totals[change] = totals.get(change, 0) + count
    return {"totals": totals, "differences": differences}


def _count_changes(kind: Kind, target: Revision, source: Revision) -> dict[str, int]:
    found = compare_kind(kind, target.structure, source.structure)
    modified = {part.id for part, _ in found.changed} | {part.id for part in found.moved}
    if kind == "lists":
        modified |= {difference.part.id for difference in compare_lists(target, source)}
    return {"created": len(found.added), "deleted": len(found.deleted), "modified": len(modified)}
