"""The rules that make a specification fit for the tools of others: see `spec.portable`."""

from collections.abc import Iterator
from typing import cast

from ..spec.document import Node, Pointer, Problem, Spec
from ..spec.portable import VALUE_TYPES, find_spellings


def check(spec: Spec) -> Iterator[Problem]:
    """Yield the problems of the document as it is in the file."""
    yield from _value_types(spec, spec.source, ())
    schemas: Node = spec.source.get("components", {}).get("schemas", {})
    for name, schema in schemas.items():
        fields: Node = schema.get("properties", {})
        for spelling, own in find_spellings(fields).items():
            if _type(fields.get(spelling, {})) != _type(fields[own]):
                at = ("components", "schemas", name, "properties", own, "x-anaplan-spellings")
                message = f"{name}.{own}: its spelling {spelling} must be a field too, with the same type"
                yield spec.problem("field-spelling-declared", at, message)


def _type(node: Node) -> Node:
    return {
        key: value for key, value in node.items() if key not in ("description", "x-anaplan-spellings", "x-python-name")
    }


def _value_types(spec: Spec, node: object, at: Pointer) -> Iterator[Problem]:
    if isinstance(node, list):
        for index, entry in enumerate(cast("list[object]", node)):
            yield from _value_types(spec, entry, (*at, index))
    if not isinstance(node, dict):
        return
    schema = cast("Node", node)
    if "x-anaplan-type" in schema and (
        (schema.get("type"), schema.get("format")) != ("integer", "int64")
        or schema["x-anaplan-type"] not in VALUE_TYPES
    ):
        types = " or ".join(VALUE_TYPES)
        yield spec.problem("value-type", (*at, "x-anaplan-type"), f"x-anaplan-type must be {types}, of an int64")
    if "type" in schema and schema.get("format") in VALUE_TYPES:
        message = f"format must be int64, with the x-anaplan-type {schema['format']}: other tools know no such format"
        yield spec.problem("value-type", (*at, "format"), message)
    for key, value in schema.items():
        if key not in ("example", "examples"):
            yield from _value_types(spec, value, (*at, key))
