"""Uploads and downloads against the emulator."""

import threading
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

import pytest

from anaplan_ext import (
    AsyncClient,
    DownloadError,
    NotFoundError,
    ServerError,
    TransferProgress,
    UploadError,
)
from anaplan_ext.emulator import Emulator, Fault
from anaplan_ext.transfers._async import upload as flow
from anaplan_ext.transfers.chunking import MAX_CONCURRENCY, Piece
from anaplan_ext.transfers.compression import MAX_PARALLEL_COMPRESSIONS, CompressedChunk, compress

FILE = "113000000000"
CONTENT = "".join(f"{number},row {number}\n" for number in range(200_000)).encode()


@pytest.mark.parametrize("kind", [str, bytes, bytearray, memoryview], ids=lambda kind: kind.__name__)
async def test_what_is_uploaded_can_be_downloaded(kind: type, emulator: Emulator, client: AsyncClient) -> None:
    await client.upload_file(FILE, CONTENT.decode() if kind is str else kind(CONTENT))
    assert await client.get_file(FILE) == CONTENT
    assert emulator.count("PUT", "/chunks/") == -(-len(CONTENT) // 1_000_000)
    # A known number of chunks needs no completion.
    assert emulator.count("POST", "/complete") == 0


@pytest.mark.parametrize("piece_size", [7_001, 1_000_000, 2_500_000])
async def test_a_stream_of_pieces_of_any_size_is_regrouped_into_chunks(
    piece_size: int, emulator: Emulator, client: AsyncClient
) -> None:
    pieces = (CONTENT[start : start + piece_size] for start in range(0, len(CONTENT), piece_size))
    await client.upload_file_stream(FILE, pieces)
    assert await client.get_file(FILE) == CONTENT
    assert emulator.count("PUT", "/chunks/") == -(-len(CONTENT) // 1_000_000)
    assert emulator.count("POST", "/complete") == 1


async def test_a_file_is_uploaded_from_its_path_or_open(client: AsyncClient, tmp_path: Path) -> None:
    path = tmp_path / "content.csv"
    path.write_bytes(CONTENT)
    await client.upload_file(FILE, path)
    assert await client.get_file(FILE) == CONTENT
    with path.open("rb") as file:
        await client.upload_file(FILE, file)
    assert await client.get_file(FILE) == CONTENT
    with path.open("rb") as file:
        await client.upload_file_stream(FILE, file)
    assert await client.get_file(FILE) == CONTENT


async def test_an_iterable_can_be_given_to_either_method(client: AsyncClient) -> None:
    await client.upload_file(FILE, iter([b"some ", "content"]))
    assert await client.get_file(FILE) == b"some content"


async def test_a_file_that_is_not_there_is_refused_before_anything_is_sent(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        await client.upload_file(FILE, tmp_path / "nowhere.csv")
    assert emulator.count() == 0


async def test_a_file_is_downloaded_to_a_path_which_it_appears_at_when_it_is_complete(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    await client.upload_file(FILE, CONTENT)
    path = tmp_path / "content.csv"
    path.write_bytes(b"what was there before")
    seen: list[int] = []

    def look(step: TransferProgress) -> None:
        seen.append(path.stat().st_size)

    await client.download_file(FILE, path, progress=look)
    assert path.read_bytes() == CONTENT
    assert set(seen) == {len(b"what was there before")}
    assert [entry.name for entry in tmp_path.iterdir()] == ["content.csv"]


async def test_a_download_that_fails_leaves_the_path_as_it_was(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    await client.upload_file(FILE, CONTENT)
    path = tmp_path / "content.csv"
    path.write_bytes(b"what was there before")
    emulator.inject(Fault(method="GET", path="/chunks/0$", status=503, times=None))
    with pytest.raises(ServerError):
        await client.download_file(FILE, path)
    assert path.read_bytes() == b"what was there before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["content.csv"]


async def test_a_file_that_changes_while_it_is_read_is_an_error(emulator: Emulator, client: AsyncClient) -> None:
    await client.upload_file(FILE, CONTENT)
    body = b'{"meta": {"paging": {"currentPageSize": 0, "offset": 0, "totalSize": 0}}}'
    emulator.inject(Fault(method="GET", path="/chunks$", nth=2, status=200, body=body))
    with pytest.raises(DownloadError, match="changed while it was read"):
        await client.get_file(FILE)


async def test_empty_content_takes_the_place_of_the_old_only_where_that_is_allowed(client: AsyncClient) -> None:
    await client.upload_file(FILE, CONTENT)
    await client.upload_file(FILE, b"", allow_empty=True)
    with pytest.raises((DownloadError, NotFoundError)):
        await client.get_file(FILE)
    await client.upload_file(FILE, CONTENT)
    await client.upload_file_stream(FILE, iter([b""]), allow_empty=True)
    with pytest.raises((DownloadError, NotFoundError)):
        await client.get_file(FILE)


async def test_text_pieces_are_sent_as_utf_8(client: AsyncClient) -> None:
    await client.upload_file_stream(FILE, iter(["Zürich,", "5 €\n"]))
    assert await client.get_file(FILE) == "Zürich,5 €\n".encode()


async def test_chunks_go_up_one_at_a_time_or_several_at_once(emulator: Emulator, client: AsyncClient) -> None:
    async with AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        upload_chunk_size=1_000_000,
        upload_parallel=False,
    ) as one_at_a_time:
        await one_at_a_time.upload_file(FILE, CONTENT)
    assert emulator.peak_in_flight == 1
    # Chunks are held until two have arrived, which only happens if they are sent concurrently.
    emulator.inject(Fault(method="PUT", path="/chunks/", kind="stall", times=None))

    uploaded = threading.Event()

    def let_go_when_two_wait() -> None:
        while len(emulator.stalled) < 2:
            uploaded.wait(0.001)
        emulator.clear_faults()
        # One may be on its way to being held still.
        while not uploaded.wait(0.001):
            emulator.release()

    watcher = threading.Thread(target=let_go_when_two_wait, daemon=True)
    watcher.start()
    await client.upload_file(FILE, CONTENT)
    uploaded.set()
    watcher.join()
    assert 1 < emulator.peak_in_flight <= 8


async def test_at_most_two_chunks_are_compressed_concurrently_ahead_of_those_in_flight(
    emulator: Emulator, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compressing = list[int]()
    begun, ahead = count(1), threading.Event()

    def meet(pieces: Iterable[Piece], level: int) -> CompressedChunk:
        compressing.append(1)
        assert len(compressing) <= MAX_PARALLEL_COMPRESSIONS
        if next(begun) > MAX_CONCURRENCY:
            ahead.set()
        try:
            return compress(pieces, level)
        finally:
            compressing.pop()

    monkeypatch.setattr(flow, "compress", meet)
    emulator.inject(Fault(method="PUT", path="/chunks/", kind="stall", times=None))
    # While the maximum number of chunks is in flight, another is compressed.
    release = threading.Thread(target=lambda: ahead.wait(30) and (emulator.clear_faults(), emulator.release()))
    release.start()
    await client.upload_file(FILE, b"0123456789" * 1_100_000)
    release.join()
    assert emulator.count("PUT", "/chunks/") == 11


async def test_a_download_comes_in_order_and_in_chunks() -> None:
    content = bytes(range(256)) * 1000
    with Emulator(download_chunk_size=10_000) as emulator:
        async with AsyncClient(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
        ) as client:
            await client.upload_file(FILE, content)
            pieces = [piece async for piece in client.get_file_stream(FILE)]
        assert len(pieces) == 26
        assert b"".join(pieces) == content
        assert emulator.peak_in_flight <= 8


async def test_progress_counts_bytes_and_chunks(client: AsyncClient) -> None:
    sent: list[TransferProgress] = []
    await client.upload_file(FILE, CONTENT, progress=sent.append)
    assert sorted({step.done_chunks for step in sent}) == [0, 1, 2, 3, 4]
    assert sent[-1] == TransferProgress(len(CONTENT), len(CONTENT), 4, 4)
    received: list[TransferProgress] = []
    await client.get_file(FILE, progress=received.append)
    assert received[-1].done_bytes == len(CONTENT)
    assert received[-1].done_chunks == received[-1].total_chunks
    for steps in (sent, received):
        assert [step.done_bytes for step in steps] == sorted(step.done_bytes for step in steps)
        assert all(step.done_bytes <= len(CONTENT) for step in steps)


async def test_progress_stays_while_a_chunk_is_sent_or_read_again(emulator: Emulator, client: AsyncClient) -> None:
    content = CONTENT[:900_000]
    for method, kind in (("PUT", "response"), ("GET", "truncate")):
        steps: list[TransferProgress] = []
        emulator.inject(Fault(method=method, path="/chunks/0$", kind=kind))
        if method == "PUT":
            await client.upload_file(FILE, content, progress=steps.append)
        else:
            await client.get_file(FILE, progress=steps.append)
        done = [step.done_bytes for step in steps]
        assert done == sorted(done)
        assert done[-1] == len(content)
        assert len(set(done)) < len(done)  # what was sent twice shows by steps that stay


async def test_a_chunk_refused_for_ever_raises_and_names_the_chunk(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="PUT", path="/chunks/1$", status=503, times=None))
    with pytest.raises(UploadError, match="chunk 1") as raised:
        await client.upload_file(FILE, CONTENT)
    assert raised.value.chunks == (1,)
    assert "503" in str(raised.value)


async def test_a_chunk_refused_for_ever_raises_in_a_stream_and_the_file_is_not_completed(
    emulator: Emulator, client: AsyncClient
) -> None:
    await client.upload_file(FILE, b"old content")
    emulator.inject(Fault(method="PUT", path="/chunks/1$", status=503, times=None))
    with pytest.raises(UploadError, match="chunk 1"):
        await client.upload_file_stream(FILE, (CONTENT[start : start + 9999] for start in range(0, len(CONTENT), 9999)))
    assert emulator.count("POST", "/complete") == 0
    emulator.clear_faults()
    assert await client.get_file(FILE) == b"old content"


async def test_a_source_that_fails_leaves_no_completed_file(emulator: Emulator, client: AsyncClient) -> None:
    def broken() -> Iterator[bytes]:
        yield CONTENT
        raise OSError("the disk is gone")

    with pytest.raises(UploadError, match="the disk is gone") as raised:
        await client.upload_file_stream(FILE, broken())
    assert isinstance(raised.value.__cause__, OSError)
    assert emulator.count("POST", "/complete") == 0


@pytest.mark.slow
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_passing_fault_of_a_chunk_is_invisible(status: int, emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="PUT", path="/chunks/0$", status=status))
    emulator.inject(Fault(method="GET", path="/chunks/0$", status=status))
    await client.upload_file(FILE, CONTENT)
    assert await client.get_file(FILE) == CONTENT


@pytest.mark.parametrize("kind", ["reset", "truncate"])
async def test_a_broken_download_of_a_chunk_is_repeated(kind: str, emulator: Emulator, client: AsyncClient) -> None:
    await client.upload_file(FILE, CONTENT)
    emulator.inject(Fault(method="GET", path="/chunks/0$", kind=kind))  # type: ignore[arg-type]
    assert await client.get_file(FILE) == CONTENT


async def test_empty_content_is_refused_before_anything_is_sent(emulator: Emulator, client: AsyncClient) -> None:
    with pytest.raises(UploadError, match="empty"):
        await client.upload_file(FILE, "")
    with pytest.raises(UploadError, match="empty"):
        await client.upload_file_stream(FILE, iter([b"", b""]))
    assert emulator.count() == 0


async def test_an_id_that_is_no_upload_file_is_refused_before_anything_is_sent(
    emulator: Emulator, client: AsyncClient
) -> None:
    with pytest.raises(ValueError, match="116000000000"):
        await client.upload_file(116000000000, CONTENT)
    with pytest.raises(ValueError, match="116000000000"):
        await client.upload_file_stream(116000000000, iter([CONTENT]))
    assert emulator.count() == 0


async def test_a_file_that_does_not_exist_is_not_made_silently(emulator: Emulator, client: AsyncClient) -> None:
    before = await client.list_files()
    for upload in (client.upload_file, client.upload_file_stream):
        with pytest.raises(UploadError, match=r"no such file; Anaplan created file 113\d+, which was deleted"):
            await upload(113999999999, iter([CONTENT]))
    assert emulator.count("PUT", "/chunks/") == 0
    assert await client.list_files() == before


async def test_a_new_file_that_cannot_be_deleted_is_named(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(method="DELETE", path="/files/", status=403))
    with pytest.raises(UploadError, match=r"no such file; Anaplan created file 113\d+, which could not be deleted"):
        await client.upload_file(113999999999, CONTENT)


async def test_a_new_file_is_made_where_that_is_wanted(emulator: Emulator) -> None:
    async with AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        allow_file_creation=True,
    ) as client:
        before = {file.id for file in await client.list_files()}
        await client.upload_file(113999999999, CONTENT)
        (made,) = {file.id for file in await client.list_files()} - before
        assert await client.get_file(made) == CONTENT


async def test_a_file_without_content_cannot_be_downloaded(client: AsyncClient) -> None:
    with pytest.raises(DownloadError, match="no content"):
        await client.get_file(FILE)


async def test_a_file_that_is_not_there_is_not_found(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError):
        await client.get_file(113999999999)


async def test_an_abandoned_download_ends_its_requests(emulator: Emulator, client: AsyncClient) -> None:
    await client.upload_file(FILE, CONTENT)
    async for _ in client.get_file_stream(FILE):
        break
    assert emulator.in_flight == 0
