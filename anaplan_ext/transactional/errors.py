"""Errors of reads and writes in the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anaplan_client.core import AnaplanError, RateLimitError

if TYPE_CHECKING:
    from .write_result import CellWriteResult, ListWriteResult


class ReadError(AnaplanError):
    """A view or a list cannot be read completely.

    `label` names it, for example `view 102000000000`, and `reason` says why.
    """

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(label, reason)
        self.label = label
        self.reason = reason

    def __str__(self) -> str:
        return f"reading {self.label} failed: {self.reason}"


class ReadQuotaError(RateLimitError):
    """Anaplan rejected a new read request with 429.

    The model has too many of them, or the tenant's request limit is reached.
    """

    _usual_hint = "the model may have too many read requests; each expires 30 minutes after its last download"


class PartialWriteError(AnaplanError):
    """Some of the items or cells are not written. `result` has the counts and failures of all that were sent.

    `reason` describes the first failures. Either Anaplan rejected items, and `raise_on_failure` was set. Or a call
    failed after others had succeeded: then `__cause__` is its error, and nothing from the index `result.total` on is
    known to be written.
    """

    def __init__(self, reason: str, result: ListWriteResult | CellWriteResult) -> None:
        super().__init__(reason, result)
        self.reason = reason
        self.result = result

    def __str__(self) -> str:
        return f"{self.reason}; {describe_count(self.result.written)} of {self.result.total} written"


def describe_count(count: int | None) -> str:
    """Return a count in words: Anaplan does not always give one."""
    return "an unknown number" if count is None else str(count)
