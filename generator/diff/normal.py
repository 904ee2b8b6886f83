"""One form for every spelling of a schema, so that only differences in meaning remain.

Prose is left out. A `$ref` to a schema without a class of its own is replaced by that schema, and `allOf` is merged.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

from ..spec import usage
from ..spec.document import Node, Spec

PROSE = ("description", "summary", "example", "examples", "title", "externalDocs")
SCHEMAS = "#/components/schemas/"
# What is the same as leaving it out.
WITHOUT_EFFECT: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(("nullable", "deprecated", "readOnly", "writeOnly", "uniqueItems"), (False,)),
    **dict.fromkeys(("minLength", "minItems", "minProperties"), (0,)),
    "pattern": ("", ".*", "^.*$", "^.*", ".*$"),
    "additionalProperties": (True, {}),
    "required": ([],),
}
EXCLUSIVE = {"exclusiveMinimum": ("minimum", 1), "exclusiveMaximum": ("maximum", -1)}
LISTS = ("oneOf", "anyOf", "prefixItems")
SCHEMA_KEYS = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else")


def normalize(spec: Spec, schema: Node, seen: tuple[str, ...] = ()) -> Node:
    """Return a schema in the one form. References to classes stay."""
    node = {key: value for key, value in schema.items() if key not in PROSE and key != "$comment"}
    if "$ref" in node:
        reference = str(node["$ref"])
        if reference in seen or has_class(spec, reference):
            return _without_defaults(node)
        target = normalize(spec, spec.resolve({"$ref": reference}), (*seen, reference))
        return {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    if "allOf" in node:
        node = _merge(spec, node.pop("allOf"), node, seen)
    node = _one_type(_one_of_null(node))
    for key in SCHEMA_KEYS:
        if isinstance(node.get(key), dict):
            node[key] = normalize(spec, node[key], seen)
    for key in LISTS:
        if isinstance(node.get(key), list):
            node[key] = [normalize(spec, choice, seen) for choice in node[key]]
    if isinstance(node.get("properties"), dict):
        node["properties"] = {name: normalize(spec, part, seen) for name, part in node["properties"].items()}
    return _without_defaults(_values(_exclusive(node)))


def has_class(spec: Spec, reference: str) -> bool:
    """Return whether a class is generated for a `$ref`: an enum, an object with fields, or a choice of these."""
    if not reference.startswith(SCHEMAS):
        return False
    node = spec.resolve({"$ref": reference})
    parts = [node, *node.get("allOf", [])]
    return (
        len(node.get("enum", ())) > 1
        or any({"properties", "oneOf", "anyOf"} & part.keys() for part in parts)
        or ("enum" in node and node.get("type") == "string")
    )


def canonical(value: object) -> str:
    """Return a text that is the same for the same value, without its prose and order."""
    return json.dumps(_sorted(value), sort_keys=True, default=str, ensure_ascii=False)


def references(node: object, of_names: bool = False) -> Iterator[str]:
    """Yield the target of every `$ref` in a node, and of every mapping of a discriminator."""
    if isinstance(node, dict):
        for key, value in cast("Node", node).items():
            if isinstance(value, str) and (key == "$ref" or value.startswith(SCHEMAS)):
                yield value
            elif of_names or key not in (*PROSE, "enum", "default"):
                yield from references(value, key == "properties")
    elif isinstance(node, list):
        for item in cast("list[object]", node):
            yield from references(item)


def _find_reachable(spec: Spec, nodes: Iterable[object]) -> set[str]:
    """Return the names of the schemas that nodes lead to, directly or indirectly."""
    waiting = [target for node in nodes for target in references(node)]
    seen: set[str] = set()
    while waiting:
        target = waiting.pop()
        if target not in seen:
            seen.add(target)
            waiting += references(spec.resolve({"$ref": target}))
    return {target.removeprefix(SCHEMAS) for target in seen if target.startswith(SCHEMAS)}


def find_directions(spec: Spec) -> dict[str, set[str]]:
    """Return the schemas that are sent, received, and in errors only."""
    nodes = [operation.node for operation in spec.operations()]
    shared = [item.get("parameters", []) for item in spec.node["paths"].values()]
    asked = _find_reachable(spec, [*shared, *([node.get("parameters"), node.get("requestBody")] for node in nodes)])
    answered = _find_reachable(spec, [usage.get_successes(operation) for operation in spec.operations()])
    errors = _find_reachable(spec, [node["responses"] for node in nodes]) - answered - asked
    return {"request": asked, "response": answered, "error": errors}


def _merge(spec: Spec, parts: list[Node], own: Node, seen: tuple[str, ...]) -> Node:
    """Merge the parts of an `allOf`. What two of them say differently stays an `allOf`."""
    if len(parts) == 1 and "$ref" in parts[0] and "properties" not in own:
        return normalize(spec, {**own, **parts[0]}, seen)
    merged: Node = {}
    left: list[Node] = []
    for part in [*parts, own]:
        target = part
        if "$ref" in part:
            if part["$ref"] in seen:
                left.append(part)
                continue
            target = normalize(spec, spec.resolve(part), (*seen, part["$ref"]))
        for key, value in target.items():
            if key == "properties":
                merged[key] = merged.get(key, {}) | value
            elif key == "required":
                merged[key] = sorted({*merged.get(key, []), *value})
            elif key in merged and merged[key] != value:
                left.append({key: value})
            elif key not in PROSE:
                merged[key] = value
    return merged | ({"allOf": left} if left else {})


def _one_of_null(node: Node) -> Node:
    """Tell null as `nullable`, and one choice as itself."""
    for key in ("oneOf", "anyOf"):
        choices: list[Any] = node.get(key, [])
        others = [choice for choice in choices if choice.get("type") != "null"]
        if len(others) < len(choices):
            node = {**node, key: others, "nullable": True}
        if len(others) == 1:
            rest = {name: value for name, value in node.items() if name not in (key, "discriminator")}
            node = {**others[0], **rest}
    return node


def _one_type(node: Node) -> Node:
    kind = node.get("type")
    if isinstance(kind, list):
        kinds = [str(item) for item in cast("list[object]", kind) if item != "null"]
        rest = {key: value for key, value in node.items() if key != "type"}
        null: Node = {"nullable": True} if "null" in kind else {}
        node = {**rest, **null, **({"type": kinds[0]} if len(kinds) == 1 else {"oneOf": [{"type": k} for k in kinds]})}
    elif kind is None and "properties" in node:
        node = {**node, "type": "object"}
    elif kind is None and "items" in node:
        node = {**node, "type": "array"}
    return node


def _exclusive(node: Node) -> Node:
    """Tell an exclusive bound by a number, and that of an integer as an inclusive one."""
    for exclusive, (bound, step) in EXCLUSIVE.items():
        value = node.get(exclusive)
        if value is True and bound in node:
            node = {**node, exclusive: node[bound]}
            del node[bound]
        elif isinstance(value, bool):
            node = {key: item for key, item in node.items() if key != exclusive}
        value = node.get(exclusive)
        if node.get("type") == "integer" and isinstance(value, int) and bound not in node:
            node = {**node, bound: value + step}
            del node[exclusive]
    return node


def _values(node: Node) -> Node:
    if "const" in node:
        node = {**{key: value for key, value in node.items() if key != "const"}, "enum": [node["const"]]}
    if isinstance(node.get("enum"), list) and None in node["enum"]:
        node = {**node, "enum": [value for value in node["enum"] if value is not None], "nullable": True}
    return node


def _without_defaults(node: Node) -> Node:
    return {
        key: value
        for key, value in node.items()
        if not any(value == other and type(value) is type(other) for other in WITHOUT_EFFECT.get(key, ()))
    }


def _sorted(value: object, of_names: bool = False) -> object:
    if isinstance(value, dict):
        items = cast("Node", value).items()
        return {key: _sorted(item, key == "properties") for key, item in items if of_names or key not in PROSE}
    if isinstance(value, list):
        return sorted((_sorted(item) for item in cast("list[object]", value)), key=str)
    return int(value) if isinstance(value, float) and value.is_integer() else value
