"""What running an import, an export, another action or a process does."""

from __future__ import annotations

from collections.abc import Mapping

from . import tasks
from .grid import Table, build, find_view
from .items import Item
from .loading import Sorted, Source, Unreadable, detail, read, sort_out
from .model import Model
from .state import Action, Export, File, Import, Json, Kept, Process, Records, Runnable, Task
from .targets import IntoCells, IntoList, IntoRecords
from .world import World


def run(world: World, model: Model, item: Runnable, parameters: Mapping[str, str], task: Task) -> Json:
    """Runs it with mapping parameters (names by entity type) and returns the task's result."""
    if isinstance(item, Process):
        return _run_process(world, model, item, parameters, task)
    try:
        if isinstance(item, Import):
            return _run_import(world, model, item, parameters, task)
        with world.lock:
            if isinstance(item, Action):
                _empty(model, item.module)
            else:
                _write_export(world, model, item, parameters, task)
    except Unreadable as error:
        return tasks.result(item.id, item.name, False, [detail(error.kind, str(error), 1, [])])
    return tasks.result(item.id, item.name, True)


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


def _run_process(world: World, model: Model, process: Process, parameters: Mapping[str, str], task: Task) -> Json:
    steps, nested = action_table(model), list[Json]()
    for action_id in process.action_ids:
        step = steps.get(action_id)
        with world.lock:
            script = world.take_script(action_id)
        if step is None or script:
            nested.append(tasks.failed("actions", action_id, step.name if step else "", script))
        else:
            nested.append(run(world, model, step, parameters, task))
        if not nested[-1]["successful"]:
            break
    dumped = any(entry["failureDumpAvailable"] for entry in nested)
    result = tasks.result(process.id, process.name, all(entry["successful"] for entry in nested), [], dumped)
    return result | ({"nestedResults": nested} if nested else {})


def _run_import(world: World, model: Model, item: Import, parameters: Mapping[str, str], task: Task) -> Json:
    chosen = _chosen(item, parameters)
    with world.lock:
        file = source_file(model, item)
        pieces = file.seen_by(task.user_id, world.now())
    found, created = _load(world, model, item, chosen, read(b"".join(pieces), file.separator, file.delimiter))
    with world.lock:
        if found.loaded:
            model.modified = world.now()
        model.dumps.pop((task.user_id, item.id), None)
        if found.failed:
            model.dumps[task.user_id, item.id] = Kept((task.id, found.dump), world.now())
    details = found.details(item.list or item.module, created)
    return tasks.result(item.id, item.name, found.loaded > 0, details, found.failed > 0)


def _load(world: World, model: Model, item: Import, chosen: Mapping[str, str], source: Source) -> tuple[Sorted, int]:
    """Sorts the rows out and puts them where they belong; also says how many items they created."""
    module = next((part for part in model.parts("modules") if part.name == item.module), None)
    if not item.list and not (module and module.applies_to):
        records = IntoRecords(source.columns, item.number_columns)
        found = sort_out(source, records.take)
        with world.lock:
            records.keep(model, item.module, source.header)
        return found, 0
    # Others see the list or module before or after, so the file is taken apart first.
    source = Source(source.header, source.columns, iter(list(source.rows)))
    with world.lock:
        if module and not item.list:
            return sort_out(source, IntoCells(world.tenant, model, module, source.columns, chosen).take), 0
        target = next((part for part in model.parts("lists") if part.name == item.list), None)
        if target is None:
            raise Unreadable(f"The list {item.list} was not found.", "failedToLocateHierarchy")
        items = IntoList(model, target, source.columns)
        return sort_out(source, items.take), items.created


def _write_export(world: World, model: Model, item: Export, parameters: Mapping[str, str], task: Task) -> None:
    found = exported(world, model, item, _chosen(item, parameters))
    if isinstance(found, Table):
        content = found.text()
    else:
        text = found.header + found.text if found else ",".join(model.columns(item.module)) + "\n"
        content = text.encode()
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
