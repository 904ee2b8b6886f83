# Converted by `python -m generator` from anaplan_ext/_async/downloads.py. Edit that file, not this one.
"""Moving content out of files, chunk by chunk."""

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from secrets import token_hex

from attrs import evolve

from anaplan_client import integration
from anaplan_client.core import Read

from ..errors import DownloadError
from ..io import _sync as io
from ..places import Chunks, InMemory, OnDisk, UnevenChunks
from ..progress import OnTransfer, Tracker
from ..window import Window
from .lists import collect
from .session import Session


def download(session: Session, model_id: str, file_id: str, progress: OnTransfer | None) -> Iterator[bytes]:
    """Yields the chunks of a file in order, a bounded number ahead of the reader."""
    count = _count_of_some(session, model_id, file_id)
    tracker, window = Tracker(progress, None, count), Window()

    def part(index: int) -> bytes:
        place = InMemory()
        tell = io.from_thread(partial(tracker.part, index, 1.0))

        def into(length: int, read: Read) -> None:
            tell(0)
            place.reserve(length)
            place.fill(0, length, read, tell)

        session.send(evolve(integration.download_file_chunk(model_id, file_id, index), into=into))
        return place.content()

    index = 0
    with io.closing(io.map_bounded(part, range(count), window.most, lambda: window.size)) as parts:
        for piece in parts:
            window.done(len(piece))
            tracker.done(index, len(piece))
            index += 1
            yield piece
    _check_count(session, model_id, file_id, count)


def download_whole(session: Session, model_id: str, file_id: str, progress: OnTransfer | None) -> bytes:
    """Collects the chunks of a file in one buffer, so that the content is held only once."""
    place = InMemory()
    try:
        size = _fetch(session, model_id, file_id, place, progress)
    except UnevenChunks:
        place = InMemory()
    else:
        return place.content(size)
    buffer = BytesIO()
    with io.closing(download(session, model_id, file_id, progress)) as pieces:
        for piece in pieces:
            buffer.write(piece)
    return buffer.getvalue()


def download_to(session: Session, model_id: str, file_id: str, path: Path, progress: OnTransfer | None) -> None:
    """Writes the chunks of a file beside its path, and gives them its name when they are complete."""
    part = OnDisk(path.with_name(f".{path.name}.{token_hex(4)}.part"))
    try:
        io.in_thread(part.open)
        try:
            size = _fetch(session, model_id, file_id, part, progress)
        except UnevenChunks:
            size = 0
            with io.closing(download(session, model_id, file_id, progress)) as pieces:
                for piece in pieces:
                    io.in_thread(part.write, size, piece)
                    size += len(piece)
        io.in_thread(part.keep, size, path)
    finally:
        io.in_thread(part.discard)


def _fetch(session: Session, model_id: str, file_id: str, place: InMemory | OnDisk, progress: OnTransfer | None) -> int:
    """Reads the chunks of a file into their place, in any order, and returns the size of the whole.

    Raises `UnevenChunks` where the place of a chunk cannot be known before those in front of it have been read.
    """
    count = _count_of_some(session, model_id, file_id)
    tracker, window, chunks = Tracker(progress, None, count), Window(), Chunks(count, place)

    def part(index: int) -> tuple[int, int]:
        tell = io.from_thread(partial(tracker.part, index, 1.0))
        sizes: list[int] = []

        def into(length: int, read: Read) -> None:
            tell(0)
            sizes.append(length)
            chunks.put(index, length, read, tell)

        session.send(evolve(integration.download_file_chunk(model_id, file_id, index), into=into))
        return index, sizes[-1]

    with io.closing(io.each_bounded(part, range(count), window.most, lambda: window.size)) as parts:
        for index, size in parts:
            window.done(size)
            tracker.done(index, size)
    _check_count(session, model_id, file_id, count)
    return io.in_thread(chunks.finish)


def _count_of_some(session: Session, model_id: str, file_id: str) -> int:
    if not (count := _chunk_count(session, model_id, file_id)):
        raise DownloadError(file_id, "it has no content")
    return count


def _check_count(session: Session, model_id: str, file_id: str, count: int) -> None:
    if _chunk_count(session, model_id, file_id) != count:
        raise DownloadError(file_id, "it was changed while it was read")


def _chunk_count(session: Session, model_id: str, file_id: str) -> int:
    found = collect(
        session,
        lambda limit, offset: integration.list_file_chunks(model_id, file_id, limit=limit, offset=offset),
        lambda page: page.chunks,
    )
    if [chunk.id for chunk in found] != [str(index) for index in range(len(found))]:
        raise DownloadError(file_id, "its chunks are not numbered from 0 on")
    return len(found)
