"""Load the specifications in the package, and find their operations."""

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
        """Return the node at a pointer."""
        node = self.node
        for key in pointer:
            node = cast("Node", node[key])
        return node

    def resolve(self, pointer: Pointer) -> tuple[Pointer, Node]:
        """Follow the references at a pointer. Return the pointer and the node that they lead to."""
        node = self.at(pointer)
        while isinstance(reference := node.get("$ref"), str):
            pointer = tuple(key.replace("~1", "/").replace("~0", "~") for key in reference[2:].split("/"))
            node = self.at(pointer)
        return pointer, node


def load_documents() -> list[Document]:
    """Return all specifications."""
    loaded = [load_document(module.name) for module in pkgutil.iter_modules(anaplan_client.__path__)]
    return [document for document in loaded if document is not None]


@cache
def load_document(api: str) -> Document | None:
    """Return the specification of an API; None if there is none. Each file is read once."""
    if not api.isidentifier():
        return None
    file = files(anaplan_client) / api / "openapi.json"
    return build_document(api, json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def build_document(api: str, node: Node) -> Document:
    """Return a specification with its operations."""
    operations: dict[str, Pointer] = {}
    for path, item in get_object(node, "paths").items():
        for method, operation in cast("Node", item).items():
            pointer = ("paths", path, method)
            for name in _operation_ids(cast("Node", operation)):
                operations[name] = pointer
    return Document(api, node, operations)


def get_object(node: Node, key: str) -> Node:
    """Return an object in a node; empty if it is missing."""
    return cast("Node", node.get(key, {}))


def _operation_ids(operation: Node) -> list[str]:
    # A binary response next to a JSON response has its own operation id.
    ids = [str(operation["operationId"])]
    for response in get_object(operation, "responses").values():
        for media in get_object(cast("Node", response), "content").values():
            own = get_object(cast("Node", media), "x-anaplan-operation")
            ids += [str(own["operationId"])] if "operationId" in own else []
    return ids
