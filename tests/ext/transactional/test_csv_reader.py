"""Rows of CSV that arrives in pieces of any size."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext import ReadError
from anaplan_ext.transactional.csv_reader import CsvRows, count_rows

from ...core.support import bounded

VALUES = st.text(st.sampled_from('ab",\n\r é€\N{GRINNING FACE}\x0b\u2028'), max_size=6)
ROWS = st.lists(st.lists(VALUES, min_size=1, max_size=3), max_size=6)
CUTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


def written(rows: list[list[str]], line_end: str) -> bytes:
    output = io.StringIO()
    # Of itself, the writer does not quote every line end.
    csv.writer(
        output,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if any("\r" in value for row in rows for value in row) else csv.QUOTE_MINIMAL,
    ).writerows(rows)
    return output.getvalue().encode()


def read(content: bytes, cuts: list[int]) -> list[list[str]]:
    """Reads content in pieces of these sizes, over and over."""
    reader, rows, start, turn = CsvRows("view 1"), [], 0, 0
    while start < len(content):
        end, turn = start + cuts[turn % len(cuts)], turn + 1
        rows += reader.add(content[start:end])
        start = end
    return [*rows, *reader.finish()]


@bounded(300)
@given(ROWS, st.sampled_from(["\n", "\r\n"]), CUTS)
def test_every_row_is_read_as_it_was_written_wherever_the_pieces_end(
    rows: list[list[str]], line_end: str, cuts: list[int]
) -> None:
    assert read(written(rows, line_end), cuts) == rows
    assert count_rows("view 1", written(rows, line_end)) == len(rows)


@bounded()
@given(CUTS)
def test_the_last_row_needs_no_line_end_and_a_byte_order_mark_is_skipped(cuts: list[int]) -> None:
    assert read(b'\xef\xbb\xbfName,Code\n"a\nb",1\nc,', cuts) == [["Name", "Code"], ["a\nb", "1"], ["c", ""]]


@bounded()
@given(CUTS)
def test_quotation_marks_that_are_not_doubled_do_not_swallow_what_follows(cuts: list[int]) -> None:
    assert read(b'12" bolt,1\n"12" bolt",2\nnut,3\n', cuts) == [['12" bolt', "1"], ['12 bolt"', "2"], ["nut", "3"]]


def test_a_row_is_there_as_soon_as_its_line_has_ended() -> None:
    rows = CsvRows("view 1")
    assert list(rows.add(b"a,1\nb,2\nc,")) == [["a", "1"], ["b", "2"]]
    assert list(rows.add(b"3\n")) == [["c", "3"]]
    assert list(rows.finish()) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"a,\xff\n", "not valid UTF-8"), (b'"' + b"x" * 200_000 + b"\n", "not valid CSV: field larger")],
)
def test_invalid_csv_raises_with_the_label(content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=f"^reading view 1 failed: {reason}") as raised:
        read(content, [len(content)])
    assert raised.value.label == "view 1"


def test_an_incomplete_character_at_the_end_raises() -> None:
    with pytest.raises(ReadError, match="not valid UTF-8"):
        read("a,€\n".encode()[:-2], [1])
