"""The rules that nothing in a specification is ignored, by the table of `keywords`."""

import re
from collections.abc import Iterator
from typing import Any, cast

from ..spec.document import Node, Pointer, Problem, Spec
from ..spec.extensions import EXTENSIONS
from ..spec.media import MULTIPART
from ..spec.schemas import get_class_name
from ..spec.split_operations import BINARY, get_success_content
from .keywords import HONORED, PLACES, TOLD

# The limits that are checked of each type and format. Whatever else a text is, its characters are counted.
_LIMITS = {
    "string": {"minLength", "maxLength"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "array": {"minItems", "maxItems"},
}
_UNLIMITED = ("date", "date-time", "binary", "epoch-milliseconds", "id")
_FORMATS = {
    "string": {"date", "date-time", "binary", "password", "uuid", "uri", "email", "hostname", "ipv4", "ipv6"},
    "integer": {"epoch-milliseconds", "id", "int32", "int64"},
    "number": {"float", "double"},
}
# RFC 6838, and parameters of plain values.
MEDIA_TYPE = r"[a-z]+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*(; ?[a-z0-9-]+=[A-Za-z0-9._-]+)*"
# What the schema of OpenAPI does not know the types of, because the keys are ours.
_TEXTS = ("x-anaplan-role", "x-anaplan-hint", "x-python-name", "x-anaplan-content-type", "x-anaplan-only")
_TEXTS_OF_HALVES = (*_TEXTS, "operationId", "summary", "description")
# What a reference of each place must lead to.
_COMPONENTS = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "request_body": "requestBodies",
    "example": "examples",
    "header": "headers",
    "security_scheme": "securitySchemes",
}


def check(spec: Spec) -> Iterator[Problem]:
    """Yield each part of a valid specification that the generated code would ignore."""
    if problems := list(_walk(spec, "document", spec.node, ())):
        # What follows relies on the places and types of all keys.
        yield from problems
        return
    yield from _security(spec)
    yield from _halves(spec)
    for name in spec.schemas:
        if name in _find_needed(spec, name):
            at = ("components", "schemas", name)
            yield spec.problem("schema-circle", at, f"schema {name} requires itself, so that no value can be complete")


def _walk(spec: Spec, kind: str, node: Node, at: Pointer) -> Iterator[Problem]:
    if "$ref" in node:
        wanted = f"#/components/{_COMPONENTS.get(kind)}/"
        if not (node["$ref"].startswith(wanted) and node["$ref"].count("/") == 3):
            yield spec.problem("reference", (*at, "$ref"), f"$ref must lead to {wanted}… here (got {node['$ref']})")
        for key in node.keys() - {"$ref"}:
            yield spec.problem("keyword", (*at, key), f"{key} has no effect next to a $ref")
        return
    place = PLACES[kind]
    for key, value in node.items():
        where = (*at, key)
        if key.startswith("x-") and (key not in EXTENSIONS or key not in place.keywords):
            yield spec.problem("keyword", where, f"{key} is not a key of ours here; see generator/spec/extensions.py")
        elif (status := place.keywords.get(key, "is not a keyword here")) not in (HONORED, TOLD):
            rule = "path-method" if kind == "path" else "keyword"
            yield spec.problem(rule, where, f"{key} {status}")
        elif fault := _find_type_fault(kind, key, value):
            yield spec.problem("keyword", where, f"{key} must be {fault} (got {str(value)[:80]!r})")
        elif key in place.children:
            yield from _children(spec, place.children[key], value, where)
    if kind == "schema":
        yield from _schema(spec, node, at)
    if kind in ("request_body", "response"):
        yield from _encodings(spec, node, at)
    if kind == "operation":
        yield from _statuses(spec, node, at)


def _find_type_fault(kind: str, key: str, value: object) -> str:
    """Return what the value of a key must be, if it is something else."""
    is_list = isinstance(value, list)
    texts = cast("list[object]", value if is_list else [value])
    if key in (_TEXTS_OF_HALVES if kind == "half" else _TEXTS) and not _is_text(value):
        return "a text"
    if key == "x-anaplan-method" and not (texts and all(map(_is_text, texts))):
        return "a text, or a list of texts"
    if key == "x-anaplan-operation" and not isinstance(value, dict):
        return "an object"
    if kind == "half" and key == "tags" and not (is_list and all(map(_is_text, texts))):
        return "a list of texts"
    return ""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _children(spec: Spec, kind: str, value: Any, at: Pointer) -> Iterator[Problem]:
    entries: list[tuple[Pointer, Any]] = [(at, value)]
    if kind.startswith("{}"):
        entries = [((*at, name), item) for name, item in value.items()]
    elif isinstance(value, list):
        entries = [((*at, index), item) for index, item in enumerate(cast("list[object]", value))]
    for where, item in entries:
        # `additionalProperties` may be a boolean.
        if isinstance(item, dict):
            yield from _walk(spec, kind.removeprefix("{}"), cast("Node", item), where)


def _schema(spec: Spec, node: Node, at: Pointer) -> Iterator[Problem]:
    kind, form = node.get("type"), node.get("format")
    if form is not None and form not in _FORMATS.get(str(kind), set()):
        known = ", ".join(sorted(_FORMATS.get(str(kind), ()))) or "none"
        yield spec.problem("keyword", (*at, "format"), f"format {form} is not known of {kind}; known are {known}")
    used = node.keys() & set().union(*_LIMITS.values())
    fit = set[str]() if form in _UNLIMITED or "enum" in node else _LIMITS.get(str(kind), set())
    for key in used - fit:
        yield spec.problem("keyword", (*at, key), f"{key} is not checked of {form or kind}; say it in the description")
    for key in used & fit:
        value = node[key]
        if kind == "integer" and isinstance(value, float):
            yield spec.problem("keyword", (*at, key), f"{key} of an integer must be an integer (got {value})")
        most = node.get(key.replace("min", "max", 1), value)
        if key.startswith("min") and value > most:
            yield spec.problem("keyword", (*at, key), f"{key} must not be above the maximum of {most} (got {value})")
    if kind == "array" and "items" not in node:
        yield spec.problem("keyword", at, "an array must have items")
    properties = node.get("properties", {})
    for name in node.get("required", ()):
        if name not in properties:
            yield spec.problem("keyword", (*at, "required"), f"{name} is required and is not a property")
    if properties and isinstance(node.get("additionalProperties"), dict):
        message = "additionalProperties with a schema is not supported next to properties"
        yield spec.problem("keyword", (*at, "additionalProperties"), message)
    if "discriminator" in node and "oneOf" not in node:
        yield spec.problem("keyword", (*at, "discriminator"), "discriminator has no effect without oneOf")
    # Only a field and an entry can be null; see `field-null`.
    if node.get("nullable") and (len(at) == 3 or at[-1] == "schema"):
        yield spec.problem("keyword", (*at, "nullable"), "nullable is supported for fields and entries only")


def _find_needed(spec: Spec, name: str) -> set[str]:
    """Return the schemas without which no object of a schema is complete."""
    waiting, found = [name], set[str]()
    while waiting:
        schema = spec.schemas[waiting.pop()]
        needed = (schema.get("properties", {}).get(key, {}) for key in schema.get("required", ()))
        new = {other for other in map(get_class_name, needed) if other is not None} - found
        found |= new
        waiting += new
    return found


def _encodings(spec: Spec, node: Node, at: Pointer) -> Iterator[Problem]:
    if node.get("content") == {}:
        yield spec.problem("media-type", (*at, "content"), "content must have a media type; without any leave it out")
    for media, content in node.get("content", {}).items():
        if not re.fullmatch(MEDIA_TYPE, media):
            message = f"{media!r} must be a media type, such as application/json"
            yield spec.problem("media-type", (*at, "content", media), message)
        if "encoding" in content and media != MULTIPART:
            where = (*at, "content", media, "encoding")
            yield spec.problem("keyword", where, f"encoding has no effect of {media}")
        if "schema" not in content:
            where = (*at, "content", media)
            yield spec.problem("keyword", where, f"{media} must have a schema")


def _statuses(spec: Spec, node: Node, at: Pointer) -> Iterator[Problem]:
    for status in node["responses"]:
        if not re.fullmatch(r"[1-5]\d\d|default", status):
            message = f"responses must be of one status each, such as 400, or default for all others (got {status})"
            yield spec.problem("keyword", (*at, "responses", status), message)


def _halves(spec: Spec) -> Iterator[Problem]:
    """Yield each override of an operation that makes no function: only one of two kinds of response does."""
    for operation in spec.operations():
        content = get_success_content(spec, operation)
        is_binary = [node.get("schema") == BINARY for node in content.values()]
        kinds = set(is_binary) if len(set(is_binary)) == 2 else set[bool]()
        firsts = {list(content)[is_binary.index(kind)] for kind in kinds}
        for media, node in content.items():
            if "x-anaplan-operation" in node and media not in firsts:
                message = f"x-anaplan-operation has an effect only of one of two kinds of response (got {media})"
                yield spec.problem("keyword", (*operation.pointer, "responses"), message)
        bodies = [operation.node.get("requestBody", {})]
        bodies += [node for status, node in operation.node["responses"].items() if not status.startswith("2")]
        if any(
            "x-anaplan-operation" in node for body in bodies for node in spec.resolve(body).get("content", {}).values()
        ):
            message = f"{operation.id}: x-anaplan-operation has an effect only of a successful response"
            yield spec.problem("keyword", operation.pointer, message)


def _security(spec: Spec) -> Iterator[Problem]:
    schemes = spec.node.get("components", {}).get("securitySchemes", {})
    places = [((), spec.node), *((operation.pointer, operation.node) for operation in spec.operations())]
    for at, node in places:
        for index, requirement in enumerate(node.get("security", [])):
            where = (*at, "security", index)
            if len(requirement) != 1:
                yield spec.problem("security", where, "each entry of security must name exactly one scheme")
            for name in requirement:
                if not _is_authorization(spec, schemes.get(name, {})):
                    message = f"security scheme {name} must be described, and be sent as the header Authorization"
                    yield spec.problem("security", where, message)


def _is_authorization(spec: Spec, scheme: Node) -> bool:
    given = spec.resolve(scheme)
    if given.get("type") == "apiKey":
        return given["in"] == "header" and str(given["name"]).lower() == "authorization"
    return given.get("type") == "http"
