"""What a schema says by itself: the class it stands for, its only value, and the schemas it mentions."""

from collections.abc import Iterator
from typing import cast

from .document import Node


def class_name(schema: Node) -> str | None:
    """The class that a `$ref` stands for."""
    return str(schema["$ref"]).rsplit("/", 1)[-1] if "$ref" in schema else None


def is_constant(parameter: Node) -> bool:
    """Whether a parameter can have one value only, which is then sent unasked."""
    return len(parameter["schema"].get("enum", ())) == 1


def spellings(schema: Node, name: str) -> list[str]:
    """The names under which a property arrives, its own first."""
    return [name, *schema.get("x-anaplan-spellings", [])]


def references(schema: Node) -> Iterator[str]:
    """The names of the schemas that a schema mentions."""
    if name := class_name(schema):
        yield name
    nested: list[object] = [*schema.get("properties", {}).values(), schema.get("items")]
    for node in [*nested, schema.get("additionalProperties")]:
        if isinstance(node, dict):
            yield from references(cast("Node", node))
