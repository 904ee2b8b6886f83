"""Every object of every response, built from the specifications and read by the generated classes."""

import pickle
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.core import OpenStrEnum
from anaplan_client.core.codec import decode

from ..specification import Specification, python_name, specifications
from ..support import per_model

SCHEMAS = [
    (specification, name)
    for specification in specifications().values()
    for name in specification.answer_schemas()
    if specification.schemas[name].get("type") == "object"
]
ENUMERATIONS = [
    (specification, name)
    for specification in specifications().values()
    for name, schema in specification.schemas.items()
    if "enum" in schema
]
IDS = [f"{specification.name}.{name}" for specification, name in SCHEMAS]
REQUIRED = [
    (specification, name, key)
    for specification, name in SCHEMAS
    for key in specification.schemas[name].get("required", [])
]


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_no_valid_answer_fails_to_decode_and_nothing_of_it_is_lost(specification: Specification, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}"}
    model = getattr(specification.models, name)

    @per_model()
    @given(specification.values(schema))
    def check(value: dict[str, Any]) -> None:
        before = repr(value)
        read = model.from_dict(value)
        assert repr(value) == before
        specification.check(schema, value, read)
        assert model.from_dict(value) == read
        assert pickle.loads(pickle.dumps(read)) == read

    check()


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_an_answer_with_only_what_is_required_has_none_everywhere_else(specification: Specification, name: str) -> None:
    value = specification.minimal(name)
    schema = specification.schemas[name]
    absent = schema["properties"].keys() - value.keys()
    null = value | dict.fromkeys(absent)
    model = getattr(specification.models, name)
    assert model.from_dict(null) == model.from_dict(value)
    for key in absent:
        assert getattr(model.from_dict(value), python_name(key, schema["properties"][key])) is None
    assert model.from_dict(value).additional_properties == {}


@pytest.mark.parametrize(
    ("specification", "name", "key"), REQUIRED, ids=[f"{where.name}.{name}.{key}" for where, name, key in REQUIRED]
)
def test_a_required_key_that_is_missing_is_a_key_error(specification: Specification, name: str, key: str) -> None:
    value = specification.minimal(name)
    del value[key]
    with pytest.raises(KeyError, match=key):
        getattr(specification.models, name).from_dict(value)


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_what_is_no_object_is_a_type_error(specification: Specification, name: str) -> None:
    for value in (None, True, 1, "x", [], [{}]):
        with pytest.raises(TypeError, match="expected an object"):
            getattr(specification.models, name).from_dict(value)


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_a_wrong_answer_is_refused_with_the_errors_that_a_client_expects(
    specification: Specification, name: str
) -> None:
    schema = specification.schemas[name]
    text = st.sampled_from(["", "x", "1", "true", "2021-03-10T11:31:08Z"])
    wrong = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | text,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("id"), inner),
        max_leaves=3,
    )
    optional = {key: wrong for key in schema["properties"] if key not in schema.get("required", [])}

    @per_model()
    @given(st.fixed_dictionaries(dict.fromkeys(schema.get("required", []), wrong), optional=optional))
    def check(value: dict[str, Any]) -> None:
        with suppress(KeyError, TypeError, ValueError):
            getattr(specification.models, name).from_dict(value)

    check()


@pytest.mark.parametrize(
    ("specification", "name"), ENUMERATIONS, ids=[f"{where.name}.{name}" for where, name in ENUMERATIONS]
)
def test_an_enumeration_lists_what_is_documented_and_admits_the_rest(specification: Specification, name: str) -> None:
    enumeration = getattr(specification.models, name)
    assert issubclass(enumeration, OpenStrEnum)
    assert list(enumeration) == specification.schemas[name]["enum"]
    assert enumeration.read("SOMETHING_NEW") == "SOMETHING_NEW"
    assert list(enumeration) == specification.schemas[name]["enum"]


@pytest.mark.parametrize("specification", specifications().values(), ids=specifications())
def test_the_models_are_those_of_the_specification(specification: Specification) -> None:
    expected = (
        set(specification.request_schemas())
        | set(specification.answer_schemas())
        | {name for where, name in ENUMERATIONS if where is specification}
    )
    assert set(specification.models.__all__) == expected
    assert set(dir(specification.models)) == expected


def test_an_empty_enumeration_value_is_none_where_it_is_optional_and_kept_where_it_is_not() -> None:
    alm, integration = specifications()["alm"].models, specifications()["integration"].models
    assert integration.Model.from_dict({"id": "1", "name": "x", "activeState": ""}).active_state is None
    assert alm.TaskSummary.from_dict({"taskId": "1", "taskState": ""}).task_state == ""


def test_numeric_ids_are_read_as_text_and_digits_as_numbers() -> None:
    models = specifications()["integration"].models
    read = decode.model(models.FileResponse)(b'{"file": {"id": 113000000008, "name": 7, "chunkCount": "3"}}')
    assert (read.file.id, read.file.name, read.file.chunk_count) == ("113000000008", "7", 3)
