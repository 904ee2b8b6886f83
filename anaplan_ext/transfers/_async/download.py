"""Chunked downloads."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
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
from ..sinks import ChunkPlacer, FileSink, MemorySink, UnevenChunksError, create_file_sink

MAX_CHUNK_BYTES = 1 << 28
"""A larger chunk is an error, so that no response fills the memory. Anaplan's chunks have about 10 MB."""
MAX_STREAM_BYTES = 30_000_000
"""The chunks that a stream holds have at most this size together, or are two."""


async def download(
    session: AsyncSession, model_id: str, file_id: str, progress: OnTransfer | None
) -> AsyncIterator[bytes]:
    """Yield the content of a file in pieces of at most 256 KiB, and hold at most 30 MB or two chunks of it.

    A chunk is held until all of it has arrived, so that a slow reader never stalls a connection. A piece is released
    when the next one is read.
    """
    count = await _require_chunks(session, model_id, file_id)
    tracker = Tracker(progress, None, count)
    largest = 0

    def limit() -> int:
        return max(2, min(MAX_CONCURRENCY, MAX_STREAM_BYTES // largest)) if largest else 2

    async def fetch(index: int) -> tuple[int, deque[bytes]]:
        request = integration.download_file_chunk(model_id, file_id, index)
        return index, await session.consume(request, partial(_collect, file_id=file_id, index=index, tracker=tracker))

    async with concurrency.closing(concurrency.map_concurrently(fetch, range(count), limit)) as chunks:
        async for index, pieces in chunks:
            size = sum(map(len, pieces))
            _check_size(file_id, index, size, count)
            largest = max(largest, size)
            tracker.complete(index, size)
            while pieces:
                yield pieces.popleft()
    await _check_count(session, model_id, file_id, count)


async def download_whole(session: AsyncSession, model_id: str, file_id: str, progress: OnTransfer | None) -> bytes:
    """Return the content of a file, which is held once: its chunks are read into one buffer."""
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
    """Write the content of a file next to its path, and rename the file when it is complete."""
    sink = await concurrency.run_in_thread(create_file_sink, path)
    try:
        # Opened inside `try`: a caller that is cancelled meanwhile does not learn that there is a file.
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
        raise DownloadError(file_id, f"the content cannot be written to {path}: {error}") from error


async def _append(
    session: AsyncSession, model_id: str, file_id: str, sink: FileSink, progress: OnTransfer | None
) -> int:
    """Write the content in order, and return its size."""
    size = 0
    async with concurrency.closing(download(session, model_id, file_id, progress)) as pieces:
        async for piece in pieces:
            await concurrency.run_in_thread(sink.write, size, piece)
            size += len(piece)
    return size


async def _fill(
    session: AsyncSession, model_id: str, file_id: str, sink: MemorySink | FileSink, progress: OnTransfer | None
) -> int:
    """Read the chunks of a file into a sink in any order, and return the size of the content.

    Raises `UnevenChunksError` if the offset of a chunk depends on chunks that have not been read.
    """
    count = await _require_chunks(session, model_id, file_id)
    tracker, placer = Tracker(progress, None, count), ChunkPlacer(count, sink)

    async def place(index: int) -> tuple[int, int]:
        async def read(body: AsyncBody) -> int:
            _check_bound(file_id, index, body.length or 0)
            offset = None if body.length is None else placer.get_offset(index, body.length)
            if offset is None:
                return await _place_whole(placer, index, await _collect(body, file_id, index, tracker))
            count_bytes = _counter(tracker, index)
            end = offset
            async for piece in body:
                if isinstance(sink, MemorySink):
                    sink.write(end, piece)
                else:
                    await concurrency.run_in_thread(sink.write, end, piece)
                end += len(piece)
                count_bytes(len(piece))
            return end - offset

        request = integration.download_file_chunk(model_id, file_id, index)
        return index, await session.consume(request, read)

    async with concurrency.closing(
        concurrency.map_concurrently(place, range(count), MAX_CONCURRENCY, ordered=False)
    ) as placed:
        async for index, size in placed:
            _check_size(file_id, index, size, count)
            tracker.complete(index, size)
    await _check_count(session, model_id, file_id, count)
    return await concurrency.run_in_thread(placer.finish)


async def _place_whole(placer: ChunkPlacer, index: int, pieces: Iterable[bytes]) -> int:
    """Place a chunk of which neither the size nor the offset was known before it was read."""
    content = b"".join(pieces)
    offset = placer.get_offset(index, len(content))
    if offset is None:
        placer.hold(content)
    else:
        await concurrency.run_in_thread(placer.sink.write, offset, content)
    return len(content)


async def read_chunk(session: AsyncSession, model_id: str, file_id: str, index: int) -> bytes:
    """Return one chunk of a file."""
    tracker = Tracker(None, None, 1)

    async def read(body: AsyncBody) -> bytes:
        return b"".join(await _collect(body, file_id, index, tracker))

    return await session.consume(integration.download_file_chunk(model_id, file_id, index), read)


async def _collect(body: AsyncBody, file_id: str, index: int, tracker: Tracker) -> deque[bytes]:
    """Return the content of a chunk in the pieces that arrived."""
    count_bytes = _counter(tracker, index)
    pieces = deque[bytes]()
    size = 0
    async for piece in body:
        pieces.append(piece)
        size += len(piece)
        if size > MAX_CHUNK_BYTES:
            pieces.clear()  # the traceback of the error would hold them
        _check_bound(file_id, index, size)
        count_bytes(len(piece))
    return pieces


def _counter(tracker: Tracker, index: int) -> Callable[[int], None]:
    """Return a function that counts the bytes of a chunk, which it starts with 0."""
    count_bytes = concurrency.check_cancelled(partial(tracker.add, index, 1.0))
    count_bytes(0)
    return count_bytes


def _check_bound(file_id: str, index: int, size: int) -> None:
    if size > MAX_CHUNK_BYTES:
        raise DownloadError(file_id, f"chunk {index} has more than {MAX_CHUNK_BYTES} bytes")


def _check_size(file_id: str, index: int, size: int, count: int) -> None:
    # A file without content has one chunk, which is empty.
    if not size and count > 1:
        raise DownloadError(file_id, f"chunk {index} of {count} is empty")


async def _require_chunks(session: AsyncSession, model_id: str, file_id: str) -> int:
    if not (count := await count_chunks(session, model_id, file_id)):
        raise DownloadError(file_id, "the file has no content")
    return count


async def _check_count(session: AsyncSession, model_id: str, file_id: str, count: int) -> None:
    if await count_chunks(session, model_id, file_id) != count:
        raise DownloadError(file_id, "the file was changed while it was read")


async def count_chunks(session: AsyncSession, model_id: str, file_id: str) -> int:
    """Return the number of chunks of a file, whose ids must be their indices."""
    chunks = await collect(
        session,
        lambda limit, offset: integration.list_file_chunks(model_id, file_id, limit=limit, offset=offset),
        lambda page: page.chunks,
    )
    if [chunk.id for chunk in chunks] != [str(index) for index in range(len(chunks))]:
        raise DownloadError(file_id, "the chunks are not numbered from 0 on")
    return len(chunks)
