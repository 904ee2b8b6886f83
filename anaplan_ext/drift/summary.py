"""Describe a walk, and write its patches."""

import json
from collections import Counter
from pathlib import Path

from .recorder import DriftRecorder
from .walk import Outcome, list_operations


def describe(outcome: Outcome) -> str:
    """Return the operation of an outcome, and why it was rejected."""
    return outcome.operation if outcome.rejection is None else f"{outcome.operation}: {outcome.rejection}"


def summarize(outcomes: list[Outcome]) -> str:
    """Return the numbers of requests, rejections and skipped operations."""
    sent = {outcome.operation for outcome in outcomes}
    rejected = Counter(describe(outcome) for outcome in outcomes if outcome.rejection is not None)
    lines = [f"{len(outcomes)} requests of {len(sent)} operations."]
    if rejected:
        lines.append("Rejected: " + ", ".join(f"{line} ({count})" for line, count in sorted(rejected.items())))
    if skipped := sorted({operation.name for operation in list_operations()} - sent):
        lines.append(f"Skipped by option or without an id: {', '.join(skipped)}")
    return "\n".join(lines)


def write_patches(recorder: DriftRecorder, folder: Path) -> None:
    """Write an OpenAPI Overlay for each API that differs."""
    folder.mkdir(parents=True, exist_ok=True)
    for api, patch in recorder.patch().items():
        # JSON is valid YAML.
        text = json.dumps(patch, indent=2, ensure_ascii=False) + "\n"
        (folder / f"anaplan_{api}.overlay.yaml").write_text(text, encoding="utf-8")
