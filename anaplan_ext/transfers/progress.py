"""Progress of transfers."""

from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

from attrs import define, field, frozen


@frozen
class TransferProgress:
    """The progress of a transfer. Values never decrease: while a chunk is retried, they stay constant."""

    done_bytes: int
    """Bytes transferred, before compression."""
    total_bytes: int | None
    """Bytes of the whole content, before compression; None while unknown."""
    done_chunks: int
    """Number of chunks transferred."""
    total_chunks: int | None
    """Number of all chunks; None while unknown."""


OnTransfer: TypeAlias = Callable[[TransferProgress], None]
"""Called as bytes move and after each chunk, one call at a time; `Client` calls it from its worker threads."""


def forward_only(report: OnTransfer | None) -> OnTransfer | None:
    """Wrap a callback so that values never decrease when a chunk or the whole content is transferred again."""
    if report is None:
        return None
    furthest = TransferProgress(0, None, 0, None)

    def forward(step: TransferProgress) -> None:
        nonlocal furthest
        furthest = TransferProgress(
            max(step.done_bytes, furthest.done_bytes),
            step.total_bytes,
            max(step.done_chunks, furthest.done_chunks),
            step.total_chunks,
        )
        report(furthest)

    return forward


@define
class Tracker:
    """Adds up the progress of the chunks of a transfer. Safe to share between threads."""

    report: OnTransfer | None
    total_bytes: int | None
    total_chunks: int | None
    _done_bytes: int = field(default=0, init=False)
    _done_chunks: int = field(default=0, init=False)
    _parts: dict[int, float] = field(factory=dict[int, float], init=False)
    _lock: Lock = field(factory=Lock, init=False)
    callback_error: BaseException | None = field(default=None, init=False)
    """The error that the caller's callback raised; the transfer itself has not failed."""

    def add(self, index: int, scale: float, moved: int) -> None:
        """Add the bytes of a chunk, times the scale; 0 restarts the chunk."""
        if self.report is None:
            return
        with self._lock:
            self._parts[index] = self._parts.get(index, 0) + moved * scale if moved else 0
            self._report(self.report)

    def complete(self, index: int, size: int) -> None:
        """Record a completed chunk."""
        with self._lock:
            self._parts.pop(index, None)
            self._done_bytes, self._done_chunks = self._done_bytes + size, self._done_chunks + 1
            if self.report is not None:
                self._report(self.report)

    def _report(self, report: OnTransfer) -> None:
        if self.callback_error is not None:  # the callback is not called after it raised
            raise self.callback_error
        moved = self._done_bytes + int(sum(self._parts.values()))
        try:
            report(TransferProgress(moved, self.total_bytes, self._done_chunks, self.total_chunks))
        except BaseException as error:
            self.callback_error = error
            raise
