"""Send every safe GET request to a tenant, with the ids from its own responses."""

import inspect
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Protocol, TypeAlias, cast

from attrs import evolve, frozen

from anaplan_client.core import AuthenticationError, DecodeError, Request, StatusError
from anaplan_client.core.codec import decode

from .documents import Document, Pointer, get_object, load_documents

Ids: TypeAlias = Mapping[str, str]
"""Ids by their meanings. An id is valid only together with the ids that led to it."""

SOURCES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    # Operation: the array in its response, the field of each entry, and the meaning of that field.
    "integration.list_workspaces": (("workspaces", "id", "workspace_id"),),
    "integration.list_workspace_models": (("models", "id", "model_id"),),
    "integration.list_models": (("models", "id", "model_id"),),
    "integration.list_users": (("users", "id", "user_id"),),
    "integration.list_files": (("files", "id", "file_id"),),
    "integration.list_imports": (("imports", "id", "import_id"),),
    "integration.list_exports": (("exports", "id", "export_id"),),
    "integration.list_processes": (("processes", "id", "process_id"),),
    "integration.list_actions": (("actions", "id", "action_id"),),
    "integration.list_import_tasks": (("tasks", "taskId", "task_id"),),
    "integration.list_export_tasks": (("tasks", "taskId", "task_id"),),
    "integration.list_process_tasks": (("tasks", "taskId", "task_id"),),
    "integration.list_action_tasks": (("tasks", "taskId", "task_id"),),
    "integration.get_process": (("processMetadata.actions", "id", "object_id"),),
    "integration.list_modules": (("modules", "id", "module_id"),),
    "integration.list_views": (("views", "id", "view_id"),),
    "integration.list_lists": (("lists", "id", "list_id"), ("lists", "id", "list_dimension_id")),
    "integration.list_line_items": (("items", "id", "line_item_id"),),
    "integration.get_line_item_dimensions": (("dimensions", "id", "line_item_dimension_id"),),
    "integration.get_view_info": (
        ("rows", "id", "view_dimension_id"),
        ("columns", "id", "view_dimension_id"),
        ("pages", "id", "view_dimension_id"),
    ),
    "alm.list_revisions": (("revisions", "id", "revision_id"),),
    "alm.list_models_for_revision": (("appliedToModels", "modelId", "source_model_id"),),
    "alm.list_sync_tasks": (("tasks", "taskId", "sync_task_id"),),
    "cloudworks.list_integrations": (
        ("integrations", "integrationId", "integration_id"),
        ("integrations", "notificationId", "notification_id"),
    ),
    "cloudworks.list_runs": (("history_of_runs.runs", "id", "run_id"),),
    "cloudworks.list_flows": (("integrationFlows", "id", "integration_flow_id"),),
    "scim.list_users": (("Resources", "id", "scim_user_id"),),
}
# The meaning of a parameter, if it differs from its name.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "alm.get_sync_task": {"task_id": "sync_task_id"},
    "alm.get_comparison_report_task": {"task_id": "report_task_id"},
    "alm.get_summary_report_task": {"task_id": "summary_task_id"},
    "scim.get_user": {"user_id": "scim_user_id"},
    "integration.get_dimension_items": {"dimension_id": "list_dimension_id"},
    "integration.get_line_item_dimension_items": {"dimension_id": "line_item_dimension_id"},
    "integration.get_view_dimension_items": {"dimension_id": "view_dimension_id"},
}
# Required parameters that are no ids.
CONSTANTS: Mapping[str, Mapping[str, object]] = {"cloudworks.list_runs": {"offset": 0, "limit": 10}}
# What live tenants no longer serve.
GONE = frozenset(("cloudworks.list_model_integrations",))
# Optional parameters that add details to responses, or shorten them.
OPTIONS: Mapping[str, object] = {
    "tenant_details": True,
    "model_details": True,
    "include_all": True,
    "include_process_details": True,
    "show_import_data_source": True,
    "include_subsidiary_views": True,
    "max_rows": 10,
}


class Send(Protocol):
    """The method of a client that sends a request."""

    def __call__(self, request: Request[object]) -> object:
        """Send the request and return the decoded response."""
        ...


@frozen
class Operation:
    """A safe operation with a JSON response."""

    name: str
    build: Callable[..., Request[object]]
    needs: Mapping[str, str]
    """The required parameters and their meanings."""
    options: Mapping[str, object]

    def build_request(self, ids: Ids) -> Request[object]:
        """Return the request for these ids. Its response is any JSON, so that drift does not stop the walk."""
        arguments = {parameter: ids[meaning] for parameter, meaning in self.needs.items()}
        return evolve(self.build(**arguments, **self.options), decode=decode.parse_json)


@frozen
class Outcome:
    """The outcome of a request of the walk. `rejection` is the status of an error; None for a success."""

    operation: str
    rejection: int | None


def list_operations() -> list[Operation]:
    """Return all safe GET operations with a JSON response. Files and CSV are not downloaded."""
    operations: list[Operation] = []
    for document in load_documents():
        package = import_module(f"anaplan_client.{document.api}")
        for operation, pointer in document.operations.items():
            name = f"{document.api}.{operation}"
            if document.api == "authentication" or name in GONE or not _is_safe(document, pointer, operation):
                continue
            build = cast("Callable[..., Request[object]]", getattr(package, operation))
            constants = CONSTANTS.get(name, {})
            parameters = inspect.signature(build).parameters
            needs = [key for key, parameter in parameters.items() if parameter.default is inspect.Parameter.empty]
            meanings = MEANINGS.get(name, {})
            options = {**{key: value for key, value in OPTIONS.items() if key in parameters}, **constants}
            ids = {key: meanings.get(key, key) for key in needs if key not in constants}
            operations.append(Operation(name, build, ids, options))
    return operations


def _is_safe(document: Document, pointer: Pointer, operation: str) -> bool:
    node = document.at(pointer)
    # A binary response next to a JSON response has another operation id.
    if pointer[-1] != "get" or node.get("x-anaplan-effect") != "safe" or node["operationId"] != operation:
        return False
    responses = [
        document.resolve((*pointer, "responses", status))[1]
        for status in get_object(node, "responses")
        if status.startswith("2")
    ]
    return any(
        media == "application/json" or media.endswith("+json")
        for response in responses
        for media in get_object(response, "content")
    )


def walk(send: Send, max_per_kind: int, skip: frozenset[str] = frozenset()) -> Iterator[Outcome]:
    """Send every operation with every combination of ids that belong together, and yield the outcomes.

    At most `max_per_kind` ids of each kind are used from one response. A rejected request is an outcome like any other.
    Raise `AuthenticationError`, which would follow everywhere, and errors without a response.
    """
    operations = [operation for operation in list_operations() if operation.name not in skip]
    done: set[tuple[str, tuple[str, ...]]] = set()
    pending: deque[dict[str, str]] = deque([{}])
    while pending:
        ids = pending.popleft()
        for operation in operations:
            values = tuple(ids.get(meaning, "") for meaning in operation.needs.values())
            if "" in values or (operation.name, values) in done:
                continue
            done.add((operation.name, values))
            try:
                response = send(operation.build_request(ids))
            except AuthenticationError:
                raise
            except (StatusError, DecodeError) as error:
                yield Outcome(operation.name, error.status or 0)
                continue
            yield Outcome(operation.name, None)
            used = {meaning: ids[meaning] for meaning in operation.needs.values()}
            pending.extend(_find_ids(operation.name, used, response, max_per_kind))


def _find_ids(name: str, ids: dict[str, str], response: object, max_per_kind: int) -> Iterator[dict[str, str]]:
    for place, key, meaning in SOURCES.get(name, ()):
        entries = response
        for part in place.split("."):
            entries = cast("dict[str, object]", entries).get(part) if isinstance(entries, dict) else None
        listed = cast("list[object]", entries) if isinstance(entries, list) else []
        for entry in listed[:max_per_kind]:
            value = cast("dict[str, object]", entry).get(key) if isinstance(entry, dict) else None
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                yield ids | {meaning: str(value)}
