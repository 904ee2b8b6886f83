"""What an upsert adds and changes, and in which order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.integration.models import ListItem, WriteFailure
from anaplan_ext import ListWriteResult
from anaplan_ext.transactional.upsert_plan import add_results, plan_upsert, with_input_indexes

KNOWN = [
    ListItem(id="1", name="Apples", code="A"),
    ListItem(id="2", name="Pears"),
    ListItem(id="3", name="#3", code="C"),
]


@pytest.mark.parametrize(
    ("item", "update"),
    [
        ({"name": "Apples", "parent": "Fruit"}, {"id": "1", "parent": "Fruit"}),
        ({"name": "APPLES"}, {"id": "1"}),
        ({"code": "a", "properties": {"Color": "red"}}, {"id": "1", "properties": {"Color": "red"}}),
        ({"code": "A", "name": "apples", "subsets": {"Fresh": True}}, {"id": "1", "subsets": {"Fresh": True}}),
        ({"id": 2, "parent": ""}, {"id": "2", "parent": ""}),
        ({"code": "C"}, {"id": "3"}),
    ],
)
def test_a_known_item_is_changed(item: dict[str, Any], update: dict[str, Any]) -> None:
    plan = plan_upsert([item], KNOWN, False)
    assert plan.inserts == ()
    assert plan.updates == ((0, update),)


@pytest.mark.parametrize("item", [{"name": "Plums"}, {"name": "A"}, {"code": "Apples", "name": "New"}, {"code": "X"}])
def test_an_unknown_item_is_added(item: dict[str, Any]) -> None:
    plan = plan_upsert([item], KNOWN, False)
    assert plan.inserts == ((0, item),)
    assert plan.updates == ()


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"id": "9"}, "id must be that of an item of the list"),
        ({"code": "A", "name": "Pears"}, "name must be that of the item in the list"),
        ({"name": "Pears", "code": "P"}, "code must be that of the item in the list"),
        ({"id": "1", "code": "B"}, "code must be that of the item in the list"),
        ({"name": 5}, "name must be text"),
        ({"nayme": "x"}, "fields of the item must be among"),
    ],
)
def test_what_cannot_be_sent_has_its_index(item: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=rf"items\[1\]: {reason}"):
        plan_upsert([{"name": "Plums"}, item], KNOWN, True)


@pytest.mark.parametrize(
    ("parents", "order"),
    [
        ({"a": "b", "b": "c", "c": ""}, "cba"),
        ({"a": "x", "b": "A", "c": "b"}, "abc"),
        ({"a": "c", "b": "", "c": ""}, "cab"),
        ({}, ""),
    ],
)
def test_new_items_follow_their_parents(parents: dict[str, str], order: str) -> None:
    items = [{"name": name, **({"parent": parent} if parent else {})} for name, parent in parents.items()]
    assert "".join(str(fields["name"]) for _, fields in plan_upsert(items, [], True).inserts) == order
    assert [fields for _, fields in plan_upsert(items, [], False).inserts] == items


@given(st.lists(st.integers(0, 30), max_size=30))
def test_every_tree_is_ordered_and_complete(parents: list[int]) -> None:
    # An item has a parent before or after it, but never one whose number is smaller: there is no circle.
    items = [{"code": f"c{number}", "parent": f"c{number + 1 + parent}"} for number, parent in enumerate(parents)]
    inserts = plan_upsert(items, [], True).inserts
    assert sorted(number for number, _ in inserts) == list(range(len(items)))
    places = {fields["code"]: place for place, (_, fields) in enumerate(inserts)}
    assert all(places.get(fields["parent"], -1) < place for place, (_, fields) in enumerate(inserts))
    assert all(fields == items[number] for number, fields in inserts)


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"x": "a", "a": "b", "b": "c", "c": "a"}])
def test_a_circle_of_parents_is_an_error(parents: dict[str, str]) -> None:
    items = [{"name": name, "parent": parent} for name, parent in parents.items()]
    with pytest.raises(ValueError, match=r"items\[\d\]: parent must not be the item itself or one below it"):
        plan_upsert(items, [], True)


def test_failures_have_the_indexes_of_the_input() -> None:
    failures = tuple(WriteFailure(request_index=index) for index in (1, None))
    result = ListWriteResult(added=1, ignored=1, total=2, failures=failures)
    mapped = with_input_indexes(result, [(7, None), (4, None)])
    assert [failure.request_index for failure in mapped.failures] == [4, None]
    assert add_results(mapped, ListWriteResult(updated=3, deleted=1, total=4)) == ListWriteResult(
        added=1, updated=3, deleted=1, ignored=1, total=6, failures=mapped.failures
    )
