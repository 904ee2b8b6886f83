"""Serializable references to tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from attrs import asdict, frozen

TaskKind: TypeAlias = Literal["action", "sync", "comparison report", "comparison summary"]
"""Which tasks of a model a task belongs to; `action` stands for imports, exports, processes and other actions."""

_ACTION_KINDS = {"112": "import", "116": "export", "117": "action", "118": "process"}


@frozen(kw_only=True)
class TaskHandle:
    """A task by its ids: pickle it or keep its `to_dict()` as JSON, and wait on in any process.

    `client.wait_for_task(handle)` waits for its end, `client.cancel_task(handle)` cancels it; any client will do.
    """

    kind: TaskKind
    model_id: str
    """The model that the task runs in; for a task of two models, the target."""
    task_id: str
    action_id: str | None = None
    """The action that it is a run of; only for the kind `action`."""

    def __attrs_post_init__(self) -> None:
        if self.kind not in get_args(TaskKind):
            raise ValueError(f"kind: {self.kind!r} is none of {', '.join(get_args(TaskKind))}")
        if (self.kind == "action") is (self.action_id is None):
            raise ValueError("action_id: a run of an action needs it, and no other task has one")

    def __str__(self) -> str:
        return self.describe({})

    def describe(self, names: Mapping[str, str]) -> str:
        """Return what the task is, with the ids, and the names by id where they are known."""
        model = f"model {_named(self.model_id, names)}"
        if self.action_id is None:
            return f"{self.kind} {self.task_id} in {model}"
        kind = _ACTION_KINDS.get(self.action_id[:3], "action")
        return f"task {self.task_id} of {kind} {_named(self.action_id, names)} in {model}"

    def to_dict(self) -> dict[str, str]:
        """Returns the ids as a JSON object."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, value: Mapping[str, str]) -> TaskHandle:
        """Reads what `to_dict` returned. Raises `ValueError` if that is something else."""
        try:
            return cls(**value)  # type: ignore[arg-type]
        except TypeError as error:
            raise ValueError(f"not the fields of a task: {', '.join(value)}") from error


def _named(id: str, names: Mapping[str, str]) -> str:
    return f"{id} '{names[id]}'" if names.get(id) else id
