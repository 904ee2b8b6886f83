"""The handler of each path and method, and access to the model named in the path."""

from __future__ import annotations

import re
from urllib.parse import unquote

from ..api import (
    actions,
    administration,
    alm,
    audit,
    authentication,
    calendar,
    cells,
    cloudworks,
    cloudworks_schedules,
    connections,
    downloads,
    exception_users,
    files,
    flows,
    lists,
    metadata,
    model_admin,
    modules,
    oauth,
    read_requests,
    scim,
    scim_service,
    tasks,
    users,
)
from .request import Handler, HTTPError, Request, find_workspace, not_recognized

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
    "/auth/authorize": {"GET": oauth.authorize},
    "/oauth/device/code": {"POST": oauth.create_device_code},
    "/oauth/token": {"POST": oauth.create_token},
}
_SCIM_TABLE: dict[str, dict[str, Handler]] = {
    "/Users": {"GET": scim.list_users, "POST": scim.create_user},
    "/Users/{user}": {
        "GET": scim.get_user,
        "PUT": scim.replace_user,
        "PATCH": scim.patch_user,
        "DELETE": scim.delete_user,
    },
    "/ResourceTypes": {"GET": scim_service.list_resource_types},
    "/Schemas": {"GET": scim_service.list_schemas},
    "/ServiceProviderConfig": {"GET": scim_service.get_service_provider_config},
}
_ADMINISTRATION_TABLE: dict[str, dict[str, Handler]] = {
    "/users/export": {"GET": administration.export_users},
    "/users/import": {"PUT": administration.import_users},
    "/permissions/exception-users/search": {"POST": exception_users.search},
    "/permissions/exception-users/users/{user}": {"PATCH": exception_users.change},
}
_AUDIT_TABLE: dict[str, dict[str, Handler]] = {
    "/events": {"GET": audit.list_events},
    "/events/search": {"POST": audit.search_events},
}
_TENANT_TABLE: dict[str, dict[str, Handler]] = {
    "/users": {"GET": users.list_users},
    "/users/me": {"GET": users.get_current_user},
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
        "GET": downloads.get_content,
        "POST": files.start_upload,
        "PUT": files.put_file,
        "DELETE": files.delete_file,
    },
    "/files/{file}/complete": {"POST": files.complete_upload},
    "/files/{file}/chunks": {"GET": downloads.list_chunks},
    "/files/{file}/chunks/{chunk}": {"GET": downloads.get_chunk, "PUT": files.put_chunk},
    "/{kind=imports|exports|actions|processes}": {"GET": actions.list_runnables},
    _RUNNABLE: {"GET": actions.get_runnable},
    _RUNNABLE + "/tasks": {"GET": tasks.list_tasks, "POST": actions.start_task},
    _RUNNABLE + "/tasks/{task}": {"GET": tasks.get_task, "DELETE": tasks.cancel_task},
    _IMPORT_DUMP: {"GET": downloads.get_content},
    _IMPORT_DUMP + "/chunks": {"GET": downloads.list_chunks},
    _IMPORT_DUMP + "/chunks/{chunk}": {"GET": downloads.get_chunk},
    _PROCESS_DUMP: {"GET": downloads.get_content},
    _PROCESS_DUMP + "/chunks": {"GET": downloads.list_chunks},
    _PROCESS_DUMP + "/chunks/{chunk}": {"GET": downloads.get_chunk},
    "/lists": {"GET": lists.list_lists},
    "/lists/{object}": {"GET": lists.get_list},
    "/lists/{object}/items": {"GET": lists.list_items, "POST": lists.write_items, "PUT": lists.write_items},
    "/lists/{object}/resetIndex": {"POST": lists.reset_index},
    _READ_REQUESTS: {"POST": read_requests.start_read_request},
    _READ_REQUESTS + "/{request}": {"GET": read_requests.get_read_request, "DELETE": read_requests.delete_read_request},
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
    "/currentPeriod": {"GET": calendar.get_current_period, "PUT": calendar.set_current_period},
    "/modelCalendar": {"GET": calendar.get_calendar},
    "/modelCalendar/fiscalYear": {"PUT": calendar.set_fiscal_year},
    "/versions": {"GET": calendar.list_versions},
    "/versions/{version}/switchover": {"PUT": calendar.set_switchover},
    "/dashboards": {"GET": model_admin.list_dashboards},
    "/status": {"GET": model_admin.get_status},
    "/open": {"POST": model_admin.open_model},
    "/close": {"POST": model_admin.close_model},
    "/optimizeActions/{action}/tasks/{task}/solutionLogs": {"GET": model_admin.get_optimizer_log},
    "/onlineStatus": {"PUT": alm.set_online_status},
    "/alm/revisions": {"GET": alm.list_revisions, "POST": alm.create_revision},
    "/alm/revisions/{revision}/appliedToModels": {"GET": alm.list_applied_models},
    "/alm/latestRevision": {"GET": alm.get_latest_revision},
    "/alm/syncableRevisions": {"GET": alm.list_syncable_revisions},
    "/alm/{kind=syncTasks}": {"GET": alm.list_sync_tasks, "POST": alm.start_task},
    _ALM_TASKS: {"POST": alm.start_task},
    _ALM_TASKS + "/{task}": {"GET": tasks.get_task},
    "/alm/{report=comparisonReports}/{target}/{source}": {"GET": alm.get_comparison_report},
    "/alm/{report=summaryReports}/{target}/{source}": {"GET": alm.get_summary_report},
}

_CLOUDWORKS_TABLE: dict[str, dict[str, Handler]] = {
    "/integrations/connections": {"GET": connections.list_connections, "POST": connections.create_connection},
    "/integrations/connections/{connection}": {
        "PUT": connections.replace_connection,
        "PATCH": connections.update_connection,
        "DELETE": connections.delete_connection,
    },
    "/integrations/notification": {"POST": connections.create_notification},
    "/integrations/notification/{notification}": {
        "GET": connections.get_notification,
        "PUT": connections.replace_notification,
        "DELETE": connections.delete_notification,
    },
    "/integrations": {"GET": cloudworks.list_integrations, "POST": cloudworks.create_integration},
    "/integrations/{integration}": {
        "GET": cloudworks.get_integration,
        "PUT": cloudworks.replace_integration,
        "DELETE": cloudworks.delete_integration,
    },
    "/integrations/anaplanModels/{integrated}": {"GET": cloudworks.list_model_integrations},
    "/integrations/{integration}/run": {"POST": cloudworks.run_integration},
    "/integrations/{integration}/cancel": {"POST": cloudworks.cancel_integration},
    "/integrations/{integration}/schedule": {
        "POST": cloudworks_schedules.create_schedule,
        "PUT": cloudworks_schedules.replace_schedule,
        "DELETE": cloudworks_schedules.delete_schedule,
    },
    "/integrations/{integration}/schedule/status/{status=enabled|disabled}": {
        "POST": cloudworks_schedules.set_schedule_status
    },
    "/integrations/runs/{integration}": {"GET": cloudworks.list_runs},
    "/integrations/runerror/{run}": {"GET": cloudworks.get_run_errors},
    "/integrations/run/{run}": {"GET": cloudworks.get_run},
    "/integrations/run/{run}/dumps": {"GET": cloudworks.get_dump},
    "/integrations/run/{run}/process/import/{action}/dumps": {"GET": cloudworks.get_dump},
    "/integrationflows": {"GET": flows.list_flows, "POST": flows.create_flow},
    "/integrationflows/{flow}": {
        "GET": flows.get_flow,
        "PUT": flows.replace_flow,
        "DELETE": flows.delete_flow,
    },
    "/integrationflows/{flow}/run": {"POST": flows.run_flow},
}

SERVED_WHILE_BUSY: frozenset[Handler] = frozenset(
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
"""Handlers that respond while the model runs an action; all others wait until it is free."""


def resolve(request: Request) -> Handler:
    """Return the handler of a path and method, and set the path's parameters and model. 404 or 405 if none."""
    for pattern, methods in _ROUTES:
        match = pattern.fullmatch(request.path)
        if match:
            if request.method not in methods:
                raise HTTPError(405, "Method Not Allowed")
            request.params = {name: unquote(value) for name, value in match.groupdict().items() if value is not None}
            if "model" in request.params:
                _resolve_model(request)
            return methods[request.method]
    raise HTTPError()


def _resolve_model(request: Request) -> None:
    path_in_model = re.sub("^.*?/models/[^/]+", "", request.path).rstrip("/")
    is_alm = path_in_model.startswith(("/alm/", "/onlineStatus"))
    workspace_id = request.params.get("workspace")
    if not is_alm and workspace_id is not None:
        find_workspace(request)
    for workspace, model in request.server.tenant.models():
        if not request.user.can_enter(workspace.id):
            continue
        if model.id == request.params["model"] and workspace_id in (None, workspace.id):
            request.model = model
            break
    else:
        raise alm.find_no_model(request, path_in_model) if is_alm else not_recognized(request.params["model"])
    lists_tasks = path_in_model.endswith("/tasks") and request.method == "GET"
    if request.model.id in request.user.hidden_models and path_in_model and not lists_tasks:
        request.server.record_event("USR-14", request.user.id, request.model.id, "MODEL")
        raise HTTPError()
    if is_alm:
        alm.authorize(request, path_in_model)
    if "workspace" in request.params and re.fullmatch("/views/[^/]+/data", path_in_model):
        raise HTTPError(500, "Internal Server Error")  # as seen live
    if request.model.active_state == "ARCHIVED" and path_in_model:
        raise HTTPError(422, "Model is Archived")
    if path_in_model not in ("", "/status", "/open", "/close"):
        request.model.is_open = True  # A request that needs a closed model opens it.
    is_offline = request.model.active_state.endswith("MAINTENANCE")
    if is_offline and path_in_model and not request.user.workspace_administrator:
        raise HTTPError()


def _compile(path: str) -> re.Pattern[str]:
    """Compile a path: `{name}` matches one segment, `{name=a|b}` one of these words."""
    return re.compile(re.sub(r"\{(\w+)(?:=([^}]*))?\}", lambda match: f"(?P<{match[1]}>{match[2] or '[^/]+'})", path))


# Anaplan accepts a trailing slash in any path.
_ROUTES = [
    (_compile(prefix + path + "/?"), methods)
    for prefix, table in (
        ("", _TOKEN_TABLE),
        ("/2/0", _TENANT_TABLE),
        ("/2/0", _CLOUDWORKS_TABLE),
        ("/2/0" + _MODEL, _MODEL_TABLE),
        ("/audit/api/1", _AUDIT_TABLE),
        ("/scim/1/0/v2", _SCIM_TABLE),
        ("/admin/1/0", _ADMINISTRATION_TABLE),
    )
    for path, methods in table.items()
]
