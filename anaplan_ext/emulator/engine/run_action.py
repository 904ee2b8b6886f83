"""What running an import, an export, another action or a process does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from math import prod
from typing import NamedTuple

from ..state.items import Item
from ..state.model import Model
from ..state.objects import Column, Export, File, Import, Json, Kept, Process, Records, Runnable, Task
from ..state.server_state import World
from ..state.structure import Part
from . import tasks
from .csv_import import Sorted, Source, Unreadable, check_header, detail, read, sort_out
from .grid import Table, build, find_view
from .import_targets import IntoCells, IntoList, IntoRecords

_SHORT_BYTES = 65_536
"""So much is loaded or written in some tens of milliseconds."""
_ROW_BYTES = 50
_SUCCESSES = {"DELETE_BY_SELECTION": "deleteFromSelectionSucceeded"}
"""Type of the detail of an action that succeeded, by its own type."""


def run(world: World, model: Model, item: Runnable, parameters: Mapping[str, str], task: Task) -> Json:
    """Runs it with mapping parameters (names by entity type) and returns the task's result."""
    if isinstance(item, Process):
        return _run_process(world, model, item, parameters, task)
    try:
        if isinstance(item, Import):
            return _run_import(world, model, item, parameters, task)
        if isinstance(item, Export):
            _write_export(world, model, item, parameters, task)
        else:
            with world.lock:
                task.raise_if_cancelled()
                _empty(model, item.module)
    except Unreadable as error:
        return tasks.result(item.id, item.name, False, [detail(error.kind, str(error), 1, [])])
    kind = "exportSucceeded" if isinstance(item, Export) else _SUCCESSES.get(item.action_type, "taskElementSucceeded")
    return tasks.result(item.id, item.name, True, [detail(kind, f"{item.name}: completed", 0, [])])


def action_table(model: Model) -> dict[str, Runnable]:
    """What a process can run, by id."""
    return {item.id: item for kind in ("imports", "exports", "actions") for item in model.runnables(kind)}


def source_file(model: Model, item: Import) -> File:
    """The file an import reads."""
    return next((file for file in model.files if file.id == item.file_id), File(id=item.file_id, name=""))


def exported(
    world: World, model: Model, item: Export, chosen: Mapping[str, str] | None = None
) -> Table | Records | None:
    """What an export writes: the cells of a module with dimensions, or the records of another, None without any."""
    module = next((part for part in model.parts("modules") if part.name == item.module), None)
    view = find_view(model, module.id) if module and module.applies_to else None
    if view is None:
        return model.records.get(item.module)
    grid = build(world.tenant, model, view)
    items = dict[str, Item]()
    for dimension in (*grid.pages, *grid.columns, *grid.rows):
        if chosen and dimension.name in chosen:
            found = dimension.by_name.get(chosen[dimension.name].casefold())
            if found is None:
                text = f"{chosen[dimension.name]} was not found in {dimension.name}."
                raise Unreadable(text, "failedToLocateEntity")
            items[dimension.id] = found
    return grid.multi_column(items)


def is_long(world: World, model: Model, item: Runnable, user_id: str) -> bool:
    """Whether running it may take so long that polls are not to wait for it."""
    if isinstance(item, Process):
        steps = action_table(model)
        return any(is_long(world, model, steps[id], user_id) for id in item.action_ids if id in steps)
    if isinstance(item, Import):
        return sum(map(len, source_file(model, item).seen_by(user_id, world.now()))) > _SHORT_BYTES
    if isinstance(item, Export):
        records = model.records.get(item.module)
        rows = prod(len(model.items_of(part.name).by_id) + 1 for part in _lists_of(model, item.module))
        return (len(records.text) if records else rows * _ROW_BYTES) > _SHORT_BYTES
    return False


def _lists_of(model: Model, module: str) -> list[Part]:
    names = {name for part in model.parts("modules") if part.name == module for name in part.applies_to}
    return [part for part in model.parts("lists") if part.name in names]


def _run_process(world: World, model: Model, process: Process, parameters: Mapping[str, str], task: Task) -> Json:
    steps, nested = action_table(model), list[Json]()
    for action_id in process.action_ids:
        step = steps.get(action_id)
        with world.lock:
            script = world.take_script(action_id)
        if step is None or (script and script.outcome != "done"):
            result = tasks.failed("actions", action_id, step.name if step else "", script)
        else:
            result = run(world, model, step, parameters, task)
        nested.append(tasks.rewritten(model, script, result, task))
        if not nested[-1].get("successful"):
            break
    dumped = any(entry.get("failureDumpAvailable") for entry in nested)
    result = tasks.result(process.id, process.name, all(entry.get("successful") for entry in nested), [], dumped)
    return result | ({"nestedResults": nested} if nested else {})


def _run_import(world: World, model: Model, item: Import, parameters: Mapping[str, str], task: Task) -> Json:
    chosen = _chosen(item, parameters)
    with world.lock:
        file = source_file(model, item)
        pieces = file.seen_by(task.user_id, world.now())
    source = read(b"".join(pieces), file.separator, file.delimiter)
    if item.columns is not None:
        check_header(source.columns, item.columns)
    loaded = _load(world, model, item, chosen, source)
    found = loaded.rows
    with world.lock:
        task.raise_if_cancelled()
        loaded.keep()
        if found.loaded:
            model.modified = world.now()
        model.dumps.pop((task.user_id, item.id), None)
        if found.failed:
            model.dumps[task.user_id, item.id] = Kept((task.id, found.dump), world.now())
    details = found.details(item.list or item.module, loaded.created)
    return tasks.result(item.id, item.name, found.loaded > 0, details, found.failed > 0)


class _Loaded(NamedTuple):
    """The rows of a file, sorted out; `keep` puts what they change into the model."""

    rows: Sorted
    keep: Callable[[], object]
    created: int = 0


def _load(world: World, model: Model, item: Import, chosen: Mapping[str, str], source: Source) -> _Loaded:
    """Sort the rows out beside the model, which stays as it is until all are, so that nothing is half done."""
    module = next((part for part in model.parts("modules") if part.name == item.module), None)
    if module and module.applies_to and not item.list:
        lines = {part.id: dict(model.cells.get(part.id, {})) for part in model.line_items(module.name)}
        beside = replace(model, cells=lines)
        rows = sort_out(source, IntoCells(world.tenant, beside, module, source.columns, chosen).take)
        return _Loaded(rows, lambda: model.cells.update((id, cells) for id, cells in lines.items() if cells))
    if not item.list:
        records = IntoRecords(source.columns, item.columns)
        rows = sort_out(source, records.take)
        return _Loaded(rows, partial(_keep_records, model, item, records.records(source.header), records.columns))
    target = next((part for part in model.parts("lists") if part.name == item.list), None)
    if target is None:
        raise Unreadable(f"The list {item.list} was not found.", "failedToLocateHierarchy")
    changed = {target.id: model.items_in(target).copy()}
    items = IntoList(replace(model, items=model.items | changed), target, source.columns)
    rows = sort_out(source, items.take)
    return _Loaded(rows, partial(model.items.update, changed), items.created)


def _keep_records(model: Model, item: Import, records: Records | None, columns: tuple[Column, ...] | None) -> None:
    if records:
        model.records[item.module] = records
        item.columns = columns if item.columns is None else item.columns


def _write_export(world: World, model: Model, item: Export, parameters: Mapping[str, str], task: Task) -> None:
    found = exported(world, model, item, _chosen(item, parameters))
    if isinstance(found, Table):
        content = found.text()
    else:
        text = found.header + found.text if found else ",".join(model.columns(item.module)) + "\n"
        content = text.encode()
    with world.lock:
        task.raise_if_cancelled()
        item.output.copies[task.user_id] = Kept((content,), world.now())


def _chosen(item: Import | Export, parameters: Mapping[str, str]) -> dict[str, str]:
    """Names of items by the dimensions for which the import or export asks."""
    for prompt in item.prompts:
        if prompt not in parameters:
            raise Unreadable(f"No value was given for {prompt}.", "missingFields")
    return {dimension: parameters[prompt] for prompt, dimension in item.prompts.items()}


def _empty(model: Model, module: str) -> None:
    model.records.pop(module, None)
    for part in model.line_items(module):
        model.cells.pop(part.id, None)
