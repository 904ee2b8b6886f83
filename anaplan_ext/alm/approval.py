"""Approvals of a plan: lines next to it, each bound to the plan's bytes and to the line before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from attrs import frozen

from anaplan_client.core.codec import decode

from .line_file import append_line, cut_unfinished, lock_lines, next_to, read_lines
from .promotion_errors import ApprovalError

SUFFIX = "approvals"
LOCK_TIMEOUT_SECONDS = 5.0
"""Maximum seconds to wait for another process that appends an approval, which takes milliseconds."""
_FIELDS = ("approver", "at", "comment", "plan_sha256")


@frozen(kw_only=True)
class Approval:
    """An approval of a plan."""

    approver: str
    """Who approved it."""
    at: datetime
    """When, by the clock of the approver's machine."""
    comment: str
    """What the approver wrote."""
    plan_sha256: str
    """SHA-256 of the plan's bytes."""


def read_approvals(plan: Path, plan_sha256: str) -> list[Approval]:
    """Return the approvals of a plan, in their order.

    Raises:
        ApprovalError: The plan was changed after an approval, or a line was changed, removed or reordered.
        PlanError: A line is no JSON object.
        OSError: The file cannot be read.
    """
    path = next_to(plan, SUFFIX)
    approvals: list[Approval] = []
    previous = ""
    for number, line in enumerate(read_lines(path), 1):
        try:
            approval = Approval(
                approver=decode.string(line["approver"]),
                at=decode.timestamp(line["at"]),
                comment=decode.string(line["comment"]),
                plan_sha256=decode.string(line["plan_sha256"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ApprovalError(f"{path} must have approvals (line {number} has no valid {error})") from error
        if line.get("sha256") != _digest(line, previous):
            raise ApprovalError(f"{path} must not be changed (line {number} differs from what was approved)")
        if approval.plan_sha256 != plan_sha256:
            raise ApprovalError(f"{plan} must not be changed after its approval (by {approval.approver})")
        approvals.append(approval)
        previous = str(line["sha256"])
    return approvals


def add_approval(plan: Path, plan_sha256: str, approver: str, comment: str, at: datetime) -> Approval:
    """Append an approval, and return it. One process at a time does so, since each line is bound to the one before.

    Raises:
        ApprovalError: The earlier approvals do not fit.
        PlanLockedError: Another process appends an approval, and does not end.
        PlanError: A line is no JSON object.
        OSError: The file cannot be written.
    """
    path = next_to(plan, SUFFIX)
    message = f"the plan must be approved by one process at a time (another one has locked {path}); approve again"
    with lock_lines(path, message, LOCK_TIMEOUT_SECONDS):
        read_approvals(plan, plan_sha256)
        cut_unfinished(path)
        lines = read_lines(path)
        entry: dict[str, object] = {
            "approver": approver,
            "at": at.isoformat(),
            "comment": comment,
            "plan_sha256": plan_sha256,
        }
        append_line(path, entry | {"sha256": _digest(entry, str(lines[-1]["sha256"]) if lines else "")})
    return Approval(approver=approver, at=at, comment=comment, plan_sha256=plan_sha256)


def check_approvals(approvals: Sequence[Approval], required: int) -> None:
    """Raise `ApprovalError` unless enough distinct people have approved. Case and blanks make no other person."""
    people = {approval.approver.strip().casefold() for approval in approvals}
    if len(people) < required:
        raise ApprovalError(f"the plan must have {required} approvals by distinct people (got {len(people)})")


def _digest(line: dict[str, object], previous: str) -> str:
    content = json.dumps([previous, *(line.get(name) for name in _FIELDS)], ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()
