"""Imports, exports, other actions and processes: their lists and details, and what running them does."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from . import tasks
from .answers import Call, Refusal, listing, read_body, success
from .loading import Unreadable, load
from .model import Model
from .state import Action, Export, File, Import, Json, Kept, Process, Runnable, Task
from .world import World

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
        key, detail = "exportMetadata", _export_detail(call.model, item)
    else:
        key, detail = "processMetadata", {"name": item.name, "actions": _steps(call.model, item)}
    return success(call, key, {key: {name: value for name, value in detail.items() if value != []}})


def start_task(call: Call) -> Response:
    """Starts a task of one of them."""
    item = _find(call)
    if call.model.active_state == "LOCKED" and not isinstance(item, Export):
        raise Refusal(423, "Model is Locked")
    read_body(call, {"localeName": str})
    task = tasks.start(call, item.id, item.name, partial(_run, call.world, call.model, item))
    return success(call, "task", {"task": tasks.row(task)})


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
    file, columns = _source(model, item), model.columns(item.module)
    source = {
        "columnSeparator": file.separator,
        "textDelimiter": file.delimiter,
        "textEncoding": "UTF-8",
        "headerRow": 1,
        "firstDataRow": 2,
    }
    named = {"columnCount": len(columns), "headerNames": columns} if columns else {}
    return {"name": item.name, "type": "FILE", "source": source | named}


def _export_detail(model: Model, item: Export) -> Json:
    records, columns = model.records.get(item.module), model.columns(item.module)
    numbers = records.number_columns if records else ()
    return {
        "columnCount": len(columns),
        "dataTypes": ["NUMBER" if position in numbers else "TEXT" for position in range(len(columns))],
        "delimiter": '"',
        "encoding": "UTF-8",
        "exportFormat": "text/csv",
        "headerNames": columns,
        "listNames": [""] * len(columns),
        "rowCount": records.count if records else 0,
        "separator": ",",
        "layout": item.layout,
    }


def _steps(model: Model, process: Process) -> list[Json]:
    found = _action_table(model)
    types: dict[type, Json] = {Import: {"actionType": "IMPORT"}, Export: {"actionType": "EXPORT"}}
    steps = [found[action_id] for action_id in process.action_ids if action_id in found]
    return [_row(step) | types.get(type(step), {}) for step in steps]


def _action_table(model: Model) -> dict[str, Runnable]:
    return {item.id: item for kind in ("imports", "exports", "actions") for item in model.runnables(kind)}


def _source(model: Model, item: Import) -> File:
    return next((file for file in model.files if file.id == item.file_id), File(id=item.file_id, name=""))


def _run(world: World, model: Model, item: Runnable, task: Task) -> Json:
    if isinstance(item, Process):
        return _run_process(world, model, item, task)
    if isinstance(item, Import):
        return _run_import(world, model, item, task)
    with world.lock:
        if isinstance(item, Action):
            model.records.pop(item.module, None)
            return tasks.result(item.id, item.name, True)
        records, columns = model.records.get(item.module), model.columns(item.module)
    text = records.header + records.text if records else ",".join(columns) + "\n"
    content = text.encode()
    with world.lock:
        item.output.copies[task.user_id] = Kept((content,), world.now())
    return tasks.result(item.id, item.name, True)


def _run_import(world: World, model: Model, item: Import, task: Task) -> Json:
    with world.lock:
        file = _source(model, item)
        pieces = file.seen_by(task.user_id, world.now())
    try:
        loaded = load(b"".join(pieces), item.module, file.separator, file.delimiter, item.number_columns)
    except Unreadable as error:
        detail: Json = {"localMessageText": str(error), "occurrences": 1, "type": "unreadableFile"}
        return tasks.result(item.id, item.name, False, [detail])
    with world.lock:
        if loaded.records:
            model.records[item.module] = loaded.records
            model.modified = world.now()
        model.dumps.pop((task.user_id, item.id), None)
        if loaded.dump:
            model.dumps[task.user_id, item.id] = Kept((task.id, loaded.dump), world.now())
    return tasks.result(item.id, item.name, loaded.records is not None, loaded.details, bool(loaded.dump))


def _run_process(world: World, model: Model, process: Process, task: Task) -> Json:
    steps, nested = _action_table(model), list[Json]()
    for action_id in process.action_ids:
        step = steps.get(action_id)
        with world.lock:
            script = world.take_script(action_id)
        if step is None or script:
            nested.append(tasks.failed("actions", action_id, step.name if step else "", script))
        else:
            nested.append(_run(world, model, step, task))
        if not nested[-1]["successful"]:
            break
    dumped = any(entry["failureDumpAvailable"] for entry in nested)
    result = tasks.result(process.id, process.name, all(entry["successful"] for entry in nested), [], dumped)
    return result | ({"nestedResults": nested} if nested else {})
