"""`anaplan audit`: audit events."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Group, Result, Row, Rows, pick

if TYPE_CHECKING:
    from anaplan_client.audit.models import Event

    from ..context import Context

EVENT_COLUMNS = (
    Column("id", "Id of the event.", "integer"),
    Column("event_date", "When it happened.", "date-time"),
    Column("event_type_id", "Code, such as USR-8."),
    Column("message", "What happened."),
    Column("user_id", "Id of the user who acted."),
    Column("object_id", "Id of what it is about."),
    Column("object_type_id", "Kind of that object."),
    Column("ip_address", "Address of the user."),
    Column("success", "Whether it succeeded.", "boolean"),
)


def _list_events(context: Context) -> Result:
    from datetime import timedelta

    from ...transport import clock
    from .. import moments

    options = context.options
    if options.state is not None or options.follow:
        return Rows(_new_events(context))
    until = None if options.until is None else moments.read_moment("--until", options.until)
    since = (
        clock.utc_now() - timedelta(days=1) if options.since is None else moments.read_moment("--since", options.since)
    )
    return Rows(map(_event, context.client.audit.iter_events(since, until, types=options.type or None)))


def _new_events(context: Context) -> Iterator[Row]:
    """Yield the events that are new since the state file was written, and write it after each batch."""
    from datetime import timedelta

    from ... import AuditCursor
    from ...transport import clock
    from .. import moments

    options = context.options
    if options.until is not None:
        raise ValueError("--until is not for --state and --follow")
    if options.output not in ("jsonl", "json", "csv") or options.sort:
        # Events must be printed before the state says so.
        raise ValueError("--state and --follow need -o jsonl, json or csv, and no --sort")
    path = None if options.state is None else Path(options.state)
    if path is not None and not path.absolute().parent.is_dir():
        raise ValueError(f"--state must be a file in an existing folder (got {options.state!r})")
    since = clock.utc_now() - timedelta(days=1)
    if options.since is not None:
        since = moments.read_moment("--since", options.since)
    if path is not None and path.exists():
        cursor = AuditCursor.from_json(path.read_text(encoding="utf-8"))
    else:
        cursor = AuditCursor.start(since, types=options.type or None)
    audit = context.client.audit
    for batch in audit.follow(cursor) if options.follow else audit.read(cursor):
        yield from map(_event, batch.events)
        if path is not None:
            _replace(path, batch.cursor.to_json())


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole, so that it has either the old or the new text."""
    # The events come first: a crash between the two repeats events, and loses none.
    sys.stdout.flush()
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _event(event: Event) -> Row:
    return pick(event, EVENT_COLUMNS)


GROUP = Group(
    "audit",
    (
        Command(
            "audit events",
            "Print audit events: of the last day, of a range, or those that are new.",
            _list_events,
            (
                Argument(("--since",), "First moment, such as 7d or 2026-11-28.", "MOMENT"),
                Argument(("--until",), "Moment after the last one.", "MOMENT"),
                Argument(
                    ("--type",), "Only events of this type, such as user_activity. Repeatable.", "TYPE", repeats=True
                ),
                Argument(("--state",), "Print only what is new since this file was written, and write it.", "FILE"),
                Argument(("--follow",), "Continue with new events until Ctrl-C.", is_flag=True),
            ),
            EVENT_COLUMNS,
            (
                "anaplan audit events --since 7d -o csv",
                "anaplan audit events --state audit.json -o jsonl >> events.jsonl",
            ),
        ),
    ),
)
