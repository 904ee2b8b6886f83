"""What may be told of the items of a list, and what is found wrong before it is sent."""

import json
import re
from typing import Any

import pytest

from anaplan_client.integration.models import ListItemInput
from anaplan_ext.transactional import list_items
from anaplan_ext.transactional.list_items import Write

GOOD: list[tuple[Write, Any, dict[str, Any]]] = [
    ("insert", {"name": "Bread"}, {"name": "Bread"}),
    ("insert", {"code": "b1"}, {"code": "b1"}),
    ("insert", {"name": "Bread", "code": None, "parent": ""}, {"name": "Bread", "parent": ""}),
    ("insert", ListItemInput(name="Bread", code="b1"), {"name": "Bread", "code": "b1"}),
    (
        "insert",
        {"name": "Bread", "properties": {"count": "4.0"}, "subsets": {"favourite": True}},
        {"name": "Bread", "properties": {"count": "4.0"}, "subsets": {"favourite": True}},
    ),
    ("update", {"id": 206000000001, "parent": "Bakery"}, {"id": "206000000001", "parent": "Bakery"}),
    ("update", ListItemInput(code="b1", subsets={"favourite": False}), {"code": "b1", "subsets": {"favourite": False}}),
    ("delete", {"name": "Bread", "id": None}, {"name": "Bread"}),
]
BAD: list[tuple[Write, Any, str]] = [
    ("insert", {}, "it needs a name, or in a numbered list a code"),
    ("insert", {"parent": "Bakery"}, "it needs a name, or in a numbered list a code"),
    ("insert", {"name": None}, "it needs a name, or in a numbered list a code"),
    ("insert", {"name": "Bread", "id": "206000000001"}, "a new item cannot be given an id"),
    ("insert", {"name": ""}, "name: it is empty"),
    ("insert", {"name": "Bread", "code": ""}, "code: it is empty"),
    ("insert", {"name": 7}, "name: expected a string, got int"),
    ("insert", {"name": "Bread", "colour": "brown"}, "'colour' is none of id, code, name, parent, properties, subsets"),
    ("insert", {"name": "Bread", "properties": ["count"]}, "properties: expected a dictionary, got list"),
    ("insert", {"name": "Bread", "properties": {"count": 4}}, "properties: 'count' is not a name with a string"),
    (
        "insert",
        {"name": "Bread", "subsets": {"favourite": "true"}},
        "subsets: 'favourite' is not a name with a boolean",
    ),
    ("insert", "Bread", "expected a ListItemInput or a dictionary, got str"),
    ("update", {"id": True}, "id: expected a string, got bool"),
    ("update", {"parent": "Bakery"}, "it needs one of id, code and name to be found by, and has none"),
    ("update", {"id": "1", "code": "b1"}, "it needs one of id, code and name to be found by, and has id and code"),
    ("delete", ListItemInput(), "it needs one of id, code and name to be found by, and has none"),
    ("delete", {"code": "b1", "name": "Bread"}, "and has code and name"),
    ("delete", {"code": ""}, "code: it is empty"),
]


@pytest.mark.parametrize(("write", "item", "sent"), GOOD)
def test_an_item_is_sent_without_what_is_left_out(write: Write, item: Any, sent: dict[str, Any]) -> None:
    list_items.check(write, [item])
    assert json.loads(list_items.body(write, [item], 0)) == {"items": [sent]}


@pytest.mark.parametrize(("write", "item", "says"), BAD)
def test_a_wrong_item_is_refused_with_its_index(write: Write, item: Any, says: str) -> None:
    good: dict[str, object] = {"code": "good"}
    with pytest.raises(ValueError, match=re.escape(f"item 2: {says}") if not says.startswith("and") else says):
        list_items.check(write, [good, good, item, good])
    with pytest.raises(ValueError, match=r"item 100001: "):
        list_items.body(write, [good, item], 100_000)


@pytest.mark.parametrize("size", [0, -1, 100_001])
def test_a_call_takes_one_to_a_hundred_thousand_items(size: int) -> None:
    with pytest.raises(ValueError, match="items_per_call"):
        list_items.check_items_per_call(size)
    list_items.check_items_per_call(1)
    list_items.check_items_per_call(100_000)
