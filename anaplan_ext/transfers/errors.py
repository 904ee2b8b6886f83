"""Errors of uploads and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from anaplan_client.core import AnaplanError

if TYPE_CHECKING:
    from .manifest import UploadManifest


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
