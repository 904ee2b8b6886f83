"""What a look-up proves about a request whose answer was lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.alm.models import CreateRevisionRequest, Revision
from anaplan_client.core import DecodeError, ExchangeError, RequestTimeout, StatusError, TransportError
from anaplan_client.core.errors import status_error
from anaplan_ext import RetryPolicy
from anaplan_ext.handles import TaskHandle
from anaplan_ext.outcomes import (
    DOUBT,
    SKEW,
    Fate,
    Trace,
    Verdict,
    applied_by,
    explain,
    fate,
    in_doubt,
    judge,
    look_pauses,
    repetition,
    revision_mark,
    server_time,
)
from anaplan_ext.retry import RetryBudget

from ..core.support import bounded, exchange

SENT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
FATES: list[Fate] = ["done", "over", "open"]


def trace(id: str, after: float | None, mine: bool | None = None) -> Trace[str]:
    """Something that was created so many seconds after the request was sent."""
    created = None if after is None else SENT + timedelta(seconds=after)
    return Trace(found=id, shown=TaskHandle(kind="sync", model_id="M", task_id=id), id=id, created=created, mine=mine)


# What is there, as (id, seconds after the request, whose it is: + ours, - another's, ? nobody knows). Then what it
# proves: after an answer of success, after an end without one, while it may be under way, and on an exclusive client.
TABLE = """
there                            | done      | over      | open      | exclusive
nothing                          | nothing   | nothing   | nothing   | nothing
a -3600 ?                        | nothing   | nothing   | nothing   | nothing
a +1 -                           | nothing   | nothing   | nothing   | nothing
known +1 ?                       | nothing   | nothing   | nothing   | nothing
a +1 ?                           | a         | unclear a | unclear a | a
a -1 ?                           | a         | unclear a | unclear a | a
a -10 ?                          | unclear a | unclear a | unclear a | unclear a
a ? ?                            | unclear a | unclear a | unclear a | unclear a
a +1 ?, b -3600 ?                | a         | unclear a | unclear a | a
a +1 ?, known +1 ?               | a         | unclear a | unclear a | a
a +1 ?, b +1 -                   | a         | unclear a | unclear a | a
a +1 ?, b -10 ?                  | unclear ab| unclear ab| unclear ab| unclear ab
a +1 ?, b +1 ?                   | unclear ab| unclear ab| unclear ab| unclear ab
a +1 +                           | a         | a         | a         | a
a +1 +, b +1 ?                   | a         | a         | a         | a
a +1 +, b +1 -                   | a         | a         | a         | a
a +1 +, b +1 +                   | unclear ab| unclear ab| unclear ab| unclear ab
a +1 +, b -10 +                  | unclear ab| unclear ab| unclear ab| unclear ab
a -10 +                          | unclear a | unclear a | unclear a | unclear a
a -3600 +                        | nothing   | nothing   | nothing   | nothing
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


def read(there: str) -> list[Trace[str]]:
    entries = [entry.split() for entry in there.split(", ") if entry != "nothing"]
    return [
        trace(id, None if after == "?" else float(after), {"+": True, "-": False, "?": None}[mine])
        for id, after, mine in entries
    ]


def said(verdict: Verdict[str]) -> str:
    found = "".join(trace.id for trace in verdict.traces)
    return {"found": found, "nothing": "nothing", "unclear": f"unclear {found}"}[verdict.outcome]


@pytest.mark.parametrize(("there", "done", "over", "open", "exclusive"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_there_proves(there: str, done: str, over: str, open: str, exclusive: str) -> None:
    traces = read(there)
    assert [said(judge(kind, traces, SENT, ["known"], False)) for kind in FATES] == [done, over, open]
    for kind in ("over", "open"):
        assert said(judge(kind, traces, SENT, ["known"], True)) == exclusive


@bounded()
@given(st.lists(st.tuples(st.none() | st.floats(-100, 100), st.sampled_from([True, False, None])), max_size=4))
def test_nothing_unmarked_is_taken_while_it_may_be_anothers(found: list[tuple[float | None, bool | None]]) -> None:
    traces = [trace(f"{number}", after, mine) for number, (after, mine) in enumerate(found)]
    for kind in ("over", "open"):
        verdict = judge(kind, traces, SENT, [], False)
        assert verdict.outcome != "found" or verdict.traces[0].mine
        # Whatever began after the request and is not known to be another's keeps it from being sent again.
        fresh = [one for one in traces if one.mine is not False and (one.created is None or one.created >= SENT)]
        assert not fresh or verdict.outcome != "nothing"


def test_without_anaplans_clock_nothing_is_taken_and_nothing_is_ruled_out() -> None:
    for there in ("a +1 ?", "a -3600 ?", "a +1 +"):
        for kind in FATES:
            assert judge(kind, read(there), None, [], True).outcome == "unclear"
    assert judge("over", [], None, [], False).outcome == "nothing"


def test_clocks_that_differ_a_little_neither_hide_an_effect_nor_make_one() -> None:
    skew, doubt = SKEW.total_seconds(), DOUBT.total_seconds()
    assert said(judge("done", [trace("a", -skew)], SENT, [], False)) == "a"
    assert said(judge("done", [trace("a", -skew - 0.001)], SENT, [], False)) == "unclear a"
    assert said(judge("done", [trace("a", -doubt)], SENT, [], False)) == "unclear a"
    assert said(judge("done", [trace("a", -doubt - 0.001)], SENT, [], False)) == "nothing"


def failed(
    status: int | None = None, kind: type[ExchangeError] | None = None, body: bytes = b"", **more: object
) -> ExchangeError:
    known = exchange(status=status, body=body, **more)
    return kind(known) if kind else status_error(known)


OWN = b'{"meta":{"schema":"https://api.anaplan.com/2/0/objects/task"},"status":{"code":200,"mess'


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (failed(kind=TransportError), "over"),
        (failed(502), "over"),
        (failed(503), "over"),
        (failed(520), "over"),
        (failed(400), "over"),
        (failed(504), "open"),
        (failed(kind=RequestTimeout), "open"),
        (failed(503, RequestTimeout), "open"),
        (failed(200, RequestTimeout), "open"),
        (failed(200, RequestTimeout, OWN), "done"),
        (failed(200, TransportError), "over"),
        (failed(200, TransportError, OWN), "done"),
        (failed(201, TransportError, OWN), "done"),
        (failed(503, TransportError, OWN), "over"),
        (failed(503, body=OWN), "over"),
        (failed(200, DecodeError, OWN), "done"),
        (failed(200, DecodeError, b' { "meta" : {'), "done"),
        (failed(200, DecodeError, b'{"meta": 7'), "over"),
        (failed(200, DecodeError, b"{}"), "over"),
        (failed(200, DecodeError, b'{"status": "maintenance"}'), "over"),
        (failed(200, DecodeError, b"<html>Maintenance</html>"), "over"),
        (failed(200, DecodeError, b""), "over"),
    ],
)
def test_what_a_failure_says_about_the_effect(error: ExchangeError, expected: str) -> None:
    assert fate(error) == expected


def test_some_answers_leave_open_whether_there_was_an_effect() -> None:
    statuses = (302, 400, 401, 403, 404, 409, 422, 423, 429, 500, 501, 503)
    errors = [error for status in statuses if isinstance(error := failed(status), StatusError)]
    assert [error.status for error in errors if in_doubt(error, 1)] == [500, 501, 503]
    assert [error.status for error in errors if in_doubt(error, 2)] == [400, 409, 500, 501, 503]
    assert in_doubt(DecodeError(exchange(status=200)), 1)


@pytest.mark.parametrize(
    ("error", "tries", "expected"),
    [
        (failed(kind=TransportError), 1, 0),
        (failed(kind=TransportError), 2, 0),
        (failed(kind=TransportError), 3, None),
        (failed(502), 1, 0),
        (failed(503), 1, 0),
        (failed(520), 1, 0),
        (failed(200, DecodeError, b"<html>"), 1, 0),
        (failed(503, retry_after="7"), 1, 7),
        (failed(503, retry_after="121"), 1, None),
        (failed(400), 1, None),
        (failed(409), 2, None),
        (failed(500), 1, None),
    ],
)
def test_what_did_nothing_is_sent_again_where_that_may_help(
    error: ExchangeError, tries: int, expected: float | None
) -> None:
    policy = RetryPolicy(count=2, base=0)
    assert repetition(policy, RetryBudget(policy), error, tries, 0.0).pause == expected


def test_what_did_nothing_is_sent_again_only_within_budget_and_deadline() -> None:
    policy = RetryPolicy(base=0, budget=1, deadline=100)
    budget = RetryBudget(policy)
    assert "deadline" in repetition(policy, budget, failed(503), 1, 101.0).why_not
    assert repetition(policy, budget, failed(500), 1, 0.0) == (None, "")
    assert repetition(policy, budget, failed(503), 1, 0.0).pause == 0
    assert "budget" in repetition(policy, budget, failed(503), 1, 0.0).why_not


def test_the_looks_follow_each_other_slower_and_slower() -> None:
    assert look_pauses(0.5) == (0, 0.5, 1)
    assert look_pauses(0) == (0, 0, 0)


@pytest.mark.parametrize(
    ("heard", "moment", "expected"),
    [
        (("Sun, 01 Mar 2026 12:00:00 GMT", 100.0), 100.0, SENT),
        (("Sun, 01 Mar 2026 12:00:30 GMT", 130.0), 100.0, SENT),
        (("Sun, 01 Mar 2026 11:59:00 GMT", 40.0), 100.0, SENT),
        (("Sun, 01 Mar 2026 13:00:00 +0100", 100.0), 100.0, SENT),
        (("Sun, 01 Mar 2026 12:00:00 -0000", 100.0), 100.0, SENT),
        (("yesterday", 100.0), 100.0, None),
        (("", 100.0), 100.0, None),
        (("Sun, 99 Mar 2026 12:00:00 GMT", 100.0), 100.0, None),
        (None, 100.0, None),
    ],
)
def test_the_date_of_an_answer_tells_anaplans_clock_at_any_moment(
    heard: tuple[str, float] | None, moment: float, expected: datetime | None
) -> None:
    assert server_time(heard, moment) == expected


@pytest.mark.parametrize(
    ("name", "description", "created_by", "expected"),
    [
        ("Release", None, "me", True),
        ("Release", "", "me", True),
        ("Release", None, "you", False),
        ("Release", None, None, None),
        ("Release", "New", "me", False),
        ("release", None, "me", False),
    ],
)
def test_a_revision_bears_the_mark_of_its_maker(
    name: str, description: str | None, created_by: str | None, expected: bool | None
) -> None:
    revision = Revision(id="R", name=name, description=description, created_by=created_by)
    assert revision_mark(revision, CreateRevisionRequest(name="Release"), "me") is expected


@pytest.mark.parametrize(
    ("revision_id", "applied", "after", "expected"),
    [("R", "me", 1.0, True), ("R", "you", 1.0, False), ("S", "me", 1.0, False), ("R", "me", -60.0, False)],
)
def test_who_applied_a_revision_tells_whose_synchronisation_it_was(
    revision_id: str, applied: str, after: float, expected: bool
) -> None:
    moment = SENT + timedelta(seconds=after)
    revisions = [Revision(id=revision_id, name="Release", applied_by=applied, applied_on=moment)]
    assert applied_by(revisions, "R", "me", SENT) is expected
    assert not applied_by(revisions, "R", "me", None)
    assert not applied_by([], "R", "me", SENT)


def test_an_explanation_tells_the_cases_apart() -> None:
    unclear = Verdict(outcome="unclear", traces=(trace("a", 1),))
    nothing = Verdict[str](outcome="nothing")
    assert "somebody else" in explain(unclear, "over")
    assert "under way" in explain(nothing, "open")
    assert "says that it came about" in explain(nothing, "done")
