"""Every lie about the responses of a tenant is found, and an honest tenant is not accused."""

import pytest

from anaplan_ext import Client
from anaplan_ext.conformance import ConformanceReport, check_conformance, list_beliefs
from anaplan_ext.conformance.check import check_beliefs

from .lies import LIES, Lie
from .world import BASE, Lookup, tell

Honest = tuple[ConformanceReport, Lookup, list[str]]


def test_the_recorded_responses_are_honest(honest: Honest) -> None:
    report, lookup, _ = honest
    with tell(lookup) as http, Client(token="t", base_url=BASE, http_client=http, retry_count=0) as client:
        again = check_conformance(client, max_per_kind=7)
    assert again.results == report.results


def test_there_are_many_lies_and_each_is_another_one() -> None:
    assert len({lie.name for lie in LIES}) == len(LIES) >= 60
    assert {lie.finds for lie in LIES} <= {belief.id for belief in list_beliefs()}


@pytest.mark.parametrize("lie", LIES, ids=[lie.name.replace(" ", "-") for lie in LIES])
def test_a_lie_is_found_by_the_belief_that_it_contradicts(honest: Honest, lie: Lie) -> None:
    _, lookup, _ = honest
    about = [belief for belief in list_beliefs() if belief.operation == lie.finds.partition("/")[0]]
    with tell(lookup, lie.apply) as http, Client(token="t", base_url=BASE, http_client=http, retry_count=0) as client:
        report = check_beliefs(client, about, max_per_kind=7)
    assert lie.finds in {result.id for result in report.contradicted}, [
        (result.id, result.verdict, result.seen) for result in report.results
    ]
