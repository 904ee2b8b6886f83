"""The parts of a generated function, ready for its template."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from attrs import frozen

from ..spec import usage
from ..spec.document import Node, Operation, Spec
from ..spec.error_examples import get_message_hints, get_status_hints
from ..spec.media import JSON
from ..spec.schemas import find_references, get_class_name, is_constant
from ..spec.security import Signer, find_signer
from . import docstrings, python_types
from .bodies import Body, build_body, write_choice
from .engine import Argument, Endpoint

# The checks that find wrong types only.
ALWAYS_FIT = {"check_present", "check_date", "check_boolean", "check_content", "check_model"}


@frozen(kw_only=True)
class FunctionCode:
    """The parts of a function's source."""

    name: str
    key: str
    method: str
    host: str
    path: str
    accept: str
    statuses: tuple[int, ...]
    empty_statuses: tuple[int, ...]
    effect: str
    role: str
    sensitive: bool
    deprecated: bool
    hints: str
    message_hints: str
    signature: list[str]
    docstring: str
    checks: list[str]
    path_arguments: dict[str, str]
    query: dict[str, str]
    repeated: list[str]
    headers: dict[str, str]
    signer: Signer
    body: Body | None
    content_type: str | None
    result: str
    decode: str
    models: list[str]


def build_function_code(spec: Spec, operation: Operation, endpoint: Endpoint) -> FunctionCode:
    """Build the parts of an operation's function."""
    server = spec.node["servers"][0]
    base_path = urlsplit(str(server["url"])).path
    by_name = {node["name"]: node for node in map(spec.resolve, operation.node.get("parameters", []))}
    body = build_body(spec, operation)
    signer = find_signer(spec, operation)
    media, schema = get_success(spec, operation)
    annotation, decode = write_result(spec, schema)
    parameters = [*endpoint.path_arguments, *endpoint.query_arguments, *endpoint.header_arguments]
    checks = list(_checks(spec, by_name, endpoint, body))
    return FunctionCode(
        name=operation.id,
        key=f"{spec.name}.{operation.id}",
        method=operation.method.upper(),
        host=server["x-anaplan-host"],
        path=base_path + endpoint.path,
        accept="accept" if len(media) > 1 else python_types.write_literal(media[0]),
        statuses=_success_statuses(spec, operation, with_content=True),
        empty_statuses=_success_statuses(spec, operation, with_content=False),
        effect=operation.node["x-anaplan-effect"],
        role=operation.node["x-anaplan-role"],
        sensitive="x-anaplan-sensitive" in operation.node,
        deprecated=bool(operation.node.get("deprecated")),
        hints=_write_mapping(get_status_hints(spec, operation)),
        message_hints=_write_mapping(get_message_hints(spec, operation)),
        signature=_signature(by_name, endpoint, body, signer, media),
        docstring=docstrings.document_operation(
            spec,
            operation,
            base_path + operation.path,
            annotation,
            _descriptions(spec, operation, parameters, body, signer, media),
            _raises(endpoint, body, checks),
        ),
        checks=checks,
        path_arguments={
            item.python_name: python_types.write_path_value(by_name[item.name]["schema"], item.python_name)
            for item in endpoint.path_arguments
        },
        query=_sent(by_name, "query", endpoint.query_arguments),
        repeated=[item.name for item in endpoint.query_arguments if is_repeated(by_name[item.name])],
        headers=_sent(by_name, "header", endpoint.header_arguments),
        signer=signer,
        body=body,
        content_type=_content_type(operation, body),
        result=annotation,
        decode=decode,
        models=sorted({*_models(spec, operation, schema), *(body.models if body is not None else ())}),
    )


def _sent(by_name: dict[str, Node], place: str, arguments: list[Argument]) -> dict[str, str]:
    """Return the expressions of the values in a place of the request, by their names on the wire."""
    constants = {
        name: python_types.write_literal(node["schema"]["enum"][0])
        for name, node in by_name.items()
        if node["in"] == place and is_constant(node)
    }
    return {item.name: item.python_name for item in arguments} | constants


def is_repeated(parameter: Node) -> bool:
    """Return whether each entry of a list in the query has the parameter's name."""
    is_list = parameter["in"] == "query" and parameter["schema"].get("type") == "array"
    return is_list and bool(parameter.get("explode", True))


def _checks(spec: Spec, by_name: dict[str, Node], endpoint: Endpoint, body: Body | None) -> Iterator[str]:
    for item in [*endpoint.path_arguments, *endpoint.query_arguments, *endpoint.header_arguments]:
        # `path` itself checks ids.
        schema = by_name[item.name]["schema"]
        if item.required and item not in endpoint.path_arguments:
            yield f'validation.check_present("{item.python_name}", {item.python_name})'
        if item not in endpoint.path_arguments or python_types.write_annotation(schema) != "str":
            yield python_types.write_check(spec, schema, item.python_name, item.python_name)
    if body is not None:
        yield from body.checks


def _raises(endpoint: Endpoint, body: Body | None, checks: list[str]) -> list[tuple[str, str]]:
    """Return the exceptions that a function itself raises, with their reasons."""
    reasons: dict[str, list[str]] = {"TypeError": [], "ValueError": []}
    kinds = {check.removeprefix("validation.").partition("(")[0] for check in checks}
    if endpoint.path_arguments or kinds:
        reasons["TypeError"].append("an argument has the wrong type")
    if endpoint.path_arguments:
        reasons["ValueError"].append("an id is empty, or has surrounding whitespace or control characters")
    if kinds - ALWAYS_FIT:
        reasons["ValueError"].append("a value is outside its limits")
    if body is not None and body.is_json:
        reasons["TypeError"].append("the body has a value that JSON cannot represent")
        reasons["ValueError"].append("the body has a number or text that JSON cannot represent")
    sentences = {error: ", or ".join(texts) for error, texts in reasons.items() if texts}
    return [(error, f"{text[0].upper()}{text[1:]}.") for error, text in sentences.items()]


def get_success(spec: Spec, operation: Operation) -> tuple[list[str], Node | None]:
    """Return the media types and the schema of the first success with content. The schema is None without content."""
    for node in usage.get_successes(operation).values():
        if content := spec.resolve(node).get("content"):
            return list(content), next(iter(content.values()))["schema"]
    return [JSON], None


def _content_type(operation: Operation, body: Body | None) -> str | None:
    """Return the expression of the content type. An operation without a body may need one too."""
    if body is not None:
        return body.content_type
    named = operation.node.get("x-anaplan-content-type")
    return python_types.write_literal(named) if named else None


def _success_statuses(spec: Spec, operation: Operation, *, with_content: bool) -> tuple[int, ...]:
    return tuple(
        int(status)
        for status, node in usage.get_successes(operation).items()
        if ("content" in spec.resolve(node)) == with_content
    )


def _write_mapping(texts: Mapping[int, str] | Mapping[str, str]) -> str:
    """Return a dictionary of texts as an expression, or nothing. Parentheses let a long entry be wrapped."""
    entries = [(f"{key!r}: ", repr(text)) for key, text in texts.items()]
    lines = [f"{key}({text})" if len(key + text) > 110 else key + text for key, text in entries]
    return f"{{{', '.join(lines)}}}" if lines else ""


def _models(spec: Spec, operation: Operation, answered: Node | None) -> set[str]:
    """Return the classes that the code of a function mentions."""
    schemas = [spec.resolve(node)["schema"] for node in operation.node.get("parameters", [])]
    return {name for schema in [*schemas, answered or {}] for name in find_references(schema)}


def write_result(spec: Spec, schema: Node | None) -> tuple[str, str]:
    """Return the annotation of a response with a schema, and the expression of its decoder."""
    if schema is None:
        return "None", "decode.none"
    if schema.get("format") == "binary":
        return "bytes", "decode.binary"
    annotation = python_types.write_annotation(schema)
    if name := _object_name(spec, schema):
        return annotation, f"decode.model({name})"
    if name := _object_name(spec, schema.get("items", {})):
        return annotation, f"decode.models({name})"
    return annotation, f"decode.body({python_types.write_decoder(spec, schema)})"


def _object_name(spec: Spec, schema: Node) -> str | None:
    return get_class_name(schema) if "properties" in spec.resolve(schema) else None


def _signature(
    by_name: dict[str, Node], endpoint: Endpoint, body: Body | None, signer: Signer, media: list[str]
) -> list[str]:
    def typed(item: Argument) -> str:
        kind = python_types.write_argument_type(by_name[item.name]["schema"])
        return f"{item.python_name}: {kind}" + ("" if item.required else " | None = None")

    named = [typed(item) for item in [*endpoint.query_arguments, *endpoint.header_arguments]]
    if signer == "caller":
        named.append("authorization: str")
    if body is not None:
        named += body.arguments
    if len(media) > 1:
        named.append(write_choice("accept", media))
    return [typed(item) for item in endpoint.path_arguments] + (["*", *named] if named else [])


def _descriptions(
    spec: Spec,
    operation: Operation,
    parameters: Sequence[Argument],
    body: Body | None,
    signer: Signer,
    media: list[str],
) -> list[tuple[str, str]]:
    by_name = {node["name"]: node for node in map(spec.resolve, operation.node.get("parameters", []))}
    entries = [(item.python_name, docstrings.document_argument(spec, by_name[item.name])) for item in parameters]
    if signer == "caller":
        entries.append(("authorization", "Value of the `Authorization` header."))
    if body is not None:
        entries += body.descriptions
    if len(media) > 1:
        entries.append(("accept", "The media type of the response."))
    return entries
