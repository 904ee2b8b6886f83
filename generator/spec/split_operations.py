"""An operation that answers either JSON or bytes, as it is asked to, becomes two functions: one for each."""

from collections.abc import Iterator

from .document import Node, Operation, Spec

BINARY = {"type": "string", "format": "binary"}


def functions(spec: Spec) -> Iterator[Operation]:
    """Goes through the operations in the order of the file, those with two kinds of answer as two."""
    for operation in spec.operations():
        yield from split(spec, operation)


def split(spec: Spec, operation: Operation) -> list[Operation]:
    """Returns the operation itself, or its JSON half and its binary half.

    The `x-anaplan-operation` of the binary answer takes the place of what is said about the operation, but for its
    method of the client. A parameter with `x-anaplan-only` belongs to the half that has an answer of that media type.
    """
    content = answered(spec, operation)
    binary = {media: node for media, node in content.items() if node.get("schema") == BINARY}
    structured = {media: node for media, node in content.items() if media not in binary}
    if not binary or not structured:
        return [operation]
    return [_half(spec, operation, half) for half in (structured, binary)]


def answered(spec: Spec, operation: Operation) -> Node:
    """The media types that an operation answers when it succeeds, with what is said about each."""
    found: Node = {}
    for status, answer in operation.node["responses"].items():
        found |= spec.resolve(answer).get("content", {}) if status.startswith("2") else {}
    return found


def _half(spec: Spec, operation: Operation, content: Node) -> Operation:
    answers = {status: spec.resolve(answer) for status, answer in operation.node["responses"].items()}
    own: Node = next(iter(content.values())).get("x-anaplan-operation", {})
    said = {key: value for key, value in operation.node.items() if key != "x-anaplan-method" or not own}
    parameters = [
        node
        for node in operation.node.get("parameters", [])
        if spec.resolve(node).get("x-anaplan-only") in (None, *content)
    ]
    responses = {
        status: {**answer, "content": content} if status.startswith("2") and "content" in answer else answer
        for status, answer in answers.items()
    }
    node = {**said, **own, "parameters": parameters, "responses": responses}
    return Operation(operation.pointer, operation.path, operation.method, node)
