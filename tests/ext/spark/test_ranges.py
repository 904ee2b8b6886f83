"""Ranges of chunks, and the header that all of them need."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.frames.errors import TableError
from anaplan_ext.frames.schema import Dialect, TableFormat
from anaplan_ext.spark.ranges import ChunkRange, HeaderFinder, in_utf8, plan_ranges


@pytest.mark.parametrize(
    ("count", "header_chunks", "chunks", "borders"),
    [
        (1, 1, 8, [0, 1]),
        (8, 1, 8, [0, 8]),
        (9, 1, 8, [0, 8, 9]),
        (4, 1, 1, [0, 1, 2, 3, 4]),
        (5, 3, 1, [0, 3, 4, 5]),
        (5, 5, 1, [0, 5]),
        (5, 3, 2, [0, 3, 5]),
        (5, 3, 99, [0, 5]),
    ],
)
def test_ranges_follow_each_other(count: int, header_chunks: int, chunks: int, borders: list[int]) -> None:
    expected = [ChunkRange(start, end, count) for start, end in pairwise(borders)]
    assert plan_ranges(count, header_chunks, chunks, "UTF-8") == expected


@pytest.mark.parametrize(
    ("encoding", "is_cut"),
    [
        *[("UTF-8", True), ("utf8", True), ("ISO-8859-1", True), ("latin1", True), ("US-ASCII", True)],
        *[("windows-1252", True), ("ISO-8859-15", True)],
        *[("UTF-16", False), ("UTF-16LE", False), ("UTF-32", False), ("Shift_JIS", False), ("GB18030", False)],
    ],
)
def test_content_is_cut_only_where_each_byte_of_ascii_is_a_character(encoding: str, is_cut: bool) -> None:
    parts = plan_ranges(3, 1, 1, encoding)
    assert parts == (
        [ChunkRange(0, 1, 3), ChunkRange(1, 2, 3), ChunkRange(2, 3, 3)] if is_cut else [ChunkRange(0, 3, 3)]
    )


def find(content: bytes, sizes: list[int], table: TableFormat) -> bytes:
    finder = HeaderFinder("export 1", table)
    start = number = 0
    while start < len(content):
        size = sizes[number % len(sizes)]
        if (header := finder.add(content[start : start + size])) is not None:
            return header
        start, number = start + size, number + 1
    return finder.finish()


@pytest.mark.parametrize("mark", [b"", "\ufeff".encode()])
@pytest.mark.parametrize(
    ("content", "header"),
    [
        (b"a,b\n1,2\n", b"a,b\n"),
        (b"a,b\r\n1,2\r\n", b"a,b\r\n"),
        (b"a,b\r1,2\r", b"a,b\r"),
        (b'"a\nb",c\n1,2\n', b'"a\nb",c\n'),
        (b"a,b", b"a,b"),
        (b"a\n", b"a\n"),
    ],
)
@given(sizes=st.lists(st.integers(1, 5), min_size=1))
def test_the_header_is_the_first_record(content: bytes, header: bytes, mark: bytes, sizes: list[int]) -> None:
    assert find(mark + content, sizes, TableFormat()) == header


@given(sizes=st.lists(st.integers(1, 5), min_size=1), encoding=st.sampled_from(["UTF-16", "UTF-16-LE", "ISO-8859-1"]))
def test_the_header_is_in_utf8(sizes: list[int], encoding: str) -> None:
    table = TableFormat(Dialect(encoding=encoding))
    assert find("é,b\n1,2\n".encode(encoding), sizes, table) == "é,b\n".encode()
    assert in_utf8(table) == TableFormat()


@given(sizes=st.lists(st.integers(1, 5), min_size=1))
def test_a_grid_may_have_the_line_of_its_page_before_the_header(sizes: list[int]) -> None:
    grid = TableFormat(names=("a", "b"), types=("text", "text"), is_grid=True)
    assert find(b"a,b\n1,2\n3,4\n", sizes, grid) == b"a,b\n"
    assert find(b"page\na,b\n1,2\n", sizes, grid) == b"page\na,b\n"


def test_content_without_anything_has_no_header() -> None:
    with pytest.raises(TableError, match="export 1 cannot be read as a table: it has no header"):
        find(b"", [1], TableFormat())
