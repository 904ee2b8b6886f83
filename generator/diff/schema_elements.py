"""The elements of schemas: their fields and values, with or without a class."""

from collections.abc import Iterator
from typing import cast

from ..render.engine import snake_case
from ..spec.document import Node, Pointer, Spec
from ..spec.schemas import get_spellings
from .element import Element, Identity, find_place, make_part
from .facts import Facts, describe_type, parts, schema_facts
from .normal import has_class, normalize


def iter_schema(spec: Spec, name: str, direction: str, parent: Identity) -> Iterator[Element]:
    """Yield a schema with a class, its fields and values."""
    if not has_class(spec, f"#/components/schemas/{name}"):
        return  # Described where it is used.
    node = normalize(spec, {"allOf": [spec.schemas[name]]}) if "allOf" in spec.schemas[name] else spec.schemas[name]
    node = normalize(spec, node)
    subject = f"{spec.name}.models.{name}"
    own = Element(
        kind="schema",
        direction=direction,
        key=subject,
        subject=subject,
        parent=parent,
        facts={"kind": _kind(node), **_own_facts(node)},
        where=find_place(spec, ("components", "schemas", name)),
    )
    yield own
    yield from iter_values(own, node)
    yield from _fields(spec, own, node, ("components", "schemas", name))


def _kind(node: Node) -> str:
    if "properties" in node:
        return "an object"
    return "an enum" if "enum" in node else "a choice of others"


def _own_facts(node: Node) -> Facts:
    """Return the facts of an object or an enum as a whole."""
    facts = {key: value for key, value in schema_facts(node).items() if "enum" not in key}
    if "properties" in node:
        extra = node.get("additionalProperties", True)
        facts["open"] = extra if isinstance(extra, bool) else describe_type(cast("Node", extra))
    return facts


def _fields(spec: Spec, own: Element, node: Node, at: Pointer) -> Iterator[Element]:
    for key, part in node.get("properties", {}).items():
        python = part.get("x-python-name") or snake_case(key)
        facts: Facts = {
            "python": python,
            "required": key in node.get("required", ()),
            "secret": part.get("format") == "password",
            **schema_facts(part),
        }
        if own.direction == "response":
            facts["spellings"] = frozenset(get_spellings(part, key))
        place: Pointer = (*at, "properties", key)
        element = make_part(own, "field", key, python, facts, find_place(spec, place))
        yield element
        yield from iter_inside(spec, element, part, place)


def iter_inside(spec: Spec, own: Element, schema: Node, at: Pointer) -> Iterator[Element]:
    """Yield the values and the fields that a schema without a class has itself."""
    yield from iter_values(own, schema)
    while "$ref" not in schema and "properties" not in schema:
        inner = schema.get("items", schema.get("additionalProperties"))
        if not isinstance(inner, dict):
            return
        schema = cast("Node", inner)
    if "properties" in schema:
        yield from _fields(spec, own, schema, at)


def iter_values(own: Element, schema: Node) -> Iterator[Element]:
    """Yield the values that a schema, or the entries of it, may have."""
    for _, part in parts(schema):
        for value in part.get("enum", ()):
            yield make_part(own, "value", str(value), str(value), {}, own.where, own.home)
