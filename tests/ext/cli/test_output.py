"""Formats, columns, order, filters and widths of results."""

import hashlib
import io
import json
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unicodedata import combining, east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.cli.command import Column, Row
from anaplan_ext.cli.output import arrange, print_one, print_rows, select_columns, show, to_json

COLUMNS = (
    Column("id", "Id."),
    Column("name", "Name."),
    Column("size", "Size.", "number"),
    Column("active", "Whether it is active.", "boolean"),
    Column("at", "Time."),
    Column("parts", "Parts.", "object"),
)
ROWS: list[Row] = [
    {"id": "2", "name": "Sales\n2026", "size": 10, "active": True, "at": datetime(2026, 1, 2, tzinfo=UTC)},
    {"id": "1", "name": "costs", "size": 9.5, "active": False, "parts": {"b": [1, 2], "a": None}},
    {"id": "3", "name": None},
]
NAMES = ("Newark", "Planning / EMEA", "東京都庁", "a\nb\tc", "", "x" * 90, "Zu\u0308rich", "<b>&amp;</b>", "🛫 Flights")
TABLE = """\
ID  NAME        SIZE  ACTIVE  AT                    PARTS
2   Sales 2026    10  yes     2026-01-02 00:00:00Z
1   costs        9.5  no                            b: 1, 2, a:
3
"""
CSV = """\
id,name,size,active,at,parts
2,"Sales
2026",10,true,2026-01-02T00:00:00+00:00,
1,costs,9.5,false,,"{""b"": [1, 2], ""a"": null}"
3,,,,,
"""


def options(**given: object) -> Namespace:
    names = ("output", "columns", "sort", "filter", "limit", "no_headers")
    return Namespace(**(dict.fromkeys(names) | given))


def printed(width: int | None = None, **given: object) -> str:
    to, chosen = io.StringIO(), options(**given)
    columns = select_columns(COLUMNS, chosen.columns)
    print_rows(arrange(ROWS, COLUMNS, chosen), columns, chosen, to, width)
    return to.getvalue()


def test_each_format_has_the_same_data() -> None:
    assert printed() == TABLE
    assert printed(output="csv") == CSV
    assert printed(output="id") == "2\n1\n3\n"
    rows = json.loads(printed(output="json"))
    assert rows == [json.loads(line) for line in printed(output="jsonl").splitlines()]
    assert rows == [to_json(row, COLUMNS) for row in ROWS]
    assert list(rows[2]) == [column.name for column in COLUMNS]
    assert printed(output="csv", no_headers=True) == CSV.partition("\n")[2]
    assert printed(no_headers=True).split() == TABLE.partition("\n")[2].split()


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "id"])
def test_no_rows_are_a_valid_document(form: str) -> None:
    text = printed(output=form, filter="name=nobody")
    assert text == {"table": TABLE.split("\n")[0].split()[0], "json": "[]\n", "csv": CSV.split("\n")[0] + "\n"}.get(
        form, ""
    ) or text.split() == [column.name.upper() for column in COLUMNS]


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({"sort": "id"}, "123"),
        ({"sort": "id:desc"}, "321"),
        ({"sort": "size"}, "123"),
        ({"sort": "size:desc"}, "321"),
        ({"sort": "name"}, "123"),
        ({"filter": "name=SALES"}, "2"),
        ({"filter": "active=no"}, "1"),
        ({"limit": "2"}, "21"),
        ({"limit": "0"}, ""),
        ({"sort": "id", "limit": "1", "filter": "name=s"}, "1"),
    ],
)
def test_rows_are_filtered_then_sorted_then_cut(given: dict[str, str], ids: str) -> None:
    assert "".join(printed(output="id", **given).split()) == ids


def test_columns_come_in_the_order_that_was_named() -> None:
    assert printed(columns="size, id", output="csv").splitlines()[0] == "size,id"
    assert printed(columns="name", output="json").splitlines()[1] == '  {"name": "Sales\\n2026"},'


@given(st.lists(st.tuples(st.text(max_size=90), st.text(max_size=90)), min_size=1, max_size=5), st.integers(20, 200))
def test_a_table_fits_into_the_terminal(rows: list[tuple[str, str]], width: int) -> None:
    to = io.StringIO()
    columns = COLUMNS[:2]
    print_rows([{"id": one, "name": two} for one, two in rows], columns, options(), to, width)
    lines = to.getvalue().split("\n")[:-1]
    assert len(lines) == len(rows) + 1
    assert all(columns_of(line) <= width for line in lines)


def columns_of(text: str) -> int:
    """The columns of a terminal that a text takes, as rich counts them."""
    return sum(0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1 for character in text)


def test_numbers_are_grouped_and_ids_are_not() -> None:
    to = io.StringIO()
    columns = (Column("id", "Id.", "integer"), Column("rows", "Rows.", "integer"), Column("part", "Part.", "number"))
    print_rows([{"id": 8000000654435887, "rows": 12199997, "part": 1234.5}], columns, options(), to, None)
    assert to.getvalue().splitlines()[1].split() == ["8000000654435887", "12,199,997", "1,234.5"]


def test_wide_characters_take_two_columns() -> None:
    to = io.StringIO()
    rows: list[Row] = [{"id": "東京", "name": "a"}, {"id": "e\u0301", "name": "b"}, {"id": "abc", "name": "東京都庁"}]
    print_rows(rows, COLUMNS[:2], options(), to, None)
    assert to.getvalue() == "ID    NAME\n東京  a\ne\u0301     b\nabc   東京都庁\n"
    to = io.StringIO()
    print_rows(rows, COLUMNS[:2], options(), to, 11)
    assert to.getvalue() == "ID    NAME\n東京  a\ne\u0301     b\nabc   東京…\n"


WIDE: list[Row] = [
    {"id": "I" * 12, "name": "Planning Development", "other_id": "O" * 12, "empty": None, "count": 1234567},
    {"id": "J" * 12, "name": "Production", "other_id": "P" * 12, "empty": None, "count": 1},
]
WIDE_COLUMNS = tuple(Column(name, "A.", "integer" if name == "count" else "string") for name in WIDE[0])


@pytest.mark.parametrize(
    ("width", "columns", "expected"),
    [
        (None, None, ["ID            NAME                  OTHER_ID      EMPTY      COUNT"]),
        (66, None, ["ID            NAME                  OTHER_ID      EMPTY      COUNT"]),
        # Without what is empty, then without the ids of others, then with cut texts.
        (
            60,
            None,
            ["ID            NAME                  OTHER_ID          COUNT", "IIIIIIIIIIII  Planning Development"],
        ),
        (50, None, ["ID            NAME                      COUNT", "IIIIIIIIIIII  Planning Development  1,234,567"]),
        (40, None, ["ID            NAME                 COUNT", "IIIIIIIIIIII  Planning Devel…  1,234,567"]),
        (37, None, ["ID            NAME              COUNT", "IIIIIIIIIIII  Planning De…  1,234,567"]),
        # Then without the last column. The id is cut last.
        (32, None, ["ID            NAME", "IIIIIIIIIIII  Planning Developm…"]),
        (18, None, ["ID            NAME", "IIIIIIIIIIII  Pla…"]),
        (15, None, ["ID          NA…", "IIIIIIIII…  Pl…"]),
        (36, None, ["ID            NAME", "IIIIIIIIIIII  Planning Development"]),
        # What was named stays.
        (30, "id,empty,other_id", ["ID            EMPTY  OTHER_ID", "IIIIIIIIIIII         OOOOOOOO…"]),
    ],
)
def test_a_narrow_terminal_keeps_what_can_be_pasted(
    width: int | None, columns: str | None, expected: list[str]
) -> None:
    to, chosen = io.StringIO(), options(columns=columns)
    print_rows(WIDE, select_columns(WIDE_COLUMNS, columns), chosen, to, width)
    for line, start in zip(to.getvalue().splitlines(), expected, strict=False):
        assert line.startswith(start)
        assert width is None or len(line) <= width


def test_a_table_of_100_000_rows() -> None:
    """`golden/table.txt` has its head and tail, for a reader; the digest is of all of it."""
    rows: list[Row] = [
        {
            "id": f"{number:012}",
            "name": NAMES[number % len(NAMES)],
            "size": None if number % 7 == 0 else number * 1.25 if number % 2 else number,
            "active": (True, False, None)[number % 3],
            "at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
            "parts": {"a": [number, None]} if number % 5 == 0 else None,
        }
        for number in range(100_000)
    ]
    to = io.StringIO()
    print_rows(rows, COLUMNS, options(), to, 80)
    lines = to.getvalue().splitlines(keepends=True)
    assert len(lines) == 100_001
    assert max(columns_of(line.rstrip("\n")) for line in lines) <= 80
    digest = hashlib.sha256(to.getvalue().encode()).hexdigest()
    shown = "".join([*lines[:31], "…\n", *lines[-30:], f"SHA-256 of all lines: {digest}\n"])
    assert shown == (Path(__file__).parent / "golden" / "table.txt").read_text(encoding="utf-8")


def test_one_object_has_a_line_for_each_value() -> None:
    to = io.StringIO()
    print_one(ROWS[1], COLUMNS, options(), to)
    assert to.getvalue() == "id      1\nname    costs\nsize    9.5\nactive  no\nparts   b: 1, 2, a: \n"
    to = io.StringIO()
    print_one(ROWS[1], COLUMNS, options(output="json"), to)
    assert json.loads(to.getvalue())["parts"] == {"b": [1, 2], "a": None}


def test_a_value_never_controls_the_terminal() -> None:
    assert show("a\x1b[31mb\r\nc\u202e") == "a [31mb  c "
