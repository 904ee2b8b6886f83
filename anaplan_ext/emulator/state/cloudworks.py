"""CloudWorks: connections to storage, integrations with their runs, notifications, and flows."""

from __future__ import annotations

from attrs import define, field

from .values import Json

PARTIAL_CODE = 38
"""The code of a run that loaded some rows only, as seen live."""
FAILURE_CODE = 35
CANCELLED_CODE = 39


@define(kw_only=True)
class Connection:
    """A connection; `body` has its secrets, which no response shows. `bucket` names what it leads to."""

    id: str
    type: str
    body: Json
    created: float
    modified: float
    user_id: str

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.body["name"])

    @property
    def bucket(self) -> str:
        """The bucket, dataset or container."""
        return str(self.body.get("bucketName") or self.body.get("dataset") or self.body.get("containerName"))


@define(kw_only=True)
class Run:
    """A run of an integration. It is in progress until `ended` is set."""

    id: str
    integration_id: str
    user_id: str
    trigger: str
    created: float
    flow_run_id: str | None = None
    polls: int = 0
    started: bool = False
    ended: float | None = None
    success: bool | None = None
    message: str = "Running"
    code: int | None = None
    task_id: str | None = None
    errors: list[Json] = field(factory=list[Json])
    dumps: dict[str, bytes] = field(factory=dict[str, bytes])

    def end(self, at: float, code: int | None, message: str) -> None:
        """End the run; without a code it is a success."""
        self.ended, self.code, self.success, self.message = at, code, code is None, message


@define(kw_only=True)
class Integration:
    """An integration; `body` is what its last request said. Schedules have run up to `scheduled_until`."""

    id: str
    body: Json
    notification_id: str
    created: float
    modified: float
    created_by: str
    modified_by: str
    schedule: Json | None = None
    scheduled_until: float = 0.0
    runs: list[Run] = field(factory=list[Run])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.body["name"])

    @property
    def current_run(self) -> Run | None:
        """The run in progress."""
        return self.runs[-1] if self.runs and self.runs[-1].ended is None else None


@define(kw_only=True)
class FlowRun:
    """A run of a flow: the integrations of its steps in order, and the runs so far."""

    id: str
    user_id: str
    trigger: str
    created: float
    steps: list[str]
    runs: list[Run] = field(factory=list[Run])
    ended: float | None = None
    success: bool | None = None
    message: str = "Running"
    code: int | None = None


@define(kw_only=True)
class Flow:
    """A flow; `body` is what its last request said."""

    id: str
    body: Json
    created: float
    modified: float
    created_by: str
    modified_by: str
    runs: list[FlowRun] = field(factory=list[FlowRun])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.body["name"])

    @property
    def current_run(self) -> FlowRun | None:
        """The run in progress."""
        return self.runs[-1] if self.runs and self.runs[-1].ended is None else None


@define(kw_only=True)
class SentNotification:
    """A message that users got about a run; `type` is `success`, `partial_failure` or `full_failure`."""

    integration_id: str
    run_id: str
    type: str
    channel: str
    user_ids: tuple[str, ...]


@define(kw_only=True)
class CloudWorks:
    """Everything of CloudWorks that a tenant has.

    Attributes:
        buckets: The files of each bucket, dataset or container, by path; tables are CSV. Tests read and fill them.
        invalid_secrets: Secrets with which no connection can be made.
        queue_polls: Number of polls for which a run is queued, so that it cannot be cancelled.
        max_integrations: The largest number of integrations.
        sent: The messages that users got, in order.
    """

    buckets: dict[str, dict[str, bytes]] = field(factory=dict[str, dict[str, bytes]])
    invalid_secrets: set[str] = field(factory=lambda: {"wrong"})
    queue_polls: int = 0
    max_integrations: int = 200
    connections: dict[str, Connection] = field(factory=dict[str, Connection])
    deleted_connections: dict[str, Connection] = field(factory=dict[str, Connection])
    integrations: dict[str, Integration] = field(factory=dict[str, Integration])
    notifications: dict[str, Json] = field(factory=dict[str, Json])
    flows: dict[str, Flow] = field(factory=dict[str, Flow])
    sent: list[SentNotification] = field(factory=list[SentNotification])

    def bucket(self, name: str) -> dict[str, bytes]:
        """Return the files of a bucket, dataset or container, by path."""
        return self.buckets.setdefault(name, {})

    def find_run(self, run_id: str) -> Run | None:
        """Find a run of any integration."""
        runs = (run for integration in self.integrations.values() for run in integration.runs)
        return next((run for run in runs if run.id == run_id), None)
