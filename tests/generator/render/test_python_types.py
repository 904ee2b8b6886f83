"""How a schema reads in Python: the expressions are run, not only compared."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest
from attrs import frozen

from anaplan_client.core import JsonModel, OpenStrEnum
from anaplan_client.core.codec import decode, encode, validation
from anaplan_client.core.codec.model import json_value
from generator.render import python_types
from generator.spec import document, schemas
from generator.spec.document import Node, Spec

SPECIFICATION = """
components:
  schemas:
    Kind: {type: string, enum: [NEW, OLD]}
    Owner: {type: object, properties: {id: {type: string}}}
"""


class Kind(OpenStrEnum):
    NEW = "NEW"
    OLD = "OLD"


@frozen(kw_only=True, eq=False, repr=False)
class Owner(JsonModel):
    id: str

    __json_names__: ClassVar[dict[str, str]] = {"id": "id"}

    @classmethod
    def from_dict(cls, value: object) -> Self:
        return cls(id=decode.string(decode.fields(value)["id"]))


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    path: Path = tmp_path_factory.mktemp("openapi") / "anaplan_some.yaml"
    path.write_text(SPECIFICATION, encoding="utf-8")
    return document.load(path, path.parent)


def run(expression: str, **names: object) -> Any:
    """What a generated expression gives where it stands."""
    return eval(expression, {"decode": decode, "validation": validation, "Kind": Kind, "Owner": Owner, **names})


def array(items: Node, **more: object) -> Node:
    return {"type": "array", "items": items, **more}


def mapping(values: Node) -> Node:
    return {"type": "object", "additionalProperties": values}


STRING: Node = {"type": "string"}
INTEGER: Node = {"type": "integer"}
DAY: Node = {"type": "string", "format": "date"}
MOMENT: Node = {"type": "string", "format": "date-time"}
EPOCH: Node = {"type": "integer", "format": "epoch-milliseconds"}
KIND: Node = {"$ref": "#/components/schemas/Kind"}
OWNER: Node = {"$ref": "#/components/schemas/Owner"}
EITHER: Node = {"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
NUMERIC_ID: Node = {"type": "integer", "format": "id"}
NULLABLE = {"nullable": True}
NEW_YEAR = date(2022, 1, 1)
NOON = datetime(2022, 1, 1, 12, tzinfo=UTC)

# Schema, annotation, a JSON value, and what it is in Python.
SIMPLE: list[Any] = [
    pytest.param(STRING, "str", "x", "x", id="string"),
    pytest.param({**STRING, "format": "password"}, "str", "x", "x", id="password"),
    pytest.param({**STRING, "format": "uri"}, "str", "x", "x", id="another format"),
    pytest.param(INTEGER, "int", 3, 3, id="integer"),
    pytest.param({**INTEGER, "format": "int64"}, "int", 3, 3, id="int64"),
    pytest.param({"type": "number"}, "float", 1.5, 1.5, id="number"),
    pytest.param({"type": "number", "format": "double"}, "float", 1.5, 1.5, id="double"),
    pytest.param({"type": "boolean"}, "bool", True, True, id="boolean"),
    pytest.param(DAY, "date", "2022-01-01", NEW_YEAR, id="date"),
    pytest.param(MOMENT, "datetime", "2022-01-01T12:00:00Z", NOON, id="date-time"),
    pytest.param(KIND, "Kind", "OLD", Kind.OLD, id="enum"),
    pytest.param(OWNER, "Owner", {"id": "u1"}, Owner(id="u1"), id="model"),
    pytest.param(EITHER, "str | float | bool", "x", "x", id="text of several types"),
    pytest.param(EITHER, "str | float | bool", 1.5, 1.5, id="number of several types"),
    pytest.param(EITHER, "str | float | bool", False, False, id="boolean of several types"),
    pytest.param(array(STRING), "list[str]", ["x"], ["x"], id="array"),
    pytest.param(array(DAY), "list[date]", ["2022-01-01"], [NEW_YEAR], id="array of dates"),
    pytest.param(array(KIND), "list[Kind]", ["OLD"], [Kind.OLD], id="array of enums"),
    pytest.param(array(OWNER), "list[Owner]", [{"id": "u1"}], [Owner(id="u1")], id="array of models"),
    pytest.param(array({**STRING, **NULLABLE}), "list[str | None]", ["x", None], ["x", None], id="null entries"),
    pytest.param(mapping(INTEGER), "dict[str, int]", {"a": 1}, {"a": 1}, id="map"),
    pytest.param(
        mapping({**INTEGER, **NULLABLE}),
        "dict[str, int | None]",
        {"a": 1, "b": None},
        {"a": 1, "b": None},
        id="null values",
    ),
]
NESTED: list[Any] = [
    pytest.param(array(array(INTEGER)), "list[list[int]]", [[1], []], [[1], []], id="array of arrays"),
    pytest.param(
        array(array(array(STRING))),
        "list[list[list[str]]]",
        [[["x"]], []],
        [[["x"]], []],
        id="array of arrays of arrays",
    ),
    pytest.param(array(mapping(STRING)), "list[dict[str, str]]", [{"a": "x"}], [{"a": "x"}], id="array of maps"),
    pytest.param(mapping(array(STRING)), "dict[str, list[str]]", {"a": ["x"]}, {"a": ["x"]}, id="map of arrays"),
    pytest.param(array(array(DAY)), "list[list[date]]", [["2022-01-01"]], [[NEW_YEAR]], id="array of arrays of dates"),
    pytest.param(
        array(array(OWNER)), "list[list[Owner]]", [[{"id": "u1"}]], [[Owner(id="u1")]], id="array of arrays of models"
    ),
    pytest.param(
        array(array({**STRING, **NULLABLE}, nullable=True)),
        "list[list[str | None] | None]",
        [["x", None], None],
        [["x", None], None],
        id="null at each level",
    ),
]
EPOCHS: list[Any] = [
    pytest.param(EPOCH, "datetime", 1_641_038_400_000, NOON, id="epoch"),
    pytest.param(array(EPOCH), "list[datetime]", [1_641_038_400_000], [NOON], id="array of epochs"),
]
NUMERIC_IDS: list[Any] = [
    pytest.param(NUMERIC_ID, "str", 7, "7", id="id"),
    pytest.param(array({**NUMERIC_ID, **NULLABLE}), "list[str | None]", [7, None], ["7", None], id="ids and null"),
    pytest.param(mapping(array(NUMERIC_ID)), "dict[str, list[str]]", {"a": [7]}, {"a": ["7"]}, id="map of ids"),
]
DEEPER: list[Any] = [
    pytest.param(mapping(OWNER), "dict[str, Owner]", {"a": {"id": "u1"}}, {"a": Owner(id="u1")}, id="map of models"),
    pytest.param(mapping(DAY), "dict[str, date]", {"a": "2022-01-01"}, {"a": NEW_YEAR}, id="map of dates"),
    pytest.param(
        array({**DAY, **NULLABLE}), "list[date | None]", ["2022-01-01", None], [NEW_YEAR, None], id="null among dates"
    ),
    pytest.param(
        array(mapping(DAY)), "list[dict[str, date]]", [{"a": "2022-01-01"}], [{"a": NEW_YEAR}], id="maps of dates"
    ),
]


@pytest.mark.parametrize(("schema", "annotation", "wire", "value"), [*SIMPLE, *NESTED, *EPOCHS, *DEEPER])
def test_an_optional_field_is_annotated_and_read(
    schema: Node, annotation: str, wire: object, value: object, spec: Spec
) -> None:
    assert python_types.write_annotation(schema) == annotation
    expression = python_types.write_decode(spec, schema, 'fields.pop("x", None)', False)
    assert run(expression, fields={"x": wire}) == value
    assert run(expression, fields={"x": None}) is None
    assert run(expression, fields={}) is None


@pytest.mark.parametrize(("schema", "annotation", "wire", "value"), [*SIMPLE, *EPOCHS, *DEEPER[:3]])
def test_a_required_field_is_read(schema: Node, annotation: str, wire: object, value: object, spec: Spec) -> None:
    expression = python_types.write_decode(spec, schema, 'fields.pop("x")', True)
    assert run(expression, fields={"x": wire}) == value
    with pytest.raises(KeyError):
        run(expression, fields={})


@pytest.mark.parametrize(
    ("schema", "annotation", "wire", "value"),
    [case for case in [*NESTED, *DEEPER[3:]] if case.id != "null at each level"],
)
def test_a_required_nested_field_is_read(
    schema: Node, annotation: str, wire: object, value: object, spec: Spec
) -> None:
    expression = python_types.write_decode(spec, schema, 'fields.pop("x")', True)
    assert run(expression, fields={"x": wire}) == value


@pytest.mark.parametrize(("schema", "annotation", "wire", "value"), [*SIMPLE, *NESTED, *EPOCHS, *DEEPER, *NUMERIC_IDS])
def test_a_value_is_written_as_it_is_read(schema: Node, annotation: str, wire: object, value: object) -> None:
    encoder = python_types.write_encoder(schema)
    written = json_value(value, run(encoder, encode=encode) if encoder else None)
    assert json.loads(json.dumps(written)) == wire


@pytest.mark.parametrize(
    ("schema", "statement"),
    [
        (STRING, 'validation.check_string("x", self.x)'),
        ({**STRING, "minLength": 1}, 'validation.check_string("x", self.x, minimum=1)'),
        ({**STRING, "minLength": 0, "maxLength": 9}, 'validation.check_string("x", self.x, minimum=0, maximum=9)'),
        ({**STRING, "format": "password", "maxLength": 9}, 'validation.check_string("x", self.x, maximum=9)'),
        (INTEGER, 'validation.check_integer("x", self.x)'),
        ({**INTEGER, "minimum": 0, "maximum": 9}, 'validation.check_integer("x", self.x, minimum=0, maximum=9)'),
        ({"type": "number", "minimum": 0.5}, 'validation.check_number("x", self.x, minimum=0.5)'),
        (KIND, 'validation.check_enum("x", self.x, Kind)'),
        ({"type": "boolean"}, 'validation.check_boolean("x", self.x)'),
        (DAY, 'validation.check_date("x", self.x)'),
        (MOMENT, 'validation.check_timestamp("x", self.x)'),
        (OWNER, 'validation.check_model("x", self.x, Owner)'),
        (array(STRING), 'validation.check_array("x", self.x, validation.check_string)'),
        (
            array({**INTEGER, "minimum": 0, "nullable": True}, minItems=1, maxItems=9),
            'validation.check_array("x", self.x, lambda name, entry: validation.check_integer(name, entry, minimum=0), '
            "nullable=True, minimum=1, maximum=9)",
        ),
        (EITHER, 'validation.check_primitive("x", self.x)'),
        (mapping(STRING), 'validation.check_map("x", self.x, validation.check_string)'),
    ],
)
def test_limits_become_a_check(schema: Node, statement: str, spec: Spec) -> None:
    assert python_types.write_check(spec, schema, "x", "self.x") == statement


def test_a_moment_that_is_sent_as_a_number_passes_its_check(spec: Spec) -> None:
    statement = python_types.write_check(spec, EPOCH, "x", "x")
    assert run(statement, x=NOON) is None


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (STRING, ""),
        ({**STRING, "minLength": 1}, "at least 1 character"),
        ({**STRING, "minLength": 1, "maxLength": 60}, "at least 1 character, at most 60 characters"),
        ({**INTEGER, "minimum": 0}, "at least 0"),
        ({**INTEGER, "maximum": 5, "minimum": 1}, "at least 1, at most 5"),
        (array(STRING, minItems=1, maxItems=100_000), "at least 1 of them, at most 100,000 of them"),
    ],
)
def test_limits_are_told_in_words(schema: Node, text: str) -> None:
    assert python_types.describe_limits(schema) == text


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        (STRING, []),
        (KIND, ["Kind"]),
        (array(OWNER), ["Owner"]),
        (array(array(OWNER)), ["Owner"]),
        (mapping(KIND), ["Kind"]),
        (mapping(array(KIND)), ["Kind"]),
        (
            {"type": "object", "additionalProperties": False, "properties": {"a": KIND, "b": array(OWNER)}},
            ["Kind", "Owner"],
        ),
        ({"type": "object", "properties": {"a": KIND, "b": KIND, "c": STRING}}, ["Kind", "Kind"]),
    ],
)
def test_references_are_found(schema: Node, names: list[str]) -> None:
    assert list(schemas.find_references(schema)) == names
