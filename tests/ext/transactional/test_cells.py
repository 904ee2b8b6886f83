"""Validation and encoding of cell writes, and their batches."""

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
    ({"lineItemName": "Units"}, "cell must have a value"),
    ({"lineItemName": "Units", "value": None}, "cell must have a value"),
    ({"lineItemName": "Units", "value": []}, "value must be"),
    ({"lineItemName": "Units", "value": float("nan")}, "value must be"),
    ({"lineItemName": "Units", "value": float("inf")}, "value must be"),
    ({"value": 1}, "cell must have one of lineItemId, lineItemName"),
    ({"lineItemName": "", "value": 1}, "lineItemName must not be empty"),
    ({"lineItemName": 7, "value": 1}, "lineItemName must be text (got int)"),
    (
        {"line_item_name": "Units", "value": 1},
        "fields of the cell must be among lineItemId, lineItemName, dimensions, value (got 'line_item_name')",
    ),
    ({"lineItemName": "Units", "value": 1, "dimensions": TIME}, "dimensions must be"),
    (
        {"lineItemName": "Units", "value": 1, "dimensions": [{}]},
        "dimension must have one of dimensionId, dimensionName",
    ),
    (
        {"lineItemName": "Units", "value": 1, "dimensions": [{"dimensionName": "P"}]},
        "dimension must have one of itemId, itemName, itemCode",
    ),
    (
        {"lineItemName": "Units", "value": 1, "dimensions": [TIME | {"name": "x"}]},
        "fields of the dimension must be among dimensionId",
    ),
    (
        {"lineItemName": "Units", "value": 1, "dimensions": ["Jan 26"]},
        "dimension must be a CellCoordinate or a dictionary (got str)",
    ),
    (CellWrite(value=1), "cell must have one of lineItemId, lineItemName"),
    (None, "cell must be a CellWrite or a dictionary (got NoneType)"),
]


@pytest.mark.parametrize(("cell", "sent"), GOOD)
def test_a_cell_is_sent_without_the_fields_that_are_none(cell: Any, sent: dict[str, Any]) -> None:
    cells.check_cells([cell], SIZE)
    (part,) = cells.encode_cells([cell], 0, SIZE)
    assert json.loads(part) == sent


@pytest.mark.parametrize(("cell", "message"), BAD)
def test_an_invalid_cell_is_rejected_with_its_index(cell: Any, message: str) -> None:
    good = {"lineItemName": "Units", "value": 1}
    with pytest.raises(ValueError, match=re.escape(f"cells[1]: {message}")):
        cells.check_cells([good, cell], SIZE)
    with pytest.raises(ValueError, match=re.escape("cells[10001]: ")):
        cells.encode_cells([good, cell], 10_000, SIZE)


@pytest.mark.parametrize(("count", "size"), [(0, 1), (100_001, 1), (1, 0), (1, 15_000_001)])
def test_a_call_has_a_size_that_anaplan_takes(count: int, size: int) -> None:
    with pytest.raises(ValueError, match="per_call"):
        CallSize(count, size)


def test_a_cell_that_is_larger_than_a_call_is_rejected() -> None:
    cell = {"lineItemName": "Units", "value": "x" * 100}
    size = len(cells.encode_cells([cell], 0, SIZE)[0]) + 2
    assert cells.encode_cells([cell], 0, CallSize(1, size))
    with pytest.raises(
        ValueError, match=re.escape(f"cells[0]: cell must have at most {size - 3} bytes (got {size - 2})")
    ):
        cells.check_cells([cell], CallSize(1, size - 1))


@pytest.mark.slow
@bounded(300)
@given(
    st.lists(st.lists(st.binary(min_size=1, max_size=20), max_size=10), max_size=10),
    st.integers(1, 7),
    st.integers(22, 80),
)
def test_calls_hold_every_cell_in_order_within_both_limits_and_no_two_could_be_one(
    groups: list[list[bytes]], max_cells: int, size: int
) -> None:
    batches = Batches(CallSize(max_cells, size))
    calls = [call for group in groups for call in batches.add(group)]
    body, count = batches.flush()
    calls += [(body, count)] if count else []
    parts = [part for group in groups for part in group]
    at = 0
    for place, (body, count) in enumerate(calls):
        assert body == b"[" + b",".join(parts[at : at + count]) + b"]"
        assert 1 <= count <= max_cells
        assert len(body) <= size
        at += count
        if place + 1 < len(calls):
            assert count == max_cells or len(body) + len(parts[at]) + 1 > size
    assert at == len(parts)
