"""Imports, exports, other actions and processes: listings, details, their tasks, and failure dumps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from . import tasks
from .answers import NOT_FOUND, Call, Refusal, page, read_body, sort_rows, success
from .files import chunk_range, chunk_rows
from .loading import Unreadable, load
from .objects import KEPT, Action, Blob, Copy, Export, Import, Process
from .state import Dump, Model, Task
from .world import World, iso

Runnable = Import | Export | Action | Process


def runnables(model: Model, kind: str) -> list[Runnable]:
    """The model's imports, exports, actions or processes, by the word that stands in the path."""
    table: dict[str, list[Runnable]] = {
        "imports": [*model.imports],
        "exports": [*model.exports],
        "actions": [*model.actions],
        "processes": [*model.processes],
    }
    return table[kind]


def list_of(kind: str) -> Callable[[Call], Response]:
    """The handler that lists one kind."""

    def handler(call: Call) -> Response:
        rows = [_row(item) for item in runnables(call.model, kind)]
        return page(call, _singular(kind), kind, sort_rows(rows, call.query.get("sort"), None))

    return handler


def start_of(kind: str) -> Callable[[Call], Response]:
    """The handler that starts a task of one kind."""

    def handler(call: Call) -> Response:
        item = _find(call, kind)
        if call.model.active_state == "LOCKED" and kind != "exports":
            raise Refusal(423, "Model is Locked")
        read_body(call, {"localeName": str})
        world, model, user_id = call.world, call.model, call.user.id
        task = tasks.start(call, kind, item.id, item.name, lambda task: _run(world, model, user_id, item, task.id))
        return success(call, "task", {"task": tasks.row(task)})

    return handler


def tasks_of(kind: str) -> Callable[[Call], Response]:
    """The handler that lists the tasks of one parent; a made-up parent has none."""

    def handler(call: Call) -> Response:
        shown = call.model.id not in call.user.hidden_models
        rows = [tasks.row(task) for task in tasks.listed(call, kind, call.params["object"])] if shown else []
        return page(call, "task", "tasks", sort_rows(rows, call.query.get("sort"), None))

    return handler


def task_of(kind: str) -> Callable[[Call], Awaitable[Response]]:
    """The handler that looks at one task."""

    async def handler(call: Call) -> Response:
        task = tasks.find(call, kind, call.params["object"], call.params["task"])
        await tasks.look(call, task)
        return success(call, "task", {"task": _task(call, task)})

    return handler


def cancel_of(kind: str) -> Callable[[Call], Response]:
    """The handler that cancels one task."""

    def handler(call: Call) -> Response:
        task = tasks.find(call, kind, call.params["object"], call.params["task"])
        if task.state == "COMPLETE":
            raise Refusal(409, "The task is complete and cannot be cancelled")
        tasks.cancel(task)
        return Response(status_code=204)

    return handler


def import_detail(call: Call) -> Response:
    """How an import reads its source; an unknown import is a 500, as seen live."""
    item = next((item for item in call.model.imports if item.id == call.params["object"]), None)
    if item is None:
        raise Refusal(500, "Internal Server Error")
    source: dict[str, Any] = {"columnSeparator": ",", "textDelimiter": '"', "textEncoding": "UTF-8"}
    file = next((file for file in call.model.files if file.id == item.file_id), None)
    if file:
        source |= {"columnSeparator": file.separator, "textDelimiter": file.delimiter}
    source |= {"headerRow": 1, "firstDataRow": 2}
    columns = _columns(call.model, item.module)
    if columns:
        source |= {"columnCount": len(columns), "headerNames": columns}
    return success(call, "importMetadata", {"importMetadata": {"name": item.name, "type": "FILE", "source": source}})


def export_detail(call: Call) -> Response:
    """The layout of an export."""
    item = _find(call, "exports")
    assert isinstance(item, Export)
    content = call.model.contents.get(item.module)
    columns = _columns(call.model, item.module)
    numbers = content.number_columns if content else ()
    types = ["NUMBER" if position in numbers else "TEXT" for position in range(len(columns))]
    metadata: dict[str, Any] = {
        "columnCount": len(columns), "dataTypes": types, "delimiter": '"', "encoding": "UTF-8",
        "exportFormat": "text/csv", "headerNames": columns, "listNames": [""] * len(columns),
        "rowCount": content.count if content else 0, "separator": ",", "layout": item.layout,
    }  # fmt: skip
    kept = {key: value for key, value in metadata.items() if value != []}
    return success(call, "exportMetadata", {"exportMetadata": kept})


def process_detail(call: Call) -> Response:
    """A process with its actions."""
    item = _find(call, "processes")
    assert isinstance(item, Process)
    found = _steps(call.model)
    steps = [_row(found[action_id]) for action_id in item.action_ids if action_id in found]
    for step in steps:
        if "actionType" not in step:
            step["actionType"] = "IMPORT" if "importType" in step else "EXPORT"
    metadata = {"name": item.name} | ({"actions": steps} if steps else {})
    return success(call, "processMetadata", {"processMetadata": metadata})


def action_detail(call: Call) -> Response:
    """An action."""
    return success(call, "action", {"action": _row(_find(call, "actions"))})


def dump_whole(call: Call) -> Response:
    """A failure dump as one text; 204 when the run had none, 404 when it is gone."""
    task, dump = _dump(call)
    if dump is None:
        available = task.result is not None and _had_dump(task.result, _dump_object(call))
        if available or "dumped" in call.params:
            raise Refusal(404, NOT_FOUND)
        return Response(status_code=204)
    return Response(dump.content, media_type="text/plain")


def dump_chunks(call: Call) -> Response:
    """The chunks of a failure dump."""
    _, dump = _dump(call)
    if dump is None:
        raise Refusal(404, NOT_FOUND)
    return page(call, "chunk", "chunks", chunk_rows(len(dump.content), call.world.options.download_chunk_size))


def dump_chunk(call: Call) -> Response:
    """One chunk of a failure dump."""
    _, dump = _dump(call)
    if dump is None:
        raise Refusal(404, NOT_FOUND)
    start, stop = chunk_range(len(dump.content), call.world.options.download_chunk_size, call.params["chunk"])
    return Response(dump.content[start:stop], media_type="text/plain")


def _singular(kind: str) -> str:
    return {"processes": "process"}.get(kind, kind[:-1])


def _row(item: Runnable) -> dict[str, Any]:
    row: dict[str, Any] = {"id": item.id, "name": item.name}
    if isinstance(item, Import):
        row |= {"importDataSourceId": item.file_id, "importType": item.import_type}
    elif isinstance(item, Export):
        row |= {"exportType": item.layout, "exportFormat": "text/csv", "encoding": "UTF-8", "layout": item.layout}
    elif isinstance(item, Action):
        row |= {"actionType": item.action_type}
    return row


def _find(call: Call, kind: str) -> Runnable:
    for item in runnables(call.model, kind):
        if item.id == call.params["object"]:
            return item
    raise Refusal(404, NOT_FOUND)


def _steps(model: Model) -> dict[str, Runnable]:
    return {item.id: item for kind in ("imports", "exports", "actions") for item in runnables(model, kind)}


def _columns(model: Model, module: str) -> list[str]:
    content = model.contents.get(module)
    if content:
        return list(content.columns)
    found = next((entry for entry in model.structure.modules if entry.name == module), None)
    return [item.name for item in found.line_items] if found else []


def _task(call: Call, task: Task) -> dict[str, Any]:
    detail = tasks.full(task)
    detail["progress"] = {"NOT_STARTED": 0.0, "COMPLETE": 1.0}.get(task.state, 0.5)
    if call.flag("includeProcessDetails") and task.kind == "processes" and task.result is not None:
        timing = {"startTime": iso(task.created, milliseconds=True), "duration": "PT0S"}
        nested = [result | timing for result in task.result.get("nestedResults", [])]
        detail["result"] = task.result | timing | ({"nestedResults": nested} if nested else {})
    return detail


def _run(world: World, model: Model, user_id: str, item: Runnable, task_id: str) -> dict[str, Any]:
    if isinstance(item, Process):
        return _run_process(world, model, user_id, item, task_id)
    if isinstance(item, Import):
        return _run_import(world, model, user_id, item, task_id)
    with world.lock:
        if isinstance(item, Action):
            model.contents.pop(item.module, None)
            return tasks.bulk_result(item.id, item.name, True, [])
        content = model.contents.get(item.module)
    names = _columns(model, item.module)
    text = content.header + content.records if content else ",".join(names) + "\n"
    with world.lock:
        item.output.copies[user_id] = Copy(Blob([text.encode()]), world.now())
    return tasks.bulk_result(item.id, item.name, True, [])


def _run_import(world: World, model: Model, user_id: str, item: Import, task_id: str) -> dict[str, Any]:
    with world.lock:
        file = next((file for file in model.files if file.id == item.file_id), None)
        blob = file.blob(user_id, world.now()) if file else None
    try:
        data = blob.whole() if blob else None
        separator, delimiter = (file.separator, file.delimiter) if file else (",", '"')
        loaded = load(data, item.module, separator, delimiter, item.number_columns)
    except Unreadable as error:
        details: list[dict[str, Any]] = [{"localMessageText": str(error), "occurrences": 1, "type": "unreadableFile"}]
        return tasks.bulk_result(item.id, item.name, False, details)
    with world.lock:
        if loaded.content:
            model.contents[item.module] = loaded.content
            model.modified = world.now()
        model.dumps.pop((user_id, item.id), None)
        if loaded.dump:
            model.dumps[user_id, item.id] = Dump(task_id, loaded.dump, world.now())
    successful, dumped = loaded.content is not None, loaded.dump is not None
    return tasks.bulk_result(item.id, item.name, successful, loaded.details, dumped)


def _run_process(world: World, model: Model, user_id: str, process: Process, task_id: str) -> dict[str, Any]:
    steps = _steps(model)
    nested: list[dict[str, Any]] = []
    for action_id in process.action_ids:
        step = steps.get(action_id)
        with world.lock:
            script = world.take_script(action_id)
        if step is None or script:
            nested.append(tasks.failed("actions", action_id, step.name if step else "", script))
        else:
            nested.append(_run(world, model, user_id, step, task_id))
        if not nested[-1]["successful"]:
            break
    successful = all(result["successful"] for result in nested)
    dumped = any(result["failureDumpAvailable"] for result in nested)
    result = tasks.bulk_result(process.id, process.name, successful, [], dumped)
    return result | ({"nestedResults": nested} if nested else {})


def _dump_object(call: Call) -> str:
    return call.params.get("dumped", call.params["object"])


def _dump(call: Call) -> tuple[Task, Dump | None]:
    kind = "processes" if "dumped" in call.params else "imports"
    task = tasks.find(call, kind, call.params["object"], call.params["task"])
    key = (call.user.id, _dump_object(call))
    dump = call.model.dumps.get(key)
    if dump and call.world.now() - dump.touched > KEPT:
        dump = call.model.dumps.pop(key) and None
    if dump and dump.task_id == task.id:
        dump.touched = call.world.now()
        return task, dump
    return task, None


def _had_dump(result: dict[str, Any], object_id: str) -> bool:
    results = [result, *result.get("nestedResults", [])]
    return any(entry["failureDumpAvailable"] for entry in results if entry.get("objectId") == object_id)
