"""CSV becomes typed batches, or an error with row and column."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.frames.errors import TableError
from anaplan_ext.frames.schema import ColumnType, Dialect, TableFormat

pytest.importorskip("pyarrow", reason="the extra frames is not installed")

from anaplan_ext.frames.arrow_reader import ArrowReader

NAMES = ("text", "number", "boolean", "date")
TYPES: tuple[ColumnType, ...] = ("text", "number", "boolean", "date")
TABLE = TableFormat(names=NAMES, types=TYPES)
HEADER = b"text,number,boolean,date\n"


def read(content: bytes, table: TableFormat = TABLE, size: int = 7, block: int = 16, **types: Any) -> list[Any]:
    reader = ArrowReader("export 1", table, types, block_bytes=block)
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    batches = [batch for piece in pieces for batch in reader.add(piece)] + reader.finish()
    assert all(batch.schema == reader.schema for batch in batches)
    return [row for batch in batches for row in batch.to_pylist()]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (b"007,1.5,true,2024-02-29", ["007", 1.5, True, date(2024, 2, 29)]),
        (b" x ,-0,false,0001-01-01", [" x ", -0.0, False, date(1, 1, 1)]),
        (b"NULL,1e5,,9999-12-31", ["NULL", 100000.0, None, date(9999, 12, 31)]),
        (b",,,", [None] * 4),
        (b'"","","",""', ["", None, None, None]),
        (b'" ", 12 ,TRUE, 2024-01-01 ', [" ", 12.0, True, date(2024, 1, 1)]),
        (b'"a ""b"",\r\n","1","false","2024-01-01"', ['a "b",\r\n', 1.0, False, date(2024, 1, 1)]),
        ("é𝄞\u2028,0.1,true,".encode(), ["é𝄞\u2028", 0.1, True, None]),
        (b'5",9007199254740993,,', ['5"', 9007199254740992.0, None, None]),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b""])
def test_values_have_the_types_of_the_metadata(line: bytes, values: list[object], end: bytes) -> None:
    header = HEADER.replace(b"\n", end or b"\n")
    assert read(header + line + end) == [dict(zip(NAMES, values, strict=True))]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (b"x,abc,,", "number", "the value is not a number; read the column as text with types={'number': 'text'}"),
        (b"x,1 000,,", "number", "the value is not a number"),
        (b"x,,yes,", "boolean", "the value is not true or false"),
        (b"x,,,31.01.2024", "date", "the value is not a date such as 2026-01-31"),
        (b"x,,,2024-02-30", "date", "the value is not a date"),
        (b"x,,", None, "it has 3 columns instead of 4"),
        (b"x,,,,", None, "it has 5 columns instead of 4"),
    ],
)
@pytest.mark.parametrize("before", [0, 1, 9])
@pytest.mark.parametrize("block", [16, 10_000])
def test_an_error_has_the_row_and_no_value(
    line: bytes, column: str | None, message: str, before: int, block: int
) -> None:
    with pytest.raises(TableError) as raised:
        read(HEADER + b"a,1,true,2024-01-01\n" * before + line + b"\nb,2,true,2024-01-01\n", block=block)
    assert (raised.value.column, raised.value.row) == (column, before + 1)
    assert message in str(raised.value)
    assert "31.01" not in str(raised.value)
    assert raised.value.__context__ is None


def test_a_type_may_be_decided_by_the_caller() -> None:
    content = HEADER + b"1,2,true,31.01.2024\n"
    assert read(content, number="text", date="text", text="number") == [
        {"text": 1.0, "number": "2", "boolean": True, "date": "31.01.2024"}
    ]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a\nx\n\ny\n", ["x", None, "y"]),
        (b'a\n""\n', [""]),
        (b"a\n", []),
        (b"a", []),
        (b"", []),
    ],
)
def test_an_empty_line_is_a_row_of_one_column(content: bytes, rows: list[str | None]) -> None:
    assert [row["a"] for row in read(content, TableFormat(names=("a",), types=("text",)))] == rows


def test_without_header_and_names_there_is_no_table() -> None:
    with pytest.raises(TableError, match="it has no header"):
        read(b"", TableFormat())


@pytest.mark.parametrize("page", [b"", b"Jan 24,Actual\n", b'"FY24\n(all)"\n'])
def test_the_page_of_a_grid_is_no_row(page: bytes) -> None:
    table = TableFormat(names=("", "Units"), types=("text", "number"), is_grid=True)
    assert read(page + b",Units\nApples,7\n", table) == [{"column_1": "Apples", "Units": 7.0}]


def test_a_grid_without_its_header_is_an_error() -> None:
    table = TableFormat(names=("", "Units"), types=("text", "number"), is_grid=True)
    with pytest.raises(TableError, match="its header is not as announced"):
        read(b"Jan 24\n,Cost\nApples,7\n", table)


@given(
    st.lists(st.tuples(st.text(min_size=1), st.floats(allow_nan=False, allow_infinity=False)), max_size=8),
    st.sampled_from([Dialect(), Dialect(";", "'", "UTF-16"), Dialect("\t", '"', "UTF-16LE"), Dialect("|")]),
    st.integers(1, 9),
    st.sampled_from([16, 64, 4096]),
)
def test_what_is_written_is_read(rows: list[tuple[str, float]], dialect: Dialect, size: int, block: int) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=dialect.separator, quotechar=dialect.delimiter, lineterminator="\r\n")
    writer.writerows([("name", "value"), *rows])
    table = TableFormat(dialect, ("name", "value"), ("text", "number"))
    content = text.getvalue().encode(dialect.encoding)
    assert [(row["name"], row["value"]) for row in read(content, table, size, block)] == rows
