"""Compare a response with its specification. Forms that the client accepts on purpose are not drift."""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from attrs import frozen

from anaplan_client.core import Observed
from anaplan_client.core.codec import decode

from .deprecation import find_deprecations
from .documents import Document, Node, Pointer, get_object
from .findings import Kind
from .redaction import is_constant, is_name, redact_media_type
from .shapes import type_of

GATEWAY_STATUSES = (502, 503, 504)
"""Statuses that tell nothing about the API behind a gateway."""
JSON = "application/json"
_FORMATS = {"date-time": decode.timestamp, "date": decode.date}


@frozen
class Difference:
    """A part of a response that its specification does not allow. `value` must not be shown."""

    kind: Kind
    where: str
    expected: str
    seen: str
    spec: Pointer
    """Pointer to the part of the specification that the response contradicts."""
    value: object = None
    names: tuple[str, ...] = ()
    """The names that may be shown, to be added to the specification or removed from it."""


def compare(document: Document, observed: Observed) -> Iterator[Difference]:
    """Compare the status, the media type and the content of a response with its specification."""
    operation = document.operations.get(observed.request.operation.partition(".")[2])
    if operation is None or observed.status in GATEWAY_STATUSES:
        return
    yield from _compare_headers(document, operation, observed)
    responses = get_object(document.at(operation), "responses")
    media = observed.headers.get("content-type", "").partition(";")[0].strip().lower()
    if str(observed.status) not in responses:
        seen = f"{observed.status}, {redact_media_type(media)}" if media else f"{observed.status}"
        yield Difference("status", "", ", ".join(responses), seen, (*operation, "responses"), names=(seen,))
        # Rejections have a documented form too.
        error: Pointer = ("components", "schemas", "Error")
        if observed.status >= 400 and media == JSON and "Error" in document.at(error[:-1]):
            yield from _compare_content(document, observed.content, error)
        return
    at, response = document.resolve((*operation, "responses", str(observed.status)))
    content = get_object(response, "content")
    requested = content.get(observed.request.accept)
    if requested is not None and any("x-anaplan-operation" in cast("Node", node) for node in content.values()):
        # JSON and a file from one path are two operations.
        content = {name: node for name, node in content.items() if _is_binary(node) == _is_binary(requested)}
    names = [name for name in content if name.partition(";")[0] == media]
    if not names and (observed.content or (content and media)):
        expected = ", ".join(content) or "no content"
        seen = redact_media_type(media)
        yield Difference("media type", "", expected, seen, at, names=(seen,) if seen == media else ())
    elif names and (media == JSON or media.endswith("+json")):
        yield from _compare_content(document, observed.content, (*at, "content", names[0], "schema"))


def _compare_headers(document: Document, operation: Pointer, observed: Observed) -> Iterator[Difference]:
    if document.at(operation).get("deprecated"):
        return
    for seen in find_deprecations(observed.headers):
        yield Difference("deprecation", "", "not deprecated", seen, operation, names=(seen,))


def compare_gone(document: Document, observed: Observed, gone: Iterable[str]) -> Iterator[Difference]:
    """Return the documented optional fields among places that no longer come."""
    operation = document.operations.get(observed.request.operation.partition(".")[2])
    if operation is None or not gone:
        return
    responses = get_object(document.at(operation), "responses")
    if str(observed.status) not in responses:
        return
    at, response = document.resolve((*operation, "responses", str(observed.status)))
    if JSON not in get_object(response, "content"):
        return
    schema = (*at, "content", JSON, "schema")
    for place in gone:
        if (pointer := _find_field(document, schema, place)) is not None:
            yield Difference("field gone", place, "a field of every earlier response", "nothing", pointer)


def _find_field(document: Document, schema: Pointer, place: str) -> Pointer | None:
    """Return the pointer to the documented optional field at a place of a response; None if it is not one."""
    *steps, last = place.split("/")[1:]
    pointer, node = document.resolve(schema)
    for step in steps:
        key = ("items",) if step == "[]" else ("properties", step)
        inner = node.get(key[0])
        if not isinstance(inner, dict) or (len(key) > 1 and key[1] not in inner):
            return None
        pointer, node = document.resolve((*pointer, *key))
    if last not in get_object(node, "properties") or last in cast("list[str]", node.get("required", [])):
        return None
    return (*pointer, "properties", last)


def _is_binary(media: object) -> bool:
    return get_object(cast("Node", media), "schema").get("format") == "binary"


def _compare_content(document: Document, content: bytes, schema: Pointer) -> Iterator[Difference]:
    if not content:
        return
    try:
        value = decode.parse_json(content)
    except ValueError:
        yield Difference("type", "", "JSON", "not JSON", schema)
        return
    yield from _compare_value(document, schema, value, "")


def _compare_value(document: Document, pointer: Pointer, value: object, where: str) -> Iterator[Difference]:
    """Compare a value with the schema at a pointer."""
    reference = document.at(pointer)
    at, schema = document.resolve(pointer)
    if value is None and (reference.get("nullable") or schema.get("nullable")):
        return
    if "discriminator" in schema:
        if not isinstance(value, dict):
            yield Difference("type", where, "object", type_of(value), pointer, value)
        # An object of an unknown kind is kept as it is.
        elif choice := _find_choice(schema, cast("Node", value)):
            yield from _compare_value(document, choice, cast("Node", value), where)
        return
    kind = schema.get("type")
    if not _has_type(schema, value):
        yield Difference("type", where, _describe_type(schema), type_of(value), pointer, value)
    elif kind == "object":
        yield from _compare_object(document, at, schema, cast("Node", value), where)
    elif kind == "array":
        for item in cast("list[object]", value):
            yield from _compare_value(document, (*at, "items"), item, f"{where}/[]")
    elif (documented := cast("list[object] | None", schema.get("enum"))) and value not in documented:
        seen = str(value) if is_constant(str(value), documented) else "text"
        names = () if seen == "text" else (seen,)
        yield Difference("enum value", where, ", ".join(map(str, documented)), seen, at, value, names)
    elif (form := str(schema.get("format"))) in _FORMATS and not _is_readable(form, value):
        yield Difference("type", where, f"string ({form})", "string", (*at, "format"), value)


def _find_choice(schema: Node, value: Node) -> Pointer | None:
    """Return the pointer to the object of a union that a value is, or None for an unknown one."""
    discriminator = get_object(schema, "discriminator")
    kind = value.get(str(discriminator["propertyName"]))
    reference = get_object(discriminator, "mapping").get(kind) if isinstance(kind, str) else None
    return tuple(str(reference)[2:].split("/")) if reference is not None else None


def _compare_object(document: Document, at: Pointer, schema: Node, value: Node, where: str) -> Iterator[Difference]:
    properties = cast("Mapping[str, Node]", schema.get("properties", {}))
    required = cast("list[str]", schema.get("required", []))
    additional = schema.get("additionalProperties")
    spellings = {
        other: name
        for name, node in properties.items()
        for other in cast("list[str]", node.get("x-anaplan-spellings", []))
    }
    for name in required:
        if name not in value:
            yield Difference(
                "missing field", f"{where}/{name}", "a required field", "nothing", (*at, "required"), names=(name,)
            )
    for key, item in value.items():
        name = spellings.get(key, key)
        if name in properties:
            if name not in required and _is_unset(document.resolve((*at, "properties", name))[1], item):
                continue
            yield from _compare_value(document, (*at, "properties", name), item, f"{where}/{name}")
        elif isinstance(additional, dict):
            yield from _compare_value(document, (*at, "additionalProperties"), item, where + "/{}")
        elif properties:
            place = f"{where}/{key if is_name(key) else '?'}"
            yield Difference("unknown field", place, "no such field", type_of(item), (*at, "properties", key), item)


def _is_unset(schema: Node, value: object) -> bool:
    """Return whether an optional field counts as absent: null or, if no text is expected, empty."""
    return value is None or (
        value == "" and (schema.get("type") != "string" or bool(schema.keys() & {"enum", "format"}))
    )


def _has_type(schema: Node, value: object) -> bool:
    if "oneOf" in schema:
        return any(_has_type(choice, value) for choice in cast("list[Node]", schema["oneOf"]))
    documented, seen = schema.get("type"), type_of(value)
    if documented is None or documented == seen:
        return True
    if seen == "string" and documented == "integer":
        return schema.get("x-anaplan-type") == "id"
    if isinstance(value, float):
        return documented == "integer" and value.is_integer()
    return seen == "integer" and documented == "number"


def _describe_type(schema: Node) -> str:
    if "oneOf" in schema:
        return " or ".join(_describe_type(choice) for choice in cast("list[Node]", schema["oneOf"]))
    return f"{schema.get('type')} ({schema['format']})" if "format" in schema else str(schema.get("type"))


def _is_readable(form: str, value: object) -> bool:
    try:
        _FORMATS[form](value)
    except (TypeError, ValueError):
        return False
    return True
