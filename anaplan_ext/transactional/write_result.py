"""Results of list item and cell writes, added up over all calls."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from anaplan_client.integration import models

from ..tasks.messages import undocumented_message

MAX_SHOWN_FAILURES = 3
"""Number of failures that an error message contains."""


@frozen(kw_only=True)
class ListWriteResult:
    """How many items of a list were added, updated or deleted, and which items were not."""

    added: int = 0
    """Number of items added."""
    updated: int = 0
    """Number of items changed."""
    deleted: int = 0
    """Number of items deleted."""
    ignored: int = 0
    """Number of items neither added, changed nor deleted: there was nothing to do, or they were rejected."""
    total: int = 0
    """Number of items sent."""
    failures: tuple[models.WriteFailure, ...] = ()
    """The rejected items; `request_index` is the index among all items of the write, from 0."""

    @property
    def written(self) -> int:
        """Return the number of items added, changed or deleted."""
        return self.added + self.updated + self.deleted

    @property
    def complete(self) -> bool:
        """Return whether every item was written."""
        return not self.failures and self.written == self.total


@frozen(kw_only=True)
class CellWriteResult:
    """How many cells of a module changed, and which cells did not."""

    changed: int | None = 0
    """Number of cells changed; None if Anaplan did not count them in a call."""
    total: int = 0
    """Number of cells sent."""
    failures: tuple[models.WriteFailure, ...] = ()
    """The rejected cells; `request_index` is the index among all cells of the write, from 0."""

    @property
    def written(self) -> int | None:
        """Return the number of cells changed; None if Anaplan did not count them in a call."""
        return self.changed

    @property
    def complete(self) -> bool:
        """Return whether no cell was rejected."""
        return not self.failures


def add_item_response(result: ListWriteResult, response: models.ListItemsWriteResponse, sent: int) -> ListWriteResult:
    """Add the response to a call with `sent` items. A missing count is zero, or follows from the others.

    A deletion may have its count and its failures under `result`.
    """
    deletion = response.result
    deleted = response.deleted if response.deleted is not None or deletion is None else deletion.number_of_items_deleted
    failures = response.failures or (deletion.failures if deletion is not None else None) or []
    written = (response.added or 0) + (response.updated or 0) + (deleted or 0)
    return ListWriteResult(
        added=result.added + (response.added or 0),
        updated=result.updated + (response.updated or 0),
        deleted=result.deleted + (deleted or 0),
        ignored=result.ignored + (sent - written if response.ignored is None else response.ignored),
        total=result.total + sent,
        failures=result.failures + _with_index_offset(failures, result.total),
    )


def add_cell_response(result: CellWriteResult, response: models.UpdateModuleDataResponse, sent: int) -> CellWriteResult:
    """Add the response to a call with `sent` cells. Without a count, only a call that was rejected whole has one."""
    failures = response.failures or []
    changed = response.number_of_cells_changed
    if changed is None and len(failures) >= sent:
        changed = 0
    return CellWriteResult(
        changed=None if changed is None or result.changed is None else result.changed + changed,
        total=result.total + sent,
        failures=result.failures + _with_index_offset(failures, result.total),
    )


def describe_failures(result: ListWriteResult | CellWriteResult) -> str:
    """Return why a result is not complete: its first failures, and the number of the others."""
    reasons = [
        f"item {failure.request_index}: {failure.failure_message_details or failure.failure_type or 'no reason given'}"
        for failure in result.failures[:MAX_SHOWN_FAILURES]
    ]
    if more := len(result.failures) - len(reasons):
        reasons.append(f"and {more} more")
    return "; ".join(reasons) or "Anaplan ignored the others without a reason"


def _with_index_offset(failures: Iterable[models.WriteFailure], offset: int) -> tuple[models.WriteFailure, ...]:
    """Return failures with the index among all items instead of those of their call, and with their messages."""
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
