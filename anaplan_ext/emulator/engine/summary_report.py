"""The summary report: how the structures of two revisions differ."""

from __future__ import annotations

from attrs import evolve

from ..state.structure import Kind, Part, Structure, parts_by_id

_KINDS: tuple[Kind, ...] = ("lists", "modules", "lineItems")


def build_summary(target: Structure, source: Structure) -> dict[str, object]:
    """Count the parts created, deleted and modified, as `totals` and `differences`.

    Kinds and changes with a count of 0 are omitted.
    """
    counted = {kind: _count_changes(parts_by_id(target, kind), parts_by_id(source, kind)) for kind in _KINDS}
    differences = {kind: counts for kind, counts in counted.items() if counts}
    totals: dict[str, int] = {}
    for counts in differences.values():
        for change, count in counts.items():
            totals[change] = totals.get(change, 0) + count
    return {"totals": totals, "differences": differences}


def _count_changes(before: dict[str, Part], after: dict[str, Part]) -> dict[str, int]:
    both = before.keys() & after.keys()
    counts = {
        "created": len(after.keys() - both),
        "deleted": len(before.keys() - both),
        # The line items of a renamed module are not modified.
        "modified": sum(evolve(before[part_id], module="") != evolve(after[part_id], module="") for part_id in both),
    }
    return {change: count for change, count in counts.items() if count}
