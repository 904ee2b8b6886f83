"""Serializable references to tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from attrs import asdict, frozen

TaskKind: TypeAlias = Literal[
    "action", "sync", "comparison report", "comparison summary", "integration run", "flow run"
]
"""The kind of a task; `action` stands for imports, exports, processes and other actions, runs are of CloudWorks."""

RUN_KINDS = ("integration run", "flow run")
"""The kinds of CloudWorks, which have no model."""

ACTION_KINDS = {"112": "import", "116": "export", "117": "action", "118": "process"}
"""The kinds of actions by the first three digits of their ids."""


@frozen(kw_only=True)
class TaskHandle:
    """A serializable reference to a task: pickle it, or store its `to_dict()` as JSON.

    `client.wait_for_task(handle)` waits for the task, `client.cancel_task(handle)` cancels it. Any client of the tenant
    can do so, in any process.
    """

    kind: TaskKind
    """Kind of the task: `action`, `sync`, `comparison report`, `comparison summary`, `integration run`, `flow run`."""
    model_id: str
    """Id of the model that the task runs in; of the target, if there are two. Empty for a run of CloudWorks."""
    task_id: str
    """Id of the task or run."""
    action_id: str | None = None
    """Id of the action, integration or flow that runs; None for the kinds of ALM."""

    def __attrs_post_init__(self) -> None:
        if self.kind not in get_args(TaskKind):
            raise ValueError(f"kind must be one of {', '.join(get_args(TaskKind))} (got {self.kind!r})")
        if (self.kind in ("action", *RUN_KINDS)) is (self.action_id is None):
            raise ValueError("action_id must be set for the kind 'action' and for runs of CloudWorks, and only there")

    def __str__(self) -> str:
        return self.describe({})

    def describe(self, names: Mapping[str, str]) -> str:
        """Describe the task for a reader.

        Args:
            names: Names of the model, action, integration or flow, by id. Without a name, the id stands alone.

        Returns:
            One line with the kind of the task, its ids, and the names that are given.
        """
        if self.kind in RUN_KINDS:
            return f"run {self.task_id} of {self.kind.removesuffix(' run')} {_named(self.action_id or '', names)}"
        model = f"model {_named(self.model_id, names)}"
        if self.action_id is None:
            return f"{self.kind} {self.task_id} in {model}"
        kind = ACTION_KINDS.get(self.action_id[:3], "action")
        return f"task {self.task_id} of {kind} {_named(self.action_id, names)} in {model}"

    def to_dict(self) -> dict[str, str]:
        """Write the handle for another process.

        Returns:
            A JSON object of texts.
        """
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, value: Mapping[str, str]) -> TaskHandle:
        """Read the result of `to_dict`.

        Args:
            value: The JSON object.

        Returns:
            The same handle.

        Raises:
            ValueError: A field is missing, unknown or has no such value.
        """
        try:
            return cls(**value)  # type: ignore[arg-type]
        except TypeError as error:
            raise ValueError(
                f"value must have the fields of a task handle (got {', '.join(value) or 'none'})"
            ) from error


def _named(object_id: str, names: Mapping[str, str]) -> str:
    return f"{object_id} '{names[object_id]}'" if names.get(object_id) else object_id
