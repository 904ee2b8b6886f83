"""Moving content out of files, chunk by chunk."""

from collections.abc import AsyncIterator
from functools import partial
from io import BytesIO
from pathlib import Path
from secrets import token_hex

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import Read

from ..errors import DownloadError
from ..io import _async as io
from ..places import Chunks, InMemory, OnDisk, UnevenChunks
from ..progress import OnTransfer, Tracker
from ..window import Window
from .lists import collect
from .session import AsyncSession


async def download(
    session: AsyncSession, model_id: str, file_id: str, progress: OnTransfer | None
) -> AsyncIterator[bytes]:
    """Yields the chunks of a file in order, a bounded number ahead of the reader."""
    count = await _count_of_some(session, model_id, file_id)
    tracker, window = Tracker(progress, None, count), Window()

    async def part(index: int) -> bytes:
        place = InMemory()
        tell = io.from_thread(partial(tracker.part, index, 1.0))

        def into(length: int, read: Read) -> None:
            tell(0)
            place.reserve(length)
            place.fill(0, length, read, tell)

        await session.send(evolve(integration.download_file_chunk(model_id, file_id, index), into=into))
        return place.content()

    index = 0
    async with io.closing(io.map_bounded(part, range(count), window.most, lambda: window.size)) as parts:
        async for piece in parts:
            window.done(len(piece))
            tracker.done(index, len(piece))
            index += 1
            yield piece
    await _check_count(session, model_id, file_id, count)


async def download_whole(session: AsyncSession, model_id: str, file_id: str, progress: OnTransfer | None) -> bytes:
    """Collects the chunks of a file in one buffer, so that the content is held only once."""
    place = InMemory()
    try:
        size = await _fetch(session, model_id, file_id, place, progress)
    except UnevenChunks:
        place = InMemory()
    else:
        return place.content(size)
    buffer = BytesIO()
    async with io.closing(download(session, model_id, file_id, progress)) as pieces:
        async for piece in pieces:
            buffer.write(piece)
    return buffer.getvalue()


async def download_to(
    session: AsyncSession, model_id: str, file_id: str, path: Path, progress: OnTransfer | None
) -> None:
    """Writes the chunks of a file beside its path, and gives them its name when they are complete."""
    part = OnDisk(path.with_name(f".{path.name}.{token_hex(4)}.part"))
    try:
        await io.in_thread(part.open)
        try:
            size = await _fetch(session, model_id, file_id, part, progress)
        except UnevenChunks:
            size = 0
            async with io.closing(download(session, model_id, file_id, progress)) as pieces:
                async for piece in pieces:
                    await io.in_thread(part.write, size, piece)
                    size += len(piece)
        await io.in_thread(part.keep, size, path)
    finally:
        await io.in_thread(part.discard)


async def _fetch(
    session: AsyncSession, model_id: str, file_id: str, place: InMemory | OnDisk, progress: OnTransfer | None
) -> int:
    """Reads the chunks of a file into their place, in any order, and returns the size of the whole.

    Raises `UnevenChunks` where the place of a chunk cannot be known before those in front of it have been read.
    """
    count = await _count_of_some(session, model_id, file_id)
    tracker, window, chunks = Tracker(progress, None, count), Window(), Chunks(count, place)

    async def part(index: int) -> tuple[int, int]:
        tell = io.from_thread(partial(tracker.part, index, 1.0))
        sizes: list[int] = []

        def into(length: int, read: Read) -> None:
            tell(0)
            sizes.append(length)
            chunks.put(index, length, read, tell)

        await session.send(evolve(integration.download_file_chunk(model_id, file_id, index), into=into))
        return index, sizes[-1]

    async with io.closing(io.each_bounded(part, range(count), window.most, lambda: window.size)) as parts:
        async for index, size in parts:
            window.done(size)
            tracker.done(index, size)
    await _check_count(session, model_id, file_id, count)
    return await io.in_thread(chunks.finish)


async def _count_of_some(session: AsyncSession, model_id: str, file_id: str) -> int:
    if not (count := await _chunk_count(session, model_id, file_id)):
        raise DownloadError(file_id, "it has no content")
    return count


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
