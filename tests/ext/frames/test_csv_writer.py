"""Frames become CSV exactly, or an error with column and row."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from anaplan_ext.frames.errors import FrameValueError
from anaplan_ext.frames.recognition import is_frame
from anaplan_ext.frames.schema import Dialect

pa = pytest.importorskip("pyarrow", reason="the extra frames is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")
pd = pytest.importorskip("pandas", reason="pandas is not installed")
duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
nw = pytest.importorskip("narwhals", reason="the extra frames is not installed")

from anaplan_ext.frames import csv_writer  # noqa: E402
from anaplan_ext.frames.csv_writer import check_frame, iter_csv  # noqa: E402

DAY = dt.date(2026, 1, 31)
MIDNIGHT = dt.datetime(2026, 1, 31)
NOON = dt.datetime(2026, 1, 31, 12)


def written(frame: object, dialect: Dialect | None = None, decimal_separator: str = ".") -> str:
    dialect = dialect or Dialect()
    check_frame(frame, dialect)
    return b"".join(iter_csv(frame, dialect, decimal_separator)).decode(dialect.encoding)


def column(values: list[Any], kind: Any = None) -> Any:
    return pa.table({"a": pa.array(values, kind)})


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        (["x", "", None, " ", "007"], pa.string(), ["x", '""', "", " ", "007"]),
        (['"', "a,b", "a\nb", "\r", "a;b"], pa.large_string(), ['""""', '"a,b"', '"a\nb"', '"\r"', "a;b"]),
        (["x", None, "é𝄞"], pa.string_view(), ["x", "", "é𝄞"]),
        ([1, -1, None, 2**63 - 1], pa.int64(), ["1", "-1", "", "9223372036854775807"]),
        ([2**64 - 1], pa.uint64(), ["18446744073709551615"]),
        ([0.1, 1e20, -1e-7, -0.0, 5.0], pa.float64(), ["0.1", "1" + "0" * 20, "-0.0000001", "-0", "5"]),
        ([0.1, 1e20], pa.float32(), ["0.1", "1" + "0" * 20]),
        ([1.5], pa.float16(), ["1.5"]),
        ([Decimal("1.20"), None], pa.decimal128(5, 2), ["1.20", ""]),
        ([Decimal("1e-10")], pa.decimal128(20, 10), ["0.0000000001"]),
        ([Decimal("1E+5")], pa.decimal128(5, -5), ["100000"]),
        ([True, False, None], pa.bool_(), ["true", "false", ""]),
        ([DAY, None, dt.date.min, dt.date.max], pa.date32(), ["2026-01-31", "", "0001-01-01", "9999-12-31"]),
        ([DAY], pa.date64(), ["2026-01-31"]),
        ([MIDNIGHT, None, dt.datetime(1900, 1, 1)], pa.timestamp("us"), ["2026-01-31", "", "1900-01-01"]),
        ([MIDNIGHT], pa.timestamp("ns"), ["2026-01-31"]),
        ([None, None], pa.null(), ["", ""]),
    ],
)
def test_every_value_is_written_exactly(values: list[Any], kind: Any, texts: list[str]) -> None:
    assert written(column(values, kind)) == "\n".join(["a", *texts, ""])


def test_a_category_is_written_as_its_text() -> None:
    frame = pl.DataFrame({"a": pl.Series(["x", None, "y", "x"], dtype=pl.Categorical)})
    assert written(frame) == "a\nx\n\ny\nx\n"
    assert written(frame.to_pandas()) == "a\nx\n\ny\nx\n"


@pytest.mark.parametrize(
    ("values", "kind", "row", "reason"),
    [
        ([1.0, None, float("nan")], pa.float64(), 3, "it is not a number, or infinite; make it null"),
        ([float("inf")], pa.float32(), 1, "it is not a number, or infinite"),
        ([-float("inf")], pa.float16(), 1, "it is not a number, or infinite"),
        ([MIDNIGHT, NOON], pa.timestamp("ms"), 2, "it has a time of day"),
        ([dt.datetime(1900, 1, 1, 0, 0, 0, 1)], pa.timestamp("us"), 1, "it has a time of day"),
        ([NOON], pa.date64(), 1, "it has a time of day"),
        ([MIDNIGHT], pa.timestamp("us", "UTC"), None, "its time zone is UTC"),
        ([dt.time(1)], pa.time64("us"), None, "the type time64[us] cannot be written"),
        ([dt.timedelta(1)], pa.duration("us"), None, "the type duration[us] cannot be written"),
        ([b"x"], pa.binary(), None, "the type binary cannot be written"),
        ([["x"]], pa.list_(pa.string()), None, "the type list"),
        ([{"b": 1}], pa.struct({"b": pa.int64()}), None, "the type struct"),
        ([2_932_897], pa.date32(), 1, "its year must be between 1 and 9999"),
        ([-719_163], pa.date32(), 1, "its year must be between 1 and 9999"),
    ],
)
def test_what_would_be_lost_is_an_error(values: list[Any], kind: Any, row: int | None, reason: str) -> None:
    if kind == pa.date32():
        frame = pa.table({"a": pa.array(values, pa.int32()).view(pa.date32())})
    elif kind == pa.date64():
        frame = pa.table({"a": pa.array(values, pa.timestamp("ms")).view(pa.date64())})
    else:
        frame = column(values, kind)
    for use in (lambda: check_frame(frame, Dialect()), lambda: list(iter_csv(frame, Dialect()))):
        with pytest.raises(FrameValueError) as raised:
            use()
        assert (raised.value.column, raised.value.row) == ("a", row)
        assert reason in str(raised.value)


def test_the_row_is_that_of_the_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_writer, "SLICE_ROWS", 3)
    for number in range(10):
        frame = column([1.0] * number + [float("nan")] * (10 - number))
        with pytest.raises(FrameValueError) as raised:
            check_frame(frame, Dialect())
        assert raised.value.row == number + 1


def test_slices_are_bounded_by_their_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_writer, "SLICE_BYTES", 10)
    for kind in (pa.string(), pa.string_view()):
        pieces = list(iter_csv(column(["x" * 4] * 9 + ["y" * 40], kind), Dialect()))
        assert b"".join(pieces) == b"a\n" + b"xxxx\n" * 9 + b"y" * 40 + b"\n"
        assert max(map(len, pieces[:-1])) <= 15


@pytest.mark.parametrize(
    ("dialect", "decimal", "text"),
    [
        (Dialect(";"), ",", 'a;b\nx,y;1,5\n"p;""q";\n'),
        (Dialect(",", "'"), ".", "a,b\n'x,y',1.5\np;\"q,\n"),
        (Dialect(","), ",", 'a,b\n"x,y","1,5"\n"p;""q",\n'),
        (Dialect("\t", ""), ".", 'a\tb\nx,y\t1.5\np;"q\t\n'),
        (Dialect("|", encoding="UTF-16LE"), ".", 'a|b\nx,y|1.5\n"p;""q"|\n'),
        (Dialect("|", encoding="UTF-16"), ".", 'a|b\nx,y|1.5\n"p;""q"|\n'),
        (Dialect("|", encoding="ISO-8859-1"), ".", 'a|b\nx,y|1.5\n"p;""q"|\n'),
    ],
)
def test_a_frame_is_written_in_a_dialect(dialect: Dialect, decimal: str, text: str) -> None:
    frame = pa.table({"a": ["x,y", 'p;"q'], "b": [1.5, None]})
    assert written(frame, dialect, decimal) == text


@pytest.mark.parametrize(
    ("dialect", "values", "column_name", "row"),
    [
        (Dialect(encoding="ISO-8859-1"), ["é", "€"], "a", 2),
        (Dialect(encoding="ISO-8859-1"), ["é"], "€", None),
        (Dialect(encoding="US-ASCII"), [None, "é"], "a", 2),
        (Dialect("\t", ""), ["a,b", "a\tb"], "a", 2),
        (Dialect("\t", ""), ["a\nb"], "a", 1),
    ],
)
def test_text_that_a_dialect_does_not_have_is_an_error(
    dialect: Dialect, values: list[str | None], column_name: str, row: int | None
) -> None:
    frame = pa.table({column_name: pa.array(values, pa.string())})
    for use in (lambda: check_frame(frame, dialect), lambda: list(iter_csv(frame, dialect))):
        with pytest.raises(FrameValueError) as raised:
            use()
        assert (raised.value.column, raised.value.row) == (column_name, row)


def frames() -> Iterator[Any]:
    table = pa.table({"id": ["001", "002"], "n": [1, 2]})
    yield table
    yield table.to_batches()[0]
    yield table.to_reader()
    yield pl.from_arrow(table)
    yield pl.from_arrow(table).lazy()
    yield table.to_pandas()
    yield table.to_pandas()[lambda rows: rows.n > 0]
    yield table.to_pandas().astype({"n": "Int64", "id": "string"})
    yield table.to_pandas(types_mapper=pd.ArrowDtype)
    yield nw.from_native(table)
    yield nw.from_native(pl.from_arrow(table).lazy())
    yield duckdb.sql("select * from (values ('001', 1), ('002', 2)) t(id, n)")


@pytest.mark.parametrize("frame", list(frames()), ids=lambda frame: f"{type(frame).__module__}.{type(frame).__name__}")
def test_a_frame_of_any_library_is_written(frame: Any) -> None:
    assert is_frame(frame)
    assert b"".join(iter_csv(frame, Dialect())) == b"id,n\n001,1\n002,2\n"


@pytest.mark.parametrize("value", ["text", b"bytes", [1], {"a": [1]}, iter([b"x"]), None, 5])
def test_other_content_is_no_frame(value: object) -> None:
    assert not is_frame(value)
    with pytest.raises(TypeError, match="a frame must be a table"):
        check_frame(value, Dialect())


@pytest.mark.parametrize(
    ("frame", "error", "reason"),
    [
        (pl.Series("a", [1]), TypeError, "a single column"),
        (pa.chunked_array([[1]]), TypeError, "a single column"),
        (pd.Series([1]), TypeError, "a single column"),
        (pl.DataFrame(), FrameValueError, "it has no columns"),
        (pd.DataFrame({"a": [1]}, index=["x"]), FrameValueError, "it has an index with labels; use reset_index()"),
        (pd.DataFrame({"a": [1]}).set_index("a"), FrameValueError, "it has an index named 'a'; use reset_index()"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), FrameValueError, "column 'a': its name occurs twice"),
        (pa.table([[1], [2]], names=["a", "a"]), FrameValueError, "column 'a': its name occurs twice"),
        (pl.DataFrame({" ": [1]}), FrameValueError, "it must have a name"),
        (pd.DataFrame({("a", "b"): [1]}), FrameValueError, "its columns have several levels"),
        (pd.DataFrame({"a": [1, None, "x"]}), FrameValueError, "column 'a', row 3: its type is not that of"),
        (
            pd.DataFrame({"a": pd.Series(["x", "\ud800"], dtype=object)}),
            FrameValueError,
            "column 'a', row 2: it is text",
        ),
        (pd.DataFrame({"a": [float("inf")]}), FrameValueError, "column 'a', row 1"),
        (pd.DataFrame({"a": [object()]}), FrameValueError, "column 'a', row 1"),
        (pd.DataFrame({"a": [MIDNIGHT, NOON]}), FrameValueError, "column 'a', row 2: it has a time of day"),
        (pd.DataFrame({"a": [1j]}), FrameValueError, "column 'a': the type complex128 cannot be written"),
        (pd.DataFrame({"a": pd.arrays.SparseArray([1.0])}), FrameValueError, "column 'a': the type Sparse"),
        (pl.DataFrame({"a": pl.Series([2**100], dtype=pl.Int128)}), FrameValueError, "is not known to Arrow"),
        (pd.DataFrame({"a": [2**70]}), FrameValueError, "column 'a', row 1"),
    ],
)
def test_a_frame_that_cannot_be_written_says_why(frame: Any, error: type[Exception], reason: str) -> None:
    with pytest.raises(error) as raised:
        check_frame(frame, Dialect())
    assert reason in str(raised.value)


def test_missing_values_of_pandas_are_null() -> None:
    frame = pd.DataFrame({"n": [1.5, float("nan")], "t": ["x", None], "d": [MIDNIGHT, pd.NaT], 7: [True, None]})
    assert written(frame) == "n,t,d,7\n1.5,x,2026-01-31,true\n,,,\n"


def test_a_stream_is_not_read_by_a_check() -> None:
    stream = column([1.0, 2.0]).to_reader()
    check_frame(stream, Dialect())
    assert b"".join(iter_csv(stream, Dialect())) == b"a\n1\n2\n"


def test_errors_show_no_values() -> None:
    frame = pd.DataFrame({"a": ["secret", 5]})
    with pytest.raises(FrameValueError) as raised:
        check_frame(frame, Dialect())
    assert "secret" not in str(raised.value)
    assert raised.value.__context__ is None
