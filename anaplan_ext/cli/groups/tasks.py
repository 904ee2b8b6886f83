"""`anaplan tasks`: the tasks of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, Row, Rows
from .actions import REPORT_COLUMNS

if TYPE_CHECKING:
    from anaplan_client.integration.models import Task

    from ..context import Context

COLUMNS = (
    Column("id", "Id of the task."),
    Column("state", "State, such as IN_PROGRESS or COMPLETE."),
    Column("step", "Current step."),
    Column("progress", "Progress from 0 to 1.", "number"),
    Column("created", "Start time."),
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

    action_id = _action_id(context)
    progress = loads.task_progress(context, context.options.name)
    return loads.report_of(
        lambda: context.model.wait_for_task(action_id, context.options.task, timeout=context.timeout, progress=progress)
    )


def _cancel(context: Context) -> Result:
    action_id = _action_id(context)
    if context.options.dry_run:
        return Done(f"would cancel task {context.options.task}")
    context.model.cancel_task(action_id, context.options.task)
    return Done(f"cancellation of task {context.options.task} is requested")


def _dump(context: Context) -> Result:
    content = context.model.get_failure_dump(_action_id(context), context.options.task, context.options.of)
    return Raw([content])


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
            "tasks get", "Show a task.", _get, (ACTION, TASK), COLUMNS, ("anaplan tasks get 'Load flights' 6B86B273",)
        ),
        Command(
            "tasks wait",
            "Wait for the end of a task, and count its rows.",
            _wait,
            (ACTION, TASK),
            REPORT_COLUMNS,
            ("anaplan tasks wait 118000000000 6B86B273FF34FCE19D6B804EFF5A3F57 --timeout 600",),
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
            "Print the rejected rows of a task as CSV.",
            _dump,
            (ACTION, TASK, Argument(("--of",), "Id of the import of a process.", "IMPORT")),
            examples=("anaplan tasks dump 112000000000 6B86B273FF34FCE19D6B804EFF5A3F57",),
        ),
    ),
)
