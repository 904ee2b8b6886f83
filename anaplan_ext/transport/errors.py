"""Errors of requests whose outcome is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from anaplan_client import alm
from anaplan_client.core.errors import AnaplanError, ErrorContext, describe_operation

if TYPE_CHECKING:
    from ..tasks.handle import TaskHandle

Candidate: TypeAlias = "TaskHandle | alm.models.Revision"
"""What a request of unknown outcome may have created."""

MAX_SHOWN_CANDIDATES = 5
"""Maximum number of candidates that a message names."""


class OutcomeUnknown(AnaplanError):
    """A request that is not idempotent was sent, and nothing proves whether it had its effect.

    It was not sent again. `context` describes the request, and the cause is its failure. `candidates` are tasks or
    revisions from a lookup that may be its effect, newest first. Wait for such a task with `client.wait_for_task`.
    `reason` is why the lookup proved nothing; it is empty if there was no lookup.
    """

    def __init__(self, context: ErrorContext, candidates: tuple[Candidate, ...] = (), reason: str = "") -> None:
        super().__init__(context, candidates, reason)
        self.context = context
        self.candidates = candidates
        self.reason = reason

    def __str__(self) -> str:
        context = self.context
        status = "got no response" if context.status is None else f"got status {context.status}"
        names = [_named(candidate) for candidate in self.candidates[:MAX_SHOWN_CANDIDATES]]
        more = len(self.candidates) - len(names)
        parts = [
            context.message,
            f"{describe_operation(context)} {status} and may have had its effect",
            self.reason,
            f"candidates: {', '.join(names)}{f' and {more} more' if more else ''}" if names else "",
            f"request id {context.request_id}" if context.request_id else "",
            "check error.candidates before a retry" if names else "check in Anaplan before a retry",
        ]
        return "; ".join(filter(None, parts))


def _named(candidate: Candidate) -> str:
    return f"revision {candidate.id}" if isinstance(candidate, alm.models.Revision) else str(candidate)
