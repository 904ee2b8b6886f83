"""The status of a task, as an object and as the mapping that Anaplan sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self, cast

from attrs import evolve, field, frozen

from anaplan_client.core import Request
from anaplan_client.core.codec import decode
from anaplan_client.core.codec.model import no_fields
from anaplan_client.integration.models import Task, TaskResponse


@frozen(kw_only=True, eq=False, repr=False)
class TaskStatus(Task, Mapping[str, object]):
    """A task, and also the mapping of the fields that Anaplan sent, by their names in JSON.

    `status.task_state` is typed and `status["taskState"]` is as received. Timestamps in the mapping are numbers of
    milliseconds. `json.dumps(dict(status))` writes it.
    """

    received: dict[str, object] = field(factory=no_fields, repr=False)
    """The task as received."""

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Decode a JSON object, and keep it.

        Args:
            value: The task, as Anaplan sends it.

        Returns:
            The task.

        Raises:
            TypeError: The value is not a JSON object.
            KeyError: `taskId` or `taskState` is missing.
            ValueError: A time cannot be read.
        """
        return evolve(super().from_dict(value), received=decode.fields(value))

    def __getitem__(self, name: str) -> object:
        return self.received[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.received)

    def __len__(self) -> int:
        return len(self.received)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Mapping) and not isinstance(other, Task):
            return self.received == dict(cast("Mapping[object, object]", other))
        return super().__eq__(other)

    def __hash__(self) -> int:
        return super().__hash__()


def status_request(request: Request[TaskResponse]) -> Request[TaskStatus]:
    """Return the request for a task with a decoder that keeps what Anaplan sends."""

    def read(content: bytes) -> TaskStatus:
        return TaskStatus.from_dict(decode.fields(decode.parse_json(content))["task"])

    return evolve(cast("Request[TaskStatus]", request), decode=read)
