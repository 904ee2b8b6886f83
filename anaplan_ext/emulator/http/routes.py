"""Which handler serves a path and method, and whether the user may use the model that the path names."""

from __future__ import annotations

import re
from urllib.parse import unquote

from ..api import (
    actions,
    alm,
    authentication,
    calendar,
    cells,
    downloads,
    files,
    lists,
    metadata,
    model_admin,
    modules,
    read_requests,
    tasks,
    users,
)
from .errors import Refusal, not_recognized
from .request import Call, Handler, find_workspace

_MODEL = "(?:/workspaces/{workspace})?/models/{model}"
_RUNNABLE = "/{kind=imports|exports|actions|processes}/{object}"
_IMPORT_DUMP = "/{kind=imports}/{object}/tasks/{task}/dump"
_PROCESS_DUMP = "/{kind=processes}/{object}/tasks/{task}/dumps/{dumped}"
_READ_REQUESTS = "/{kind=views|lists}/{object}/readRequests"
_ALM_TASKS = "/alm/{kind=syncTasks|comparisonReportTasks|summaryReportTasks}"

_TOKEN_TABLE: dict[str, dict[str, Handler]] = {
    "/token/authenticate": {"POST": authentication.authenticate},
    "/token/refresh": {"POST": authentication.refresh},
    "/token/validate": {"GET": authentication.validate},
    "/token/logout": {"POST": authentication.logout},
}
_TENANT_TABLE: dict[str, dict[str, Handler]] = {
    "/users": {"GET": users.list_users},
    "/users/me": {"GET": users.me},
    "/users/{user}": {"GET": users.get_user},
    "/users/{user}/workspaces": {"GET": metadata.list_workspaces},
    "/users/{user}/models": {"GET": metadata.list_models},
    "/workspaces": {"GET": metadata.list_workspaces},
    "/workspaces/{workspace}": {"GET": metadata.get_workspace},
    "/workspaces/{workspace}/admins": {"GET": users.list_admins},
    "/workspaces/{workspace}/visitors": {"GET": users.list_visitors},
    "/workspaces/{workspace}/users": {"GET": users.list_workspace_users},
    "/workspaces/{workspace}/bulkDeleteModels": {"POST": model_admin.delete_models},
    "/workspaces/{workspace}/models": {"GET": metadata.list_workspace_models},
    "/workspaces/{workspace}/models/{model}": {},
    "/models": {"GET": metadata.list_models},
    "/models/{model}": {"GET": metadata.get_model},
}
_MODEL_TABLE: dict[str, dict[str, Handler]] = {
    "/users": {"GET": users.list_users},
    "/files": {"GET": files.list_files},
    "/files/{file}": {
        "GET": downloads.get_whole,
        "POST": files.start_upload,
        "PUT": files.put_file,
        "DELETE": files.delete_file,
    },
    "/files/{file}/complete": {"POST": files.complete},
    "/files/{file}/chunks": {"GET": downloads.list_chunks},
    "/files/{file}/chunks/{chunk}": {"GET": downloads.get_chunk, "PUT": files.put_chunk},
    "/{kind=imports|exports|actions|processes}": {"GET": actions.list_runnables},
    _RUNNABLE: {"GET": actions.get_runnable},
    _RUNNABLE + "/tasks": {"GET": tasks.list_tasks, "POST": actions.start_task},
    _RUNNABLE + "/tasks/{task}": {"GET": tasks.get_task, "DELETE": tasks.cancel_task},
    _IMPORT_DUMP: {"GET": downloads.get_whole},
    _IMPORT_DUMP + "/chunks": {"GET": downloads.list_chunks},
    _IMPORT_DUMP + "/chunks/{chunk}": {"GET": downloads.get_chunk},
    _PROCESS_DUMP: {"GET": downloads.get_whole},
    _PROCESS_DUMP + "/chunks": {"GET": downloads.list_chunks},
    _PROCESS_DUMP + "/chunks/{chunk}": {"GET": downloads.get_chunk},
    "/lists": {"GET": lists.list_lists},
    "/lists/{object}": {"GET": lists.get_list},
    "/lists/{object}/items": {"GET": lists.list_items, "POST": lists.change_items, "PUT": lists.change_items},
    "/lists/{object}/resetIndex": {"POST": lists.reset_index},
    _READ_REQUESTS: {"POST": read_requests.start},
    _READ_REQUESTS + "/{request}": {"GET": read_requests.get, "DELETE": read_requests.delete},
    _READ_REQUESTS + "/{request}/pages/{page}": {"GET": read_requests.get_page},
    "/modules": {"GET": modules.list_modules},
    "/modules/{module}/data": {"POST": cells.write_cells},
    "/modules/{module}/lineItems": {"GET": modules.list_line_items},
    "/modules/{module}/views": {"GET": modules.list_views},
    "/views": {"GET": modules.list_views},
    "/views/{view}": {"GET": modules.get_view},
    "/views/{view}/data": {"GET": cells.get_view_data},
    "/views/{view}/dimensions/{dimension}/items": {"GET": modules.list_view_dimension_items},
    "/lineItems": {"GET": modules.list_line_items},
    "/lineItems/{lineItem}/dimensions": {"GET": modules.list_line_item_dimensions},
    "/lineItems/{lineItem}/dimensions/{dimension}/items": {"GET": modules.list_line_item_dimension_items},
    "/dimensions/{dimension}/items": {"GET": modules.list_dimension_items, "POST": modules.look_up_dimension_items},
    "/currentPeriod": {"GET": calendar.get_current_period, "PUT": calendar.put_current_period},
    "/modelCalendar": {"GET": calendar.get_calendar},
    "/modelCalendar/fiscalYear": {"PUT": calendar.put_fiscal_year},
    "/versions": {"GET": calendar.list_versions},
    "/versions/{version}/switchover": {"PUT": calendar.put_switchover},
    "/dashboards": {"GET": model_admin.list_dashboards},
    "/status": {"GET": model_admin.get_status},
    "/open": {"POST": model_admin.open_model},
    "/close": {"POST": model_admin.close_model},
    "/optimizeActions/{action}/tasks/{task}/solutionLogs": {"GET": model_admin.get_optimizer_log},
    "/onlineStatus": {"PUT": alm.put_online_status},
    "/alm/revisions": {"GET": alm.list_revisions, "POST": alm.post_revision},
    "/alm/revisions/{revision}/appliedToModels": {"GET": alm.applied_to_models},
    "/alm/latestRevision": {"GET": alm.latest_revision},
    "/alm/syncableRevisions": {"GET": alm.syncable_revisions},
    "/alm/{kind=syncTasks}": {"GET": alm.list_sync_tasks, "POST": alm.start_task},
    _ALM_TASKS: {"POST": alm.start_task},
    _ALM_TASKS + "/{task}": {"GET": tasks.get_task},
    "/alm/{report=comparisonReports}/{target}/{source}": {"GET": alm.get_comparison_report},
    "/alm/{report=summaryReports}/{target}/{source}": {"GET": alm.get_summary_report},
}

ANSWERED_AT_ONCE: frozenset[Handler] = frozenset(
    (
        tasks.list_tasks,
        tasks.get_task,
        tasks.cancel_task,
        actions.list_runnables,
        actions.start_task,
        alm.start_task,
        alm.list_sync_tasks,
        model_admin.get_status,
    )
)
"""What a model answers while it runs an action; everything else waits until it is free."""


def resolve(call: Call) -> Handler:
    """The handler of a path and method; fills in the path's parameters and model. 404 and 405 as refusals."""
    for pattern, methods in _ROUTES:
        match = pattern.fullmatch(call.path)
        if match:
            if call.method not in methods:
                raise Refusal(405, "Method Not Allowed")
            call.params = {name: unquote(value) for name, value in match.groupdict().items() if value is not None}
            if "model" in call.params:
                _enter_model(call)
            return methods[call.method]
    raise Refusal()


def _enter_model(call: Call) -> None:
    place = find_workspace(call) if "workspace" in call.params else None
    for workspace, model in call.world.tenant.models():
        if model.id == call.params["model"] and place in (None, workspace):
            call.model = model
            break
    else:
        raise not_recognized(call.params["model"])
    rest = call.path.partition(f"/models/{call.params['model']}")[2].rstrip("/")
    task_list = rest.endswith("/tasks") and call.method == "GET"
    if call.model.id in call.user.hidden_models and rest and not task_list:
        raise Refusal()
    if rest.startswith(("/alm/", "/onlineStatus")):
        alm.admit(call, rest)
    if "workspace" in call.params and re.fullmatch("/views/[^/]+/data", rest):
        raise Refusal(500, "Internal Server Error")  # as was seen live
    if call.model.active_state == "ARCHIVED" and rest:
        raise Refusal(422, "Model is Archived")
    if rest not in ("", "/status", "/open", "/close"):
        call.model.is_open = True  # Whoever needs a closed model opens it.
    if call.model.active_state.endswith("MAINTENANCE") and not call.user.workspace_administrator and rest:
        raise Refusal()


def _compiled(path: str) -> re.Pattern[str]:
    """A path's pattern: `{name}` is one segment, `{name=a|b}` one of these words."""
    return re.compile(re.sub(r"\{(\w+)(?:=([^}]*))?\}", lambda found: f"(?P<{found[1]}>{found[2] or '[^/]+'})", path))


# Anaplan takes a slash at the end of any path.
_ROUTES = [
    (_compiled(prefix + path + "/?"), methods)
    for prefix, table in (("", _TOKEN_TABLE), ("/2/0", _TENANT_TABLE), ("/2/0" + _MODEL, _MODEL_TABLE))
    for path, methods in table.items()
]
