"""What integrations and flows are defined by: build it, check it, and see what has changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal, Protocol, TypeAlias, TypeVar

from attrs import evolve

from anaplan_client.cloudworks import models
from anaplan_client.core.codec.model import JsonModel
from anaplan_client.core.codec.variants import UnknownVariant

from ..arguments.ids import id_text
from .connections import Connection as Connection
from .connections import ConnectionBody as ConnectionBody
from .connections import kind_of as kind_of

Strategy: TypeAlias = Literal["stop", "continue"]
MAX_STEPS = 100
_ID = re.compile(r"[0-9a-f]{32}")
_SENT = ("type", "actionId", "fileId", "connectionId", "file", "table", "overwrite")
"""The fields of an end of a job that requests have; responses have more."""


class Named(Protocol):
    """An object with an id and a name."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str | None:
        """Its name."""
        ...


NamedT = TypeVar("NamedT", bound=Named)


def is_id(text: str) -> bool:
    """Return whether a text is an id of CloudWorks: 32 hexadecimal digits in lower case."""
    return _ID.fullmatch(text) is not None


def import_job(
    connection: Connection,
    path: str,
    import_id: int | str,
    file_id: int | str,
    *,
    mapping: dict[str, str] | None = None,
) -> models.Job:
    """Return a job that loads a file or table into a model.

    Args:
        connection: The connection, as `list_connections` returns it.
        path: Path of the file in the bucket or container, or name of the table.
        import_id: Id of the import (112…).
        file_id: Id of the file that the import reads (113…), its `import_data_source_id`.
        mapping: Names of columns in the model, by those of the table. Only for Google BigQuery.

    Returns:
        The job, for `create_integration` or `update_integration`. Nothing is sent.

    Raises:
        ValueError: An id is of another kind, the path is empty, or there is a mapping for files.
    """
    target = models.AnaplanTarget(action_id=id_text("import_id", import_id), file_id=id_text("file_id", file_id))
    return models.Job(
        type=models.JobType(f"{kind_of(connection)}ToAnaplan"),
        sources=[_outside(connection, path, None)],
        targets=[target],
        mapping=_mapping(connection, mapping),
    )


def export_job(
    connection: Connection,
    path: str,
    export_id: int | str,
    *,
    overwrite: bool = True,
    mapping: dict[str, str] | None = None,
) -> models.Job:
    """Return a job that puts the output of an export into a file or table.

    Args:
        connection: The connection, as `list_connections` returns it.
        path: Path of the file in the bucket or container, or name of the table.
        export_id: Id of the export (116…).
        overwrite: Whether it replaces what is there.
        mapping: Names of columns of the table, by those in the model. Only for Google BigQuery.

    Returns:
        The job, for `create_integration` or `update_integration`. Nothing is sent.

    Raises:
        ValueError: An id is of another kind, the path is empty, or there is a mapping for files.
    """
    return models.Job(
        type=models.JobType(f"AnaplanTo{kind_of(connection)}"),
        sources=[models.AnaplanSource(action_id=id_text("export_id", export_id))],
        targets=[_outside(connection, path, overwrite)],
        mapping=_mapping(connection, mapping),
    )


def _outside(
    connection: Connection, path: str, overwrite: bool | None
) -> models.AmazonS3File | models.GoogleBigQueryTable | models.AzureBlobFile:
    if not path.strip():
        raise ValueError(f"path must not be empty (got {path!r})")
    match kind_of(connection):
        case "AmazonS3":
            return models.AmazonS3File(connection_id=connection.id, file=path, overwrite=overwrite)
        case "GoogleBigQuery":
            return models.GoogleBigQueryTable(connection_id=connection.id, table=path, overwrite=overwrite)
        case "AzureBlob":
            return models.AzureBlobFile(connection_id=connection.id, file=path, overwrite=overwrite)


def _mapping(connection: Connection, mapping: dict[str, str] | None) -> list[models.ColumnMapping] | None:
    if mapping and kind_of(connection) != "GoogleBigQuery":
        raise ValueError(f"mapping must be omitted for a connection to {kind_of(connection)}")
    columns = [
        models.ColumnMapping(source_name=source, target_name=target) for source, target in (mapping or {}).items()
    ]
    return columns or None


def request_of(integration: models.Integration) -> models.IntegrationRequest:
    """Return the request that writes an integration as it is, without what only responses have.

    Raises:
        ValueError: It lacks what a request needs, or has a kind of storage that came later.
    """
    return models.IntegrationRequest(
        name=_needed("name", integration.name),
        workspace_id=_needed("workspace_id", integration.workspace_id),
        model_id=_needed("model_id", integration.model_id),
        process_id=integration.process_id or None,
        nux_visible=integration.nux_visible,
        jobs=[_request_job(job) for job in integration.jobs] if integration.jobs else None,
    )


def _needed(name: str, value: str | None) -> str:
    if not value:
        raise ValueError(f"integration must have a {name} (got {value!r})")
    return value


def _request_job(job: models.Job) -> models.Job:
    for end in (*(job.sources or []), *(job.targets or [])):
        if isinstance(end, UnknownVariant):
            raise ValueError(f"jobs must be of a known kind of storage to be written (got {end.kind!r})")
    return models.Job(
        type=job.type,
        sources=[_plain(end) for end in job.sources or []],
        targets=[_plain(end) for end in job.targets or []],
        mapping=job.mapping or None,
    )


EndT = TypeVar("EndT", bound=JsonModel)


def _plain(end: EndT) -> EndT:
    fields = {name: value for name, value in end.to_dict().items() if name in _SENT and value is not None}
    return type(end).from_dict(fields)


def check_integration(request: models.IntegrationRequest) -> None:
    """Raise `ValueError` for an integration without a job or process, or with a job that lacks something."""
    if not request.jobs and not request.process_id:
        raise ValueError("jobs or process_id must be set")
    for index, job in enumerate(request.jobs or []):
        ends = [*(job.sources or []), *(job.targets or [])]
        if len(job.sources or []) != 1 or len(job.targets or []) != 1:
            raise ValueError(f"jobs[{index}] must have one source and one target (got {len(ends)} ends)")
        for end in ends:
            needed = {"action_id", "file_id"} if isinstance(end, models.AnaplanTarget) else {"action_id"}
            if not isinstance(end, models.AnaplanTarget | models.AnaplanSource):
                needed = {"connection_id", "table" if isinstance(end, models.GoogleBigQueryTable) else "file"}
            if missing := [name for name in sorted(needed) if not getattr(end, name, None)]:
                raise ValueError(f"jobs[{index}] must have {' and '.join(missing)}")


def is_changed(expected: models.Integration, current: models.Integration) -> bool:
    """Return whether an integration was changed since it was read. Entries of lists have no jobs to compare."""
    if expected.modification_date != current.modification_date:
        return True
    if expected.jobs is None and current.jobs is not None:
        return (expected.name, expected.process_id or "") != (current.name, current.process_id or "")
    return request_of(expected) != request_of(current)


def has_schedule(integration: models.Integration) -> bool:
    """Return whether an integration has a schedule. One without a type is an empty object of Anaplan's."""
    return integration.schedule is not None and integration.schedule.type is not None


def is_same_schedule(current: models.Schedule | None, expected: models.Schedule | None) -> bool:
    """Return whether two schedules run at the same times. Whether they are enabled does not count."""
    if current is None or expected is None:
        return current is expected
    return evolve(current, status=None) == evolve(expected, status=None)


# Flows


def step(
    integration: str | models.Integration,
    *,
    enabled: bool = True,
    on_failure: Strategy = "stop",
    on_partial_success: Strategy = "continue",
) -> models.FlowStepRequest:
    """Return a step of a flow. Each depends on the step before, which `create_flow` adds.

    Args:
        integration: The integration, or its id.
        enabled: Whether the step runs.
        on_failure: Whether the flow stops after a failure, or continues with `continue`.
        on_partial_success: The same after a run that loaded some rows only.

    Returns:
        The step, for `create_flow` or `update_flow`. Nothing is sent.

    Raises:
        ValueError: An argument has another value.
    """
    integration_id = integration.id if isinstance(integration, models.Integration) else integration
    return models.FlowStepRequest(
        referrer=id_text("integration", integration_id),
        is_skipped=not enabled,
        exception_behavior=[
            models.ExceptionBehavior(type=models.FailureType.FAILURE, strategy=_strategy("on_failure", on_failure)),
            models.ExceptionBehavior(
                type=models.FailureType.PARTIAL_SUCCESS, strategy=_strategy("on_partial_success", on_partial_success)
            ),
        ],
    )


def _strategy(name: str, value: str) -> models.FailureStrategy:
    if value not in ("stop", "continue"):
        raise ValueError(f"{name} must be 'stop' or 'continue' (got {value!r})")
    return models.FailureStrategy(value)


def step_of(received: models.FlowStep) -> models.FlowStepRequest:
    """Return the step that writes a step of a flow as it is."""
    behavior = received.exception_behavior or []
    return models.FlowStepRequest(
        referrer=received.referrer or "",
        is_skipped=bool(received.is_skipped),
        depends_on=received.depends_on or None,
        exception_behavior=[models.ExceptionBehavior(type=one.type, strategy=one.strategy) for one in behavior],
    )


def chain(steps: Sequence[models.FlowStepRequest]) -> list[models.FlowStepRequest]:
    """Return the steps, each dependent on the one before. Anaplan stores other flows, but they do not work.

    Raises:
        ValueError: There are fewer than two enabled steps, more than 100 steps, or an integration comes twice.
    """
    enabled = sum(not item.is_skipped for item in steps)
    if enabled < 2:
        raise ValueError(f"steps must have at least 2 enabled steps (got {enabled})")
    if len(steps) > MAX_STEPS:
        raise ValueError(f"steps must have at most {MAX_STEPS} steps (got {len(steps)})")
    referrers = [item.referrer for item in steps]
    if twice := sorted({referrer for referrer in referrers if referrers.count(referrer) > 1}):
        raise ValueError(f"steps must have each integration once (got {', '.join(twice)} twice)")
    before = [None, *referrers[:-1]]
    return [evolve(item, depends_on=[one] if one else None) for item, one in zip(steps, before, strict=True)]


def check_subset(flow: models.Flow, step_ids: Collection[str]) -> list[str]:
    """Return the enabled steps to run, in the order of the flow.

    Raises:
        ValueError: There is none, or one is not an enabled step of the flow.
    """
    enabled = [item.referrer for item in flow.steps or [] if item.referrer and not item.is_skipped]
    unknown = [step_id for step_id in step_ids if step_id not in enabled]
    if not step_ids or unknown:
        raise ValueError(
            f"steps must be enabled steps of the flow: {', '.join(enabled)} (got {', '.join(unknown) or 'none'})"
        )
    return [referrer for referrer in enabled if referrer in step_ids]


def is_flow_changed(expected: models.Flow, current: models.Flow) -> bool:
    """Return whether a flow was changed since it was read. Entries of lists have no steps to compare."""
    if expected.modification_date != current.modification_date or expected.name != current.name:
        return True
    if expected.steps is None:
        return False
    return [step_of(one) for one in expected.steps] != [step_of(one) for one in current.steps or []]


# Notifications


def notification_request(notification: models.Notification) -> models.NotificationRequest:
    """Return the request that writes a notification configuration as it is: with ids in place of users."""
    rules = notification.notifications.config if notification.notifications else None
    config = [
        models.NotificationRule(type=rule.type, users=[user.id for user in rule.users if user.id])
        for rule in rules or []
        if rule.type is not None and rule.users
    ]
    return models.NotificationRequest(
        integration_ids=notification.integration_ids or [],
        channels=notification.channels or [],
        notifications=models.NotificationRules(config=config),
    )
