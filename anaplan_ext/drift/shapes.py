"""Collect the types of many values, and write them as a schema."""

from __future__ import annotations

from typing import cast

from attrs import Factory, define

from .documents import Node
from .redaction import is_name

_MAX_DEPTH = 6
_NAMES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
}


def type_of(value: object) -> str:
    """Return the name of a JSON type."""
    return _NAMES.get(type(value), "object")


@define
class Shape:
    """The types that were seen at a place, and the shapes of its fields and entries."""

    types: set[str] = Factory(set[str])
    fields: dict[str, Shape] = Factory(dict[str, "Shape"])
    entries: Shape | None = None

    def add(self, value: object, depth: int = 0) -> None:
        """Add the types of a value."""
        self.types.add(type_of(value))
        if depth == _MAX_DEPTH:
            return
        if isinstance(value, dict):
            for key, item in cast("Node", value).items():
                if is_name(key):
                    self.fields.setdefault(key, Shape()).add(item, depth + 1)
        elif isinstance(value, list):
            self.entries = self.entries or Shape()
            for item in cast("list[object]", value):
                self.entries.add(item, depth + 1)

    def to_schema(self, name: str, schemas: Node) -> Node:
        """Return the schema of the shape. Objects become named schemas, which are added to `schemas`."""
        types = self.types - {"null"}
        if types == {"object"} and self.fields:
            fields = {
                key: with_description(shape.to_schema(name + key[0].upper() + key[1:], schemas))
                for key, shape in sorted(self.fields.items())
            }
            schemas[name] = {
                "type": "object",
                "description": UNDOCUMENTED,
                # A reference has no description of its own.
                "properties": {key: _without_description(node) for key, node in fields.items()},
            }
            return {"$ref": f"#/components/schemas/{name}"}
        if types == {"array"}:
            entries = self.entries or Shape()
            nullable: Node = {"nullable": True} if "null" in entries.types else {}
            return {"type": "array", "items": {**entries.to_schema(f"{name}Entry", schemas), **nullable}}
        return scalar_schema(types)


UNDOCUMENTED = "Seen in responses; not documented."


def with_description(schema: Node) -> Node:
    """Return a schema with a description; that of a number must mention its unit."""
    number = schema.get("type") in ("integer", "number") and "format" not in schema
    return {"description": UNDOCUMENTED + " Its unit is unknown." * number, **schema}


def scalar_schema(types: set[str]) -> Node:
    """Return the schema of values of simple types; without a type if they have none in common."""
    if not types:
        return {"type": "string"}
    if types == {"object"}:
        return {"type": "object", "additionalProperties": {"type": "string", "nullable": True}}
    if types == {"string", "integer"}:
        return {"type": "integer", "format": "int64", "x-anaplan-type": "id"}
    if types == {"integer", "number"}:
        return {"type": "number"}
    if len(types) == 1:
        return {"type": next(iter(types))}
    if types <= {"string", "integer", "number", "boolean"}:
        return {"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
    return {}


def _without_description(node: Node) -> Node:
    return {"$ref": node["$ref"]} if "$ref" in node else node
