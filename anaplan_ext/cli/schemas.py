"""The JSON Schema of what each command prints with `-o json`, made of its columns."""

from __future__ import annotations

from .command import Column, Command

_TYPES = {"date-time": "string"}
"""The type of the kinds that are a format of another type."""
ERROR_SCHEMA: dict[str, object] = {
    "description": "What is printed on standard error if a command fails.",
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "type": {"type": "string", "description": "Class of the error, such as NotFoundError."},
                "message": {"type": "string", "description": "What happened."},
                "model": {"type": ["string", "null"], "description": "The model that the user named."},
                "request_id": {"type": ["string", "null"], "description": "Id of the request, for Anaplan's support."},
                "hint": {"type": ["string", "null"], "description": "What to type next."},
                "exit_code": {"type": "integer", "description": "The exit code."},
            },
            "required": ["type", "message", "model", "request_id", "hint", "exit_code"],
        }
    },
    "required": ["error"],
}


def write_schema(command: Command) -> dict[str, object] | None:
    """Return the schema of a command's result; None for a command that prints no data of its own."""
    if not command.columns:
        return None
    row: dict[str, object] = {
        "type": "object",
        "properties": {column.name: _property(column) for column in command.columns},
        "required": [column.name for column in command.columns],
    }
    schema = row if command.is_one else {"type": "array", "items": row}
    return {"description": command.help, **schema}


def _property(column: Column) -> dict[str, object]:
    kind = _TYPES.get(column.kind, column.kind)
    form = {"format": column.kind} if column.kind in _TYPES else {}
    return {"type": [kind, "null"], **form, "description": column.help}
