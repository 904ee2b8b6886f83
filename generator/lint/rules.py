"""The rules that make a specification fit for generation; `rule_ids` lists them by id."""

import keyword
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeAlias, cast
from urllib.parse import urlsplit

from jsonschema import Draft4Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.schemas.utils import get_schema_content

from ..render.engine import snake_case
from ..spec.document import Node, Operation, Pointer, Problem, Spec, iter_values
from ..spec.media import JSON
from ..spec.schemas import is_constant
from ..spec.split_operations import get_success_content, split_operation
from . import (
    content_rules,
    documentation_rules,
    error_rules,
    keyword_rules,
    name_rules,
    portable_rules,
    schema_rules,
)
from .content_rules import PRIMITIVES
from .schema_rules import UNFIT_ATTRIBUTES

HOSTS = ("api", "auth", "audit", "cloudworks", "app")
EFFECTS = ("safe", "idempotent", "non-idempotent")
__all__ = ["EFFECTS", "HOSTS", "JSON", "PARAMETER_TYPES", "UNFIT_ATTRIBUTES", "check"]

# What the generated functions can write into each place, and the formats that they cannot.
PARAMETER_TYPES = {
    "path": (("string", "integer", "boolean"), ("epoch-milliseconds", "id", "binary", "password")),
    "query": (PRIMITIVES, ("epoch-milliseconds", "id", "binary", "password")),
    "header": (PRIMITIVES, ("epoch-milliseconds", "id", "binary")),
}
STYLES = {"path": "simple", "query": "form", "header": "simple"}
# Headers that the client or the HTTP library writes.
FOREIGN_HEADERS = {
    *("accept", "accept-encoding", "authorization", "connection", "content-encoding", "content-length"),
    *("content-type", "cookie", "expect", "host", "transfer-encoding", "upgrade"),
}
Rule: TypeAlias = Callable[[Spec], Iterator[Problem]]
# Names that a generated function, or a generated class, gives to something else.
RESERVED = {
    *("accept", "authorization", "body", "content", "content_type", "encode_form", "encode_headers", "encode_json"),
    *("encode_multipart", "encode_query", "fill_path"),
    *("date", "datetime", "decode", "encode", "json_value", "validation"),
}


def check(spec: Spec) -> list[Problem]:
    """Return every problem of a specification, ordered by line."""
    # Each of these relies on those before it, and the others on the document being OpenAPI that is supported.
    first: tuple[Rule, ...] = (
        name_rules.check_texts,
        _references,
        _shape,
        name_rules.check_paths,
        _valid,
        portable_rules.check,
        keyword_rules.check,
    )
    for rule in first:
        if problems := list(rule(spec)):
            return sorted(set(problems))
    others: tuple[Rule, ...] = (
        _head,
        _operations,
        schema_rules.check,
        documentation_rules.check,
        error_rules.check,
        name_rules.check,
    )
    return sorted({problem for rule in others for problem in rule(spec)})


def _references(spec: Spec) -> Iterator[Problem]:
    for at, value in iter_values(spec.source):
        if at[-1] == "$ref" and isinstance(value, str) and not _leads_somewhere(spec, value):
            yield spec.problem("reference", at, f"$ref must lead to a place in this file (got {value})")


def _leads_somewhere(spec: Spec, reference: str) -> bool:
    seen: set[str] = set()
    while reference not in seen:
        seen.add(reference)
        target = spec.find(reference)
        if not isinstance(target, dict):
            return False
        following: object = cast("Node", target).get("$ref")
        if not isinstance(following, str):
            return True
        reference = following
    return False


def _shape(spec: Spec) -> Iterator[Problem]:
    return _faults(spec, _openapi_validator().iter_errors(spec.source))


@cache
def _openapi_validator() -> Any:
    """Return the validator by the schema of OpenAPI, which takes longer to read than a small specification."""
    return Draft4Validator(get_schema_content("3.0"))


def _valid(spec: Spec) -> Iterator[Problem]:
    """Yield what the schema of OpenAPI cannot say, such as whether ids are unique."""
    return _faults(spec, _BeyondSchema(spec.source).iter_errors())


class _BeyondSchema(OpenAPIV30SpecValidator):
    """The validator without the schema, which `_shape` has applied."""

    schema_validator = Draft4Validator({})


def _faults(spec: Spec, errors: Iterable[Any]) -> Iterator[Problem]:
    for error in errors:
        detail: Any = error
        while detail.context:
            detail = max(detail.context, key=lambda nested: len(nested.absolute_path))
        at = _find_place(spec, tuple(detail.absolute_path), detail)
        yield spec.problem("openapi", at, _shortened(str(detail.message)))


def _find_place(spec: Spec, at: Pointer, error: Any) -> Pointer:
    """Return the place of an error. Some are told from the schema that they are in, and some by their message."""
    if not at:
        named = [key for key in spec.source if f"'{key}'" in error.message]
        return _named_in(error.message) or tuple(named[:1])
    if at[0] in spec.source:
        return at
    ends = (place for place, value in iter_values(spec.source) if place[-len(at) :] == at and value == error.instance)
    return next(ends, at)


def _shortened(message: str) -> str:
    message = " ".join(message.split())
    return message if len(message) < 300 else f"{message[:100]} … {message[-190:]}"


def _named_in(message: str) -> Pointer:
    """Return the path or operation of a validator message that has no location."""
    if found := re.search(r"'(\w+)' in '(/[^' ]*)' is not unique", message):
        return ("paths", found[2], found[1], "operationId")
    found = re.search(r"operation in '(/[^' ]*)'", message)
    return ("paths", found[1]) if found else ()


def _head(spec: Spec) -> Iterator[Problem]:
    if not spec.node["info"].get("description"):
        yield spec.problem("api-description", ("info",), "description is missing: it becomes the package's docstring")
    servers: list[Node] = spec.node.get("servers", [])
    if not servers or servers[0].get("x-anaplan-host") not in HOSTS:
        message = f"the first server must have an x-anaplan-host of {', '.join(HOSTS)}"
        yield spec.problem("server", ("servers",), message)
    for index, server in enumerate(servers):
        path = urlsplit(str(server["url"])).path
        if path.endswith("/") or not path.endswith(urlsplit(str(servers[0]["url"])).path):
            message = f"a server must end with the path of the first, without a trailing slash (got {server['url']})"
            yield spec.problem("server", ("servers", index), message)


def _operations(spec: Spec) -> Iterator[Problem]:
    seen: set[str] = set()
    for operation in spec.operations():
        if not operation.node.get("operationId"):
            message = "operationId is missing: it names the generated function"
            yield spec.problem("operation-id", operation.pointer, message)
            continue
        yield from _parameters(spec, operation)
        yield from content_rules.check_request_body(spec, operation)
        yield from content_rules.check_responses(spec, operation)
        for function in split_operation(spec, operation):
            yield from _operation_parts(spec, function)
            at = (*operation.pointer, "operationId")
            if not re.fullmatch(r"[a-z]+(_[a-z]+)+", function.id):
                message = (
                    f"operationId must be snake_case, a verb and a noun, such as list_revisions (got {function.id!r})"
                )
                yield spec.problem("operation-id", at, message)
            if function.id in seen:
                message = f"operationId must be unique (got {function.id!r} twice); a second kind of response needs one"
                yield spec.problem("operation-id", at, f"{message}, in x-anaplan-operation")
            seen.add(function.id)


def _operation_parts(spec: Spec, operation: Operation) -> Iterator[Problem]:
    node, name = operation.node, operation.id
    if not str(node.get("summary", "")).endswith("."):
        yield spec.problem(
            "operation-summary",
            operation.pointer,
            f"{name}: summary must be a sentence; it starts the function's docstring",
        )
    if not node.get("x-anaplan-role"):
        yield spec.problem(
            "operation-role",
            operation.pointer,
            f"{name}: x-anaplan-role is missing: the minimum role that Anaplan requires",
        )
    effect = node.get("x-anaplan-effect")
    if effect not in EFFECTS:
        yield spec.problem(
            "operation-effect", operation.pointer, f"{name}: x-anaplan-effect must be one of {', '.join(EFFECTS)}"
        )
    elif operation.method != "post" and (operation.method == "get") != (effect == "safe"):
        yield spec.problem(
            "operation-effect",
            (*operation.pointer, "x-anaplan-effect"),
            f"{name}: x-anaplan-effect must be safe for GET; of the others, only POST may be safe",
        )
    if node.get("x-anaplan-sensitive", True) is not True:
        yield spec.problem(
            "operation-sensitive",
            (*operation.pointer, "x-anaplan-sensitive"),
            f"{name}: x-anaplan-sensitive must be true, or left out",
        )
    if not all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", str(method)) for method in operation.methods):
        yield spec.problem(
            "operation-method",
            (*operation.pointer, "x-anaplan-method"),
            f"{name}: x-anaplan-method must name one or more methods of the client, such as alm.get_revisions",
        )
    if len(node.get("tags", [])) != 1:
        yield spec.problem("operation-tag", operation.pointer, f"{name}: there must be exactly one tag")


def _parameters(spec: Spec, operation: Operation) -> Iterator[Problem]:
    names: set[str] = set()
    for index, reference in enumerate(operation.node.get("parameters", [])):
        parameter = spec.resolve(reference)
        at = (*operation.pointer, "parameters", index)
        what = f"{operation.id}: parameter {parameter['name']}"
        place = parameter["in"]
        if place not in PARAMETER_TYPES:
            yield spec.problem("parameter-place", at, f"{what} must be in the path, the query or a header")
            continue
        if not parameter.get("description"):
            yield spec.problem("parameter-description", at, f"{what}: description is missing")
        if not _is_parameter_schema(spec, parameter):
            types, unfit = PARAMETER_TYPES[place]
            message = f"{what} must be a {', '.join(types)}, and not of the format {' or '.join(unfit)}"
            others = ", or an enum ($ref); in the query or a header also an array of these, or a required enum of one"
            yield spec.problem("parameter-type", at, message + others)
        if parameter.get("style", STYLES[place]) != STYLES[place]:
            yield spec.problem("parameter-type", at, f"{what} must have the style {STYLES[place]}")
        if "x-anaplan-only" in parameter and parameter["x-anaplan-only"] not in get_success_content(spec, operation):
            message = f"{what}: x-anaplan-only must name a media type of a successful response"
            yield spec.problem("parameter-only", at, message)
        if place == "path" and "x-python-name" in parameter:
            # Its name is sent nowhere.
            message = f"{what} must not have an x-python-name; give it another name, in the path too"
            yield spec.problem("parameter-name", (*at, "x-python-name"), message)
        name = parameter.get("x-python-name") or snake_case(parameter["name"])
        if name in RESERVED or keyword.iskeyword(name):
            yield spec.problem("parameter-name", at, f"{what}: its name is reserved; {_rename_hint(place)}")
        if parameter["name"].lower() in names:
            yield spec.problem("parameter-name", at, f"{what}: its name must be unique in all places, ignoring case")
        names.add(parameter["name"].lower())
        if place == "header" and not _is_header_name(parameter["name"]):
            yield spec.problem("parameter-name", at, f"{what}: its name must be that of a header of Anaplan's own")


def _rename_hint(place: str) -> str:
    return "give it another name, in the path too" if place == "path" else "give an x-python-name"


def _is_header_name(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9-]+", name) is not None and name.lower() not in FOREIGN_HEADERS


def _is_parameter_schema(spec: Spec, parameter: Node) -> bool:
    schema: Node = parameter.get("schema", {})
    if parameter["in"] != "path":
        if schema.get("type") == "array":
            return _is_parameter_type(spec, parameter["in"], schema["items"]) and not schema["items"].get("nullable")
        if is_constant(parameter):
            return bool(parameter.get("required"))
    return _is_parameter_type(spec, parameter["in"], schema)


def _is_parameter_type(spec: Spec, place: str, schema: Node) -> bool:
    types, unfit = PARAMETER_TYPES[place]
    if "$ref" in schema:
        return "enum" in spec.resolve(schema)
    return schema.get("type") in types and "enum" not in schema and schema.get("format") not in unfit
