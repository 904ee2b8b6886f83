"""Writes of many things of which each is accepted or refused on its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..state.objects import Json


class Rejected(Exception):
    """An item or a cell that is refused; `kind` is the failure type."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def write_each(rows: Sequence[Json], write: Callable[[Json], object]) -> list[Json]:
    """Writes every row and returns the failures, each with the row's place in the request."""
    failures = list[Json]()
    for index, row in enumerate(rows):
        try:
            write(row)
        except Rejected as error:
            details = {"failureType": error.kind, "failureMessageDetails": str(error)}
            failures.append({"requestIndex": index, **details})
    return failures
