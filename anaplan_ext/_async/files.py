"""Moving content into and out of files, chunk by chunk."""

from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from io import BufferedIOBase, BytesIO, RawIOBase
from pathlib import Path
from secrets import token_hex
from typing import cast

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import AnaplanError

from .. import chunks
from ..errors import DownloadError, UploadError
from ..io import _async as io
from ..progress import OnTransfer, TransferProgress
from ..settings import Settings
from ..sources import SizedContent, known_size, one_shot, sized
from .lists import collect
from .session import AsyncSession

COMPLETE_TIMEOUT = 2400.0
"""Seconds that Anaplan may take to put the chunks of a stream together."""
PIECE_SIZE = 1_000_000
"""Bytes that are read from an open file at a time."""
EMPTY = "the content is empty, and Anaplan would be left without any; see allow_empty"


def check_upload_id(settings: Settings, file_id: int | str) -> str:
    """Returns a file's id as text; raises `ValueError` if it is not an upload file's, unless files may be made."""
    if not settings.allow_file_creation and not str(file_id).startswith("113"):
        raise ValueError(f"file_id: {file_id!r} is not the id of a file to upload to (113…); see allow_file_creation")
    return str(file_id)


async def upload(
    session: AsyncSession,
    settings: Settings,
    model_id: str,
    file_id: str,
    content: SizedContent | io.Source[bytes | str],
    progress: OnTransfer | None,
    allow_empty: bool,
) -> None:
    """Uploads content of any kind; returns when Anaplan has confirmed every chunk."""
    known = known_size(content)
    if known is not None:
        await upload_sized(session, settings, model_id, file_id, known, progress, allow_empty)
    else:
        pieces = cast("io.Source[bytes | str]", content)
        await upload_stream(session, settings, model_id, file_id, pieces, progress, allow_empty)


async def upload_sized(
    session: AsyncSession,
    settings: Settings,
    model_id: str,
    file_id: str,
    content: SizedContent,
    progress: OnTransfer | None,
    allow_empty: bool,
) -> None:
    """Uploads content of known size; returns when Anaplan has confirmed the count and every chunk."""
    source = await io.in_thread(sized, content)
    if not source.length and not allow_empty:
        raise UploadError(file_id, EMPTY)
    ranges = chunks.plan(source.length, settings.upload_chunk_size) or [(0, 0)]
    file_id = await _announce(session, settings, model_id, file_id, len(ranges))
    parts = (partial(source.read, start, end) for start, end in ranges)
    await _send_parts(session, settings, model_id, file_id, parts, progress, (source.length, len(ranges)))


async def upload_stream(
    session: AsyncSession,
    settings: Settings,
    model_id: str,
    file_id: str,
    content: io.Source[bytes | str],
    progress: OnTransfer | None,
    allow_empty: bool,
) -> None:
    """Uploads content of unknown size; returns when Anaplan has confirmed every chunk and that the file is complete."""
    # An open file would be gone through line by line.
    pieces = _pieces(content) if isinstance(content, RawIOBase | BufferedIOBase) else content
    async with io.closing(regrouped(pieces, settings.upload_chunk_size)) as parts:
        # The first chunk is read before Anaplan hears of anything, so that empty content leaves the file as it was.
        first = await anext(parts, None)
        if first is None:
            if not allow_empty:
                raise UploadError(file_id, EMPTY)
            return await upload_sized(session, settings, model_id, file_id, b"", progress, True)
        file_id = await _announce(session, settings, model_id, file_id, -1)
        async with io.closing(_with_first(first, parts)) as every_part:
            await _send_parts(session, settings, model_id, file_id, every_part, progress, (None, None))
    request = integration.complete_file(model_id, file_id, body=integration.models.CompleteFileRequest(id=file_id))
    await session.send(request, timeout=COMPLETE_TIMEOUT)


async def download(
    session: AsyncSession, model_id: str, file_id: str, progress: OnTransfer | None
) -> AsyncIterator[bytes]:
    """Yields the chunks of a file in order, a bounded number ahead of the reader."""
    count = await _chunk_count(session, model_id, file_id)
    async with io.closing(_received(session, model_id, file_id, count, progress)) as pieces:
        async for piece in pieces:
            yield piece


async def download_whole(session: AsyncSession, model_id: str, file_id: str, progress: OnTransfer | None) -> bytes:
    """Collects the chunks of a file in one buffer, so that the content is held only once."""
    count = await _chunk_count(session, model_id, file_id)
    buffer: BytesIO | None = None
    async with io.closing(_received(session, model_id, file_id, count, progress)) as pieces:
        async for piece in pieces:
            # Room for all chunks at once, which Anaplan cuts alike; memory that is not written to is not taken.
            buffer = buffer or BytesIO(bytes(len(piece) * count))
            buffer.write(piece)
    if buffer is None:
        return b""
    buffer.truncate()
    return buffer.getvalue()


async def _received(
    session: AsyncSession, model_id: str, file_id: str, count: int, progress: OnTransfer | None
) -> AsyncIterator[bytes]:
    if not count:
        raise DownloadError(file_id, "it has no content")

    async def part(index: int) -> bytes:
        return await session.send(integration.download_file_chunk(model_id, file_id, index))

    done = received = 0
    async with io.closing(io.map_bounded(part, range(count), chunks.PARALLEL)) as parts:
        async for piece in parts:
            done, received = done + len(piece), received + 1
            if progress is not None:
                progress(TransferProgress(done, None, received, count))
            yield piece
    if await _chunk_count(session, model_id, file_id) != count:
        raise DownloadError(file_id, "it was changed while it was read")


async def download_to(
    session: AsyncSession, model_id: str, file_id: str, path: Path, progress: OnTransfer | None
) -> None:
    """Writes the chunks of a file beside its path, and gives them its name when they are complete."""
    part = path.with_name(f".{path.name}.{token_hex(4)}.part")
    try:
        with await io.in_thread(part.open, "xb") as file:
            async with io.closing(download(session, model_id, file_id, progress)) as pieces:
                async for piece in pieces:
                    await io.in_thread(file.write, piece)
        await io.in_thread(part.replace, path)
    finally:
        part.unlink(missing_ok=True)


async def _chunk_count(session: AsyncSession, model_id: str, file_id: str) -> int:
    found = await collect(
        session,
        lambda limit, offset: integration.list_file_chunks(model_id, file_id, limit=limit, offset=offset),
        lambda page: page.chunks,
    )
    if [chunk.id for chunk in found] != [str(index) for index in range(len(found))]:
        raise DownloadError(file_id, "its chunks are not numbered from 0 on")
    return len(found)


async def regrouped(content: io.Source[bytes | str], first_size: int) -> AsyncIterator[list[chunks.Piece]]:
    """Joins and cuts pieces of any size into chunks of the planned sizes; the last may be smaller."""
    cutter = chunks.Cutter(first_size)
    async for piece in io.iterate(content):
        for chunk in cutter.add(piece):
            yield chunk
    if rest := cutter.rest():
        yield rest


async def _pieces(file: RawIOBase | BufferedIOBase) -> AsyncIterator[bytes]:
    while piece := await io.in_thread(file.read, PIECE_SIZE):
        yield piece


async def _with_first(
    first: list[chunks.Piece], rest: AsyncIterator[list[chunks.Piece]]
) -> AsyncIterator[Callable[[], Iterable[chunks.Piece]]]:
    yield one_shot(first)
    async for part in rest:
        yield one_shot(part)


async def _announce(session: AsyncSession, settings: Settings, model_id: str, file_id: str, count: int) -> str:
    """Tells Anaplan how many chunks will come, -1 for an unknown number; returns the id of the file to send them to."""
    body = integration.models.SetChunkCountRequest(chunk_count=count)
    request = integration.set_file_chunk_count(model_id, file_id, body=body)
    # For an id that it does not know, Anaplan makes a new file with an id of its own, and another for each repetition.
    answer = await session.send(evolve(request, effect="once") if settings.allow_file_creation else request)
    if answer.file.id != file_id and not settings.allow_file_creation:
        raise UploadError(
            file_id, f"there is no such file; Anaplan made a new one, {answer.file.id}; nothing was uploaded"
        )
    return answer.file.id


async def _send_parts(
    session: AsyncSession,
    settings: Settings,
    model_id: str,
    file_id: str,
    parts: io.Source[Callable[[], Iterable[chunks.Piece]]],
    progress: OnTransfer | None,
    totals: tuple[int | None, int | None],
) -> None:
    """Reads and compresses chunks in worker threads, and sends them as they become ready."""

    async def put(numbered: tuple[int, Callable[[], Iterable[chunks.Piece]]]) -> int:
        index, read = numbered
        size, body = await io.in_thread(_prepared, read)
        request = integration.upload_file_chunk(model_id, file_id, index, body=body, content_type="application/x-gzip")
        try:
            await session.send(request)
        except AnaplanError as error:
            raise UploadError(file_id, str(error), index) from error
        finally:
            # httpx ties a request to its answer in a cycle, which would hold the chunk until the garbage is collected.
            body.clear()
        return size

    limit = chunks.PARALLEL if settings.upload_parallel else 1
    done = count = 0
    async with io.closing(io.each_bounded(put, io.numbered(parts), limit)) as sent:
        async for size in sent:
            done, count = done + size, count + 1
            if progress is not None:
                progress(TransferProgress(done, totals[0], count, totals[1]))


def _prepared(read: Callable[[], Iterable[chunks.Piece]]) -> tuple[int, list[bytes]]:
    return chunks.compressed(read())
