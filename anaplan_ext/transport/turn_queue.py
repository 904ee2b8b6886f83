"""The order in which the requests of one client go."""

from __future__ import annotations

from bisect import bisect_left

MAX_POLLS_IN_A_ROW = 3
"""Polls that go before a request that waits as well, so that many polls do not stop a transfer."""

POLLS = frozenset(
    {
        "alm.get_comparison_report_task",
        "alm.get_summary_report_task",
        "alm.get_sync_task",
        "cloudworks.get_flow",
        "cloudworks.get_run",
        "integration.get_action_task",
        "integration.get_export_task",
        "integration.get_import_task",
        "integration.get_list_read_request",
        "integration.get_process_task",
        "integration.get_view_read_request",
    }
)
"""The operations that poll a task."""


class TurnQueue:
    """A queue of tickets, numbered from 1 on. Polls come first, and each class is first in, first out."""

    def __init__(self) -> None:
        self._last = 0
        self._polls: list[int] = []
        self._others: list[int] = []
        self._polls_in_a_row = 0

    def __bool__(self) -> bool:
        return bool(self._polls or self._others)

    def add(self, is_poll: bool) -> int:
        """Add a ticket, and return it."""
        self._last += 1
        (self._polls if is_poll else self._others).append(self._last)
        return self._last

    def position(self, ticket: int) -> int:
        """Return how many tickets go before this one; 0 for one that is not in the queue."""
        if (index := _index(self._polls, ticket)) is not None:
            return index + min(len(self._others), (index + self._polls_in_a_row) // MAX_POLLS_IN_A_ROW)
        if (index := _index(self._others, ticket)) is not None:
            polls = MAX_POLLS_IN_A_ROW * (index + 1) - self._polls_in_a_row
            return index + min(len(self._polls), polls)
        return 0

    def take(self, ticket: int) -> None:
        """Remove a ticket that goes."""
        is_poll = _index(self._polls, ticket) is not None
        self._polls_in_a_row = min(self._polls_in_a_row + 1, MAX_POLLS_IN_A_ROW) if is_poll else 0
        self.remove(ticket)

    def remove(self, ticket: int) -> None:
        """Remove a ticket, if it is there."""
        for tickets in (self._polls, self._others):
            if (index := _index(tickets, ticket)) is not None:
                del tickets[index]

    def skip_to(self, ticket: int) -> None:
        """Remove the tickets before this one, whose owners do not use their turns."""
        while self and self.position(ticket):
            first = next(other for other in (*self._polls[:1], *self._others[:1]) if not self.position(other))
            self.remove(first)


def _index(tickets: list[int], ticket: int) -> int | None:
    index = bisect_left(tickets, ticket)
    return index if index < len(tickets) and tickets[index] == ticket else None
