# Converted by `python -m generator` from tests/ext/alm/_async/test_promotion.py. Edit that file, not this one.
"""Status, plans and promotions against the emulator."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve

from anaplan_ext import (
    AmbiguousNameError,
    ApplyProgress,
    ApprovalError,
    Client,
    NameNotFoundError,
    Plan,
    PlanError,
    PlanExpiredError,
    PlanStaleError,
    PromotionError,
    RiskError,
    TargetResult,
)
from anaplan_ext.alm.journal import find_journal
from anaplan_ext.emulator import Emulator, Fault

from ...support._sync.fixtures import NO_DELAYS
from ..promotion_tenant import ADA, SOURCE, START, model_id, names, promotion_tenant, revision_id, syncs

COUNT = 4


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(tenant=promotion_tenant(COUNT)) as emulator:
        yield emulator


@pytest.fixture
def source(emulator: Emulator) -> Iterator[Client]:
    with Client(
        model_id=SOURCE,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=emulator.url,
        status_poll_delay=0,
        retry_policy=NO_DELAYS,
    ) as client:
        yield client


def collect(results: Iterator[TargetResult]) -> list[TargetResult]:
    return [result for result in results]


def test_the_status_tells_revision_lag_and_room(emulator: Emulator, source: Client) -> None:
    emulator.model(model_id(2)).apply_revision(
        emulator.model(SOURCE).revisions[1].revision, user_id=ADA.id, at=START, method="Revision synchronized"
    )
    emulator.model(model_id(3)).add_list("Hotfix")
    emulator.model(model_id(3)).record_revision("F" * 32, "Hotfix 7", user_id="unknown", at=START)
    emulator.model(model_id(4)).active_state = "ARCHIVED"
    status = source.alm.status(["Prod 1", model_id(2), "prod 3", "Prod 4"])

    assert emulator.count(path="latestRevision") == 3
    assert status.revision is not None
    assert status.revision.name == "R3"
    assert [target.behind for target in status] == [2, 1, None, None]
    assert [target.is_diverged for target in status] == [False, False, True, False]
    assert [target.problem for target in status] == [None, None, "diverged", "archived"]
    row = status.to_rows()[0]
    assert row["applied_by"] == "Ada Builder"
    assert row["size_allowance"] == 1_073_741_824
    assert status.to_rows()[2]["applied_by"] == "unknown"
    assert json.loads(json.dumps(status.to_dict()))["targets"][2]["reason"].startswith("its latest revision is not")


def test_status_and_plan_are_drawn_and_written_for_people(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    emulator.model(model_id(3)).record_revision("F" * 32, "Hotfix 7", user_id=ADA.id, at=START)
    status = source.alm.status(names(COUNT))
    graph = source.alm.graph(names(COUNT))
    assert graph == status.to_graph()
    assert [(column.revision, column.models) for column in graph.history] == [
        ("R1", ("Prod 1", "Prod 2", "Prod 4")),
        ("R3", ("Planning Dev (source)",)),
    ]
    assert [(column.revision, column.models) for column in graph.others] == [("Hotfix 7", ("Prod 3",))]
    assert "Hotfix 7" in status.to_svg()
    assert status.to_mermaid().startswith("flowchart LR")
    plan = source.alm.plan("R3", status)
    html = plan.to_html(tmp_path / "release.html")
    assert (tmp_path / "release.html").read_text(encoding="utf-8") == html
    for text in (html, plan.to_markdown()):
        for part in ("Module 2", "Prod 4", "not in the history", "48 hours"):
            assert part in text


def test_what_names_no_model_or_none_distinct_is_rejected(emulator: Emulator, source: Client) -> None:
    with pytest.raises(ValueError, match="at least one model"):
        source.alm.status([])
    with pytest.raises(TypeError, match="list"):
        source.alm.status("Prod 1")  # type: ignore[arg-type]
    assert emulator.count() == 0
    with pytest.raises(NameNotFoundError, match="'Prod 9'"):
        source.alm.status(["Prod 9"])
    with pytest.raises(ValueError, match="as the source"):
        source.alm.status(["Planning Dev"])
    with pytest.raises(ValueError, match="as another target"):
        source.alm.status(["Prod 1", model_id(1)])
    emulator.model(model_id(2)).name = "Prod 1"
    with pytest.raises(AmbiguousNameError):
        source.alm.status(["Prod 1"])
    with pytest.raises(NameNotFoundError, match="revision 'R9'"):
        source.alm.plan("R9", ["Prod 3"])


def test_status_and_plan_need_few_requests(emulator: Emulator, source: Client) -> None:
    status = source.alm.status(names(COUNT))
    source.alm.plan("R3", status)
    reports = emulator.count(path="Report")
    sign_in = emulator.count(path="authenticate")
    assert emulator.count() - reports - sign_in <= 3 + 2 * COUNT
    assert reports == 6 * COUNT + 2 * COUNT


def test_a_plan_changes_nothing_and_is_the_same_again(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    first = source.alm.plan("R3", names(COUNT))
    emulator.advance(3600)
    again = source.alm.plan(revision_id(3), [model_id(number) for number in range(1, COUNT + 1)], source=SOURCE)
    assert first.to_json() == again.to_json()
    assert first == again
    assert set(syncs(emulator).values()) == {0}
    target = first.targets[0]
    # When the source got a revision says nothing of the targets.
    assert {first.revision.applied_on, *(step.applied_on for step in target.steps)} == {None}
    assert target.revision is not None
    assert target.revision.applied_on is not None
    assert [step.name for step in target.steps] == ["R2", "R3"]
    assert target.totals == {"created": 6, "modified": 0, "deleted": 0}
    assert {change.kind for change in target.changes} == {"list", "module", "line item"}
    path = first.save(tmp_path / "release.plan")
    loaded = Plan.load(path)
    assert loaded == first
    assert loaded.targets == first.targets
    assert loaded.to_json() == path.read_bytes()


def test_a_plan_says_what_cannot_be_synchronized(emulator: Emulator, source: Client) -> None:
    emulator.model(model_id(1)).active_state = "LOCKED"
    newest = emulator.model(SOURCE).revisions[2].revision
    emulator.model(model_id(2)).apply_revision(newest, user_id=ADA.id, at=START, method="Revision synchronized")
    emulator.model(model_id(3)).active_state = "UNLOCKED"
    emulator.model(model_id(4)).revisions.clear()
    plan = source.alm.plan("R2", names(COUNT))
    assert [target.problem for target in plan.targets] == ["locked", "ahead", None, "no revision"]
    assert plan.targets[2].warnings == ("the model is not deployed: changes without a revision may prevent the sync",)
    results = collect(plan.apply())
    assert sorted(result.outcome for result in results) == ["blocked", "blocked", "blocked", "synced"]


def test_what_the_user_may_not_read_is_left_out(emulator: Emulator, source: Client) -> None:
    for path in ("/2/0/users$", "/2/0/workspaces$", f"{model_id(2)}/alm/latestRevision"):
        emulator.inject(Fault(path=path, status=403, times=None))
    emulator.inject(Fault(path=f"{model_id(3)}/alm/latestRevision", status=422))
    emulator.inject(Fault(path=f"{model_id(4)}/alm/comparisonReportTasks", status=424))
    status = source.alm.status(names(COUNT))
    assert [target.problem for target in status] == [None, "no access", "archived", None]
    assert status.targets[0].revision is not None
    assert status.targets[0].revision.applied_by == ADA.id
    assert status.targets[0].model.room is None
    assert status.to_rows()[0]["size_allowance"] is None
    plan = source.alm.plan("R3", status)
    assert [target.problem for target in plan.targets] == [None, "no access", "archived", "no access"]


def test_a_report_that_fails_is_a_reason_and_a_lost_one_is_started_again(emulator: Emulator, source: Client) -> None:
    for number, fault in enumerate(("reset", "truncate"), 3):
        path = f"{model_id(number)}/alm/(comparison|summary)ReportTasks$"
        emulator.inject(Fault(path=path, kind=fault, times=2))  # type: ignore[arg-type]
    emulator.fail_next_task(model_id(2), message="Too different.")
    plan = source.alm.plan("R3", names(COUNT))
    assert [target.problem for target in plan.targets] == [None, "incompatible", None, None]
    assert "Anaplan cannot compare the two revisions: " in (plan.targets[1].reason or "")
    assert "Too different." in (plan.targets[1].reason or "")


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


def test_a_target_that_stays_offline_is_named_and_brought_back_by_the_next_run(
    emulator: Emulator, source: Client, tmp_path: Path
) -> None:
    plan = source.alm.plan("R3", ["Prod 1", "Prod 2"])
    plan.save(tmp_path / "release.plan")
    emulator.inject(Fault(path=f"{model_id(1)}/onlineStatus", nth=2, times=None, status=500))
    with pytest.raises(PromotionError, match="Prod 1: synchronized to 'R3'; it is still offline") as caught:
        collect(plan.apply(offline=True))
    assert [result.is_left_offline for result in caught.value.failed] == [True]
    emulator.clear_faults()
    assert emulator.model(model_id(1)).active_state == "PRODUCTION_MAINTENANCE"
    collect(plan.apply(resume=True))
    assert emulator.model(model_id(1)).active_state == "PRODUCTION"


def test_a_target_that_cannot_be_taken_offline_is_not_left_offline(
    emulator: Emulator, source: Client, tmp_path: Path
) -> None:
    plan = source.alm.plan("R3", ["Prod 1", "Prod 2"])
    path = plan.save(tmp_path / "release.plan")
    emulator.model(model_id(1)).active_state = "LOCKED"
    with pytest.raises(PromotionError) as caught:
        collect(plan.apply(offline=True))
    assert [(result.name, result.is_left_offline) for result in caught.value.failed] == [("Prod 1", False)]
    assert emulator.count("PUT", model_id(1)) == 1
    assert find_journal(path, plan.sha256, resume=True).state.offline == ()


def test_an_error_of_the_callback_ends_the_run_and_leaves_nothing_offline(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))

    def fail(step: ApplyProgress) -> None:
        if step.stage == "sync":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        collect(plan.apply(offline=True, on_progress=fail))
    assert emulator.effects["syncTasks"] == 0
    assert {emulator.model(model_id(number)).active_state for number in range(1, COUNT + 1)} == {"PRODUCTION"}


def test_the_journal_of_another_plan_is_rejected(emulator: Emulator, source: Client, tmp_path: Path) -> None:
    first = source.alm.plan("R2", ["Prod 1"])
    first.save(tmp_path / "release.plan")
    collect(first.apply())
    second = source.alm.plan("R3", ["Prod 1"])
    second.save(tmp_path / "release.plan")
    for resume in (False, True):
        with pytest.raises(PlanError, match="save the plan under a new name"):
            collect(second.apply(resume=resume))
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


def test_targets_are_offline_during_the_sync_only(emulator: Emulator, source: Client) -> None:
    emulator.model(model_id(3)).active_state = "PRODUCTION_MAINTENANCE"
    plan = source.alm.plan("R3", names(COUNT))
    states: list[str] = []

    def look(step: ApplyProgress) -> None:
        if step.stage in ("done", "failed"):
            states.append(emulator.model(step.model_id).active_state)

    emulator.fail_next_task(model_id(2))
    online: list[bool] = []

    def read() -> None:
        for result in plan.apply(offline=True, on_progress=look, parallel=1):
            online.append(emulator.model(result.model_id).active_state == "PRODUCTION")

    with pytest.raises(PromotionError):
        read()
    # Each is brought back as soon as it is done, without waiting for the others.
    assert online == [True, True, False, True]
    assert set(states) == {"PRODUCTION_MAINTENANCE"}
    after = [emulator.model(model_id(number)).active_state for number in range(1, COUNT + 1)]
    assert after == ["PRODUCTION", "PRODUCTION", "PRODUCTION_MAINTENANCE", "PRODUCTION"]


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


def test_a_reader_who_leaves_brings_the_targets_back(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    results = plan.apply(offline=True, parallel=4)
    first = next(results)
    assert first.outcome == "synced"
    results.close()  # type: ignore[attr-defined]
    assert {emulator.model(model_id(number)).active_state for number in range(1, COUNT + 1)} == {"PRODUCTION"}


def test_the_change_log_has_the_changes_of_each_revision(emulator: Emulator, source: Client) -> None:
    log = source.alm.changelog("R1")
    assert [(entry.since.name, entry.revision.name, entry.revision.created_by) for entry in log] == [
        ("R1", "R2", "Ada Builder"),
        ("R2", "R3", "Ada Builder"),
    ]
    assert [change.name for change in log.entries[0].changes] == ["List 2", "Module 2", "Amount"]
    assert [row["revision"] for row in log.to_rows()] == ["R2"] * 3 + ["R3"] * 3
    assert len(source.alm.changelog("R2", "R3")) == 1
    assert len(source.alm.changelog("R3", revision_id(3))) == 0
    assert json.loads(json.dumps(log.to_dict()))["entries"][1]["changes"][0]["name"] == "List 3"
    with pytest.raises(ValueError, match="must come after since_revision"):
        source.alm.changelog("R3", "R1")


def test_the_history_tells_how_each_revision_was_applied(emulator: Emulator, source: Client) -> None:
    collect((source.alm.plan("R3", ["Prod 1"])).apply())
    history = source.with_model(model_id(1)).alm.history()
    assert [(entry.revision.name, entry.method) for entry in history] == [
        ("R1", "Model copied"),
        ("R3", "Revision synchronized"),
    ]
    assert history[1].to_dict()["applied_by"] == "Ada Builder"


def test_a_failed_sync_is_completed_step_by_step(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", names(COUNT))
    emulator.fail_next_task(model_id(1))
    results = {result.name: result for result in collect(plan.apply(stepwise=True))}
    assert results["Prod 1"].steps == ("R2", "R3")
    assert results["Prod 2"].steps == ("R3",)
    assert syncs(emulator) == dict.fromkeys(names(COUNT), 1) | {"Prod 1": 2}


def test_revisions_that_conflict_in_one_sync_are_applied_one_by_one(emulator: Emulator, source: Client) -> None:
    emulator.model(model_id(1)).sync_conflicts = [frozenset(["R2", "R3"])]
    emulator.model(model_id(2)).sync_conflicts = [frozenset(["R3"])]
    plan = source.alm.plan("R3", names(COUNT))
    with pytest.raises(PromotionError, match="revision 'R3' breaks it") as caught:
        collect(plan.apply(stepwise=True))
    assert [result.name for result in caught.value.failed] == ["Prod 2"]
    assert syncs(emulator) == dict.fromkeys(names(COUNT), 1) | {"Prod 1": 2}


def test_the_revision_that_breaks_is_named_and_the_rest_is_resumed(
    emulator: Emulator, source: Client, tmp_path: Path
) -> None:
    plan = source.alm.plan("R3", ["Prod 1"])
    plan.save(tmp_path / "release.plan")
    emulator.fail_next_task(model_id(1))

    def fail_the_last_step(step: ApplyProgress) -> None:
        if step.stage == "sync" and emulator.model(model_id(1)).revisions[-1].revision.name == "R2":
            emulator.fail_next_task(model_id(1), message="No room.")

    with pytest.raises(PromotionError, match="revision 'R3' breaks it") as caught:
        collect(plan.apply(stepwise=True, on_progress=fail_the_last_step))
    (failed,) = caught.value.failed
    assert (failed.revision, failed.steps, failed.broken_revision) == ("R2", ("R2",), "R3")
    assert "No room." in str(failed.error)
    # Between its revisions, the target has not moved: the journal knows how it came there.
    (result,) = collect(plan.apply(resume=True))
    assert (result.outcome, result.steps) == ("synced", ("R3",))
    assert syncs(emulator)["Prod 1"] == 2


def test_a_single_step_is_not_tried_again(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R2", ["Prod 1"])
    emulator.fail_next_task(model_id(1))
    with pytest.raises(PromotionError):
        collect(plan.apply(stepwise=True))
    assert emulator.effects["syncTasks"] == 1


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


def test_a_cancelled_sync_is_not_tried_step_by_step(emulator: Emulator, source: Client) -> None:
    plan = source.alm.plan("R3", ["Prod 1"])
    emulator.fail_next_task(model_id(1), "cancel")
    with pytest.raises(PromotionError, match="cancelled"):
        collect(plan.apply(stepwise=True))
    assert emulator.effects["syncTasks"] == 1


def test_a_target_between_its_revisions_is_stale_without_a_journal_that_says_so(
    emulator: Emulator, source: Client, tmp_path: Path
) -> None:
    plan = source.alm.plan("R3", ["Prod 1"])
    plan.save(tmp_path / "release.plan")
    emulator.fail_next_task(model_id(1))
    with pytest.raises(PromotionError):
        collect(plan.apply())
    revision = emulator.model(SOURCE).revisions[1].revision
    emulator.model(model_id(1)).apply_revision(revision, user_id="sam", at=START, method="Revision synchronized")
    with pytest.raises(PlanStaleError, match="moved from 'R1' to 'R2' by sam"):
        collect(plan.apply(resume=True, stepwise=True))


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


def test_models_can_be_synced_by_objects_and_names(emulator: Emulator, source: Client) -> None:
    models = {model.name: model for model in source.list_models()}
    latest = source.alm.get_latest_revision()
    assert latest is not None
    task = source.alm.sync_models(source=models["Planning Dev"], revision=latest, target=models["Prod 1"])
    assert task.result.successful
    production = source.with_model(model_id(2))
    pending = production.alm.sync_models(
        source=SOURCE, revision=latest.id, target_revision=revision_id(1), wait_for_completion=False
    )
    assert (production.alm.get_sync_task(pending.id)).id == pending.id
    requests = emulator.count()
    with pytest.raises(TypeError, match="source must be a Model or its id"):
        production.alm.sync_models(source=latest, revision=SOURCE)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="revision must be a Revision or its id"):
        production.alm.sync_models(source=SOURCE, revision=models["Prod 1"])  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="must both be set"):
        production.alm.sync_models(source=SOURCE)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="must be omitted with ids by position"):
        production.alm.sync_models("R", SOURCE, "T", source=SOURCE, revision="R")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="must be in upper case"):
        production.alm.sync_models(source=SOURCE.lower(), revision=latest)
    with pytest.raises(TypeError):
        production.alm.sync_models()  # type: ignore[call-overload]
    assert emulator.count() == requests
    emulator.model(model_id(3)).revisions.clear()
    with pytest.raises(ValueError, match="must have a revision"):
        source.alm.sync_models(source=SOURCE, revision=latest, target=model_id(3))
