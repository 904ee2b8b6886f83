"""Render the package of one specification: the engine's document, and the names that its templates use."""

import copy
from pathlib import Path

from ..spec import schemas, usage
from ..spec.document import InvalidSpecificationError, Node, Operation, Spec
from ..spec.media import JSON, is_json
from ..spec.split_operations import BINARY, iter_functions
from ..spec.usage import find_reachable_schemas, get_successes
from . import docstrings, python_types
from .engine import Engine
from .functions import build_function_code

STRING: Node = {"type": "string"}


def render(spec: Spec, target: Path) -> None:
    """Write the package of an API. Raises `InvalidSpecificationError` if the engine drops a part of it."""
    engine = Engine(spec, build_engine_document(spec), target)
    operations = {operation.id: operation for operation in iter_functions(spec)}
    endpoints = engine.endpoints(operations)
    code = {name: build_function_code(spec, operations[name], endpoint) for name, endpoint in endpoints.items()}
    problems = engine.write(
        {
            "spec": spec,
            "schemas": schemas,
            "usage": usage,
            "types": python_types,
            "docs": docstrings,
            "functions": code,
            "modules": engine.modules,
            "sent": find_reachable_schemas(spec, operations.values(), "requestBody"),
            "received": find_reachable_schemas(spec, operations.values(), "responses"),
        }
    )
    lost = operations.keys() - endpoints.keys()
    problems += [spec.problem("engine", operations[name].pointer, f"{name} was dropped by the engine") for name in lost]
    if problems:
        raise InvalidSpecificationError(problems)


def build_engine_document(spec: Spec) -> Node:
    """Return what the engine gets of the specification, with one operation per function.

    Error responses, constant parameters, and the schemas that only these use are left out. Of parameters and contents
    the engine needs the names only, and what it does not know has a plain stand-in.
    """
    document = copy.deepcopy(spec.node)
    document["paths"] = {}
    operations = list(iter_functions(spec))
    for operation in operations:
        # Two functions may have the path and the method in common.
        document["paths"][f"{operation.path}#{operation.id}"] = {operation.method: _engine_operation(spec, operation)}
    parts = ("requestBody", "responses", "parameters")
    kept = {name for part in parts for name in find_reachable_schemas(spec, operations, part)}
    document["components"] = {
        "schemas": {name: _engine_schema(node) for name, node in spec.schemas.items() if name in kept}
    }
    return document


def _engine_operation(spec: Spec, operation: Operation) -> Node:
    node = copy.deepcopy(operation.node)
    parameters = [spec.resolve(item) for item in node.get("parameters", [])]
    node["parameters"] = [{**item, "schema": STRING} for item in parameters if not schemas.is_constant(item)]
    bodies = {"requestBody": spec.resolve(node.pop("requestBody"))} if "requestBody" in node else {}
    for name, body in bodies.items():
        content = _engine_content(body["content"])
        node |= {name: {**body, "content": content}} if content else {}
    node["responses"] = {
        status: {"description": "", "content": _engine_content(answer.get("content", {}))}
        for status, answer in ((status, spec.resolve(item)) for status, item in get_successes(operation).items())
    }
    return node


def _engine_content(content: Node) -> Node:
    """Return binary content and named JSON. Nothing else has a name that the engine gives."""
    named = [media["schema"] for name, media in content.items() if is_json(name) and "$ref" in media["schema"]]
    binary = {name: {"schema": media["schema"]} for name, media in content.items() if media["schema"] == BINARY}
    return {JSON: {"schema": named[0]}, **binary} if named else binary


def _engine_schema(node: Node) -> Node:
    if schemas.is_union(node):
        return {"type": "object", "properties": {}}
    properties = {key: _engine_property(value) for key, value in node.get("properties", {}).items()}
    return {**node, "properties": properties} if properties else node


def _engine_property(node: Node) -> Node:
    if schemas.is_any(node) or schemas.is_free_form(node):
        return {}
    if "items" in node:
        return {**node, "items": _engine_property(node["items"])}
    return {key: value for key, value in node.items() if key != "enum"}
