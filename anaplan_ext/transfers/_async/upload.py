"""Chunked uploads."""

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Protocol, TypeAlias, cast

from attrs import define, evolve, field, frozen

from anaplan_client import integration
from anaplan_client.core import AnaplanError, StatusError

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from .. import manifest
from ..chunking import MAX_CONCURRENCY, Chunker, Piece, plan_ranges
from ..compression import MAX_PARALLEL_COMPRESSIONS, CompressedChunk, compress, compute_digest
from ..config import UploadConfig
from ..content import check_content
from ..errors import UploadError
from ..manifest import Record, Resume, UploadManifest
from ..progress import OnTransfer, Tracker
from ..sources import MemorySource, SizedContent, SizedSource, as_sized, consume_once, iter_pieces
from ..upload_plan import (
    ManifestMismatchError,
    UploadPlan,
    check_digests,
    match_manifest,
    new_manifest,
    plan_upload,
)

logger = logging.getLogger("anaplan")

COMPLETE_TIMEOUT_SECONDS = 3600.0
"""Anaplan has taken forty minutes to join the chunks of a stream."""
EMPTY = "content is empty; pass allow_empty=True to clear the file"

Content: TypeAlias = SizedContent | concurrency.Source[bytes | str]


class Check(Protocol):
    """A check of an upload that sends requests; it raises if the upload makes no sense."""

    async def __call__(self) -> None:
        """Raise if the upload makes no sense."""
        ...


@frozen
class UploadJob:
    """One upload as its caller requested it; see `Client.upload_file` for the options."""

    session: AsyncSession
    config: UploadConfig
    model_id: str
    file_id: str
    progress: OnTransfer | None = field(default=None, kw_only=True)
    allow_empty: bool = field(default=False, kw_only=True)
    resume: Resume | None = field(default=None, kw_only=True)
    manifest: str | PathLike[str] | None = field(default=None, kw_only=True)
    check: Check | None = field(default=None, kw_only=True)
    """Called when all local checks have passed, before the upload starts."""


@define
class _Transfer:
    """An upload in flight."""

    job: UploadJob
    record: Record
    tracker: Tracker
    is_strict: bool
    """Whether the caller passed the manifest, so that other content is the caller's error."""
    is_new: bool
    """Whether the upload resumes nothing."""
    failed: set[int] = field(factory=set[int])
    """The indices of the chunks that failed."""


async def upload(job: UploadJob, content: Content) -> None:
    """Upload content of any kind; return when Anaplan has confirmed every chunk."""
    concurrency.check_source("content", content)
    await concurrency.run_in_thread(check_content, content)
    source = as_sized(content)
    if source is None:
        await _upload_stream(job, cast("concurrency.Source[bytes | str]", content))
    else:
        await _upload_sized(job, source)


async def _upload_sized(job: UploadJob, source: SizedSource) -> None:
    """Upload content of known size; return when Anaplan has confirmed the count and every chunk."""
    try:
        await concurrency.run_in_thread(source.open)
        if not source.length and not job.allow_empty:
            raise UploadError(job.file_id, EMPTY)
        plan, is_strict = await _plan(job, source)
        tracker = Tracker(job.progress, source.length, len(plan.ranges))
        for index in map(int, plan.manifest["sent"]):
            tracker.complete(index, plan.ranges[index][1] - plan.ranges[index][0])
        transfer = await _start(job, plan.manifest, tracker, len(plan.ranges), is_strict)
        chunks = ((chunk.index, source.read(chunk.start, chunk.end)) for chunk in plan.jobs)
        await _send_chunks(transfer, chunks, source.check_unchanged)
    finally:
        await concurrency.run_in_thread(source.close)
    await concurrency.run_in_thread(transfer.record.delete)


async def _plan(job: UploadJob, source: SizedSource) -> tuple[UploadPlan, bool]:
    """Plan an upload of known size, and say whether the caller passed its manifest."""
    new = new_manifest(job.model_id, job.file_id, source.length, job.config.chunk_size)
    stored, is_strict = await concurrency.run_in_thread(manifest.load, job.resume, job.manifest)
    stored = match_manifest(stored, new, is_strict, job.config.allow_file_creation)
    if stored is None:
        return plan_upload(new, {}), is_strict
    digests = await _digest_sent_chunks(stored, source)
    if is_strict:
        check_digests(stored, digests)
    plan = plan_upload(stored, digests)
    # An upload that resumes nothing starts with the chunk size of the client.
    return (plan if is_strict or not plan.is_new else plan_upload(new, {})), is_strict


async def _digest_sent_chunks(stored: UploadManifest, source: SizedSource) -> dict[int, str]:
    """Read the chunks that were sent before, and return their digests in the present content."""
    ranges = plan_ranges(stored["length"] or 0, stored["chunk_size"])
    indices = [index for index in map(int, stored["sent"]) if index < len(ranges)]

    async def digest(index: int) -> str:
        return (await concurrency.run_in_thread(compute_digest, source.read(*ranges[index])))[1]

    async with concurrency.closing(concurrency.map_concurrently(digest, indices, 2)) as digests:
        return dict(zip(indices, [value async for value in digests], strict=True))


async def _upload_stream(job: UploadJob, content: concurrency.Source[bytes | str]) -> None:
    """Upload content of unknown size; return when Anaplan has confirmed every chunk and that the file is complete."""
    new = new_manifest(job.model_id, job.file_id, None, job.config.chunk_size)
    stored, is_strict = await concurrency.run_in_thread(manifest.load, job.resume, job.manifest)
    size = new["chunk_size"] if stored is None else stored["chunk_size"]
    async with concurrency.closing(_rechunk(iter_pieces(content), size)) as chunks:
        # The first chunk is read before the first request, so that empty content leaves the file as it was.
        first = await anext(chunks, None)
        if first is None:
            if not job.allow_empty:
                raise UploadError(job.file_id, EMPTY)
            return await _upload_sized(job, MemorySource(b""))
        stored = match_manifest(stored, new, is_strict, job.config.allow_file_creation)
        if stored is not None and not is_strict and await concurrency.run_in_thread(_has_changed, stored, first):
            stored = None
        if stored is None:
            stored = new_manifest(job.model_id, job.file_id, None, size)
        transfer = await _start(job, stored, Tracker(job.progress, None, None), -1, is_strict)
        async with concurrency.closing(_number(first, chunks)) as numbered:
            count = await _send_chunks(transfer, numbered)
    if len(transfer.record.manifest["sent"]) != count:
        await _reject_shorter(transfer, count)
    await _complete(transfer)
    await concurrency.run_in_thread(transfer.record.delete)


async def _rechunk(content: concurrency.Source[bytes | str], first_size: int) -> AsyncIterator[list[Piece]]:
    """Join and cut pieces of any size into chunks of the planned sizes; the last may be smaller."""
    chunker = Chunker(first_size)
    async for completed in concurrency.map_batches(chunker.add_all, content):
        for chunk in completed:
            yield chunk
    if last := chunker.flush():
        yield last


async def _number(first: list[Piece], others: AsyncIterator[list[Piece]]) -> AsyncIterator[tuple[int, Iterator[Piece]]]:
    index = 0
    yield index, consume_once(first)
    async for chunk in others:
        index += 1
        yield index, consume_once(chunk)


def _has_changed(stored: UploadManifest, first: list[Piece]) -> bool:
    """Say whether the first chunk of a stream differs from the one that was sent before."""
    sent = stored["sent"].get("0")
    return sent is not None and compute_digest(first)[1] != sent


async def _reject_shorter(transfer: _Transfer, count: int) -> None:
    """Raise for a stream with fewer chunks than were sent before, since Anaplan would keep the others."""
    reason = f"the content has changed: it has {count} chunks, and more of them were sent before"
    if transfer.is_strict:
        raise ManifestMismatchError(f"resume: {reason}")
    await concurrency.run_in_thread(transfer.record.forget)
    state = transfer.record.snapshot()
    raise UploadError(state["file_id"], f"{reason}; upload it again, which sends all of it", (), state)


async def _complete(transfer: _Transfer) -> None:
    """Tell Anaplan once that all chunks of a stream are sent; the response may take long."""
    file_id, model_id = transfer.record.manifest["file_id"], transfer.record.manifest["model_id"]
    request = integration.complete_file(model_id, file_id, body=integration.models.CompleteFileRequest(id=file_id))
    try:
        await transfer.job.session.send(request, timeout=COMPLETE_TIMEOUT_SECONDS)
    except AnaplanError as error:
        await _forget_stale(transfer, error)
        reason = f"every chunk was confirmed, but not that the file is complete: {error}"
        raise UploadError(file_id, reason, (), transfer.record.snapshot()) from error


async def _forget_stale(transfer: _Transfer, error: Exception) -> None:
    """Forget what was sent before if Anaplan no longer has it, so that the next upload sends everything."""
    is_unknown = isinstance(error, StatusError) and error.status in (400, 404)
    if is_unknown and not transfer.is_new and not transfer.is_strict:
        await concurrency.run_in_thread(transfer.record.forget)


async def _start(job: UploadJob, state: UploadManifest, tracker: Tracker, count: int, is_strict: bool) -> _Transfer:
    """Write the manifest, and announce the number of chunks (-1 if unknown) of an upload that resumes nothing."""
    if job.check is not None:
        await job.check()
    record = Record(state, None if job.manifest is None else Path(job.manifest))
    await concurrency.run_in_thread(record.write)
    transfer = _Transfer(job, record, tracker, is_strict, is_new=not state["sent"])
    if transfer.is_new:
        try:
            await _announce(job, record, count)
        except BaseException:
            await concurrency.run_in_thread(record.delete)
            raise
    return transfer


async def _announce(job: UploadJob, record: Record, count: int) -> None:
    may_create, file_id = job.config.allow_file_creation, record.manifest["file_id"]
    body = integration.models.SetChunkCountRequest(chunk_count=count)
    request = integration.set_file_chunk_count(job.model_id, file_id, body=body)
    # For an unknown id, Anaplan creates a file with an id of its own, and another one at each retry.
    response = await job.session.send(evolve(request, effect="non-idempotent") if may_create else request)
    new_id = response.file.id
    if new_id == file_id:
        return
    if not may_create:
        outcome = await _delete_new_file(job, new_id)
        raise UploadError(file_id, f"there is no such file; Anaplan created file {new_id}, {outcome}")
    record.manifest["file_id"] = new_id
    await concurrency.run_in_thread(record.write)


async def _delete_new_file(job: UploadJob, file_id: str) -> str:
    """Delete the file that Anaplan created for an unknown id, and describe the result."""
    try:
        await job.session.send(integration.delete_file(job.model_id, file_id))
    except AnaplanError as error:
        logger.warning("the new file %s could not be deleted: %s", file_id, error)
        return "which could not be deleted"
    return "which was deleted; nothing was uploaded"


async def _send_chunks(
    transfer: _Transfer,
    chunks: concurrency.Source[tuple[int, Iterable[Piece]]],
    check_source: Callable[[], None] | None = None,
) -> int:
    """Compress chunks in worker threads, send each as it becomes ready, and return their number.

    At most two chunks are compressed ahead, so that the link never waits for one. Every failure is an `UploadError`
    with the manifest, except an error of the caller: of `progress`, or content that is not that of `resume`.
    """
    state, count = transfer.record.manifest, 0
    limit = MAX_CONCURRENCY if transfer.job.config.parallel else 1
    compress_next, send_next = partial(_compress_chunk, transfer), partial(_send_chunk, transfer)
    logger.info("upload to file %s in model %s started", state["file_id"], state["model_id"])
    try:
        async with (
            concurrency.closing(
                concurrency.map_concurrently(compress_next, chunks, MAX_PARALLEL_COMPRESSIONS)
            ) as compressed,
            concurrency.closing(concurrency.map_concurrently(send_next, compressed, limit, ordered=False)) as sent,
        ):
            async for index, size in sent:
                transfer.tracker.complete(index, size)
                count += 1
        if check_source is not None:
            await concurrency.run_in_thread(check_source)
    except ManifestMismatchError:
        raise
    except Exception as error:
        if error is transfer.tracker.callback_error:
            raise
        await _forget_stale(transfer, error)
        state, reason = transfer.record.snapshot(), str(error) or type(error).__name__
        raise UploadError(state["file_id"], reason, tuple(sorted(transfer.failed)), state) from error
    logger.info("upload to file %s in model %s: %d chunks confirmed", state["file_id"], state["model_id"], count)
    return count


async def _compress_chunk(transfer: _Transfer, chunk: tuple[int, Iterable[Piece]]) -> tuple[int, CompressedChunk]:
    return chunk[0], await concurrency.run_in_thread(_compress, transfer, *chunk)


def _compress(transfer: _Transfer, index: int, pieces: Iterable[Piece]) -> CompressedChunk:
    """Compress a chunk; one that was sent before and has not changed gets an empty body."""
    confirmed = transfer.record.manifest["sent"].get(str(index))
    if confirmed is not None:
        collected = list(pieces)
        size, digest = compute_digest(collected)
        if digest == confirmed:
            return CompressedChunk(size, digest, [])
        if transfer.is_strict:
            raise ManifestMismatchError(f"resume: the content has changed since chunk {index} was sent")
        pieces = consume_once(collected)
    return compress(pieces, transfer.job.config.compression_level)


async def _send_chunk(transfer: _Transfer, chunk: tuple[int, CompressedChunk]) -> tuple[int, int]:
    """Send a chunk unless it was sent before, and return its index and size."""
    index, compressed = chunk
    if not compressed.body:
        return index, compressed.size
    state, length = transfer.record.manifest, sum(map(len, compressed.body))
    progress = concurrency.check_cancelled(partial(transfer.tracker.add, index, compressed.size / length))
    request = integration.upload_file_chunk(
        state["model_id"], state["file_id"], index, body=compressed.body, content_type="application/x-gzip"
    )
    try:
        await transfer.job.session.send(evolve(request, progress=progress))
    except AnaplanError:
        transfer.failed.add(index)
        raise
    finally:
        # httpx ties a request to its response in a cycle, which would hold the chunk until the next collection.
        compressed.body.clear()
    await concurrency.run_in_thread(transfer.record.mark_sent, index, compressed.digest)
    return index, compressed.size
