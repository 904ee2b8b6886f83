"""Which schemas the requests and the answers of a specification use."""

from collections.abc import Iterable, Iterator

from .document import Node, Operation, Spec
from .schemas import references


def reachable(spec: Spec, operations: Iterable[Operation], part: str) -> set[str]:
    """The schemas that operations use, directly or through others.

    `part` is `requestBody`, `parameters`, or `responses` for the successful answers.
    """
    return _closure(spec, (schema for operation in operations for schema in _schemas(spec, operation, part)))


def successes(operation: Operation) -> Node:
    """The answers of an operation that did what it was asked to, by status."""
    return {status: answer for status, answer in operation.node["responses"].items() if status.startswith("2")}


def sent(spec: Spec) -> set[str]:
    """The schemas that requests are written with."""
    return reachable(spec, spec.operations(), "requestBody")


def received(spec: Spec) -> set[str]:
    """The schemas that successful answers are read with."""
    return reachable(spec, spec.operations(), "responses")


def refused(spec: Spec) -> set[str]:
    """The schemas that only answers other than success have; no class is generated for them."""
    answers = [answer for operation in spec.operations() for answer in operation.node["responses"].values()]
    used = _closure(spec, _contents(spec, answers))
    return used - received(spec) - sent(spec) - reachable(spec, spec.operations(), "parameters")


def _closure(spec: Spec, schemas: Iterable[Node]) -> set[str]:
    waiting = [name for schema in schemas for name in references(schema)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += references(spec.schemas[name])
    return found


def _schemas(spec: Spec, operation: Operation, part: str) -> Iterable[Node]:
    if part == "parameters":
        return [spec.resolve(node)["schema"] for node in operation.node.get(part, [])]
    bodies = successes(operation).values() if part == "responses" else [operation.node.get(part, {})]
    return _contents(spec, bodies)


def _contents(spec: Spec, bodies: Iterable[Node]) -> Iterator[Node]:
    for body in bodies:
        for media in spec.resolve(body).get("content", {}).values():
            yield media.get("schema", {})
