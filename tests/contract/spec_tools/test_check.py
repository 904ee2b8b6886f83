"""What counts as a warning of another tool. `nox -s spec_tools` runs the tools themselves, which need node and Java."""

import re
import tomllib
from pathlib import Path

import pytest

from ...openapi import NAMES, OPENAPI, document
from . import decode_examples
from .examples import Example, read_examples, write_typescript
from .output import explain, find_warnings

EXPECTED = tomllib.loads((Path(__file__).parent / "expected_warnings.toml").read_text(encoding="utf-8"))["expected"]
BODIES = ("responses", "requestBodies")


@pytest.mark.parametrize(
    ("line", "warns"),
    [
        ("[main] WARN  o.o.codegen.utils.ModelUtils - Failed to get the schema name: null", True),
        ("[main] INFO  o.o.codegen.TemplateManager - writing file /out/model/Error.java", False),
        ("WARNING parsing PUT /models within files.", True),
        ("Warning(s) encountered while generating.", True),
        ('  5:6  warning  info-contact  Info object must have "contact" object.', True),
        ("types.ts(3,1): error TS2304: Cannot find name 'X'.", True),
        ("No results with a severity of 'hint' or higher found!", False),
        ("No results with a severity of 'error' found!", False),
        ("Generating out/client", False),
        ("ERROR o.o.c.l.AbstractPythonCodegen - Failed to look up List from the imports", True),
        ('Exception in thread "main" java.lang.RuntimeException', True),
        ("src/a.ts:1:1 error at #/paths", True),
        ("⚠ The type of a parameter is missing", True),
        ("Skipping Thing: it has no type", True),
        ("Ignoring complex example on request body", True),
        ("Cannot parse response, unsupported content type text/csv", True),
        ("A discriminator is not supported here", True),
        ("data_models.py:3: FutureWarning: Default formatters will change to builtin.", False),
        ("data_models.py:3: DeprecationWarning: an option is gone", True),
        ("parser.py:3: UserWarning: format of 'integer' not understood for 'x'", True),
        ("Your API description is valid. 🎉 No errors or warnings.", False),
        ("writing file out/docs/ErrorResponse.md", False),
        ("(node:1) Warning: Node.js 18 support is ending", False),
    ],
)
def test_a_line_that_warns_is_told_from_others(line: str, warns: bool) -> None:
    assert find_warnings(f"first\n{line}\nlast") == ([line.strip()] if warns else [])


def test_a_warning_needs_a_reason_for_its_tool() -> None:
    expected = [{"tool": "a", "text": "renamed"}, {"tool": "b", "text": "renamed"}, {"tool": "a", "text": "gone"}]
    assert explain("a", ["it is renamed", "it is lost"], expected) == (["it is lost"], {0})
    assert explain("c", ["it is renamed"], expected) == (["it is renamed"], set())
    assert explain("a", [], expected) == ([], set())


@pytest.mark.parametrize("entry", EXPECTED, ids=lambda entry: f"{entry['tool']}: {entry['text']}")
def test_an_expected_warning_has_a_tool_a_text_and_a_reason(entry: dict[str, str]) -> None:
    assert entry.keys() == {"tool", "text", "reason"}
    assert re.compile(entry["text"])
    assert len(entry["reason"].split()) > 5


@pytest.mark.parametrize("name", NAMES)
def test_every_example_of_a_body_is_found(name: str) -> None:
    """By another way: each `example` and `examples` of a media type, without a look at operations."""

    def count(node: object) -> int:
        if isinstance(node, list):
            return sum(map(count, node))
        if not isinstance(node, dict):
            return 0
        if "$ref" in node:
            place = node["$ref"].split("/")[1:]
            return count(document(name)[place[0]][place[1]][place[2]]) if place[1] in BODIES else 0
        if isinstance(node.get("content"), dict):
            bodies = [media for kind, media in node["content"].items() if kind.endswith("json")]
            return sum(("example" in body) + len(body.get("examples", {})) for body in bodies)
        return sum(map(count, node.values()))

    examples = read_examples(OPENAPI / f"anaplan_{name}.yaml")
    assert len(examples) == count(document(name)["paths"]) > 10
    # The same body under several names is an example of each operation that has it.
    assert len({(example.place, str(example.value)) for example in examples}) == len(examples)


def test_an_example_is_declared_with_its_type() -> None:
    text = write_typescript([Example("a", 'operations["a"]', "A", {"b": [None, True]})])
    assert text.splitlines()[1:] == ['export const example0: operations["a"] = {"b": [null, true]};']


@pytest.mark.parametrize(
    ("value", "written", "same"),
    [
        ({"a": 1, "b": None}, {"a": 2}, True),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}]}, True),
        ({"a": [{"b": 1}]}, {"a": [{}]}, False),
        ({"a": {"b": 1}}, {"a": {"c": 1}}, False),
        ({"a": [None, 1]}, {"a": [1]}, False),
    ],
)
def test_a_lost_field_is_noticed(value: object, written: object, same: bool) -> None:
    assert (decode_examples.shape(value) == decode_examples.shape(written)) is same
