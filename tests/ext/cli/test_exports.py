"""Exports as JSON lines: types, missing values, and what cannot be lost."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.integration.models import ExportMetadata
from anaplan_ext.cli import exports
from anaplan_ext.cli.typed_rows import TableFormat, read_format, write_lines
from anaplan_ext.emulator import Emulator

from .conftest import Run

FORMAT = TableFormat("UTF-8", ",", '"', ("TEXT", "NUMBER", "BOOLEAN", "DATE"))


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
    read = [json.loads(line) for line in lines(to.getvalue(), FORMAT._replace(types=("TEXT", "TEXT")))]
    assert [[value or "" for value in row.values()] for row in read] == rows


def test_a_wrong_table_is_rejected() -> None:
    with pytest.raises(ValueError, match="'a' occurs 2 times"):
        lines("a,b,a\n1,2,3\n")
    with pytest.raises(ValueError, match="row 2 has 1 values, and the header has 2"):
        lines("a,b\n1,2\n3\n")
    assert lines("") == lines("a,b\n") == []
    assert lines("a\n\n1\n", FORMAT._replace(types=())) == ['{"a": null}\n', '{"a": "1"}\n']


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("UTF-8", ",", '"', [])),
        ({"separator": "\\t", "delimiter": ""}, ("UTF-8", "\t", "", [])),
        ({"exportFormat": "text/tab-separated-values", "encoding": "UTF-16LE"}, ("UTF-16LE", "\t", '"', [])),
        ({"exportFormat": "application/pdf"}, None),
        ({"layout": "GRID_ALL_PAGES"}, None),
        ({"separator": "||"}, None),
    ],
)
def test_the_format_is_that_of_the_metadata(fields: dict[str, Any], expected: tuple[object, ...] | None) -> None:
    metadata = ExportMetadata.from_dict(fields)
    if expected is None:
        with pytest.raises(ValueError, match="use --format csv"):
            read_format(metadata)
    else:
        assert tuple(read_format(metadata)) == expected


def test_an_export_is_written_as_json_lines(anaplan: Run, emulator: Emulator, tmp_path: Path) -> None:
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
    for path in ("none/out.jsonl", "."):
        before = emulator.count("POST", "/tasks$")
        assert anaplan("export", "Export flights", "-O", path, "--format", "jsonl").code == 2
        assert emulator.count("POST", "/tasks$") == before


def test_parquet_has_the_rows_of_the_export(anaplan: Run, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    csv_rows = list(csv.DictReader(io.StringIO(anaplan("export", "Export flights").out)))
    ran = anaplan("export", "Export flights", "-O", "out.parquet")
    assert (ran.code, f"{len(csv_rows)} rows" in ran.err) == (0, True)
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [list(row) for row in rows] == [list(row) for row in csv_rows]
    assert anaplan("export", "Export flights", "--format", "parquet").code == 2


def test_parquet_without_its_extra_is_refused_before_the_export_runs(
    anaplan: Run, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "find_spec", lambda _: None)
    before = emulator.count("POST", "/tasks$")
    ran = anaplan("export", "Export flights", "-O", "out.parquet")
    assert (ran.code, "pip install 'anaplan-client[frames]'" in ran.err) == (2, True)
    assert emulator.count("POST", "/tasks$") == before
