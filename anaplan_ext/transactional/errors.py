"""Errors of reads and writes in the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anaplan_client.core import AnaplanError, RateLimitError

if TYPE_CHECKING:
    from .write_result import CellWriteResult, ListWriteResult


class ReadError(AnaplanError):
    """A view or a list cannot be read as a whole. `what` says which, such as `view 102000000000`."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what, reason)
        self.what = what
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.reason}; reading {self.what}"


class ReadQuotaError(RateLimitError):
    """429 to a new read request: there are too many in the model, or the tenant's request limit is reached."""

    hint = "the model may have too many read requests; Anaplan drops one 30 minutes after its last download"


class PartialWriteError(AnaplanError):
    """Some of what was to be written is not in Anaplan. `result` has the counts and failures of what was sent.

    Either Anaplan refused items, and raising was asked for; or a call failed after others had their effect. Then
    `__cause__` is its error, and nothing from the item with the index `result.total` on is known to be written.
    """

    def __init__(self, reason: str, result: ListWriteResult | CellWriteResult) -> None:
        super().__init__(reason, result)
        self.reason = reason
        self.result = result

    def __str__(self) -> str:
        written = self.result.written
        counted = "an unknown number" if written is None else str(written)
        return f"{self.reason}; {counted} of {self.result.total} written"
