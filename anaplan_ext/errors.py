"""What goes wrong beyond a single exchange: tasks, transfers, and effects that cannot be known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from anaplan_client import alm, integration
from anaplan_client.core.errors import AnaplanError, FailedExchange

from .manifest import UploadManifest

AnyTask: TypeAlias = "integration.models.Task | alm.models.SyncTask | alm.models.ReportTask"
"""A task of an action, a synchronisation, or the generation of a report."""


class AnaplanActionError(AnaplanError):
    """A task ended without success, or left rows out.

    `reason` is Anaplan's explanation, `task` the task as it ended. `dumps` has the failure dumps of the import, or of
    each import of the process, by the id of the failed object: CSV with `_Status_`, `_Line_` and `_Error_1_` … columns.
    They were read when the task ended, since the next run overwrites them.
    """

    def __init__(self, reason: str, task: AnyTask, dumps: Mapping[str, bytes] | None = None) -> None:
        super().__init__(reason, task, dumps)
        self.reason = reason
        self.task = task
        self.dumps: Mapping[str, bytes] = dumps or {}

    def __str__(self) -> str:
        dumps = f" (failure dumps of {', '.join(self.dumps)} in .dumps)" if self.dumps else ""
        return f"task {self.task.id}: {self.reason}{dumps}"


class TaskCancelled(AnaplanActionError):
    """A task was cancelled; Anaplan rolls its changes back."""


class TaskTimeout(AnaplanError):
    """A task did not end in time. It goes on in Anaplan: wait again with the ids that this error carries."""

    def __init__(self, seconds: float, task_id: str, model_id: str, action_id: str | None = None) -> None:
        super().__init__(seconds, task_id, model_id, action_id)
        self.seconds = seconds
        self.task_id = task_id
        self.model_id = model_id
        self.action_id = action_id

    def __str__(self) -> str:
        of_action = f" of action {self.action_id}" if self.action_id else ""
        return f"task {self.task_id}{of_action} in model {self.model_id} did not end within {self.seconds:g} s"


class UploadError(AnaplanError):
    """An upload did not come about as a whole. What Anaplan holds for the file is not the new content.

    `chunks` are the indices of the chunks that failed. `manifest` says what was sent, if anything was: give it to
    `upload_file` or `upload_file_stream` as `resume`, with the same content, to send the rest. It can be kept as JSON.
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


class IncompleteListing(AnaplanError):
    """Anaplan stopped answering with entries before a list had as many as it said."""

    def __init__(self, operation: str, received: int, expected: int) -> None:
        super().__init__(operation, received, expected)
        self.operation = operation
        self.received = received
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.operation}: {self.received} entries came, {self.expected} were announced"


class OutcomeUnknown(AnaplanError):
    """A request that has its effect each time was sent, and no answer says whether it had it.

    It was not sent again. Look in Anaplan before you repeat it: the tasks of the action, the synchronisations, or the
    latest revision. `exchange` says what is known of the request.
    """

    def __init__(self, exchange: FailedExchange) -> None:
        super().__init__(exchange)
        self.exchange = exchange

    def __str__(self) -> str:
        known = self.exchange
        status = f"answered {known.status}" if known.status is not None else "was not answered"
        return f"{known.operation}: {known.method} {known.url} {status} and may have had its effect; {known.message}"
