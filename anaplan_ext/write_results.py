"""What became of items and cells that were to be written, over all calls that it took."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from anaplan_client.integration import models

SHOWN = 3
"""How many failures a message spells out."""


@frozen(kw_only=True)
class ListWriteResult:
    """How many items of a list were added, updated or deleted, and which were not."""

    added: int = 0
    """How many were added."""
    updated: int = 0
    """How many were changed."""
    deleted: int = 0
    """How many were deleted."""
    ignored: int = 0
    """How many were not, because there was nothing to do or they were refused."""
    total: int = 0
    """How many were sent."""
    failures: tuple[models.WriteFailure, ...] = ()
    """Those that were refused; `request_index` is the place among all items that were given, from 0 on."""

    @property
    def written(self) -> int:
        """How many were added, changed or deleted."""
        return self.added + self.updated + self.deleted

    @property
    def complete(self) -> bool:
        """Whether every item was written."""
        return not self.failures and self.written == self.total


@frozen(kw_only=True)
class CellWriteResult:
    """How many cells of a module changed, and which did not."""

    changed: int = 0
    """How many changed."""
    total: int = 0
    """How many were sent."""
    failures: tuple[models.WriteFailure, ...] = ()
    """Those that were refused; `request_index` is the place among all cells that were given, from 0 on."""

    @property
    def written(self) -> int:
        """How many changed."""
        return self.changed

    @property
    def complete(self) -> bool:
        """Whether no cell was refused."""
        return not self.failures


def with_items(result: ListWriteResult, answer: models.ListItemsWriteResponse, sent: int) -> ListWriteResult:
    """Adds the answer to a call with so many items. What an answer leaves out follows from what it has."""
    written = (answer.added or 0) + (answer.updated or 0) + (answer.deleted or 0)
    return ListWriteResult(
        added=result.added + (answer.added or 0),
        updated=result.updated + (answer.updated or 0),
        deleted=result.deleted + (answer.deleted or 0),
        ignored=result.ignored + (sent - written if answer.ignored is None else answer.ignored),
        total=result.total + sent,
        failures=result.failures + moved(answer.failures or (), result.total),
    )


def with_cells(result: CellWriteResult, answer: models.UpdateModuleDataResponse, sent: int) -> CellWriteResult:
    """Adds the answer to a call with so many cells; without a count, all but those that were refused changed."""
    refused = answer.failures or []
    changed = answer.number_of_cells_changed
    return CellWriteResult(
        changed=result.changed + (sent - len(refused) if changed is None else changed),
        total=result.total + sent,
        failures=result.failures + moved(refused, result.total),
    )


def moved(failures: Iterable[models.WriteFailure], offset: int) -> tuple[models.WriteFailure, ...]:
    """Counts the places of failures from the first item that was given instead of the first of the call."""
    return tuple(
        failure if failure.request_index is None else evolve(failure, request_index=failure.request_index + offset)
        for failure in failures
    )


def reason(result: ListWriteResult | CellWriteResult) -> str:
    """What to say of a result that is not complete: the first failures, and how many more there are."""
    told = [
        f"item {failure.request_index}: {failure.failure_message_details or failure.failure_type or 'no reason given'}"
        for failure in result.failures[:SHOWN]
    ]
    more = len(result.failures) - len(told)
    return "; ".join([*told, *([f"and {more} more"] if more else [])]) or "Anaplan ignored the others without a reason"
