"""Content that can be uploaded, and its ranges."""

import os
from pathlib import Path

import pytest

from anaplan_ext.sources import known_size, one_shot, sized


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


def test_pieces_are_handed_out_once() -> None:
    held = [b"some", b"pieces"]
    read = one_shot(held)
    assert list(read()) == [b"some", b"pieces"]
    assert held == list(read()) == []
