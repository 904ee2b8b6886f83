"""The rules that make a specification fit for generation; `rule_ids` lists them by id."""

import keyword
import re
from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import urlsplit

from jsonschema import Draft4Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.schemas.utils import get_schema_content

from ..render.engine import snake_case
from ..spec.document import METHODS, Node, Operation, Pointer, Problem, Spec
from ..spec.schemas import is_constant
from ..spec.split_operations import BINARY, get_success_content, split_operation
from . import documentation_rules, portable_rules

HOSTS = ("api", "auth", "audit", "cloudworks", "app")
EFFECTS = ("safe", "idempotent", "non-idempotent")
PRIMITIVES = ("string", "integer", "number", "boolean")
JSON = "application/json"
# What the generated functions can write into a path and a query, and the formats that they cannot.
PARAMETER_TYPES = {
    "path": (("string", "integer"), ("date", "date-time", "epoch-milliseconds", "id", "binary")),
    "query": (PRIMITIVES, ("epoch-milliseconds", "id", "binary")),
}
CLASS_NAME = r"[A-Z][A-Za-z0-9]+"
# Names that a generated function, or a generated class, gives to something else.
RESERVED = {
    *("accept", "authorization", "body", "content_type", "encode_json", "encode_query", "fill_path"),
    *("date", "datetime", "decode", "validation"),
}
UNFIT_ATTRIBUTES = {
    *("additional_properties", "date", "datetime", "decode", "field", "from_dict", "validation", "self", "to_dict"),
    *("bool", "bytes", "classmethod", "dict", "float", "int", "list", "object", "str"),
}


def check(spec: Spec) -> list[Problem]:
    """Return every problem of a specification, ordered by line."""
    problems = list(_references(spec, spec.node, ())) or list(_valid(spec))
    # The other rules rely on the document being OpenAPI.
    if not problems:
        for rule in (_head, _paths, _operations, _schemas, portable_rules.check, documentation_rules.check):
            problems.extend(rule(spec))
    return sorted(set(problems))


def _references(spec: Spec, node: object, at: Pointer) -> Iterator[Problem]:
    children: Iterable[tuple[str | int, object]] = ()
    if isinstance(node, dict):
        children = cast("Node", node).items()
    elif isinstance(node, list):
        children = enumerate(cast("list[object]", node))
    for key, value in children:
        if key == "$ref" and isinstance(value, str) and not spec.has(value):
            yield spec.problem("reference", (*at, key), f"$ref must lead to a place in this file (got {value})")
        yield from _references(spec, value, (*at, key))


def _valid(spec: Spec) -> Iterator[Problem]:
    validator: Any = Draft4Validator(get_schema_content("3.0"))
    shape: Any = list(validator.iter_errors(spec.source))
    # What the schema cannot say, such as whether ids are unique, is only checked in a document of the right shape.
    for error in shape or OpenAPIV30SpecValidator(spec.source).iter_errors():
        detail: Any = error
        while detail.context:
            detail = max(detail.context, key=lambda nested: len(nested.absolute_path))
        at = tuple(detail.absolute_path) or _named_in(detail.message)
        yield spec.problem("openapi", at, _shortened(str(detail.message)))


def _shortened(message: str) -> str:
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
        path = urlsplit(re.sub(r"\{\w+\}", "x", server["url"])).path
        if path.endswith("/") or path != urlsplit(servers[0]["url"]).path:
            message = f"a server must have the path of the first, without a trailing slash (got {server['url']})"
            yield spec.problem("server", ("servers", index), message)


def _paths(spec: Spec) -> Iterator[Problem]:
    for path, item in spec.node["paths"].items():
        for key in item:
            if key not in METHODS:
                yield spec.problem(
                    "path-method",
                    ("paths", path, key),
                    f"{path}: method must be one of {', '.join(METHODS)} (got {key})",
                )


def _operations(spec: Spec) -> Iterator[Problem]:
    seen: set[str] = set()
    for operation in spec.operations():
        if not operation.node.get("operationId"):
            message = "operationId is missing: it names the generated function"
            yield spec.problem("operation-id", operation.pointer, message)
            continue
        yield from _parameters(spec, operation)
        yield from _request_body(spec, operation)
        yield from _responses(spec, operation)
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
    elif (operation.method == "get") != (effect == "safe"):
        yield spec.problem(
            "operation-effect",
            (*operation.pointer, "x-anaplan-effect"),
            f"{name}: x-anaplan-effect must be safe for GET, and only for GET",
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
    for index, reference in enumerate(operation.node.get("parameters", [])):
        parameter = spec.resolve(reference)
        at = (*operation.pointer, "parameters", index)
        what = f"{operation.id}: parameter {parameter['name']}"
        if parameter["in"] not in ("path", "query"):
            yield spec.problem("parameter-place", at, f"{what} must be in the path or the query")
        if not parameter.get("description"):
            yield spec.problem("parameter-description", at, f"{what}: description is missing")
        if not _is_parameter_schema(spec, parameter):
            types, unfit = PARAMETER_TYPES.get(parameter["in"], (PRIMITIVES, ()))
            message = f"{what} must be a {', '.join(types)}, and not of the format {' or '.join(unfit)}"
            others = "; in the query also an enum ($ref), strings without explode, or a required enum of one value"
            yield spec.problem("parameter-type", at, message + others)
        if "x-anaplan-only" in parameter and parameter["x-anaplan-only"] not in get_success_content(spec, operation):
            message = f"{what}: x-anaplan-only must name a media type of a successful response"
            yield spec.problem("parameter-only", at, message)
        name = parameter.get("x-python-name") or snake_case(parameter["name"])
        if name in RESERVED or keyword.iskeyword(name):
            yield spec.problem("parameter-name", at, f"{what}: its name is reserved; give an x-python-name")


def _is_parameter_schema(spec: Spec, parameter: Node) -> bool:
    schema: Node = parameter.get("schema", {})
    if parameter["in"] == "query":
        if "$ref" in schema:
            return "enum" in spec.resolve(schema)
        if schema.get("type") == "array":
            return schema["items"] == {"type": "string"} and parameter.get("explode") is False
        if is_constant(parameter):
            return bool(parameter.get("required"))
    types, unfit = PARAMETER_TYPES.get(parameter["in"], (PRIMITIVES, ()))
    return schema.get("type") in types and "enum" not in schema and schema.get("format") not in unfit


def _request_body(spec: Spec, operation: Operation) -> Iterator[Problem]:
    named = operation.node.get("x-anaplan-content-type", JSON)
    if not re.fullmatch(r"[a-z]+/[a-z.+-]+", str(named)) or {"x-anaplan-content-type", "requestBody"} <= set(
        operation.node
    ):
        message = f"{operation.id}: x-anaplan-content-type must be a media type, and the operation must have no body"
        yield spec.problem("body-none", (*operation.pointer, "x-anaplan-content-type"), message)
    if "requestBody" not in operation.node:
        return
    at = (*operation.pointer, "requestBody")
    content = spec.resolve(operation.node["requestBody"])["content"]
    schemas = [media.get("schema", {}) for media in content.values()]
    if all(schema == BINARY for schema in schemas):
        return
    schema = schemas[0]["items"] if schemas[0].get("type") == "array" else schemas[0]
    if list(content) != [JSON] or "$ref" not in schema:
        message = f"{operation.id}: the body must be JSON with a named schema ($ref) or an array of one, or binary"
        yield spec.problem("body-type", at, message)


def _responses(spec: Spec, operation: Operation) -> Iterator[Problem]:
    for status, reference in operation.node["responses"].items():
        at = (*operation.pointer, "responses", status)
        hint = spec.resolve(reference).get("x-anaplan-hint", "")
        if hint and (not re.fullmatch("[345][0-9]{2}", status) or re.search(r"[{}]", hint.replace("{role}", ""))):
            message = (
                f"{operation.id}: x-anaplan-hint must be of an error, with no placeholder but {{role}} (got {status})"
            )
            yield spec.problem("response-hint", at, message)
        content = spec.resolve(reference).get("content", {})
        for media, node in content.items():
            schema = node.get("schema", {})
            if "$ref" not in schema and not (schema == BINARY and status.startswith("2")):
                yield spec.problem(
                    "response-type",
                    at,
                    f"{operation.id}: response {status} ({media}) must have a named schema ($ref) or be binary",
                )
    at = (*operation.pointer, "responses")
    for function in split_operation(spec, operation):
        kinds: list[Any] = []
        for status, reference in function.node["responses"].items():
            if status.startswith("2"):
                content = spec.resolve(reference).get("content", {})
                kinds += [node.get("schema") for node in content.values()] or [None]
        distinct = [kind for index, kind in enumerate(kinds) if kind not in kinds[:index]]
        # A 204 of a binary operation reads as no bytes; of a JSON operation it would be a second type.
        if len(distinct) > 1 and not (len(distinct) == 2 and BINARY in distinct and None in distinct):
            yield spec.problem("response-types", at, f"{operation.id}: all successful responses must have one type")
        if not kinds:
            yield spec.problem("response-success", at, f"{operation.id}: a successful response must be described")


def _schemas(spec: Spec) -> Iterator[Problem]:
    for name, schema in spec.schemas.items():
        at: Pointer = ("components", "schemas", name)
        if not re.fullmatch(CLASS_NAME, name):
            yield spec.problem(
                "schema-name", at, f"schema name must be PascalCase, because it names the class (got {name})"
            )
        if not schema.get("description"):
            yield spec.problem("schema-description", at, f"schema {name}: description is missing")
        if "enum" in schema:
            names = [snake_case(str(value)) for value in schema["enum"]]
            if schema.get("type") != "string" or len(set(names)) < len(names):
                yield spec.problem(
                    "schema-enum",
                    at,
                    f"schema {name}: the values of an enum must be strings that differ in more than case",
                )
        elif schema.get("type") != "object" or "properties" not in schema:
            yield spec.problem("schema-shape", at, f"schema {name} must be an object with properties or an enum")
        else:
            yield from _fields(spec, at, name, schema)


def _fields(spec: Spec, at: Pointer, name: str, schema: Node) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, node in schema["properties"].items():
        where = (*at, "properties", key)
        attribute = node.get("x-python-name") or snake_case(key)
        if not attribute.isidentifier() or attribute in seen | UNFIT_ATTRIBUTES:
            yield spec.problem(
                "field-name", where, f"{name}.{key}: {attribute} cannot be a name in Python; give an x-python-name"
            )
        seen.add(attribute)
        if "$ref" not in node and not node.get("description"):
            yield spec.problem("field-description", where, f"{name}.{key}: description is missing")
        if node.get("nullable") and key in schema.get("required", ()):
            message = f"{name}.{key}: a nullable field must not be required"
            yield spec.problem("field-null", where, message)
        if "x-anaplan-spellings" in node and key in schema.get("required", ()):
            message = f"{name}.{key}: a field with several spellings must not be required"
            yield spec.problem("field-spellings", where, message)
        yield from _property_type(spec, where, f"{name}.{key}", node)


def _property_type(spec: Spec, at: Pointer, what: str, node: Node) -> Iterator[Problem]:
    if "$ref" in node:
        return
    if "enum" in node:
        yield spec.problem("field-enum", at, f"{what}: an enum must be a named schema ($ref)")
    kind = node.get("type")
    if all(choice.get("type") in PRIMITIVES for choice in node.get("oneOf", [{}])):
        return
    if kind == "array":
        yield from _property_type(spec, (*at, "items"), f"{what}[]", node["items"])
    elif kind == "object":
        values = node.get("additionalProperties")
        if "properties" in node or not isinstance(values, dict):
            yield spec.problem(
                "field-type", at, f"{what}: an object must be a named schema ($ref) or a map with additionalProperties"
            )
        else:
            yield from _property_type(spec, (*at, "additionalProperties"), f"{what}{{}}", cast("Node", values))
    elif kind not in PRIMITIVES:
        yield spec.problem(
            "field-type", at, f"{what} must have one type: a $ref, an array, a map, or {', '.join(PRIMITIVES)}"
        )
