"""Row counts and rejected rows in the results of tasks."""

from itertools import product
from typing import Any

import pytest
from attrs import evolve

from anaplan_client.integration.models import Task
from anaplan_ext.tasks.actions import check_on_ignored
from anaplan_ext.tasks.load_report import (
    LoadReport,
    build_report,
    rejection_reason,
    unaccounted_reason,
)
from anaplan_ext.tasks.rejected_rows import MAX_SHOWN_ROWS, RejectedRow, read_first_rows, read_rejected_rows

IMPORT = "112000000009"


def counted(loaded: int | None, warned: int | None, ignored: int | None, failed: int | None, rows: int | None) -> Any:
    """Return a detail with these counts, without those that are None; `loaded` is without warnings."""
    counts = {
        "successRowCount": loaded,
        "warningsRowCount": warned,
        "ignoredCount": ignored,
        "failedCount": failed,
        "totalRowCount": rows,
    }
    values = [text for name, count in counts.items() if count is not None for text in (name, str(count))]
    return {"type": "hierarchyRowsProcessed", "values": ["hierarchyName", "Flights", *values]}


def report(*details: Any, dump: bool = False, **more: Any) -> LoadReport:
    result = {"successful": True, "failureDumpAvailable": dump, "details": list(details), **more}
    return build_report(Task.from_dict({"taskId": "T", "taskState": "COMPLETE", "result": result}), IMPORT)


@pytest.mark.parametrize(("smooth", "warned", "ignored", "failed"), list(product([0, 1, 4], [0, 2], [0, 3], [0, 5])))
def test_every_row_is_loaded_with_or_without_warnings_or_ignored_or_rejected(
    smooth: int, warned: int, ignored: int, failed: int
) -> None:
    rows = smooth + warned + ignored + failed
    for zero_left_out in (False, True):
        numbers = [None if zero_left_out and not n else n for n in (smooth, warned, ignored, failed)]
        if not any(number is not None for number in numbers):
            continue
        of = report(counted(*numbers, rows))
        (action,) = of.actions
        assert (of.loaded, of.ignored, of.failed) == (smooth + warned, ignored, failed)
        assert (action.loaded, action.warned, action.ignored) == (smooth + warned, warned, ignored)
        assert (action.failed, action.rows) == (failed, rows)
        assert of.reconciles
        assert unaccounted_reason(of, "allow") == ""
        assert str(of) == f"{smooth + warned} loaded, {ignored} ignored, {failed} failed"
        assert (f"({warned} with warnings)" in str(action)) is bool(warned)
        assert bool(rejection_reason(action, of)) is bool(failed)
        # With one row more or less in the source, rows are unaccounted for.
        for wrong in {rows + 1, max(rows - 1, 0)} - {rows}:
            odd = report(counted(*numbers, wrong))
            assert not odd.reconciles
            assert f"rows are unaccounted for: {IMPORT} had {wrong} rows" in unaccounted_reason(odd, "allow")


UNCOUNTED: list[Any] = [
    [],
    [{"localMessageText": "Exported"}],
    [{"localMessageText": "17 items deleted", "values": ["deletedCount", "17"]}],
    [{"type": "x", "values": None}],
    [{"values": ["totalRowCount", "5"]}],
    [{"values": ["successRowCount", None]}],
    [{"values": ["successRowCount", "many"]}],
]


@pytest.mark.parametrize("details", UNCOUNTED)
def test_counts_that_anaplan_does_not_give_are_none(details: list[Any]) -> None:
    of = report(*details)
    assert (of.loaded, of.ignored, of.failed, of.counted) == (None, None, None, False)
    assert str(of) == "succeeded, rows not counted"
    assert str(of.actions[0]) == "succeeded"
    assert "0" not in str(of)
    assert unaccounted_reason(of, "raise") == ""


def test_without_a_result_the_report_is_empty() -> None:
    of = build_report(Task.from_dict({"taskId": "T", "taskState": "CANCELLED"}), IMPORT)
    assert (of.actions, of.loaded, of.failed, str(of)) == ((), None, None, "rows not counted")


def test_a_process_adds_up_the_counts_of_its_actions() -> None:
    nested = [
        {"objectId": "1", "successful": True, "details": [counted(2, None, None, None, 2)]},
        {"objectId": "2", "successful": True},
        {
            "objectId": "3",
            "successful": True,
            "nestedResults": [{"successful": True, "details": [counted(3, 1, 0, 0, 4)]}],
        },
    ]
    of = report(nestedResults=nested)
    assert (of.loaded, of.ignored, of.failed) == (6, 0, 0)
    assert [action.loaded for action in of.actions] == [2, None, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Flights: 2 (1/1) rows successful, 1 failed, 0 ignored", (2, 0, 1)),
        ("Flights: 2 rows successful, 3 (0/3) rows has warnings, 1 failed, 4 ignored", (5, 4, 1)),
        ("Flights: 1 row successful", (1, 0, 0)),
        ("3 failed", (None, None, None)),
    ],
)
def test_counts_are_read_from_the_text_without_values(text: str, expected: tuple[Any, ...]) -> None:
    of = report({"localMessageText": text})
    assert (of.loaded, of.ignored, of.failed) == expected


def test_ignored_rows_are_an_error_on_request() -> None:
    of = report(counted(2, None, 3, None, 5))
    assert unaccounted_reason(of, "allow") == ""
    assert unaccounted_reason(of, "raise") == "3 rows were ignored"
    for word in ("allow", "raise"):
        check_on_ignored(word)
    with pytest.raises(ValueError, match="on_ignored must be 'allow' or 'raise'"):
        check_on_ignored("stop")


HEADER = b"_Status_,_Line_,_Error_1_,Name,Rank\n"
ROW = b'E,5,"Invalid number in column Rank",C,few\n'


# The count of failed rows, whether a dump was announced, its content, and the reason.
@pytest.mark.parametrize(
    ("failed", "announced", "dump", "expected"),
    [
        (0, False, None, ""),
        (0, True, None, ""),
        (0, True, HEADER + ROW, ""),
        (1, False, None, "1 row was rejected"),
        (2, False, None, "2 rows were rejected"),
        (2, True, HEADER + ROW, "2 rows were rejected"),
        (None, False, None, ""),
        (None, True, HEADER + ROW, "rows were rejected"),
        (None, True, HEADER, ""),
        (None, True, b"", ""),
        (None, True, None, "rows may have been rejected: a failure dump was announced, but it is missing (it is gone)"),
    ],
)
def test_a_count_or_a_row_proves_a_rejection_but_no_flag(
    failed: int | None, announced: bool, dump: bytes | None, expected: str
) -> None:
    details = [] if failed is None else [counted(13, None, None, failed or None, 13 + failed)]
    task = report(*details, dump=announced).task
    dumps, missing = ({}, {IMPORT: "it is gone"}) if dump is None else ({IMPORT: dump}, {})
    of = evolve(build_report(task, IMPORT), dumps=dumps, missing_dumps=missing)
    assert rejection_reason(of.actions[0], of) == expected


def test_an_action_without_an_id_may_have_rejected_rows() -> None:
    of = report(nestedResults=[{"successful": True, "failureDumpAvailable": True}])
    assert "does not say of which action" in rejection_reason(of.actions[0], of)


@pytest.mark.parametrize(
    ("dump", "expected"),
    [
        (HEADER + ROW, [RejectedRow("5", "Rank", "Invalid number in column Rank")]),
        (b"\xef\xbb\xbf" + HEADER + ROW, [RejectedRow("5", "Rank", "Invalid number in column Rank")]),
        (HEADER + b"E,6,Nothing is named,C,1\n\n", [RejectedRow("6", "", "Nothing is named")]),
        (HEADER + b"E,7,,C,1\n", [RejectedRow("7", "", "Anaplan gives no reason")]),
        (
            b"_Status_,_Line_,_Error_1_,_Error_2_,Rank,Rank 2\nE,8,Bad Rank 2,Bad too,1,2\n",
            [RejectedRow("8", "Rank 2", "Bad Rank 2; Bad too")],
        ),
        (b"_Status_,_Line_,_Error_1_,Name\nE,9,Named differently,x\n", [RejectedRow("9", "", "Named differently")]),
        (b"a,b\n1,2\n", [RejectedRow("", "", "Anaplan gives no reason")]),
        (HEADER, []),
        (b"", []),
        (b"_Line_,_Error_1_\n3,\xff\n", [RejectedRow("3", "", "\ufffd")]),
    ],
)
def test_rejected_rows_are_read_from_a_dump(dump: bytes, expected: list[RejectedRow]) -> None:
    rows = list(read_rejected_rows(dump))
    assert [evolve(row, values={}) for row in rows] == expected
    assert all(set(row.values) <= {"Name", "Rank", "Rank 2", "a", "b"} for row in rows)


def test_a_dump_that_is_not_csv_gives_a_row_with_the_error() -> None:
    (row,) = read_rejected_rows(HEADER + b"E,1," + b"x" * 200_000 + b"\n")
    assert "not valid CSV" in row.error


def test_only_the_beginning_of_a_long_dump_is_read_for_a_message() -> None:
    rows = list(read_first_rows(HEADER + ROW * 100_000))
    assert 1_000 < len(rows) < 100_000
    assert {(row.line, row.column) for row in rows} == {("5", "Rank")}
    of = report(counted(None, None, None, 9, 9), dump=True)
    assert len(evolve(of, dumps={IMPORT: HEADER + ROW * 9}).rejected_rows) == MAX_SHOWN_ROWS == 5


def test_a_rejected_row_has_the_parts_that_are_known() -> None:
    assert str(RejectedRow("5", "Rank", "Bad")) == "line 5, column Rank: Bad"
    assert str(RejectedRow("5", "", "Bad")) == "line 5: Bad"
    assert str(RejectedRow("", "", "Bad")) == "Bad"
