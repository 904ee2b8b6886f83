# Converted by `python -m generator` from tests/ext/transfers/_async/test_download.py. Edit that file, not this one.
"""However a download arrives: what comes out is the file, or an error, and then nothing is at the path."""

import gzip
import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import ApiError
from anaplan_ext import Client, DownloadError, RetryPolicy, TransportError
from anaplan_ext.concurrency import _sync as concurrency
from anaplan_ext.emulator import Emulator, Exchange
from anaplan_ext.transfers import sinks
from anaplan_ext.transfers._sync import download
from anaplan_ext.transfers.progress import TransferProgress

from ....core.support import bounded
from ....socket_server import Received, Then, head, in_chunks, serving, whole
from ...support._sync.fake_anaplan import FAILURES, Anaplan, is_lost

MODEL, FILE = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4", "113000000000"
WAYS = ["whole", "stream", "path"]
BEFORE = b"what was there before"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


def cut(sizes: list[int]) -> dict[int, bytes]:
    """Chunks of these sizes, of which no two are equal."""
    content = bytes(range(256)) * (sum(sizes) // 256 + 1)
    ends = [sum(sizes[: index + 1]) for index in range(len(sizes))]
    return {index: content[end - size : end] for index, (end, size) in enumerate(zip(ends, sizes, strict=True))}


def fetch(anaplan: Anaplan, way: str, folder: Path, progress: Any = None) -> bytes:
    """Downloads what there is in one of the ways; after an error, nothing has changed in the folder."""
    session = anaplan.session()
    if way == "whole":
        return download.download_whole(session, MODEL, FILE, progress)
    if way == "stream":
        return b"".join([piece for piece in download.download(session, MODEL, FILE, progress)])
    path = folder / "content"
    path.write_bytes(BEFORE)
    done = False
    try:
        download.download_to(session, MODEL, FILE, path, progress)
        done = True
        return path.read_bytes()
    finally:
        assert [entry.name for entry in folder.iterdir()] == ["content"]
        assert done or path.read_bytes() == BEFORE


@pytest.mark.slow
@bounded(250)
@given(
    sizes=st.lists(st.integers(1, 40), max_size=9)
    | st.builds(lambda size, n, last: [size] * n + [last], *[st.integers(1, 40)] * 3),
    way=st.sampled_from(WAYS),
    failures=st.dictionaries(st.integers(0, 9), st.lists(st.sampled_from(list(FAILURES)), max_size=4), max_size=3),
    turns=st.lists(st.integers(0, 4), min_size=1, max_size=5),
)
def test_a_download_is_whole_or_raises(
    folder: Path, sizes: list[int], way: str, failures: dict[int, list[str]], turns: list[int]
) -> None:
    expected = cut(sizes)
    given_failures = {index: list(of_chunk) for index, of_chunk in failures.items()}
    anaplan = Anaplan(given_failures, lambda index: turns[index % len(turns)], chunks=expected)
    steps: list[TransferProgress] = []
    lost = [index for index in expected if is_lost(failures.get(index, []))]
    if not sizes:
        with pytest.raises(DownloadError, match="no content"):
            fetch(anaplan, way, folder, steps.append)
    elif lost:
        # An uneven file is read again in order, when there may no longer be enough failures.
        with suppress(ApiError):
            assert fetch(anaplan, way, folder) == b"".join(expected.values())
            assert len(set(sizes[:-1])) > 1 or sizes[-1] > sizes[0]
            assert way != "stream"
    else:
        assert fetch(anaplan, way, folder, steps.append) == b"".join(expected.values())
        assert (steps[-1].done_bytes, steps[-1].done_chunks) == (sum(sizes), len(sizes))
    assert anaplan.peak <= 8


UNEVEN = [[5, 5, 5, last] for last in (5, 3, 9)]
UNEVEN += [[odd if index == at else 5 for index in range(4)] for at in range(3) for odd in (3, 9)]
UNEVEN += [[1, 2, 3, 4], [4, 3, 2, 1]]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sizes", UNEVEN, ids=str)
def test_chunks_of_any_size_may_arrive_in_any_order(sizes: list[int], way: str, tmp_path: Path) -> None:
    expected = cut(sizes)
    for order in permutations(range(4)):
        if way == "stream" and order[0] != 0 and order[:2] != (1, 0):
            continue  # a stream requests the third chunk when it has the first one
        anaplan = Anaplan(chunks=expected, order=list(order))
        assert fetch(anaplan, way, tmp_path) == b"".join(expected.values()), order


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sizes", [[0, 5], [5, 0], [5, 0, 5], [5, 5, 0], [5, 3, 0, 5], [0, 0, 0]], ids=str)
def test_an_empty_chunk_beside_others_raises(sizes: list[int], way: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"chunk \d of \d is empty"):
        fetch(Anaplan(chunks=cut(sizes)), way, tmp_path)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ids", [[1, 0, 2], [0, 2, 1], [0, 1, 1], [0, 0, 1], [1, 2, 3], [0, 1, 3], [2, 1, 0]], ids=str)
def test_a_list_of_chunks_that_is_not_in_order_raises(ids: list[int], way: str, tmp_path: Path) -> None:
    for listings in ([ids], [range(3), ids]):
        anaplan = Anaplan(chunks=cut([5, 5, 5]), listings=list(listings))
        with pytest.raises(DownloadError, match="not numbered"):
            fetch(anaplan, way, tmp_path)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sizes", [[5, 5, 5], [5, 9, 5]], ids=["even", "uneven"])
@pytest.mark.parametrize("now", [0, 1, 2, 4])
def test_a_file_whose_chunks_become_more_or_fewer_raises(now: int, sizes: list[int], way: str, tmp_path: Path) -> None:
    anaplan = Anaplan(chunks=cut(sizes), listings=[range(3), range(now)])
    # An uneven file is listed again when it is read in order.
    if sizes != [5, 5, 5] and way != "stream":
        anaplan.listings.insert(0, range(3))
    with pytest.raises(DownloadError, match="changed while it was read"):
        fetch(anaplan, way, tmp_path)


@pytest.mark.parametrize(
    ("size", "in_flight"),
    [(1, 8), (3_750_000, 8), (3_750_001, 7), (10_000_000, 3), (10_000_001, 2), (20_000_000, 2)],
)
def test_a_stream_holds_30_megabytes_or_two_chunks(size: int, in_flight: int) -> None:
    anaplan = Anaplan(chunks=dict.fromkeys(range(12), bytes(size)))
    received = 0
    with concurrency.closing(download.download(anaplan.session(), MODEL, FILE, None)) as pieces:
        for piece in pieces:
            received += len(piece)
            if received > 3 * size:
                break
        for _ in range(10_000):  # until each worker has sent its request
            if len(anaplan.tried) >= 3 + in_flight:
                break
            concurrency.sleep(0.001)
        assert len(anaplan.tried) == 3 + in_flight


# Over sockets

CHUNKS = [bytes(range(256)) * 300, bytes(range(1, 256)) * 301, b"the last one"]
CHUNKS[1] = CHUNKS[1][: len(CHUNKS[0])].ljust(len(CHUNKS[0]), b".")


def download_all_ways(url: str, tmp_path: Path, error: type[Exception] | None) -> None:
    path = tmp_path / "content"
    with Client(model_id=MODEL, token="token", base_url=url, retry_policy=RetryPolicy(count=1, base_delay=0)) as client:

        def stream() -> bytes:
            return b"".join([piece for piece in client.get_file_stream(FILE)])

        if error is None:
            assert client.get_file(FILE) == b"".join(CHUNKS)
            assert stream() == b"".join(CHUNKS)
            client.download_file(FILE, path)
            assert path.read_bytes() == b"".join(CHUNKS)
            return
        with pytest.raises(error):
            client.get_file(FILE)
        with pytest.raises(error):
            stream()
        path.write_bytes(BEFORE)
        with pytest.raises(error):
            client.download_file(FILE, path)
    assert path.read_bytes() == BEFORE
    assert [entry.name for entry in tmp_path.iterdir()] == ["content"]


LISTING = json.dumps({"chunks": [{"id": str(index), "name": "some"} for index in range(3)]}).encode()
ODD = CHUNKS[1]
BODIES: dict[str, tuple[list[bytes | Then], type[Exception] | None]] = {
    "as it should be": ([whole(ODD)], None),
    "without a length": ([in_chunks(ODD[:5], ODD[5:])], None),
    "encoded": ([whole(gzip.compress(ODD), content_encoding="gzip")], None),
    "longer than it says": ([whole(ODD) + b"and more"], None),
    "closed after it": ([whole(ODD, connection="close"), Then.CLOSE], None),
    "truncated": ([whole(ODD)[:-1], Then.CLOSE], TransportError),
    "nothing of it": ([head(content_length=len(ODD)), Then.CLOSE], TransportError),
    "reset": ([whole(ODD)[:-1000], Then.RESET], TransportError),
    "without its end": ([in_chunks(ODD)[:-5], Then.CLOSE], TransportError),
    "until the connection ends": ([head(connection="close") + ODD, Then.CLOSE], TransportError),
    "a truncated head": ([b"HTTP/1.1 200 OK\r\nServer: some\r\n", Then.CLOSE], TransportError),
}


@pytest.mark.slow
@pytest.mark.parametrize(("steps", "error"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("odd", [0, 1, 2])
def test_a_chunk_that_comes_otherwise_is_whole_or_raises(
    odd: int, steps: list[bytes | Then], error: type[Exception] | None, tmp_path: Path
) -> None:
    def respond(received: Received) -> Iterator[bytes | Then]:
        chunk = received.path.rpartition("/chunks/")[2]
        if not chunk.isdigit():
            yield whole(LISTING, content_type="application/json")
        elif int(chunk) == odd:
            # The chunk in the middle takes the place of the odd one, and the other way round.
            yield from steps
        else:
            yield whole(CHUNKS[int(chunk)])

    before = CHUNKS[odd]
    CHUNKS[odd] = ODD
    try:
        with serving(respond) as wire:
            download_all_ways(wire.url, tmp_path, error)
    finally:
        CHUNKS[odd] = before


# Against the emulator


def test_a_token_that_ends_in_between_is_replaced_unseen(emulator: Emulator, client: Client, tmp_path: Path) -> None:
    content = b"0123456789" * 100_000
    emulator.download_chunk_size = 150_000
    client.upload_file(FILE, content)
    lists, check = list[Exchange](), emulator.observer

    def end_tokens(exchange: Exchange) -> None:
        if check is not None:
            check(exchange)
        # The first list still succeeds, and then no chunk.
        if exchange.path.endswith("/chunks") and exchange.method == "GET":
            lists.append(exchange)
            if len(lists) % 2:
                emulator.expire_tokens()

    emulator.observer = end_tokens
    assert client.get_file(FILE) == content
    client.download_file(FILE, tmp_path / "content")
    assert (tmp_path / "content").read_bytes() == content
    # One more sign-in for each download, for all requests that were rejected with the same token.
    assert (len(lists), emulator.count("POST", "/token/authenticate")) == (4, 3)


@pytest.mark.parametrize("at", [1, 3])
def test_a_disk_that_is_full_is_a_download_error_and_leaves_nothing(
    at: int, emulator: Emulator, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"0123456789" * 500_000
    emulator.download_chunk_size = 1_000_000
    client.upload_file(FILE, content)
    write, calls = sinks._write_at, list[int]()

    def full(file: int, piece: bytes | memoryview, offset: int) -> int:
        calls.append(offset)
        if len(calls) >= at:
            raise OSError(28, "No space left on device")
        return write(file, piece, offset)

    path = tmp_path / "content"
    path.write_bytes(BEFORE)
    with monkeypatch.context() as patch:
        patch.setattr(sinks, "_write_at", full)
        with pytest.raises(DownloadError, match=r"cannot be written to .*No space left"):
            client.download_file(FILE, path)
    assert path.read_bytes() == BEFORE
    assert [entry.name for entry in tmp_path.iterdir()] == ["content"]
    # It was not taken for a failure of the network, and the connections that it cut are not used again.
    assert emulator.count("GET", "/chunks/") <= 5
    client.download_file(FILE, path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_an_error_before_any_request(
    emulator: Emulator, client: Client, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        client.download_file(FILE, tmp_path / "nowhere" / "content")
    assert emulator.count() == 0


def test_disk_writes_that_take_a_part_are_continued(
    emulator: Emulator, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = sinks._write_at
    monkeypatch.setattr(sinks, "_write_at", lambda file, piece, at: write(file, piece[:70_001], at))
    content = bytes(range(256)) * 10_000
    client.upload_file(FILE, content)
    client.download_file(FILE, tmp_path / "content")
    assert (tmp_path / "content").read_bytes() == content
