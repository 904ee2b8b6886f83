"""The specifications in the package, and what they say of each operation."""

import json
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TypeAlias, cast

from attrs import frozen

import anaplan_client

Node: TypeAlias = dict[str, object]
Pointer: TypeAlias = tuple[str, ...]


@frozen(eq=False)
class Document:
    """A specification and its operations by their ids."""

    api: str
    node: Node
    operations: Mapping[str, Pointer]

    def at(self, pointer: Pointer) -> Node:
        """The node at a place."""
        here = self.node
        for key in pointer:
            here = cast("Node", here[key])
        return here

    def resolve(self, pointer: Pointer) -> tuple[Pointer, Node]:
        """Follows `$ref`s from a place, and returns where they lead."""
        node = self.at(pointer)
        while isinstance(reference := node.get("$ref"), str):
            pointer = tuple(key.replace("~1", "/").replace("~0", "~") for key in reference[2:].split("/"))
            node = self.at(pointer)
        return pointer, node


def documents() -> list[Document]:
    """All specifications."""
    found = [document(module.name) for module in pkgutil.iter_modules(anaplan_client.__path__)]
    return [one for one in found if one is not None]


@cache
def document(api: str) -> Document | None:
    """The specification of an API; read once. None for what has none."""
    if not api.isidentifier():
        return None
    file = files(anaplan_client) / api / "openapi.json"
    return parsed(api, json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def parsed(api: str, node: Node) -> Document:
    """A specification that was read otherwise, such as a changed one."""
    operations: dict[str, Pointer] = {}
    for path, item in children(node, "paths").items():
        for method, operation in cast("Node", item).items():
            pointer = ("paths", path, method)
            for name in _ids(cast("Node", operation)):
                operations[name] = pointer
    return Document(api, node, operations)


def children(node: Node, key: str) -> Node:
    """A part of a node that is an object; empty where it is not there."""
    return cast("Node", node.get(key, {}))


def _ids(operation: Node) -> list[str]:
    # The binary answer beside a JSON one has a function of its own.
    found = [str(operation["operationId"])]
    for response in children(operation, "responses").values():
        for media in children(cast("Node", response), "content").values():
            own = children(cast("Node", media), "x-anaplan-operation")
            found += [str(own["operationId"])] if "operationId" in own else []
    return found
