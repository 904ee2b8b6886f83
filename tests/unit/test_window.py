"""How many chunks are under way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.window import FIRST, MOST, Window, fixed

from ..core.support import bounded


class Link:
    """A link that serves so many chunks a second for each that is under way, up to a rate, by a clock of its own."""

    def __init__(self, each: float, most: float) -> None:
        self.each, self.most, self.now = each, most, 0.0

    def __call__(self) -> float:
        return self.now

    def run(self, window: Window, chunks: int) -> list[int]:
        """Serves chunks and returns how many were under way for each."""
        sizes: list[int] = []
        for _ in range(chunks):
            self.now += 1 / min(self.each * window.size, self.most)
            sizes.append(window.size)
            window.done(1_000_000)
        return sizes


@pytest.mark.parametrize(
    ("each", "most", "settled"),
    [(10, 1000, MOST), (10, 10, FIRST), (10, 42, FIRST), (1, 6, MOST)],
    ids=["latency", "one is enough", "four are enough", "six would do"],
)
def test_a_window_grows_for_as_long_as_that_pays(each: float, most: float, settled: int) -> None:
    link = Link(each, most)
    sizes = link.run(Window(clock=link), 100)
    assert sizes[0] == FIRST
    assert sizes[-1] == settled
    assert max(sizes) <= MOST


@bounded(100)
@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 10**8)), max_size=60), st.integers(1, 16))
def test_a_window_stays_between_one_and_its_limit(steps: list[tuple[float, int]], first: int) -> None:
    now = 0.0
    window = Window(size=first, most=16, clock=lambda: now)
    for seconds, size in steps:
        now += seconds
        window.done(size)
        assert 1 <= window.size <= 16


def test_a_fixed_window_stays_as_it_is() -> None:
    window = fixed(1)
    for _ in range(9):
        window.done(1)
    assert (window.size, window.most) == (1, 1)
