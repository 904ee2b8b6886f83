"""Read CloudWorks of a tenant's description: storage, connections, integrations with their schedules, and flows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from ..state.cloudworks import CloudWorks, Connection, Flow, Integration
from ..state.model import Model
from ..state.tenant import Tenant, Workspace
from ..state.values import Json
from .description import Node
from .schedules import find_problem

_START = 1_767_225_600.0
"""2026-01-01, when everything was created."""
_PLACES = {"AmazonS3": "bucketName", "AzureBlob": "containerName", "GoogleBigQuery": "dataset"}
"""The field that has the name of the bucket, container or dataset, by the type of the connection."""
_STRATEGIES = ("continue", "stop")
_SCHEDULE_TYPES = ("daily", "hourly", "monthly_relative_weekday", "monthly_specific_day", "weekly")
_EVERY_DAY = list(range(7))


class _Named(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


_T = TypeVar("_T", bound=_Named)


def _parse_weekday(node: Node) -> int:
    if node.as_number() > 6:
        node.must_be("a day of the week, from 0 for Sunday to 6")
    return node.as_number()


def _parse_day_of_month(node: Node) -> int:
    if not 1 <= node.as_number() <= 31:
        node.must_be("a day from 1 to 31")
    return node.as_number()


def _parse_repeat(node: Node) -> int:
    return -1 if node.value == -1 else node.as_number()  # -1 is the last week of the month


def _parse_date(node: Node) -> str:
    node.as_timestamp()
    return str(node.value)[:10]


_SCHEDULE: dict[str, tuple[str, Callable[[Node], Any]]] = {
    "name": ("name", Node.as_text),
    "type": ("type", lambda node: node.as_choice(_SCHEDULE_TYPES)),
    "time": ("time", Node.as_text),
    "from_time": ("fromTime", Node.as_text),
    "to_time": ("toTime", Node.as_text),
    "days_of_week": ("daysOfWeek", lambda node: [_parse_weekday(child) for child in node.as_list()]),
    "day_of_month": ("dayOfMonth", _parse_day_of_month),
    "day_of_week": ("dayOfWeek", _parse_weekday),
    "repeat_every": ("repeatEvery", _parse_repeat),
    "start_date": ("startDate", _parse_date),
    "end_date": ("endDate", _parse_date),
    "timezone": ("timezone", Node.as_text),
    "status": ("status", lambda node: node.as_choice(("Active", "Inactive"))),
}
"""The keys of a schedule: Anaplan's name of each, and how it is read."""


def read_cloudworks(node: Node, tenant: Tenant) -> CloudWorks:
    """Read CloudWorks of a tenant whose users and models are known."""
    fields = node.fields(("buckets", "connections", "integrations", "flows"))
    state = CloudWorks()
    if "buckets" in fields:
        for name, bucket in fields["buckets"].as_mapping().items():
            contents = bucket.as_mapping().items()
            state.bucket(name).update({path: content.as_any_text().encode() for path, content in contents})
    for child in _list_field(fields, "connections"):
        connection = _parse_connection(child, tenant)
        _require_new(child, connection, state.connections)
        state.connections[connection.id] = connection
    for child in _list_field(fields, "integrations"):
        integration = _parse_integration(child, tenant, state)
        _require_new(child, integration, state.integrations)
        state.integrations[integration.id] = integration
        state.notifications[integration.notification_id] = _notify_creator(integration)
    for child in _list_field(fields, "flows"):
        flow = _parse_flow(child, tenant, state)
        _require_new(child, flow, state.flows)
        state.flows[flow.id] = flow
    return state


def _list_field(fields: Mapping[str, Node], key: str) -> list[Node]:
    return fields[key].as_list() if key in fields else []


def _parse_id(fields: Mapping[str, Node], kind: str) -> str:
    if "id" in fields:
        return fields["id"].as_text()
    return hashlib.sha256(f"{kind} {fields['name'].as_text()}".encode()).hexdigest()[:32]


def _require_new(node: Node, new: _Named, others: Mapping[str, _Named]) -> None:
    if new.id in others:
        node.fail(f"has the id of another: {new.id}")
    if new.name in [other.name for other in others.values()]:
        node.fail(f"has the name of another: {new.name}")


def _find(node: Node, kind: str, candidates: Collection[_T]) -> _T:
    text = node.as_text()
    for candidate in candidates:
        if text in (candidate.id, candidate.name):
            return candidate
    names = ", ".join(candidate.name for candidate in candidates)
    node.must_be(f"the name or id of {kind}: {names or 'there is none'}")


def _parse_connection(node: Node, tenant: Tenant) -> Connection:
    fields = node.fields(("id", "name", "type", "bucket"), ("name", "bucket"))
    kind = fields["type"].as_choice(_PLACES) if "type" in fields else "AmazonS3"
    body: Json = {"name": fields["name"].as_text(), _PLACES[kind]: fields["bucket"].as_text()}
    if kind == "AzureBlob":
        body |= {"storageAccountName": body[_PLACES[kind]], "auth_method": "SAS-based"}
    return Connection(
        id=_parse_id(fields, "connection"),
        type=kind,
        body=body,
        created=_START,
        modified=_START,
        user_id=tenant.users[0].id,
    )


def _parse_integration(node: Node, tenant: Tenant, state: CloudWorks) -> Integration:
    keys = ("id", "name", "model", "process", "jobs", "schedule")
    fields = node.fields(keys, ("name", "model"))
    workspace, model = _find_model(fields["model"], tenant)
    body: Json = {
        "name": fields["name"].as_text(),
        "version": "2.0",
        "workspaceId": workspace.id,
        "modelId": model.id,
    }
    if "process" in fields:
        body["processId"] = _find(fields["process"], "a process of the model", model.processes).id
    if jobs := [_parse_job(child, model, state) for child in _list_field(fields, "jobs")]:
        body["jobs"] = jobs
    if not jobs and "process" not in fields:
        node.fail("must have jobs or a process")
    user_id = tenant.users[0].id
    return Integration(
        id=_parse_id(fields, "integration"),
        body=body,
        notification_id=_parse_id({"name": fields["name"]}, "notification"),
        created=_START,
        modified=_START,
        created_by=user_id,
        modified_by=user_id,
        schedule=_parse_schedule(fields["schedule"], body["name"]) if "schedule" in fields else None,
    )


def _find_model(node: Node, tenant: Tenant) -> tuple[Workspace, Model]:
    model = _find(node, "a model of this tenant", [model for _, model in tenant.models()])
    return next((workspace, other) for workspace, other in tenant.models() if other is model)


def _parse_job(node: Node, model: Model, state: CloudWorks) -> Json:
    """Read a job, which loads a file of a bucket by an import, or writes the output of an export there."""
    fields = node.fields(("import", "export", "connection", "path", "overwrite"), ("connection", "path"))
    if ("import" in fields) == ("export" in fields):
        node.fail("must have an import or an export, and not both")
    connection = _find(fields["connection"], "a connection", list(state.connections.values()))
    path_name = "table" if connection.type == "GoogleBigQuery" else "file"
    outside: Json = {
        "type": connection.type,
        "connectionId": connection.id,
        path_name: fields["path"].as_text(),
    }
    if "import" in fields:
        if "overwrite" in fields:
            fields["overwrite"].fail("must be left out for an import")
        item = _find(fields["import"], "an import of the model", model.imports)
        inside: Json = {"type": "Anaplan", "actionId": item.id, "fileId": item.file_id}
        return {"type": f"{connection.type}ToAnaplan", "sources": [outside], "targets": [inside]}
    export = _find(fields["export"], "an export of the model", model.exports)
    outside |= {"overwrite": fields["overwrite"].as_flag()} if "overwrite" in fields else {}
    inside = {"type": "Anaplan", "actionId": export.id}
    return {"type": f"AnaplanTo{connection.type}", "sources": [inside], "targets": [outside]}


def _parse_schedule(node: Node, name: str) -> Json:
    fields = node.fields(_SCHEDULE, ("type",))
    schedule: Json = {
        "status": "Active",
        "name": name,
        "daysOfWeek": _EVERY_DAY,
        "startDate": "2026-01-01",
        "endDate": "2099-12-31",
        "timezone": "Etc/UTC",
    }
    schedule |= {_SCHEDULE[key][0]: _SCHEDULE[key][1](value) for key, value in fields.items()}
    if (problem := find_problem(schedule)) is not None:
        key = next(key for key, (wire_name, _) in _SCHEDULE.items() if wire_name == problem)
        node.fail(f"must have a valid {key} (got {schedule.get(problem)!r})")
    return schedule


def _notify_creator(integration: Integration) -> Json:
    """Return the configuration that Anaplan creates with an integration."""
    rule = {"type": "full_failure", "users": [integration.created_by]}
    return {"integrationIds": [integration.id], "channels": ["email"], "notifications": {"config": [rule]}}


def _parse_flow(node: Node, tenant: Tenant, state: CloudWorks) -> Flow:
    fields = node.fields(("id", "name", "steps"), ("name", "steps"))
    steps: list[Json] = []
    for child in fields["steps"].as_list():
        step = _parse_step(child, state, [str(step["referrer"]) for step in steps])
        steps.append(step)
    if sum(not step["isSkipped"] for step in steps) < 2:
        fields["steps"].fail("must have at least two enabled steps")
    user_id = tenant.users[0].id
    return Flow(
        id=_parse_id(fields, "flow"),
        body={"name": fields["name"].as_text(), "version": "2.0", "type": "IntegrationFlow", "steps": steps},
        created=_START,
        modified=_START,
        created_by=user_id,
        modified_by=user_id,
    )


def _parse_step(node: Node, state: CloudWorks, earlier: Sequence[str]) -> Json:
    """Read a step: the name of an integration, or a mapping. It depends on the step before."""
    if not isinstance(node.value, Mapping):
        node = Node({"integration": node.value}, node.path, node.file, node.lines)
    fields = node.fields(("integration", "enabled", "on_failure", "on_partial_success"), ("integration",))
    integration = _find(fields["integration"], "an integration", list(state.integrations.values()))
    if integration.id in earlier:
        node.fail(f"must be another integration than those before: {integration.name}")
    on_failure = fields["on_failure"].as_choice(_STRATEGIES) if "on_failure" in fields else "stop"
    on_partial = fields["on_partial_success"].as_choice(_STRATEGIES) if "on_partial_success" in fields else "continue"
    return {
        "type": "Integration",
        "referrer": integration.id,
        "dependsOn": list(earlier[-1:]),
        "isSkipped": "enabled" in fields and not fields["enabled"].as_flag(),
        "exceptionBehavior": [
            {"type": "failure", "strategy": on_failure},
            {"type": "partial_success", "strategy": on_partial},
        ],
    }
