# Converted by `python -m generator` from tests/ext/transfers/_async/test_upload.py. Edit that file, not this one.
"""Whatever is uploaded from wherever, and whatever fails: the content is there, or an error says what is not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from attrs import define, frozen
from hypothesis import example, given
from hypothesis import strategies as st

from anaplan_ext import UploadError
from anaplan_ext.concurrency import batching
from anaplan_ext.transfers import chunking, sources
from anaplan_ext.transfers._sync import upload
from anaplan_ext.transfers._sync.upload import UploadJob
from anaplan_ext.transfers.config import UploadConfig
from anaplan_ext.transfers.progress import TransferProgress

from ....core.support import bounded
from ...support._sync.fake_anaplan import FAILURES, FINAL, Anaplan, is_lost

MODEL, FILE = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4", "113000000000"
MOST_CHUNKS, LARGEST = 12, 60
SIZED = ["bytes", "bytearray", "memoryview", "text", "path"]


@frozen
class Case:
    """An upload, on a scale at which its chunks are of a few bytes."""

    content: bytes
    source: str
    piece_sizes: list[int]
    chunk_size: int
    concurrency: int
    parallel: bool
    failures: dict[int, list[str]]
    turns: list[int]


cases = st.builds(
    Case,
    content=st.binary(max_size=300).map(lambda content: bytes(byte % 128 for byte in content)),
    source=st.sampled_from([*SIZED, "pieces", "texts", "later", "open file"]),
    piece_sizes=st.lists(st.integers(0, 40), min_size=1, max_size=8).filter(any),
    chunk_size=st.integers(1, LARGEST),
    concurrency=st.integers(1, 6),
    parallel=st.booleans(),
    failures=st.dictionaries(
        st.integers(-1, MOST_CHUNKS - 1), st.lists(st.sampled_from(list(FAILURES)), max_size=4), max_size=3
    ),
    turns=st.lists(st.integers(0, 4), min_size=1, max_size=5),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@contextmanager
def scaled(case: Case) -> Iterator[None]:
    """Makes all limits small, and the concurrency that of the case."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunking, "MIN_CHUNK_BYTES", 1)
        patch.setattr(chunking, "MAX_CHUNK_BYTES", LARGEST)
        patch.setattr(chunking, "MAX_CHUNKS", MOST_CHUNKS)
        for module in (batching, chunking, sources):
            patch.setattr(module, "BLOCK_BYTES", 16)
        patch.setattr(batching, "MAX_BATCH_PIECES", 3)
        patch.setattr(upload, "MAX_CONCURRENCY", case.concurrency)
        yield


@define
class Source:
    """Gives the content of a case again and again, as the case wants it."""

    case: Case
    folder: Path

    def pieces(self) -> Iterator[bytes]:
        at, sizes = 0, self.case.piece_sizes
        while at < len(self.case.content):
            for size in sizes:
                yield self.case.content[at : at + size]
                at += size

    def later(self) -> Iterator[bytes]:
        for piece in self.pieces():
            yield piece

    def path(self) -> Path:
        path = self.folder / "content"
        path.write_bytes(self.case.content)
        return path

    def __call__(self) -> Any:
        content = self.case.content
        kinds: dict[str, Callable[[], Any]] = {
            "bytes": lambda: content,
            "bytearray": lambda: bytearray(content),
            "memoryview": lambda: memoryview(content),
            "text": content.decode,
            "path": self.path,
            "pieces": self.pieces,
            "texts": lambda: (piece.decode() for piece in self.pieces()),
            "later": self.later,
            "open file": lambda: BytesIO(content),
        }
        return kinds[self.case.source]()


def planned(case: Case) -> int | None:
    """How many chunks it takes, or None where it cannot be."""
    if case.source in SIZED:
        size = max(case.chunk_size, -(-len(case.content) // MOST_CHUNKS))
        return max(1, -(-len(case.content) // size)) if size <= LARGEST else None
    left = len(case.content)
    sizes = chunking.growing_sizes(case.chunk_size)
    for number in range(MOST_CHUNKS + 1):
        if left <= 0:
            return max(1, number)
        if number < MOST_CHUNKS:
            left -= next(sizes)
    return None


@bounded(250)
@given(case=cases, content_may_be_empty=st.booleans())
@example(Case(b"ab" * 150, "pieces", [1], 1, 6, True, {}, [0]), True)
@example(Case(b"", "pieces", [1], 1, 6, True, {0: [FINAL]}, [0]), True)
def test_an_upload_is_whole_or_raises_and_can_be_resumed(folder: Path, case: Case, content_may_be_empty: bool) -> None:
    failures = {index: list(of_chunk) for index, of_chunk in case.failures.items()}
    anaplan = Anaplan(failures, lambda index: case.turns[index % len(case.turns)])
    source, steps = Source(case, folder), list[TransferProgress]()
    with scaled(case):
        expected = planned(case)
        config = UploadConfig(chunk_size=case.chunk_size, parallel=case.parallel)
        job = partial(UploadJob, anaplan.session(), config, MODEL, FILE, allow_empty=content_may_be_empty)
        error: Exception | None = None
        try:
            upload.upload(job(progress=steps.append), source())
        except (UploadError, ValueError) as raised:
            error = raised
        assert anaplan.peak <= (case.concurrency if case.parallel else 1)
        if not case.content and not content_may_be_empty:
            assert isinstance(error, UploadError)
            assert anaplan.count is None
            return
        if expected is None:
            assert isinstance(error, ValueError | UploadError)
            assert anaplan.content is None
            return
        lost = [index for index in range(expected) if is_lost(case.failures.get(index, []))]
        streamed = anaplan.count == -1
        if not lost and not (streamed and case.failures.get(-1)):
            assert error is None, error
        if error is None:
            assert lost == []
        else:
            assert isinstance(error, UploadError)
            assert set(error.chunks) <= set(lost)
            assert bool(error.chunks) == bool(lost)
            assert error.manifest is not None
            sent = {int(index) for index in error.manifest["sent"]}
            # What is noted was confirmed, and nothing else, but for what was cancelled in between.
            assert sent <= {index for index, times in anaplan.confirmed.items() if times}
            anaplan.failures.clear()
            anaplan.tried.clear()
            upload.upload(job(resume=error.manifest), source())
            assert sorted(anaplan.tried) == sorted(set(range(expected)) - sent)
        assert anaplan.content == case.content
        assert anaplan.completed == (1 if streamed else 0) or case.failures.get(-1)
        assert anaplan.count == (-1 if streamed else expected)
        assert anaplan.chunks.keys() == set(range(expected))
        if error is None:
            assert anaplan.confirmed == dict.fromkeys(range(expected), 1)
            assert (steps[-1].done_bytes, steps[-1].done_chunks) == (len(case.content), expected)
