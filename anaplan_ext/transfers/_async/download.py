"""Chunked downloads."""

from collections.abc import AsyncIterator
from functools import partial
from io import BytesIO
from pathlib import Path

from anaplan_client import integration
from anaplan_client.core.http._async.api_client import AsyncBody

from ...auth._async.session import AsyncSession
from ...concurrency import _async as concurrency
from ...listing._async.pager import collect
from ..chunking import MAX_CONCURRENCY
from ..errors import DownloadError
from ..progress import OnTransfer, Tracker
from ..sinks import ChunkPlacer, FileSink, MemorySink, UnevenChunksError, file_sink

MAX_CHUNK_BYTES = 1 << 28
"""Bytes of one chunk; Anaplan's have 10 MB or so, and no response may fill the memory."""
MAX_BYTES_AHEAD = 64_000_000
"""Bytes of a streamed download that are read ahead of its reader; at least two chunks are."""


async def download(
    session: AsyncSession, model_id: str, file_id: str, progress: OnTransfer | None
) -> AsyncIterator[bytes]:
    """Yield the content of a file in pieces of 256 kB, a bounded number of chunks ahead of the reader."""
    count = await _count_of_some(session, model_id, file_id)
    tracker = Tracker(progress, None, count)
    largest = 1

    async def fetch(index: int) -> list[bytes]:
        return await _fetch_chunk(session, model_id, file_id, index, tracker)

    def ahead() -> int:
        return min(MAX_CONCURRENCY, max(2, MAX_BYTES_AHEAD // largest))

    index = 0
    async with concurrency.closing(concurrency.map_concurrently(fetch, range(count), ahead)) as chunks:
        async for chunk in chunks:
            size = sum(map(len, chunk))
            _check_size(file_id, index, size, count)
            largest = max(largest, size)
            tracker.done(index, size)
            index += 1
            while chunk:
                yield chunk.pop(0)
    await _check_count(session, model_id, file_id, count)


async def download_whole(session: AsyncSession, model_id: str, file_id: str, progress: OnTransfer | None) -> bytes:
    """Collect the chunks of a file in one buffer, so that the content is held only once."""
    sink = MemorySink()
    try:
        return sink.content(await _fill(session, model_id, file_id, sink, progress))
    except UnevenChunksError:
        buffer = BytesIO()
    async with concurrency.closing(download(session, model_id, file_id, progress)) as pieces:
        async for piece in pieces:
            buffer.write(piece)
    return buffer.getvalue()


async def download_to(
    session: AsyncSession, model_id: str, file_id: str, path: Path, progress: OnTransfer | None
) -> None:
    """Write the content of a file beside its path, and give it its name when it is complete."""
    sink = await concurrency.run_in_thread(file_sink, path)
    try:
        # Within, since a caller who is cancelled or interrupted meanwhile does not learn that there is a file.
        await concurrency.run_in_thread(sink.open)
        await _write(session, model_id, file_id, sink, path, progress)
    finally:
        await concurrency.run_to_completion(partial(concurrency.run_in_thread, sink.discard))


async def _write(
    session: AsyncSession, model_id: str, file_id: str, sink: FileSink, path: Path, progress: OnTransfer | None
) -> None:
    try:
        try:
            size = await _fill(session, model_id, file_id, sink, progress)
        except UnevenChunksError:
            size = await _append(session, model_id, file_id, sink, progress)
        await concurrency.run_in_thread(sink.keep, size)
    except OSError as error:
        raise DownloadError(file_id, f"it cannot be written to {path}: {error}") from error


async def _append(
    session: AsyncSession, model_id: str, file_id: str, sink: FileSink, progress: OnTransfer | None
) -> int:
    """Write the content from the beginning to the end, and return its size."""
    size = 0
    async with concurrency.closing(download(session, model_id, file_id, progress)) as pieces:
        async for piece in pieces:
            await concurrency.run_in_thread(sink.write, size, piece)
            size += len(piece)
    return size


async def _fill(
    session: AsyncSession, model_id: str, file_id: str, sink: MemorySink | FileSink, progress: OnTransfer | None
) -> int:
    """Read the chunks of a file into a sink, in any order, and return the size of the whole.

    Raises `UnevenChunksError` where the offset of a chunk cannot be known before those in front of it have been read.
    """
    count = await _count_of_some(session, model_id, file_id)
    tracker, placer = Tracker(progress, None, count), ChunkPlacer(count, sink)

    async def place(index: int) -> tuple[int, int]:
        async def read(body: AsyncBody) -> int:
            _check_bound(file_id, index, body.length or 0)
            offset = None if body.length is None else placer.offset(index, body.length)
            if offset is None:
                return await _place_whole(placer, index, await _collect(body, file_id, index, tracker))
            tell = concurrency.check_cancelled(partial(tracker.part, index, 1.0))
            tell(0)
            end = offset
            async for piece in body:
                if isinstance(sink, MemorySink):
                    sink.write(end, piece)
                else:
                    await concurrency.run_in_thread(sink.write, end, piece)
                end += len(piece)
                tell(len(piece))
            return end - offset

        request = integration.download_file_chunk(model_id, file_id, index)
        return index, await session.consume(request, read)

    async with concurrency.closing(
        concurrency.map_concurrently(place, range(count), MAX_CONCURRENCY, ordered=False)
    ) as placed:
        async for index, size in placed:
            _check_size(file_id, index, size, count)
            tracker.done(index, size)
    await _check_count(session, model_id, file_id, count)
    return await concurrency.run_in_thread(placer.finish)


async def _place_whole(placer: ChunkPlacer, index: int, chunk: list[bytes]) -> int:
    """Place a chunk whose size is known only at its end, or whose offset is not known yet."""
    content = b"".join(chunk)
    offset = placer.offset(index, len(content))
    if offset is None:
        placer.hold(content)
    else:
        await concurrency.run_in_thread(placer.sink.write, offset, content)
    return len(content)


async def _fetch_chunk(session: AsyncSession, model_id: str, file_id: str, index: int, tracker: Tracker) -> list[bytes]:
    request = integration.download_file_chunk(model_id, file_id, index)
    return await session.consume(request, partial(_collect, file_id=file_id, index=index, tracker=tracker))


async def _collect(body: AsyncBody, file_id: str, index: int, tracker: Tracker) -> list[bytes]:
    """Hold the content of a chunk, in the pieces that arrive."""
    tell = concurrency.check_cancelled(partial(tracker.part, index, 1.0))
    tell(0)
    pieces: list[bytes] = []
    size = 0
    async for piece in body:
        pieces.append(piece)
        size += len(piece)
        if size > MAX_CHUNK_BYTES:
            pieces.clear()  # which the trace of the error would hold
        _check_bound(file_id, index, size)
        tell(len(piece))
    return pieces


async def _count_of_some(session: AsyncSession, model_id: str, file_id: str) -> int:
    if not (count := await _chunk_count(session, model_id, file_id)):
        raise DownloadError(file_id, "it has no content")
    return count


def _check_bound(file_id: str, index: int, size: int) -> None:
    if size > MAX_CHUNK_BYTES:
        raise DownloadError(file_id, f"chunk {index} has more than {MAX_CHUNK_BYTES} bytes")


def _check_size(file_id: str, index: int, size: int, count: int) -> None:
    # A file without content has one chunk, which is empty.
    if not size and count > 1:
        raise DownloadError(file_id, f"chunk {index} of {count} is empty")


async def _check_count(session: AsyncSession, model_id: str, file_id: str, count: int) -> None:
    if await _chunk_count(session, model_id, file_id) != count:
        raise DownloadError(file_id, "it was changed while it was read")


async def _chunk_count(session: AsyncSession, model_id: str, file_id: str) -> int:
    found = await collect(
        session,
        lambda limit, offset: integration.list_file_chunks(model_id, file_id, limit=limit, offset=offset),
        lambda page: page.chunks,
    )
    if [chunk.id for chunk in found] != [str(index) for index in range(len(found))]:
        raise DownloadError(file_id, "its chunks are not numbered from 0 on")
    return len(found)
