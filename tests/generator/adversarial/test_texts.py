"""Odd texts in every field: each comes to Python as it is, or is refused with its place."""

import pytest

from .texts import FIELDS, TEXTS, find_rule, specify
from .workshop import Case, Workshop, judge, load_good

GOOD = load_good()
CASES = [
    Case(f"{field.name}: {name}", specify(GOOD, field, text), find_rule(field, text), field.result, text)
    for field in FIELDS
    for name, text in TEXTS.items()
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("texts"), CASES, types=False)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_odd_text_comes_as_it_is_or_is_refused(case: Case, workshop: Workshop) -> None:
    judge(case, workshop.outcomes[case.id])
