"""How prose becomes docstrings."""

import ast
import inspect
import textwrap

import pytest

from anaplan_client.core import errors
from anaplan_client.core.errors import ErrorContext, make_status_error
from generator.render import docstrings
from generator.spec.document import Node


def read_back(literal: str) -> str:
    """What Python reads in a literal, as `help` shows it."""
    value = ast.literal_eval(literal)
    assert isinstance(value, str)
    return inspect.cleandoc(value)


@pytest.mark.parametrize(
    "text",
    [
        "Plain.",
        'A "quoted" word.',
        '"Quoted" at the start.',
        'At the end it is "quoted"',
        '"',
        'Two ""',
        '"All of it"',
        'Three """quotes""" inside.',
        "It's 'single'",
        "'''",
        "A path such as C:\\new\\table.",
        "A pattern such as \\d+\\.",
        "An end in a backslash\\",
        "Two \\\\",
        'A backslash and a quote \\"',
        'A quote after an escaped quote \\\\"',
        "Unicode: é … “ü” 漢.",
        "A {brace} and {{two}}, a %s and a $x.",
        "An # and a \\N{BULLET} and a \\u2022 and a \\x41.",
        "Two lines.\n\nOf text.",
        'Two lines.\n\nWith an end in "quotes"',
        "Two lines.\n\nWith an end in a backslash\\",
    ],
)
def test_prose_reads_back_as_it_was(text: str) -> None:
    literal = docstrings.quote([text])
    assert read_back(literal) == text
    # As it stands in a function, behind an indentation.
    code = f"def f():\n    {textwrap.indent(literal, '    ').lstrip()}\n"
    assert inspect.cleandoc(ast.get_docstring(ast.parse(code).body[0]) or "") == text  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ['"""', 'At the end """three quotes"""', 'Two lines.\n\nAnd """three"""'])
def test_an_end_in_three_quotes_reads_back_as_it_was(text: str) -> None:
    assert read_back(docstrings.quote([text])) == text


@pytest.mark.parametrize(
    ("paragraphs", "literal"),
    [
        (["One."], '"""One."""'),
        (["One.", "Two."], '"""One.\n\nTwo.\n"""'),
        ([" One.\n", "", "  ", "Two.  "], '"""One.\n\nTwo.\n"""'),
        (["One\nline."], '"""One\nline.\n"""'),
    ],
    ids=["one line", "paragraphs", "blank ones", "a line end"],
)
def test_paragraphs_are_put_together(paragraphs: list[str], literal: str) -> None:
    assert docstrings.quote(paragraphs) == literal


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        ("One   two\nthree.", "One two three."),
        ("One.\n\nTwo\nthree.\n", "One.\n\nTwo three."),
        ("word " * 23, f"{'word ' * 22}".strip() + "\nword"),
        ("  Indented.  ", "Indented."),
        ("", ""),
    ],
    ids=["one paragraph", "two paragraphs", "long", "indented", "nothing"],
)
def test_prose_is_wrapped_by_paragraph(text: str, wrapped: str) -> None:
    assert docstrings.wrap(text) == wrapped


def test_a_section_has_one_entry_a_line_and_wraps_further_in() -> None:
    found = docstrings.write_section("Args", [("a", "The\n first."), ("b", "word " * 30)])
    title, first, second, rest = found.splitlines()
    assert (title, first) == ("Args:", "    a: The first.")
    assert second.startswith("    b: word")
    assert rest.startswith("        word")
    assert all(len(line) <= docstrings.WIDTH for line in found.splitlines())


def test_a_section_without_entries_is_left_out() -> None:
    assert docstrings.write_section("Raises", []) == ""


class _Spec:
    """A specification without references."""

    def resolve(self, node: Node) -> Node:
        return node


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ({"schema": {"type": "string"}}, "It."),
        ({"schema": {"type": "string"}, "example": "x"}, "It. For example, `x`."),
        ({"schema": {"type": "integer"}, "example": 3}, "It."),
        ({"schema": {"type": "integer", "minimum": 0}}, "It. At least 0."),
        ({"schema": {"type": "number", "maximum": 1.5}}, "It. At most 1.5."),
        (
            {"schema": {"type": "integer", "minimum": 1, "maximum": 9}, "example": "x"},
            "It. At least 1, at most 9. For example, `x`.",
        ),
        (
            {"schema": {"type": "string", "maxLength": 9, "minLength": 1}},
            "It. At least 1 character, at most 9 characters.",
        ),
    ],
)
def test_an_argument_has_its_limits_and_its_example(parameter: Node, text: str) -> None:
    assert docstrings.document_argument(_Spec(), {"description": "It.", **parameter}) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({}, "The name"),
        ({"minLength": 1}, "The name. At least 1 character."),
        ({"minLength": 1, "maxLength": 60, "description": "Title, 1 to 60 characters."}, "Title, 1 to 60 characters."),
        ({"maxLength": 60, "minLength": 2, "description": "Up to 60."}, "Up to 60. At least 2 characters."),
        ({"minimum": -1, "description": "How many, or -1."}, "How many, or -1."),
        ({"minimum": 1, "description": "How many of 10."}, "How many of 10. At least 1."),
    ],
)
def test_a_field_has_the_limits_that_its_description_does_not_say(schema: Node, text: str) -> None:
    assert docstrings.document_field({"description": "The name", **schema}) == text


def docstring(operation: object) -> str:
    """What `help` shows of an operation that takes nothing."""
    return read_back(docstrings.document_operation(_Spec(), operation, "/2/0/it", "It", [], []))  # type: ignore[arg-type]


def _raised(status: int) -> str:
    exchange = ErrorContext(operation="mini.get_thing", method="GET", url="/", role="none", status=status)
    return type(make_status_error(exchange)).__name__


@pytest.mark.parametrize(
    "status", [*map(int, docstrings.ERRORS), 402, 405, 408, 412, 415, 418, 499, 500, 502, 503, 504, 520, 599]
)
def test_a_docstring_names_the_error_that_is_raised(status: int) -> None:
    """The generator imports nothing of the runtime, so both have a table of their own."""

    class Operation:
        method = "get"
        node: Node = {  # noqa: RUF012
            "summary": "Get it.",
            "x-anaplan-effect": "safe",
            "x-anaplan-role": "none",
            "responses": {"200": {"description": "It."}, str(status): {"description": "Rejected."}},
        }

    assert f"Errors when sent:\n    - `{_raised(status)}` ({status}): Rejected." in docstring(Operation())


def test_the_table_of_errors_is_that_of_the_runtime() -> None:
    assert {int(status): name for status, name in docstrings.ERRORS.items()} == {
        status: kind.__name__ for status, kind in errors._BY_STATUS.items()
    }


def test_an_answer_for_all_other_statuses_is_not_only_the_server_s() -> None:
    class Operation:
        method = "get"
        node: Node = {  # noqa: RUF012
            "summary": "Get it.",
            "x-anaplan-effect": "safe",
            "x-anaplan-role": "none",
            "responses": {"200": {"description": "It."}, "default": {"description": "Rejected."}},
        }

    assert "- `StatusError` (default): Rejected." in docstring(Operation())
