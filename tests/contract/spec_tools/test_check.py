"""What counts as a warning of another tool. `nox -s spec_tools` runs the tools themselves, which need node and Java."""

import pytest

from .check import explain, find_warnings


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
    ],
)
def test_a_line_that_warns_is_told_from_others(line: str, warns: bool) -> None:
    assert find_warnings(f"first\n{line}\nlast") == ([line.strip()] if warns else [])


def test_a_warning_needs_a_reason_for_its_tool() -> None:
    expected = [{"tool": "a", "text": "renamed"}, {"tool": "b", "text": "renamed"}, {"tool": "a", "text": "gone"}]
    assert explain("a", ["it is renamed", "it is lost"], expected) == (["it is lost"], {0})
    assert explain("c", ["it is renamed"], expected) == (["it is renamed"], set())
    assert explain("a", [], expected) == ([], set())
