"""What became of items and cells that were to be written, over all calls that it took."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from anaplan_client.integration import models

from ..tasks.messages import undocumented_message

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

    changed: int | None = 0
    """How many changed; None if Anaplan did not count them in a call."""
    total: int = 0
    """How many were sent."""
    failures: tuple[models.WriteFailure, ...] = ()
    """Those that were refused; `request_index` is the place among all cells that were given, from 0 on."""

    @property
    def written(self) -> int | None:
        """How many changed; None if Anaplan did not count them in a call."""
        return self.changed

    @property
    def complete(self) -> bool:
        """Whether no cell was refused."""
        return not self.failures


def with_items(result: ListWriteResult, answer: models.ListItemsWriteResponse, sent: int) -> ListWriteResult:
    """Add the response to a call with so many items. A count that is left out is zero, or follows from the others.

    A deletion has its count and its failures under `result` as well.
    """
    deletion = answer.result
    deleted = answer.deleted if answer.deleted is not None or deletion is None else deletion.number_of_items_deleted
    failures = answer.failures or (deletion.failures if deletion is not None else None) or []
    written = (answer.added or 0) + (answer.updated or 0) + (deleted or 0)
    return ListWriteResult(
        added=result.added + (answer.added or 0),
        updated=result.updated + (answer.updated or 0),
        deleted=result.deleted + (deleted or 0),
        ignored=result.ignored + (sent - written if answer.ignored is None else answer.ignored),
        total=result.total + sent,
        failures=result.failures + _with_place_and_message(failures, result.total),
    )


def with_cells(result: CellWriteResult, answer: models.UpdateModuleDataResponse, sent: int) -> CellWriteResult:
    """Add the response to a call with so many cells; without a count, it is known only if all were rejected."""
    rejected = answer.failures or []
    changed = answer.number_of_cells_changed
    if changed is None and len(rejected) >= sent:
        changed = 0
    return CellWriteResult(
        changed=None if changed is None or result.changed is None else result.changed + changed,
        total=result.total + sent,
        failures=result.failures + _with_place_and_message(rejected, result.total),
    )


def _with_place_and_message(failures: Iterable[models.WriteFailure], offset: int) -> tuple[models.WriteFailure, ...]:
    """Count the places of failures from the first item of all instead of that of the call, and find their messages."""
    return tuple(
        evolve(
            failure,
            request_index=None if failure.request_index is None else failure.request_index + offset,
            failure_message_details=failure.failure_message_details
            or undocumented_message(failure.additional_properties)
            or None,
        )
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
