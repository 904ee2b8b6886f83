"""Rendering one specification: the document that the engine takes, and what its templates are given."""

import copy
from pathlib import Path

from ..spec import schemas
from ..spec.document import InvalidSpecification, Node, Spec
from ..spec.schemas import is_constant
from ..spec.split_operations import functions
from ..spec.usage import reachable, successes
from . import docstrings, python_types
from .engine import Engine
from .functions import function_code


def render(spec: Spec, target: Path) -> None:
    """Writes the package of an API. Raises `InvalidSpecification` where the engine cannot take part of it."""
    engine = Engine(spec, engine_document(spec), target)
    operations = {operation.id: operation for operation in functions(spec)}
    endpoints = engine.endpoints(operations)
    code = {name: function_code(spec, operations[name], endpoint) for name, endpoint in endpoints.items()}
    problems = engine.write(
        {
            "spec": spec,
            "schemas": schemas,
            "types": python_types,
            "docs": docstrings,
            "functions": code,
            "modules": engine.modules,
            "sent": reachable(spec, operations.values(), "requestBody"),
            "received": reachable(spec, operations.values(), "responses"),
        }
    )
    lost = operations.keys() - endpoints.keys()
    problems += [spec.problem("engine", operations[name].pointer, f"{name} was dropped by the engine") for name in lost]
    if problems:
        raise InvalidSpecification(problems)


def engine_document(spec: Spec) -> Node:
    """The specification, an operation for each function, without what has no type of its own there.

    Errors raise, constants are sent unasked, and nothing uses the schemas that only they use.
    """
    document = copy.deepcopy(spec.node)
    document["paths"] = {}
    operations = list(functions(spec))
    for operation in operations:
        node = copy.deepcopy(operation.node)
        node["responses"] = successes(operation)
        parameters = node.get("parameters", [])
        node["parameters"] = [item for item in parameters if not is_constant(spec.resolve(item))]
        # Two functions may have the path and the method in common.
        document["paths"][f"{operation.path}#{operation.id}"] = {operation.method: node}
    parts = ("requestBody", "responses", "parameters")
    kept = {name for part in parts for name in reachable(spec, operations, part)}
    known = document.setdefault("components", {}).setdefault("schemas", {})
    document["components"]["schemas"] = {name: node for name, node in known.items() if name in kept}
    return document
