"""Odd names and structures: what is generated from each imports, has the right types and works, or it is refused."""

import copy

import pytest

from .names import API_NAMES, PLACES
from .structures import STRUCTURES, change
from .workshop import Case, Workshop, judge, load_good

GOOD = load_good()


CASES = [
    *(
        Case(f"{place.name}: {name}", place.rename(copy.deepcopy(GOOD), name), rule, is_read=not rule)
        for place in PLACES
        for rule, names in (("", place.right), (place.rule, place.refused))
        for name in dict.fromkeys(names)
    ),
    *(Case(f"API: {name}", GOOD, "api-name", name=name, is_read=False) for name in API_NAMES),
    *(
        Case(
            item.name,
            change(copy.deepcopy(GOOD), copy.deepcopy(item.changes)),
            item.rule,
            item.results,
            # What is new at the top has no line in the small specification.
            is_read=not item.rule or not all(" " in pointer for pointer in item.changes),
        )
        for item in STRUCTURES
    ),
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("structures"), CASES, types=True)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_odd_structure_is_right_or_refused(case: Case, workshop: Workshop) -> None:
    judge(case, workshop.outcomes[case.id])


@pytest.mark.slow
def test_the_types_are_right(workshop: Workshop) -> None:
    assert workshop.types == ""
