"""What values look like, without the values: collected over many, and written as a schema."""

from __future__ import annotations

from typing import cast

from attrs import Factory, define

from .documents import Node
from .redaction import is_name

_DEEPEST = 6
_NAMES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
}


def type_of(value: object) -> str:
    """The name of a JSON type."""
    return _NAMES.get(type(value), "object")


@define
class Shape:
    """The types that were seen at a place, and the same for the fields and entries of those."""

    types: set[str] = Factory(set[str])
    fields: dict[str, Shape] = Factory(dict[str, "Shape"])
    entries: Shape | None = None

    def add(self, value: object, depth: int = 0) -> None:
        """Looks at one more value."""
        self.types.add(type_of(value))
        if depth == _DEEPEST:
            return
        if isinstance(value, dict):
            for key, item in cast("Node", value).items():
                if is_name(key):
                    self.fields.setdefault(key, Shape()).add(item, depth + 1)
        elif isinstance(value, list):
            self.entries = self.entries or Shape()
            for item in cast("list[object]", value):
                self.entries.add(item, depth + 1)

    def schema(self, name: str, schemas: Node) -> Node:
        """Writes it as a schema; objects become named schemas, which are added to `schemas`."""
        types = self.types - {"null"}
        if types == {"object"} and self.fields:
            fields = {
                key: described(shape.schema(name + key[0].upper() + key[1:], schemas))
                for key, shape in sorted(self.fields.items())
            }
            schemas[name] = {
                "type": "object",
                "description": UNDOCUMENTED,
                # A reference has no description of its own.
                "properties": {key: _bare(node) for key, node in fields.items()},
            }
            return {"$ref": f"#/components/schemas/{name}"}
        if types == {"array"}:
            entries = self.entries or Shape()
            nullable: Node = {"nullable": True} if "null" in entries.types else {}
            return {"type": "array", "items": {**entries.schema(f"{name}Entry", schemas), **nullable}}
        return scalar(types)


UNDOCUMENTED = "Seen in answers; not documented."


def described(schema: Node) -> Node:
    """Adds a description, which for a number must say something of its unit."""
    number = schema.get("type") in ("integer", "number") and "format" not in schema
    return {"description": UNDOCUMENTED + " Its unit is not known." * number, **schema}


def scalar(types: set[str]) -> Node:
    """The schema of simple values; one without a type where they have none in common."""
    if not types:
        return {"type": "string"}
    if types == {"object"}:
        return {"type": "object", "additionalProperties": {"type": "string", "nullable": True}}
    if types == {"string", "integer"}:
        return {"type": "integer", "format": "id"}
    if types == {"integer", "number"}:
        return {"type": "number"}
    if len(types) == 1:
        return {"type": next(iter(types))}
    if types <= {"string", "integer", "number", "boolean"}:
        return {"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
    return {}


def _bare(node: Node) -> Node:
    return {"$ref": node["$ref"]} if "$ref" in node else node
