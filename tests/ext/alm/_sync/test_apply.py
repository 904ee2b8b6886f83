# Converted by `python -m generator` from tests/ext/alm/_async/test_apply.py. Edit that file, not this one.
"""Promotions against the emulator: which targets are synchronized, and what prevents it."""

import json
import os
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from anaplan_ext import (
    ApplyProgress,
    ApprovalError,
    Client,
    Plan,
    PlanError,
    PlanExpiredError,
    PlanLockedError,
    PlanStaleError,
    PromotionError,
    RiskError,
)
from anaplan_ext.emulator import Emulator, Exchange, Fault

from ..promotion_tenant import ADA, SOURCE, START, model_id, names, revision_id, syncs
from .promotions import COUNT, collect
from .promotions import emulator as emulator
from .promotions import source as source


def test_a_promotion_syncs_each_target_once(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    path = plan.save(tmp_path / "release.plan")
    steps: list[ApplyProgress] = []
    results = collect(plan.apply(offline=True, on_progress=steps.append))
    assert {result.outcome for result in results} == {"synced"}
    assert syncs(emulator) == dict.fromkeys(names(COUNT), 1)
    assert sorted(str(step) for step in steps if step.stage == "done") == [f"Prod {n} is on 'R3'" for n in (1, 2, 3, 4)]

    journal = path.with_name("release.plan.journal")
    assert stat.S_IMODE(os.stat(journal).st_mode) == 0o600
    with pytest.raises(PlanError, match="resume must be true"):
        collect(source.alm.apply(Plan.load(path)))
    requests = emulator.count("PUT")
    again = collect(source.alm.apply(Plan.load(path), resume=True))
    assert emulator.count("PUT") == requests == 2 * COUNT
    assert {result.outcome for result in again} == {"already"}
    assert syncs(emulator) == dict.fromkeys(names(COUNT), 1)


def test_the_journal_knows_before_anaplan_does(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    journal = plan.save(tmp_path / "release.plan").with_name("release.plan.journal")
    observe, seen = emulator.observer, list[tuple[str, list[str]]]()

    def look(exchange: Exchange) -> None:
        """Note what the journal has of a target when Anaplan gets a request about it, before the response."""
        if observe is not None:
            observe(exchange)
        if exchange.method in ("POST", "PUT") and "/models/" in exchange.path:
            lines = [json.loads(line) for line in journal.read_bytes().splitlines()[1:]]
            word = exchange.path.rsplit("/", 1)[1]
            seen.append((word, [line["event"] for line in lines if line["model_id"] in exchange.path]))

    emulator.observer = look
    collect(plan.apply(offline=True))
    emulator.observer = observe
    offline = ("onlineStatus", ["offline"])
    sync = ("syncTasks", ["offline", "starting"])
    online = ("onlineStatus", ["offline", "starting", "started", "done"])
    assert Counter(map(repr, seen)) == dict.fromkeys(map(repr, (offline, sync, online)), COUNT)
    events = [json.loads(line)["event"] for line in journal.read_bytes().splitlines()[1:]]
    assert Counter(events) == dict.fromkeys(("offline", "starting", "started", "done", "online"), COUNT)


def test_a_target_that_moved_makes_the_plan_stale(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    moved = emulator.model(model_id(2))
    revision = emulator.model(SOURCE).revisions[1].revision
    moved.apply_revision(revision, user_id=ADA.id, at=START + 90, method="Revision synchronized")
    with pytest.raises(PlanStaleError) as caught:
        collect(plan.apply())
    (target,) = caught.value.moved
    assert (target.name, target.planned, target.current, target.moved_by) == ("Prod 2", "R1", "R2", "Ada Builder")
    assert target.moved_on == "2026-01-01T00:01:30+00:00"
    assert emulator.effects["syncTasks"] == 0


def test_a_target_that_moves_between_check_and_sync_is_not_changed(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", ["Prod 1", "Prod 2"])
    revision = emulator.model(SOURCE).revisions[1].revision

    def move(step: ApplyProgress) -> None:
        if step.stage == "sync" and step.name == "Prod 2":
            emulator.model(model_id(2)).apply_revision(revision, user_id=ADA.id, at=START, method="Elsewhere")

    with pytest.raises(PromotionError) as caught:
        collect(plan.apply(on_progress=move))
    (failed,) = caught.value.failed
    assert isinstance(failed.error, PlanStaleError)
    assert syncs(emulator)["Prod 1"] == 1
    assert emulator.model(model_id(2)).revisions[-1].revision is revision


def test_a_plan_expires_with_its_reports(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    emulator.advance(48 * 3600 + 1)
    with pytest.raises(PlanExpiredError, match="has expired"):
        collect(plan.apply())
    assert emulator.effects["syncTasks"] == 0
    with pytest.raises(TypeError, match="plan must be a Plan"):
        source.alm.apply("release.plan")  # type: ignore[arg-type]
    # Planning again renews it: the bytes are the same.
    assert source.alm.plan("R3", names(COUNT)) == plan
    assert len(collect(plan.apply())) == COUNT


def test_a_run_that_failed_is_not_resumed_when_the_plan_has_expired(
    emulator: Emulator, source: Client, tmp_path: Path
) -> None:
    plan = source.alm.plan("R3", ["Prod 1", "Prod 2"])
    plan.save(tmp_path / "release.plan")
    emulator.fail_next_task(model_id(1))
    with pytest.raises(PromotionError):
        collect(plan.apply())
    emulator.advance(48 * 3600 + 1)
    with pytest.raises(PlanExpiredError, match="report of Prod 1"):
        collect(plan.apply(resume=True))
    assert source.alm.plan("R3", ["Prod 1"]) != plan


def test_a_report_that_is_another_one_is_rejected(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    reports = emulator.model(model_id(2)).reports
    for key, report in reports.items():
        reports[key] = evolve(report, content=report.content + b"\n")
    with pytest.raises(PlanError, match="present comparison report of Prod 2"):
        collect(plan.apply())
    assert emulator.effects["syncTasks"] == 0


def test_the_journal_of_another_plan_is_rejected(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    first = source.alm.plan("R2", ["Prod 1"])
    first.save(tmp_path / "release.plan")
    collect(first.apply())
    second = source.alm.plan("R3", ["Prod 1"])
    with pytest.raises(PlanError, match="save the plan under a new name"):
        second.save(tmp_path / "release.plan")
    second.save(tmp_path / "next.plan").replace(tmp_path / "release.plan")  # by hand
    replaced = source.alm.load_plan(tmp_path / "release.plan")
    for resume in (False, True):
        with pytest.raises(PlanError, match="save the plan under a new name"):
            collect(replaced.apply(resume=resume))
    second.save(tmp_path / "next.plan")
    assert [result.outcome for result in collect(second.apply())] == ["synced"]


def test_risks_must_be_approved(emulator: Emulator, source: Client) -> None:
    emulator.model(SOURCE).remove("lineItems", "Units", module="Sales")
    emulator.model(SOURCE).record_revision(revision_id(4), "R4", user_id=ADA.id, at=START + 9e6)
    plan = source.alm.plan("R4", ["Prod 1"])
    assert [str(risk) for risk in plan.risks] == ["line item Sales · Units: deletes data"]
    requests = emulator.count()
    with pytest.raises(RiskError, match="line item Sales · Units"):
        plan.apply()
    with pytest.raises(ValueError, match="risks of the plan"):
        plan.apply(approve_risks=["line item Sales · Unit"])
    assert emulator.count() == requests
    assert len(collect(plan.apply(approve_risks=["line item Sales · Units"]))) == 1
    assert syncs(emulator)["Prod 1"] == 1


def test_approvals_are_required_and_bound_to_the_plan(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    plan = source.alm.plan("R3", ["Prod 1"])
    path = plan.save(tmp_path / "release.plan")
    plan.approve("ada@example.com", "looks good")
    plan.approve("Ada@example.com ", "twice")
    with pytest.raises(ApprovalError, match="2 approvals by distinct people"):
        collect(plan.apply(require_approvals=2))
    plan.approve("sam@example.com")
    assert len(plan.approvals()) == 3

    path.write_bytes(path.read_bytes().replace(b'"can_sync": true', b'"can_sync":  true'))
    with pytest.raises(ApprovalError, match="must not be changed after its approval"):
        collect(source.alm.apply(Plan.load(path), require_approvals=2))
    with pytest.raises(PlanError, match="differs from the plan"):
        plan.approvals()
    assert emulator.effects["syncTasks"] == 0
    plan.save(path)
    assert len(collect(plan.apply(require_approvals=2))) == 1


def test_a_failure_stops_nothing_else(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    emulator.fail_next_task(model_id(2))
    with pytest.raises(PromotionError, match="3 of 4 targets done") as caught:
        collect(plan.apply(parallel=1))
    assert [result.outcome for result in caught.value.results] == ["synced", "failed", "synced", "synced"]
    assert len(collect(plan.apply(resume=True))) == COUNT


def test_a_failure_can_stop_the_rest(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    emulator.fail_next_task(model_id(2))
    with pytest.raises(PromotionError) as caught:
        collect(plan.apply(parallel=1, stop_on_error=True))
    assert [result.outcome for result in caught.value.results] == ["synced", "failed", "skipped", "skipped"]
    assert emulator.effects["syncTasks"] == 2


FAULTS: list[Callable[[str, str], Fault]] = [
    lambda method, path: Fault(method=method, path=path, kind="reset", after_effect=True),
    lambda method, path: Fault(method=method, path=path, kind="reset"),
    lambda method, path: Fault(method=method, path=path, status=500, after_effect=True),
    lambda method, path: Fault(method=method, path=path, status=503),
    lambda method, path: Fault(method=method, path=path, kind="truncate"),
    lambda method, path: Fault(method=method, path=path, kind="malformed"),
]


@pytest.mark.parametrize("fault", range(len(FAULTS)))
def test_lost_responses_sync_no_target_twice(emulator: Emulator, source: Client, fault: int) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    for path in ("syncTasks$", "syncTasks/", "onlineStatus", "latestRevision"):
        emulator.inject(FAULTS[fault]("POST" if path == "syncTasks$" else None, path))  # type: ignore[arg-type]
    try:
        collect(plan.apply(offline=True))
    except PromotionError:  # a damaged response is not retried
        collect(plan.apply(offline=True, resume=True))
    assert syncs(emulator) == dict.fromkeys(names(COUNT), 1)
    assert emulator.effects["syncTasks"] == COUNT
    assert {emulator.model(model_id(number)).active_state for number in range(1, COUNT + 1)} == {"PRODUCTION"}


def test_a_target_that_is_done_may_move_on(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    plan = source.alm.plan("R2", ["Prod 1", "Prod 2"])
    plan.save(tmp_path / "release.plan")
    emulator.fail_next_task(model_id(2))
    with pytest.raises(PromotionError):
        collect(plan.apply())
    newest = emulator.model(SOURCE).revisions[2].revision
    emulator.model(model_id(1)).apply_revision(newest, user_id=ADA.id, at=START + 99, method="Elsewhere")
    results = collect(plan.apply(resume=True))
    assert {result.name: result.outcome for result in results} == {"Prod 1": "already", "Prod 2": "synced"}


def test_a_target_that_cannot_be_read_fails_alone(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    emulator.model(model_id(2)).active_state = "ARCHIVED"
    emulator.model(model_id(3)).active_state = "LOCKED"
    with pytest.raises(PromotionError) as caught:
        collect(plan.apply())
    assert {result.name: result.outcome for result in caught.value.results} == {
        "Prod 1": "synced",
        "Prod 2": "failed",
        "Prod 3": "failed",
        "Prod 4": "synced",
    }


def test_one_run_at_a_time_applies_a_plan(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    path = plan.save(tmp_path / "release.plan")
    first = plan.apply(parallel=1)
    assert (next(first)).outcome == "synced"
    requests = emulator.count()
    journal = path.with_name("release.plan.journal")
    before = journal.read_bytes()
    for resume in (False, True):
        with pytest.raises(PlanLockedError) as caught:
            collect(source.alm.apply(Plan.load(path), resume=resume))
        assert str(journal) in str(caught.value)
        assert "wait for its end, then apply with resume=True" in str(caught.value)
    assert emulator.count() == requests
    assert journal.read_bytes() == before
    # Another plan has a lock of its own.
    other = source.alm.plan("R2", [f"Prod {COUNT}"])
    other.save(tmp_path / "other.plan")
    assert [result.outcome for result in collect(other.apply())] == ["synced"]
    first.close()  # type: ignore[attr-defined]
    with pytest.raises(PlanStaleError):
        collect(plan.apply(resume=True))
    # A run that ends by an error has left no lock either.
    with pytest.raises(PlanStaleError):
        collect(plan.apply(resume=True))
