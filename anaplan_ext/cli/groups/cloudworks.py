"""`anaplan cloudworks`: integrations with cloud storage, and their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Group, One, Raw, Result, Row, Rows, pick
from . import connections, flows, notifications, schedules

if TYPE_CHECKING:
    from anaplan_client.cloudworks.models import Integration

    from ..context import Context

COLUMNS = (
    Column("id", "Id of the integration."),
    Column("name", "Name."),
    Column("type", "Import, Export or Process."),
    Column("latest_run", "Start of the latest run.", "date-time"),
    Column("success", "Whether the latest run loaded everything.", "boolean"),
    Column("message", "Message of the latest run."),
    Column("schedule", "Name of its schedule."),
)
FAILED_COLUMNS = (
    Column("id", "Id of the integration."),
    Column("name", "Name."),
    Column("outcome", "failure, partial or cancelled."),
    Column("start_date", "Start of the run.", "date-time"),
    Column("message", "Message of the run."),
)
RUN_COLUMNS = (
    Column("id", "Id of the run."),
    Column("start_date", "Start.", "date-time"),
    Column("end_date", "End.", "date-time"),
    Column("success", "Whether it loaded everything.", "boolean"),
    Column("message", "State or result."),
    Column("triggered_by", "What or who started it."),
)
ERROR_COLUMNS = (
    Column("action_id", "Id of the action."),
    Column("action", "Name of the action."),
    Column("message", "What went wrong."),
    Column("rows", "Number of rows that it is about.", "integer"),
)
INTEGRATION = Argument(("name",), "Name or id of the integration.", "INTEGRATION")


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


def _delete(context: Context) -> Result:
    name = context.options.name
    if context.options.dry_run:
        return Done(f"would delete integration {name}")
    context.confirm(f"Delete integration {name}?")
    context.client.cloudworks.delete_integration(name)
    return Done(f"integration {name} is deleted")


def _list_errors(context: Context) -> Result:
    return Rows(
        {
            "action_id": action.action_id,
            "action": action.name,
            "message": detail.local_message_text,
            "rows": detail.occurrences,
        }
        for action in context.client.cloudworks.get_run_errors(context.options.run)
        for detail in action.details
    )


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
            is_one=True,
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
            "cloudworks integrations delete",
            "Delete an integration.",
            _delete,
            (INTEGRATION,),
            examples=("anaplan cloudworks integrations delete 'Nightly sales' --yes",),
            is_write=True,
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
            is_one=True,
        ),
        Command(
            "cloudworks runs dump",
            "Print the rejected rows of a run as CSV.",
            _dump,
            (run, of),
            examples=("anaplan cloudworks runs dump 2c7a0c4b5e6f4d1a8b9c0d1e2f3a4b5c",),
        ),
        Command(
            "cloudworks runs errors",
            "List what went wrong in the actions of a run.",
            _list_errors,
            (run,),
            ERROR_COLUMNS,
            ("anaplan cloudworks runs errors 2c7a0c4b5e6f4d1a8b9c0d1e2f3a4b5c",),
        ),
    )


GROUP = Group(
    "cloudworks", (*_commands(), *schedules.COMMANDS, *notifications.COMMANDS, *connections.COMMANDS, *flows.COMMANDS)
)
