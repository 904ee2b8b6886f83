"""Content that can be uploaded, and its ranges."""

import os
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest

from anaplan_ext.chunks import BLOCK
from anaplan_ext.sources import known_size, one_shot, pieces_of, sized


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", b""),
        ("é", b"\xc3\xa9"),
        (b"ab", b"ab"),
        (bytearray(b"ab"), b"ab"),
        (memoryview(b"abcd")[1:3], b"bc"),
        (memoryview(b"\x01\x00\x02\x00").cast("H"), b"\x01\x00\x02\x00"),
    ],
)
def test_content_of_any_kind_is_seen_as_bytes(content: str | bytes | bytearray | memoryview, expected: bytes) -> None:
    source = sized(content)
    assert source.length == len(expected)
    assert b"".join(source.read(0, source.length)) == expected
    assert b"".join(source.read(0, 1)) == expected[:1]


def test_content_in_memory_is_not_copied() -> None:
    content = bytearray(b"abc")
    source = sized(content)
    content[0] = ord("x")
    assert b"".join(source.read(0, 3)) == b"xbc"


def test_a_file_is_read_range_by_range_when_it_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "content.csv"
    path.write_bytes(b"0123456789")
    source = sized(path)
    assert source.length == 10
    path.write_bytes(b"9876543210")
    assert list(source.read(2, 5)) == [b"765"]


def test_a_file_that_becomes_shorter_is_an_error_not_a_short_chunk(tmp_path: Path) -> None:
    path = tmp_path / "content.csv"
    path.write_bytes(b"0123456789")
    source = sized(path)
    path.write_bytes(b"012")
    with pytest.raises(ValueError, match="became shorter"):
        list(source.read(2, 5))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sized(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    "content", ["", b"", bytearray(), memoryview(b""), Path("x")], ids=lambda value: type(value).__name__
)
def test_text_bytes_and_paths_have_a_known_size(
    content: str | bytes | bytearray | memoryview | os.PathLike[str],
) -> None:
    assert known_size(content) is content


@pytest.mark.parametrize("content", [iter([b""]), [b""], None, 5], ids=["iterator", "list", "none", "number"])
def test_anything_else_has_not(content: object) -> None:
    assert known_size(content) is None


@pytest.mark.parametrize("size", [0, 1, BLOCK, 2 * BLOCK + 7])
@pytest.mark.parametrize("kind", ["binary", "unbuffered", "text", "temporary", "in memory"])
def test_an_open_file_is_read_in_blocks_not_in_lines(kind: str, size: int, tmp_path: Path) -> None:
    content = b"a line\n" * (size // 7) + b"x" * (size % 7)
    path = tmp_path / "content.csv"
    path.write_bytes(content)
    opened: dict[str, Callable[[], Any]] = {
        "binary": lambda: path.open("rb"),
        "unbuffered": lambda: path.open("rb", buffering=0),
        "text": path.open,
        "temporary": NamedTemporaryFile,
        "in memory": BytesIO,
    }
    with opened[kind]() as file:
        if kind in ("temporary", "in memory"):
            file.write(content)
            file.seek(0)
        pieces = list(pieces_of(file))
    whole = "".join(pieces).encode() if kind == "text" else b"".join(pieces)
    assert whole == content
    assert len(pieces) == -(-size // BLOCK)


def test_a_file_that_does_not_wait_for_content_is_an_error_not_an_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.write(writing, b"some")
    with open(reading, "rb", buffering=0) as file, open(writing, "wb"), pytest.raises(BlockingIOError):
        list(pieces_of(file))


def test_what_is_no_open_file_is_gone_through_as_it_is() -> None:
    class Later:
        async def read(self, size: int) -> bytes:
            raise AssertionError

        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b""

    for content in ([b"a"], iter([b"a"]), Later()):
        assert pieces_of(content) is content


def test_pieces_are_handed_out_once() -> None:
    held = [b"some", b"pieces"]
    read = one_shot(held)
    assert list(read()) == [b"some", b"pieces"]
    assert held == list(read()) == []
