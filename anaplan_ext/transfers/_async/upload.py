"""Chunked uploads."""

import logging
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Protocol, TypeAlias, cast

from attrs import define, evolve, field, frozen

from anaplan_client import integration
from anaplan_client.core import AnaplanError, BadRequestError, NotFoundError

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from .. import chunking, manifest
from ..chunking import MAX_CONCURRENCY
from ..compression import MAX_PARALLEL_COMPRESSIONS, CompressedChunk, compress, digest_of
from ..config import UploadConfig
from ..content import check_content
from ..errors import UploadError
from ..manifest import Record, Resume, UploadManifest
from ..progress import OnTransfer, Tracker
from ..sources import MemorySource, SizedContent, SizedSource, consume_once, pieces_of, sized_source
from ..upload_plan import ManifestMismatchError, UploadPlan, check_digests, fitting, new_manifest, plan, ranges

logger = logging.getLogger("anaplan")

COMPLETE_TIMEOUT = 3600.0
"""Seconds to wait for Anaplan to put the chunks of a stream together, which has taken it forty minutes."""
EMPTY = "content is empty, and Anaplan would be left without any; pass allow_empty=True to clear the file"

Read: TypeAlias = Callable[[], Iterable[chunking.Piece]]
"""Reads a chunk, once or as often as it is called."""
Content: TypeAlias = SizedContent | concurrency.Source[bytes | str]


class Check(Protocol):
    """Asks Anaplan whether an upload makes sense, and raises if not."""

    async def __call__(self) -> None:
        """Ask."""
        ...


@frozen(kw_only=True)
class Options:
    """What an upload is asked for beyond its content; see `Client.upload_file`."""

    progress: OnTransfer | None = None
    allow_empty: bool = False
    resume: Resume | None = None
    manifest: str | PathLike[str] | None = None
    check: Check | None = None
    """Called when everything on this side is found right, before the upload begins."""


@frozen
class _Target:
    """Where an upload goes, and how."""

    session: AsyncSession
    config: UploadConfig
    model_id: str
    file_id: str
    options: Options


@define
class _Upload:
    """An upload in flight."""

    target: _Target
    record: Record
    tracker: Tracker
    strict: bool
    """Whether content that is not what was sent before is an error of the caller, who gave the manifest."""
    is_new: bool
    """Whether it goes on with nothing of an upload before."""
    failed: dict[int, AnaplanError] = field(factory=dict[int, AnaplanError])


async def upload(
    session: AsyncSession, config: UploadConfig, model_id: str, file_id: str, content: Content, options: Options
) -> None:
    """Upload content of any kind; return when Anaplan has confirmed every chunk."""
    concurrency.check_source("content", content)
    await concurrency.run_in_thread(check_content, content)
    target = _Target(session, config, model_id, file_id, options)
    source = sized_source(content)
    if source is None:
        await _upload_stream(target, cast("concurrency.Source[bytes | str]", content))
    else:
        await _upload_sized(target, source)


async def _upload_sized(target: _Target, source: SizedSource) -> None:
    """Upload content of known size; return when Anaplan has confirmed the count and every chunk."""
    try:
        await concurrency.run_in_thread(source.open)
        if not source.length and not target.options.allow_empty:
            raise UploadError(target.file_id, EMPTY)
        planned, strict = await _plan(target, source)
        tracker = Tracker(target.options.progress, source.length, len(planned.ranges))
        for index in map(int, planned.manifest["sent"]):
            tracker.done(index, planned.ranges[index][1] - planned.ranges[index][0])
        work = await _start(target, planned.manifest, tracker, len(planned.ranges), strict)
        jobs = [(job.index, partial(source.read, job.start, job.end)) for job in planned.jobs]
        await _send_chunks(work, jobs, source.check_unchanged)
    finally:
        await concurrency.run_in_thread(source.close)
    await concurrency.run_in_thread(work.record.delete)


async def _plan(target: _Target, source: SizedSource) -> tuple[UploadPlan, bool]:
    """Plan an upload of known size, and say whether its manifest was given to resume from."""
    new = new_manifest(target.model_id, target.file_id, source.length, target.config.chunk_size)
    held, strict = await concurrency.run_in_thread(manifest.load, target.options.resume, target.options.manifest)
    held = fitting(held, new, strict, target.config.allow_file_creation)
    if held is None:
        return plan(new, {}), strict
    digests = await _digests_of_sent(held, source)
    if strict:
        check_digests(held, digests)
    planned = plan(held, digests)
    # What goes on with nothing of an upload before begins anew, with the chunk size of now.
    return (planned if strict or not planned.is_new else plan(new, {})), strict


async def _upload_stream(target: _Target, content: concurrency.Source[bytes | str]) -> None:
    """Upload content of unknown size; return when Anaplan has confirmed every chunk and that the file is complete."""
    new = new_manifest(target.model_id, target.file_id, None, target.config.chunk_size)
    held, strict = await concurrency.run_in_thread(manifest.load, target.options.resume, target.options.manifest)
    size = new["chunk_size"] if held is None else held["chunk_size"]
    async with concurrency.closing(_rechunk(pieces_of(content), size)) as parts:
        # The first chunk is read before Anaplan hears of anything, so that empty content leaves the file as it was.
        first = await anext(parts, None)
        if first is None:
            if not target.options.allow_empty:
                raise UploadError(target.file_id, EMPTY)
            return await _upload_sized(target, MemorySource(b""))
        held = fitting(held, new, strict, target.config.allow_file_creation)
        if held is not None and not strict and await concurrency.run_in_thread(_differs, held, first):
            held = None
        if held is None:
            held = new_manifest(target.model_id, target.file_id, None, size)
        work = await _start(target, held, Tracker(target.options.progress, None, None), -1, strict)
        async with concurrency.closing(_with_first(first, parts)) as every_part:
            count = await _send_chunks(work, concurrency.enumerate_source(every_part))
    if len(work.record.manifest["sent"]) != count:
        await _refuse_shorter(work, count)
    await _complete(work)
    await concurrency.run_in_thread(work.record.delete)


async def _refuse_shorter(work: _Upload, count: int) -> None:
    """Raise for a stream that has ended before what was sent of an upload before, which Anaplan would keep."""
    reason = f"the content has changed: it has {count} chunks, and more of them were sent before"
    if work.strict:
        raise ManifestMismatchError(f"resume: {reason}")
    await concurrency.run_in_thread(work.record.forget)
    known = work.record.snapshot()
    raise UploadError(known["file_id"], f"{reason}; upload it again, which begins anew", (), known)


async def _drop_stale(work: _Upload, error: Exception) -> None:
    """Forget what was sent before where Anaplan does not know of it any more, so that the next upload begins anew."""
    if not work.is_new and not work.strict and isinstance(error, BadRequestError | NotFoundError):
        await concurrency.run_in_thread(work.record.forget)


async def _complete(work: _Upload) -> None:
    """Tell Anaplan that all chunks of a stream are there; once, since it may work on it for long."""
    known = work.record.manifest
    body = integration.models.CompleteFileRequest(id=known["file_id"])
    request = integration.complete_file(known["model_id"], known["file_id"], body=body)
    try:
        await work.target.session.send(request, timeout=COMPLETE_TIMEOUT)
    except AnaplanError as error:
        await _drop_stale(work, error)
        reason = f"every chunk was confirmed, but not that the file is complete: {error}"
        raise UploadError(known["file_id"], reason, (), work.record.snapshot()) from error


def _differs(held: UploadManifest, first: list[chunking.Piece]) -> bool:
    """Whether the first chunk of a stream is another one than was sent before."""
    sent = held["sent"].get("0")
    return sent is not None and digest_of(first)[1] != sent


async def _start(target: _Target, known: UploadManifest, tracker: Tracker, count: int, strict: bool) -> _Upload:
    """Write the manifest, and announce an upload that goes on with nothing."""
    if target.options.check is not None:
        await target.options.check()
    path = target.options.manifest
    record = Record(known, None if path is None else Path(path))
    await concurrency.run_in_thread(record.write)
    if not known["sent"]:
        try:
            await _announce(target, record, count)
        except BaseException:
            await concurrency.run_in_thread(record.delete)
            raise
    return _Upload(target, record, tracker, strict, not known["sent"])


async def _announce(target: _Target, record: Record, count: int) -> None:
    """Tell Anaplan how many chunks will come, -1 for an unknown number."""
    config, file_id = target.config, record.manifest["file_id"]
    body = integration.models.SetChunkCountRequest(chunk_count=count)
    request = integration.set_file_chunk_count(target.model_id, file_id, body=body)
    # For an id that it does not know, Anaplan makes a new file with an id of its own, and another for each repetition.
    answer = await target.session.send(
        evolve(request, effect="non-idempotent") if config.allow_file_creation else request
    )
    if answer.file.id == file_id:
        return
    if not config.allow_file_creation:
        outcome = await _delete_new_file(target, answer.file.id)
        raise UploadError(file_id, f"there is no such file; Anaplan made a new one, {answer.file.id}, {outcome}")
    record.manifest["file_id"] = answer.file.id
    await concurrency.run_in_thread(record.write)


async def _delete_new_file(target: _Target, file_id: str) -> str:
    """Delete the file that Anaplan has made for an unknown id, and say what became of it."""
    try:
        await target.session.send(integration.delete_file(target.model_id, file_id))
    except AnaplanError as error:
        logger.warning("the new file %s could not be deleted: %s", file_id, error)
        return "which could not be deleted"
    return "which was deleted; nothing was uploaded"


async def _digests_of_sent(held: UploadManifest, source: SizedSource) -> dict[int, str]:
    """Read what was sent before, and return its digests as the content is now."""
    every, sent = ranges(held), [int(index) for index in held["sent"]]

    async def digest(index: int) -> tuple[int, str]:
        _, found = await concurrency.run_in_thread(lambda: digest_of(source.read(*every[index])))
        return index, found

    digests: dict[int, str] = {}
    async with concurrency.closing(
        concurrency.map_concurrently(digest, [index for index in sent if index < len(every)], 2, ordered=False)
    ) as found:
        async for index, value in found:
            digests[index] = value
    return digests


async def _rechunk(content: concurrency.Source[bytes | str], first_size: int) -> AsyncIterator[list[chunking.Piece]]:
    """Join and cut pieces of any size into chunks of the planned sizes; the last may be smaller."""
    cutter = chunking.Chunker(first_size)
    async for completed in concurrency.map_batches(cutter.add_all, content):
        for chunk in completed:
            yield chunk
    if rest := cutter.rest():
        yield rest


async def _with_first(first: list[chunking.Piece], rest: AsyncIterator[list[chunking.Piece]]) -> AsyncIterator[Read]:
    yield consume_once(first)
    async for part in rest:
        yield consume_once(part)


async def _send_chunks(
    work: _Upload, parts: concurrency.Source[tuple[int, Read]], check_source: Callable[[], None] | None = None
) -> int:
    """Send chunks, and return their number. Whatever fails is an `UploadError` with the manifest.

    Not so what the caller's `progress` raises, nor content that is not that of the manifest which the caller gave.
    """
    try:
        count = await _send_parts(work, parts)
        if check_source is not None:
            await concurrency.run_in_thread(check_source)
    except ManifestMismatchError:
        raise
    except Exception as error:
        if error is work.tracker.callback_error:
            raise
        await _drop_stale(work, error)
        known = work.record.snapshot()
        reason = str(error) or type(error).__name__
        raise UploadError(known["file_id"], reason, tuple(sorted(work.failed)), known) from error
    return count


async def _send_parts(work: _Upload, parts: concurrency.Source[tuple[int, Read]]) -> int:
    """Read and compress chunks in worker threads, send them as they become ready, and return their number.

    Chunks are compressed ahead of those that are sent: the link has one to take whenever it has taken another.
    """

    async def pack(part: tuple[int, Read]) -> tuple[int, CompressedChunk]:
        return part[0], await concurrency.run_in_thread(_compress_chunk, work, *part)

    async def put(chunk: tuple[int, CompressedChunk]) -> tuple[int, int]:
        try:
            await _send_chunk(work, *chunk)
        except AnaplanError as error:
            work.failed[chunk[0]] = error
            raise
        return chunk[0], chunk[1].size

    limit, count = MAX_CONCURRENCY if work.target.config.parallel else 1, 0
    ids = work.record.manifest["file_id"], work.record.manifest["model_id"]
    logger.info("upload to file %s in model %s started", *ids)
    async with (
        concurrency.closing(concurrency.map_concurrently(pack, parts, MAX_PARALLEL_COMPRESSIONS)) as compressed,
        concurrency.closing(concurrency.map_concurrently(put, compressed, limit, ordered=False)) as sent,
    ):
        async for index, size in sent:
            work.tracker.done(index, size)
            count += 1
    logger.info("upload to file %s in model %s: %d chunks confirmed", *ids, count)
    return count


async def _send_chunk(work: _Upload, index: int, compressed: CompressedChunk) -> None:
    """Send one chunk, unless it was sent before."""
    if not compressed.body:
        return
    known = work.record.manifest
    length = sum(map(len, compressed.body))
    tell = concurrency.check_cancelled(partial(work.tracker.part, index, compressed.size / max(1, length)))
    request = integration.upload_file_chunk(
        known["model_id"], known["file_id"], index, body=compressed.body, content_type="application/x-gzip"
    )
    try:
        await work.target.session.send(evolve(request, progress=tell))
    finally:
        # httpx ties a request to its answer in a cycle, which would hold the chunk until the garbage is collected.
        compressed.body.clear()
    await concurrency.run_in_thread(work.record.mark_sent, index, compressed.digest)


def _compress_chunk(work: _Upload, index: int, read: Read) -> CompressedChunk:
    """Compress one chunk; of a stream's that was sent before, nothing is left to send if it is the same now."""
    confirmed = work.record.manifest["sent"].get(str(index))
    if confirmed is not None:
        pieces = list(read())
        size, digest = digest_of(pieces)
        if digest == confirmed:
            return CompressedChunk(size, digest, [])
        if work.strict:
            raise ManifestMismatchError(f"resume: the content has changed since chunk {index} was sent")
        read = consume_once(pieces)
    return compress(read(), work.target.config.compression_level)
