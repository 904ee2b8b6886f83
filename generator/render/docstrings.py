"""The docstrings of generated functions and classes, from the prose of the specification."""

import re
import textwrap
from collections.abc import Iterable

from ..spec.document import Node, Operation, Spec
from .python_types import limits_text

WIDTH = 110
EFFECTS = {
    "none": "It changes nothing.",
    "idempotent": "Sending it again changes nothing more.",
    "once": "Each sending has its effect.",
}
ERRORS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "ModelArchivedError",
    "423": "ModelLockedError",
    "424": "PermissionDeniedError",
    "452": "PermissionDeniedError",
    "429": "RateLimitError",
}


def quoted(paragraphs: Iterable[str]) -> str:
    """Writes paragraphs as a docstring literal."""
    text = "\n\n".join(part.strip() for part in paragraphs if part.strip())
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    # A quote before the closing ones would end the literal early, unless it is escaped already.
    if re.search(r'(?<!\\)(\\\\)*"$', text):
        text = f'{text[:-1]}\\"'
    return f'"""{text}\n"""' if "\n" in text else f'"""{text}"""'


def prose(text: str) -> str:
    """Wraps each paragraph of a text."""
    return "\n\n".join(textwrap.fill(" ".join(part.split()), WIDTH) for part in text.strip().split("\n\n"))


def section(title: str, entries: Iterable[tuple[str, str]]) -> str:
    """A docstring section, such as `Args:`, with one entry a line."""
    lines = [
        textwrap.fill(f"{name}: {' '.join(text.split())}", WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8)
        for name, text in entries
    ]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def of_operation(spec: Spec, operation: Operation, arguments: Iterable[tuple[str, str]]) -> str:
    """The docstring of an operation's function; `arguments` are names and descriptions in their order."""
    node = operation.node
    answers = {status: spec.resolve(answer)["description"] for status, answer in node["responses"].items()}
    results = " ".join(text for status, text in answers.items() if status.startswith("2"))
    errors = [
        (ERRORS.get(status, "ServerError" if status.startswith("5") else "StatusError"), f"{text} ({status})")
        for status, text in answers.items()
        if not status.startswith("2")
    ]
    facts = f"{EFFECTS[node['x-anaplan-effect']]} Least role: {node['x-anaplan-role']}."
    return quoted(
        [
            prose(node["summary"]),
            prose(node.get("description", "")),
            prose(facts),
            section("Args", arguments),
            f"Returns:\n{textwrap.indent(prose(f'The request. Sent, it gives: {results}'), '    ')}",
            section("Raises", errors),
        ]
    )


def of_field(schema: Node) -> str:
    """What a field is, with the limits that its description does not say."""
    told = set(re.findall(r"-?\d+(?:\.\d+)?", schema["description"]))
    untold = {key: value for key, value in schema.items() if str(value) not in told}
    limits = limits_text(untold)
    return f"{schema['description'].rstrip('. ')}. {limits.capitalize()}." if limits else schema["description"]


def of_argument(spec: Spec, parameter: Node) -> str:
    """What a parameter is, with its limits and an example."""
    limits = limits_text(spec.resolve(parameter["schema"]))
    example = parameter.get("example")
    shown = f"Such as `{example}`." if isinstance(example, str) else ""
    return " ".join(filter(None, (parameter["description"], f"{limits.capitalize()}." if limits else "", shown)))
