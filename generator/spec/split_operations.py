"""Split an operation whose response is either JSON or bytes into two functions."""

from collections.abc import Iterator

from .document import Node, Operation, Spec
from .statuses import is_success
from .usage import get_successes

BINARY = {"type": "string", "format": "binary"}


def iter_functions(spec: Spec) -> Iterator[Operation]:
    """Iterate over the functions in the order of the file. An operation with two kinds of response is two."""
    for operation in spec.operations():
        yield from split_operation(spec, operation)


def split_operation(spec: Spec, operation: Operation) -> list[Operation]:
    """Return the operation itself, or its JSON half and its binary half.

    The `x-anaplan-operation` of the binary response overrides the keys of the operation, and drops its method of the
    client. A parameter with `x-anaplan-only` belongs to the half with a response of that media type.
    """
    content = get_success_content(spec, operation)
    binary = {media: node for media, node in content.items() if node.get("schema") == BINARY}
    structured = {media: node for media, node in content.items() if media not in binary}
    if not binary or not structured:
        return [operation]
    return [_half(spec, operation, half) for half in (structured, binary)]


def get_success_content(spec: Spec, operation: Operation) -> Node:
    """Return the content of the successful responses, by media type."""
    found: Node = {}
    for answer in get_successes(operation).values():
        found |= spec.resolve(answer).get("content", {})
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
        status: {**answer, "content": content} if is_success(status) and "content" in answer else answer
        for status, answer in answers.items()
    }
    node = {**said, **own, "parameters": parameters, "responses": responses}
    return Operation(operation.pointer, operation.path, operation.method, node)
