"""Long responses: documented content is decoded in compiled code, with the same result as by the models."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core.codec import decode, fast_decode
from anaplan_client.core.codec.model import VariantModel
from anaplan_client.integration.models import CategoryValue, ListItemsResponse, Model, ModelsResponse, ViewData
from anaplan_client.scim.models import ObjectSchema, SchemaAttribute

from ..specification import OFFSETS, Specification
from ..support import bounded, per_model, structure
from .test_models import IDS, SCHEMAS

BLANKS = b" " * decode.FAST_DECODE_MIN_BYTES
COUNT = 5000


def is_loose(specification: Specification, name: str) -> bool:
    """Whether only `decode` reads it: moments in milliseconds, and what can hold others of its kind or has variants."""
    reached = specification.reached([{"$ref": f"#/components/schemas/{name}"}])
    texts = [json.dumps(specification.schemas[other]) for other in reached]
    # An object that can hold itself is read by the model.
    if any(other in specification.reached([specification.schemas[other]]) for other in reached):
        return True
    classes = [getattr(specification.models, other) for other in reached]
    variants = any(not isinstance(cls, type) or issubclass(cls, VariantModel) for cls in classes)
    return "TaskResult" in reached or variants or any('"epoch-milliseconds"' in text for text in texts)


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_what_is_documented_is_read_in_compiled_code_as_the_model_reads_it(
    specification: Specification, name: str
) -> None:
    model = getattr(specification.models, name)
    loose = is_loose(specification, name)

    @per_model()
    @given(specification.values({"$ref": f"#/components/schemas/{name}"}, exact=True), st.booleans())
    def check(value: dict[str, Any], ascii_only: bool) -> None:
        block = json.dumps([value], ensure_ascii=ascii_only).encode()
        entries = fast_decode.read_block(model, (), block)
        assert structure(entries) == structure([model.from_dict(value)]) if entries else loose

    check()


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_a_long_response_is_read_as_a_short_one_is(specification: Specification, name: str) -> None:
    model = getattr(specification.models, name)

    @per_model()
    @given(specification.values({"$ref": f"#/components/schemas/{name}"}))
    def check(value: dict[str, Any]) -> None:
        content = json.dumps(value).encode()
        read = decode.model(model)
        long, short = read(content + BLANKS), read(content)
        assert structure(long) == structure(short)

    check()


def test_only_a_long_response_is_read_in_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_decode, "read", lambda model, content: "in compiled code")
    read = decode.model(ModelsResponse)
    assert read(b"{}" + BLANKS) == "in compiled code"
    assert read(b"{}") == ModelsResponse()


# What one odd entry, and an odd field of all, cost


def entry(index: int) -> dict[str, Any]:
    return {"id": f"{index:032X}", "name": f"Model {index}", "activeState": "UNLOCKED", "categoryValues": [{"id": "1"}]}


@pytest.fixture
def by_the_model(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The entries that were not read in compiled code."""
    seen: list[object] = []
    original = Model.from_dict

    def from_dict(value: object) -> Model:
        seen.append(value)
        return original(value)

    monkeypatch.setattr(Model, "from_dict", from_dict)
    return seen


Change = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize(
    ("change", "blocks"),
    [
        pytest.param(lambda index: {}, 0, id="nothing"),
        pytest.param(lambda index: {"new": 1} if index == 0 else {}, 1, id="unknown in the first"),
        pytest.param(lambda index: {"new": 1} if index == COUNT // 2 else {}, 1, id="unknown in the middle"),
        pytest.param(lambda index: {"new": 1} if index == COUNT - 1 else {}, 1, id="unknown in the last"),
        pytest.param(lambda index: {"new": {"a": [index, None, 1.5, "é"]}}, 1, id="unknown in all"),
        pytest.param(lambda index: {"new": 1, 'a"\\b': 2} if index % 2 else {"é\n": None}, 4, id="unknown names"),
        pytest.param(lambda index: {"categoryValues": [{"id": "1", "new": index}]}, 1, id="unknown in what is nested"),
        pytest.param(lambda index: {"additional_properties": {"id": index}, "__class__": 1}, 1, id="similar names"),
        pytest.param(lambda index: {f"new{index % 9}": index} if index % 100 == 7 else {}, 9, id="rare ones"),
        pytest.param(lambda index: {"name": index} if index == 0 else {}, 1, id="a number as text in one"),
        pytest.param(lambda index: {"name": index}, 50, id="a number as text in all"),
        pytest.param(lambda index: {f"new{index}": index}, 50, id="an unknown one of its own in each"),
    ],
)
def test_an_entry_that_is_not_as_documented_costs_no_more_than_its_block(
    change: Change, blocks: int, by_the_model: list[object]
) -> None:
    entries = [entry(index) | change(index) for index in range(COUNT)]
    content = json.dumps({"models": entries}).encode()
    response = decode.model(ModelsResponse)(content)
    # What msgspec cannot have as a name is read by the model.
    odd = any('"' in name or "\n" in name for name in (*entries[0], *entries[1]))
    assert len(by_the_model) == (COUNT if odd else COUNT // fast_decode.BLOCKS * blocks)
    models = [Model.from_dict(entry) for entry in entries]
    assert structure(response) == structure(ModelsResponse(models=models))


def test_undocumented_fields_of_the_response_itself_cost_nothing(by_the_model: list[object]) -> None:
    page = {
        "meta": {"paging": {"currentPageSize": COUNT, "offset": 0, "totalSize": COUNT, "new": {"a": 1}}, "new": [1]},
        "models": [entry(index) for index in range(COUNT)],
        "new": [{"a": 1}, 2.5, None],
    }
    response = decode.model(ModelsResponse)(json.dumps(page).encode())
    assert response.additional_properties == {"new": [{"a": 1}, 2.5, None]}
    assert response.meta is not None
    assert response.meta.additional_properties == {"new": [1]}
    assert not by_the_model
    assert structure(response) == structure(ModelsResponse.from_dict(page))


def test_other_arrays_than_those_of_models_are_read_as_well() -> None:
    page = {"pages": ["a"], "columnCoordinates": [["b"], ["c"]], "rows": [{"rowCoordinates": ["d"], "cells": ["1"]}]}
    content = json.dumps(page | {"rows": page["rows"] * COUNT}).encode()
    assert fast_decode.read(ViewData, content) == ViewData.from_dict(json.loads(content))


def test_what_was_learned_from_one_response_is_not_in_another() -> None:
    odd = json.dumps({"models": [entry(index) | {"new": 1} for index in range(COUNT)]}).encode()
    plain = json.dumps({"models": [entry(index) for index in range(COUNT)]}).encode()
    read = decode.model(ModelsResponse)
    assert structure(read(odd)) != structure(read(plain))
    assert structure(read(plain)) == structure(ModelsResponse.from_dict(json.loads(plain)))


def test_a_field_is_learned_for_the_model_that_has_it() -> None:
    learned = ((CategoryValue, "new"),)
    nested = json.dumps([entry(1) | {"categoryValues": [{"id": "1", "new": 2}]}]).encode()
    models = fast_decode.read_block(Model, learned, nested)
    assert models is not None
    assert models[0].category_values is not None
    assert models[0].category_values[0].additional_properties == {"new": 2}
    assert fast_decode.read_block(Model, learned, json.dumps([entry(1) | {"new": 2}]).encode()) is None


def test_an_object_that_can_hold_itself_is_known_without_following_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def get_hints(model: type) -> dict[str, Any]:
        seen.append(model)
        return get_type_hints(model)

    monkeypatch.setattr(fast_decode, "get_type_hints", get_hints)
    # With a name of this test alone, because decoders are built once.
    learned = ((SchemaAttribute, "of this test"),)
    for model in (SchemaAttribute, ObjectSchema):
        assert fast_decode.read_block(model, learned, b"[{}]") is None
    assert seen.count(SchemaAttribute) == 2


# Undocumented content, and content that is not a response


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ('"color": "green"', lambda model: model.additional_properties == {"color": "green"}),
        ('"activeState": "FROZEN"', lambda model: model.active_state == "FROZEN"),
        ('"activeState": ""', lambda model: model.active_state is None),
        ('"lastSavedSerialNumber": "7"', lambda model: model.last_saved_serial_number == 7),
        ('"currentWorkspaceName": 7', lambda model: model.current_workspace_name == "7"),
        ('"modelTransactionRunning": "true"', lambda model: model.model_transaction_running is True),
        ('"lastModified": "2026-01-02T03:04:05"', lambda model: model.last_modified.tzinfo is not None),
        ('"lastModified": "9999-12-31T23:59:59.9999994Z"', lambda model: model.last_modified.microsecond == 999_999),
        ('"memoryUsage": NaN', lambda model: model.memory_usage != model.memory_usage),
        ('"name": "\\ud800"', lambda model: model.name == "\ud800"),
    ],
)
def test_what_is_not_quite_as_documented_is_read_nevertheless(field: str, read: Callable[[Any], bool]) -> None:
    content = b'{"models": [{"id": "1", "name": "x", %s}]}' % field.encode()
    for body in (content, content + BLANKS):
        models = decode.model(ModelsResponse)(body).models
        assert models is not None
        assert read(models[0])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", ValueError),
        (b"[]", TypeError),
        (b'{"listItems": [{}]}', KeyError),
        (b'{"listItems": [null]}', TypeError),
        (b'{"listItems": {"id": "1"}}', TypeError),
        (b'{"listItems": [{"id": "1"}]', ValueError),
        (b'{"listItems": [{"id": "\xff"}]}', ValueError),
        (b'{"listItems": [{"id": "1", "x": tru}]}', ValueError),
        (b'{"listItems": ' + b"[" * 100_000, ValueError),
        (b'{"listItems": [{"id": "1", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]}", ValueError),
    ],
)
def test_what_is_no_response_is_refused_as_a_short_one_is(content: bytes, error: type[Exception]) -> None:
    messages = set()
    for body in (content, content + BLANKS):
        with pytest.raises(error) as caught:
            decode.model(ListItemsResponse)(body)
        messages.add(re.sub(r"\d+", "#", str(caught.value)))  # but for the place where it ended
    assert len(messages) == 1


def test_a_moment_is_the_same_to_the_last_digit() -> None:
    digits = st.text("0123456789", min_size=1, max_size=9) | st.text("9", min_size=6, max_size=9)

    @bounded(500)
    @given(st.datetimes().map(lambda moment: moment.replace(microsecond=0)), digits, st.sampled_from(OFFSETS))
    def check(moment: datetime, fraction: str, offset: str) -> None:
        text = f"{moment.isoformat()}.{fraction}{offset}"
        compiled: object
        try:
            compiled = msgspec.json.decode(json.dumps(text), type=datetime)
        except ValueError:
            return  # `decode` reads it alone, or nothing does
        assert decode.timestamp(text) == compiled

    check()
