"""How content is cut into chunks."""

from collections.abc import AsyncIterator, Iterator
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import AnaplanError
from anaplan_ext import AsyncClient, Client
from anaplan_ext.emulator import Emulator
from anaplan_ext.transfers import chunking

from ...core.support import bounded

MB = 1_000_000
WANTED = st.integers(MB, 50 * MB)


@pytest.mark.parametrize("size", [MB, MB + 1, 25 * MB, 50 * MB])
def test_a_size_that_anaplan_takes_passes(size: int) -> None:
    chunking.check_size(size)


@pytest.mark.parametrize("size", [-1, 0, MB - 1, 50 * MB + 1, 10**12])
def test_a_size_that_anaplan_does_not_take_is_rejected_by_name(size: int) -> None:
    with pytest.raises(ValueError, match="upload_chunk_size"):
        chunking.check_size(size)


@bounded(200)
@given(st.integers(0, 50_000 * MB) | st.integers(0, 60 * MB), WANTED)
def test_a_plan_tiles_the_content_in_chunks_that_anaplan_takes(length: int, wanted: int) -> None:
    ranges = chunking.plan_ranges(length, wanted)
    assert len(ranges) <= 1000
    ends = [0]
    for start, end in ranges:
        assert start == ends[-1]
        assert min(1, length) <= end - start <= 50 * MB
        ends.append(end)
    assert ends[-1] == length
    # All but the last are alike, of the wanted size unless they would be too many.
    sizes = {end - start for start, end in ranges[:-1]}
    assert len(sizes) <= 1
    if ranges[:-1]:
        assert sizes == {wanted} or (sizes.pop() > wanted and length > 1000 * wanted)
        assert ranges[-1][1] - ranges[-1][0] <= ranges[0][1]


@pytest.mark.parametrize(
    ("length", "wanted", "count"),
    [
        (0, MB, 1),
        (1, MB, 1),
        (MB, MB, 1),
        (MB + 1, MB, 2),
        (1000 * MB, MB, 1000),
        (1000 * MB + 1, MB, 1000),
        (50_000 * MB, MB, 1000),
        (50_000 * MB, 50 * MB, 1000),
    ],
)
def test_a_plan_has_this_number_of_chunks(length: int, wanted: int, count: int) -> None:
    assert len(chunking.plan_ranges(length, wanted)) == count


@bounded()
@given(st.integers(50_000 * MB + 1, 10**18), WANTED)
def test_content_that_does_not_fit_is_rejected(length: int, wanted: int) -> None:
    with pytest.raises(ValueError, match="must fit into 1000 chunks"):
        chunking.plan_ranges(length, wanted)


@bounded(50)
@given(WANTED)
def test_the_chunks_of_a_stream_hold_at_least_25_gb_at_any_start(first: int) -> None:
    sizes = list(islice(chunking.growing_sizes(first), 1000))
    assert len(sizes) == 1000
    assert max(sizes) <= 50 * MB
    assert min(sizes) == first
    assert sizes == sorted(sizes)
    assert sizes[:100] == [first] * 100
    assert sum(sizes) >= 25_000 * MB


@pytest.mark.parametrize("first", [MB, 25 * MB, 50 * MB])
def test_the_chunks_of_a_stream_at_the_ends_of_the_range(first: int) -> None:
    sizes = list(islice(chunking.growing_sizes(first), 1000))
    assert (sizes[0], sizes[-1]) == (first, 50 * MB)


def test_there_is_no_size_for_a_chunk_too_many() -> None:
    sizes = chunking.growing_sizes(MB)
    assert len(list(islice(sizes, 1000))) == 1000
    with pytest.raises(ValueError, match="1000 chunks"):
        next(sizes)


@bounded(60)
@given(
    st.lists(st.integers(0, 3_500_000), max_size=6),
    st.sampled_from([MB, MB + 1, 2 * MB + 7]),
    st.sampled_from([bytes, bytearray, memoryview]),
)
def test_pieces_of_any_size_are_cut_into_chunks_of_the_wanted_one(sizes: list[int], wanted: int, kind: type) -> None:
    content = bytes(range(256)) * (sum(sizes) // 256 + 1)
    cutter, cut, start = chunking.Chunker(wanted), list[bytes](), 0
    for size in sizes:
        for chunk in cutter.add(kind(content[start : start + size])):
            cut.append(b"".join(chunk))
        start += size
    rest = b"".join(cutter.flush())
    assert b"".join(cut) + rest == content[:start]
    assert all(len(chunk) == wanted for chunk in cut)
    assert len(rest) < wanted


def test_short_lines_are_gathered_into_blocks() -> None:
    cutter = chunking.Chunker(MB)
    for _ in range(99_999):
        assert list(cutter.add("0123456789")) == []
    (chunk,) = cutter.add("0123456789")
    assert len(chunk) <= 2
    assert sum(map(len, chunk)) == MB


def test_a_piece_that_its_owner_writes_to_again_was_copied() -> None:
    cutter = chunking.Chunker(MB)
    piece = bytearray(b"a" * 2 * MB)
    first, second = [b"".join(chunk) for chunk in cutter.add(piece)]
    held = bytearray(b"b" * (MB - 1))
    assert list(cutter.add(held)) == []
    held[:] = b"c" * (MB - 1)
    assert (first + second, b"".join(cutter.flush())) == (bytes(piece), b"b" * (MB - 1))


# A stream that needs more chunks than there can be: the limits are lowered to two chunks of 1 MB.


@pytest.fixture
def two_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunking, "MAX_CHUNKS", 2)
    monkeypatch.setattr(chunking, "MAX_CHUNK_BYTES", MB)


async def upload_stream(kind: str, emulator: Emulator, length: int) -> None:
    options = {"user_email": emulator.user_email, "password": emulator.password, "base_url": emulator.url}

    def now() -> Iterator[bytes]:
        yield from [b"x" * 100_000] * (length // 100_000)

    async def later() -> AsyncIterator[bytes]:
        for piece in now():
            yield piece

    if kind == "async":
        async with AsyncClient(None, emulator.development_model_id, upload_chunk_size=MB, **options) as client:
            await client.upload_file_stream(113000000000, later())
    else:
        with Client(None, emulator.development_model_id, upload_chunk_size=MB, **options) as client:
            client.upload_file_stream(113000000000, now())


@pytest.mark.usefixtures("two_chunks")
@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_a_stream_that_fills_its_last_chunk_is_uploaded(kind: str, emulator: Emulator) -> None:
    await upload_stream(kind, emulator, 2 * MB)
    assert emulator.count("PUT", r"/chunks/") == 2
    assert emulator.count("POST", r"/complete$") == 1


@pytest.mark.usefixtures("two_chunks")
@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_a_stream_that_is_too_long_raises_and_is_never_completed(kind: str, emulator: Emulator) -> None:
    with pytest.raises((AnaplanError, ValueError)):
        await upload_stream(kind, emulator, 3 * MB)
    assert emulator.count("POST", r"/complete$") == 0
