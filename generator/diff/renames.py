"""Find what was only renamed between two versions of a specification."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from attrs import evolve, frozen

from ..spec.document import Node, Spec
from ..spec.split_operations import split_operation
from .normal import PROSE, SCHEMAS


@frozen
class Renames:
    """New names, by old name."""

    schemas: Mapping[str, str]
    operations: Mapping[str, str]
    schemes: Mapping[str, str]
    """The ways to authenticate; users never see their names."""


def find_renames(old: Spec, new: Spec) -> Renames:
    """Find parts with the content of a removed one, and operations with the request of a removed one."""
    schemas: dict[str, str] = {}
    # A schema that refers to a renamed one has its content only with the new name in it.
    while more := _twins(apply_renames(old, Renames(schemas, {}, {})), new, "schemas"):
        schemas |= more
    return Renames(schemas, _operations(old, new), _twins(old, new, "securitySchemes"))


def apply_renames(spec: Spec, names: Renames) -> Spec:
    """Return the specification with the new names. Its positions are still those of the old names."""
    if names == Renames({}, {}, {}):
        return spec
    node = cast("Node", _with_names(spec.node, names))
    components = node.get("components", {})
    for kind, known in (("schemas", names.schemas), ("securitySchemes", names.schemes)):
        if kind in components:
            components[kind] = {known.get(name, name): part for name, part in components[kind].items()}
    for part in (node, *(operation.node for operation in evolve(spec, node=node).operations())):
        if "security" in part:
            requirements: list[Node] = part["security"]
            part["security"] = [
                {names.schemes.get(name, name): scopes for name, scopes in each.items()} for each in requirements
            ]
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
    return {
        (item.method, re.sub("{[^}]*}", "{}", item.path), half): each.id
        for item, halves in found
        for half, each in enumerate(halves)
    }


def _twins(old: Spec, new: Spec, kind: str) -> dict[str, str]:
    """Return the names of removed components by those of the only new one with the same content."""
    before, after = (spec.node.get("components", {}).get(kind, {}) for spec in (old, new))
    shapes = {name: _shape(part, kind, name) for name, part in after.items() if name not in before}
    found: dict[str, str] = {}
    for name in before.keys() - after.keys():
        twins = [other for other, shape in shapes.items() if shape == _shape(before[name], kind, name)]
        if len(twins) == 1:
            found[name] = twins.pop()
    # Two that became one were not renamed.
    return {name: other for name, other in found.items() if list(found.values()).count(other) == 1}


def _shape(part: Node, kind: str, name: str) -> str:
    """Return the content of a component without its prose, order and name."""
    text = json.dumps(_plain(part, False), sort_keys=True, default=str)
    return text.replace(f'"#/components/{kind}/{name}"', '"#itself"')


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
    if isinstance(node, str) and node.startswith(SCHEMAS):
        name = node.removeprefix(SCHEMAS)
        return f"{SCHEMAS}{names.schemas.get(name, name)}"
    if not isinstance(node, dict):
        return node
    copied = {key: _with_names(value, names) for key, value in cast("Node", node).items()}
    if isinstance(identity := copied.get("operationId"), str):
        copied["operationId"] = names.operations.get(identity, identity)
    return copied
