"""`anaplan cloudworks`: integrations with cloud storage, their runs and schedules, connections and flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, Row, Rows, pick

if TYPE_CHECKING:
    from anaplan_client.cloudworks.models import Flow, Integration

    from ...cloudworks.definitions import Connection
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the integration."),
    Column("name", "Name."),
    Column("type", "Import, Export or Process."),
    Column("latest_run", "Start of the latest run."),
    Column("success", "Whether the latest run loaded everything.", "boolean"),
    Column("message", "Message of the latest run."),
    Column("schedule", "Name of its schedule."),
)
FAILED_COLUMNS = (
    Column("id", "Id of the integration."),
    Column("name", "Name."),
    Column("outcome", "failure, partial or cancelled."),
    Column("start_date", "Start of the run."),
    Column("message", "Message of the run."),
)
RUN_COLUMNS = (
    Column("id", "Id of the run."),
    Column("start_date", "Start."),
    Column("end_date", "End."),
    Column("success", "Whether it loaded everything.", "boolean"),
    Column("message", "State or result."),
    Column("triggered_by", "What or who started it."),
)
CONNECTION_COLUMNS = (
    Column("id", "Id of the connection."),
    Column("name", "Name."),
    Column("type", "Kind of storage."),
    Column("workspace_id", "Id of the workspace that can use it."),
)
FLOW_COLUMNS = (
    Column("id", "Id of the flow."),
    Column("name", "Name."),
    Column("steps_count", "Number of steps.", "integer"),
    Column("latest_run", "Start of the latest run."),
    Column("success", "Whether the latest run succeeded.", "boolean"),
    Column("message", "Message of the latest run."),
)
INTEGRATION = Argument(("name",), "Name or id of the integration.", "INTEGRATION")
FLOW = Argument(("name",), "Name or id of the flow.", "FLOW")


def _list_integrations(context: Context) -> Result:
    return Rows(map(_integration, context.client.cloudworks.iter_integrations(mine=context.options.mine)))


def _get_integration(context: Context) -> Result:
    return One(_integration(context.client.cloudworks.get_integration(context.options.name)))


def _list_failed(context: Context) -> Result:
    from .. import moments

    since = None if context.options.since is None else moments.read_moment("--since", context.options.since)
    failed = context.client.cloudworks.list_failed_integrations(since)
    return Rows(
        {
            "id": one.integration.id,
            "name": one.integration.name,
            "outcome": one.outcome,
            "start_date": one.run.start_date,
            "message": one.run.message,
        }
        for one in failed
    )


def _list_runs(context: Context) -> Result:
    runs = context.client.cloudworks.list_runs(context.options.name)
    return Rows(pick(run, RUN_COLUMNS) for run in runs)


def _get_run(context: Context) -> Result:
    return One(pick(context.client.cloudworks.get_run(context.options.run), RUN_COLUMNS))


def _run(context: Context) -> Result:
    from .. import loads

    name = context.options.name
    if context.options.dry_run:
        return Done(f"would run integration {name}")
    if context.options.no_wait:
        handle = context.client.cloudworks.start_run(name)
        return Done(f"run {handle.task_id} of {name} is started; show it: anaplan cloudworks runs get {handle.task_id}")
    return loads.report_of(lambda: context.client.cloudworks.run(name, timeout=context.timeout))


def _cancel(context: Context) -> Result:
    if context.options.dry_run:
        return Done(f"would cancel the run of {context.options.name}")
    context.client.cloudworks.cancel_run(context.options.name)
    return Done(f"the cancellation of {context.options.name} is requested")


def _dump(context: Context) -> Result:
    return Raw([context.client.cloudworks.get_run_dump(context.options.run, context.options.of)])


def _enable(context: Context) -> Result:
    if context.options.dry_run:
        return Done(f"would enable the schedule of {context.options.name}")
    context.client.cloudworks.enable_schedule(context.options.name)
    return Done(f"the schedule of {context.options.name} is enabled")


def _disable(context: Context) -> Result:
    if context.options.dry_run:
        return Done(f"would disable the schedule of {context.options.name}")
    context.client.cloudworks.disable_schedule(context.options.name)
    return Done(f"the schedule of {context.options.name} is disabled")


def _list_connections(context: Context) -> Result:
    return Rows(map(_connection, context.client.cloudworks.list_connections()))


def _list_flows(context: Context) -> Result:
    return Rows(map(_flow, context.client.cloudworks.iter_flows()))


def _run_flow(context: Context) -> Result:
    from .. import loads

    name = context.options.name
    if context.options.dry_run:
        return Done(f"would run flow {name}")
    return loads.report_of(lambda: context.client.cloudworks.run_flow(name, timeout=context.timeout))


def _integration(integration: Integration) -> Row:
    latest = integration.latest_run
    return {
        "id": integration.id,
        "name": integration.name,
        "type": integration.integration_type,
        "latest_run": None if latest is None else latest.start_date,
        "success": None if latest is None else latest.success,
        "message": None if latest is None else latest.message,
        "schedule": None if integration.schedule is None else integration.schedule.name,
    }


def _connection(connection: Connection) -> Row:
    return pick(connection, CONNECTION_COLUMNS) | {"name": connection.body.name if connection.body else None}


def _flow(flow: Flow) -> Row:
    latest = flow.latest_run
    return pick(flow, FLOW_COLUMNS) | {
        "latest_run": None if latest is None else latest.start_date,
        "success": None if latest is None else latest.success,
        "message": None if latest is None else latest.message,
    }


def _commands() -> tuple[Command, ...]:
    from .actions import REPORT_COLUMNS

    of = Argument(("--of",), "Id of the import, where the run has several.", "IMPORT")
    run = Argument(("run",), "Id of the run.", "RUN")
    return (
        Command(
            "cloudworks integrations list",
            "List the integrations.",
            _list_integrations,
            (Argument(("--mine",), "List only those that you created.", is_flag=True),),
            COLUMNS,
            ("anaplan cloudworks integrations list",),
        ),
        Command(
            "cloudworks integrations get",
            "Show an integration.",
            _get_integration,
            (INTEGRATION,),
            COLUMNS,
            ("anaplan cloudworks integrations get 'Nightly sales'",),
        ),
        Command(
            "cloudworks integrations failed",
            "List the integrations whose latest run did not load everything.",
            _list_failed,
            (Argument(("--since",), "Leave out runs before this moment, such as 24h or 2026-11-28.", "MOMENT"),),
            FAILED_COLUMNS,
            ("anaplan cloudworks integrations failed --since 24h",),
        ),
        Command(
            "cloudworks run",
            "Run an integration, and wait for its end.",
            _run,
            (INTEGRATION, Argument(("--no-wait",), "Start it, and end.", is_flag=True)),
            REPORT_COLUMNS,
            ("anaplan cloudworks run 'Nightly sales' --timeout 3600",),
            is_write=True,
        ),
        Command(
            "cloudworks cancel",
            "Cancel the current run of an integration.",
            _cancel,
            (INTEGRATION,),
            examples=("anaplan cloudworks cancel 'Nightly sales'",),
            is_write=True,
        ),
        Command(
            "cloudworks runs list",
            "List the runs of an integration.",
            _list_runs,
            (INTEGRATION,),
            RUN_COLUMNS,
            ("anaplan cloudworks runs list 'Nightly sales'",),
        ),
        Command(
            "cloudworks runs get",
            "Show a run.",
            _get_run,
            (run,),
            RUN_COLUMNS,
            ("anaplan cloudworks runs get 2c7a0c4b5e6f4d1a8b9c0d1e2f3a4b5c",),
        ),
        Command(
            "cloudworks runs dump",
            "Print the rejected rows of a run as CSV.",
            _dump,
            (run, of),
            examples=("anaplan cloudworks runs dump 2c7a0c4b5e6f4d1a8b9c0d1e2f3a4b5c",),
        ),
        Command(
            "cloudworks schedules enable",
            "Enable the schedule of an integration.",
            _enable,
            (INTEGRATION,),
            examples=("anaplan cloudworks schedules enable 'Nightly sales'",),
            is_write=True,
        ),
        Command(
            "cloudworks schedules disable",
            "Disable the schedule of an integration.",
            _disable,
            (INTEGRATION,),
            examples=("anaplan cloudworks schedules disable 'Nightly sales'",),
            is_write=True,
        ),
        Command(
            "cloudworks connections list",
            "List the connections, without their secrets.",
            _list_connections,
            (),
            CONNECTION_COLUMNS,
            ("anaplan cloudworks connections list",),
        ),
        Command(
            "cloudworks flows list",
            "List the flows.",
            _list_flows,
            (),
            FLOW_COLUMNS,
            ("anaplan cloudworks flows list",),
        ),
        Command(
            "cloudworks flows run",
            "Run a flow, and wait for its end.",
            _run_flow,
            (FLOW,),
            REPORT_COLUMNS,
            ("anaplan cloudworks flows run Nightly",),
            is_write=True,
        ),
    )


GROUP = Group("cloudworks", _commands())
