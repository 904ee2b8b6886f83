"""What may be told of cells, what is found wrong before it is sent, and how they are cut into calls."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.integration.models import CellCoordinate, CellWrite
from anaplan_ext.transactional import cells
from anaplan_ext.transactional.cells import Batches, CallSize

from ...core.support import bounded

SIZE = CallSize()
TIME = {"dimensionId": "20000000003", "itemName": "Jan 26"}
GOOD: list[tuple[Any, dict[str, Any]]] = [
    ({"lineItemName": "Rate", "value": 1.25}, {"lineItemName": "Rate", "value": 1.25}),
    ({"lineItemId": 213000000001, "value": "é"}, {"lineItemId": "213000000001", "value": "é"}),
    ({"lineItemName": "Open", "value": False, "lineItemId": None}, {"lineItemName": "Open", "value": False}),
    (
        {"lineItemName": "Units", "value": 0, "dimensions": (TIME, {"dimensionName": "P", "itemId": 201000000001})},
        {"lineItemName": "Units", "value": 0, "dimensions": [TIME, {"dimensionName": "P", "itemId": "201000000001"}]},
    ),
    (
        CellWrite(
            line_item_name="Units",
            value=1,
            dimensions=[CellCoordinate(dimension_name="Products", item_code="P1")],
        ),
        {"lineItemName": "Units", "value": 1, "dimensions": [{"dimensionName": "Products", "itemCode": "P1"}]},
    ),
]
BAD: list[tuple[Any, str]] = [
    ({"lineItemName": "Units"}, "it has no value"),
    ({"lineItemName": "Units", "value": None}, "it has no value"),
    ({"lineItemName": "Units", "value": []}, "value: expected a string, a number or a boolean, got list"),
    ({"lineItemName": "Units", "value": float("nan")}, "value: nan is no number to send"),
    ({"lineItemName": "Units", "value": float("inf")}, "value: inf is no number to send"),
    ({"value": 1}, "it needs one of lineItemId, lineItemName"),
    ({"lineItemName": "", "value": 1}, "lineItemName: '' is no text"),
    ({"lineItemName": 7, "value": 1}, "lineItemName: 7 is no text"),
    ({"line_item_name": "Units", "value": 1}, "'line_item_name' is none of lineItemId, lineItemName, dimensions"),
    ({"lineItemName": "Units", "value": 1, "dimensions": TIME}, "dimensions: expected a list, got dict"),
    ({"lineItemName": "Units", "value": 1, "dimensions": [{}]}, "it needs one of dimensionId, dimensionName"),
    (
        {"lineItemName": "Units", "value": 1, "dimensions": [{"dimensionName": "P"}]},
        "it needs one of itemId, itemName, itemCode",
    ),
    ({"lineItemName": "Units", "value": 1, "dimensions": [TIME | {"name": "x"}]}, "'name' is none of dimensionId"),
    ({"lineItemName": "Units", "value": 1, "dimensions": ["Jan 26"]}, "expected a dictionary, got str"),
    (CellWrite(value=1), "it needs one of lineItemId, lineItemName"),
    (None, "expected a dictionary, got NoneType"),
]


@pytest.mark.parametrize(("cell", "sent"), GOOD)
def test_a_cell_is_sent_without_what_is_left_out(cell: Any, sent: dict[str, Any]) -> None:
    cells.check([cell], SIZE)
    (part,) = cells.encoded([cell], 0, SIZE)
    assert json.loads(part) == sent


@pytest.mark.parametrize(("cell", "says"), BAD)
def test_a_wrong_cell_is_refused_with_its_index(cell: Any, says: str) -> None:
    good = {"lineItemName": "Units", "value": 1}
    with pytest.raises(ValueError, match=re.escape(f"cell 1: {says}")):
        cells.check([good, cell], SIZE)
    with pytest.raises(ValueError, match="cell 10001: "):
        cells.encoded([good, cell], 10_000, SIZE)


@pytest.mark.parametrize(("count", "size"), [(0, 1), (100_001, 1), (1, 0), (1, 15_000_001)])
def test_a_call_has_a_size_that_anaplan_takes(count: int, size: int) -> None:
    with pytest.raises(ValueError, match="per_call"):
        CallSize(count, size)


def test_a_cell_that_is_larger_than_a_call_is_refused() -> None:
    cell = {"lineItemName": "Units", "value": "x" * 100}
    size = len(cells.encoded([cell], 0, SIZE)[0]) + 2
    assert cells.encoded([cell], 0, CallSize(1, size))
    with pytest.raises(ValueError, match=f"cell 0: it has {size - 2} bytes, and a call at most {size - 1}"):
        cells.check([cell], CallSize(1, size - 1))


@pytest.mark.slow
@bounded(300)
@given(
    st.lists(st.lists(st.binary(min_size=1, max_size=20), max_size=10), max_size=10),
    st.integers(1, 7),
    st.integers(22, 80),
)
def test_calls_hold_every_cell_in_order_within_both_limits_and_no_two_could_be_one(
    groups: list[list[bytes]], most: int, size: int
) -> None:
    batches = Batches(CallSize(most, size))
    calls = [call for group in groups for call in batches.add(group)]
    body, count = batches.rest()
    calls += [(body, count)] if count else []
    parts = [part for group in groups for part in group]
    at = 0
    for place, (body, count) in enumerate(calls):
        assert body == b"[" + b",".join(parts[at : at + count]) + b"]"
        assert 1 <= count <= most
        assert len(body) <= size
        at += count
        if place + 1 < len(calls):
            assert count == most or len(body) + len(parts[at]) + 1 > size
    assert at == len(parts)
