"""The rules for schemas and their fields."""

from collections.abc import Iterator
from typing import cast

from ..render.engine import snake_case, to_member_name
from ..spec import usage
from ..spec.document import Node, Pointer, Problem, Spec
from ..spec.schemas import find_references, get_constant, is_any, is_free_form, is_union
from . import name_rules
from .content_rules import PRIMITIVES

# Names that a generated class gives to something else.
UNFIT_ATTRIBUTES = {
    *("additional_properties", "date", "datetime", "decode", "encode", "field", "from_dict", "received_names"),
    *("self", "to_dict", "validation"),
    *("bool", "bytes", "classmethod", "dict", "float", "int", "list", "object", "str"),
}


def check(spec: Spec) -> Iterator[Problem]:
    """Yield the problems of the schemas and their fields."""
    received = usage.find_received_schemas(spec)
    parts = {inner for schema in spec.schemas.values() if "properties" in schema for inner in find_references(schema)}
    for name, schema in spec.schemas.items():
        at: Pointer = ("components", "schemas", name)
        if not schema.get("description"):
            yield spec.problem("schema-description", at, f"schema {name}: description is missing")
        if "enum" in schema:
            names = [to_member_name(str(value), index) for index, value in enumerate(schema["enum"])]
            is_text = schema.get("type") == "string" and all(isinstance(value, str) for value in schema["enum"])
            if not is_text or len(set(names)) < len(names):
                yield spec.problem(
                    "schema-enum",
                    at,
                    f"schema {name}: the values of an enum must be strings that differ in more than case",
                )
        elif is_union(schema):
            if fault := _find_union_fault(spec, schema, name in received | parts):
                yield spec.problem("schema-union", at, f"schema {name}: {fault}")
        elif schema.get("type") != "object" or "properties" not in schema:
            message = f"schema {name} must be an object with properties, an enum or a union of such objects"
            yield spec.problem("schema-shape", at, message)
        else:
            yield from _fields(spec, at, name, schema)


def _find_union_fault(spec: Spec, schema: Node, is_read: bool) -> str | None:
    choices = [choice.get("$ref", "") for choice in schema["oneOf"]]
    if len(set(choices)) < max(2, len(choices)) or not all(
        choice and "properties" in spec.resolve({"$ref": choice}) for choice in choices
    ):
        return "oneOf must name two or more different objects with properties ($ref)"
    if "discriminator" not in schema:
        return "a union in responses or in objects must have a discriminator" if is_read else None
    name, mapping = schema["discriminator"]["propertyName"], schema["discriminator"].get("mapping", {})
    constants = {get_constant(_property(spec, choice, name)): choice for choice in choices}
    needed = all(name in spec.resolve({"$ref": choice}).get("required", ()) for choice in choices)
    if None in constants or not needed or constants != mapping:
        return (
            f"each object must require {name} as an enum of one value, and the mapping must have exactly these values"
        )
    return None


def _property(spec: Spec, reference: str, name: str) -> Node:
    return cast("Node", spec.resolve({"$ref": reference})["properties"].get(name, {}))


def _fields(spec: Spec, at: Pointer, name: str, schema: Node) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, node in schema["properties"].items():
        where = (*at, "properties", key)
        attribute = node.get("x-python-name") or snake_case(key)
        fits = name_rules.is_name(attribute if "x-python-name" in node else f"{attribute}_")
        if not fits or attribute in seen | UNFIT_ATTRIBUTES:
            yield spec.problem(
                "field-name", where, f"{name}.{key}: {attribute} cannot be a name in Python; give an x-python-name"
            )
        seen.add(attribute)
        if "$ref" not in node and not node.get("description"):
            yield spec.problem("field-description", where, f"{name}.{key}: description is missing")
        if node.get("nullable") and key in schema.get("required", ()):
            message = f"{name}.{key}: a nullable field must not be required"
            yield spec.problem("field-null", where, message)
        if "x-anaplan-spellings" in node and key in schema.get("required", ()):
            message = f"{name}.{key}: a field with several spellings must not be required"
            yield spec.problem("field-spellings", where, message)
        yield from _property_type(spec, where, f"{name}.{key}", node)


def _property_type(spec: Spec, at: Pointer, what: str, node: Node) -> Iterator[Problem]:
    if "$ref" in node:
        return
    if "enum" in node and (node.get("type") != "string" or get_constant(node) is None):
        yield spec.problem("field-enum", at, f"{what}: an enum must be a named schema ($ref), or one string")
    if is_any(node) or is_free_form(node):
        return
    kind = node.get("type")
    if all(choice.get("type") in PRIMITIVES for choice in node.get("oneOf", [{}])):
        return
    if kind == "array":
        yield from _property_type(spec, (*at, "items"), f"{what}[]", node["items"])
    elif kind == "object":
        values = node.get("additionalProperties")
        if "properties" in node or not isinstance(values, dict):
            yield spec.problem(
                "field-type", at, f"{what}: an object must be a named schema ($ref) or a map with additionalProperties"
            )
        else:
            yield from _property_type(spec, (*at, "additionalProperties"), f"{what}{{}}", cast("Node", values))
    elif kind not in PRIMITIVES:
        yield spec.problem(
            "field-type", at, f"{what} must have one type: a $ref, an array, a map, or {', '.join(PRIMITIVES)}"
        )
