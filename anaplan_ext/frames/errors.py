"""Errors of frames."""

from __future__ import annotations

from anaplan_client.core import AnaplanError


class TableError(AnaplanError):
    """Content of Anaplan cannot be read as a table. Nothing of it is lost: it can still be downloaded as it is.

    `label` names the content, for example `export 116000000001`, and `reason` says why. `row` is the row, counted from
    1 without the header, and `column` the name of the column, as far as they are known. The message has no values.
    """

    def __init__(self, label: str, reason: str, column: str | None = None, row: int | None = None) -> None:
        super().__init__(label, reason, column, row)
        self.label = label
        self.reason = reason
        self.column = column
        self.row = row

    def __str__(self) -> str:
        return f"{self.label} cannot be read as a table: {locate(self.column, self.row)}{self.reason}"


class RecordTooLongError(TableError):
    """A row has more bytes than the limit. Mostly, a text delimiter is not closed."""


class FrameValueError(AnaplanError, ValueError):
    """A frame has a column or value that cannot be written without loss; `reason` says why.

    `label` names the frame, for example `files['sales.csv']`. `row` is the row of the frame, counted from 1, and None
    if it is the type of the column. `column` is its name. The message has no values.
    """

    def __init__(
        self, reason: str, column: str | None = None, row: int | None = None, label: str = "the frame"
    ) -> None:
        super().__init__(reason, column, row, label)
        self.label = label
        self.reason = reason
        self.column = column
        self.row = row

    def __str__(self) -> str:
        return f"{self.label} cannot be written without loss: {locate(self.column, self.row)}{self.reason}"


def locate(column: str | None, row: int | None) -> str:
    """Return the beginning of a message that names a column and a row, as far as they are known."""
    parts = (column is not None and f"column {column!r}", row is not None and f"row {row}")
    place = ", ".join(part for part in parts if part)
    return f"{place}: " if place else ""
