"""Tasks, large reads, and the opening and closing of models."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define

from .values import Json


@define(kw_only=True)
class ReadRequest:
    """A large read of the view or list `object_id`; `page` returns the CSV text of one of the `pages`."""

    id: str
    kind: str
    object_id: str
    page: Callable[[int], bytes]
    pages: int
    started_at: float
    last_used_at: float
    polls: int = 0
    outcome: str = "done"


@define
class StateTransition:
    """The opening or closing of a model, finished after some polls and some time."""

    opening: bool
    since: float
    polls: int = 0


class TaskCancelledError(Exception):
    """A task was cancelled before its effect was applied."""


@define
class Task:
    """A task of any kind. `effect` runs once, when the task is due, and returns the result.

    A poll waits for an effect that is not `is_long`, so short tasks end at the same poll in every run.
    """

    id: str
    kind: str
    object_id: str
    user_id: str
    created: float
    effect: Callable[[Task], Json]
    is_long: Callable[[], bool] = lambda: False
    state: str = "NOT_STARTED"
    polls: int = 0
    cancelling_polls: int = 1
    server_cancels: bool = False
    end_state: str = "COMPLETE"
    scripted: bool = False
    result: Json | None = None

    @property
    def is_running(self) -> bool:
        """Whether its effect may still be applied."""
        return self.state in ("NOT_STARTED", "IN_PROGRESS")

    def raise_if_cancelled(self) -> None:
        """Raise TaskCancelledError if cancelled; effects call it before they change anything."""
        if not self.is_running:
            raise TaskCancelledError
