"""Tables in a terminal: colors where they can be, and the same text everywhere."""

import io
import re
import sys
from argparse import Namespace
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.cli import painting, transfers
from anaplan_ext.cli.command import Column
from anaplan_ext.cli.context import Context
from anaplan_ext.cli.output import print_one, print_rows

COLUMNS = (Column("id", "Id."), Column("name", "Name."), Column("rows", "Rows.", "integer"))
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
TERMINAL = {"TERM": "xterm-256color"}


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def context(environment: Mapping[str, str] = TERMINAL, **given: object) -> Context:
    names = ("output", "columns", "no_headers", "no_color", "quiet", "no_progress")
    return Context(Namespace(**(dict.fromkeys(names) | given)), environment)


def paint_of(environment: Mapping[str, str] = TERMINAL, *, stream: io.StringIO, **given: object) -> painting.Paint:
    return painting.choose_paint(context(environment, **given), stream)


@pytest.fixture(autouse=True)
def colors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rich see a terminal with colors, wherever the tests run."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_terminal_gets_a_colored_table() -> None:
    paint = paint_of(stream=Terminal())
    to = io.StringIO()
    rows = [{"id": "1", "name": "a", "rows": 1}]
    print_rows(rows, COLUMNS, context().options, to, 80, {"id": "total", "rows": 1}, paint)
    header, row, total = to.getvalue().splitlines()
    assert header == "\x1b[1mID     NAME  ROWS\x1b[0m"
    assert row == "\x1b[36m1\x1b[0m      a        1"
    assert total == "\x1b[1mtotal           1\x1b[0m"
    to = io.StringIO()
    print_one(rows[0], COLUMNS, context().options, to, paint)
    assert to.getvalue().splitlines()[0] == "\x1b[1mid\x1b[0m    1"


@pytest.mark.parametrize(
    ("environment", "given"),
    [
        ({"TERM": "dumb"}, {}),
        ({"TERM": "unknown"}, {}),
        ({**TERMINAL, "NO_COLOR": "1"}, {}),
        (TERMINAL, {"no_color": True}),
        (TERMINAL, {"output": "csv"}),
        (TERMINAL, {"output": "json"}),
        (TERMINAL, {"output": "id"}),
    ],
)
def test_no_color_where_none_can_be(environment: Mapping[str, str], given: Mapping[str, object]) -> None:
    assert paint_of(environment, stream=Terminal(), **given) is painting.plain


def test_a_pipe_and_a_bare_install_get_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    assert paint_of(stream=io.StringIO()) is painting.plain
    assert paint_of(stream=Terminal()) is not painting.plain
    monkeypatch.setattr(painting, "find_spec", lambda name: None)
    assert paint_of(stream=Terminal()) is painting.plain


@given(
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60), st.integers()), max_size=4),
    st.integers(10, 120),
    st.booleans(),
)
def test_colors_change_no_text(rows: list[tuple[str, str, int]], width: int, has_total: bool) -> None:
    shown = [{"id": one, "name": two, "rows": three} for one, two, three in rows]
    total = {"id": "total", "rows": 7} if has_total else None
    plain, painted = io.StringIO(), io.StringIO()
    print_rows(shown, COLUMNS, context().options, plain, width, total)
    print_rows(shown, COLUMNS, context().options, painted, width, total, lambda text, part: f"\x1b[1m{text}\x1b[0m")
    assert ESCAPE.sub("", painted.getvalue()) == plain.getvalue()


def test_only_the_table_has_the_total() -> None:
    rows, total = [{"id": "1", "rows": 1}], {"id": "total", "rows": 1}
    for form, count in {"table": 3, "json": 3, "jsonl": 1, "csv": 2, "id": 1}.items():
        to = io.StringIO()
        print_rows(rows, COLUMNS, context(output=form).options, to, None, total)
        assert len(to.getvalue().splitlines()) == count
        assert ("total" in to.getvalue()) is (form == "table")


def test_a_dumb_terminal_gets_lines_instead_of_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    from anaplan_ext.transfers.progress import TransferProgress

    step = TransferProgress(done_bytes=50, total_bytes=100, done_chunks=1, total_chunks=2)
    for environment, has_bars in (({"TERM": "dumb"}, False), (TERMINAL, True)):
        stream.truncate(0)
        with transfers.progress(context(environment), "uploading") as show:
            assert show is not None
            show(step)
        assert (stream.getvalue().lstrip("\0") == "uploading  50 % of 100 bytes\n") is not has_bars


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (302_000_000, "302.0 MB"),
        (5 * 10**12, "5,000.0 GB"),
    ],
)
def test_a_size_has_its_unit(count: int, expected: str) -> None:
    assert transfers.show_size(count) == expected
