"""How the answers to several calls become one result."""

from typing import Any

import pytest

from anaplan_client.integration.models import ListItemsWriteResponse, UpdateModuleDataResponse
from anaplan_ext import CellWriteResult, ListWriteResult, PartialWriteError
from anaplan_ext.transactional.write_result import reason, with_cells, with_items


def items(*answers: tuple[dict[str, Any], int]) -> ListWriteResult:
    result = ListWriteResult()
    for answer, sent in answers:
        result = with_items(result, ListItemsWriteResponse.from_dict(answer), sent)
    return result


def cells(*answers: tuple[dict[str, Any], int]) -> CellWriteResult:
    result = CellWriteResult()
    for answer, sent in answers:
        result = with_cells(result, UpdateModuleDataResponse.from_dict(answer), sent)
    return result


def failure(index: int, text: str | None = None) -> dict[str, Any]:
    return {"requestIndex": index, "failureType": "DUPLICATE", "failureMessageDetails": text}


def test_counts_add_up_and_failures_have_the_index_among_all() -> None:
    first = {"added": 2, "ignored": 1, "total": 3, "failures": [failure(1)]}
    result = items((first, 3), ({"added": 3, "ignored": 0, "total": 3}, 3), ({"added": 0, "failures": [failure(0)]}, 1))
    assert (result.added, result.ignored, result.total, result.written) == (5, 2, 7, 5)
    assert [one.request_index for one in result.failures] == [1, 6]
    assert not result.complete


@pytest.mark.parametrize("word", ["added", "updated", "deleted"])
def test_what_an_answer_leaves_out_follows_from_what_it_has(word: str) -> None:
    result = items(({word: 2}, 3))
    assert (getattr(result, word), result.written, result.ignored, result.total) == (2, 2, 1, 3)
    assert items(({word: 3}, 3)).complete
    assert not items(({word: 2}, 3)).complete


def test_a_failure_without_an_index_stays_without() -> None:
    result = items(({"added": 1}, 1), ({"added": 0, "failures": [{"failureType": "OTHER"}]}, 1))
    assert [one.request_index for one in result.failures] == [None]


def test_cells_add_up_too() -> None:
    result = cells(
        ({"numberOfCellsChanged": 5}, 5), ({"numberOfCellsChanged": 1, "failures": [failure(2), failure(0)]}, 3)
    )
    assert (result.changed, result.written, result.total) == (6, 6, 8)
    assert [one.request_index for one in result.failures] == [7, 5]
    assert not result.complete
    # A cell that already had the value may not count as changed.
    assert cells(({"numberOfCellsChanged": 4}, 5)).complete


def test_cells_that_nobody_counted_are_not_counted() -> None:
    assert cells(({"numberOfCellsChanged": 5}, 5), ({"failures": [failure(0)]}, 3)).changed is None
    assert cells(({}, 3), ({"numberOfCellsChanged": 5}, 5)).changed is None
    # Without one, none was written.
    assert cells(({"failures": [failure(0), failure(1)]}, 2)).changed == 0
    assert "an unknown number of 3 written" in str(PartialWriteError("no", cells(({}, 3))))


KEYS = [
    {"failureMessageDetails": "No such item"},
    {"reason": "No such item"},
    {"failureReason": "No such item"},
    {"failureMessage": "No such item"},
    {"message": "No such item"},
    {"status": {"code": 404, "message": "No such item"}},
    {"failureMessageDetails": "No such item", "reason": "Something else"},
    {"failureMessageDetails": "", "reason": "No such item"},
]


@pytest.mark.parametrize("words", KEYS)
def test_a_failure_is_read_under_any_key(words: dict[str, Any]) -> None:
    failed = {"requestIndex": 0, "failureType": "NOT_FOUND", **words}
    for result in (
        items(({"added": 0, "failures": [failed]}, 1)),
        items(({"result": {"numberOfItemsDeleted": 0, "failures": [failed]}}, 1)),
        cells(({"failures": [failed]}, 1)),
    ):
        assert [one.failure_message_details for one in result.failures] == ["No such item"]
        assert reason(result) == "item 0: No such item"


@pytest.mark.parametrize(
    ("answer", "deleted", "failed"),
    [
        ({"deleted": 2}, 2, []),
        ({"result": {"numberOfItemsDeleted": 2}}, 2, []),
        ({"result": {"numberOfItemsDeleted": 2, "failures": []}}, 2, []),
        ({"result": {"numberOfItemsDeleted": 1, "failures": [failure(1)]}}, 1, [4]),
        ({"deleted": 1, "failures": [failure(1)]}, 1, [4]),
        ({"deleted": 1, "result": {"failures": [failure(1)]}}, 1, [4]),
        # What is zero is left out.
        ({"result": {"failures": [failure(0), failure(1)]}}, 0, [3, 4]),
        ({"failures": [failure(0), failure(1)]}, 0, [3, 4]),
    ],
)
def test_a_deletion_is_counted_in_either_form(answer: dict[str, Any], deleted: int, failed: list[int]) -> None:
    result = items(({"deleted": 3, "ignored": 0}, 3), (answer, 2))
    assert (result.deleted, result.ignored, result.total) == (3 + deleted, 2 - deleted, 5)
    assert [one.request_index for one in result.failures] == failed


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "Anaplan ignored the others without a reason"),
        (1, "item 0: no such parent"),
        (5, "item 0: no such parent; item 1: DUPLICATE; item 2: no such parent; and 2 more"),
    ],
)
def test_the_error_spells_out_the_first_failures(count: int, expected: str) -> None:
    failures = [failure(index, None if index == 1 else "no such parent") for index in range(count)]
    result = items(({"added": 5, "total": 10, "failures": failures}, 10))
    assert reason(result) == expected
    error = PartialWriteError(reason(result), result)
    assert str(error) == f"{expected}; 5 of 10 written"
    assert error.result is result
