"""The summary report: how the structures of two revisions differ."""

from __future__ import annotations

from dataclasses import replace

from ..state.structure import Kind, Part, Structure

_KINDS: tuple[Kind, ...] = ("lists", "modules", "lineItems")


def summary(target: Structure, source: Structure) -> dict[str, object]:
    """`totals` and `differences` of a summary report: how many parts are created, deleted and modified.

    Kinds and changes without a part are left out.
    """
    counted = {kind: _counts(_parts(target, kind), _parts(source, kind)) for kind in _KINDS}
    differences = {kind: counts for kind, counts in counted.items() if counts}
    totals: dict[str, int] = {}
    for counts in differences.values():
        for word, count in counts.items():
            totals[word] = totals.get(word, 0) + count
    return {"totals": totals, "differences": differences}


def _parts(structure: Structure, kind: Kind) -> dict[str, Part]:
    return {part.id: part for part in structure if part.kind == kind}


def _counts(before: dict[str, Part], after: dict[str, Part]) -> dict[str, int]:
    both = before.keys() & after.keys()
    counts = {
        "created": len(after.keys() - both),
        "deleted": len(before.keys() - both),
        # A line item of a renamed module is the same.
        "modified": sum(replace(before[id], module="") != replace(after[id], module="") for id in both),
    }
    return {word: count for word, count in counts.items() if count}
