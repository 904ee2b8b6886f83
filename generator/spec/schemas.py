"""Facts of a single schema: its class, its kind, its constant, its spellings, and its references."""

from collections.abc import Iterator
from typing import cast

from .document import Node


def get_class_name(schema: Node) -> str | None:
    """Return the name of the class of a `$ref`, or None for another schema."""
    return str(schema["$ref"]).rsplit("/", 1)[-1] if "$ref" in schema else None


def is_constant(parameter: Node) -> bool:
    """Return whether a parameter has only one possible value, which is then always sent."""
    return len(parameter["schema"].get("enum", ())) == 1


def get_constant(schema: Node) -> str | None:
    """Return the only value of a field, or None if there are several."""
    values = schema.get("enum", ())
    return str(values[0]) if len(values) == 1 and "properties" not in schema else None


def is_free_form(schema: Node) -> bool:
    """Return whether a schema is an object of any fields."""
    return (
        schema.get("type") == "object"
        and "properties" not in schema
        and schema.get("additionalProperties", True) in (True, {})
    )


def is_any(schema: Node) -> bool:
    """Return whether a schema allows any JSON value."""
    return schema.keys().isdisjoint(("$ref", "type", "oneOf", "anyOf", "allOf", "not", "enum"))


def is_union(schema: Node) -> bool:
    """Return whether a named schema is one of several objects."""
    return "oneOf" in schema and any("$ref" in choice for choice in schema["oneOf"])


def get_choices(schema: Node) -> list[str]:
    """Return the names of the objects of a union."""
    return [str(get_class_name(choice)) for choice in schema["oneOf"]]


def get_mapping(schema: Node) -> dict[str, str]:
    """Return the names of the objects of a union by the values of its discriminator."""
    mapping: dict[str, str] = schema.get("discriminator", {}).get("mapping", {})
    return {value: reference.rsplit("/", 1)[-1] for value, reference in mapping.items()}


def get_spellings(schema: Node, name: str) -> list[str]:
    """Return the spellings of a property in responses, its own name first."""
    return [name, *schema.get("x-anaplan-spellings", [])]


def has_variants(schema: Node) -> bool:
    """Return whether equal objects of a schema can have several JSON forms: other spellings, or null for absent."""
    properties: Node = schema["properties"]
    return any("x-anaplan-spellings" in node or node.get("nullable") or is_any(node) for node in properties.values())


def find_references(schema: Node) -> Iterator[str]:
    """Yield the names of the schemas that a schema refers to."""
    if name := get_class_name(schema):
        yield name
    nested: list[object] = [*schema.get("properties", {}).values(), *schema.get("oneOf", ()), schema.get("items")]
    for node in [*nested, schema.get("additionalProperties")]:
        if isinstance(node, dict):
            yield from find_references(cast("Node", node))
