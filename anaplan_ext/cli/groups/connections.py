"""`anaplan cloudworks connections`: the places that integrations read from and write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Done, Result, Row, Rows, pick

if TYPE_CHECKING:
    from ...cloudworks.definitions import Connection
    from ..context import Context

COLUMNS = (
    Column("id", "Id of the connection."),
    Column("name", "Name."),
    Column("type", "Kind of storage."),
    Column("workspace_id", "Id of the workspace that can use it."),
)


def _list(context: Context) -> Result:
    return Rows(map(_row, context.client.cloudworks.list_connections()))


def _delete(context: Context) -> Result:
    name = context.options.name
    if context.options.dry_run:
        return Done(f"would delete connection {name}")
    context.confirm(f"Delete connection {name}? Its integrations will fail.")
    context.client.cloudworks.delete_connection(name)
    return Done(f"connection {name} is deleted")


def _row(connection: Connection) -> Row:
    return pick(connection, COLUMNS) | {"name": connection.body.name if connection.body else None}


COMMANDS = (
    Command(
        "cloudworks connections list",
        "List the connections, without their secrets.",
        _list,
        (),
        COLUMNS,
        ("anaplan cloudworks connections list",),
    ),
    Command(
        "cloudworks connections delete",
        "Delete a connection.",
        _delete,
        (Argument(("name",), "Id of the connection.", "CONNECTION"),),
        examples=("anaplan cloudworks connections delete 2c7a0c4b5e6f4d1a8b9c0d1e2f3a4b5c --yes",),
        is_write=True,
    ),
)
