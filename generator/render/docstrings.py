"""Docstrings of generated functions and classes, from the prose of the specification."""

import re
import textwrap
from collections.abc import Iterable, Sequence

from ..spec.document import Node, Operation, Spec
from ..spec.error_examples import HINT, ErrorExample, list_error_examples
from ..spec.statuses import is_success
from .python_types import describe_limits

WIDTH = 110
EFFECTS = {
    "safe": "Safe: no side effects.",
    "idempotent": "Idempotent: safe to retry.",
    "non-idempotent": "Not idempotent: each call has an effect.",
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

ROLE_DENIALS = ("ACCESS_CONTROL_DENIED", "FAILURE_UNAUTHORIZED_USER_ACTION")
"""Codes of a 401 about a missing role, which is a `PermissionDeniedError`."""
LOCKED = re.compile(r"\bmodel is (in )?locked\b", re.IGNORECASE)
"""How the message of a 400 says that the model is locked, which is a `ModelLockedError`."""

DEPRECATED = "Deprecated by Anaplan."

# In backticks, Markdown shows it as it is.
_PLACEHOLDER = re.compile(r"(?<!`)<\w+>(?!`)")


def quote(paragraphs: Iterable[str]) -> str:
    """Return paragraphs as a docstring literal."""
    text = "\n\n".join(part.strip() for part in paragraphs if part.strip())
    # What cannot be seen is written as an escape, so that the source shows what it has.
    shown = (char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text.replace("\\", "\\\\"))
    text = "".join(shown).replace('"""', '\\"\\"\\"')
    # A quote before the closing ones would end the literal early, unless it is escaped already.
    if re.search(r'(?<!\\)(\\\\)*"$', text):
        text = f'{text[:-1]}\\"'
    return f'"""{text}\n"""' if "\n" in text else f'"""{text}"""'


def wrap(text: str) -> str:
    """Wrap each paragraph of a text."""
    wrapper = textwrap.TextWrapper(WIDTH, break_long_words=False)
    return "\n\n".join(wrapper.fill(" ".join(part.split())) for part in text.strip().split("\n\n"))


def link(node: Node) -> str:
    """Return the link to Anaplan's page on an API or an operation; empty without one."""
    page: Node = node.get("externalDocs", {})
    title = str(page.get("description", "Anaplan's documentation")).rstrip(". ")
    return f"{wrap(title)}:\n{page['url']}" if page else ""


def write_section(title: str, entries: Iterable[tuple[str, str]]) -> str:
    """Return a docstring section, such as `Args:`, with one entry per line."""
    wrapper = textwrap.TextWrapper(WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8, break_long_words=False)
    lines = [wrapper.fill(f"{name}: {' '.join(text.split())}") for name, text in entries]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def document_operation(
    spec: Spec,
    operation: Operation,
    url_path: str,
    result: str,
    arguments: Iterable[tuple[str, str]],
    raises: Iterable[tuple[str, str]],
) -> str:
    """Return the docstring of an operation's function, whose request decodes to `result`.

    `arguments` and `raises` are names and descriptions. The function raises these; sending its request raises others.
    """
    node = operation.node
    responses = {status: spec.resolve(response)["description"] for status, response in node["responses"].items()}
    results = " ".join(text for status, text in responses.items() if is_success(status))
    facts = f"{EFFECTS[node['x-anaplan-effect']]} Minimum role: {node['x-anaplan-role']}."
    return quote(
        [
            wrap(node["summary"]),
            f"`{operation.method.upper()} {url_path}`",
            wrap(node.get("description", "")),
            wrap(facts),
            f"{DEPRECATED} Each call warns with a `DeprecationWarning`." if node.get("deprecated") else "",
            link(node),
            write_section("Args", arguments),
            f"Returns:\n{textwrap.indent(wrap(f'A request that decodes to `{result}`. {results}'), '    ')}",
            write_section("Raises", raises),
            _list_errors(spec, operation),
        ]
    )


def _list_errors(spec: Spec, operation: Operation) -> str:
    """Return the section of the errors that sending raises, with Anaplan's messages and what to do about each."""
    # Its name is longer than the placeholder: it is there before the lines are filled.
    role = operation.node["x-anaplan-role"]
    lines: list[str] = []
    for status, reference in operation.node["responses"].items():
        if is_success(status):
            continue
        response = spec.resolve(reference)
        examples = list_error_examples(spec, response)
        hints = [(_PLACEHOLDER.sub("…", f'"{example.message}"'), example.hint) for example in examples if example.hint]
        hints = [(message, hint.replace("{role}", role)) for message, hint in hints]
        text = response["description"]
        if hints and HINT in response:
            hints.append(("Other messages", response[HINT].replace("{role}", role)))
        elif hints and len(examples) == 1:
            text, hints = f"{text} {_sentence(hints[0][1])}", []
        errors = " or ".join(f"`{name}`" for name in _name_errors(status, examples))
        lines.append(_item(f"{errors} ({status}): {text}", 4))
        lines += [_item(f"{message}: {_sentence(hint)}", 8) for message, hint in hints]
    return "\n".join(["Errors when sent:", *lines]) if lines else ""


def _item(text: str, indent: int) -> str:
    """Return an entry of a list, with its other lines below its text."""
    first, others = " " * indent + "- ", " " * (indent + 4)
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent=first, subsequent_indent=others)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _name_errors(status: str, examples: Sequence[ErrorExample]) -> list[str]:
    """Return the class of the errors with a status, and that of those whose example tells a different one."""
    names = [ERRORS.get(status, "ServerError" if status.startswith("5") else "StatusError")]
    if status == "401" and any(example.code in ROLE_DENIALS for example in examples):
        names.append("PermissionDeniedError")
    if status == "400" and any(LOCKED.search(example.message) for example in examples):
        names.append("ModelLockedError")
    return names


def document_field(schema: Node) -> str:
    """Return the description of a field, with the limits that it does not mention itself."""
    mentioned = set(re.findall(r"-?\d+(?:\.\d+)?", schema["description"]))
    others = {key: value for key, value in schema.items() if str(value) not in mentioned}
    limits = describe_limits(others)
    text = f"{schema['description'].rstrip('. ')}. {limits.capitalize()}." if limits else schema["description"]
    return f"{text} {DEPRECATED}" if schema.get("deprecated") else str(text)


def document_argument(spec: Spec, parameter: Node) -> str:
    """Return the description of a parameter, with its limits and an example."""
    schema = spec.resolve(parameter["schema"])
    limits = describe_limits(schema)
    note = DEPRECATED if parameter.get("deprecated") or schema.get("deprecated") else ""
    example = parameter.get("example")
    example_text = f"For example, `{example}`." if isinstance(example, str) else ""
    limit_text = f"{limits.capitalize()}." if limits else ""
    return " ".join(filter(None, (parameter["description"], limit_text, example_text, note)))
