# Converted by `python -m generator` from tests/ext/files/_async/test_files.py. Edit that file, not this one.
"""Files by their names, as file objects."""

from pathlib import Path

import pytest

from anaplan_ext import (
    AmbiguousNameError,
    Client,
    DownloadError,
    NameNotFoundError,
    NotFoundError,
    TransferProgress,
    UploadError,
)
from anaplan_ext.emulator import Emulator, Fault, File

FILE, NAME = "113000000000", "flights.csv"
OLD, NEW = b"id,name,amount\n0,zero,0\n", b"id,name,amount\n1,one,10\n2,two,20\n"


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> object:
    """Return a function that lists what is left in the folder of temporary files."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return lambda: list(folder.iterdir())


@pytest.fixture(autouse=True)
def nothing_is_left(temporary: object):  # type: ignore[no-untyped-def]
    yield
    assert callable(temporary)
    assert temporary() == []


@pytest.mark.parametrize("file", [NAME, "FLIGHTS.csv ", FILE, int(FILE)])
def test_what_is_written_is_read(client: Client, file: int | str) -> None:
    with client.files[file].open("wb") as writer:
        assert writer.write(NEW[:5]) == 5
        assert writer.write(memoryview(NEW[5:])) == len(NEW) - 5
        assert not writer.closed
    assert writer.closed
    with client.files[file].open() as reader:
        assert reader.read(4) == NEW[:4]
        assert reader.read() == NEW[4:]
        assert reader.read() == reader.read(9) == b""


def test_an_error_leaves_the_old_content_and_sends_nothing(client: Client, emulator: Emulator) -> None:
    client.upload_file(FILE, OLD)
    before = emulator.count("PUT") + emulator.count("POST")
    writer = client.files[FILE].open("wb")

    def fail() -> None:
        with writer:
            writer.write(NEW)
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail()
    assert emulator.count("PUT") + emulator.count("POST") == before
    assert client.get_file(FILE) == OLD
    with pytest.raises(ValueError, match="closed file"):
        writer.write(b"more")


def test_one_who_discards_leaves_the_old_content(client: Client) -> None:
    client.upload_file(FILE, OLD)
    writer = client.files[FILE].open("wb")
    writer.write(NEW)
    writer.discard()
    writer.discard()
    writer.close()
    assert client.get_file(FILE) == OLD


def test_closing_twice_uploads_once(client: Client, emulator: Emulator) -> None:
    writer = client.files[FILE].open("wb")
    writer.write(NEW)
    writer.close()
    writer.close()
    assert emulator.count("PUT", "chunks/0") == 1


def test_a_failed_upload_raises_when_the_file_is_closed(client: Client, emulator: Emulator) -> None:
    client.upload_file(FILE, OLD)
    emulator.inject(Fault(path="chunks/0", method="PUT", status=400, times=9))
    writer = client.files[FILE].open("wb")
    writer.write(NEW)
    with pytest.raises(UploadError):
        writer.close()
    assert writer.closed
    writer.close()
    assert client.get_file(FILE) == OLD


def test_empty_content_clears_a_file_only_on_request(client: Client) -> None:
    client.upload_file(FILE, OLD)
    with pytest.raises(UploadError, match="allow_empty"):
        with client.files[FILE].open("wb"):
            pass
    assert client.get_file(FILE) == OLD
    with client.files[FILE].open("wb", allow_empty=True):
        pass
    with pytest.raises(DownloadError, match="no content"):
        with client.files[FILE].open() as reader:
            reader.read()


def test_a_large_file_is_read_piece_by_piece(client: Client, emulator: Emulator) -> None:
    emulator.download_chunk_size = 100_000
    content = b"".join(b"%d,row,%d\n" % (number, number) for number in range(50_000))
    steps = list[TransferProgress]()
    with client.files[NAME].open("wb", progress=steps.append) as writer:
        writer.write(content)
    assert steps[-1].done_bytes == len(content)
    with client.files[NAME].open("rb", progress=steps.append) as reader:
        start = reader.read(150_001)
        pieces = [piece for piece in reader]
    assert start + b"".join(pieces) == content
    assert steps[-1].done_chunks == steps[-1].total_chunks == 8


def test_closing_early_ends_the_download(client: Client, emulator: Emulator) -> None:
    emulator.download_chunk_size = 10
    client.upload_file(FILE, b"x" * 1000)
    with client.files[NAME].open() as reader:
        assert reader.read(1) == b"x"
    assert emulator.count("GET", "chunks/") < 50
    with pytest.raises(ValueError, match="closed file"):
        reader.read()


def test_a_file_is_read_chunk_by_chunk(client: Client, emulator: Emulator) -> None:
    emulator.download_chunk_size = 10
    assert client.files[FILE].count_chunks() == 0
    client.upload_file(FILE, NEW)
    file = client.files[NAME]
    assert file.count_chunks() == 4
    emulator.inject(Fault(kind="truncate", method="GET", path="chunks/1$"))
    assert b"".join([file.read_chunk(index) for index in range(4)]) == NEW
    with pytest.raises(NotFoundError):
        file.read_chunk(4)
    before = len(emulator.exchanges)
    with pytest.raises(ValueError, match="index must be at least 0"):
        file.read_chunk(-1)
    assert len(emulator.exchanges) == before


def test_the_files_are_listed(client: Client, emulator: Emulator) -> None:
    emulator.model(emulator.development_model_id).files.append(File(id="113000000001", name="fx.csv"))
    assert [file.name for file in client.files] == [NAME, "fx.csv"]
    assert (client.files["fx.csv"].info()).id == "113000000001"
    assert client.files.exists("FX.csv")
    assert client.files.exists(113000000001)
    assert not client.files.exists("rates.csv")
    assert repr(client.files["fx.csv"]).endswith("ModelFile('fx.csv')")


def test_a_missing_name_tells_similar_ones_before_anything_is_sent(client: Client, emulator: Emulator) -> None:
    for mode in ("rb", "wb"):
        with pytest.raises(NameNotFoundError, match=r"flights\.csv"):
            client.files["flight.csv"].open(mode)  # type: ignore[call-overload]
    with pytest.raises(NameNotFoundError):
        client.files["flight.csv"].delete()
    assert emulator.count("POST", "/files/") == 0


def test_a_name_of_several_files_is_an_error(client: Client, emulator: Emulator) -> None:
    emulator.model(emulator.development_model_id).files.append(File(id="113000000001", name=NAME))
    with pytest.raises(AmbiguousNameError, match="113000000001"):
        client.files[NAME].open()
    assert client.files.exists(NAME)


def test_a_file_is_created_where_the_client_may(emulator: Emulator) -> None:
    with Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        allow_file_creation=True,
    ) as client:
        with client.files["new.csv"].open("wb") as writer:
            writer.write(NEW)
        with client.files["new.csv"].open() as reader:
            assert reader.read() == NEW
        client.files["new.csv"].delete()
        assert not client.files.exists("new.csv")


def test_files_are_uploaded_and_downloaded_by_their_names(client: Client, tmp_path: Path) -> None:
    steps = list[TransferProgress]()
    (tmp_path / "source").write_bytes(NEW)
    for content in (NEW, NEW.decode(), tmp_path / "source", iter([NEW])):
        client.files[NAME].upload(content, progress=steps.append)
        client.files[NAME].download(tmp_path / "target", progress=steps.append)
        assert (tmp_path / "target").read_bytes() == NEW
        assert steps[-1].done_bytes == len(NEW)
    with pytest.raises(UploadError, match="allow_empty"):
        client.files[NAME].upload(b"")
    client.files[NAME].upload(b"", allow_empty=True)
    with pytest.raises(DownloadError):
        client.files[NAME].download(tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == NEW
    with pytest.raises(NameNotFoundError):
        client.files["new.csv"].upload(NEW)


@pytest.mark.parametrize("may_create", [True, False])
def test_one_file_may_be_created_or_not_whatever_the_client_may(may_create: bool, emulator: Emulator) -> None:
    with Client(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        allow_file_creation=not may_create,
    ) as client:
        if may_create:
            with client.files["new.csv"].open("wb", create=True) as writer:
                writer.write(NEW)
        else:
            with pytest.raises(NameNotFoundError):
                client.files["new.csv"].open("wb", create=False)
        assert client.files.exists("new.csv") is may_create


def test_the_output_of_an_export_is_read_and_not_written(client: Client) -> None:
    client.load({NAME: NEW}, process="Reload flights")
    client.run_action(116000000000)
    with client.files[116000000000].open() as reader:
        assert reader.read() == NEW
    with pytest.raises(ValueError, match="to upload to"):
        client.files[116000000000].open("wb")


@pytest.mark.parametrize("mode", ["", "r", "w", "rb+", "ab", "xb", "br", "wt"])
def test_another_mode_is_an_error_before_any_request(mode: str, client: Client, emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="mode must be 'rb' or 'wb'"):
        client.files[NAME].open(mode)  # type: ignore[call-overload]
    assert emulator.exchanges == []


@pytest.mark.parametrize(("file", "error"), [("", ValueError), (" ", ValueError), (None, TypeError), (b"x", TypeError)])
def test_a_name_that_is_none_is_an_error(file: object, error: type[Exception], client: Client) -> None:
    with pytest.raises(error, match="file must be a name or an id"):
        client.files[file]  # type: ignore[index]


def test_files_need_a_model() -> None:
    with pytest.raises(ValueError, match="model_id"):
        Client(token="token").files  # noqa: B018
