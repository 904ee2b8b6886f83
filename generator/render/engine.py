"""The engine, openapi-python-client. No other file imports it, so an upgrade of it changes only this file.

The engine parses, names things and creates the files; our templates write the code from its endpoints, models and
enums. It drops what it cannot parse with a warning, so every warning is an error here, and the operations are counted.
"""

import contextlib
import importlib
import importlib.util
import io
import keyword
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from jinja2.bccache import Bucket, BytecodeCache
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint as ParsedEndpoint
from openapi_python_client.parser.properties import EnumProperty, LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol

from ..spec.document import InvalidSpecificationError, Node, Operation, Problem, Spec

__all__ = ["Argument", "Endpoint", "Engine", "pascal_case", "snake_case", "to_argument_name", "to_member_name"]

# Where the engine has its names: until 0.29.0 in `utils`, since 0.29.1 in `strings`.
_STRINGS = "openapi_python_client.strings"
_names: Any = importlib.import_module(_STRINGS if importlib.util.find_spec(_STRINGS) else "openapi_python_client.utils")
TEMPLATES = Path(__file__).parent / "templates"
# The engine knows one type of binary body; the function says which of the documented ones it sends.
BINARY_TYPES: dict[str, str] = dict.fromkeys(
    ("application/x-gzip", "text/plain", "text/csv", "text/csv;escaped=true"), "application/octet-stream"
)
# The engine writes these whatever the templates say; the runtime is anaplan_client.core.
UNWANTED = ("client.py", "errors.py", "types.py")


@frozen
class Argument:
    """An argument of a generated function, with its names on the wire and in Python."""

    name: str
    python_name: str
    required: bool


@frozen
class Endpoint:
    """An operation as the engine names it."""

    path: str
    """The path, with the Python names of its arguments."""
    path_arguments: list[Argument]
    query_arguments: list[Argument]
    header_arguments: list[Argument]


class Engine:
    """One run of the engine over the part of a specification that it supports.

    Raises `InvalidSpecificationError` if the engine rejects the document.
    """

    def __init__(self, spec: Spec, document: Node, target: Path) -> None:
        self._spec = spec
        self._target = target
        self._config = Config.from_sources(
            ConfigFile(post_hooks=[], content_type_overrides=BINARY_TYPES), MetaType.NONE, target, "utf-8", True, target
        )
        try:
            data = GeneratorData.from_dict(document, config=self._config)
        except Exception as error:
            # A rule should tell it first. If none does, it is a problem all the same.
            data = GeneratorError(header=type(error).__name__, detail=str(error))
        if isinstance(data, GeneratorError):
            raise InvalidSpecificationError([_problem(spec, data)])
        data.models[:] = [model for model in data.models if model.class_info.name in spec.schemas]
        for model in data.models:
            _rename_attributes(spec, model)
        if problems := [problem for enum in data.enums for problem in _restore_values(spec, enum)]:
            raise InvalidSpecificationError(problems)
        self._data = data
        self.modules: dict[str, str] = {
            item.class_info.name: item.class_info.module_name for item in [*data.models, *data.enums]
        }
        """The modules of the classes, by class name."""

    def endpoints(self, operations: Mapping[str, Operation]) -> dict[str, Endpoint]:
        """Return the operations that the engine accepted, by id."""
        found = [item for tag in self._data.endpoint_collections_by_tag.values() for item in tag.endpoints]
        return {item.name: self._endpoint(item, operations[item.name]) for item in found}

    def write(self, names: Mapping[str, object]) -> list[Problem]:
        """Write the package with our templates, which get `names`. Return the engine's warnings as problems."""
        project = Project(openapi=self._data, config=self._config, custom_template_path=TEMPLATES)
        # jinja2 types its globals by the ones that it has itself.
        template_names: Any = project.env.globals
        template_names.update(names)
        project.env.bytecode_cache = _compiled
        with contextlib.redirect_stdout(io.StringIO()):
            warnings = project.build()
        for name in UNWANTED:
            (self._target / name).unlink()
        return [_problem(self._spec, warning) for warning in warnings]

    def _endpoint(self, item: ParsedEndpoint, operation: Operation) -> Endpoint:
        names = self._own_names(operation)
        return Endpoint(
            # Behind the `#` is what the engine tells the functions of one path by.
            _read_text(item.path).partition("#")[0],
            [_argument(parameter, {}) for parameter in item.path_parameters],
            [_argument(parameter, names) for parameter in item.query_parameters],
            [_argument(parameter, names) for parameter in item.header_parameters],
        )

    def _own_names(self, operation: Operation) -> dict[str, str]:
        nodes = map(self._spec.resolve, operation.node.get("parameters", []))
        return {node["name"]: node["x-python-name"] for node in nodes if "x-python-name" in node}


class _CompiledTemplates(BytecodeCache):
    """The compiled templates, which are the same for every specification."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if it is known."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self._code[bucket.key] = bucket.bytecode_to_string()


_compiled = _CompiledTemplates()


def pascal_case(name: str) -> str:
    """Return a name in PascalCase, without what a name in Python cannot have."""
    return str(_names.pascal_case(name))


def snake_case(name: str) -> str:
    """Return a name in snake_case, without what a name in Python cannot have."""
    return str(_names.snake_case(name))


def to_argument_name(name: str) -> str:
    """Return the name of a parameter in Python."""
    return str(_names.PythonIdentifier(name, ""))


def to_member_name(value: str, index: int) -> str:
    """Return the name of a member of an enum, in lower case."""
    return snake_case(value) if value[:1].isalpha() else f"value_{index}"


def _argument(parameter: PropertyProtocol, own_names: Mapping[str, str]) -> Argument:
    wire = _read_text(parameter.name)
    return Argument(wire, own_names.get(wire, str(parameter.python_name)), parameter.required)


def _read_text(text: object) -> str:
    """Return a text as the specification has it; our templates write literals.

    Until 0.29.0 the engine escapes quotes. Since 0.29.1 it wraps the text, so that no template can write it.
    """
    read = getattr(text, "get_untrusted_value", None)
    return str(read()) if read is not None else str(text).replace('\\"', '"')


def _restore_values(spec: Spec, enum: EnumProperty | LiteralEnumProperty) -> Iterator[Problem]:
    """Give an enum its values, which the engine escapes. Yield a problem for one without a name in Python."""
    # Literal enums are an option of the engine that is off.
    assert isinstance(enum, EnumProperty)
    name = enum.class_info.name
    at = ("components", "schemas", name)
    for key in enum.values:
        if not key.isidentifier():
            yield spec.problem("schema-enum", at, f"schema {name}: a member cannot be called {key!r}")
    values: list[str] = spec.schemas[name]["enum"]
    if len(enum.values) == len(values):
        enum.values = dict(zip(enum.values, values, strict=True))
    else:
        yield spec.problem("schema-enum", at, f"schema {name}: its values must have names that differ in Python")


def _problem(spec: Spec, error: GeneratorError) -> Problem:
    """Return a problem of the engine at the operation that its header names."""
    named = re.search(r"#(\w+)", error.header)
    found = [item.pointer for item in spec.operations() if named and item.node.get("operationId") == named[1]]
    message = " ".join(f"{error.header}: {error.detail}".split())
    return spec.problem("engine", found[0] if found else (), message)


def _rename_attributes(spec: Spec, model: ModelProperty) -> None:
    properties = spec.schemas[model.class_info.name].get("properties", {})
    found: list[PropertyProtocol] = [*(model.required_properties or []), *(model.optional_properties or [])]
    for item in found:
        # Past the engine's types: the templates get plain texts.
        object.__setattr__(item, "name", _read_text(item.name))
        name = properties[item.name].get("x-python-name") or item.python_name
        # The engine renames what is called like a builtin (`type_`); as an attribute that is harmless.
        plain = name.removesuffix("_")
        # Past the engine's setter, which would rename it again.
        object.__setattr__(item, "python_name", name if keyword.iskeyword(plain) else plain)
