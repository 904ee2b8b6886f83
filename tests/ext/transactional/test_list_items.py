"""Validation and encoding of list item writes."""

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
        {"name": "Bread", "properties": {"count": "4.0"}, "subsets": {"favorite": True}},
        {"name": "Bread", "properties": {"count": "4.0"}, "subsets": {"favorite": True}},
    ),
    ("update", {"id": 206000000001, "parent": "Bakery"}, {"id": "206000000001", "parent": "Bakery"}),
    ("update", ListItemInput(code="b1", subsets={"favorite": False}), {"code": "b1", "subsets": {"favorite": False}}),
    ("delete", {"name": "Bread", "id": None}, {"name": "Bread"}),
]
BAD: list[tuple[Write, Any, str]] = [
    ("insert", {}, "item must have a name or, in a numbered list, a code"),
    ("insert", {"parent": "Bakery"}, "item must have a name or, in a numbered list, a code"),
    ("insert", {"name": None}, "item must have a name or, in a numbered list, a code"),
    ("insert", {"name": "Bread", "id": "206000000001"}, "id must be omitted for a new item"),
    ("insert", {"name": ""}, "name must not be empty"),
    ("insert", {"name": "Bread", "code": ""}, "code must not be empty"),
    ("insert", {"name": 7}, "name must be text (got int)"),
    (
        "insert",
        {"name": "Bread", "color": "brown"},
        "fields of the item must be among id, code, name, parent, properties, subsets (got 'color')",
    ),
    ("insert", {"name": "Bread", "properties": ["count"]}, "properties must be a dictionary (got list)"),
    ("insert", {"name": "Bread", "properties": {"count": 4}}, "properties must map names to text (got 'count': int)"),
    (
        "insert",
        {"name": "Bread", "subsets": {"favorite": "true"}},
        "subsets must map names to True or False (got 'favorite': str)",
    ),
    ("insert", "Bread", "item must be a ListItemInput or a dictionary (got str)"),
    ("update", {"id": True}, "id must be text (got bool)"),
    ("update", {"parent": "Bakery"}, "item must have exactly one of id, code and name (got none)"),
    ("update", {"id": "1", "code": "b1"}, "item must have exactly one of id, code and name (got id and code)"),
    ("delete", ListItemInput(), "item must have exactly one of id, code and name (got none)"),
    ("delete", {"code": "b1", "name": "Bread"}, "item must have exactly one of id, code and name (got code and name)"),
    ("delete", {"code": ""}, "code must not be empty"),
]


@pytest.mark.parametrize(("write", "item", "sent"), GOOD)
def test_an_item_is_sent_without_the_fields_that_are_none(write: Write, item: Any, sent: dict[str, Any]) -> None:
    list_items.check_items(write, [item])
    assert json.loads(list_items.encode_items(write, [item], 0)) == {"items": [sent]}


@pytest.mark.parametrize(("write", "item", "message"), BAD)
def test_an_invalid_item_is_rejected_with_its_index(write: Write, item: Any, message: str) -> None:
    good: dict[str, object] = {"code": "good"}
    with pytest.raises(ValueError, match=re.escape(f"items[2]: {message}")):
        list_items.check_items(write, [good, good, item, good])
    with pytest.raises(ValueError, match=re.escape("items[100001]: ")):
        list_items.encode_items(write, [good, item], 100_000)


@pytest.mark.parametrize("size", [0, -1, 100_001])
def test_a_call_takes_one_to_a_hundred_thousand_items(size: int) -> None:
    with pytest.raises(ValueError, match="items_per_call"):
        list_items.check_items_per_call(size)
    list_items.check_items_per_call(1)
    list_items.check_items_per_call(100_000)
