"""Results that add up the responses to several calls."""

from typing import Any

import pytest

from anaplan_client.integration.models import ListItemsWriteResponse, UpdateModuleDataResponse
from anaplan_ext import CellWriteResult, ListWriteResult, PartialWriteError
from anaplan_ext.transactional.write_result import add_cell_response, add_item_response, describe_failures


def items(*responses: tuple[dict[str, Any], int]) -> ListWriteResult:
    result = ListWriteResult()
    for response, sent in responses:
        result = add_item_response(result, ListItemsWriteResponse.from_dict(response), sent)
    return result


def cells(*responses: tuple[dict[str, Any], int]) -> CellWriteResult:
    result = CellWriteResult()
    for response, sent in responses:
        result = add_cell_response(result, UpdateModuleDataResponse.from_dict(response), sent)
    return result


def failure(index: int, text: str | None = None) -> dict[str, Any]:
    return {"requestIndex": index, "failureType": "DUPLICATE", "failureMessageDetails": text}


def test_counts_add_up_and_failures_have_the_index_among_all() -> None:
    first = {"added": 2, "ignored": 1, "total": 3, "failures": [failure(1)]}
    result = items((first, 3), ({"added": 3, "ignored": 0, "total": 3}, 3), ({"added": 0, "failures": [failure(0)]}, 1))
    assert (result.added, result.ignored, result.total, result.written) == (5, 2, 7, 5)
    assert [failed.request_index for failed in result.failures] == [1, 6]
    assert not result.complete


@pytest.mark.parametrize("word", ["added", "updated", "deleted"])
def test_a_missing_count_follows_from_the_others(word: str) -> None:
    result = items(({word: 2}, 3))
    assert (getattr(result, word), result.written, result.ignored, result.total) == (2, 2, 1, 3)
    assert items(({word: 3}, 3)).complete
    assert not items(({word: 2}, 3)).complete


def test_a_failure_without_an_index_stays_without() -> None:
    result = items(({"added": 1}, 1), ({"added": 0, "failures": [{"failureType": "OTHER"}]}, 1))
    assert [failed.request_index for failed in result.failures] == [None]


def test_cells_add_up_too() -> None:
    result = cells(
        ({"numberOfCellsChanged": 5}, 5), ({"numberOfCellsChanged": 1, "failures": [failure(2), failure(0)]}, 3)
    )
    assert (result.changed, result.written, result.total) == (6, 6, 8)
    assert [failed.request_index for failed in result.failures] == [7, 5]
    assert not result.complete
    # A cell that already had the value may not count as changed.
    assert cells(({"numberOfCellsChanged": 4}, 5)).complete


def test_cells_that_anaplan_did_not_count_are_unknown() -> None:
    assert cells(({"numberOfCellsChanged": 5}, 5), ({"failures": [failure(0)]}, 3)).changed is None
    assert cells(({}, 3), ({"numberOfCellsChanged": 5}, 5)).changed is None
    # Without a count, a call that was rejected whole wrote nothing.
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
    entry = {"requestIndex": 0, "failureType": "NOT_FOUND", **words}
    for result in (
        items(({"added": 0, "failures": [entry]}, 1)),
        items(({"result": {"numberOfItemsDeleted": 0, "failures": [entry]}}, 1)),
        cells(({"failures": [entry]}, 1)),
    ):
        assert [failed.failure_message_details for failed in result.failures] == ["No such item"]
        assert describe_failures(result) == "item 0: No such item"


@pytest.mark.parametrize(
    ("response", "deleted", "failed_indexes"),
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
def test_a_deletion_is_counted_in_either_form(
    response: dict[str, Any], deleted: int, failed_indexes: list[int]
) -> None:
    result = items(({"deleted": 3, "ignored": 0}, 3), (response, 2))
    assert (result.deleted, result.ignored, result.total) == (3 + deleted, 2 - deleted, 5)
    assert [failed.request_index for failed in result.failures] == failed_indexes


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
    assert describe_failures(result) == expected
    error = PartialWriteError(describe_failures(result), result)
    assert str(error) == f"{expected}; 5 of 10 written"
    assert error.result is result
