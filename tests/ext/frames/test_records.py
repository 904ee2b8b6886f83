"""Blocks of records: the same rows however the content arrives."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anaplan_ext.frames.errors import RecordTooLongError
from anaplan_ext.frames.records import RecordCutter, split_first
from anaplan_ext.frames.schema import Dialect

COMMA, SEMICOLON, TAB, PLAIN = Dialect(), Dialect(";", "'"), Dialect("\t"), Dialect(delimiter="")
dialects = st.sampled_from([COMMA, SEMICOLON, TAB, PLAIN])


def cut(content: bytes, sizes: Sequence[int], dialect: Dialect, block: int = 8, record: int = 1000) -> list[bytes]:
    cutter = RecordCutter("export 1", dialect, block_bytes=block, max_record_bytes=record)
    blocks: list[bytes] = []
    start = number = 0
    while start < len(content):
        size = sizes[number % len(sizes)]
        blocks += cutter.add(content[start : start + size])
        start, number = start + size, number + 1
    return [*blocks, *cutter.finish()]


def rows(content: bytes, dialect: Dialect) -> list[list[str]]:
    quoting = csv.QUOTE_MINIMAL if dialect.delimiter else csv.QUOTE_NONE
    text = io.StringIO(content.decode(), newline="")
    return list(csv.reader(text, delimiter=dialect.separator, quotechar=dialect.delimiter or None, quoting=quoting))


@given(
    st.text("ab,;\t\"'\r\n é\u2028\x85", max_size=60),
    st.integers(1, 40),
    st.lists(st.integers(1, 7), min_size=1),
    dialects,
)
@example('a,"b\n', 1, [1], COMMA)
@example('"a""', 2, [1], COMMA)
@example("a\r\nb", 2, [1], COMMA)
@example('"a"\r\nb', 4, [1], COMMA)
@example('x"y,"\n",z\n', 1, [1], COMMA)
def test_the_rows_are_the_same_at_any_border(text: str, block: int, sizes: list[int], dialect: Dialect) -> None:
    content = text.encode()
    blocks = cut(content, sizes, dialect, block)
    assert b"".join(blocks) == content
    assert [row for block in blocks for row in rows(block, dialect)] == rows(content, dialect), "blank lines too"
    assert blocks == cut(content, [1000], dialect, block), "the blocks do not depend on the pieces"


@given(st.lists(st.text('ab,"\r\n', max_size=9), min_size=1), st.integers(1, 30))
def test_a_block_is_bounded(values: list[str], block: int) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([value] for value in values)
    longest = max(2 * len(value) + 3 for value in values)
    assert all(len(part) <= max(block, 2 * longest) for part in cut(text.getvalue().encode(), [7], COMMA, block))


@pytest.mark.parametrize("sizes", [[1], [3], [1000]])
@pytest.mark.parametrize(
    ("content", "is_too_long"),
    [
        (b"x" * 31 + b"\n", False),
        (b"x" * 32 + b"\n", True),
        (b'"' + b"x\n" * 14 + b'"\n', False),
        (b'"' + b"x\n" * 40, True),
        (b"a,b\n" * 100 + b"x" * 31 + b"\n", False),
        (b"a,b\n" * 100 + b"x" * 32 + b"\n", True),
        (b"x" * 31, False),
    ],
)
def test_a_record_that_is_too_long_is_an_error(content: bytes, is_too_long: bool, sizes: list[int]) -> None:
    if not is_too_long:
        assert b"".join(cut(content, sizes, COMMA, record=32)) == content
        return
    with pytest.raises(RecordTooLongError, match="export 1 cannot be read as a table: a row has more than 32 bytes"):
        cut(content, sizes, COMMA, record=32)


@pytest.mark.parametrize("block", [0, 1001])
def test_a_block_is_not_larger_than_a_record_may_be(block: int) -> None:
    with pytest.raises(ValueError, match="block_bytes must be between 1 and 1000"):
        RecordCutter("export 1", COMMA, block_bytes=block, max_record_bytes=1000)


@pytest.mark.parametrize(
    ("block", "first", "rest"),
    [
        (b"a,b\n1,2\n", b"a,b", b"1,2\n"),
        (b"a,b\r\n1,2\r\n", b"a,b", b"1,2\r\n"),
        (b"a,b\r1,2", b"a,b", b"1,2"),
        (b'"a\nb",c\n1,2', b'"a\nb",c', b"1,2"),
        (b"a,b", b"a,b", b""),
        (b"\na", b"", b"a"),
    ],
)
def test_the_first_record_is_split_off(block: bytes, first: bytes, rest: bytes) -> None:
    assert split_first(block, COMMA) == (first, rest)


@pytest.mark.parametrize(
    ("content", "is_at_end"),
    [(b"", True), (b"a\n", True), (b"a\r", True), (b'"a"\r', True), (b"a", False), (b'"a\n', False), (b'"a\r', False)],
)
def test_the_end_of_a_record_is_known(content: bytes, is_at_end: bool) -> None:
    cutter = RecordCutter("export 1", COMMA)
    assert list(cutter.add(content)) == []
    assert cutter.is_at_record_end is is_at_end
