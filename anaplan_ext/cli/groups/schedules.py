"""`anaplan cloudworks schedules`: when integrations run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Result, Row, Rows, pick

if TYPE_CHECKING:
    from anaplan_client.cloudworks.models import Integration

    from ..context import Context

COLUMNS = (
    Column("integration_id", "Id of the integration."),
    Column("integration", "Name of the integration."),
    Column("name", "Name of the schedule."),
    Column("type", "How often it runs, such as daily."),
    Column("time", "Time of the day."),
    Column("from_time", "First time of the day, of an hourly one."),
    Column("to_time", "Last time of the day, of an hourly one."),
    Column("days_of_week", "Days of the week, 0 for Sunday.", "array"),
    Column("day_of_month", "Day of the month.", "integer"),
    Column("start_date", "First day."),
    Column("end_date", "Last day."),
    Column("timezone", "Time zone of the times."),
    Column("status", "Whether it is enabled."),
)
INTEGRATION = Argument(("name",), "Name or id of the integration.", "INTEGRATION")


def _list_schedules(context: Context) -> Result:
    return Rows(
        _schedule(integration)
        for integration in context.client.cloudworks.iter_integrations()
        if integration.schedule is not None
    )


def _set_schedule(context: Context) -> Result:
    from datetime import date

    from ...cloudworks.schedules import from_cron

    options = context.options
    days: dict[str, date] = {}
    for name in ("start", "end"):
        try:
            days[name] = date.fromisoformat(getattr(options, name))
        except ValueError:
            raise ValueError(f"--{name} must be a date (got {getattr(options, name)!r})") from None
    schedule = from_cron(
        options.cron, name=options.title or options.name, start=days["start"], end=days["end"], timezone=options.zone
    )
    if options.dry_run:
        return Done(f"would set the schedule of {options.name}")
    context.client.cloudworks.set_schedule(options.name, schedule)
    return Done(f"the schedule of {options.name} is set")


def _delete_schedule(context: Context) -> Result:
    name = context.options.name
    if context.options.dry_run:
        return Done(f"would delete the schedule of {name}")
    context.confirm(f"Delete the schedule of {name}?")
    context.client.cloudworks.delete_schedule(name)
    return Done(f"the schedule of {name} is deleted")


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


def _schedule(integration: Integration) -> Row:
    return pick(integration.schedule, COLUMNS) | {
        "integration_id": integration.id,
        "integration": integration.name,
    }


COMMANDS = (
    Command(
        "cloudworks schedules list",
        "List the schedules of all integrations.",
        _list_schedules,
        (),
        COLUMNS,
        ("anaplan cloudworks schedules list --filter status=disabled",),
    ),
    Command(
        "cloudworks schedules set",
        "Set the schedule of an integration.",
        _set_schedule,
        (
            INTEGRATION,
            Argument(("--cron",), "Cron expression of five fields.", "EXPRESSION", is_required=True),
            Argument(("--start",), "First day, such as 2026-12-01.", "DATE", is_required=True),
            Argument(("--end",), "Last day, which Anaplan requires.", "DATE", is_required=True),
            Argument(("--zone",), "Time zone, such as Europe/London.", "ZONE", is_required=True),
            Argument(("--title",), "Name of the schedule; that of the integration by default.", "NAME"),
        ),
        examples=(
            "anaplan cloudworks schedules set 'Nightly sales' --cron '30 6 * * 1-5' --start 2026-12-01 "
            "--end 2027-11-30 --zone Europe/London",
        ),
        is_write=True,
    ),
    Command(
        "cloudworks schedules delete",
        "Delete the schedule of an integration.",
        _delete_schedule,
        (INTEGRATION,),
        examples=("anaplan cloudworks schedules delete 'Nightly sales' --yes",),
        is_write=True,
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
)
