"""The body of a generated function: its arguments, and the expressions of the content that is sent."""

from collections.abc import Iterator

from attrs import field, frozen

from ..spec.document import Node, Operation, Spec
from ..spec.media import FORM, MULTIPART, is_json
from ..spec.schemas import find_references
from . import docstrings, python_types
from .engine import to_argument_name


@frozen(kw_only=True)
class Body:
    """The body that a function takes."""

    arguments: list[str]
    descriptions: list[tuple[str, str]]
    content: str
    content_type: str
    is_json: bool
    """Whether its values must be such that JSON can represent them."""
    setup: str = ""
    """A statement before the request is built."""
    checks: list[str] = field(factory=list[str])
    models: set[str] = field(factory=set[str])


def build_body(spec: Spec, operation: Operation) -> Body | None:
    """Build the body of an operation, or None without one."""
    if "requestBody" not in operation.node:
        return None
    node = spec.resolve(operation.node["requestBody"])
    content: Node = node["content"]
    if MULTIPART in content:
        return _build_multipart(spec, content[MULTIPART])
    media = list(content)
    schema: Node = content[media[0]]["schema"]
    is_encoded = media[0] == FORM or is_json(media[0])
    required = node.get("required", False)
    annotation = python_types.write_argument_type(schema) if is_encoded else "Content"
    arguments = ["body: " + annotation + ("" if required else " | None = None")]
    content_type = python_types.write_literal(media[0])
    descriptions = [("body", _describe(spec, node, schema))]
    if len(media) > 1:
        arguments.append(write_choice("content_type", media))
        content_type = "content_type"
        descriptions.append(("content_type", "The media type of the body."))
    condition = "" if required else " if body is not None else None"
    encode = "encode_form" if media[0] == FORM else "encode_json"
    checks = ['validation.check_present("body", body)'] if required else []
    return Body(
        arguments=arguments,
        descriptions=descriptions,
        content=f"{encode}({python_types.write_content(spec, schema, 'body')}){condition}" if is_encoded else "body",
        content_type=content_type + ("" if len(media) > 1 and not is_encoded else condition),
        is_json=is_json(media[0]),
        checks=[*checks, python_types.write_check(spec, schema, "body", "body")],
        models=set(find_references(schema)),
    )


def write_choice(name: str, values: list[str]) -> str:
    """Return an argument with the choice of some texts, the first by default."""
    choices = ", ".join(map(python_types.write_literal, values))
    return f"{name}: Literal[{choices}] = {python_types.write_literal(values[0])}"


def _describe(spec: Spec, node: Node, schema: Node) -> str:
    resolved = spec.resolve(schema)
    text = str(node.get("description") or resolved.get("description") or "The content to send.")
    limits = python_types.describe_limits(resolved)
    return f"{text} {limits.capitalize()}." if limits else text


def _build_multipart(spec: Spec, media: Node) -> Body:
    """Build a body whose parts are arguments."""
    schema: Node = media["schema"]
    parts = list(_parts(schema, media.get("encoding", {})))
    texts = [f"{part.wire}: {part.name}" for part in parts if part.media is None]
    files = [f"{part.wire}: ({part.name}, {part.media})" for part in parts if part.media is not None]
    needed = [f'validation.check_present("{part.name}", {part.name})' for part in parts if part.required]
    checks = [python_types.write_check(spec, part.node, part.name, part.name) for part in parts]
    return Body(
        arguments=[part.argument for part in parts],
        descriptions=[(part.name, docstrings.document_field(spec.resolve(part.node))) for part in parts],
        setup=f"content_type, content = encode_multipart({{{', '.join(texts)}}}, {{{', '.join(files)}}})",
        content="content",
        content_type="content_type",
        is_json=False,
        checks=needed + checks,
        models=set(find_references(schema)),
    )


@frozen(kw_only=True)
class _Part:
    """A part of a multipart body. `wire` and `media` are literals."""

    wire: str
    name: str
    node: Node
    argument: str
    required: bool
    media: str | None


def _parts(schema: Node, encoding: Node) -> Iterator[_Part]:
    for key, node in schema["properties"].items():
        name = node.get("x-python-name") or to_argument_name(key)
        is_file = node.get("format") == "binary"
        annotation = "Content" if is_file else python_types.write_annotation(node)
        media = encoding.get(key, {}).get("contentType", "application/octet-stream")
        yield _Part(
            wire=python_types.write_literal(key),
            name=name,
            node=node,
            argument=f"{name}: {annotation}" + ("" if key in schema.get("required", ()) else " | None = None"),
            required=key in schema.get("required", ()),
            media=python_types.write_literal(media) if is_file else None,
        )
