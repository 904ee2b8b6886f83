"""Compressing chunks, and how hard."""

import gzip
import hashlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext import compression
from anaplan_ext.chunks import in_blocks
from anaplan_ext.compression import ISAL, ZLIB, Level, Meter, best, compress, digest_of

from ..core.support import bounded

MB = 1_000_000
MBIT = MB / 8


@bounded(50)
@given(st.binary(max_size=5000), st.integers(1, 9))
def test_a_compressed_chunk_unpacks_to_itself_and_is_the_same_each_time(content: bytes, level: int) -> None:
    packed = compress([content], level, Meter())
    assert gzip.decompress(b"".join(packed.body)) == content
    assert compress([memoryview(content)], level, Meter()) == packed
    assert (packed.size, packed.digest) == (len(content), hashlib.sha256(content).hexdigest())
    assert digest_of([content[:7], content[7:]]) == (packed.size, packed.digest)


@bounded(20)
@given(st.binary(max_size=3000), st.booleans())
def test_a_chunk_unpacks_alike_whichever_library_packed_it(content: bytes, isal: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not isal:
            patch.setitem(sys.modules, "isal", None)
        assert gzip.decompress(b"".join(compress(in_blocks(content), 1, Meter()).body)) == content


# Two processors that compress CSV to 3.3 times less at 370 MB/s each, with a share for other work.
SPEED, RATIO = 740 * MB, 3.3


@pytest.mark.parametrize(("link", "level"), [(1, 5), (50, 5), (100, 5), (200, 3), (500, 3), (1_000, 1), (10_000, 1)])
def test_the_slower_the_link_the_harder_chunks_are_compressed(link: float, level: int) -> None:
    assert best(ISAL, SPEED, RATIO, link * MBIT) == level


@bounded(200)
@given(
    levels=st.sampled_from([ISAL, ZLIB]),
    speed=st.floats(1e5, 1e10),
    ratio=st.floats(1, 20),
    link=st.floats(1e3, 1e10),
)
def test_the_level_is_never_far_from_the_best(
    levels: tuple[Level, ...], speed: float, ratio: float, link: float
) -> None:
    rates = {level.level: min(speed * level.speed, link * ratio * level.ratio) for level in levels}
    assert rates[best(levels, speed, ratio, link)] >= max(rates.values()) / compression.GAIN ** len(levels)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_meter_finds_the_level_for_the_link_that_it_sees() -> None:
    clock = Clock()
    meter = Meter(clock, processors=1.5)
    assert meter.level() == 1
    for rate, expected in ((5 * MB, 5), (500 * MB, 1), (5 * MB, 5)):
        for _ in range(200):
            level = meter.level()
            known = next(one for one in ISAL if one.level == level)
            packed = int(25 * MB / 3.3 / known.ratio)
            meter.compressed(level, 25 * MB, packed, 25 / 490 / known.speed)
            with meter.sending(packed):
                clock.now += packed / rate
        assert meter.level() == expected


def test_what_is_sent_side_by_side_counts_together() -> None:
    clock = Clock()
    meter = Meter(clock, processors=1.5)
    meter.compressed(1, 100 * MB, 30 * MB, 0.2)
    with meter.sending(15 * MB):
        clock.now += 1
        with meter.sending(15 * MB):
            clock.now += 1
    clock.now += 1000  # nothing is under way
    with pytest.raises(OSError, match="reset"), meter.sending(30 * MB):
        raise OSError("reset")
    # 30 MB in two seconds.
    assert meter.level() == best(ISAL, 1.5 * 500 * MB, 10 / 3, 15 * MB)


def test_the_first_of_several_chunks_tells_how_fast_the_link_is() -> None:
    clock = Clock()
    meter = Meter(clock, processors=1.5)
    meter.compressed(1, 100 * MB, 30 * MB, 0.2)
    with meter.sending(10 * MB), meter.sending(10 * MB):
        with meter.sending(10 * MB):
            clock.now += 1
        # A third of what went over the link is through.
        assert meter.level() == best(ISAL, 1.5 * 500 * MB, 10 / 3, 30 * MB)
        assert meter.level() != best(ISAL, 1.5 * 500 * MB, 10 / 3, 10 * MB)


@pytest.mark.parametrize("level", [0, 10, -1])
def test_a_level_that_there_is_not_is_refused(level: int) -> None:
    with pytest.raises(ValueError, match="compression_level"):
        compression.check_level(level)
