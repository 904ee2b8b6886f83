"""Every model goes both ways: each object of the specifications is read and written, as documented and mutated."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import assume, given

from anaplan_client.alm.models import Revision, SyncTask, TaskState, TaskSummary
from anaplan_client.core.codec import encode
from anaplan_client.core.codec.model import json_value
from anaplan_client.integration.models import (
    ListItemInput,
    ListMetadata,
    Model,
    ModelStatus,
    TotalsSelection,
    ViewData,
    ViewReadRequest,
)

from ..specification import Specification, operations, specifications
from ..support import per_model, structure

SCHEMAS = [
    (specification, name)
    for specification in specifications().values()
    for name in dict.fromkeys([*specification.answer_schemas(), *specification.request_schemas()])
    if "properties" in specification.schemas[name]
]
IDS = [f"{specification.name}.{name}" for specification, name in SCHEMAS]


def examples() -> Iterator[Any]:
    """Every example of a body, with its schema."""
    for operation in operations():
        schemas = (operation.answer_schema, operation.body.get("application/json", {}).get("schema"))
        for schema, values in zip(schemas, (operation.answer_examples(), operation.body_examples()), strict=True):
            for index, value in enumerate(values):
                if schema is not None:
                    yield pytest.param(operation.specification, schema, value, id=f"{operation}-{index}")


EXAMPLES = list(examples())


def goes_both_ways(model: Any) -> None:
    """Assert that an object is read from what it is written as, with all that is undocumented."""
    written = model.to_dict()
    assert json.loads(json.dumps(written)) == written
    again = type(model).from_dict(written)
    assert structure(again) == structure(model)
    assert again == model
    assert hash(again) == hash(model)
    assert again.to_dict() == written


@pytest.mark.parametrize(("specification", "schema", "example"), EXAMPLES)
def test_an_example_is_written_as_it_was_read(specification: Specification, schema: Any, example: Any) -> None:
    items = example if isinstance(example, list) else [example]
    schema = schema.get("items", schema)
    for item in items:
        before = repr(item)
        schema = specification.choose(schema, item)
        model = getattr(specification.models, schema["$ref"].rpartition("/")[2]).from_dict(item)
        assert specification.same(schema, item, model.to_dict()), model.to_dict()
        goes_both_ways(model)
        assert repr(item) == before


def test_there_are_examples_of_most_operations() -> None:
    assert len(EXAMPLES) > 100


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_an_object_as_documented_is_written_as_it_was_read(specification: Specification, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}"}
    model = getattr(specification.models, name)

    @per_model()
    @given(specification.values(schema, exact=True))
    def check(value: dict[str, Any]) -> None:
        with suppress(ValueError):  # a limit of what is sent, such as a shortest text
            written = model.from_dict(value).to_dict()
            assert specification.same(schema, value, written), written

    check()


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_a_mutated_object_goes_both_ways(specification: Specification, name: str) -> None:
    """Undocumented fields and values, other spellings, dropped fields, numbers as text, times with microseconds."""
    cls = getattr(specification.models, name)

    @per_model()
    @given(specification.values({"$ref": f"#/components/schemas/{name}"}))
    def check(value: dict[str, Any]) -> None:
        try:
            model = cls.from_dict(value)
        except ValueError:
            assume(name not in specification.request_schemas())
            raise
        goes_both_ways(model)

    check()


# Single rules


@pytest.mark.parametrize(
    ("cls", "fields"),
    [
        (ListMetadata, {"id": "1", "nextItemIndex": 5}),
        (ListMetadata, {"id": "1", "nextitemIndex": 5}),
        (ListMetadata, {"id": "1", "nextitemIndex": None}),
        (ListMetadata, {"id": "1"}),
        (TotalsSelection, {"isQuarterTotals": True, "halfYearTotals": False, "isYearToGoSummary": None}),
        (ModelStatus, {"taskId": None, "tooltip": "x"}),
        (ModelStatus, {"exportTaskType": None}),
        (ModelStatus, {}),
        (ViewReadRequest, {"requestId": "R", "viewId": 102000000001}),
    ],
)
def test_spellings_nulls_and_numeric_ids_stay_as_received(cls: Any, fields: dict[str, object]) -> None:
    assert cls.from_dict(fields).to_dict() == fields


def test_of_two_spellings_the_first_with_a_value_is_the_value_of_both() -> None:
    both = {"id": "1", "nextItemIndex": 5, "nextitemIndex": 5}
    assert ListMetadata.from_dict(both).to_dict() == both
    for fields in ({**both, "nextitemIndex": 6}, {**both, "nextItemIndex": None}):
        assert ListMetadata.from_dict(fields).to_dict() == both


def test_a_null_that_is_not_documented_is_left_out() -> None:
    assert Revision.from_dict({"id": "1", "name": "x", "description": None}).to_dict() == {"id": "1", "name": "x"}
    assert ListItemInput(name="x", code=None).to_dict() == {"name": "x"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2021-03-10T11:31:08Z", "2021-03-10T11:31:08Z"),
        ("2021-03-10T11:31:08+0000", "2021-03-10T11:31:08Z"),
        ("2021-03-10T11:31:08", "2021-03-10T11:31:08Z"),
        ("2021-03-10T11:31:08.5+02:00", "2021-03-10T11:31:08.500000+02:00"),
        ("2021-03-10T11:31:08.1234567Z", "2021-03-10T11:31:08.123457Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_timestamp_is_written_in_iso_form(text: str, written: str) -> None:
    revision = Revision.from_dict({"id": "1", "name": "x", "createdOn": text})
    assert revision.to_dict()["createdOn"] == written
    goes_both_ways(revision)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_614_682_268_123, 1_614_682_268_123),
        ("1614682268123", 1_614_682_268_123),
        (-1, -1),
        (-62_135_596_800_000, -62_135_596_800_000),
        (253_402_300_799_999, 253_402_300_799_999),
        ("2021-03-02T10:51:08.123+02:00", 1_614_675_068_123),
        ("2021-03-02T10:51:08.123456Z", "2021-03-02T10:51:08.123456Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
    ],
)
def test_milliseconds_are_written_as_such_unless_they_lose_something(value: object, written: object) -> None:
    task = SyncTask.from_dict({"taskId": "1", "taskState": "COMPLETE", "creationTime": value})
    assert task.to_dict()["creationTime"] == written
    again = SyncTask.from_dict(task.to_dict())
    assert again == task


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *(("102", 102), ("0", 0), ("-5", "-5"), ("007", "007"), ("", ""), ("x", "x"), ("٣", "٣")),
        *(("1" * 30, int("1" * 30)), ("1" * 5000, "1" * 5000)),
    ],
)
def test_a_numeric_id_is_written_as_a_number_only_if_it_is_read_the_same(text: str, written: object) -> None:
    assert encode.numeric_id(text) == written
    assert type(encode.numeric_id(text)) is type(written)


def test_what_is_written_shares_nothing_with_the_model() -> None:
    fields: dict[str, Any] = {"pages": ["a"], "columnCoordinates": [["b"]], "new": {"c": ["d"]}}
    data = ViewData.from_dict(fields)
    written: Any = data.to_dict()
    written["pages"].append("x")
    written["columnCoordinates"][0].append("x")
    written["new"]["c"].append("x")
    assert data.to_dict() == fields == {"pages": ["a"], "columnCoordinates": [["b"]], "new": {"c": ["d"]}}


def test_values_of_similar_types_are_written_as_json() -> None:
    item = ListItemInput(name="x", properties={"day": "1"}, subsets={"s": True}, additional_properties={"a": (1, 2)})
    assert item.to_dict() == {"name": "x", "properties": {"day": "1"}, "subsets": {"s": True}, "a": [1, 2]}
    moment = datetime(2021, 3, 2, tzinfo=UTC)
    assert json_value([moment, date(2021, 3, 2), TaskState.COMPLETE, range(2), b"x", None]) == [
        "2021-03-02T00:00:00Z",
        "2021-03-02",
        "COMPLETE",
        [0, 1],
        b"x",
        None,
    ]
    assert type(json_value(TaskState.COMPLETE)) is str


def test_a_documented_field_is_not_written_over_by_an_undocumented_one() -> None:
    assert Revision(id="1", name="x", additional_properties={"id": "2"}).to_dict() == {"id": "1", "name": "x"}


# Equality and hash


def test_models_compare_by_their_class_and_documented_fields() -> None:
    one = TaskSummary(id="1", task_state=TaskState.COMPLETE)
    assert one == TaskSummary.from_dict({"taskId": "1", "taskState": "COMPLETE", "new": 1})
    assert one != TaskSummary(id="2", task_state=TaskState.COMPLETE)
    assert one != SyncTask(id="1", task_state=TaskState.COMPLETE)
    assert one != "1"
    assert one != one.to_dict()


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_models_that_differ_in_any_documented_field_differ(specification: Specification, name: str) -> None:
    cls = getattr(specification.models, name)
    fields = specification.minimal(name)
    if name == "ListItemsRequest":
        fields["items"] = [{"name": "x"}]
    elif name == "DeleteModelsRequest":
        fields["modelIdsToDelete"] = ["1"]
    model = cls.from_dict(fields)
    for attribute in cls.__json_names__.values():
        other = copy.copy(model)
        assert (other, hash(other)) == (model, hash(model))
        object.__setattr__(other, attribute, "something else")
        assert other != model
        assert hash(other) != hash(model)


def test_lists_and_maps_count_in_the_hash() -> None:
    rows = [{"rowCoordinates": [str(index)], "cells": [None]} for index in range(100)]
    assert len({hash(ViewData.from_dict({"rows": [row]})) for row in rows}) > 90
    items = [ListItemInput(properties={"a": str(index), "b": "1"}) for index in range(100)]
    assert len({hash(item) for item in items}) > 90
    assert hash(ListItemInput(properties={"a": "1", "b": "2"})) == hash(ListItemInput(properties={"b": "2", "a": "1"}))


def test_a_number_that_is_none_is_itself() -> None:
    model = Model.from_dict({"id": "1", "name": "x", "memoryUsage": float("nan")})
    assert model == model
