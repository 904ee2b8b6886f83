"""The small API has everything that the generator supports, so that the golden files show all of it."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from generator.lint import rules
from generator.render import docstrings, python_types
from generator.spec import document, media, schemas, security, split_operations, usage
from generator.spec.document import METHODS, Node, Spec

HERE = Path(__file__).parent / "mini"
SECRET = ("string", "password")
KINDS = {kind for kind in python_types._ANNOTATIONS if kind[1] != "binary"} | {SECRET}
# Ids that are numbers only arrive.
NUMBER = ("integer", "id")
SCHEMAS = {("$ref", "object"), ("$ref", "enum"), ("oneOf", None)}


@pytest.fixture(scope="module")
def mini() -> Spec:
    return document.load(HERE / "anaplan_mini.yaml", HERE)


def kind_of(spec: Spec, node: Node) -> tuple[str, str | None]:
    if "$ref" in node:
        resolved = spec.resolve(node)
        return ("$ref", "enum" if "enum" in resolved else "union" if schemas.is_union(resolved) else "object")
    if schemas.is_any(node):
        return ("any", None)
    if "oneOf" in node:
        return ("oneOf", None)
    if schemas.is_constant({"schema": node}):
        return ("constant", None)
    return (node["type"], node.get("format"))


def entry_of(spec: Spec, node: Node) -> tuple[str, str | None]:
    return ("free", None) if schemas.is_free_form(node) else kind_of(spec, node)


def shapes(spec: Spec, node: Node, required: bool) -> Iterator[tuple[str, tuple[str, str | None]]]:
    kind, null = kind_of(spec, node), node.get("nullable", False)
    if schemas.is_free_form(node):
        yield ("required" if required else "optional"), ("free", None)
    elif kind[0] == "array":
        yield ("list of null" if node["items"].get("nullable") else "list"), entry_of(spec, node["items"])
    elif kind[0] == "object":
        inner = node["additionalProperties"]
        yield ("map of null" if inner.get("nullable") else "map"), entry_of(spec, inner)
    else:
        assert not null or not required
        yield ("required" if required else "optional"), kind


def used(spec: Spec, names: set[str]) -> set[tuple[str, tuple[str, str | None]]]:
    found: set[tuple[str, tuple[str, str | None]]] = set()
    for name in names:
        schema = spec.schemas[name]
        for key, node in schema.get("properties", {}).items():
            found.update(shapes(spec, node, key in schema.get("required", ())))
    return found


# A secret would be shown in a list or a map, and what stands beside a $ref does not count.
PLAIN = {(shape, kind) for shape, kind in product(("required", "optional"), KINDS | SCHEMAS)}
MANY = {(shape, kind) for shape, kind in product(("list", "map"), KINDS | SCHEMAS) if kind != SECRET}
GAPS = {(shape, kind) for shape, kind in product(("list of null", "map of null"), KINDS) if kind != SECRET}


# A constant, an object of any fields, any value and a union: in which places they are sent, and received.
NEW = {
    usage.find_sent_schemas: {
        *(("required", kind) for kind in (("constant", None), ("free", None), ("any", None))),
        *(("optional", kind) for kind in (("constant", None), ("$ref", "union"))),
    },
    usage.find_received_schemas: {
        ("required", ("constant", None)),
        ("optional", ("constant", None)),
        *product(("optional", "list", "map"), [("free", None), ("$ref", "union")]),
        *product(("optional", "list"), [("any", None)]),
    },
}


@pytest.mark.parametrize("direction", [usage.find_sent_schemas, usage.find_received_schemas])
def test_every_kind_of_field_is_sent_and_received(direction: Callable[[Spec], set[str]], mini: Spec) -> None:
    wanted = {field for field in PLAIN | MANY | GAPS if direction is usage.find_received_schemas or field[1] != NUMBER}
    missing = (wanted | NEW[direction]) - used(mini, direction(mini))
    assert not missing, sorted(map(str, missing))
    assert any("x-anaplan-spellings" in node for schema in mini.schemas.values() for node in fields(schema))


def fields(schema: Node) -> list[Node]:
    return list(schema.get("properties", {}).values())


@pytest.mark.parametrize("place", ["query", "path", "header"])
def test_every_kind_of_parameter_is_there(place: str, mini: Spec) -> None:
    nodes = [mini.resolve(node) for operation in mini.operations() for node in operation.node.get("parameters", [])]
    found = {(kind_of(mini, node["schema"]), node.get("required", False)) for node in nodes if node["in"] == place}
    needed = {"query": (True, False), "path": (True,), "header": (False,)}[place]
    types, unfit = rules.PARAMETER_TYPES[place]
    fit = {kind for kind in KINDS if kind[0] in types and kind[1] not in unfit}
    missing = set(product(fit, needed)) - found
    if place == "header":
        missing |= {(("$ref", "enum"), False), (("array", None), False), (("constant", None), True)} - found
    if place == "query":
        assert {node.get("explode", True) for node in nodes if node["schema"].get("type") == "array"} == {True, False}
        missing |= {*product([("$ref", "enum"), ("array", None)], needed), (("constant", None), True)} - found
    assert not missing, sorted(map(str, missing))


def kind_of_body(body: Node) -> str:
    (first, *_) = body["content"]
    return {media.FORM: "form", media.MULTIPART: "multipart"}.get(first, "JSON" if media.is_json(first) else "binary")


def test_every_method_effect_body_and_kind_of_answer_is_there(mini: Spec) -> None:
    operations = list(split_operations.iter_functions(mini))
    assert {operation.method for operation in operations} == set(METHODS)
    assert {operation.node["x-anaplan-effect"] for operation in operations} == set(rules.EFFECTS)
    bodies = [
        mini.resolve(operation.node["requestBody"]) for operation in operations if "requestBody" in operation.node
    ]
    found = {(kind_of_body(body), body.get("required", False), len(body["content"])) for body in bodies}
    assert found == {
        *(("JSON", True, 1), ("JSON", True, 2), ("JSON", False, 1)),
        *(("binary", True, 1), ("binary", True, 2), ("binary", False, 1)),
        *(("form", True, 1), ("multipart", True, 1)),
    }
    kinds = {
        tuple(
            next(iter(mini.resolve(answer).get("content", {None: None})))
            for answer in usage.get_successes(operation).values()
        )
        for operation in operations
    }
    binary = {("application/octet-stream", None), ("text/csv",)}
    assert kinds == {(rules.JSON,), (rules.JSON, rules.JSON), (None,), ("application/vnd.mini+json",), *binary}
    assert {security.find_signer(mini, operation) for operation in operations} == set(get_args(security.Signer))
    assert any(len(split_operations.split_operation(mini, operation)) == 2 for operation in mini.operations())
    assert any("array" in str(body["content"].get(rules.JSON)) for body in bodies)
    assert any(operation.method == "post" and operation.node["x-anaplan-effect"] == "safe" for operation in operations)
    statuses = {status for operation in operations for status in operation.node["responses"]}
    assert set(docstrings.ERRORS) | {"503", "default"} <= statuses
    assert any("x-anaplan-content-type" in operation.node for operation in operations)
    answered = [mini.resolve(answer) for operation in operations for answer in operation.node["responses"].values()]
    assert any("x-anaplan-hint" in answer for answer in answered)


def test_every_part_can_be_shared(mini: Spec) -> None:
    assert set(mini.node["components"]) == {
        *("examples", "parameters", "requestBodies", "responses", "schemas", "securitySchemes")
    }
