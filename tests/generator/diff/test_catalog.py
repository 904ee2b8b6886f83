"""Every kind of change that a specification can have is found, graded and named; what is none is no alarm."""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import evolve

from generator.diff.changes import Change, compare
from generator.spec import document
from generator.spec.document import Spec
from generator.spec.portable import simplify

from .catalog import BASE, CASES, CONTROLS, Case, edited

FILE = "openapi/anaplan_boxes.yaml"
KINDS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "kinds.yaml").read_text(encoding="utf-8"))


@cache
def base() -> Spec:
    return document.parse(BASE, FILE)


def version(edits: Sequence[str]) -> Spec:
    """The specification after edits, with the lines of what was there before."""
    node = edited(edits)
    return evolve(base(), source=node, node=simplify(node))


def changes(case: Case) -> list[Change]:
    versions = [base()], [version(case.edits)]
    return compare(*reversed(versions)) if case.undone else compare(*versions)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_is_found_graded_and_named(case: Case) -> None:
    found = changes(case)
    named = {(change.rule, change.severity, change.subject) for change in found}
    assert (case.rule, case.severity, case.subject) in named
    # Nothing else alarms: what a change brings or takes along is at most safe, or of the same thing.
    others = [change for change in found if change.rule != case.rule and change.severity != "safe"]
    assert {change.rule for change in others} <= ALONG.get(case.name, set())
    for change in found:
        assert change.where.startswith(f"{FILE}:")
        assert change.migration.endswith(".")
        assert not re.search(r"\bby None\b|is None|not None,|longer None", change.migration)


# What a change brings or takes along: a schema that nothing else uses, or the other half of an exchange.
ALONG = {
    "result": {"response-schema-removed"},
    "choice of objects replaced": {"response-schema-removed"},
    "field of an inline body": {"request-schema-removed"},
    "sent choice of objects removed": {"request-schema-removed"},
    "received value removed": {"response-value-added"},
}


@pytest.mark.parametrize("name", CONTROLS)
def test_another_form_of_the_same_is_no_change(name: str) -> None:
    versions = [base()], [version(CONTROLS[name])]
    assert json.dumps(versions[0][0].node) != json.dumps(versions[1][0].node), "the control changes nothing"
    assert compare(*versions) == []
    assert compare(*reversed(versions)) == []


def test_the_tables_are_large_enough() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 100
    assert len(CONTROLS) >= 20


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["kind"]))
def test_each_kind_of_change_has_a_case_or_a_reason(kind: dict[str, Any]) -> None:
    named = set(kind.get("cases", ()))
    assert bool(named) is not bool(kind.get("reason"))
    assert named <= {case.name for case in CASES} | set(CONTROLS)
