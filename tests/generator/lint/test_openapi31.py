"""A document of OpenAPI 3.1 is read as the same in 3.0, and what 3.0 cannot say is refused."""

from pathlib import Path

import pytest

from generator.lint import rules
from generator.spec import document
from generator.spec.document import Spec

from ..conftest import GOOD

TEXT = GOOD.read_text(encoding="utf-8")
LABEL = "{type: string, description: What went wrong.}"
FILE = "openapi/anaplan_good.yaml"


def read(old: str = "", new: str = "", version: str = "3.1.0") -> Spec:
    assert old in TEXT
    return document.parse(TEXT.replace("openapi: 3.0.3", f"openapi: {version}").replace(old, new, 1), FILE)


@pytest.mark.parametrize("version", ["3.1.0", "3.1.1"])
def test_the_same_document_is_the_same(version: str) -> None:
    assert read(version=version).node == document.parse(TEXT, FILE).node
    assert rules.check(read(version=version)) == []


@pytest.mark.parametrize(
    ("new", "read_as"),
    [
        ('{type: [string, "null"], description: D.}', {"type": "string", "nullable": True, "description": "D."}),
        ('{type: ["null", integer], description: Id.}', {"type": "integer", "nullable": True, "description": "Id."}),
        (
            '{anyOf: [{type: string}, {type: "null"}], description: D.}',
            {"type": "string", "nullable": True, "description": "D."},
        ),
        ('{oneOf: [{$ref: "#/components/schemas/Color"}, {type: "null"}]}', {"$ref": "#/components/schemas/Color"}),
        ("{const: A, description: D.}", {"enum": ["A"], "type": "string", "description": "D."}),
        (
            "{type: string, examples: [a, b], description: D.}",
            {"type": "string", "example": "a", "description": "D."},
        ),
        (
            "{type: number, exclusiveMinimum: 0, description: Id.}",
            {"type": "number", "minimum": 0, "exclusiveMinimum": True, "description": "Id."},
        ),
        (
            '{type: string, default: {type: [a, "null"]}, description: D.}',
            {"type": "string", "default": {"type": ["a", "null"]}, "description": "D."},
        ),
    ],
)
def test_a_construct_of_31_is_read_as_in_30(new: str, read_as: object) -> None:
    assert read(LABEL, new).node["components"]["schemas"]["Error"]["properties"]["message"] == read_as


def test_a_name_that_is_a_keyword_of_31_stays(tmp_path: Path) -> None:
    node = read(f"message: {LABEL}", f"const: {LABEL}").node
    assert list(node["components"]["schemas"]["Error"]["properties"]) == ["const"]


@pytest.mark.parametrize(
    "new",
    [
        "{type: [string, integer], description: D.}",
        '{type: [string, integer, "null"], description: D.}',
        "{type: array, prefixItems: [{type: string}], items: {type: string}, description: D.}",
        "{type: string, contentEncoding: base64, description: D.}",
        '{type: "null", description: D.}',
        "{if: {type: string}, description: D.}",
    ],
)
def test_what_30_cannot_say_is_refused_at_its_line(new: str) -> None:
    problems = rules.check(read(LABEL, new))
    assert problems
    line = TEXT[: TEXT.index(LABEL)].count("\n") + 1
    assert {problem.line for problem in problems} == {line}, problems


def test_a_nullable_type_is_refused_in_30() -> None:
    assert rules.check(read(LABEL, '{type: [string, "null"], description: D.}', version="3.0.3"))
