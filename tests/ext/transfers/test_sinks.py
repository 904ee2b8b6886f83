"""Where the content of a download goes: what the downloads do not show by themselves."""

import os
import stat
from pathlib import Path

import pytest

from anaplan_ext.transfers.sinks import ChunkPlacer, MemorySink, UnevenChunksError, create_file_sink


def test_a_buffer_is_not_in_use_after_a_write_that_does_not_fit() -> None:
    sink = MemorySink()
    sink.allocate(3)
    with pytest.raises(ValueError, match="memoryview assignment"):
        sink.write(1, b"abc")
    # From Python 3.13 on, collecting a buffer that is in use prints an error; resizing such a one always raises it.
    assert sink.content(2) == bytes(2)


def test_a_folder_is_rejected_before_anything_is_created(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="path must be that of a file"):
        create_file_sink(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_rename_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = create_file_sink(tmp_path / "out.csv")
    sink.open()
    sink.write(0, b"content")

    def fail(*args: object) -> None:
        raise PermissionError("not here")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(PermissionError):
        sink.keep(7)
    sink.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fchmod"), reason="there are no modes")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_that_is_replaced_leaves_its_mode(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    target.chmod(mode)
    sink = create_file_sink(target)
    sink.open()
    sink.write(0, b"new content")
    sink.keep(3)
    sink.discard()
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"new", mode)


def test_a_symbolic_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "data" / "out.csv", tmp_path / "link.csv"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link.symlink_to(target)
    sink = create_file_sink(link)
    sink.open()
    sink.write(0, b"new")
    sink.keep(3)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_what_is_not_kept_is_removed(tmp_path: Path) -> None:
    sink = create_file_sink(tmp_path / "out.csv")
    sink.open()
    sink.write(0, b"content")
    sink.discard()
    sink.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_chunks_are_placed_in_any_order(order: list[int]) -> None:
    chunks = [b"abcd", b"efgh", b"ij"]
    sink = MemorySink()
    placer = ChunkPlacer(3, sink)
    for index in order:
        offset = placer.get_offset(index, len(chunks[index]))
        if offset is None:
            placer.hold(chunks[index])
        else:
            sink.write(offset, chunks[index])
    assert sink.content(placer.finish()) == b"abcdefghij"


@pytest.mark.parametrize("sizes", [{0: 4, 1: 3}, {0: 4, 2: 5}, {1: 4, 0: 5}])
def test_a_chunk_of_another_size_has_no_place(sizes: dict[int, int]) -> None:
    placer = ChunkPlacer(3, MemorySink())
    (first, size), (second, other) = sizes.items()
    placer.get_offset(first, size)
    with pytest.raises(UnevenChunksError):
        placer.get_offset(second, other)


def test_a_last_chunk_that_came_first_and_is_too_large_has_no_place() -> None:
    placer = ChunkPlacer(2, MemorySink())
    assert placer.get_offset(1, 9) is None
    placer.hold(bytes(9))
    placer.get_offset(0, 4)
    with pytest.raises(UnevenChunksError):
        placer.finish()
