"""Exports as JSON lines: types, missing values, and what cannot be lost."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.cli import exports
from anaplan_ext.cli.typed_rows import write_lines
from anaplan_ext.emulator import Emulator
from anaplan_ext.frames.schema import TableFormat

from .conftest import Run

FORMAT = TableFormat(types=("text", "number", "boolean", "date"))


def lines(text: str, form: TableFormat = FORMAT) -> list[str]:
    return list(write_lines(io.StringIO(text, newline=""), form))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("a,1,true,2026-11-28", '"a", "n": 1, "b": true, "d": "2026-11-28"'),
        # Digits stay as they are.
        ("a,0.12345678901234567890123,FALSE,", '"a", "n": 0.12345678901234567890123, "b": false, "d": null'),
        ("007,-1.5E+3,x,", '"007", "n": -1.5E+3, "b": "x", "d": null'),
        # What is not of its type stays text.
        (',"1,000",1,', 'null, "n": "1,000", "b": "1", "d": null'),
        ('"x\r\ny",007,,', '"x\\r\\ny", "n": "007", "b": null, "d": null'),
        ("é\u2028,NaN,,", '"é\u2028", "n": "NaN", "b": null, "d": null'),
    ],
)
def test_a_value_has_the_type_of_its_column(row: str, expected: str) -> None:
    (line,) = lines(f"t,n,b,d\r\n{row}\r\n")
    assert line == f'{{"t": {expected}}}\n'
    json.loads(line)


@given(st.lists(st.lists(st.text().filter(lambda text: "\0" not in text), min_size=2, max_size=2)))
def test_no_text_is_lost(rows: list[list[str]]) -> None:
    to = io.StringIO(newline="")
    csv.writer(to).writerows([["a", "b"], *rows])
    read = [json.loads(line) for line in lines(to.getvalue(), TableFormat())]
    assert [[value or "" for value in row.values()] for row in read] == rows


def test_the_line_with_the_page_of_a_grid_is_skipped() -> None:
    form = TableFormat(names=("a", "b"), types=("text", "number"), is_grid=True)
    assert lines("Actual,\na,b\nx,1\n", form) == lines("a,b\nx,1\n", form) == ['{"a": "x", "b": 1}\n']


def test_a_wrong_table_is_rejected() -> None:
    with pytest.raises(ValueError, match="'a' occurs 2 times"):
        lines("a,b,a\n1,2,3\n")
    with pytest.raises(ValueError, match="row 2 has 1 values, and the header has 2"):
        lines("a,b\n1,2\n3\n")
    assert lines("") == lines("a,b\n") == []
    assert lines("a\n\n1\n", TableFormat()) == ['{"a": null}\n', '{"a": "1"}\n']


def test_an_export_is_written_in_each_format(
    anaplan: Run, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert anaplan("load", "flights.csv", "--import", "Load flights").code == 0
    expected = [{"id": "1", "name": "one", "amount": 10}, {"id": "2", "name": "two", "amount": 20}]
    ran = anaplan("export", "Export flights", "--format", "jsonl")
    printed = [json.loads(line) for line in ran.out.splitlines()]
    assert [{key: str(value) for key, value in row.items()} for row in printed] == [
        {key: str(value) for key, value in row.items()} for row in expected
    ]
    assert anaplan("export", "Export flights", "-O", "out.jsonl").code == 0
    assert (tmp_path / "out.jsonl").read_text() == ran.out
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []
    assert anaplan("export", "Export flights", "-O", "out.parquet").code == 0
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 2
    assert anaplan("export", "Export flights", "--format", "parquet").code == 2
    with monkeypatch.context() as patch:
        patch.setattr(exports, "find_spec", lambda name: None)
        ran = anaplan("export", "Export flights", "-O", "out.parquet")
    assert (ran.code, "pip install 'anaplan-client[frames]'" in ran.err) == (2, True)
    for path in ("none/out.jsonl", "."):
        before = emulator.count("POST", "/tasks$")
        assert anaplan("export", "Export flights", "-O", path, "--format", "jsonl").code == 2
        assert emulator.count("POST", "/tasks$") == before
