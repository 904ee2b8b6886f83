"""Which handler serves a path and method, and whether the user may use the model that the path names."""

from __future__ import annotations

from urllib.parse import unquote

from . import actions, alm, authentication, files, metadata
from .answers import NOT_FOUND, Call, Handler, Refusal
from .state import Model

_Routes = dict[int, list[tuple[list[str], dict[str, Handler]]]]


def resolve(call: Call, segments: list[str]) -> Handler:
    """The handler of a path and method; fills in the path's parameters. 404 and 405 as refusals."""
    for pattern, methods in _ROUTES.get(len(segments), []):
        pairs = list(zip(pattern, segments, strict=True))
        if all(want == got or (want.startswith("{") and got) for want, got in pairs):
            if call.method not in methods:
                raise Refusal(405, "Method Not Allowed")
            call.params = {want[1:-1]: unquote(got) for want, got in pairs if want.startswith("{")}
            return methods[call.method]
    raise Refusal(404, NOT_FOUND)


def find_model(call: Call, segments: list[str]) -> Model | None:
    """The model the path names, or None if it names none; refused if unknown, hidden, offline or archived."""
    if "model" not in call.params:
        return None
    for workspace, model in call.world.tenant.models():
        if model.id == call.params["model"] and call.params.get("workspace", workspace.id) == workspace.id:
            break
    else:
        raise Refusal(404, NOT_FOUND)
    rest = segments[segments.index("models") + 2 :]
    if not rest:
        return model
    task_list = len(rest) == 3 and rest[2] == "tasks" and call.method == "GET"
    if model.id in call.user.hidden_models and not task_list:
        raise Refusal(404, NOT_FOUND)
    if rest[0] not in ("alm", "onlineStatus"):
        if model.active_state == "ARCHIVED":
            raise Refusal(422, "Model is Archived")
        if model.active_state.endswith("MAINTENANCE") and not call.user.workspace_administrator:
            raise Refusal(404, NOT_FOUND)
    return model


def _table() -> dict[str, dict[str, Handler]]:
    table: dict[str, dict[str, Handler]] = {
        "/token/authenticate": {"POST": authentication.authenticate},
        "/token/refresh": {"POST": authentication.refresh},
        "/token/validate": {"GET": authentication.validate},
        "/token/logout": {"POST": authentication.logout},
        "/2/0/users": {"GET": metadata.list_users},
        "/2/0/users/me": {"GET": metadata.me},
        "/2/0/users/{user}": {"GET": metadata.get_user},
        "/2/0/workspaces": {"GET": metadata.list_workspaces},
        "/2/0/workspaces/{workspace}": {"GET": metadata.get_workspace},
        "/2/0/workspaces/{workspace}/models": {"GET": metadata.list_workspace_models},
        "/2/0/workspaces/{workspace}/models/{model}": {},
        "/2/0/models": {"GET": metadata.list_models},
        "/2/0/models/{model}": {"GET": metadata.get_model},
    }
    for path, methods in _model_table().items():
        table["/2/0/models/{model}" + path] = methods
        table["/2/0/workspaces/{workspace}/models/{model}" + path] = methods
    return table


def _model_table() -> dict[str, dict[str, Handler]]:
    table: dict[str, dict[str, Handler]] = {
        "/lists": {"GET": metadata.list_lists},
        "/modules": {"GET": metadata.list_modules},
        "/files": {"GET": files.list_files},
        "/files/{file}": {
            "GET": files.get_file,
            "POST": files.start_upload,
            "PUT": files.put_file,
            "DELETE": files.delete_file,
        },
        "/files/{file}/complete": {"POST": files.complete},
        "/files/{file}/chunks": {"GET": files.list_chunks},
        "/files/{file}/chunks/{chunk}": {"GET": files.get_chunk, "PUT": files.put_chunk},
        "/imports/": {"GET": actions.list_of("imports")},
        "/imports/{object}": {"GET": actions.import_detail},
        "/exports/{object}": {"GET": actions.export_detail},
        "/processes/{object}": {"GET": actions.process_detail},
        "/actions/{object}": {"GET": actions.action_detail},
        "/onlineStatus": {"PUT": alm.put_online_status},
        "/alm/revisions": {"GET": alm.list_revisions, "POST": alm.post_revision},
        "/alm/revisions/{revision}/appliedToModels": {"GET": alm.applied_to_models},
        "/alm/latestRevision": {"GET": alm.latest_revision},
        "/alm/syncableRevisions": {"GET": alm.syncable_revisions},
        "/alm/syncTasks": {"GET": alm.list_sync_tasks, "POST": alm.post_sync_task},
        "/alm/comparisonReportTasks": {"POST": alm.post_report_task_of("comparisonReportTasks")},
        "/alm/summaryReportTasks": {"POST": alm.post_report_task_of("summaryReportTasks")},
        "/alm/comparisonReports/{target}/{source}": {"GET": alm.get_comparison_report},
        "/alm/summaryReports/{target}/{source}": {"GET": alm.get_summary_report},
    }
    for kind in ("imports", "exports", "actions", "processes"):
        table[f"/{kind}"] = {"GET": actions.list_of(kind)}
        table[f"/{kind}/{{object}}/tasks"] = {"GET": actions.tasks_of(kind), "POST": actions.start_of(kind)}
        one: dict[str, Handler] = {"GET": actions.task_of(kind), "DELETE": actions.cancel_of(kind)}
        table[f"/{kind}/{{object}}/tasks/{{task}}"] = one
    for kind in ("syncTasks", "comparisonReportTasks", "summaryReportTasks"):
        table[f"/alm/{kind}/{{task}}"] = {"GET": alm.task_of(kind)}
    task = "/{object}/tasks/{task}"
    for dump in (f"/imports{task}/dump", f"/processes{task}/dumps/{{dumped}}"):
        table[dump] = {"GET": actions.dump_whole}
        table[dump + "/chunks"] = {"GET": actions.dump_chunks}
        table[dump + "/chunks/{chunk}"] = {"GET": actions.dump_chunk}
    return table


def _routes() -> _Routes:
    routes: _Routes = {}
    for path, methods in _table().items():
        segments = path.split("/")[1:]
        routes.setdefault(len(segments), []).append((segments, methods))
    for entries in routes.values():
        entries.sort(key=lambda entry: [segment.startswith("{") for segment in entry[0]])
    return routes


_ROUTES = _routes()
