"""Read a document of OpenAPI 3.1 as the same in 3.0, which the rules and the generator know.

What 3.0 cannot say is left as it is, and the rule `openapi` rejects it.
"""

from typing import Any, TypeAlias, cast

Node: TypeAlias = dict[str, Any]

# Their values are data, or names that may be called like a keyword.
_DATA = ("example", "examples", "default", "enum", "const")
_NAMES = ("properties", "schemas", "parameters", "responses", "requestBodies", "headers", "paths", "mapping")


def is_openapi31(node: Node) -> bool:
    """Return whether a document is of OpenAPI 3.1."""
    return str(node.get("openapi", "")).startswith("3.1.")


def to_openapi30(node: Node) -> Node:
    """Return the same document in OpenAPI 3.0."""
    return {**_convert(node), "openapi": "3.0.3"}


def _convert(value: Any) -> Any:
    if isinstance(value, list):
        entries: Any = cast("Any", value)
        return [_convert(entry) for entry in entries]
    if not isinstance(value, dict):
        return value
    node = {key: item if key in _DATA else _convert_names(key, item) for key, item in cast("Node", value).items()}
    return _convert_bounds(_convert_constant(_convert_null(node)))


def _convert_names(key: str, value: Any) -> Any:
    if key in _NAMES and isinstance(value, dict):
        return {name: _convert(item) for name, item in cast("Node", value).items()}
    return _convert(value)


def _convert_null(node: Node) -> Node:
    """Write `type: [string, "null"]` as a nullable string, and a choice with null as one without."""
    kinds = node.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        others = [kind for kind in cast("list[str]", kinds) if kind != "null"]
        return {**node, "type": others[0] if len(others) == 1 else others, "nullable": True}
    for key in ("anyOf", "oneOf"):
        choices: list[Any] = node[key] if isinstance(node.get(key), list) else []
        if {"type": "null"} in choices:
            rest = [choice for choice in choices if choice != {"type": "null"}]
            other = {name: item for name, item in node.items() if name != key}
            if len(rest) == 1:
                # Optional fields may be null anyway, and a `$ref` has nothing next to it.
                only = cast("Node", rest[0] if isinstance(rest[0], dict) else {key: rest})
                return only if "$ref" in only else {**other, **only, "nullable": True}
            return {**other, key: rest, "nullable": True}
    return node


def _convert_constant(node: Node) -> Node:
    """Write `const` as an enum of one value, and the first example of a schema as its example."""
    is_schema = "type" in node or "const" in node
    if "const" in node:
        node = {**{key: item for key, item in node.items() if key != "const"}, "enum": [node["const"]]}
        node.setdefault("type", "string" if isinstance(node["enum"][0], str) else "number")
    if is_schema and isinstance(node.get("examples"), list) and node["examples"]:
        node = {**{key: item for key, item in node.items() if key != "examples"}, "example": node["examples"][0]}
    return node


def _convert_bounds(node: Node) -> Node:
    """Write an exclusive bound, a number in 3.1, as a flag next to the bound."""
    for key, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = node.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and bound not in node:
            node = {**node, bound: value, key: True}
    return node
