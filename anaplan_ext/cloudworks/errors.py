"""Errors of CloudWorks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from anaplan_client.core import AnaplanError

from ..tasks.errors import AnaplanActionError, TaskCancelled
from ..tasks.handle import TaskHandle
from .runs import FlowReport, RunReport


class IntegrationRunError(AnaplanActionError):
    """A run of an integration or flow failed.

    `reason` has Anaplan's word for the run and the messages of its actions. `task` shows the run in the form of a task.
    `handle` has its ids, and `names` their names.
    """

    def __init__(
        self,
        reason: str,
        report: RunReport | FlowReport,
        handle: TaskHandle | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason, report.task, report, handle, names)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.reason, self.report, self.handle, self.args[-1]), self.__dict__

    @property
    def report(self) -> RunReport | FlowReport:
        """Return the run or flow with its actions and failure dumps."""
        return cast("RunReport | FlowReport", self._report)

    @property
    def messages(self) -> tuple[str, ...]:
        """Return the messages of all actions."""
        return tuple(text for action in self.report.actions for text in action.messages)


class PartialRunError(IntegrationRunError):
    """A run has loaded some rows only. The rejected ones are in `dumps`."""


class IntegrationRunCancelledError(IntegrationRunError, TaskCancelled):
    """A run was cancelled."""


class ChangedMeanwhileError(AnaplanError):
    """An object was changed since it was read, so it was not overwritten.

    `kind` and `object_id` name it, `expected` is what was read, and `current` is what is there now. Read it again and
    apply the changes to that, or pass `overwrite=True`.
    """

    def __init__(self, kind: str, object_id: str, expected: object, current: object) -> None:
        super().__init__(kind, object_id, expected, current)
        self.kind = kind
        self.object_id = object_id
        self.expected = expected
        self.current = current

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.object_id} was changed since it was read; nothing was written; read it again, "
            "or pass overwrite=True"
        )
