"""Find what was only renamed between two versions of a specification."""

import json
from collections.abc import Mapping
from typing import Any, cast

from attrs import evolve, frozen

from ..spec import usage
from ..spec.document import Node, Spec
from ..spec.split_operations import split_operation

PROSE = ("description", "summary", "example", "examples", "title", "externalDocs")


@frozen
class Renames:
    """New names, by old name."""

    schemas: Mapping[str, str]
    operations: Mapping[str, str]


def find_renames(old: Spec, new: Spec) -> Renames:
    """Find schemas with the content of a removed one, and operations with the request of a removed one."""
    return Renames(_schemas(old, new), _operations(old, new))


def apply_renames(spec: Spec, names: Renames) -> Spec:
    """Return the specification with the new names. Its positions are still those of the old names."""
    node = cast("Node", _with_names(spec.node, names))
    components = node.get("components", {})
    if "schemas" in components:
        schemas = components["schemas"].items()
        components["schemas"] = {names.schemas.get(name, name): schema for name, schema in schemas}
    return evolve(spec, node=node)


def _operations(old: Spec, new: Spec) -> dict[str, str]:
    before, after = _by_request(old), _by_request(new)
    gone = set(before.values()) - set(after.values())
    fresh = set(after.values()) - set(before.values())
    same = before.keys() & after.keys()
    return {before[key]: after[key] for key in same if before[key] in gone and after[key] in fresh}


def _by_request(spec: Spec) -> dict[tuple[str, str, int], str]:
    """Return the functions by their request, and by their half of an operation with two kinds of response."""
    found = [(operation, split_operation(spec, operation)) for operation in spec.operations()]
    return {(item.method, item.path, half): each.id for item, halves in found for half, each in enumerate(halves)}


def _schemas(old: Spec, new: Spec) -> dict[str, str]:
    gone = [name for name in old.schemas if name not in new.schemas]
    fresh = [name for name in new.schemas if name not in old.schemas]
    shapes = {name: _shape(new, name) for name in fresh}
    found: dict[str, str] = {}
    for name in gone:
        twins = [other for other, shape in shapes.items() if shape == _shape(old, name)]
        if len(twins) == 1 and name not in usage.find_error_schemas(old):
            found[name] = twins.pop()
    # Two that became one were not renamed.
    return {before: after for before, after in found.items() if list(found.values()).count(after) == 1}


def _shape(spec: Spec, name: str) -> str:
    """Return the content of a schema without its prose, order and name."""
    text = json.dumps(_plain(spec.schemas[name], False), sort_keys=True, default=str)
    return text.replace(f'"#/components/schemas/{name}"', '"#itself"')


def _plain(node: Any, of_names: bool) -> Any:
    if isinstance(node, dict):
        items = cast("Node", node).items()
        return {key: _plain(value, key == "properties") for key, value in items if of_names or key not in PROSE}
    if isinstance(node, list):
        entries: Any = cast("Any", node)
        return sorted((_plain(item, False) for item in entries), key=str)
    return node


def _with_names(node: Any, names: Renames) -> Any:
    if isinstance(node, list):
        entries: Any = cast("Any", node)
        return [_with_names(item, names) for item in entries]
    if not isinstance(node, dict):
        return node
    copied = {key: _with_names(value, names) for key, value in cast("Node", node).items()}
    if isinstance(identity := copied.get("operationId"), str):
        copied["operationId"] = names.operations.get(identity, identity)
    if isinstance(reference := copied.get("$ref"), str):
        place, _, name = reference.rpartition("/")
        if place == "#/components/schemas":
            copied["$ref"] = f"{place}/{names.schemas.get(name, name)}"
    return copied
