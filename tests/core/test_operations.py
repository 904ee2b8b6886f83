"""Every operation and every example of the specifications."""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest

from anaplan_client.core import DecodeError, Request

from .specification import (
    JSON,
    MULTIPART,
    Operation,
    Specification,
    argument_name,
    is_constant,
    is_constant_field,
    json_media,
    operations,
    python_name,
    specifications,
)
from .support import FACES, Face, answering, answers

OPERATIONS = operations()
WITH_JSON = [operation for operation in OPERATIONS if operation.answer_schema]
BODY_SCHEMAS = sorted(
    {
        (specification.name, name)
        for specification in specifications().values()
        for name in specification.request_schemas()
        if specification.schemas[name].get("type") == "object"
    }
)
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=repr)


def any_request(operation: Operation, **changes: Any) -> Request[Any]:
    body, _, _ = next(operation.bodies())
    return operation.function(**operation.arguments(optional=False) | body | changes)


@every_operation
def test_the_request_of_an_operation_is_as_specified(operation: Operation) -> None:
    for optional in (True, False):
        arguments = operation.arguments(optional=optional)
        for body, content_type, content in operation.bodies():
            request = operation.function(**arguments, **body)
            assert isinstance(request, Request)
            assert request.operation == repr(operation)
            assert request.method == operation.method
            assert request.host == operation.specification.host
            assert request.effect == operation.node["x-anaplan-effect"]
            assert request.role == operation.node["x-anaplan-role"]
            assert request.accept == next(iter(operation.answer), JSON)
            assert request.statuses == operation.success_statuses(with_content=True)
            assert request.empty_statuses == operation.success_statuses(with_content=False)
            assert request.hints == operation.hints
            assert request.message_hints == operation.message_hints
            assert request.authorization == arguments.get("authorization")
            assert request.public == operation.is_public
            assert request.path == operation.specification.base + _filled(operation)
            assert request.params == _query(operation, optional)
            assert request.public == (operation.node.get("security") == [])
            if content_type == MULTIPART:
                assert isinstance(request.content, list)
                assert (request.content_type or "").startswith(f"{MULTIPART}; boundary=")
                assert content in request.content
                continue
            assert request.content_type == (content_type or operation.node.get("x-anaplan-content-type"))
            if content_type and content_type == json_media(operation.body):
                assert isinstance(request.content, bytes)
                assert content is not None
                assert json.loads(request.content) == json.loads(content)
            else:
                assert request.content == content


def _filled(operation: Operation) -> str:
    ids = {node["name"]: quote(str(node["example"]), safe="") for node in operation.parameters if node["in"] == "path"}
    return re.sub(r"\{(\w+)\}", lambda match: ids[match[1]], operation.path)


def _query(operation: Operation, optional: bool) -> dict[str, str]:
    nodes = [node for node in operation.parameters if node["in"] == "query" and (optional or node.get("required"))]
    return {node["name"]: _text(node["example"]) for node in nodes} | {
        name: value for name, (value,) in operation.constants.items()
    }


def _text(example: object) -> str:
    if isinstance(example, bool):
        return "true" if example else "false"
    return ",".join(example) if isinstance(example, list) else str(example)


@every_operation
def test_the_arguments_of_an_operation_are_its_parameters(operation: Operation) -> None:
    given = inspect.signature(operation.function).parameters
    expected = {argument_name(node): node for node in operation.parameters}
    extra = {"authorization"} if operation.signed_by_itself else set()
    extra |= {"file"} if MULTIPART in operation.body else {"body"} if operation.body else set()
    extra |= {"content_type"} if len(operation.body) > 1 else set()
    extra |= {"accept"} if len(operation.answer) > 1 else set()
    assert given.keys() == expected.keys() | extra
    # The ids stand in the order of the path, everything else needs its name.
    positional = [name for name, parameter in given.items() if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    assert positional == [
        python_name(name, next(node for node in operation.parameters if node["name"] == name))
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    for name, node in expected.items():
        assert (given[name].default is inspect.Parameter.empty) == bool(node.get("required"))


@every_operation
def test_an_id_that_would_change_the_path_is_refused_and_any_other_is_quoted(operation: Operation) -> None:
    for node in operation.parameters:
        if node["in"] != "path" or node["schema"].get("type") != "string":
            continue
        name = python_name(node["name"], node)
        for value in ("", " ", ".", ".."):
            with pytest.raises(ValueError, match=name):
                any_request(operation, **{name: value})
        with pytest.raises(TypeError, match=name):
            any_request(operation, **{name: None})
        usual = any_request(operation).path.split("/")
        changed = any_request(operation, **{name: "../a?b#c%2F é"}).path.split("/")
        assert len(changed) == len(usual)
        assert [unquote(there) for here, there in zip(usual, changed, strict=True) if here != there] == [
            "../a?b#c%2F é"
        ]


@every_operation
def test_a_parameter_outside_its_limits_is_refused_by_name(operation: Operation) -> None:
    for node in operation.parameters:
        name, schema = argument_name(node), operation.schema(node)
        if "minimum" in schema:
            any_request(operation, **{name: schema["minimum"]})
            for value in (schema["minimum"] - 1, -(10**9)):
                with pytest.raises(ValueError, match=name):
                    any_request(operation, **{name: value})
        if schema.get("minLength"):
            with pytest.raises(ValueError, match=name):
                any_request(operation, **{name: ""})
        if "enum" in schema:
            with pytest.raises(ValueError, match=name):
                any_request(operation, **{name: "something new"})
        elif node["in"] == "query" and schema["type"] in ("string", "array") and "format" not in schema:
            with pytest.raises(TypeError, match=name):
                any_request(operation, **{name: 1 if schema["type"] == "string" else "text"})


@every_operation
def test_every_example_of_an_answer_is_read_as_documented(operation: Operation) -> None:
    decode = any_request(operation).decode
    for example in operation.answer_examples():
        if operation.answer_schema is None:
            assert decode(example.encode()) == example.encode()
        else:
            operation.specification.check(operation.answer_schema, example, decode(json.dumps(example).encode()))
    if not operation.answer:
        assert decode(b"") is None
    assert operation.answer == {} or list(operation.answer_examples()), "a response without an example"


def test_an_answer_without_content_reads_as_an_empty_one() -> None:
    dump = next(operation for operation in OPERATIONS if operation.id == "get_import_dump")
    assert any_request(dump).decode(b"") == b""


@pytest.mark.parametrize("kind", FACES)
@pytest.mark.parametrize("operation", WITH_JSON, ids=repr)
async def test_an_example_arrives_through_the_client_and_a_missing_key_is_a_decode_error(
    operation: Operation, kind: str
) -> None:
    assert operation.answer_schema is not None
    schema = operation.specification.resolve(operation.answer_schema)
    face = Face(kind)
    request = any_request(operation)
    for example in operation.answer_examples():
        # An error never quotes the response of a sensitive request.
        message = "documented|no field" if request.sensitive else "no field '{key}'"
        status = request.statuses[0]
        with answering(answers(status, json=example)):
            assert await face.send(request) == request.decode(json.dumps(example).encode())
        for key in schema.get("required", []):
            broken = {name: value for name, value in example.items() if name != key}
            with answering(answers(status, json=broken)), pytest.raises(DecodeError, match=message.format(key=key)):
                await face.send(request)
    await face.close()


@pytest.mark.parametrize(("specification", "name"), BODY_SCHEMAS)
def test_the_limits_of_a_body_are_checked_when_it_is_made(specification: str, name: str) -> None:
    where = specifications()[specification]
    schema = where.schemas[name]
    model = getattr(where.models, name)
    known = schema["properties"]
    example = next(example for operation in where.operations() for example in _examples_of(operation, name))
    good = {
        python_name(key, known[key]): where.build(known[key], value)
        for key, value in example.items()
        if not is_constant_field(schema, key)
    }
    assert model(**good).to_dict() == example
    for key, reference in schema["properties"].items():
        if is_constant_field(schema, key):
            with pytest.raises(ValueError, match=key):
                model(**good | {python_name(key, reference): "something new"})
            continue
        field, node = python_name(key, reference), where.resolve(reference)
        wrong: list[object] = []
        if "minLength" in node:
            wrong.append("x" * (node["minLength"] - 1))
        if "maxLength" in node:
            wrong.append("x" * (node["maxLength"] + 1))
            assert model(**good | {field: "x" * node["maxLength"]})
        if "minimum" in node:
            wrong.append(node["minimum"] - 1)
        if "minItems" in node:
            wrong.append([None] * (node["minItems"] - 1))
        if "maxItems" in node:
            wrong.append([None] * (node["maxItems"] + 1))
        if is_constant(node):
            wrong.append("something new")
        elif "enum" in node:
            wrong += ["something new", getattr(where.models, reference["$ref"].rpartition("/")[2])("something new")]
        for value in wrong:
            with pytest.raises(ValueError, match=field):
                model(**good | {field: value})
        if "enum" not in node and "type" in node:  # any value may be None of the JSON types until it is sent
            with pytest.raises(TypeError, match=field):
                model(**good | {field: object()})
        if is_constant(node):
            assert model(**{name: value for name, value in good.items() if name != field})
        elif key in schema.get("required", []):
            with pytest.raises(TypeError):
                model(**{name: value for name, value in good.items() if name != field})
        else:
            # Omitted values and None are both absent, because Anaplan rejects null.
            assert key not in model(**good | {field: None}).to_dict()


def _examples_of(operation: Operation, name: str) -> Iterator[dict[str, Any]]:
    """What the examples of a body hold where a schema of that name stands."""

    def visit(schema: dict[str, Any], value: Any) -> Iterator[dict[str, Any]]:
        schema = operation.specification.choose(schema, value)
        if schema.get("$ref", "").rpartition("/")[2] == name:
            yield value
        schema = operation.specification.resolve(schema)
        for choice in schema.get("oneOf", []):
            if "$ref" in choice and value.keys() <= operation.specification.resolve(choice)["properties"].keys():
                yield from visit(choice, value)
        if schema.get("type") == "array":
            for item in value:
                yield from visit(schema["items"], item)
        for key, node in schema.get("properties", {}).items():
            if key in value:
                yield from visit(node, value[key])

    for example in operation.body_examples():
        yield from visit(operation.json_body["schema"], example)


@pytest.mark.parametrize("specification", specifications().values(), ids=specifications())
def test_a_package_has_its_operations_and_models_and_nothing_else(specification: Specification) -> None:
    names = {operation.id for operation in specification.operations()} | {"models"}
    assert set(specification.package.__all__) == names
    assert set(dir(specification.package)) == names
    for name in names:
        assert getattr(specification.package, name) is getattr(specification.package, name)
    with pytest.raises(AttributeError, match="no_such_operation"):
        _ = specification.package.no_such_operation
    with pytest.raises(AttributeError, match="NoSuchModel"):
        _ = specification.models.NoSuchModel


def test_the_sort_of_the_specification_keeps_its_plus_on_the_wire() -> None:
    operation = next(operation for operation in OPERATIONS if operation.id == "list_workspaces")
    request = any_request(operation, sort="+name")
    assert httpx.URL("https://api.test", params=dict(request.params)).query == b"sort=%2Bname"
