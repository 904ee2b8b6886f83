# Converted by `python -m generator` from tests/ext/reconcile/_async/test_send_once.py. Edit that file, not this one.
"""Effects happen once, whatever happens to the response; the emulator counts them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from anaplan_ext import (
    BadRequestError,
    Client,
    ConflictError,
    OutcomeUnknown,
    PendingTask,
    RetryPolicy,
    ServerError,
    TaskHandle,
    TransportError,
)
from anaplan_ext.emulator import Emulator, Fault, User

FILE, IMPORT, EXPORT, ACTION, PROCESS = 113000000000, 112000000000, 116000000000, 117000000000, 118000000000
CSV = "id,name,amount\n1,one,10\n"
AFTER = [
    Fault(kind="reset", after_effect=True),
    Fault(kind="close", after_effect=True),
    *(Fault(status=status, after_effect=True) for status in (502, 503, 504)),
]
BEFORE = [Fault(kind="reset"), Fault(kind="close"), Fault(status=502), Fault(status=503)]
DAMAGED = [
    Fault(kind="truncate"),
    Fault(kind="malformed"),
    Fault(kind="changed", change=lambda answer: {"meta": answer["meta"]}),
]


def named(fault: Fault) -> str:
    return f"{fault.kind} {fault.status}" if fault.kind == "response" else fault.kind


def hitting(fault: Fault, path: str, **changes: Any) -> Fault:
    """The same fault, for requests that start or make something."""
    fields = {name: getattr(fault, name) for name in ("kind", "status", "after_effect", "change")}
    return Fault(**{"method": "POST", "path": path, **fields, **changes})


@pytest.fixture
def exclusive(emulator: Emulator) -> Iterator[Client]:
    """A client with `assume_exclusive`."""
    with signed_in(emulator, emulator.user_email, assume_exclusive=True) as client:
        yield client


@pytest.fixture
def other(emulator: Emulator) -> Iterator[Client]:
    """A client of another workspace administrator."""
    emulator.tenant.users.append(User(email="eve@example.com"))
    with signed_in(emulator, "eve@example.com") as client:
        yield client


def signed_in(emulator: Emulator, email: str, **options: Any) -> Client:
    return Client(
        model_id=emulator.development_model_id,
        user_email=email,
        password="password",
        base_url=emulator.url,
        status_poll_delay=0,
        retry_policy=RetryPolicy(count=2, base_delay=0, throttle_delay=0.001, throttle_total=0.012),
        **options,
    )


def promotion(emulator: Emulator, client: Client) -> tuple[Client, tuple[str, str, str]]:
    """A client of production, and what to synchronize there: the source revision and its model, and the target's."""
    created = client.alm.create_revision("Release 1")
    production = client.with_model(emulator.production_model_id)
    target = production.alm.get_latest_revision()
    assert target is not None
    return production, (created.id, emulator.development_model_id, target.id)


def test_while_answers_come_nothing_is_looked_up_but_what_is_there_before(
    emulator: Emulator, client: Client, exclusive: Client
) -> None:
    client.list_files()
    exclusive.list_files()
    before = emulator.count()
    client.invoke_action(EXPORT)
    assert emulator.count() - before == 1
    exclusive.invoke_action(EXPORT)
    client.alm.create_revision("Release 1")
    assert emulator.count() - before == 1 + 2 + 2


# Actions


@pytest.mark.slow
@pytest.mark.parametrize("action_id", [IMPORT, EXPORT, ACTION, PROCESS])
def test_a_start_that_did_nothing_is_sent_again(action_id: int, emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, CSV)
    for fault in BEFORE:
        effects = emulator.effects.total()
        emulator.inject(hitting(fault, "/tasks$"))
        client.run_action(action_id)
        assert emulator.effects.total() - effects == 1
        # The clients of other tests, and of other users, have their own times.
        emulator.advance(60)
    assert emulator.count("POST", "/tasks$") == 2 * len(BEFORE)


@pytest.mark.parametrize("fault", AFTER, ids=named)
def test_a_new_task_may_be_anothers_and_is_only_shown(fault: Fault, emulator: Emulator, client: Client) -> None:
    client.upload_file(FILE, CSV)
    emulator.inject(hitting(fault, "/tasks$"))
    with pytest.raises(OutcomeUnknown, match=r"start_import_task.* or may be that of somebody else") as raised:
        client.run_action(IMPORT)
    (candidate,) = raised.value.candidates
    assert isinstance(candidate, TaskHandle)
    task = (client.wait_for_task(candidate)).task
    assert task.task_state == "COMPLETE"
    assert emulator.effects == {"imports": 1}
    assert emulator.count("POST", "/tasks$") == 1


@pytest.mark.slow
@pytest.mark.parametrize("action_id", [IMPORT, EXPORT, ACTION, PROCESS])
def test_an_exclusive_client_goes_on_with_the_one_new_task(
    action_id: int, emulator: Emulator, exclusive: Client
) -> None:
    exclusive.upload_file(FILE, CSV)
    for number, fault in enumerate(AFTER):
        emulator.inject(hitting(fault, "/tasks$"))
        # Those that this client started before are not taken for new.
        exclusive.run_action(action_id)
        assert emulator.effects.total() == number + 1 == emulator.count("POST", "/tasks$")


@pytest.mark.parametrize("fault", DAMAGED, ids=named)
def test_an_answer_of_success_that_was_damaged_leads_to_the_one_new_task(
    fault: Fault, emulator: Emulator, client: Client
) -> None:
    client.upload_file(FILE, CSV)
    emulator.inject(hitting(fault, "/tasks$"))
    client.run_action(IMPORT)
    assert emulator.effects == {"imports": 1}


def test_a_page_of_a_proxy_is_no_answer_of_success(emulator: Emulator, client: Client) -> None:
    page = Fault(method="POST", path="/tasks$", status=200, body=b"<html>Maintenance</html>", content_type="text/html")
    emulator.inject(page)
    client.run_action(EXPORT)
    assert emulator.effects == {"exports": 1}
    assert emulator.count("POST", "/tasks$") == 2


@pytest.mark.parametrize("fault", [*BEFORE, *AFTER], ids=named)
def test_two_people_who_start_the_same_action_never_get_each_others_task(
    fault: Fault, emulator: Emulator, other: Client
) -> None:
    theirs: list[str] = []

    def start_theirs(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path.endswith("/tasks"):
            theirs.append(other.invoke_action(EXPORT))

    # Theirs begins after ours was about to be sent, and before ours is lost.
    emulator.inject(hitting(fault, "/tasks$", nth=2))
    with signed_in(emulator, emulator.user_email, hooks={"request": [start_theirs]}) as client:
        with pytest.raises(OutcomeUnknown) as raised:
            client.invoke_action(EXPORT)
    shown = [candidate.task_id for candidate in raised.value.candidates if isinstance(candidate, TaskHandle)]
    assert theirs[0] in shown
    assert len(shown) == emulator.effects["exports"] == emulator.count("POST", "/tasks$") - (not fault.after_effect)


def test_both_of_two_lost_starts_show_both_tasks(emulator: Emulator, client: Client, other: Client) -> None:
    lost = Fault(method="POST", path="/tasks$", kind="reset", after_effect=True, times=2)
    emulator.inject(lost)
    with pytest.raises(OutcomeUnknown) as first:
        client.invoke_action(EXPORT)
    with pytest.raises(OutcomeUnknown) as second:
        other.invoke_action(EXPORT)
    assert len(first.value.candidates) == 1
    assert len(second.value.candidates) == 2
    assert emulator.effects == {"exports": 2}


def test_a_start_that_stays_turned_away_is_the_failure_itself(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(method="POST", path="/tasks$", status=503, times=None))
    with pytest.raises(ServerError, match="after 3 attempts"):
        client.invoke_action(EXPORT)
    emulator.clear_faults()
    emulator.inject(Fault(method="POST", path="/tasks$", kind="reset", times=None))
    with pytest.raises(TransportError, match="after 3 attempts"):
        client.invoke_action(EXPORT)
    assert emulator.effects == {}


def test_what_may_still_be_under_way_is_not_sent_again(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(method="POST", path="/tasks$", status=504))
    with pytest.raises(OutcomeUnknown, match="may still be in flight") as raised:
        client.invoke_action(EXPORT)
    assert raised.value.candidates == ()
    assert emulator.count("POST", "/tasks$") == 1


def test_a_look_up_that_fails_leaves_it_open(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(method="POST", path="/tasks$", kind="reset"))
    emulator.inject(Fault(method="GET", path="/tasks$", status=503, times=None))
    with pytest.raises(OutcomeUnknown, match=r"the lookup failed as well: .*list_export_tasks"):
        client.invoke_action(EXPORT)
    assert emulator.count("POST", "/tasks$") == 1


def test_what_is_listed_late_is_found(emulator: Emulator, exclusive: Client) -> None:
    emulator.inject(Fault(method="POST", path="/tasks$", kind="reset", after_effect=True))
    emulator.inject(Fault(method="GET", path="/tasks$", kind="changed", change=no_entries, times=2))
    exclusive.run_action(EXPORT)
    assert emulator.effects == {"exports": 1}


# Revisions


@pytest.mark.parametrize("fault", [*AFTER, *DAMAGED], ids=named)
def test_a_revision_that_was_made_is_found(fault: Fault, emulator: Emulator, client: Client) -> None:
    emulator.inject(hitting(fault, "/revisions$"))
    made = client.alm.create_revision("Release 1", "The first one")
    assert (made.name, made.description) == ("Release 1", "The first one")
    assert made == client.alm.get_latest_revision()
    assert emulator.effects == {"revisions": 1}
    assert emulator.count("POST", "/revisions$") == 1


@pytest.mark.parametrize("fault", BEFORE, ids=named)
def test_a_revision_that_was_not_made_is_asked_for_again(fault: Fault, emulator: Emulator, client: Client) -> None:
    emulator.inject(hitting(fault, "/revisions$"))
    made = client.alm.create_revision("Release 1")
    assert made == client.alm.get_latest_revision()
    assert emulator.effects == {"revisions": 1}


def test_anothers_revision_of_the_same_name_is_not_taken(emulator: Emulator, client: Client, other: Client) -> None:
    theirs = other.alm.create_revision("Release 1")
    emulator.inject(Fault(method="POST", path="/revisions$", kind="reset"))
    # It had no effect, and now nothing is left to create a revision of.
    with pytest.raises(BadRequestError, match="no structural changes"):
        client.alm.create_revision("Release 1")
    latest = client.alm.get_latest_revision()
    assert latest is not None
    assert latest.id == theirs.id
    assert emulator.effects == {"revisions": 1}


def test_a_repetition_that_is_refused_because_the_first_one_worked_finds_it(emulator: Emulator, client: Client) -> None:
    emulator.inject(Fault(method="POST", path="/revisions$", kind="reset", after_effect=True))
    # It is listed only after all looks; the first list is of what was there before.
    emulator.inject(Fault(method="GET", path="/revisions$", kind="changed", change=no_entries, nth=2, times=3))
    made = client.alm.create_revision("Release 1")
    assert made.name == "Release 1"
    assert emulator.count("POST", "/revisions$") == 2
    assert emulator.effects == {"revisions": 1}


def no_entries(answer: dict[str, Any]) -> dict[str, Any]:
    return {"meta": {"schema": answer["meta"]["schema"]}}


# Synchronizations


@pytest.mark.parametrize("fault", [*AFTER, *DAMAGED], ids=named)
def test_a_sync_that_was_started_is_known_by_who_applied_the_revision(
    fault: Fault, emulator: Emulator, client: Client
) -> None:
    production, revisions = promotion(emulator, client)
    emulator.inject(hitting(fault, "/syncTasks$"))
    synced = production.alm.sync_models(*revisions)
    assert synced.result.successful
    assert [task.id for task in production.alm.get_sync_tasks()] == [synced.id]
    assert emulator.effects["syncTasks"] == 1


@pytest.mark.parametrize("fault", BEFORE, ids=named)
def test_a_sync_that_was_not_started_is_started_again(fault: Fault, emulator: Emulator, client: Client) -> None:
    production, revisions = promotion(emulator, client)
    emulator.inject(hitting(fault, "/syncTasks$"))
    production.alm.sync_models(*revisions)
    assert emulator.effects["syncTasks"] == 1


def test_anothers_sync_is_not_taken_even_of_the_same_revision(
    emulator: Emulator, client: Client, other: Client
) -> None:
    production, revisions = promotion(emulator, client)
    theirs = other.with_model(emulator.production_model_id).alm.sync_models(*revisions, False)
    emulator.inject(Fault(method="POST", path="/syncTasks$", kind="reset"))
    # It did nothing, and now there is one in progress, which was there before.
    with pytest.raises(ConflictError, match="create_sync_task"):
        production.alm.sync_models(*revisions)
    assert [task.id for task in production.alm.get_sync_tasks()] == [theirs.id]
    assert emulator.effects["syncTasks"] == 1


def test_without_waiting_a_new_sync_is_only_shown(emulator: Emulator, client: Client) -> None:
    production, revisions = promotion(emulator, client)
    emulator.inject(Fault(method="POST", path="/syncTasks$", kind="reset", after_effect=True))
    with pytest.raises(OutcomeUnknown) as raised:
        production.alm.sync_models(*revisions, False)
    (candidate,) = raised.value.candidates
    assert isinstance(candidate, TaskHandle)
    assert candidate.kind == "sync"
    client.wait_for_task(candidate)


def test_without_waiting_an_exclusive_client_returns_the_new_sync(emulator: Emulator, exclusive: Client) -> None:
    production, revisions = promotion(emulator, exclusive)
    emulator.inject(Fault(method="POST", path="/syncTasks$", kind="reset", after_effect=True))
    started = production.alm.sync_models(*revisions, False)
    assert isinstance(started, PendingTask)
    assert started.id == (production.alm.get_sync_tasks())[0].id


def test_a_candidate_that_fails_settles_nothing(emulator: Emulator, client: Client) -> None:
    production, revisions = promotion(emulator, client)
    emulator.fail_next_task("syncTasks")
    emulator.inject(Fault(method="POST", path="/syncTasks$", kind="reset", after_effect=True))
    with pytest.raises(OutcomeUnknown) as raised:
        production.alm.sync_models(*revisions)
    assert len(raised.value.candidates) == 1
    assert "Model Synchronization Failed" in str(raised.value.__cause__)


# Reports


@pytest.mark.parametrize("kind", ["comparisonReportTasks", "summaryReportTasks"])
def test_a_report_of_unknown_outcome_is_not_started_again(kind: str, emulator: Emulator, client: Client) -> None:
    production, revisions = promotion(emulator, client)
    create = (
        production.alm.create_comparison_report
        if kind == "comparisonReportTasks"
        else production.alm.create_comparison_summary
    )
    for fault in (*AFTER, *BEFORE):
        emulator.inject(hitting(fault, f"/{kind}$"))
        with pytest.raises(OutcomeUnknown, match=r"create_(comparison|summary)_report_task"):
            create(*revisions)
    assert emulator.count("POST", f"/{kind}$") == len(AFTER) + len(BEFORE)
    assert emulator.effects[kind] == len(AFTER)
