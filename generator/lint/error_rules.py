"""The rules for hints: what to do about an error."""

import re
from collections.abc import Iterator

from ..spec.document import Operation, Pointer, Problem, Spec
from ..spec.error_examples import HINT, find_message
from ..spec.statuses import is_success


def check(spec: Spec) -> Iterator[Problem]:
    """Yield every problem of the hints in a valid specification."""
    for operation in spec.operations():
        yield from _hints(spec, operation)


def _hints(spec: Spec, operation: Operation) -> Iterator[Problem]:
    by_message: dict[str, str] = {}
    for status, reference in operation.node["responses"].items():
        response = spec.resolve(reference)
        examples = [
            spec.resolve(example)
            for media in response.get("content", {}).values()
            for example in media.get("examples", {}).values()
        ]
        hints = [
            (example[HINT], find_message(example["value"])) for example in examples if {HINT, "value"} <= {*example}
        ]
        at: Pointer = (*operation.pointer, "responses", status)
        if not all(_is_fit(status, hint) for hint in (response.get(HINT, ""), *(hint for hint, _ in hints)) if hint):
            text = f"{HINT} must be of an error, with no placeholder but {{role}} (got {status})"
            yield spec.problem("response-hint", at, f"{operation.id}: {text}")
            continue
        for hint, message in hints:
            if not message:
                yield spec.problem("response-hint", at, f"{operation.id}: the example with {HINT} has no message")
            elif by_message.setdefault(message, hint) != hint:
                yield spec.problem("response-hint", at, f"{operation.id}: the message {message!r} has two hints")


def _is_fit(status: str, hint: str) -> bool:
    is_error = bool(re.fullmatch("[345][0-9]{2}", status)) and not is_success(status)
    return is_error and not re.search(r"\{\w*\}", hint.replace("{role}", ""))
