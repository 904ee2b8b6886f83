"""Writes of many rows in which each is accepted or rejected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..state.values import Json


class RowRejectedError(Exception):
    """An item or cell is rejected; `kind` is the failure type."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def write_rows(rows: Sequence[Json], write: Callable[[Json], object]) -> list[Json]:
    """Write every row and return the failures with the row's index."""
    failures = list[Json]()
    for index, row in enumerate(rows):
        try:
            write(row)
        except RowRejectedError as error:
            details = {"failureType": error.kind, "failureMessageDetails": str(error)}
            failures.append({"requestIndex": index, **details})
    return failures
