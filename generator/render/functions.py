"""The parts of a generated function, ready for its template."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from attrs import frozen

from ..spec import usage
from ..spec.document import Node, Operation, Spec
from ..spec.error_examples import get_message_hints, get_status_hints
from ..spec.schemas import find_references, get_class_name, is_constant
from . import docstrings, python_types
from .engine import Argument, Endpoint

JSON = "application/json"


@frozen(kw_only=True)
class Body:
    """The body that a function takes."""

    annotation: str
    required: bool
    content_types: list[str]
    is_json: bool
    encoded: str
    check: str | None

    @property
    def content(self) -> str:
        """The expression of the content to send."""
        if not self.is_json:
            return "body"
        return f"encode_json({self.encoded})" + ("" if self.required else " if body is not None else None")

    @property
    def content_type(self) -> str:
        """The expression of the content type."""
        if len(self.content_types) > 1:
            return "content_type"
        return f'"{self.content_types[0]}"' + ("" if self.required else " if body is not None else None")


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
    hints: str
    message_hints: str
    signature: list[str]
    docstring: str
    checks: list[str]
    path_arguments: list[str]
    query: dict[str, str]
    brings_authorization: bool
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
    body = _body(spec, operation)
    # An operation with a security of its own is one that a token is got by; its caller brings the credentials.
    brings_authorization = "security" in operation.node
    media, schema = get_success(spec, operation)
    annotation, decode = write_result(spec, schema)
    parameters = [*endpoint.path_arguments, *endpoint.query_arguments]
    checks = list(filter(None, _checks(spec, by_name, endpoint, body)))
    constants = {node["name"]: node["schema"]["enum"][0] for node in by_name.values() if is_constant(node)}
    return FunctionCode(
        name=operation.id,
        key=f"{spec.name}.{operation.id}",
        method=operation.method.upper(),
        host=server["x-anaplan-host"],
        path=base_path + endpoint.path,
        accept="accept" if len(media) > 1 else f'"{media[0]}"',
        statuses=_success_statuses(spec, operation, with_content=True),
        empty_statuses=_success_statuses(spec, operation, with_content=False),
        effect=operation.node["x-anaplan-effect"],
        role=operation.node["x-anaplan-role"],
        sensitive="x-anaplan-sensitive" in operation.node,
        hints=_write_mapping(get_status_hints(spec, operation)),
        message_hints=_write_mapping(get_message_hints(spec, operation)),
        signature=_signature(by_name, endpoint, body, brings_authorization, media),
        docstring=docstrings.document_operation(
            spec,
            operation,
            base_path + operation.path,
            annotation,
            _descriptions(spec, operation, parameters, body, brings_authorization, media),
            _raises(endpoint, body, checks),
        ),
        checks=checks,
        path_arguments=[item.python_name for item in endpoint.path_arguments],
        query={item.name: item.python_name for item in endpoint.query_arguments}
        | {name: f'"{value}"' for name, value in constants.items()},
        brings_authorization=brings_authorization,
        body=body,
        content_type=write_content_type(operation, body),
        result=annotation,
        decode=decode,
        models=sorted(_models(spec, operation, schema)),
    )


def _checks(spec: Spec, by_name: dict[str, Node], endpoint: Endpoint, body: Body | None) -> Iterator[str | None]:
    for item in [*endpoint.path_arguments, *endpoint.query_arguments]:
        # `path` itself checks ids.
        schema = by_name[item.name]["schema"]
        if item in endpoint.query_arguments or python_types.write_annotation(schema) != "str":
            yield python_types.write_check(spec, schema, item.python_name, item.python_name)
    if body is not None:
        yield body.check


def _raises(endpoint: Endpoint, body: Body | None, checks: list[str]) -> list[tuple[str, str]]:
    """Return the exceptions that a function itself raises, with their reasons."""
    reasons: dict[str, list[str]] = {"TypeError": [], "ValueError": []}
    kinds = {check.removeprefix("validation.").partition("(")[0] for check in checks}
    if endpoint.path_arguments or kinds - {"check_enum"}:
        reasons["TypeError"].append("an argument has the wrong type")
    if endpoint.path_arguments:
        reasons["ValueError"].append("an id is empty, or has surrounding whitespace or control characters")
    if kinds - {"check_object", "check_date"}:
        reasons["ValueError"].append("a value is outside its limits")
    if body is not None and body.is_json:
        reasons["TypeError"].append("the body has a value that JSON cannot represent")
        reasons["ValueError"].append("the body has a number or text that JSON cannot represent")
    sentences = {error: ", or ".join(texts) for error, texts in reasons.items() if texts}
    return [(error, f"{text[0].upper()}{text[1:]}.") for error, text in sentences.items()]


def _body(spec: Spec, operation: Operation) -> Body | None:
    if "requestBody" not in operation.node:
        return None
    node = spec.resolve(operation.node["requestBody"])
    content = node["content"]
    schema: Node = content.get(JSON, {}).get("schema", {})
    is_array = schema.get("type") == "array"
    annotation = python_types.write_annotation(schema) if schema else "Content"
    return Body(
        # A tuple is fine as well.
        annotation=annotation.replace("list", "Sequence", 1) if is_array else annotation,
        required=node.get("required", False),
        content_types=list(content),
        is_json=JSON in content,
        encoded="[item.to_dict() for item in body]" if is_array else "body.to_dict()",
        check=python_types.write_check(spec, schema, "body", "body") if is_array else None,
    )


def get_success(spec: Spec, operation: Operation) -> tuple[list[str], Node | None]:
    """Return the media types and the schema of the successful response. The schema is None without content."""
    for status, node in operation.node["responses"].items():
        content = spec.resolve(node).get("content", {})
        if status.startswith("2") and content:
            return list(content), next(iter(content.values()))["schema"]
    return [JSON], None


def write_content_type(operation: Operation, body: Body | None) -> str | None:
    """Return the expression of the content type. An operation without a body may need one too."""
    if body is not None:
        return body.content_type
    named = operation.node.get("x-anaplan-content-type")
    return f'"{named}"' if named else None


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
    if "requestBody" in operation.node:
        schemas += [media["schema"] for media in spec.resolve(operation.node["requestBody"])["content"].values()]
    return {name for schema in [*schemas, answered or {}] for name in find_references(schema)}


def write_result(spec: Spec, schema: Node | None) -> tuple[str, str]:
    """Return the annotation of a response with a schema, and the expression of its decoder."""
    if schema is None:
        return "None", "decode.none"
    if schema.get("format") == "binary":
        return "bytes", "decode.binary"
    return python_types.write_annotation(schema), f"decode.model({get_class_name(schema)})"


def _signature(
    by_name: dict[str, Node], endpoint: Endpoint, body: Body | None, brings_authorization: bool, media: list[str]
) -> list[str]:
    def typed(item: Argument) -> str:
        schema = by_name[item.name]["schema"]
        kind = python_types.write_annotation(schema)
        kind = kind.replace("list", "Sequence", 1) if schema.get("type") == "array" else kind
        return f"{item.python_name}: {kind}" + ("" if item.required else " | None = None")

    def choice(name: str, values: list[str]) -> str:
        choices = ", ".join(f'"{value}"' for value in values)
        return f'{name}: Literal[{choices}] = "{values[0]}"'

    named = [typed(item) for item in endpoint.query_arguments]
    if brings_authorization:
        named.append("authorization: str")
    if body is not None:
        named.append(f"body: {body.annotation}" + ("" if body.required else " | None = None"))
        if len(body.content_types) > 1:
            named.append(choice("content_type", body.content_types))
    if len(media) > 1:
        named.append(choice("accept", media))
    return [typed(item) for item in endpoint.path_arguments] + (["*", *named] if named else [])


def _descriptions(
    spec: Spec,
    operation: Operation,
    parameters: Sequence[Argument],
    body: Body | None,
    brings_authorization: bool,
    media: list[str],
) -> list[tuple[str, str]]:
    by_name = {node["name"]: node for node in map(spec.resolve, operation.node.get("parameters", []))}
    entries = [(item.python_name, docstrings.document_argument(spec, by_name[item.name])) for item in parameters]
    if brings_authorization:
        entries.append(("authorization", "Value of the `Authorization` header."))
    if body is not None:
        node = spec.resolve(operation.node["requestBody"])
        schema = spec.resolve(next(iter(node["content"].values()))["schema"])
        text = node.get("description") or schema.get("description") or "The content to send."
        limits = python_types.describe_limits(schema)
        entries.append(("body", f"{text} {limits.capitalize()}." if limits else text))
        if len(body.content_types) > 1:
            entries.append(("content_type", "The media type of the body."))
    if len(media) > 1:
        entries.append(("accept", "The media type of the response."))
    return entries
