"""The emulator is what the project believes of Anaplan: every belief holds on it."""

from collections import Counter

from anaplan_ext.conformance import ConformanceReport, list_beliefs

from .world import Lookup

Honest = tuple[ConformanceReport, Lookup, list[str]]
NOT_TESTED = {
    # No GET request lists these.
    "alm.get_comparison_report_task", "alm.get_summary_report_task", "alm.get_summary_report",
    "integration.get_list_read_request", "integration.get_view_read_request",
    "integration.list_process_dump_chunks",
}  # fmt: skip


def test_no_belief_is_contradicted_by_the_emulator(honest: Honest) -> None:
    report, _, _ = honest
    assert [(result.id, result.seen) for result in report.contradicted] == []


def test_every_belief_is_tested_on_the_emulator_but_for_what_no_request_lists(honest: Honest) -> None:
    report, _, _ = honest
    untested = {result.id: result.seen for result in report.results if result.verdict == "untested"}
    assert {name: seen for name, seen in untested.items() if name.split("/")[0] not in NOT_TESTED} == {}
    assert report.counts["holds"] >= 150


def test_only_get_requests_are_sent_and_counted(honest: Honest) -> None:
    report, _, methods = honest
    assert Counter(methods) == {"GET": report.requests}


def test_each_belief_has_its_own_id_and_says_where_it_is_from() -> None:
    beliefs = list_beliefs()
    assert len({belief.id for belief in beliefs}) == len(beliefs)
    for belief in beliefs:
        assert belief.statement
        assert not belief.statement.endswith(".")
        assert belief.source
        assert belief.trust in ("seen", "documented", "assumed")
