"""Uploads find out by themselves how hard to compress and how much to send at once: as the server sees it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import pytest
from attrs import define, evolve, field

from anaplan_ext import AsyncClient, chunks
from anaplan_ext._async import uploads
from anaplan_ext.compression import AT_ONCE, Meter, compress
from anaplan_ext.emulator import Emulator, Exchange, Fault
from anaplan_ext.window import FIRST, MOST, Window

FILE = "113000000000"
MB = 1_000_000


def rows(count: int) -> bytes:
    random = Random(1)
    return "".join(f"{row},{random.randrange(10**6)},region {row % 97},some text\n" for row in range(count)).encode()


CONTENT = (rows(50_000) * 8)[: 12 * MB]


@define
class Line:
    """A line that takes so many bytes a second, by a clock of its own; remembers the chunks that it carried."""

    rate: float
    now: float = 0.0
    carried: dict[int, bytes] = field(factory=dict[int, bytes])

    def __call__(self) -> float:
        return self.now

    def carry(self, exchange: Exchange) -> None:
        if exchange.method == "PUT":
            assert isinstance(exchange.request_body, bytes)
            self.now += len(exchange.request_body) / self.rate
            self.carried[int(exchange.path.rpartition("/")[2])] = exchange.request_body


def level_of(index: int, body: bytes) -> int:
    """The level at which a chunk was compressed, as its bytes show."""
    content = CONTENT[index * MB : (index + 1) * MB]
    return next(level for level in (1, 3, 4, 5, 6) if b"".join(compress([content], level, Meter()).body) == body)


async def levels_over(rate: float, level: int | None = None) -> list[int]:
    """Uploads over such a line, and returns the levels that were used, one chunk after the other."""
    line = Line(rate)
    with Emulator(observer=line.carry) as emulator:
        async with AsyncClient(
            model_id=emulator.development_model_id,
            user_email=emulator.user_email,
            password=emulator.password,
            base_url=emulator.url,
            upload_chunk_size=MB,
            upload_parallel=False,
            compression_level=level,
        ) as client:
            # Only the clock is another one.
            client._settings = evolve(client._settings, meter=Meter(line, processors=1.5))
            await client.upload_file(FILE, CONTENT)
            assert await client.get_file(FILE) == CONTENT
    return [level_of(index, body) for index, body in sorted(line.carried.items())]


async def test_chunks_are_compressed_harder_as_soon_as_a_slow_line_was_measured() -> None:
    levels = await levels_over(100_000)
    # Of the first chunks, some are ready before one was sent.
    assert levels[:AT_ONCE] == [1] * AT_ONCE
    assert set(levels[AT_ONCE:]) == {levels[-1]}
    assert levels[-1] >= 5


async def test_chunks_are_compressed_fast_for_a_fast_line() -> None:
    assert set(await levels_over(1e15)) == {1}


@pytest.mark.parametrize("rate", [100_000, 1e15])
async def test_a_wanted_level_is_used_on_every_line(rate: float) -> None:
    assert set(await levels_over(rate, 3)) == {3}


# The window

COUNT = 28


@define
class Counted(Window):
    """A window that tells how many chunks are through."""

    through: int = field(default=0, init=False)

    def done(self, size: int) -> None:
        super().done(size)
        self.through += 1


@define
class Rounds:
    """Holds chunks until as many are there as the window lets through, and lets them go at once."""

    emulator: Emulator
    seconds: Callable[[int], float]
    now: float = 0.0
    windows: list[Counted] = field(factory=list[Counted])
    sizes: list[int] = field(factory=list[int])
    _over: threading.Event = field(factory=threading.Event)

    def window(self) -> Counted:
        self.windows.append(Counted(clock=lambda: self.now))
        return self.windows[0]

    def run(self) -> None:
        while self._comes(lambda: len(self.emulator.held) >= self._room()) and self._through() < COUNT:
            through, held = self._through(), len(self.emulator.held)
            self.sizes.append(held)
            self.now += self.seconds(held)
            self.emulator.release()
            # The window is the next one only when the client has seen all answers.
            self._comes(lambda expected=through + held: self._through() >= expected)

    def _through(self) -> int:
        return self.windows[0].through if self.windows else 0

    def _room(self) -> int:
        return min(self.windows[0].size, COUNT - self._through()) if self.windows else FIRST

    def _comes(self, what: Callable[[], bool]) -> bool:
        while not what():
            if self._over.wait(0.001):
                return False
        return True

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()


@pytest.mark.parametrize(
    ("seconds", "settled"),
    [(lambda chunks: 1.0, MOST), (float, FIRST)],
    ids=["a round takes as long as ever", "a chunk takes as long as ever"],
)
async def test_as_many_chunks_are_under_way_as_make_it_faster(
    seconds: Callable[[int], float], settled: int, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "MINIMUM_SIZE", 1000)
    rounds = Rounds(emulator, seconds)
    monkeypatch.setattr(uploads, "Window", rounds.window)
    emulator.inject(Fault(method="PUT", path="/chunks/", kind="stall", times=None))
    content = CONTENT[: COUNT * 1000]
    async with AsyncClient(
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        upload_chunk_size=1000,
    ) as client:
        with rounds.running():
            await client.upload_file(FILE, content)
        emulator.clear_faults()
        assert await client.get_file(FILE) == content
    assert rounds.sizes[:2] == [FIRST, MOST]
    assert rounds.windows[0].size == settled
    assert emulator.peak_in_flight == MOST
    # Of those in front of the last ones, which are fewer than the window has room for.
    assert rounds.sizes[3] == settled
