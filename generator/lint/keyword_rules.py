"""The rules that nothing in a specification is ignored, by the table of `keywords`."""

import re
from collections.abc import Iterator
from typing import Any, cast

from ..spec.document import Node, Pointer, Problem, Spec
from ..spec.extensions import EXTENSIONS
from ..spec.media import MULTIPART
from ..spec.schemas import get_class_name
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
_TEXTS = ("x-anaplan-role", "x-anaplan-hint", "x-python-name", "x-anaplan-content-type", "x-anaplan-only")


def check(spec: Spec) -> Iterator[Problem]:
    """Yield each part of a valid specification that the generated code would ignore."""
    yield from _walk(spec, "document", spec.node, ())
    yield from _security(spec)
    for name in spec.schemas:
        if name in _find_needed(spec, name):
            at = ("components", "schemas", name)
            yield spec.problem("schema-circle", at, f"schema {name} requires itself, so that no value can be complete")


def _walk(spec: Spec, kind: str, node: Node, at: Pointer) -> Iterator[Problem]:
    if "$ref" in node:
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
        elif key in _TEXTS and not (isinstance(value, str) and value.strip()):
            yield spec.problem("keyword", where, f"{key} must be a text (got {value!r})")
        elif key in place.children:
            yield from _children(spec, place.children[key], value, where)
    if kind == "schema":
        yield from _schema(spec, node, at)
    if kind in ("request_body", "response"):
        yield from _encodings(spec, node, at)
    if kind == "operation":
        yield from _statuses(spec, node, at)


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
    yield from _spellings(spec, properties, at)


def _spellings(spec: Spec, properties: Node, at: Pointer) -> Iterator[Problem]:
    seen = set(properties)
    for name, node in properties.items():
        spellings = node.get("x-anaplan-spellings", [])
        where = (*at, "properties", name)
        if not isinstance(spellings, list) or not all(
            isinstance(item, str) for item in cast("list[object]", spellings)
        ):
            yield spec.problem("field-spellings", where, f"{name}: x-anaplan-spellings must be a list of texts")
            continue
        for spelling in cast("list[str]", spellings):
            if spelling in seen:
                message = f"{name}: the spelling {spelling!r} is that of a field already"
                yield spec.problem("field-spellings", where, message)
            seen.add(spelling)


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
