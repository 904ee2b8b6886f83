"""What goes wrong beyond a single exchange: tasks, transfers, and effects that cannot be known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from anaplan_client import alm, integration
from anaplan_client.core.errors import AnaplanError, FailedExchange, RateLimitError

if TYPE_CHECKING:
    from .handles import TaskHandle
    from .loads import LoadReport
    from .manifest import UploadManifest
    from .write_results import CellWriteResult, ListWriteResult

AnyTask: TypeAlias = "integration.models.Task | alm.models.SyncTask | alm.models.ReportTask"
"""A task of an action, a synchronisation, or the generation of a report."""
Candidate: TypeAlias = "TaskHandle | alm.models.Revision"
"""What a request of unknown outcome may have made."""


class AnaplanActionError(AnaplanError):
    """A task ended without success, or left rows out.

    `reason` is Anaplan's explanation, `task` the task as it ended. `report` says what became of the rows of an import,
    or of each import of a process, and has the failure dumps; it is None for tasks of ALM.
    """

    def __init__(self, reason: str, task: AnyTask, report: LoadReport | None = None) -> None:
        super().__init__(reason, task, report)
        self.reason = reason
        self.task = task
        self.report = report

    @property
    def dumps(self) -> Mapping[str, bytes]:
        """The failure dumps, by the id of the failed object; see `LoadReport.dumps`."""
        return self.report.dumps if self.report is not None else {}

    def __str__(self) -> str:
        counts = f"{self.report}; " if self.report is not None and self.report.counted else ""
        dumps = f" (failure dumps of {', '.join(self.dumps)} in .dumps)" if self.dumps else ""
        return f"task {self.task.id}: {counts}{self.reason}{dumps}"


class TaskCancelled(AnaplanActionError):
    """A task was cancelled; Anaplan rolls its changes back."""


class TaskTimeout(AnaplanError):
    """A task did not end in time, or Anaplan did not tell of it any more. It goes on there.

    `handle` is what to wait on with, in this process or another: `client.wait_for_task(error.handle)`. `seconds` is how
    long was waited for; None where the looks at the task failed before, for the `reason` that is also the cause.
    """

    def __init__(self, seconds: float | None, handle: TaskHandle, reason: str = "") -> None:
        super().__init__(seconds, handle, reason)
        self.seconds = seconds
        self.handle = handle
        self.reason = reason

    @property
    def task_id(self) -> str:
        """The task."""
        return self.handle.task_id

    @property
    def model_id(self) -> str:
        """The model that it runs in."""
        return self.handle.model_id

    @property
    def action_id(self) -> str | None:
        """The action that it is a run of; None for an ALM task."""
        return self.handle.action_id

    def __str__(self) -> str:
        if self.seconds is None:
            return f"{self.handle} goes on, but cannot be looked at: {self.reason}"
        return f"{self.handle} did not end within {self.seconds:g} s" + (f": {self.reason}" if self.reason else "")


class UploadError(AnaplanError):
    """An upload did not come about as a whole. What Anaplan holds for the file is not the new content.

    `chunks` are the indices of the chunks that failed. `manifest` says what was sent, if the upload had begun: give it
    to `upload_file` or `upload_file_stream` as `resume`, with the same content, to send the rest. It can be kept as
    JSON. For a fault on this side, such as a full disk or an iterable that raises, `__cause__` is its error.
    """

    def __init__(
        self, file_id: str, reason: str, chunks: Sequence[int] = (), manifest: UploadManifest | None = None
    ) -> None:
        super().__init__(file_id, reason, chunks, manifest)
        self.file_id = file_id
        self.reason = reason
        self.chunks = chunks
        self.manifest = manifest

    def __str__(self) -> str:
        which = f", chunk {', '.join(map(str, self.chunks))}" if self.chunks else ""
        sent = f" ({len(self.manifest['sent'])} chunks were sent, see .manifest)" if self.manifest else ""
        return f"upload to file {self.file_id}{which}: {self.reason}{sent}"


class DownloadError(AnaplanError):
    """A download cannot be completed."""

    def __init__(self, file_id: str, reason: str) -> None:
        super().__init__(file_id, reason)
        self.file_id = file_id
        self.reason = reason

    def __str__(self) -> str:
        return f"download of file {self.file_id}: {self.reason}"


class ReadError(AnaplanError):
    """A view or a list cannot be read as a whole. `what` says which, such as `view 102000000000`."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what, reason)
        self.what = what
        self.reason = reason

    def __str__(self) -> str:
        return f"reading {self.what}: {self.reason}"


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
        return f"{self.result.written} of {self.result.total} written: {self.reason}"


class IncompleteListing(AnaplanError):
    """Anaplan stopped answering with entries before a list had as many as it said, or gave no list at all."""

    def __init__(self, operation: str, received: int, expected: int | None = None) -> None:
        super().__init__(operation, received, expected)
        self.operation = operation
        self.received = received
        self.expected = expected

    def __str__(self) -> str:
        if self.expected is None:
            return f"{self.operation}: the answer has neither entries nor anything else of a list"
        return f"{self.operation}: {self.received} entries came, {self.expected} were announced"


class OutcomeUnknown(AnaplanError):
    """A request that has its effect each time was sent, and nothing proves whether it had it.

    It was not sent again. `exchange` says what is known of the request, the cause what went wrong. `candidates` are the
    tasks or revisions that a look-up found and that may be its effect, or another's; a task among them can be waited
    for with `client.wait_for_task`. `reason` is why the look-up did not settle it; without one there was no look-up.
    """

    def __init__(self, exchange: FailedExchange, candidates: tuple[Candidate, ...] = (), reason: str = "") -> None:
        super().__init__(exchange, candidates, reason)
        self.exchange = exchange
        self.candidates = candidates
        self.reason = reason

    def __str__(self) -> str:
        known = self.exchange
        status = f"answered {known.status}" if known.status is not None else "was not answered"
        parts = [f"{known.operation}: {known.method} {known.url} {status} and may have had its effect", known.message]
        parts += [self.reason, ", ".join(map(_named, self.candidates))]
        return "; ".join(filter(None, parts))


def _named(candidate: Candidate) -> str:
    return f"revision {candidate.id}" if isinstance(candidate, alm.models.Revision) else str(candidate)
