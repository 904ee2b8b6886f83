"""Rendering one specification with openapi-python-client, driven from Python with our templates.

The engine parses, names and lays out; the templates write one pure function per operation and one class per schema.
It drops what it cannot parse with a warning, so every warning is an error here, and the operations are counted.
"""

import contextlib
import copy
import io
import keyword
from pathlib import Path
from typing import Any

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol

from . import docstrings, python_types
from .answers import functions
from .functions import function_code
from .reach import reachable, successes
from .specs import InvalidSpecification, Node, Operation, Problem, Spec

TEMPLATES = Path(__file__).parent / "templates"
# The engine knows one type of binary body; the function says which of the documented ones it sends.
BINARY_TYPES: dict[str, str] = dict.fromkeys(
    ("application/x-gzip", "text/plain", "text/csv", "text/csv;escaped=true"), "application/octet-stream"
)
# The engine writes these whatever the templates say; the runtime is anaplan_client.core.
UNWANTED = ("client.py", "errors.py", "types.py")


def render(spec: Spec, target: Path) -> None:
    """Writes the package of an API. Raises `InvalidSpecification` where the engine cannot take part of it."""
    document = engine_document(spec)
    config = Config.from_sources(
        ConfigFile(post_hooks=[], content_type_overrides=BINARY_TYPES), MetaType.NONE, target, "utf-8", True, target
    )
    data = GeneratorData.from_dict(document, config=config)
    if isinstance(data, GeneratorError):
        raise InvalidSpecification([Problem(spec.file, 1, "engine", f"{data.header}: {data.detail}")])
    data.models[:] = [model for model in data.models if model.class_info.name in spec.schemas]
    operations = {operation.id: operation for operation in functions(spec)}
    endpoints = [endpoint for tag in data.endpoint_collections_by_tag.values() for endpoint in tag.endpoints]
    for model in data.models:
        _rename_attributes(spec, model)
    for endpoint in endpoints:
        _rename_arguments(spec, operations[endpoint.name], endpoint)
    project = Project(openapi=data, config=config, custom_template_path=TEMPLATES)
    # jinja2 types its globals by the ones that it has itself.
    names: Any = project.env.globals
    names.update(
        spec=spec,
        types=python_types,
        docs=docstrings,
        operations=operations,
        function_code=function_code,
        modules={item.class_info.name: item.class_info.module_name for item in [*data.models, *data.enums]},
        sent=reachable(spec, operations.values(), "requestBody"),
        received=reachable(spec, operations.values(), "responses"),
    )
    with contextlib.redirect_stdout(io.StringIO()):
        problems = [Problem(spec.file, 1, "engine", f"{error.header}: {error.detail}") for error in project.build()]
    lost = set(operations) - {endpoint.name for endpoint in endpoints}
    problems += [spec.problem("engine", operations[name].pointer, f"{name} was dropped by the engine") for name in lost]
    if problems:
        raise InvalidSpecification(problems)
    for name in UNWANTED:
        (target / name).unlink()


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
        node["parameters"] = [item for item in parameters if not python_types.is_constant(spec.resolve(item))]
        # Two functions may have the path and the method in common.
        document["paths"][f"{operation.path}#{operation.id}"] = {operation.method: node}
    parts = ("requestBody", "responses", "parameters")
    kept = {name for part in parts for name in reachable(spec, operations, part)}
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    document["components"]["schemas"] = {name: node for name, node in schemas.items() if name in kept}
    return document


def _rename_arguments(spec: Spec, operation: Operation, endpoint: Endpoint) -> None:
    nodes = {node["name"]: node for node in map(spec.resolve, operation.node.get("parameters", []))}
    for item in endpoint.query_parameters:
        if name := nodes[item.name].get("x-python-name"):
            object.__setattr__(item, "python_name", name)


def _rename_attributes(spec: Spec, model: ModelProperty) -> None:
    properties = spec.schemas[model.class_info.name]["properties"]
    found: list[PropertyProtocol] = [*(model.required_properties or []), *(model.optional_properties or [])]
    for item in found:
        name = properties[item.name].get("x-python-name") or item.python_name
        # The engine renames what is called like a builtin (`type_`); as an attribute that is harmless.
        plain = name.removesuffix("_")
        # Past the engine's setter, which would rename it again.
        object.__setattr__(item, "python_name", name if keyword.iskeyword(plain) else plain)
