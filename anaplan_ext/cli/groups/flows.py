"""`anaplan cloudworks flows`: integrations that run one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, One, Result, Row, Rows, pick
from .actions import REPORT_COLUMNS

if TYPE_CHECKING:
    from anaplan_client.cloudworks.models import Flow

    from ..context import Context

COLUMNS = (
    Column("id", "Id of the flow."),
    Column("name", "Name."),
    Column("steps_count", "Number of steps.", "integer"),
    Column("latest_run", "Start of the latest run.", "date-time"),
    Column("success", "Whether the latest run succeeded.", "boolean"),
    Column("message", "Message of the latest run."),
)
STEP_COLUMNS = (*COLUMNS, Column("steps", "Names of the integrations that it runs.", "array"))
FLOW = Argument(("name",), "Name or id of the flow.", "FLOW")


def _list(context: Context) -> Result:
    return Rows(map(_row, context.client.cloudworks.iter_flows()))


def _get(context: Context) -> Result:
    flow = context.client.cloudworks.get_flow(context.options.name)
    return One({**_row(flow), "steps": [step.name or step.referrer for step in flow.steps or []]})


def _run(context: Context) -> Result:
    from .. import loads

    name, steps = context.options.name, context.options.step or None
    if context.options.dry_run:
        return Done(f"would run flow {name}")
    if context.options.no_wait:
        context.client.cloudworks.start_flow(name, steps=steps)
        return Done(f"flow {name} is started; show it: anaplan cloudworks flows get {name!r}")
    return loads.report_of(lambda: context.client.cloudworks.run_flow(name, steps=steps, timeout=context.timeout))


def _cancel(context: Context) -> Result:
    name = context.options.name
    if context.options.dry_run:
        return Done(f"would cancel the run of flow {name}")
    cancelled = context.client.cloudworks.cancel_flow(name)
    if not cancelled:
        return Done(f"flow {name} is not running")
    return Done(f"the cancellation of {len(cancelled)} runs is requested")


def _delete(context: Context) -> Result:
    name = context.options.name
    if context.options.dry_run:
        return Done(f"would delete flow {name}")
    context.confirm(f"Delete flow {name}?")
    context.client.cloudworks.delete_flow(name)
    return Done(f"flow {name} is deleted")


def _row(flow: Flow) -> Row:
    latest = flow.latest_run
    return pick(flow, COLUMNS) | {
        "latest_run": None if latest is None else latest.start_date,
        "success": None if latest is None else latest.success,
        "message": None if latest is None else latest.message,
    }


COMMANDS = (
    Command("cloudworks flows list", "List the flows.", _list, (), COLUMNS, ("anaplan cloudworks flows list",)),
    Command(
        "cloudworks flows get",
        "Show a flow with its steps.",
        _get,
        (FLOW,),
        STEP_COLUMNS,
        ("anaplan cloudworks flows get Nightly",),
        is_one=True,
    ),
    Command(
        "cloudworks flows run",
        "Run a flow, and wait for its end.",
        _run,
        (
            FLOW,
            Argument(("--step",), "Id of an integration to run, instead of all. Repeatable.", "ID", repeats=True),
            Argument(("--no-wait",), "Start it, and end.", is_flag=True),
        ),
        REPORT_COLUMNS,
        ("anaplan cloudworks flows run Nightly",),
        is_write=True,
    ),
    Command(
        "cloudworks flows cancel",
        "Cancel the current run of a flow.",
        _cancel,
        (FLOW,),
        examples=("anaplan cloudworks flows cancel Nightly",),
        is_write=True,
    ),
    Command(
        "cloudworks flows delete",
        "Delete a flow. Its integrations stay.",
        _delete,
        (FLOW,),
        examples=("anaplan cloudworks flows delete Nightly --yes",),
        is_write=True,
    ),
)
