"""What the small API's constructs must not look like: one change, the rule it breaks, and its line."""

from pathlib import Path

import pytest

from generator.lint import rules
from generator.spec import document

MINI = Path(__file__).parents[1] / "render/mini/anaplan_mini.yaml"
TEXT = MINI.read_text(encoding="utf-8")
FILE = "anaplan_mini.yaml"
CIRCLE = "        type: {type: string, enum: [circle], description: What tells it from other shapes.}\n"


@pytest.mark.parametrize(
    ("old", "new", "rule", "at"),
    [
        ("          circle: ", "          round: ", "schema-union", "    Shape:\n"),
        ("        propertyName: type\n", "        propertyName: radius\n", "schema-union", "    Shape:\n"),
        ("      required: [type, radius]\n", "      required: [radius]\n", "schema-union", "    Shape:\n"),
        (
            '        - $ref: "#/components/schemas/Circle"\n        - $ref: "#/components/schemas/Square"\n',
            '        - $ref: "#/components/schemas/Circle"\n        - $ref: "#/components/schemas/Circle"\n',
            "schema-union",
            "    Shape:\n",
        ),
        (CIRCLE, CIRCLE.replace("[circle]", "[circle, disc]"), "schema-union", "    Shape:\n"),
        ('        - $ref: "#/components/schemas/SearchByName"\n', "", "schema-union", "    Search:\n"),
        (
            "        name: {type: string, minLength: 1, description: Part of the name.}\n",
            "        name: {type: string, minLength: 1, description: Part of the name.}\n"
            '        other: {$ref: "#/components/schemas/Search"}\n',
            "schema-union",
            "    Search:\n",
        ),
        ("file: {type: string, format: binary,", "file: {type: object,", "body-parts", "operationId: import_shapes"),
        ("file: {contentType: text/csv}", "note: {contentType: text/csv}", "body-parts", "operationId: import_shapes"),
        ("file: {contentType: text/csv}", "file: {style: form}", "keyword", "file: {style: form}"),
        ("file: {contentType: text/csv}", "file: {}", "body-parts", "operationId: import_shapes"),
        (
            "              additionalProperties: false\n              required: [file, note]",
            "              required: [file, note]",
            "body-parts",
            "operationId: import_shapes",
        ),
        (
            "        scopes: {type: array, description: What it is for., items: {type: string}}",
            "        scopes: {type: object, description: What it is for.}",
            "body-parts",
            "operationId: fetch_token",
        ),
        (
            "name: count, in: path,",
            "name: count, x-python-name: number, in: path,",
            "parameter-name",
            "name: count, x-python-name: number",
        ),
        ("name: X-Day,", "name: Authorization,", "parameter-name", "{name: Authorization,"),
        ("name: X-Day,", "name: X Day,", "parameter-name", "{name: X Day,"),
        ("name: X-Day,", "name: x-key,", "parameter-name", "{name: x-key,"),
    ],
)
def test_a_construct_that_cannot_be_generated_is_refused(old: str, new: str, rule: str, at: str) -> None:
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)
    problems = [problem for problem in rules.check(document.parse(text, FILE)) if problem.rule == rule]
    assert problems
    line = text[: text.index(at)].count("\n") + 1
    assert all(line <= problem.line <= line + 8 for problem in problems)


def test_the_small_api_has_no_problem() -> None:
    assert rules.check(document.parse(TEXT, FILE)) == []
