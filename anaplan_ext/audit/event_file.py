"""Keep audit events in a file, each once, whatever happens in between."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import cast

from .cursor import DEFAULT_OVERLAP, AuditBatch, AuditCursor
from .time_ranges import EventTypeName


class EventFile:
    """A file of audit events, one JSON object a line, and a file with the cursor.

    The cursor's file has the length of the events that it covers. What a run wrote after that, before it was
    interrupted, is cut off when the file is used again, and read again. Only one program at a time may use the file.

    Args:
        path: The file of the events. The cursor is in the file of the same name with `.cursor` at its end.

    Attributes:
        path: The file of the events.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path: Path = Path(path).expanduser()
        self._cursor_path = self.path.with_name(f"{self.path.name}.cursor")
        self._length = 0

    def resume(
        self, since: datetime, *, types: Sequence[EventTypeName] | None = None, overlap: timedelta = DEFAULT_OVERLAP
    ) -> AuditCursor:
        """Return the cursor of the last run, and cut off what was written without it.

        Args:
            since: Moment of the first event where there is no cursor yet, with a time zone.
            types: Types of events of a new cursor. Without it, all events.
            overlap: Overlap of a new cursor.

        Returns:
            The cursor to read on with.

        Raises:
            ValueError: The cursor's file is damaged, or the events are shorter than it says.
            OSError: A file cannot be read or written.

        Cost:
            No request.
        """
        if self._cursor_path.exists():
            length, cursor = self._read_cursor()
        else:
            length, cursor = 0, AuditCursor.start(since, types=types, overlap=overlap)
        with open(self.path, "ab") as file:
            if file.tell() < length:
                raise ValueError(f"{self.path} must have the {length} bytes of its cursor (got {file.tell()})")
            file.truncate(length)
        self._length = length
        return cursor

    def append(self, batch: AuditBatch) -> None:
        """Write the events of a batch, and then its cursor.

        Args:
            batch: What `client.audit.read` or `follow` gave.

        Raises:
            OSError: A file cannot be written.

        Cost:
            No request.
        """
        lines = "".join(f"{json.dumps(event.to_dict(), ensure_ascii=False)}\n" for event in batch.events)
        with open(self.path, "ab") as file:
            file.truncate(self._length)
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())
            length = file.tell()
        self._write_cursor(length, batch.cursor)
        self._length = length

    def _read_cursor(self) -> tuple[int, AuditCursor]:
        try:
            state = cast("dict[str, object]", json.loads(self._cursor_path.read_bytes()))
            return int(cast("int", state["length"])), AuditCursor.from_json(cast("str", state["cursor"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{self._cursor_path} must be the cursor of an event file ({error})") from None

    def _write_cursor(self, length: int, cursor: AuditCursor) -> None:
        written = self._cursor_path.with_name(f"{self._cursor_path.name}.new")
        with open(written, "wb") as file:
            file.write(json.dumps({"length": length, "cursor": cursor.to_json()}).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(written, self._cursor_path)
