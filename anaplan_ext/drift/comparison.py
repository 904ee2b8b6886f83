"""One answer against its specification. What the client reads on purpose as well as what is documented is no drift."""

from collections.abc import Iterator, Mapping
from typing import cast

from attrs import frozen

from anaplan_client.core import Observed
from anaplan_client.core.codec import decode

from .documents import Document, Node, Pointer, children
from .findings import Kind
from .redaction import is_constant, is_name, media_type
from .shapes import type_of

# Answers of gateways on the way, which say nothing about the API behind them.
GATEWAYS = (502, 503, 504)
JSON = "application/json"
_FORMATS = {"date-time": decode.timestamp, "date": decode.date}


@frozen
class Difference:
    """Something in one answer that its specification does not say. `value` is not to be shown."""

    kind: Kind
    where: str
    expected: str
    seen: str
    spec: Pointer
    """What of the specification it is about."""
    value: object = None
    names: tuple[str, ...] = ()
    """What may be shown of it, to be added to the specification or taken out of it."""


def differences(document: Document, observed: Observed) -> Iterator[Difference]:
    """Compares the status, the media type and the content of an answer with what is documented."""
    operation = document.operations.get(observed.request.operation.partition(".")[2])
    if operation is None or observed.status in GATEWAYS:
        return
    responses = children(document.at(operation), "responses")
    media = observed.headers.get("content-type", "").partition(";")[0].strip().lower()
    if str(observed.status) not in responses:
        seen = f"{observed.status}, {media_type(media)}" if media else f"{observed.status}"
        yield Difference("status", "", ", ".join(responses), seen, (*operation, "responses"), names=(seen,))
        # What is wrong about a refusal is to be known as well.
        error: Pointer = ("components", "schemas", "Error")
        if observed.status >= 400 and media == JSON and "Error" in document.at(error[:-1]):
            yield from _content(document, observed.content, error)
        return
    at, response = document.resolve((*operation, "responses", str(observed.status)))
    content = children(response, "content")
    asked = content.get(observed.request.accept)
    if asked is not None and any("x-anaplan-operation" in cast("Node", node) for node in content.values()):
        # One that answers JSON or a file, as it is asked to, is two operations.
        content = {name: node for name, node in content.items() if _binary(node) == _binary(asked)}
    names = [name for name in content if name.partition(";")[0] == media]
    if not names and (observed.content or (content and media)):
        expected = ", ".join(content) or "no content"
        known = media_type(media)
        yield Difference("media type", "", expected, known, at, names=(known,) if known == media else ())
    elif names and media == JSON:
        yield from _content(document, observed.content, (*at, "content", names[0], "schema"))


def _binary(media: object) -> bool:
    return children(cast("Node", media), "schema").get("format") == "binary"


def _content(document: Document, content: bytes, schema: Pointer) -> Iterator[Difference]:
    if not content:
        return
    try:
        value = decode.parse_json(content)
    except ValueError:
        yield Difference("type", "", "JSON", "what is not JSON", schema)
        return
    yield from _value(document, schema, value, "")


def _value(document: Document, site: Pointer, value: object, where: str) -> Iterator[Difference]:
    """Compares a value with the schema at a place."""
    own = document.at(site)
    at, schema = document.resolve(site)
    if value is None and (own.get("nullable") or schema.get("nullable")):
        return
    kind = schema.get("type")
    if not _fits(schema, value):
        yield Difference("type", where, _expected(schema), type_of(value), site, value)
    elif kind == "object":
        yield from _object(document, at, schema, cast("Node", value), where)
    elif kind == "array":
        for item in cast("list[object]", value):
            yield from _value(document, (*at, "items"), item, f"{where}/[]")
    elif (known := cast("list[object] | None", schema.get("enum"))) and value not in known:
        seen = str(value) if is_constant(str(value), known) else "text"
        names = () if seen == "text" else (seen,)
        yield Difference("enum value", where, ", ".join(map(str, known)), seen, at, value, names)
    elif (form := str(schema.get("format"))) in _FORMATS and not _reads(form, value):
        yield Difference("type", where, f"string ({form})", "string", (*at, "format"), value)


def _object(document: Document, at: Pointer, schema: Node, value: Node, where: str) -> Iterator[Difference]:
    properties = cast("Mapping[str, Node]", schema.get("properties", {}))
    required = cast("list[str]", schema.get("required", []))
    rest = schema.get("additionalProperties")
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
            if name not in required and _unset(document.resolve((*at, "properties", name))[1], item):
                continue
            yield from _value(document, (*at, "properties", name), item, f"{where}/{name}")
        elif isinstance(rest, dict):
            yield from _value(document, (*at, "additionalProperties"), item, where + "/{}")
        elif properties:
            shown = is_name(key)
            what = f"{where}/{key if shown else '?'}"
            yield Difference("unknown field", what, "no such field", type_of(item), (*at, "properties", key), item)


def _unset(schema: Node, value: object) -> bool:
    """Whether an optional field is as good as absent: null or, where no text is expected, empty."""
    return value is None or (
        value == "" and (schema.get("type") != "string" or bool(schema.keys() & {"enum", "format"}))
    )


def _fits(schema: Node, value: object) -> bool:
    if "oneOf" in schema:
        return any(_fits(choice, value) for choice in cast("list[Node]", schema["oneOf"]))
    documented, seen = schema.get("type"), type_of(value)
    if documented is None or documented == seen:
        return True
    if seen == "string" and documented == "integer":
        return schema.get("format") == "id"
    if isinstance(value, float):
        return documented == "integer" and value.is_integer()
    return seen == "integer" and documented == "number"


def _expected(schema: Node) -> str:
    if "oneOf" in schema:
        return " or ".join(_expected(choice) for choice in cast("list[Node]", schema["oneOf"]))
    return f"{schema.get('type')} ({schema['format']})" if "format" in schema else str(schema.get("type"))


def _reads(form: str, value: object) -> bool:
    try:
        _FORMATS[form](value)
    except (TypeError, ValueError):
        return False
    return True
