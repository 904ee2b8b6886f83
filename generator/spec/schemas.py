"""Facts of a single schema: its class, its constant, its spellings, and its references."""

from collections.abc import Iterator
from typing import cast

from .document import Node


def get_class_name(schema: Node) -> str | None:
    """Return the name of the class of a `$ref`, or None for another schema."""
    return str(schema["$ref"]).rsplit("/", 1)[-1] if "$ref" in schema else None


def is_constant(parameter: Node) -> bool:
    """Return whether a parameter has only one possible value, which is then always sent."""
    return len(parameter["schema"].get("enum", ())) == 1


def get_spellings(schema: Node, name: str) -> list[str]:
    """Return the spellings of a property in responses, its own name first."""
    return [name, *schema.get("x-anaplan-spellings", [])]


def has_variants(schema: Node) -> bool:
    """Return whether equal objects of a schema can have several JSON forms: other spellings, or null for absent."""
    properties: Node = schema["properties"]
    return any("x-anaplan-spellings" in node or node.get("nullable") for node in properties.values())


def find_references(schema: Node) -> Iterator[str]:
    """Yield the names of the schemas that a schema refers to."""
    if name := get_class_name(schema):
        yield name
    nested: list[object] = [*schema.get("properties", {}).values(), schema.get("items")]
    for node in [*nested, schema.get("additionalProperties")]:
        if isinstance(node, dict):
            yield from find_references(cast("Node", node))
