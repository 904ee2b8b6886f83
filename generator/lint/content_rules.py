"""The rules for the bodies of requests and responses."""

import re
from collections.abc import Iterator
from typing import Any

from ..render.engine import to_argument_name
from ..spec.document import Node, Operation, Problem, Spec
from ..spec.media import FORM, JSON, MULTIPART, is_json
from ..spec.schemas import is_free_form
from ..spec.split_operations import BINARY, split_operation
from ..spec.statuses import is_success

PRIMITIVES = ("string", "integer", "number", "boolean")


def check_request_body(spec: Spec, operation: Operation) -> Iterator[Problem]:
    """Yield the problems of the body of a request."""
    named = operation.node.get("x-anaplan-content-type", JSON)
    if not re.fullmatch(r"[a-z]+/[a-z.+-]+", str(named)) or {"x-anaplan-content-type", "requestBody"} <= set(
        operation.node
    ):
        message = f"{operation.id}: x-anaplan-content-type must be a media type, and the operation must have no body"
        yield spec.problem("body-none", (*operation.pointer, "x-anaplan-content-type"), message)
    if "requestBody" not in operation.node:
        return
    at = (*operation.pointer, "requestBody")
    body = spec.resolve(operation.node["requestBody"])
    content: Node = body["content"]
    schemas = [media.get("schema", {}) for media in content.values()]
    if all(schema == BINARY for schema in schemas):
        return
    same = all(schema == schemas[0] for schema in schemas)
    if MULTIPART in content:
        if fault := _find_multipart_fault(spec, body):
            yield spec.problem("body-parts", at, f"{operation.id}: {fault}")
    elif list(content) == [FORM]:
        if not _is_form(spec, schemas[0]):
            message = "a form must be a named object ($ref) of primitives, enums and arrays of these"
            yield spec.problem("body-parts", at, f"{operation.id}: {message}")
    elif not (content and all(map(is_json, content)) and same and is_content_schema(schemas[0])):
        message = f"{operation.id}: the body must be JSON with a named schema ($ref) or an array of one, or binary"
        others = "; JSON may also be an array, a map or a free-form object, and multipart and forms have fields"
        yield spec.problem("body-type", at, message + others)


def is_content_schema(schema: Node) -> bool:
    """Return whether a schema can be the whole content in JSON."""
    if "$ref" in schema:
        return True
    if schema.get("type") == "array":
        return is_entry_schema(schema["items"])
    values = schema.get("additionalProperties")
    return is_free_form(schema) or (
        schema.get("type") == "object" and "properties" not in schema and isinstance(values, dict)
    )


def is_entry_schema(schema: Node) -> bool:
    """Return whether a schema can be that of the entries of an array."""
    return (schema.get("type") in PRIMITIVES and "enum" not in schema) or is_content_schema(schema)


def _is_form(spec: Spec, schema: Node) -> bool:
    properties = spec.resolve(schema).get("properties")
    if "$ref" not in schema or not properties:
        return False
    entries = [node.get("items", node) if node.get("type") == "array" else node for node in properties.values()]
    return all(_is_text(spec, node) for node in entries)


def _is_text(spec: Spec, node: Node) -> bool:
    resolved = spec.resolve(node)
    return resolved.get("type") in PRIMITIVES and resolved.get("format") != "binary"


def _find_multipart_fault(spec: Spec, body: Node) -> str | None:
    media = body["content"][MULTIPART]
    schema: Node = media.get("schema", {})
    properties: Node = schema.get("properties", {})
    if (
        len(body["content"]) > 1
        or not properties
        or not body.get("required")
        or schema.get("additionalProperties") is not False
    ):
        return "a multipart body must be the only one, required, and a closed object with properties that has no name"
    for name, node in properties.items():
        if node != {**node, **BINARY} and (not _is_text(spec, node) or ("enum" in node and "$ref" not in node)):
            return f"part {name} must be binary, a primitive or an enum ($ref)"
        if "$ref" not in node and not node.get("description"):
            return f"part {name}: description is missing"
        if not re.fullmatch(r"[A-Za-z0-9._-]+", name) or not to_argument_name(name).isidentifier():
            return f"part {name} must have a name of letters, digits, dots, hyphens and underscores"
    for name, encoding in media.get("encoding", {}).items():
        if set(encoding) != {"contentType"} or properties.get(name, {}).get("format") != "binary":
            return f"the encoding of {name} must be the contentType of a binary part, and nothing else"
    return None


def check_responses(spec: Spec, operation: Operation) -> Iterator[Problem]:
    """Yield the problems of the responses."""
    for status, reference in operation.node["responses"].items():
        at = (*operation.pointer, "responses", status)
        content = spec.resolve(reference).get("content", {})
        for media, node in content.items():
            schema = node.get("schema", {})
            succeeds = is_success(status)
            fits = is_json(media) and ("$ref" in schema or (succeeds and is_content_schema(schema)))
            if not fits and not (schema == BINARY and succeeds):
                message = f"{operation.id}: response {status} ({media}) must have a named schema ($ref) or be binary"
                others = "; only JSON has a schema, and a success may be an array, a map or a free-form object"
                yield spec.problem("response-type", at, message + others)
    at = (*operation.pointer, "responses")
    for function in split_operation(spec, operation):
        kinds: list[Any] = []
        for status, reference in function.node["responses"].items():
            if is_success(status):
                content = spec.resolve(reference).get("content", {})
                kinds += [node.get("schema") for node in content.values()] or [None]
        distinct = [kind for index, kind in enumerate(kinds) if kind not in kinds[:index]]
        # A 204 of a binary operation reads as no bytes; of a JSON operation it would be a second type.
        if len(distinct) > 1 and not (len(distinct) == 2 and BINARY in distinct and None in distinct):
            yield spec.problem("response-types", at, f"{operation.id}: all successful responses must have one type")
        if not kinds:
            yield spec.problem("response-success", at, f"{operation.id}: a successful response must be described")
