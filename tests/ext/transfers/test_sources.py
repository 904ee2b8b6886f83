"""Content that can be uploaded, and its ranges."""

import os
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest

from anaplan_ext.concurrency.batching import BLOCK_BYTES
from anaplan_ext.transfers.chunking import Piece
from anaplan_ext.transfers.sources import ContentChangedError, SizedSource, as_sized, consume_once, iter_pieces


def sized(content: object) -> SizedSource:
    source = as_sized(content)
    assert source is not None
    source.open()
    return source


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


def test_text_that_cannot_be_encoded_is_rejected_by_its_place() -> None:
    with pytest.raises(ValueError, match=r"^content must be text that UTF-8 can encode .* at character 2\)") as raised:
        sized("ab\ud800")
    assert raised.value.__context__ is None


@pytest.mark.parametrize("has_pread", [True, False])
def test_a_file_is_read_range_by_range_from_one_handle(
    has_pread: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_pread:
        monkeypatch.delattr(os, "pread")
    path, other = tmp_path / "content.csv", tmp_path / "other.csv"
    path.write_bytes(b"0123456789")
    other.write_bytes(b"9876543210")
    source = sized(path)
    assert source.length == 10
    # What takes its name is another file, and the one that was opened is read on.
    other.replace(path)
    assert [*source.read(2, 5), *source.read(0, 1), *source.read(10, 10)] == [b"234", b"0"]
    source.check_unchanged()
    source.close()


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


CHANGES: dict[str, Callable[[Path], object]] = {
    "appended": append,
    "cut": lambda path: os.truncate(path, 3),
    "emptied": lambda path: path.write_bytes(b""),
    "rewritten": lambda path: path.write_bytes(b"9876543210"),
    "touched": lambda path: os.utime(path, ns=(5, 5)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_changes_is_an_error_not_mixed_content(change: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "content.csv"
    path.write_bytes(b"0123456789")
    os.utime(path, ns=(1, 1))
    source = sized(path)
    assert list(source.read(0, 5)) == [b"01234"]
    change(path)
    with pytest.raises(ContentChangedError, match=r"content: .*content\.csv was changed while it was read"):
        list(source.read(5, 10))
    with pytest.raises(ContentChangedError):
        source.check_unchanged()
    source.close()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_open_file_that_changes_is_an_error_as_well(change: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "content.csv"
    path.write_bytes(b"0123456789" * BLOCK_BYTES)
    os.utime(path, ns=(1, 1))
    with path.open("rb") as file:
        pieces = iter_pieces(file)
        next(pieces)
        change(path)
        with pytest.raises(ContentChangedError, match="was changed while it was read"):
            list(pieces)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sized(tmp_path / "nowhere.csv")


def test_a_text_file_in_another_encoding_is_rejected_by_name(tmp_path: Path) -> None:
    path = tmp_path / "content.csv"
    path.write_bytes("Zürich\n".encode("latin-1"))
    with path.open(encoding="utf-8") as file, pytest.raises(ValueError, match=r"^content must be text .* not utf-8"):
        list(iter_pieces(file))
    with path.open(encoding="latin-1") as file:
        assert "".join(iter_pieces(file)) == "Zürich\n"


@pytest.mark.parametrize("content", [iter([b""]), [b""], None, 5], ids=["iterator", "list", "none", "number"])
def test_what_is_neither_in_memory_nor_a_path_has_no_known_size(content: object) -> None:
    assert as_sized(content) is None


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES, 2 * BLOCK_BYTES + 7])
@pytest.mark.parametrize("kind", ["binary", "unbuffered", "text", "temporary", "in memory"])
def test_an_open_file_is_read_split_blocks_not_in_lines(kind: str, size: int, tmp_path: Path) -> None:
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
        pieces = list(iter_pieces(file))
    whole = "".join(pieces).encode() if kind == "text" else b"".join(pieces)
    assert whole == content
    assert len(pieces) == -(-size // BLOCK_BYTES)


def test_a_file_that_does_not_wait_for_content_is_an_error_not_an_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.write(writing, b"some")
    with open(reading, "rb", buffering=0) as file, open(writing, "wb"), pytest.raises(BlockingIOError):
        list(iter_pieces(file))


def test_what_is_no_open_file_is_gone_through_as_it_is() -> None:
    class Later:
        async def read(self, size: int) -> bytes:
            raise AssertionError

        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b""

    for content in ([b"a"], iter([b"a"]), Later()):
        assert iter_pieces(content) is content


def test_pieces_are_handed_out_once() -> None:
    held: list[Piece] = [b"some", b"pieces"]
    pieces = consume_once(held)
    assert next(pieces) == b"some"
    assert held == [b"pieces"]
    assert list(pieces) == [b"pieces"]
    assert held == []
