"""`anaplan tasks`: the tasks of actions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, Row, Rows
from .actions import REPORT_COLUMNS

if TYPE_CHECKING:
    from anaplan_client.integration.models import Task

    from ... import Client
    from ...tasks.handle import TaskHandle
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the task."),
    Column("state", "State, such as IN_PROGRESS or COMPLETE."),
    Column("step", "Current step."),
    Column("progress", "Progress from 0 to 1.", "number"),
    Column("created", "Start time.", "date-time"),
    Column("successful", "Whether Anaplan reports success; empty before the end.", "boolean"),
)
ACTION = Argument(("name",), "Name or id of the action.", "ACTION")
TASK = Argument(("task",), "Id of the task.", "TASK")


def _list(context: Context) -> Result:
    return Rows(_row(task) for task in context.model.list_tasks(_action_id(context)))


def _get(context: Context) -> Result:
    return One(_row(context.model.get_task_status(_action_id(context), context.options.task)))


def _wait(context: Context) -> Result:
    from .. import loads

    handle, timeout = _handle(context), context.timeout
    client = context.client.with_model(handle.model_id or None)
    if handle.kind != "action":
        return _wait_for_other(client, handle, timeout)
    action_id = handle.action_id or ""
    progress = loads.task_progress(context, action_id, handle.model_id)
    return loads.report_of(lambda: client.wait_for_task(action_id, handle.task_id, timeout=timeout, progress=progress))


def _wait_for_other(client: Client, handle: TaskHandle, timeout: float | None) -> Result:
    """Wait for a sync, a comparison, or a run of CloudWorks. Only the last one counts rows."""
    from ... import AnaplanActionError, LoadReport
    from .. import loads

    try:
        done = client.wait_for_task(handle, timeout=timeout)
    except AnaplanActionError as error:
        if error.report is None:
            raise
        return loads.show_report(error.report, error)
    if isinstance(done, LoadReport):
        return loads.show_report(done)
    return Rows([{"id": handle.task_id, "name": handle.kind, "successful": True}])


def _cancel(context: Context) -> Result:
    action_id = _action_id(context)
    if context.options.dry_run:
        return Done(f"would cancel task {context.options.task}")
    context.model.cancel_task(action_id, context.options.task)
    return Done(f"cancellation of task {context.options.task} is requested")


def _dump(context: Context) -> Result:
    action_id, task, folder = _action_id(context), context.options.task, context.options.to
    if folder is None:
        return Raw([context.model.get_failure_dump(action_id, task, context.options.of)])
    return _write_dumps(context, action_id, task, folder)


def _write_dumps(context: Context, action_id: str, task: str, folder: str) -> Result:
    """Write the rejected rows of each import of a task, or of the named one, to a folder."""
    from ... import NotFoundError

    result = context.model.get_task_status(action_id, task).result
    nested = [] if result is None else result.nested_results or []
    ids = [context.options.of] if context.options.of else [part.object_id for part in nested] or [None]
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for object_id in ids:
        try:
            content = context.model.get_failure_dump(action_id, task, object_id)
        except NotFoundError:
            continue  # this action has rejected no row
        path = Path(folder) / f"{object_id or action_id}.csv"
        path.write_bytes(content)
        paths.append(path)
    return Done("\n".join(f"rejected rows: {path}" for path in paths) or "the task has no rejected rows")


def _handle(context: Context) -> TaskHandle:
    """Return the task that the user named: by action and task, or by the JSON of a handle."""
    from ...tasks.handle import TaskHandle

    options = context.options
    if options.handle is None:
        if options.task is None:
            raise ValueError("ACTION and TASK are required, or --handle")
        model = context.model
        return TaskHandle(
            kind="action", model_id=model.model_id or "", action_id=_action_id(context), task_id=options.task
        )
    if options.name is not None:
        raise ValueError("--handle excludes ACTION and TASK")
    text = sys.stdin.read() if options.handle == "-" else Path(options.handle).read_text(encoding="utf-8")
    try:
        value: object = json.loads(text)
    except ValueError as error:
        raise ValueError(f"--handle must be a file with the JSON of a task handle: {error}") from None
    if not isinstance(value, dict):
        raise ValueError("--handle must be a file with the JSON of a task handle")
    return TaskHandle.from_dict(cast("dict[str, str]", value))


def _action_id(context: Context) -> str:
    from . import actions

    return actions.find_action_id(context.model, context.options.name)


def _row(task: Task) -> Row:
    return {
        "id": task.id,
        "state": task.task_state,
        "step": task.current_step,
        "progress": task.progress,
        "created": task.creation_time,
        "successful": None if task.result is None else task.result.successful,
    }


GROUP = Group(
    "tasks",
    (
        Command(
            "tasks list",
            "List the tasks of an action from the last 48 hours.",
            _list,
            (ACTION,),
            COLUMNS,
            ("anaplan tasks list 'Load flights'",),
        ),
        Command(
            "tasks get",
            "Show a task.",
            _get,
            (ACTION, TASK),
            COLUMNS,
            ("anaplan tasks get 'Load flights' 6B86B273",),
            is_one=True,
        ),
        Command(
            "tasks wait",
            "Wait for the end of a task, and count its rows.",
            _wait,
            (
                Argument(("name",), "Name or id of the action.", "ACTION", nargs="?"),
                Argument(("task",), "Id of the task.", "TASK", nargs="?"),
                Argument(("--handle",), "File with the JSON of a task handle, instead; `-` is standard input.", "FILE"),
            ),
            REPORT_COLUMNS,
            (
                "anaplan tasks wait 118000000000 6B86B273FF34FCE19D6B804EFF5A3F57 --timeout 600",
                "anaplan tasks wait --handle task.json",
            ),
        ),
        Command(
            "tasks cancel",
            "Cancel a task. Anaplan rolls its changes back.",
            _cancel,
            (ACTION, TASK),
            examples=("anaplan tasks cancel 118000000000 6B86B273FF34FCE19D6B804EFF5A3F57",),
            is_write=True,
        ),
        Command(
            "tasks dump",
            "Print the rejected rows of a task as CSV, or write them to a folder.",
            _dump,
            (
                ACTION,
                TASK,
                Argument(("--of",), "Id of the import of a process.", "IMPORT"),
                Argument(("-O", "--to"), "Folder for a file for each import.", "DIR"),
            ),
            examples=(
                "anaplan tasks dump 112000000000 6B86B273FF34FCE19D6B804EFF5A3F57",
                "anaplan tasks dump 118000000000 6B86B273FF34FCE19D6B804EFF5A3F57 -O rejects",
            ),
        ),
    ),
)
