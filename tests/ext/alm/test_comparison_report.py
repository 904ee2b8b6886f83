"""Comparison reports are read by their layout, and written back byte for byte."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext import ComparisonReport, ComparisonReportError, HeadEntry, ReportRow, ReportSection

SAMPLE = (Path(__file__).parents[2] / "data" / "comparison_report.tsv").read_bytes()
HEAD = SAMPLE[: SAMPLE.index(b"===")]


def report(*lines: str, end: str = "\n") -> bytes:
    """A report with the head of the sample, and these lines."""
    return HEAD + "".join(line + end for line in lines).encode()


def rows_of(*lines: str, end: str = "\n") -> list[tuple[str, ...]]:
    """The rows of a section of these lines, the first of which has the column names."""
    (section,) = ComparisonReport.parse(report("=== LINE ITEMS CHANGED ===", *lines, end=end)).sections
    return [row.cells for row in section.rows]


def test_the_published_sample() -> None:
    parsed = ComparisonReport.parse(SAMPLE)
    assert parsed.write() == SAMPLE
    assert list(parsed.head) == [
        *("Source Workspace", "Source Model", "Source Revision"),
        *("Target Workspace", "Target Model", "Target Revision"),
    ]
    assert parsed.head["Source Revision"] == HeadEntry(label="Source Revision", id="Release 2", name=None)
    assert parsed.head["Target Model"].id == "A3E7FBE7F67143D18177C2C61E5BCFC8"
    assert parsed.head["Target Revision"].name == "First release"
    assert [section.title for section in parsed.sections] == [
        *("LISTS ADDED", "MODULES ADDED", "ROLES CHANGED", "CHANGES WITHIN LISTS", "LINE ITEMS ADDED")
    ]
    assert [len(section.columns) for section in parsed.sections] == [10, 12, 2, 8, 20]
    assert all(len(section.rows) == 1 and not section.invalid_rows for section in parsed.sections)
    assert parsed.sections[2].rows[0].cells == ("Planner", "Module access: Delays Read")


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (b"", 1, "must be a head line"),
        (b"\n" + SAMPLE, 1, "must be a head line"),
        (b"<!DOCTYPE html>\n<title>Maintenance</title>", 1, "must be a head line"),
        (b'{"status": {"code": 404}}', 1, "must be a head line"),
        (b"Name\tPosition\nA\tB\n", 1, "must be a head line"),
        (SAMPLE[len(HEAD) :], 1, "must be a head line"),
        (b"Source Workspace", 1, "must be a head line"),
        (HEAD.partition(b"Target Model")[0], 4, "`Target Model`"),
        (HEAD.replace(b"Source Model", b"Other Model"), 6, "`Source Model`"),
        (SAMPLE.replace(b"Planner", b"Pl\xfcnner"), 17, "must be UTF-8 (got byte 0xfc)"),
        (SAMPLE.decode().encode("utf-16"), 1, "must be UTF-8"),
        (b"\x89PNG\r\n\x1a\n", 1, "must be UTF-8"),
        (b"PK\x03\x04", 1, "must be a head line"),
    ],
)
def test_other_content_is_rejected_with_its_line(data: bytes, line: int, problem: str) -> None:
    with pytest.raises(ComparisonReportError, match=re.escape(problem)) as raised:
        ComparisonReport.parse(data)
    assert raised.value.line == line
    assert isinstance(raised.value, ValueError)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("data", [SAMPLE.decode(), bytearray(SAMPLE), Path("report.txt"), None])
def test_only_bytes_are_read(data: Any) -> None:
    with pytest.raises(TypeError, match=f"data must be bytes \\(got {type(data).__name__}\\)"):
        ComparisonReport.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        HEAD,
        HEAD[:-1],
        b"\xef\xbb\xbf" + SAMPLE,
        SAMPLE.replace(b"\n", b"\r\n"),
        SAMPLE.replace(b"\n", b"\r\n", 9),
        SAMPLE[:-1],
        SAMPLE[:-2],
        SAMPLE + b"\n\r\n\n",
        HEAD + b"\n\n" + SAMPLE[len(HEAD) :],
        SAMPLE.replace(b"\n\n", b"\n"),
        report("=== EMPTY ==="),
        report("=== EMPTY ===", "", "=== OTHER ===", "", "", "row"),
        report("=== LISTS ADDED ===", "=== LISTS DELETED ==="),
        report("===  SPACES  === ", "Name", "", "=== ==="),
        report("=== NUL ===", "Name\tA", "a\0b\x0b\x1c\x85\u2028c\tb"),
        HEAD + b"=== LISTS ADDED ===\nName\tA\nlast\tcell",
        HEAD + b"=== LISTS ADDED ===\nName\tA\r\nlast\tcell\r",
    ],
)
def test_every_byte_comes_back(data: bytes) -> None:
    assert ComparisonReport.parse(data).write() == data


def test_a_byte_order_mark_is_not_part_of_the_first_label() -> None:
    parsed = ComparisonReport.parse(b"\xef\xbb\xbf" + SAMPLE)
    assert next(iter(parsed.head)) == "Source Workspace"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_end_with_any_line_end(end: str) -> None:
    assert rows_of("Name\tChanges", "A\tB", "C\tD", end=end) == [("A", "B"), ("C", "D")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # A line end in a cell in the middle, once and several times.
        (["A\tx", "y\tB", "C\tD\tE"], [("A", "x\ny", "B"), ("C", "D", "E")]),
        (["A\tx", "y", "", "z\tB", "C\tD\tE"], [("A", "x\ny\n\nz", "B"), ("C", "D", "E")]),
        (["A\tx", "y\tB"], [("A", "x\ny", "B")]),
        # In the last cell.
        (["A\tB\tx", "y", "C\tD\tE"], [("A", "B", "x\ny"), ("C", "D", "E")]),
        (["A\tB\tx", "", "y", "C\tD\tE", "z"], [("A", "B", "x\n\ny"), ("C", "D", "E\nz")]),
        # In the middle and in the last cell of one row.
        (["A\tx", "y\tv", "w", "C\tD\tE"], [("A", "x\ny", "v\nw"), ("C", "D", "E")]),
        # Only the first row can have it in the name: there is no row before.
        (["x", "A\tB\tC"], [("x\nA", "B", "C")]),
        # Rows that no line completes stay alone.
        (["A\tx", "C\tD\tE"], [("A", "x"), ("C", "D", "E")]),
        (["A\tx"], [("A", "x")]),
        (["A\tB\tC\tD", "C\tD\tE"], [("A", "B", "C", "D"), ("C", "D", "E")]),
        # An empty line between rows is a row of its own.
        (["A\tB\tC", "", "C\tD\tE"], [("A", "B", "C"), ("",), ("C", "D", "E")]),
    ],
)
def test_rows_with_line_ends_in_cells_are_joined(lines: list[str], expected: list[tuple[str, ...]]) -> None:
    data = report("=== LINE ITEMS CHANGED ===", "Module\tLine Item\tChanges", *lines, "")
    parsed = ComparisonReport.parse(data)
    rows = parsed.sections[0].rows
    assert [row.cells for row in rows] == expected
    assert [row.is_joined for row in rows] == [any("\n" in cell for cell in cells) for cells in expected]
    assert [row.cells for row in parsed.sections[0].invalid_rows] == [
        cells for cells in expected if len(cells) != 3 and cells != ("",)
    ]
    assert parsed.write() == data


def test_names_may_look_like_headings() -> None:
    lines = ["=== LISTS DELETED ===", "Name", "=== Old lists ===", "", "=== MODULES DELETED ===", "Name", "A"]
    parsed = ComparisonReport.parse(report(*lines))
    assert [section.title for section in parsed.sections] == ["LISTS DELETED", "MODULES DELETED"]
    assert parsed.sections[0].rows == (ReportRow("=== Old lists ===\n"),)


def test_published_titles_need_no_empty_line_before() -> None:
    parsed = ComparisonReport.parse(SAMPLE.replace(b"\n\n", b"\n"))
    assert [len(section.rows) for section in parsed.sections] == [1] * 5


def test_a_cell_keeps_its_own_line_ends() -> None:
    assert rows_of("Name\tNotes", "A\tB\r", "C\tD\r\r", end="\r\n") == [("A", "B\r"), ("C", "D\r\r")]
    parsed = ComparisonReport.parse(HEAD + b"=== LISTS ADDED ===\nName\tNotes\nA\tB\r")
    assert parsed.sections[0].rows[0].cells == ("A", "B\r")


def test_an_empty_line_separates_unknown_sections() -> None:
    parsed = ComparisonReport.parse(report("=== First ===", "Who", "a", "", "=== Second ===", "Who", "b", ""))
    assert [(section.title, len(section.rows)) for section in parsed.sections] == [("First", 1), ("Second", 1)]


def test_unknown_sections_and_columns_are_kept() -> None:
    parsed = ComparisonReport.parse(report("=== Things of tomorrow ===", "Who\tWhat\tWhy", "a\tb\tc", ""))
    assert parsed.sections == (
        ReportSection(
            heading="=== Things of tomorrow ===\n", header="Who\tWhat\tWhy\n", rows=(ReportRow("a\tb\tc\n"),), tail="\n"
        ),
    )


def test_a_description_of_several_lines_is_one_entry() -> None:
    data = SAMPLE.replace(b"First release\n", b"First\n\nrelease\n")
    parsed = ComparisonReport.parse(data)
    assert parsed.head["Target Revision"].name == "First\n\nrelease"
    assert parsed.head_rows[-1].is_joined
    assert parsed.write() == data


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Change up to four places of a report: delete, repeat, insert or replace some bytes."""
    inserted = (b"\n", b"\t", b"\r\n", b"=== X ===\n", b"-", "ü✈".encode(), b"\xff", b"\0", b"\n\n", b"null")
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data))
        stop = min(len(data), start + chance.choice((0, 1, 1, 5, 40)))
        piece = chance.choice((b"", data[start:stop] * 2, *inserted))
        data = data[:start] + piece + data[stop:]
    return data


@pytest.mark.slow
def test_ten_thousand_mutated_reports_are_read_exactly_or_rejected() -> None:
    chance = random.Random(20261129)
    rejected = 0
    for _ in range(10_000):
        data = mutate(SAMPLE, chance)
        try:
            parsed = ComparisonReport.parse(data)
        except ComparisonReportError:
            rejected += 1
        else:
            assert parsed.write() == data
            rows = sum(not row.is_blank for section in parsed.sections for row in section.rows)
            assert len(parsed.changes) >= rows
    assert 500 < rejected < 9_500, "both must happen"


@given(st.lists(st.text(alphabet="ab=\t\n\r -é✈=", max_size=40), max_size=12))
def test_any_text_after_a_head_comes_back(lines: list[str]) -> None:
    data = report("=== ANY ===", "Name\tPosition", *lines)
    parsed = ComparisonReport.parse(data)
    assert parsed.write() == data
    assert parsed.changes is not None
    assert parsed.counts.totals is not None


CELL = st.text(alphabet=st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1)))
def test_cells_are_read_as_they_were_written(table: list[list[str]]) -> None:
    lines = ["\t".join(row) for row in table]
    assert rows_of("\t".join(f"Column {number}" for number in range(len(table[0]))), *lines) == [*map(tuple, table)]


def test_a_section_of_short_lines_costs_no_more_than_its_length() -> None:
    lines = ["Module\tLine Item\tChanges", *["x"] * 100_000, "a\tb\tc\td"]
    assert len(rows_of(*lines)) == 100_001
