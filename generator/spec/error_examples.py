"""The examples of error responses: Anaplan's messages, and what to do about each."""

from collections.abc import Iterator
from typing import cast

from attrs import frozen

from .document import Node, Operation, Spec
from .media import is_json
from .statuses import is_success

HINT = "x-anaplan-hint"


@frozen
class ErrorExample:
    """A message of Anaplan with its code, and what to do about it; `hint` is empty if that is not documented."""

    message: str
    code: str
    hint: str


def list_error_examples(spec: Spec, response: Node) -> list[ErrorExample]:
    """Return the examples of an error response. Those without a message are left out."""
    content = cast("Node", spec.resolve(response).get("content", {}))
    empty: Node = {}
    media: Node = next((node for name, node in content.items() if is_json(name)), empty)
    nodes = [spec.resolve(node) for node in media.get("examples", {}).values()]
    bodies = [(node.get("value"), node.get(HINT, "")) for node in nodes]
    examples = [ErrorExample(find_message(body), find_code(body), hint) for body, hint in bodies]
    return [example for example in examples if example.message]


def find_message(body: object) -> str:
    """Return the message in the body of an error, in any of Anaplan's forms; empty without one."""
    fields = cast("Node", body) if isinstance(body, dict) else {}
    status = fields.get("status")
    if isinstance(status, dict):
        return str(cast("Node", status).get("message", ""))
    texts = [fields[key] for key in ("statusMessage", "message", "detail", "error_description") if key in fields]
    return str(texts[0]) if texts else ""


def find_code(body: object) -> str:
    """Return the code in the body of an error, in any of Anaplan's forms; empty without one."""
    fields = cast("Node", body) if isinstance(body, dict) else {}
    status = fields.get("status", fields.get("error", ""))
    return str(cast("Node", status).get("code", "") if isinstance(status, dict) else status)


def get_status_hints(spec: Spec, operation: Operation) -> dict[int, str]:
    """Return what to do about a status, whatever its message: of a response, or of its only example."""
    hints: dict[int, str] = {}
    for status, response in _errors(spec, operation):
        examples = list_error_examples(spec, response)
        hint = response.get(HINT) or (examples[0].hint if len(examples) == 1 else "")
        if hint:
            hints[status] = hint
    return hints


def get_message_hints(spec: Spec, operation: Operation) -> dict[str, str]:
    """Return what to do about each message of the statuses that have several."""
    return {
        example.message: example.hint
        for _, response in _errors(spec, operation)
        if len(examples := list_error_examples(spec, response)) > 1 or HINT in response
        for example in examples
        if example.hint
    }


def _errors(spec: Spec, operation: Operation) -> Iterator[tuple[int, Node]]:
    for status, response in operation.node["responses"].items():
        if status.isdecimal() and not is_success(status):
            yield int(status), spec.resolve(response)
