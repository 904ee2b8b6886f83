"""Find the schemas that the requests and responses of a specification use."""

from collections.abc import Iterable, Iterator

from .document import Node, Operation, Spec
from .schemas import find_references
from .statuses import is_success


def find_reachable_schemas(spec: Spec, operations: Iterable[Operation], part: str) -> set[str]:
    """Return the schemas that operations use, directly or indirectly.

    `part` is `requestBody`, `parameters`, or `responses` for the successful responses.
    """
    return _closure(spec, (schema for operation in operations for schema in _schemas(spec, operation, part)))


def get_successes(operation: Operation) -> Node:
    """Return the successful responses of an operation, by status: the least one first, in whatever order they are."""
    return {status: answer for status, answer in sorted(operation.node["responses"].items()) if is_success(status)}


def find_sent_schemas(spec: Spec) -> set[str]:
    """Return the schemas of request bodies."""
    return find_reachable_schemas(spec, spec.operations(), "requestBody")


def find_received_schemas(spec: Spec) -> set[str]:
    """Return the schemas of successful responses."""
    return find_reachable_schemas(spec, spec.operations(), "responses")


def find_error_schemas(spec: Spec) -> set[str]:
    """Return the schemas that only error responses use. No class is generated for them."""
    answers = [answer for operation in spec.operations() for answer in operation.node["responses"].values()]
    used = _closure(spec, _contents(spec, answers))
    return (
        used
        - find_received_schemas(spec)
        - find_sent_schemas(spec)
        - find_reachable_schemas(spec, spec.operations(), "parameters")
    )


def find_circular_schemas(spec: Spec, name: str) -> set[str]:
    """Return the schemas that a schema refers to and that refer to it, directly or indirectly."""
    reached = _closure(spec, [spec.schemas[name]])
    return {other for other in reached if name in _closure(spec, [spec.schemas[other]])}


def _closure(spec: Spec, schemas: Iterable[Node]) -> set[str]:
    waiting = [name for schema in schemas for name in find_references(schema)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += find_references(spec.schemas[name])
    return found


def _schemas(spec: Spec, operation: Operation, part: str) -> Iterable[Node]:
    if part == "parameters":
        return [spec.resolve(node)["schema"] for node in operation.node.get(part, [])]
    bodies = get_successes(operation).values() if part == "responses" else [operation.node.get(part, {})]
    return _contents(spec, bodies)


def _contents(spec: Spec, bodies: Iterable[Node]) -> Iterator[Node]:
    for body in bodies:
        for media in spec.resolve(body).get("content", {}).values():
            yield media.get("schema", {})
