"""Decide what an upload sends: from its beginning, or what a manifest lacks. Nothing here reads content or sends."""

from collections.abc import Mapping

from attrs import frozen

from . import chunking
from .manifest import UploadManifest


class ManifestMismatchError(ValueError):
    """The manifest that was given to resume from is that of another upload."""


@frozen
class ChunkJob:
    """A chunk that is to be sent: bytes `start` to `end` of the content."""

    index: int
    start: int
    end: int


@frozen
class UploadPlan:
    """What an upload of known size sends. Without a chunk that was sent before, it is announced as a new one."""

    manifest: UploadManifest
    """What was sent before and is what the content has there now."""
    ranges: list[tuple[int, int]]
    """All chunks, as (start, end)."""
    jobs: list[ChunkJob]
    """The chunks that are to be sent, in their order."""

    @property
    def is_new(self) -> bool:
        """Whether nothing of an upload before is gone on from."""
        return not self.manifest["sent"]


def new_manifest(model_id: str, file_id: str, length: int | None, chunk_size: int) -> UploadManifest:
    """Return the manifest of an upload that has sent nothing."""
    return {"model_id": model_id, "file_id": file_id, "length": length, "chunk_size": chunk_size, "sent": {}}


def mismatch(manifest: UploadManifest, new: UploadManifest) -> str:
    """Say why a manifest is not that of a new upload; empty where it may be, as far as shows without the content."""
    if manifest["model_id"] != new["model_id"]:
        return f"the manifest is that of an upload to model {manifest['model_id']}, not {new['model_id']}"
    if manifest["file_id"] != new["file_id"]:
        return f"the manifest is that of an upload to file {manifest['file_id']}, not {new['file_id']}"
    if manifest["length"] != new["length"]:
        had, has = (("a stream" if one is None else f"{one} bytes") for one in (manifest["length"], new["length"]))
        return f"the content has changed: it was {had}, it is {has}"
    return ""


def fitting(
    held: UploadManifest | None, new: UploadManifest, strict: bool, may_make_files: bool
) -> UploadManifest | None:
    """Return the manifest of an upload before if it may be that of the new one, and None if not.

    Raises `ManifestMismatchError` where it has to be (`strict`). Then an upload that made its file goes on with that.
    """
    if held is None:
        return None
    reason = mismatch(held, {**new, "file_id": held["file_id"]} if strict and may_make_files else new)
    if reason and strict:
        raise ManifestMismatchError(f"resume: {reason}")
    return None if reason else held


def ranges(manifest: UploadManifest) -> list[tuple[int, int]]:
    """Return the chunks of content of known size, as (start, end); empty content has one chunk.

    Raises `ValueError` for content that does not fit into 1,000 chunks of 50 MB.
    """
    return chunking.plan(manifest["length"] or 0, manifest["chunk_size"]) or [(0, 0)]


def plan(manifest: UploadManifest, digests: Mapping[int, str]) -> UploadPlan:
    """Plan an upload of known size: what was sent, and has the same digest now, is not sent again.

    An upload that was complete is over: with other content, nothing of it is gone on from.
    """
    every = ranges(manifest)
    kept = {index: digest for index, digest in manifest["sent"].items() if digests.get(int(index)) == digest}
    if len(kept) < len(manifest["sent"]) == len(every):
        kept = {}
    jobs = [ChunkJob(index, *found) for index, found in enumerate(every) if str(index) not in kept]
    return UploadPlan({**manifest, "sent": kept}, every, jobs)


def check_digests(manifest: UploadManifest, digests: Mapping[int, str]) -> None:
    """Raise `ManifestMismatchError` if a chunk that was sent before is not what the content has there now."""
    for index, digest in manifest["sent"].items():
        if digests.get(int(index)) != digest:
            raise ManifestMismatchError(f"resume: the content has changed since chunk {index} was sent")
