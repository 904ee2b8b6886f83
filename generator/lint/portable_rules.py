"""The rules that make a specification fit for the tools of others: see `spec.portable`."""

from collections.abc import Iterator
from typing import cast

from ..spec.document import Node, Pointer, Problem, Spec
from ..spec.portable import VALUE_TYPES, find_spellings


def check(spec: Spec) -> Iterator[Problem]:
    """Yield the problems of the document as it is in the file."""
    yield from _walk(spec, spec.source, ())


def _walk(spec: Spec, node: object, at: Pointer) -> Iterator[Problem]:
    if isinstance(node, list):
        for index, entry in enumerate(cast("list[object]", node)):
            yield from _walk(spec, entry, (*at, index))
    if not isinstance(node, dict):
        return
    schema = cast("Node", node)
    yield from _value_type(spec, schema, at)
    fields: object = schema.get("properties")
    if isinstance(fields, dict):
        yield from _spellings(spec, cast("Node", fields), (*at, "properties"))
    for key, value in schema.items():
        if key not in ("example", "examples"):
            yield from _walk(spec, value, (*at, key))


def _value_type(spec: Spec, schema: Node, at: Pointer) -> Iterator[Problem]:
    if "x-anaplan-type" in schema and (
        (schema.get("type"), schema.get("format")) != ("integer", "int64")
        or schema["x-anaplan-type"] not in VALUE_TYPES
    ):
        types = " or ".join(VALUE_TYPES)
        yield spec.problem("value-type", (*at, "x-anaplan-type"), f"x-anaplan-type must be {types}, of an int64")
    if "type" in schema and schema.get("format") in VALUE_TYPES:
        message = f"format must be int64, with the x-anaplan-type {schema['format']}: other tools know no such format"
        yield spec.problem("value-type", (*at, "format"), message)


def _spellings(spec: Spec, fields: Node, at: Pointer) -> Iterator[Problem]:
    others = find_spellings(fields)
    seen = {name for name, node in fields.items() if isinstance(node, dict) and "x-anaplan-spellings" in node}
    for name in [name for name in fields if name in seen]:
        spellings: object = fields[name]["x-anaplan-spellings"]
        where = (*at, name, "x-anaplan-spellings")
        if not isinstance(spellings, list) or not all(
            isinstance(text, str) for text in cast("list[object]", spellings)
        ):
            yield spec.problem("field-spellings", where, f"{name}: x-anaplan-spellings must be a list of texts")
            continue
        for spelling in cast("list[str]", spellings):
            if spelling in seen:
                message = f"{name}: the spelling {spelling!r} is that of a field with spellings already"
                yield spec.problem("field-spellings", where, message)
            elif _type(fields.get(spelling)) != _type(fields[others[spelling]]):
                message = f"{at[-2]}.{name}: its spelling {spelling} must be a field too, with the same type"
                yield spec.problem("field-spelling-declared", where, message)
            seen.add(spelling)


def _type(node: object) -> Node:
    known = ("description", "x-anaplan-spellings", "x-python-name")
    return {key: value for key, value in cast("Node", node or {}).items() if key not in known}
