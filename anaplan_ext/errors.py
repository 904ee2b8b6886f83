"""What goes wrong beyond a single exchange: tasks, transfers, and effects that cannot be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from anaplan_client import alm, integration
from anaplan_client.core.errors import AnaplanError, FailedExchange, RateLimitError, describe_operation

if TYPE_CHECKING:
    from .handles import TaskHandle
    from .loads import LoadReport
    from .manifest import UploadManifest
    from .write_results import CellWriteResult, ListWriteResult

AnyTask: TypeAlias = "integration.models.Task | alm.models.SyncTask | alm.models.ReportTask"
"""A task of an action, a synchronisation, or the generation of a report."""
Candidate: TypeAlias = "TaskHandle | alm.models.Revision"
"""What a request of unknown outcome may have made."""

MAX_SHOWN_CANDIDATES = 5
"""How many candidates a message names."""


class AnaplanActionError(AnaplanError):
    """A task ended without success, or left rows out.

    `reason` is Anaplan's explanation, `task` the task as it ended, `handle` its ids. `report` says what became of the
    rows of an import, or of each import of a process, and has the failure dumps; it is None for tasks of ALM. `names`
    has the names of the model and the action by their ids, as far as they are known.
    """

    def __init__(
        self,
        reason: str,
        task: AnyTask,
        report: LoadReport | None = None,
        handle: TaskHandle | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason, task, report, handle, names)
        self.reason = reason
        self.task = task
        self.report = report
        self.names: Mapping[str, str] = names or {}
        self.set_handle(handle)

    @property
    def handle(self) -> TaskHandle | None:
        """What the task is found again by."""
        return cast("TaskHandle | None", self._handle)

    @property
    def dumps(self) -> Mapping[str, bytes]:
        """The failure dumps, by the id of the failed object; see `LoadReport.dumps`."""
        return self.report.dumps if self.report is not None else {}

    def __str__(self) -> str:
        subject = f"task {self.task.id}" if self.handle is None else self.handle.describe(self.names)
        parts = [self.reason, subject, *(_report_parts(self.report) if self.report is not None else ())]
        return "; ".join(parts)


class TaskCancelled(AnaplanActionError):
    """A task was cancelled; Anaplan rolls its changes back. `report` has what it tells of the actions of a process."""


class TaskTimeout(AnaplanError):
    """A task did not end in time, or Anaplan did not tell of it any more. It goes on there.

    `handle` is what to wait on with, in this process or another: `client.wait_for_task(error.handle)`. `seconds` is how
    long was waited for; None where the polls failed before, for the `reason` that is also the cause. `names` has the
    names of the model and the action by their ids, as far as they are known.
    """

    def __init__(
        self, seconds: float | None, handle: TaskHandle, reason: str = "", names: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(seconds, handle, reason, names)
        self.seconds = seconds
        self.reason = reason
        self.names: Mapping[str, str] = names or {}
        self.set_handle(handle)

    @property
    def handle(self) -> TaskHandle:
        """What to wait on with."""
        return cast("TaskHandle", self._handle)

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
        what = self.handle.describe(self.names)
        go_on = "it goes on in Anaplan: wait on with client.wait_for_task(error.handle)"
        if self.seconds is None:
            return f"the task cannot be polled: {self.reason}; {what}; {go_on}"
        reason = f"; the last poll failed: {self.reason}" if self.reason else ""
        return f"it did not end within {self.seconds:g} s; {what}{reason}; {go_on}"


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
        return f"{self.reason}; upload to file {self.file_id}{which}{sent}"


class DownloadError(AnaplanError):
    """A download cannot be completed."""

    def __init__(self, file_id: str, reason: str) -> None:
        super().__init__(file_id, reason)
        self.file_id = file_id
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.reason}; download of file {self.file_id}"


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
    tasks or revisions that a look-up found, newest first, and that may be its effect, or another's; a task among them
    can be waited for with `client.wait_for_task`. `reason` is why the look-up did not settle it; without one there was
    no look-up.
    """

    def __init__(self, exchange: FailedExchange, candidates: tuple[Candidate, ...] = (), reason: str = "") -> None:
        super().__init__(exchange, candidates, reason)
        self.exchange = exchange
        self.candidates = candidates
        self.reason = reason

    def __str__(self) -> str:
        known = self.exchange
        status = f"answered {known.status}" if known.status is not None else "got no response"
        shown = [_named(candidate) for candidate in self.candidates[:MAX_SHOWN_CANDIDATES]]
        more = len(self.candidates) - len(shown)
        parts = [
            known.message,
            f"{describe_operation(known)} {status} and may have had its effect",
            self.reason,
            f"candidates: {', '.join(shown)}{f' and {more} more' if more else ''}" if shown else "",
            f"request id {known.request_id}" if known.request_id else "",
            "see error.candidates before it is sent again" if shown else "check in Anaplan before it is sent again",
        ]
        return "; ".join(filter(None, parts))


def _named(candidate: Candidate) -> str:
    return f"revision {candidate.id}" if isinstance(candidate, alm.models.Revision) else str(candidate)


def _report_parts(report: LoadReport) -> Iterator[str]:
    """What an error tells of the rows: counts, the first that were rejected, and where the others are."""
    if report.counted:
        yield str(report)
    if rows := report.rejected_rows:
        yield f"rejected: {' | '.join(map(str, rows))}"
    if report.dumps:
        yield f"all rejected rows are in error.dumps: {', '.join(report.dumps)}"
    for object_id, why in report.missing_dumps.items():
        yield f"no failure dump of {object_id}: {why}"
