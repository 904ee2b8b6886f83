"""Listings of tasks."""

from __future__ import annotations

from collections.abc import Callable

from anaplan_client import integration
from anaplan_client.core import Request
from anaplan_client.integration import models

from ..listing.endpoints import Listing
from ..listing.sorting import TASK_FIELDS, TaskSort, sort
from .actions import kind_of, page_tasks


def tasks_of(
    model_id: str, action_id: str, sort_by: TaskSort | None, descending: bool
) -> Listing[models.TasksResponse, models.Task]:
    """Return the listing of the tasks of an action. Raise `ValueError` for an id of unknown kind."""
    order = sort(TASK_FIELDS, sort_by, descending)
    # Imports and other actions list all tasks in one page.
    requests: dict[str, Callable[[int, int], Request[models.TasksResponse]]] = {
        "import": lambda limit, offset: integration.list_import_tasks(model_id, action_id, sort=order),
        "export": lambda limit, offset: integration.list_export_tasks(
            model_id, action_id, sort=order, limit=limit, offset=offset
        ),
        "action": lambda limit, offset: integration.list_action_tasks(model_id, action_id, sort=order),
        "process": lambda limit, offset: integration.list_process_tasks(
            model_id, action_id, sort=order, limit=limit, offset=offset
        ),
    }
    return requests[kind_of(action_id).name], page_tasks
