"""Odd texts in every field: each comes to Python as it is, or is refused with its place."""

import copy

import pytest

from .texts import FIELDS, TEXTS, Field, find_rule, put
from .workshop import Case, Workshop, judge, load_good

GOOD = load_good()


def specify(name: str, text: str, fields: list[Field]) -> Case:
    """A text in several fields at once."""
    specification = copy.deepcopy(GOOD)
    for field in fields:
        put(specification, field, text)
    (rule,) = {find_rule(field, text) for field in fields}
    results = tuple(field.result for field in fields)
    return Case(name, specification, rule, results, text, is_read=rule in ("", "yaml"))


# What is right is in all fields at once, and what is refused in one at a time.
CASES = [
    *(
        specify(f"{name}: everywhere", text, fields)
        for name, text in TEXTS.items()
        if (fields := [field for field in FIELDS if not find_rule(field, text)])
    ),
    *(
        specify(f"{name}: {field.name}", text, [field])
        for name, text in TEXTS.items()
        for field in FIELDS
        if find_rule(field, text)
    ),
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("texts"), CASES, types=False)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_odd_text_comes_as_it_is_or_is_refused(case: Case, workshop: Workshop) -> None:
    judge(case, workshop.outcomes[case.id])


def test_there_are_many() -> None:
    assert sum(bool(case.rule) or len(case.results) for case in CASES) > 500
