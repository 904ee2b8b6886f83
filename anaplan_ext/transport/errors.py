"""Errors of requests whose outcome is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from anaplan_client import alm
from anaplan_client.core.errors import AnaplanError, FailedExchange, describe_operation

if TYPE_CHECKING:
    from ..tasks.handle import TaskHandle

Candidate: TypeAlias = "TaskHandle | alm.models.Revision"
"""What a request of unknown outcome may have made."""

MAX_SHOWN_CANDIDATES = 5
"""How many candidates a message names."""


class OutcomeUnknown(AnaplanError):
    """A request that has its effect each time was sent, and nothing proves whether it had it.

    It was not sent again. `exchange` says what is known of the request, the cause what went wrong. `candidates` are the
    tasks or revisions that a look-up found, newest first, and that may be its effect, or another's; a task among them
    can be waited for with `client.wait_for_task`. `reason` is why the look-up did not settle it; without one there was
    no look-up.
    """

    def __init__(self, exchange: FailedExchange, candidates: tuple[Candidate, ...] = (), reason: str = "") -> None:
        super().__init__(exchange, candidates, reason)
        self.exchange = exchange
        self.candidates = candidates
        self.reason = reason

    def __str__(self) -> str:
        known = self.exchange
        status = f"answered {known.status}" if known.status is not None else "got no response"
        shown = [_named(candidate) for candidate in self.candidates[:MAX_SHOWN_CANDIDATES]]
        more = len(self.candidates) - len(shown)
        parts = [
            known.message,
            f"{describe_operation(known)} {status} and may have had its effect",
            self.reason,
            f"candidates: {', '.join(shown)}{f' and {more} more' if more else ''}" if shown else "",
            f"request id {known.request_id}" if known.request_id else "",
            "see error.candidates before it is sent again" if shown else "check in Anaplan before it is sent again",
        ]
        return "; ".join(filter(None, parts))


def _named(candidate: Candidate) -> str:
    return f"revision {candidate.id}" if isinstance(candidate, alm.models.Revision) else str(candidate)
