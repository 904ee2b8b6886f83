"""Ranges of chunks: together they have the rows of the whole, wherever the borders are."""

import csv
import io
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from anaplan_ext.frames.errors import TableError
from anaplan_ext.frames.records import record_pattern
from anaplan_ext.frames.schema import Dialect
from anaplan_ext.spark.borders import BorderFinder, RangeCutter, RowRules

COMMA, SEMICOLON, PLAIN = Dialect(), Dialect(";", "'"), Dialect(delimiter="")
# Values as they are written, whatever writes them.
VALUES = {
    ",": ["", "a", 'a"b', '"a"', '"a"b', '"a""b"', '""""', '"\n"', '"a\n"', '"\nb"', '","', '"\r\n,"', '"a"\'b', "'"],
    ";": ["", "a", "a'b", "'a'", "'a''b'", "'\n'", "'a\r'", "';'", '"'],
}
sizes = st.lists(st.integers(1, 9), min_size=1)


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, RowRules]:
    """Return content and the rules of its rows."""
    dialect = draw(st.sampled_from([COMMA, SEMICOLON, PLAIN]))
    if not dialect.delimiter or draw(st.booleans()):  # one column of anything
        text = draw(st.text("ab'\"\r\n", max_size=80))
        return text.encode(), RowRules(dialect, 1)
    columns = draw(st.integers(1, 3))
    value = st.sampled_from(VALUES[dialect.separator])
    rows = draw(st.lists(st.lists(value, min_size=columns, max_size=columns) | st.just([""]), max_size=20))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = end.join(map(dialect.separator.join, rows)) + draw(st.sampled_from(["", end]))
    return text.encode(), RowRules(dialect, columns)


def parse(content: bytes, dialect: Dialect) -> list[list[str]]:
    quoting = csv.QUOTE_MINIMAL if dialect.delimiter else csv.QUOTE_NONE
    text = io.StringIO(content.decode(), newline="")
    return list(csv.reader(text, delimiter=dialect.separator, quotechar=dialect.delimiter or None, quoting=quoting))


def chunked(content: bytes, sizes: list[int]) -> list[bytes]:
    chunks: list[bytes] = []
    while sum(map(len, chunks)) < len(content):
        start = sum(map(len, chunks))
        chunks.append(content[start : start + sizes[len(chunks) % len(sizes)]])
    return chunks


def cut(chunks: list[bytes], rules: RowRules, first: int, end: int) -> bytes:
    cutter = RangeCutter("export 1", rules, is_first=not first)
    rows = b"".join(cutter.add(chunk) for chunk in chunks[first:end])
    for chunk in chunks[end:]:
        if cutter.is_complete:
            break
        rows += cutter.add_next(chunk)
    return rows if cutter.is_complete else rows + cutter.finish()


def find(chunks: list[bytes], rules: RowRules) -> int:
    finder = BorderFinder("export 1", rules)
    for chunk in chunks:
        finder.add(chunk)
    finder.finish()
    return finder.position


def longest_row(content: bytes, dialect: Dialect) -> int:
    starts = [0]
    while (matched := record_pattern(dialect).match(content, starts[-1])) is not None:
        starts.append(matched.end())
    return max(end - start for start, end in pairwise([*starts, len(content) + 1]))


@given(tables(), sizes, st.integers(1, 6), st.integers(0, 20))
@example((b'"a\nb"\n"c\nd"\n', RowRules(COMMA, 1)), [1], 1, 0)
@example((b"a\r\nb\r\n", RowRules(COMMA, 1)), [2], 1, 0)
@example((b'","\n","\n","\n', RowRules(COMMA, 1)), [3], 1, 0)
@example((b'"\n",a\n"\n",a\n', RowRules(COMMA, 2)), [3], 1, 3)
@example((b'"a""b"\n"""c"\n', RowRules(COMMA, 1)), [3], 1, 0)
def test_each_row_is_in_one_range(table: tuple[bytes, RowRules], sizes: list[int], length: int, more: int) -> None:
    content, rules = table
    chunks = chunked(content, sizes)
    rules = evolve(rules, max_bytes=longest_row(content, rules.dialect) + more)
    parts = [cut(chunks, rules, start, start + length) for start in range(0, max(1, len(chunks)), length)]
    assert b"".join(parts) == content
    assert [row for part in parts for row in parse(part, rules.dialect)] == parse(content, rules.dialect)


@given(tables(), sizes, sizes, st.integers(1, 30))
def test_the_border_depends_on_what_follows_and_not_on_its_pieces(
    table: tuple[bytes, RowRules], some: list[int], others: list[int], longest: int
) -> None:
    content, rules = table
    rules = evolve(rules, max_bytes=longest)
    try:
        expected = find([content], rules)
    except TableError:
        assume(False)
    assert find(chunked(content, some), rules) == find(chunked(content, others), rules) == expected


@pytest.mark.parametrize(
    ("content", "columns", "position"),
    [
        (b"x" * 99 + b"\n" + b"x\n" * 200, 1, 100),
        (b"x" * 100 + b"\n" + b"x\n" * 200, 1, 0),  # too long, so that only half of CRLF can precede it
        (b"x,1\n" * 90, 2, 4),  # a quoted value would be too long
        (b"x,1\r" * 90, 2, 4),
        (b'"x","1"\n' * 90, 2, 8),
        (b'5,"text\n"\n' * 90, 2, 10),  # as a row, 5,"text would be followed by one with the wrong columns
        (b'"text\n"\n' * 3, 1, 24),  # nothing tells these apart, so that the previous range has all
    ],
)
def test_the_border_is_near(content: bytes, columns: int, position: int) -> None:
    assert find([content], RowRules(COMMA, columns, 100)) == position


@pytest.mark.parametrize("size", [7, 999_999])
def test_a_border_that_is_not_clear_is_an_error(size: int) -> None:
    content = b'"text\n"\n' * 900 + b"x\n" * 90  # each value could be what is between two, until it is too late
    with pytest.raises(TableError, match=r"export 1 .* each must have 1 columns and at most 100 bytes"):
        find(chunked(content, [size]), RowRules(COMMA, 1, 100))


def test_the_memory_is_bounded_by_rows_and_pieces() -> None:
    finder = BorderFinder("export 1", RowRules(COMMA, 1, 1000))
    for _ in range(5000):
        finder.add(b'"text\n"\n')
        assert len(finder._content) < 1100
