"""The event loop stays free while files are moved: what works is done by threads, and no callback takes long."""

import asyncio
import gc
import hashlib
import io
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType, ModuleType
from typing import Any, TypeAlias

import pytest

from anaplan_ext import AsyncClient
from anaplan_ext.emulator import Emulator
from anaplan_ext.transfers.compression import compress

FILE = 113000000000
LONGEST = 0.020
"""Seconds of its thread's processor time that a callback of the loop may take: a busy machine makes no difference."""
SIZE = 60_000_000

Move: TypeAlias = Callable[[AsyncClient, str, Path], Awaitable[object]]


@cache
def text(size: int) -> str:
    """So many bytes, in lines of numbers and in ASCII."""
    block = "".join(f"{number},{number * 7919 % 1_000_003},{'some text ' * 4}\n" for number in range(30_000))
    return (block * (size // len(block) + 1))[:size]


@cache
def noise(size: int) -> bytes:
    """Bytes that no compression makes fewer, so that the most has to be sent."""
    return Random(1).randbytes(1_000_000) * (size // 1_000_000)


async def _read(client: AsyncClient) -> None:
    async for _ in client.get_file_stream(FILE):
        pass


async def _later(pieces: Iterator[Any]) -> AsyncIterator[Any]:
    """Pieces that never make the loop wait, so that it gets a turn only from who reads them."""
    for piece in pieces:
        yield piece


def _large(size: int) -> Iterator[bytes]:
    return iter([noise(size // 5 * 2), noise(size // 5 * 2), noise(size // 5)])


def _lines(content: str) -> Iterator[str]:
    starts = range(0, len(content), 500_000)
    return (line for start in starts for line in content[start : start + 500_000].splitlines(keepends=True))


def _on_disk(content: str, path: Path) -> Path:
    path.write_text(content)
    return path


UPLOADS: dict[str, Move] = {
    "bytes": lambda client, content, path: client.upload_file(FILE, noise(len(content))),
    "text": lambda client, content, path: client.upload_file(FILE, content),
    "path": lambda client, content, path: client.upload_file(FILE, _on_disk(content, path)),
    "one piece": lambda client, content, path: client.upload_file_stream(FILE, iter([content])),
    "one piece that may change": lambda client, content, path: client.upload_file_stream(
        FILE, iter([bytearray(noise(len(content)))])
    ),
    "large pieces": lambda client, content, path: client.upload_file_stream(FILE, _large(len(content))),
    "lines": lambda client, content, path: client.upload_file_stream(FILE, _lines(content)),
    "large pieces, later": lambda client, content, path: client.upload_file_stream(FILE, _later(_large(len(content)))),
    "lines, later": lambda client, content, path: client.upload_file_stream(FILE, _later(_lines(content))),
}
DOWNLOADS: dict[str, Move] = {
    "whole": lambda client, content, path: client.get_file(FILE),
    "stream": lambda client, content, path: _read(client),
    "to a path": lambda client, content, path: client.download_file(FILE, path),
}


@contextmanager
def callbacks_timed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[float, str]]]:
    """The processor time of each callback of this thread's loop, and what it was."""
    run = asyncio.events.Handle._run
    mine = threading.get_ident()
    taken: list[tuple[float, str]] = []

    def timed(self: asyncio.Handle) -> None:
        if threading.get_ident() != mine:
            return run(self)
        begun = time.thread_time()
        run(self)
        seconds = time.thread_time() - begun
        taken.append((seconds, repr(self) if seconds > LONGEST else ""))

    # The collector goes through all objects of the process, in whichever thread it comes to run.
    gc.collect()
    gc.disable()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(asyncio.events.Handle, "_run", timed)
            yield taken
    finally:
        gc.enable()


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    with Emulator(record_bodies=False, observer=None) as emulator:
        async with AsyncClient(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
        ) as client:
            yield client


@pytest.mark.slow
@pytest.mark.parametrize("kind", UPLOADS)
async def test_an_upload_leaves_the_loop_free(
    kind: str, client: AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = UPLOADS[kind](client, text(SIZE), tmp_path / "content.csv")
    await client.list_files()
    with callbacks_timed(monkeypatch) as taken:
        await moving
    assert max(taken) < (LONGEST, "")


@pytest.mark.slow
@pytest.mark.parametrize("kind", DOWNLOADS)
async def test_a_download_leaves_the_loop_free(
    kind: str, client: AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.upload_file(FILE, text(SIZE))
    with callbacks_timed(monkeypatch) as taken:
        await DOWNLOADS[kind](client, "", tmp_path / "content.csv")
    assert max(taken) < (LONGEST, "")


FILE_FUNCTIONS = {
    "open",
    "read",
    "write",
    "pwrite",
    "stat",
    "lstat",
    "replace",
    "rename",
    "unlink",
    "ftruncate",
    "close",
}


def is_work(function: Any) -> bool:
    """Says whether a built-in function reads or writes files, compresses or hashes."""
    owner = function.__self__
    if isinstance(owner, ModuleType):
        return owner.__name__ in ("posix", "nt", "_io") and function.__name__ in FILE_FUNCTIONS
    of_files = isinstance(owner, io.IOBase) and not isinstance(owner, io.BytesIO | io.StringIO)
    return of_files or type(owner).__module__ in ("zlib", "isal_zlib", "_hashlib", "_sha2")


@contextmanager
def work_of_this_thread() -> Iterator[list[str]]:
    """The built-in functions called in this thread that files or much time are needed for."""
    found: list[str] = []

    def look(frame: FrameType, event: str, function: Any) -> None:
        # What is imported late is looked for on the disk.
        if event == "c_call" and is_work(function) and "importlib" not in frame.f_code.co_filename:
            found.append(function.__qualname__)

    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)


def test_work_of_this_thread_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "some"
    with work_of_this_thread() as work:
        path.write_bytes(b"")
        file = os.open(path, os.O_RDONLY)
        os.close(file)
        hashlib.sha256().update(b"")
        compress([b"some"], 1)
    assert {"open", "BufferedWriter.write", "close", "HASH.update"} <= set(work)
    assert any("flush" in name for name in work)


@pytest.mark.slow
@pytest.mark.parametrize("kind", UPLOADS | DOWNLOADS)
async def test_files_are_read_and_written_and_chunks_compressed_elsewhere(
    kind: str, client: AsyncClient, tmp_path: Path
) -> None:
    content, path = text(5_000_000), tmp_path / "content.csv"
    if kind in DOWNLOADS:
        await client.upload_file(FILE, content)
    moving = (UPLOADS | DOWNLOADS)[kind](client, content, path)
    await client.list_files()
    with work_of_this_thread() as work:
        await moving
    assert work == []


async def test_open_files_and_manifests_are_read_and_written_elsewhere(client: AsyncClient, tmp_path: Path) -> None:
    content, path = text(5_000_000), tmp_path / "content.csv"
    path.write_text(content)
    with path.open("rb") as file, path.open() as lines, work_of_this_thread() as work:
        await client.upload_file_stream(FILE, file, manifest=tmp_path / "manifest")
        await client.upload_file_stream(FILE, lines)
    assert work == []
