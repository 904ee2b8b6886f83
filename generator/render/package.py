"""Render the package of one specification: the engine's document, and the names that its templates use."""

import copy
from pathlib import Path

from ..spec import schemas
from ..spec.document import InvalidSpecificationError, Node, Spec
from ..spec.schemas import is_constant
from ..spec.split_operations import iter_functions
from ..spec.usage import find_reachable_schemas, get_successes
from . import docstrings, python_types
from .engine import Engine
from .functions import build_function_code


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
    """Return the part of the specification that the engine gets, with one operation per function.

    Error responses, constant parameters, and the schemas that only these use are left out.
    """
    document = copy.deepcopy(spec.node)
    document["paths"] = {}
    operations = list(iter_functions(spec))
    for operation in operations:
        node = copy.deepcopy(operation.node)
        node["responses"] = get_successes(operation)
        parameters = node.get("parameters", [])
        node["parameters"] = [item for item in parameters if not is_constant(spec.resolve(item))]
        # Two functions may have the path and the method in common.
        document["paths"][f"{operation.path}#{operation.id}"] = {operation.method: node}
    parts = ("requestBody", "responses", "parameters")
    kept = {name for part in parts for name in find_reachable_schemas(spec, operations, part)}
    known = document.setdefault("components", {}).setdefault("schemas", {})
    document["components"]["schemas"] = {name: node for name, node in known.items() if name in kept}
    return document
