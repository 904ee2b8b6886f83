"""Imports, exports, other actions and processes: list them, describe them, start their tasks."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from ..engine.grid import Table
from ..engine.run_action import build_export, find_source_file, is_long, list_steps, run_action
from ..engine.tasks import create_task
from ..http.request import HTTPError, Request
from ..http.responses import list_response, success_response
from ..http.validation import check_fields, read_body, require_unlocked
from ..state.actions import Action, Export, Import, Process, Records, Runnable
from ..state.model import Model
from ..state.values import Json
from . import tasks

_SINGULARS = {"imports": "import", "exports": "export", "actions": "action", "processes": "process"}


def list_runnables(request: Request) -> Response:
    """List the model's imports, exports, actions or processes."""
    kind = request.params["kind"]
    return list_response(request, _SINGULARS[kind], kind, request.model.runnables(kind), _action_row)


def get_runnable(request: Request) -> Response:
    """Describe one import, export, action or process."""
    item = _find_runnable(request)
    if isinstance(item, Action):
        return success_response(request, "action", {"action": _action_row(item)})
    if isinstance(item, Import):
        key, detail = "importMetadata", _import_metadata(request.model, item)
    elif isinstance(item, Export):
        key, detail = "exportMetadata", _export_metadata(request, item)
    else:
        key, detail = "processMetadata", {"name": item.name, "actions": _process_steps(request, item)}
    return success_response(request, key, {key: {name: value for name, value in detail.items() if value != []}})


def start_task(request: Request) -> Response:
    """Start a task for an import, export, action or process."""
    item = _find_runnable(request)
    if not isinstance(item, Export):
        require_unlocked(request)
    fields: dict[str, type] = {"localeName": str}
    if not isinstance(item, Action):
        fields["mappingParameters"] = list
    entries = read_body(request, fields, optional=("mappingParameters",)).get("mappingParameters", [])
    parameters = dict(_parse_parameter(request.model, item, parameter) for parameter in entries)
    server, model, user_id = request.server, request.model, request.user.id
    effect = partial(run_action, server, model, item, parameters)
    check_long = partial(is_long, server, model, item, user_id)
    task = create_task(server, model, request.params["kind"], item, user_id, effect, check_long)
    server.record_event("USR-20", user_id, model.id, "MODEL", attributes={"actionId": item.id, "taskId": task.id})
    return success_response(request, "task", {"task": tasks.task_row(task)})


def _parse_parameter(model: Model, item: Runnable, entry: object) -> tuple[str, str]:
    """Parse a mapping parameter; reject one that neither the object nor a step of the process prompts for."""
    check_fields(entry, {"entityType": str, "entityName": str})
    parameter: Json = entry  # type: ignore[assignment]
    steps = list_steps(model, item) if isinstance(item, Process) else [item]
    if not any(parameter["entityType"] in step.prompts for step in steps if isinstance(step, Import | Export)):
        raise HTTPError(400, f"There is no prompt for a mapping parameter of type `{parameter['entityType']}`")
    return parameter["entityType"], parameter["entityName"]


def _find_runnable(request: Request) -> Runnable:
    for item in request.model.runnables(request.params["kind"]):
        if item.id == request.params["object"]:
            return item
    # An unknown import gives a 500, as seen live.
    unknown_import = request.method == "GET" and request.params["kind"] == "imports"
    raise HTTPError(500, "Internal Server Error") if unknown_import else HTTPError()


def _action_row(item: Runnable) -> Json:
    row: Json = {"id": item.id, "name": item.name}
    if isinstance(item, Import):
        row |= {"importDataSourceId": item.file_id, "importType": item.import_type}
    elif isinstance(item, Export):
        row |= {"exportType": item.layout, "exportFormat": "text/csv", "encoding": "UTF-8", "layout": item.layout}
    elif isinstance(item, Action):
        row |= {"actionType": item.action_type}
    return row


def _import_metadata(model: Model, item: Import) -> Json:
    file = find_source_file(model, item)
    columns = [column.name for column in item.columns or ()] or model.columns(item.module)
    source = {
        "columnSeparator": file.separator,
        "textDelimiter": file.delimiter,
        "textEncoding": "UTF-8",
        "headerRow": 1,
        "firstDataRow": 2,
    }
    header_fields = {"columnCount": len(columns), "headerNames": columns} if columns else {}
    return {"name": item.name, "type": "FILE", "source": source | header_fields}


def _export_metadata(request: Request, item: Export) -> Json:
    table = build_export(request.server, request.model, item)
    if isinstance(table, Table):
        columns, count = table.header[0], table.count
        formats = {part.name: part.format for part in request.model.line_items(item.module)}
        types = [formats.get(name, "ENTITY") for name in columns]
    else:
        columns, count = request.model.columns(item.module), table.count if table else 0
        types = list(table.formats) if table else ["TEXT"] * len(columns)
    separator, delimiter = (table.separator, table.delimiter) if isinstance(table, Records) else (",", '"')
    return {
        "columnCount": len(columns),
        "dataTypes": types,
        "delimiter": delimiter,
        "encoding": "UTF-8",
        "exportFormat": "text/csv",
        "headerNames": columns,
        "listNames": [""] * len(columns),
        "rowCount": count,
        "separator": separator,
        "layout": item.layout,
    }


def _process_steps(request: Request, process: Process) -> list[Json]:
    return [_action_row(step) | _step_row(request, step) for step in list_steps(request.model, process)]


def _step_row(request: Request, step: Runnable) -> Json:
    if isinstance(step, Export):
        return {"actionType": "EXPORT"}
    if not isinstance(step, Import):
        return {}
    source = {"importDataSource": {"importDataSourceId": step.file_id, "type": "FILE"}}
    return {"actionType": "IMPORT"} | (source if request.flag("showImportDataSource") else {})
