"""File objects of the synchronous client: what the standard library expects of them, and when they upload."""

import csv
import gc
import io
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext import AsyncClient, Client
from anaplan_ext.emulator import Emulator
from anaplan_ext.files.sync_objects import Writer, open_reader, open_writer

from ...core.support import bounded

NAME, FILE = "flights.csv", "113000000000"
OLD = b"id,name\n0,zero\n"


class Target:
    """What Anaplan would have."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.paths: list[Path] = []

    def __call__(self, path: Path) -> None:
        self.contents.append(path.read_bytes())
        self.paths.append(path)


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield Target()
    gc.collect()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    with Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
    ) as client:
        client.upload_file(FILE, OLD)
        yield client


@bounded()
@given(st.lists(st.binary(max_size=9)), st.lists(st.integers(-1, 20), max_size=20))
def test_a_reader_reads_what_its_pieces_have(pieces: list[bytes], sizes: list[int]) -> None:
    whole, reader, read = io.BytesIO(b"".join(pieces)), open_reader(iter(pieces), "name"), b""
    for size in sizes:
        piece = reader.read(size)
        assert piece == whole.read(size)
        read += piece
        assert reader.tell() == len(read)
    assert read + reader.read() == b"".join(pieces)


def test_a_reader_is_one_of_the_standard_library() -> None:
    reader = open_reader(iter([b"id,na", b"me\n1,", b"one\n"]), NAME)
    assert (reader.name, reader.mode, reader.readable(), reader.writable(), reader.seekable()) == (
        *(NAME, "rb", True, False, False),
    )
    assert list(csv.reader(io.TextIOWrapper(reader))) == [["id", "name"], ["1", "one"]]
    assert reader.closed


def test_there_is_no_seek_and_the_error_says_what_to_do(target: Target) -> None:
    with open_reader(iter([b"x"]), NAME) as reader, pytest.raises(io.UnsupportedOperation, match="simplecache::"):
        reader.seek(0)
    writer = open_writer(target, NAME)
    with pytest.raises(io.UnsupportedOperation, match="cannot seek"):
        writer.seek(0)
    writer.discard()


def test_closing_a_reader_ends_its_download() -> None:
    ended = False

    def pieces() -> Iterator[bytes]:
        nonlocal ended
        try:
            yield from [b"one\n"] * 9
        finally:
            ended = True

    with open_reader(pieces(), NAME) as reader:
        assert reader.readline() == b"one\n"
    assert ended
    with pytest.raises(ValueError, match="closed file"):
        reader.read()


def test_a_writer_is_one_of_the_standard_library(target: Target) -> None:
    with open_writer(target, NAME) as writer:
        assert (writer.name, writer.mode, writer.readable(), writer.writable(), writer.seekable()) == (
            *(NAME, "wb", False, True, False),
        )
        writer.writelines([b"id", bytearray(b",name"), memoryview(b"\n")])
        assert writer.tell() == 8
        writer.flush()
        assert target.contents == []
    assert target.contents == [b"id,name\n"]
    assert not target.paths[0].exists()
    with pytest.raises(ValueError, match="closed file"):
        writer.write(b"x")
    with zipfile.ZipFile(open_writer(target, NAME), "w") as archive:
        archive.writestr("a.txt", "text")
        writer = archive.fp  # type: ignore[assignment]
    writer.close()
    assert zipfile.ZipFile(io.BytesIO(target.contents[-1])).read("a.txt") == b"text"


def test_a_wrapper_that_ends_with_an_error_uploads_nothing(target: Target, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        with io.TextIOWrapper(open_writer(target, NAME)) as text:
            text.write("id\n")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert target.contents == []
    assert caplog.record_tuples == [
        ("anaplan", logging.WARNING, "flights.csv keeps its content: it was closed while an error was handled")
    ]
    with io.TextIOWrapper(open_writer(target, NAME)) as text:
        text.write("id\n")
    assert target.contents == [b"id\n"]


def test_an_error_in_the_block_of_the_file_itself_needs_no_warning(
    target: Target, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        with open_writer(target, NAME) as writer:
            writer.write(b"x")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert target.contents == []
    assert caplog.record_tuples == []


def test_a_file_that_is_opened_and_closed_in_a_handler_is_uploaded(target: Target) -> None:
    try:
        raise KeyError
    except KeyError:
        with open_writer(target, NAME) as writer:
            writer.write(b"x")
    assert target.contents == [b"x"]


@pytest.mark.parametrize("flushed", [True, False])
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_file_that_nobody_closes_uploads_nothing(wrapped: bool, flushed: bool, target: Target) -> None:
    writer: Writer | io.TextIOWrapper = open_writer(target, NAME)
    writer.write(b"incomplete")
    if wrapped:
        writer = io.TextIOWrapper(writer)  # type: ignore[arg-type]
        writer.write("more")
    if flushed:
        writer.flush()
    del writer
    gc.collect()
    assert target.contents == []


def test_in_and_iteration_have_their_syntax(client: Client) -> None:
    assert NAME in client.files
    assert FILE in client.files
    assert "rates.csv" not in client.files
    assert [file.name for file in client.files] == [NAME]
    with pytest.raises(TypeError, match="file must be a name or an id"):
        None in client.files  # noqa: B015


async def test_in_says_what_to_await_with_an_event_loop(emulator: Emulator) -> None:
    async with AsyncClient(model_id=emulator.development_model_id, token="token") as client:
        with pytest.raises(TypeError, match=r"await exists\(\) instead"):
            NAME in client.files  # noqa: B015


def test_text_is_written_and_read_by_the_standard_library(client: Client) -> None:
    with io.TextIOWrapper(client.files[NAME].open("wb"), newline="") as text:
        csv.writer(text).writerows([["id", "name"], [1, "é\n"]])
    with io.TextIOWrapper(client.files[NAME].open("rb"), newline="") as text:
        assert list(csv.reader(text)) == [["id", "name"], ["1", "é\n"]]
