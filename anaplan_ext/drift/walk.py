"""Asking a tenant everything that can be asked without changing it, with the ids that its own answers give."""

import inspect
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Protocol, TypeAlias, cast

from attrs import evolve, frozen

from anaplan_client.core import AuthenticationError, DecodeError, Request, StatusError
from anaplan_client.core.codec import decode

from .documents import Document, Pointer, children, documents

Ids: TypeAlias = Mapping[str, str]
"""Ids by what they are of: an id is good only together with those that it was found with."""

SOURCES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    # Operation: the array in its answer, the field of each entry, and what that is.
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
}
# What a parameter is in an operation where its name alone does not tell.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "alm.get_sync_task": {"task_id": "sync_task_id"},
    "alm.get_comparison_report_task": {"task_id": "report_task_id"},
    "alm.get_summary_report_task": {"task_id": "summary_task_id"},
    "integration.get_dimension_items": {"dimension_id": "list_dimension_id"},
    "integration.get_line_item_dimension_items": {"dimension_id": "line_item_dimension_id"},
    "integration.get_view_dimension_items": {"dimension_id": "view_dimension_id"},
}
# Optional parameters that make answers tell more, or be shorter.
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
    """A client's method that sends a request."""

    def __call__(self, request: Request[object]) -> object:
        """Sends it and returns the answer."""
        ...


@frozen
class Operation:
    """A safe operation that answers JSON."""

    name: str
    build: Callable[..., Request[object]]
    needs: Mapping[str, str]
    """Its required parameters, and what each one is."""
    options: Mapping[str, object]

    def request(self, ids: Ids) -> Request[object]:
        """Its request for what is known; the answer is JSON as it came, so that no drift stops the walk."""
        given = {parameter: ids[meaning] for parameter, meaning in self.needs.items()}
        return evolve(self.build(**given, **self.options), decode=decode.parse_json)


@frozen
class Outcome:
    """What came of one request of the walk: `refusal` is its status, or None."""

    operation: str
    refusal: int | None


def operations() -> list[Operation]:
    """All GET operations without effect that answer JSON; content of files and cells as CSV is left alone."""
    found: list[Operation] = []
    for document in documents():
        package = import_module(f"anaplan_client.{document.api}")
        for operation, pointer in document.operations.items():
            if document.api == "authentication" or not _is_safe(document, pointer, operation):
                continue
            build = cast("Callable[..., Request[object]]", getattr(package, operation))
            name = f"{document.api}.{operation}"
            parameters = inspect.signature(build).parameters
            needs = [key for key, one in parameters.items() if one.default is inspect.Parameter.empty]
            meanings = MEANINGS.get(name, {})
            options = {key: value for key, value in OPTIONS.items() if key in parameters}
            found.append(Operation(name, build, {key: meanings.get(key, key) for key in needs}, options))
    return found


def _is_safe(document: Document, pointer: Pointer, operation: str) -> bool:
    node = document.at(pointer)
    # The name of a binary answer beside a JSON one is another.
    if pointer[-1] != "get" or node.get("x-anaplan-effect") != "none" or node["operationId"] != operation:
        return False
    answers = [
        document.resolve((*pointer, "responses", status))[1]
        for status in children(node, "responses")
        if status.startswith("2")
    ]
    return any("application/json" in children(answer, "content") for answer in answers)


def walk(send: Send, most: int, skip: frozenset[str] = frozenset()) -> Iterator[Outcome]:
    """Sends every operation with every combination of ids that belong together, `most` of each kind from one answer.

    A refused request is an outcome as any other. Raises `AuthenticationError`, since that ends all, and what else
    leaves no answer.
    """
    known = [operation for operation in operations() if operation.name not in skip]
    done: set[tuple[str, tuple[str, ...]]] = set()
    waiting: deque[dict[str, str]] = deque([{}])
    while waiting:
        ids = waiting.popleft()
        for operation in known:
            values = tuple(ids.get(meaning, "") for meaning in operation.needs.values())
            if "" in values or (operation.name, values) in done:
                continue
            done.add((operation.name, values))
            try:
                answer = send(operation.request(ids))
            except AuthenticationError:
                raise
            except (StatusError, DecodeError) as error:
                yield Outcome(operation.name, error.status or 0)
                continue
            yield Outcome(operation.name, None)
            own = {meaning: ids[meaning] for meaning in operation.needs.values()}
            waiting.extend(_found(operation.name, own, answer, most))


def _found(name: str, ids: dict[str, str], answer: object, most: int) -> Iterator[dict[str, str]]:
    for place, key, meaning in SOURCES.get(name, ()):
        entries = answer
        for part in place.split("."):
            entries = cast("dict[str, object]", entries).get(part) if isinstance(entries, dict) else None
        known = cast("list[object]", entries) if isinstance(entries, list) else []
        for entry in known[:most]:
            value = cast("dict[str, object]", entry).get(key) if isinstance(entry, dict) else None
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                yield ids | {meaning: str(value)}
