# Converted by `python -m generator` from anaplan_ext/_async/files.py. Edit that file, not this one.
"""Moving content into and out of files, chunk by chunk."""

from collections.abc import Iterator

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import AnaplanError

from .. import chunks
from ..errors import DownloadError, UploadError
from ..io import _sync as io
from ..progress import OnTransfer, TransferProgress
from ..settings import Settings
from .lists import collect
from .session import Session

COMPLETE_TIMEOUT = 2400.0
"""Seconds that Anaplan may take to put the chunks of a stream together."""


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
    content: str | bytes | bytearray | memoryview,
    progress: OnTransfer | None,
) -> None:
    """Uploads content of known size; returns when Anaplan has confirmed the count and every chunk."""
    view = chunks.as_bytes(content)
    if not view:
        raise UploadError(file_id, "the content is empty; Anaplan would be left without content")
    ranges = chunks.plan(len(view), settings.upload_chunk_size)
    file_id = _announce(session, settings, model_id, file_id, len(ranges))
    parts = (view[start:end] for start, end in ranges)
    _send_parts(session, settings, model_id, file_id, parts, progress, (len(view), len(ranges)))


def upload_stream(
    session: Session,
    settings: Settings,
    model_id: str,
    file_id: str,
    content: io.Source[bytes | str],
    progress: OnTransfer | None,
) -> None:
    """Uploads content of unknown size; returns when Anaplan has confirmed every chunk and that the file is complete."""
    with io.closing(regrouped(content, settings.upload_chunk_size)) as parts:
        # The first chunk is read before Anaplan hears of anything, so that empty content leaves the file as it was.
        try:
            first = next(parts)
        except StopIteration:
            raise UploadError(file_id, "the content is empty; Anaplan would be left without content") from None
        file_id = _announce(session, settings, model_id, file_id, -1)
        with io.closing(_with_first(first, parts)) as every_part:
            _send_parts(session, settings, model_id, file_id, every_part, progress, (None, None))
    request = integration.complete_file(model_id, file_id, body=integration.models.CompleteFileRequest(id=file_id))
    session.send(request, timeout=COMPLETE_TIMEOUT)


def download(
    session: Session, settings: Settings, model_id: str, file_id: str, progress: OnTransfer | None
) -> Iterator[bytes]:
    """Yields the chunks of a file in order, a bounded number ahead of the reader."""
    found = collect(
        session,
        lambda limit, offset: integration.list_file_chunks(model_id, file_id, limit=limit, offset=offset),
        lambda page: page.chunks,
    )
    if [chunk.id for chunk in found] != [str(index) for index in range(len(found))]:
        raise DownloadError(file_id, "its chunks are not numbered from 0 on")
    if not found:
        raise DownloadError(file_id, "it has no content")

    def part(index: int) -> bytes:
        return session.send(integration.download_file_chunk(model_id, file_id, index))

    done = 0
    with io.closing(io.map_bounded(part, range(len(found)), chunks.PARALLEL)) as parts:
        count = 0
        for piece in parts:
            done, count = done + len(piece), count + 1
            if progress is not None:
                progress(TransferProgress(done, None, count, len(found)))
            yield piece


def regrouped(content: io.Source[bytes | str], first_size: int) -> Iterator[bytes]:
    """Joins and cuts pieces of any size into chunks of the planned sizes; the last may be smaller."""
    sizes = chunks.growing_sizes(first_size)
    size = 0
    held = bytearray()
    for piece in io.iterate(content):
        held += piece.encode() if isinstance(piece, str) else piece
        while held:
            size = size or next(sizes)
            if len(held) < size:
                break
            yield bytes(memoryview(held)[:size])
            del held[:size]
            size = 0
    if held:
        yield bytes(held)


def _with_first(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    for part in rest:
        yield part


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


def _send_parts(
    session: Session,
    settings: Settings,
    model_id: str,
    file_id: str,
    parts: io.Source[bytes | memoryview],
    progress: OnTransfer | None,
    totals: tuple[int | None, int | None],
) -> int:
    """Sends chunks, compressed in worker threads, and returns how many there were."""

    def put(numbered: tuple[int, bytes | memoryview]) -> int:
        index, part = numbered
        body = io.in_thread(chunks.compressed, part)
        request = integration.upload_file_chunk(model_id, file_id, index, body=body, content_type="application/x-gzip")
        try:
            session.send(request)
        except AnaplanError as error:
            raise UploadError(file_id, str(error), index) from error
        return len(part)

    limit = chunks.PARALLEL if settings.upload_parallel else 1
    done = count = 0
    with io.closing(io.map_bounded(put, io.numbered(parts), limit)) as sent:
        for size in sent:
            done, count = done + size, count + 1
            if progress is not None:
                progress(TransferProgress(done, totals[0], count, totals[1]))
    return count
