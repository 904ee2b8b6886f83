"""Imports, exports, other actions and processes: their lists and details, and the start of their tasks."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from ..engine.grid import Table
from ..engine.run_action import action_table, exported, is_long, run, source_file
from ..engine.tasks import start
from ..http.errors import Refusal
from ..http.paging import listing
from ..http.request import Call
from ..http.responses import success
from ..http.validation import check_fields, read_body, require_unlocked
from ..state.model import Model
from ..state.objects import Action, Export, Import, Json, Process, Runnable
from . import tasks

_SINGULARS = {"imports": "import", "exports": "export", "actions": "action", "processes": "process"}


def list_runnables(call: Call) -> Response:
    """The model's imports, exports, actions or processes."""
    kind = call.params["kind"]
    return listing(call, _SINGULARS[kind], kind, call.model.runnables(kind), _row)


def get_runnable(call: Call) -> Response:
    """One of them in detail."""
    item = _find(call)
    if isinstance(item, Action):
        return success(call, "action", {"action": _row(item)})
    if isinstance(item, Import):
        key, detail = "importMetadata", _import_detail(call.model, item)
    elif isinstance(item, Export):
        key, detail = "exportMetadata", _export_detail(call, item)
    else:
        key, detail = "processMetadata", {"name": item.name, "actions": _steps(call, item)}
    return success(call, key, {key: {name: value for name, value in detail.items() if value != []}})


def start_task(call: Call) -> Response:
    """Starts a task of one of them."""
    item = _find(call)
    if not isinstance(item, Export):
        require_unlocked(call)
    fields: dict[str, type] = {"localeName": str}
    if not isinstance(item, Action):
        fields["mappingParameters"] = list
    given = read_body(call, fields, optional=("mappingParameters",)).get("mappingParameters", [])
    parameters = dict(_parameter(call.model, item, parameter) for parameter in given)
    world, model, user_id = call.world, call.model, call.user.id
    effect = partial(run, world, model, item, parameters)
    task = start(
        world, model, call.params["kind"], item, user_id, effect, partial(is_long, world, model, item, user_id)
    )
    return success(call, "task", {"task": tasks.row(task)})


def _parameter(model: Model, item: Runnable, given: object) -> tuple[str, str]:
    """A mapping parameter that the import or export, or one of the process, asks for; another is refused."""
    check_fields(given, {"entityType": str, "entityName": str})
    parameter: Json = given  # type: ignore[assignment]
    found = action_table(model)
    steps = [found[id] for id in item.action_ids if id in found] if isinstance(item, Process) else [item]
    if not any(parameter["entityType"] in step.prompts for step in steps if isinstance(step, Import | Export)):
        raise Refusal(400, f"Nothing asks for a mapping parameter of type `{parameter['entityType']}`")
    return parameter["entityType"], parameter["entityName"]


def _find(call: Call) -> Runnable:
    for item in call.model.runnables(call.params["kind"]):
        if item.id == call.params["object"]:
            return item
    # An unknown import's detail is a 500, as seen live.
    unknown_import = call.method == "GET" and call.params["kind"] == "imports"
    raise Refusal(500, "Internal Server Error") if unknown_import else Refusal()


def _row(item: Runnable) -> Json:
    row: Json = {"id": item.id, "name": item.name}
    if isinstance(item, Import):
        row |= {"importDataSourceId": item.file_id, "importType": item.import_type}
    elif isinstance(item, Export):
        row |= {"exportType": item.layout, "exportFormat": "text/csv", "encoding": "UTF-8", "layout": item.layout}
    elif isinstance(item, Action):
        row |= {"actionType": item.action_type}
    return row


def _import_detail(model: Model, item: Import) -> Json:
    file = source_file(model, item)
    columns = [column.name for column in item.columns or ()] or model.columns(item.module)
    source = {
        "columnSeparator": file.separator,
        "textDelimiter": file.delimiter,
        "textEncoding": "UTF-8",
        "headerRow": 1,
        "firstDataRow": 2,
    }
    named = {"columnCount": len(columns), "headerNames": columns} if columns else {}
    return {"name": item.name, "type": "FILE", "source": source | named}


def _export_detail(call: Call, item: Export) -> Json:
    found = exported(call.world, call.model, item)
    if isinstance(found, Table):
        columns, count = found.header[0], found.count
        formats = {part.name: part.format for part in call.model.line_items(item.module)}
        types = [formats.get(name, "ENTITY") for name in columns]
    else:
        columns, count = call.model.columns(item.module), found.count if found else 0
        numbers = found.number_columns if found else ()
        types = ["NUMBER" if position in numbers else "TEXT" for position in range(len(columns))]
    return {
        "columnCount": len(columns),
        "dataTypes": types,
        "delimiter": '"',
        "encoding": "UTF-8",
        "exportFormat": "text/csv",
        "headerNames": columns,
        "listNames": [""] * len(columns),
        "rowCount": count,
        "separator": ",",
        "layout": item.layout,
    }


def _steps(call: Call, process: Process) -> list[Json]:
    found = action_table(call.model)
    steps = [found[action_id] for action_id in process.action_ids if action_id in found]
    return [_row(step) | _as_step(call, step) for step in steps]


def _as_step(call: Call, step: Runnable) -> Json:
    if isinstance(step, Export):
        return {"actionType": "EXPORT"}
    if not isinstance(step, Import):
        return {}
    source = {"importDataSource": {"importDataSourceId": step.file_id, "type": "FILE"}}
    return {"actionType": "IMPORT"} | (source if call.flag("showImportDataSource") else {})
