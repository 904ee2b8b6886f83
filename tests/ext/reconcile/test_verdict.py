"""What a lookup proves about a request whose response was lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.alm.models import CreateRevisionRequest, Revision
from anaplan_client.core import ApiError, DecodeError, RequestTimeoutError, StatusError, TransportError
from anaplan_client.core.errors import make_status_error
from anaplan_ext import RetryPolicy
from anaplan_ext.auth import known_ids
from anaplan_ext.auth.known_ids import KnownIds
from anaplan_ext.reconcile.verdict import (
    EffectCandidate,
    EffectLookup,
    EffectState,
    decide_resend,
    effect_state,
    is_ambiguous,
    is_applied_by,
    is_own_revision,
    lookup_delays,
    match_effect,
    unknown_reason,
)
from anaplan_ext.tasks.handle import TaskHandle
from anaplan_ext.transport.retry import RetryBudget, RetryDecision, retry_after

from ...core.support import bounded, exchange

NEWEST = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
STATES: list[EffectState] = ["happened", "ended", "unknown"]
OWN = b'{"meta":{"schema":"https://api.anaplan.com/2/0/objects/task"},"status":{"code":200,"mess'


def failed(
    status: int | None = None, kind: type[ApiError] | None = None, body: bytes = b"", **more: object
) -> ApiError:
    known = exchange(status=status, body=body, **more)
    return kind(known) if kind else make_status_error(known)


FAILURES = {"happened": failed(200, DecodeError, OWN), "ended": failed(503), "unknown": failed(504)}


def candidate(name: str, mine: bool | None = None, age: float | None = 0) -> EffectCandidate[str]:
    created = None if age is None else NEWEST - timedelta(seconds=age)
    public = TaskHandle(kind="sync", model_id="M", task_id=name)
    return EffectCandidate(result=name, public=public, id=name, created=created, is_mine=mine)


# What is there besides the known: + bears the mark of the request, - another's, ? nobody knows. Then what it proves,
# without and with knowing all that was there before: after a damaged response of success (in an earlier lookup, and in
# the last one), after any other end; and on an assume_exclusive client that knows what was there.
TABLE = """
there     | happened   | last       | ended      | + happened | + last     | + ended    | assume_exclusive
nothing   | nothing    | nothing    | nothing    | nothing    | nothing    | nothing    | nothing
known ?   | nothing    | nothing    | nothing    | nothing    | nothing    | nothing    | nothing
known +   | nothing    | nothing    | nothing    | nothing    | nothing    | nothing    | nothing
a -       | nothing    | nothing    | nothing    | nothing    | nothing    | nothing    | nothing
a ?       | unclear a  | a          | unclear a  | unclear a  | a          | unclear a  | a
a ?, known ? | unclear a | a        | unclear a  | unclear a  | a          | unclear a  | a
a ?, b -  | unclear a  | a          | unclear a  | unclear a  | a          | unclear a  | a
a ?, b ?  | unclear ab | unclear ab | unclear ab | unclear ab | unclear ab | unclear ab | unclear ab
a +       | unclear a  | a          | unclear a  | a          | a          | a          | a
a +, b ?  | unclear ab | a          | unclear ab | a          | a          | a          | a
a +, b -  | unclear a  | a          | unclear a  | a          | a          | a          | a
a +, b +  | unclear ab | unclear ab | unclear ab | unclear ab | unclear ab | unclear ab | unclear ab
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


def read(there: str) -> list[EffectCandidate[str]]:
    entries = [entry.split() for entry in there.split(", ") if entry != "nothing"]
    return [candidate(name, {"+": True, "-": False, "?": None}[mine]) for name, mine in entries]


def said(lookup: EffectLookup[str]) -> str:
    ids = "".join(one.id for one in lookup.candidates)
    return {"found": ids, "nothing": "nothing", "unclear": f"unclear {ids}"}[lookup.outcome]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_is_there_proves(row: list[str]) -> None:
    there, *expected = row
    candidates = read(there)

    def proves(state: EffectState, complete: bool, assume_exclusive: bool = False, last: bool = False) -> str:
        return said(
            match_effect(
                FAILURES[state], candidates, ["known"], complete=complete, assume_exclusive=assume_exclusive, last=last
            )
        )

    for known, (first, last, ended) in ((False, expected[:3]), (True, expected[3:6])):
        assert proves("happened", known) == first
        assert proves("happened", known, last=True) == last
        assert {proves(state, known, last=is_last) for state in ("ended", "unknown") for is_last in (True, False)} == {
            ended
        }
    assert {proves(state, True, assume_exclusive=True) for state in STATES} == {expected[6]}


def test_a_damaged_response_that_names_the_effect_proves_it() -> None:
    naming = failed(200, DecodeError, OWN + b'age":"Success"},"task":{"taskId":"bb"')
    candidates = [candidate("a"), candidate("b"), candidate("bb")]
    assert said(match_effect(naming, candidates, [], complete=False, assume_exclusive=False, last=False)) == "bb"
    foreign = failed(200, DecodeError, b'<html>"bb"</html>')
    assert (
        said(match_effect(foreign, candidates, [], complete=False, assume_exclusive=False, last=False))
        == "unclear abbb"
    )


ages = st.none() | st.floats(-1e7, 1e7)
some_candidates = st.lists(st.tuples(ages, st.sampled_from([True, False, None])), max_size=4)


@bounded()
@given(some_candidates, st.data(), st.sampled_from(STATES), st.booleans(), st.booleans(), st.booleans())
def test_no_clock_changes_what_is_proven(
    there: list[tuple[float | None, bool | None]],
    data: st.DataObject,
    state: EffectState,
    complete: bool,
    assume_exclusive: bool,
    last: bool,
) -> None:
    other_ages = data.draw(st.lists(ages, min_size=len(there), max_size=len(there)))
    results = []
    for times in ([age for age, _ in there], other_ages):
        candidates = [candidate(f"{n}", mine, age) for n, (age, (_, mine)) in enumerate(zip(times, there, strict=True))]
        lookup = match_effect(
            FAILURES[state], candidates, [], complete=complete, assume_exclusive=assume_exclusive, last=last
        )
        results.append((lookup.outcome, {one.id for one in lookup.candidates}))
    assert results[0] == results[1]


@bounded()
@given(some_candidates, st.sampled_from(STATES), st.booleans(), st.booleans())
def test_whatever_may_be_the_effect_keeps_it_from_being_sent_again(
    there: list[tuple[float | None, bool | None]], state: EffectState, complete: bool, last: bool
) -> None:
    candidates = [candidate(f"{number}", mine, age) for number, (age, mine) in enumerate(there)]
    lookup = match_effect(FAILURES[state], candidates, [], complete=complete, assume_exclusive=False, last=last)
    assert (lookup.outcome == "nothing") is all(mine is False for _, mine in there)
    if lookup.outcome == "found" and state != "happened":
        assert complete
        assert lookup.candidates[0].is_mine


def test_candidates_are_shown_newest_first() -> None:
    candidates = [candidate("c", age=None), candidate("b", age=9), candidate("a", age=1)]
    assert (
        said(match_effect(failed(503), candidates, [], complete=False, assume_exclusive=False, last=True))
        == "unclear abc"
    )


# What is known


def test_what_was_seen_before_a_moment_is_known_then() -> None:
    known = KnownIds()
    known.add_seen(["a"])
    first = known.mark()
    known.add_seen(["b", "a"])
    second = known.mark()
    assert known.before(first) == {"a"}
    assert known.before(second) == {"a", "b"}


def test_what_another_request_has_made_is_never_the_effect_of_this_one() -> None:
    known = KnownIds()
    mark = known.mark()
    known.add_seen(["a"])
    known.add_own("a")
    assert known.before(mark) == {"a"}


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_ids, "MAX_KNOWN_IDS", 3)
    known = KnownIds()
    known.add_seen("abcde")
    assert known.before(known.mark()) == {"c", "d", "e"}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (failed(kind=TransportError), "ended"),
        (failed(502), "ended"),
        (failed(503), "ended"),
        (failed(520), "ended"),
        (failed(400), "ended"),
        (failed(504), "unknown"),
        (failed(kind=RequestTimeoutError), "unknown"),
        (failed(503, RequestTimeoutError), "unknown"),
        (failed(200, RequestTimeoutError), "unknown"),
        (failed(200, RequestTimeoutError, OWN), "happened"),
        (failed(200, TransportError), "ended"),
        (failed(200, TransportError, OWN), "happened"),
        (failed(201, TransportError, OWN), "happened"),
        (failed(503, TransportError, OWN), "ended"),
        (failed(503, body=OWN), "ended"),
        (failed(200, DecodeError, OWN), "happened"),
        (failed(200, DecodeError, b' { "meta" : { "schema"'), "happened"),
        (failed(200, DecodeError, b'{"meta":{"paging":7,"schema":"'), "happened"),
        (failed(200, DecodeError, b'{"meta": {'), "unknown"),
        (failed(200, DecodeError, b'{"meta": {}}{"meta": {}}'), "unknown"),
        (failed(200, DecodeError, b'{"meta": 7'), "ended"),
        (failed(200, DecodeError, b"{}"), "ended"),
        (failed(200, DecodeError, b'{"status": "maintenance"}'), "ended"),
        (failed(200, DecodeError, b"<html>Maintenance</html>"), "ended"),
        (failed(200, DecodeError, b""), "ended"),
    ],
)
def test_what_a_failure_says_about_the_effect(error: ApiError, expected: str) -> None:
    assert effect_state(error) == expected


def test_some_answers_leave_open_whether_there_was_an_effect() -> None:
    statuses = (302, 400, 401, 403, 404, 409, 422, 423, 429, 500, 501, 503)
    errors = [error for status in statuses if isinstance(error := failed(status), StatusError)]
    assert [error.status for error in errors if is_ambiguous(error, 1)] == [500, 501, 503]
    assert [error.status for error in errors if is_ambiguous(error, 2)] == [400, 409, 500, 501, 503]
    assert is_ambiguous(DecodeError(exchange(status=200)), 1)


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
    error: ApiError, tries: int, expected: float | None
) -> None:
    policy = RetryPolicy(count=2, base_delay=0)
    requested = retry_after(error.context.retry_after, datetime.now(UTC))
    assert decide_resend(policy, error, requested, tries, 0.0).delay == expected


def test_what_did_nothing_is_sent_again_only_within_budget_and_deadline() -> None:
    policy = RetryPolicy(base_delay=0, retry_budget=1, deadline=100)
    budget = RetryBudget(policy)
    assert "deadline" in decide_resend(policy, failed(503), None, 1, 101.0).reason
    assert decide_resend(policy, failed(500), None, 1, 0.0) == RetryDecision(None)
    resend = decide_resend(policy, failed(503), None, 1, 0.0)
    assert budget.grant(resend).delay == 0
    assert "budget" in budget.grant(resend).reason


def test_the_looks_follow_each_other_slower_and_slower() -> None:
    assert lookup_delays(0.5) == (0, 0.5, 1)
    assert lookup_delays(0) == (0, 0, 0)


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
    assert is_own_revision(revision, CreateRevisionRequest(name="Release"), "me") is expected


@pytest.mark.parametrize(
    ("revision_id", "applied", "expected"),
    [("R", "me", True), ("R", "you", False), ("R", None, False), ("S", "me", False)],
)
def test_who_applied_a_revision_tells_whose_synchronization_it_was(
    revision_id: str, applied: str | None, expected: bool
) -> None:
    for moment in (None, NEWEST - timedelta(days=2), NEWEST + timedelta(days=2)):
        revisions = [Revision(id=revision_id, name="Release", applied_by=applied, applied_on=moment)]
        assert is_applied_by(revisions, "R", "me") is expected
    assert not is_applied_by([], "R", "me")


def test_an_explanation_tells_the_cases_apart() -> None:
    unclear = EffectLookup(outcome="unclear", candidates=(candidate("a"),))
    nothing = EffectLookup[str](outcome="nothing")
    assert "somebody else" in unknown_reason(unclear, "ended", True)
    assert "existed before" not in unknown_reason(unclear, "ended", True)
    assert "existed before" in unknown_reason(unclear, "ended", False)
    assert "in flight" in unknown_reason(nothing, "unknown", True)
    assert "says that it happened" in unknown_reason(nothing, "happened", True)
