"""Errors of requests whose outcome is unknown, and of a limit that clients share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from anaplan_client import alm
from anaplan_client.core.errors import AnaplanError, ErrorContext, describe_operation

if TYPE_CHECKING:
    from ..tasks.handle import TaskHandle

Candidate: TypeAlias = "TaskHandle | alm.models.Revision | str"
"""A possible effect of a request whose outcome is unknown. An object of CloudWorks is named by its kind and id."""

MAX_SHOWN_CANDIDATES = 5
"""Maximum number of candidates in a message."""


class RateLimitStoreError(AnaplanError):
    """The place where clients share a rate limit cannot be read or written. The request was not sent."""


class OutcomeUnknown(AnaplanError):
    """A non-idempotent request was sent, and nothing proves whether it had its effect. It was not retried.

    `context` describes the request, and `__cause__` is the failure. `candidates` are the tasks or revisions that a
    lookup found, newest first. They may be the effect of the request, or of another one. `client.wait_for_task` waits
    for a task among them. `reason` says why the lookup was inconclusive; it is empty without a lookup.
    """

    def __init__(self, context: ErrorContext, candidates: tuple[Candidate, ...] = (), reason: str = "") -> None:
        super().__init__(context, candidates, reason)
        self.context = context
        self.candidates = candidates
        self.reason = reason

    def __str__(self) -> str:
        context = self.context
        response = f"returned {context.status}" if context.status is not None else "got no response"
        names = [_name(candidate) for candidate in self.candidates[:MAX_SHOWN_CANDIDATES]]
        more = len(self.candidates) - len(names)
        parts = [
            context.message,
            f"{describe_operation(context)} {response} and may have had its effect",
            self.reason,
            f"candidates: {', '.join(names)}{f' and {more} more' if more else ''}" if names else "",
            f"request id {context.request_id}" if context.request_id else "",
            "check error.candidates before you retry" if names else "check in Anaplan before you retry",
        ]
        return "; ".join(filter(None, parts))


def _name(candidate: Candidate) -> str:
    return f"revision {candidate.id}" if isinstance(candidate, alm.models.Revision) else str(candidate)
