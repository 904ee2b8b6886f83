"""Decide which chunks an upload sends: all, or those that a manifest lacks. Nothing here reads content or sends."""

from collections.abc import Mapping

from attrs import frozen

from .chunking import plan_ranges
from .manifest import UploadManifest


class ManifestMismatchError(ValueError):
    """The manifest to resume from belongs to another upload."""


@frozen
class ChunkJob:
    """A chunk to send: bytes `start` to `end` of the content."""

    index: int
    start: int
    end: int


@frozen
class UploadPlan:
    """What an upload of known size sends. A plan that resumes nothing is announced to Anaplan as a new upload."""

    manifest: UploadManifest
    """The chunks that were sent before and have not changed."""
    ranges: list[tuple[int, int]]
    """All chunks, as (start, end)."""
    jobs: list[ChunkJob]
    """The chunks to send, in order."""

    @property
    def is_new(self) -> bool:
        """Whether the upload resumes nothing."""
        return not self.manifest["sent"]


def new_manifest(model_id: str, file_id: str, length: int | None, chunk_size: int) -> UploadManifest:
    """Return the manifest of an upload that has sent nothing."""
    return {"model_id": model_id, "file_id": file_id, "length": length, "chunk_size": chunk_size, "sent": {}}


def describe_mismatch(manifest: UploadManifest, new: UploadManifest) -> str:
    """Say why a manifest belongs to another upload, as far as shows without the content; empty if it may fit."""
    if manifest["model_id"] != new["model_id"]:
        return f"the manifest belongs to an upload to model {manifest['model_id']}, not {new['model_id']}"
    if manifest["file_id"] != new["file_id"]:
        return f"the manifest belongs to an upload to file {manifest['file_id']}, not {new['file_id']}"
    if manifest["length"] != new["length"]:
        before, now = (
            "a stream" if length is None else f"{length} bytes" for length in (manifest["length"], new["length"])
        )
        return f"the content has changed: it was {before}, it is {now}"
    return ""


def match_manifest(
    stored: UploadManifest | None, new: UploadManifest, is_strict: bool, may_create_file: bool
) -> UploadManifest | None:
    """Return a stored manifest if it may belong to the new upload, and None if not.

    Raises `ManifestMismatchError` instead if `is_strict`. Then an upload that created its file resumes into that file.
    """
    if stored is None:
        return None
    reason = describe_mismatch(stored, {**new, "file_id": stored["file_id"]} if is_strict and may_create_file else new)
    if reason and is_strict:
        raise ManifestMismatchError(f"resume: {reason}")
    return None if reason else stored


def plan_upload(manifest: UploadManifest, digests: Mapping[int, str]) -> UploadPlan:
    """Plan an upload of known size: chunks that were sent, and have the same digest now, are not sent again.

    An upload that was complete resumes nothing if any chunk has changed. Raises `ValueError` for content that does not
    fit into 1,000 chunks of 50 MB.
    """
    ranges = plan_ranges(manifest["length"] or 0, manifest["chunk_size"])
    sent = {index: digest for index, digest in manifest["sent"].items() if digests.get(int(index)) == digest}
    if len(sent) < len(manifest["sent"]) == len(ranges):
        sent = {}
    jobs = [ChunkJob(index, start, end) for index, (start, end) in enumerate(ranges) if str(index) not in sent]
    return UploadPlan({**manifest, "sent": sent}, ranges, jobs)


def check_digests(manifest: UploadManifest, digests: Mapping[int, str]) -> None:
    """Raise `ManifestMismatchError` if a chunk that was sent before has changed."""
    for index, digest in manifest["sent"].items():
        if digests.get(int(index)) != digest:
            raise ManifestMismatchError(f"resume: the content has changed since chunk {index} was sent")
