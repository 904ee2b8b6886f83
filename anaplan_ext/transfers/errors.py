"""Errors of uploads and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from anaplan_client.core import AnaplanError

if TYPE_CHECKING:
    from .manifest import UploadManifest


class UploadError(AnaplanError):
    """An upload to the file `file_id` failed; `reason` says why. Anaplan does not have the new content.

    `chunks` has the indices of the chunks that failed. `manifest` has what was sent, if the upload had started. To send
    the rest, pass it with the same content to `upload_file` or `upload_file_stream` as `resume`. It can be stored as
    JSON. After a local error, such as a full disk or an iterable that raises, `__cause__` is that error.
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
        chunks = f" at chunk {', '.join(map(str, self.chunks))}" if self.chunks else ""
        sent = f"; {len(self.manifest['sent'])} chunks were sent, see .manifest" if self.manifest else ""
        return f"upload to file {self.file_id} failed{chunks}: {self.reason}{sent}"


class DownloadError(AnaplanError):
    """A download of the file `file_id` cannot be completed; `reason` says why."""

    def __init__(self, file_id: str, reason: str) -> None:
        super().__init__(file_id, reason)
        self.file_id = file_id
        self.reason = reason

    def __str__(self) -> str:
        return f"download of file {self.file_id} failed: {self.reason}"
