"""Run imports, exports, other actions and processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import prod
from typing import NamedTuple

from attrs import evolve

from ..state.actions import Export, Import, Process, Records, Runnable
from ..state.files import Expiring, File
from ..state.items import Item
from ..state.model import Model
from ..state.server_state import ServerState
from ..state.structure import Part
from ..state.tasks import Task
from ..state.values import Json
from .csv_import import ActionFailedError, RowCounts, SourceFile, build_detail, check_header, parse_file, process_rows
from .grid import Table, build_grid, find_view
from .import_targets import CellImport, ListImport, RecordImport
from .tasks import action_result, apply_script, failure_result

MAX_FAST_BYTES = 65_536
"""Size that is imported or exported in some tens of milliseconds."""
ESTIMATED_ROW_BYTES = 50
_SUCCESSES = {"DELETE_BY_SELECTION": "deleteFromSelectionSucceeded"}
"""Type of the detail of a successful action, by the action's type."""


def run_action(server: ServerState, model: Model, item: Runnable, parameters: Mapping[str, str], task: Task) -> Json:
    """Run an object with mapping parameters (names by entity type) and return the task's result."""
    if isinstance(item, Process):
        return _run_process(server, model, item, parameters, task)
    try:
        if isinstance(item, Import):
            return _run_import(server, model, item, parameters, task)
        if isinstance(item, Export):
            _write_export(server, model, item, parameters, task)
        else:
            with server.lock:
                task.raise_if_cancelled()
                _clear_module(model, item.module)
    except ActionFailedError as error:
        return action_result(item.id, item.name, [build_detail(error.kind, str(error), 1, [])], successful=False)
    kind = "exportSucceeded" if isinstance(item, Export) else _SUCCESSES.get(item.action_type, "taskElementSucceeded")
    return action_result(item.id, item.name, [build_detail(kind, f"{item.name}: completed", 0, [])], successful=True)


def actions_by_id(model: Model) -> dict[str, Runnable]:
    """Return everything that a process can run, by id."""
    return {item.id: item for kind in ("imports", "exports", "actions") for item in model.runnables(kind)}


def list_steps(model: Model, process: Process) -> list[Runnable]:
    """List the existing actions of a process."""
    actions = actions_by_id(model)
    return [actions[action_id] for action_id in process.action_ids if action_id in actions]


def find_source_file(model: Model, item: Import) -> File:
    """Find the file that an import reads."""
    return next((file for file in model.files if file.id == item.file_id), File(id=item.file_id, name=""))


def build_export(
    server: ServerState, model: Model, item: Export, selected: Mapping[str, str] | None = None
) -> Table | Records | None:
    """Build the output of an export: cells of a module with dimensions, else records. None without any."""
    module = next((part for part in model.parts("modules") if part.name == item.module), None)
    view = find_view(model, module.id) if module and module.applies_to else None
    if view is None:
        return model.records.get(item.module)
    grid = build_grid(server.tenant, model, view)
    items = dict[str, Item]()
    for dimension in (*grid.pages, *grid.columns, *grid.rows):
        if selected and dimension.name in selected:
            item_name = selected[dimension.name]
            if item_name.casefold() not in dimension.by_name:
                raise ActionFailedError(f"{item_name} was not found in {dimension.name}.", "failedToLocateEntity")
            items[dimension.id] = dimension.by_name[item_name.casefold()]
    return grid.multi_column(items)


def is_long(server: ServerState, model: Model, item: Runnable, user_id: str) -> bool:
    """Tell whether it may run so long that polls do not wait for it."""
    if isinstance(item, Process):
        return any(is_long(server, model, step, user_id) for step in list_steps(model, item))
    if isinstance(item, Import):
        return sum(map(len, find_source_file(model, item).content_for(user_id, server.now()))) > MAX_FAST_BYTES
    if isinstance(item, Export):
        records = model.records.get(item.module)
        rows = prod(len(model.items_of(part.name).by_id) + 1 for part in _dimension_lists(model, item.module))
        return (len(records.text) if records else rows * ESTIMATED_ROW_BYTES) > MAX_FAST_BYTES
    return False


def _dimension_lists(model: Model, module: str) -> list[Part]:
    names = {name for part in model.parts("modules") if part.name == module for name in part.applies_to}
    return [part for part in model.parts("lists") if part.name in names]


def _run_process(
    server: ServerState, model: Model, process: Process, parameters: Mapping[str, str], task: Task
) -> Json:
    steps, nested = actions_by_id(model), list[Json]()
    for action_id in process.action_ids:
        step = steps.get(action_id)
        with server.lock:
            script = server.take_script(action_id)
        if step is None or (script and script.outcome != "done"):
            result = failure_result("actions", action_id, step.name if step else "", script)
        else:
            result = run_action(server, model, step, parameters, task)
        nested.append(apply_script(model, script, result, task))
        if not nested[-1].get("successful"):
            break
    successful = all(entry.get("successful") for entry in nested)
    has_dump = any(entry.get("failureDumpAvailable") for entry in nested)
    result = action_result(process.id, process.name, [], successful=successful, has_dump=has_dump)
    return result | ({"nestedResults": nested} if nested else {})


def _run_import(server: ServerState, model: Model, item: Import, parameters: Mapping[str, str], task: Task) -> Json:
    selected = _resolve_prompts(item, parameters)
    with server.lock:
        file = find_source_file(model, item)
        pieces = file.content_for(task.user_id, server.now())
    source = parse_file(b"".join(pieces), file.separator, file.delimiter)
    if item.columns is not None:
        check_header(source.columns, item.columns)
    outcome = _import_rows(server, model, item, selected, source)
    counts = outcome.counts
    with server.lock:
        task.raise_if_cancelled()
        outcome.commit()
        if counts.loaded:
            model.modified = server.now()
        model.dumps.pop((task.user_id, item.id), None)
        if counts.failed:
            model.dumps[task.user_id, item.id] = Expiring((task.id, counts.dump), server.now())
    details = counts.build_details(item.list or item.module, outcome.created)
    return action_result(item.id, item.name, details, successful=counts.loaded > 0, has_dump=counts.failed > 0)


class _ImportOutcome(NamedTuple):
    """Counts of the imported rows; `commit` applies their changes to the model."""

    counts: RowCounts
    commit: Callable[[], object]
    created: int = 0


def _import_rows(
    server: ServerState, model: Model, item: Import, selected: Mapping[str, str], source: SourceFile
) -> _ImportOutcome:
    """Import the rows into a copy, so that the model changes in one step."""
    module = next((part for part in model.parts("modules") if part.name == item.module), None)
    if module and module.applies_to and not item.list:
        changed_cells = {part.id: dict(model.cells.get(part.id, {})) for part in model.line_items(module.name)}
        copy = evolve(model, cells=changed_cells)
        cells = CellImport(server.tenant, copy, module, source.columns, selected)
        counts = process_rows(source, cells.import_row)
        return _ImportOutcome(counts, lambda: model.cells.update(item for item in changed_cells.items() if item[1]))
    if not item.list:
        records = RecordImport(source.columns, item.columns)
        counts = process_rows(source, records.import_row)
        return _ImportOutcome(counts, partial(_commit_records, model, item, source.header, records))
    target = next((part for part in model.parts("lists") if part.name == item.list), None)
    if target is None:
        raise ActionFailedError(f"The list {item.list} was not found.", "failedToLocateHierarchy")
    changed = {target.id: model.items_in(target).copy()}
    items = ListImport(evolve(model, items=model.items | changed), target, source.columns)
    counts = process_rows(source, items.import_row)
    return _ImportOutcome(counts, partial(model.items.update, changed), items.created)


def _commit_records(model: Model, item: Import, header: str, imported: RecordImport) -> None:
    file = find_source_file(model, item)
    records = imported.build_records(header, file.separator, file.delimiter)
    if records:
        model.records[item.module] = records
        item.columns = imported.columns if item.columns is None else item.columns


def _write_export(server: ServerState, model: Model, item: Export, parameters: Mapping[str, str], task: Task) -> None:
    table = build_export(server, model, item, _resolve_prompts(item, parameters))
    if isinstance(table, Table):
        content = table.text()
    else:
        text = table.header + table.text if table else ",".join(model.columns(item.module)) + "\n"
        content = text.encode()
    with server.lock:
        task.raise_if_cancelled()
        item.output.copies[task.user_id] = Expiring((content,), server.now())


def _resolve_prompts(item: Import | Export, parameters: Mapping[str, str]) -> dict[str, str]:
    """Map dimension names to the item names given for the prompts."""
    for prompt in item.prompts:
        if prompt not in parameters:
            raise ActionFailedError(f"No value was given for {prompt}.", "missingFields")
    return {dimension: parameters[prompt] for prompt, dimension in item.prompts.items()}


def _clear_module(model: Model, module: str) -> None:
    model.records.pop(module, None)
    for part in model.line_items(module):
        model.cells.pop(part.id, None)
