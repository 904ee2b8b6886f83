"""The page on regeneration says what the tables say."""

import pytest

from generator.__main__ import main
from generator.diff import severity as severities
from generator.lint.rule_ids import RULES

from ..conftest import ROOT

PAGE = ROOT / "docs/regeneration.md"


def test_the_page_has_the_rules_and_the_grades_as_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """After a change that is meant: paste what `python -m generator rules` prints."""
    assert main(["rules"]) == 0
    out = capsys.readouterr().out
    assert PAGE.read_text(encoding="utf-8").endswith(f"\n{out}")
    for rule, text in RULES.items():
        assert f"| `{rule}` | {text} |\n" in out
    for grade in [*severities.SPEC.values(), *severities.PYTHON.values()]:
        assert f"| `{grade.rule}` | {grade.severity} | " in out


def test_a_rule_has_one_grade() -> None:
    found = {(grade.rule, grade.severity) for grade in [*severities.SPEC.values(), *severities.PYTHON.values()]}
    assert len(found) == len({rule for rule, _ in found})
