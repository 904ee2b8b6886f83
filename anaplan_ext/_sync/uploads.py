# Converted by `python -m generator` from anaplan_ext/_async/uploads.py. Edit that file, not this one.
"""Moving content into files, chunk by chunk."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TypeAlias, cast

from attrs import define, evolve, field, frozen

from anaplan_client import integration
from anaplan_client.core import AnaplanError

from .. import chunks, manifest
from ..compression import AT_ONCE, Packed, compress, digest_of
from ..errors import UploadError
from ..io import _sync as io
from ..manifest import Record, Resume, UploadManifest
from ..progress import OnTransfer, Tracker
from ..settings import Settings
from ..sources import SizedContent, known_size, one_shot, pieces_of, sized
from ..window import Window, fixed
from .session import Session

COMPLETE_TIMEOUT = 3600.0
"""Seconds to wait for Anaplan to put the chunks of a stream together, which has taken it forty minutes."""
EMPTY = "the content is empty, and Anaplan would be left without any; see allow_empty"

Read: TypeAlias = Callable[[], Iterable[chunks.Piece]]
"""Reads a chunk, once or as often as it is called."""


@frozen(kw_only=True)
class Options:
    """What an upload is asked for beyond its content; see `Client.upload_file`."""

    progress: OnTransfer | None = None
    allow_empty: bool = False
    resume: Resume | None = None
    manifest: str | PathLike[str] | None = None


@define
class _Upload:
    """An upload under way."""

    session: Session
    settings: Settings
    record: Record
    tracker: Tracker
    window: Window
    failed: dict[int, AnaplanError] = field(factory=dict[int, AnaplanError])


def check_upload_id(settings: Settings, file_id: int | str) -> str:
    """Returns a file's id as text; raises `ValueError` if it is not an upload file's, unless files may be made."""
    if not settings.allow_file_creation and not str(file_id).startswith("113"):
        raise ValueError(f"file_id: {file_id!r} is not the id of a file to upload to (113…); see allow_file_creation")
    return str(file_id)


def upload(
    session: Session,
    settings: Settings,
    model_id: str,
    file_id: str,
    content: SizedContent | io.Source[bytes | str],
    options: Options,
) -> None:
    """Uploads content of any kind; returns when Anaplan has confirmed every chunk."""
    known = known_size(content)
    if known is not None:
        upload_sized(session, settings, model_id, file_id, known, options)
    else:
        pieces = cast("io.Source[bytes | str]", content)
        upload_stream(session, settings, model_id, file_id, pieces, options)


def upload_sized(
    session: Session, settings: Settings, model_id: str, file_id: str, content: SizedContent, options: Options
) -> None:
    """Uploads content of known size; returns when Anaplan has confirmed the count and every chunk."""
    source = io.in_thread(sized, content)
    if not source.length and not options.allow_empty:
        raise UploadError(file_id, EMPTY)
    begun = io.in_thread(_begun, settings, model_id, file_id, source.length, options)
    manifest.check_same(begun, model_id, source.length)
    ranges = chunks.plan(source.length, begun["chunk_size"]) or [(0, 0)]
    reads = [partial(source.read, start, end) for start, end in ranges]
    if options.resume is None:
        begun["file_id"] = _announce(session, settings, model_id, file_id, len(ranges))
    else:
        _check_unchanged(begun, reads)
    tracker = Tracker(options.progress, source.length, len(ranges))
    for index in map(int, begun["sent"]):
        tracker.done(index, ranges[index][1] - ranges[index][0])
    missing = [(index, read) for index, read in enumerate(reads) if str(index) not in begun["sent"]]
    work = _under_way(session, settings, begun, tracker, options)
    _send_parts(work, missing)
    io.in_thread(work.record.end)


def upload_stream(
    session: Session,
    settings: Settings,
    model_id: str,
    file_id: str,
    content: io.Source[bytes | str],
    options: Options,
) -> None:
    """Uploads content of unknown size; returns when Anaplan has confirmed every chunk and that the file is complete."""
    begun = io.in_thread(_begun, settings, model_id, file_id, None, options)
    with io.closing(regrouped(pieces_of(content), begun["chunk_size"])) as parts:
        # The first chunk is read before Anaplan hears of anything, so that empty content leaves the file as it was.
        first = next(parts, None)
        if first is None:
            if not options.allow_empty:
                raise UploadError(file_id, EMPTY)
            return upload_sized(session, settings, model_id, file_id, b"", options)
        manifest.check_same(begun, model_id, None)
        if options.resume is None:
            begun["file_id"] = _announce(session, settings, model_id, file_id, -1)
        work = _under_way(session, settings, begun, Tracker(options.progress, None, None), options)
        with io.closing(_with_first(first, parts)) as every_part:
            count = _send_parts(work, io.numbered(every_part))
    if len(work.record.manifest["sent"]) != count:
        raise ValueError(f"resume: the content has changed: it has {count} chunks, and more of them were sent before")
    _complete(work)
    io.in_thread(work.record.end)


def _complete(work: _Upload) -> None:
    """Tells Anaplan that all chunks of a stream are there; once, since it may work on it for long."""
    known = work.record.manifest
    body = integration.models.CompleteFileRequest(id=known["file_id"])
    request = integration.complete_file(known["model_id"], known["file_id"], body=body)
    try:
        work.session.send(request, timeout=COMPLETE_TIMEOUT)
    except AnaplanError as error:
        reason = f"every chunk was confirmed, but not that the file is complete: {error}"
        raise UploadError(known["file_id"], reason, (), work.record.copy()) from error


def _begun(settings: Settings, model_id: str, file_id: str, length: int | None, options: Options) -> UploadManifest:
    """The manifest to go on from, or a new one. Raises `ValueError` for one of another upload."""
    if options.resume is None:
        size = settings.upload_chunk_size
        return {"model_id": model_id, "file_id": file_id, "length": length, "chunk_size": size, "sent": {}}
    begun = manifest.read(options.resume)
    if begun["file_id"] != file_id and not settings.allow_file_creation:
        raise ValueError(f"resume: the manifest is that of an upload to file {begun['file_id']}, not {file_id}")
    return begun


def _under_way(
    session: Session, settings: Settings, begun: UploadManifest, tracker: Tracker, options: Options
) -> _Upload:
    record = Record(begun, None if options.manifest is None else Path(options.manifest))
    io.in_thread(record.begin)
    return _Upload(session, settings, record, tracker, Window() if settings.upload_parallel else fixed(1))


def _check_unchanged(begun: UploadManifest, reads: list[partial[Iterable[chunks.Piece]]]) -> None:
    """Raises `ValueError` if a chunk that was sent before is not what the content has there now."""

    def check(item: tuple[str, str]) -> None:
        index, digest = item
        if int(index) >= len(reads) or (io.in_thread(_digest, reads[int(index)]))[1] != digest:
            raise ValueError(f"resume: the content has changed since chunk {index} was sent")

    with io.closing(io.each_bounded(check, list(begun["sent"].items()), 2)) as checked:
        for _ in checked:
            pass


def _digest(read: Read) -> tuple[int, str]:
    return digest_of(read())


def regrouped(content: io.Source[bytes | str], first_size: int) -> Iterator[list[chunks.Piece]]:
    """Joins and cuts pieces of any size into chunks of the planned sizes; the last may be smaller."""
    cutter = chunks.Cutter(first_size)
    for completed in io.in_batches(cutter.add_all, content):
        for chunk in completed:
            yield chunk
    if rest := cutter.rest():
        yield rest


def _with_first(first: list[chunks.Piece], rest: Iterator[list[chunks.Piece]]) -> Iterator[Read]:
    yield one_shot(first)
    for part in rest:
        yield one_shot(part)


def _announce(session: Session, settings: Settings, model_id: str, file_id: str, count: int) -> str:
    """Tells Anaplan how many chunks will come, -1 for an unknown number; returns the id of the file to send them to."""
    body = integration.models.SetChunkCountRequest(chunk_count=count)
    request = integration.set_file_chunk_count(model_id, file_id, body=body)
    # For an id that it does not know, Anaplan makes a new file with an id of its own, and another for each repetition.
    answer = session.send(evolve(request, effect="once") if settings.allow_file_creation else request)
    if answer.file.id != file_id and not settings.allow_file_creation:
        raise UploadError(
            file_id, f"there is no such file; Anaplan made a new one, {answer.file.id}; nothing was uploaded"
        )
    return answer.file.id


def _send_parts(work: _Upload, parts: io.Source[tuple[int, Read]]) -> int:
    """Reads and compresses chunks in worker threads, sends them as they become ready, and returns how many it were.

    Chunks are compressed ahead of those that are sent: the link has one to take whenever it has taken another.
    """

    def pack(part: tuple[int, Read]) -> tuple[int, Packed]:
        return part[0], io.in_thread(_packed, work, *part)

    def put(chunk: tuple[int, Packed]) -> tuple[int, int]:
        try:
            _put(work, *chunk)
        except AnaplanError as error:
            work.failed[chunk[0]] = error
            raise
        return chunk[0], chunk[1].size

    window, count = work.window, 0
    try:
        with (
            io.closing(io.map_bounded(pack, parts, AT_ONCE)) as packed,
            io.closing(io.each_bounded(put, packed, window.most, lambda: window.size)) as sent,
        ):
            for index, size in sent:
                window.done(size)
                work.tracker.done(index, size)
                count += 1
    except AnaplanError as error:
        failed = tuple(sorted(work.failed))
        known = work.record.copy()
        raise UploadError(known["file_id"], str(error), failed, known) from error
    return count


def _put(work: _Upload, index: int, packed: Packed) -> None:
    """Sends one chunk, unless it was sent before."""
    if not packed.body:
        return
    known = work.record.manifest
    length = sum(map(len, packed.body))
    tell = io.cancellable(partial(work.tracker.part, index, packed.size / max(1, length)))
    request = integration.upload_file_chunk(
        known["model_id"], known["file_id"], index, body=packed.body, content_type="application/x-gzip"
    )
    try:
        with work.settings.meter.sending(length):
            work.session.send(evolve(request, progress=tell))
    finally:
        # httpx ties a request to its answer in a cycle, which would hold the chunk until the garbage is collected.
        packed.body.clear()
    io.in_thread(work.record.sent, index, packed.digest)


def _packed(work: _Upload, index: int, read: Read) -> Packed:
    """Compresses one chunk; of one that was sent before, it is only seen whether that is still the content."""
    settings = work.settings
    confirmed = work.record.manifest["sent"].get(str(index))
    if confirmed is None:
        return compress(read(), settings.compression_level or settings.meter.level(), settings.meter)
    size, digest = digest_of(read())
    if digest != confirmed:
        raise ValueError(f"resume: the content has changed since chunk {index} was sent")
    return Packed(size, digest, [])
