"""Status, plans, change logs and syncs against the emulator."""

import json
from pathlib import Path

import pytest

from anaplan_ext import (
    AmbiguousNameError,
    AsyncClient,
    NameNotFoundError,
    Plan,
)
from anaplan_ext.emulator import Emulator, Fault

from ..promotion_tenant import ADA, SOURCE, START, model_id, names, revision_id, syncs
from .promotions import COUNT, collect
from .promotions import emulator as emulator
from .promotions import source as source


async def test_the_status_tells_revision_lag_and_room(emulator: Emulator, source: AsyncClient) -> None:
    emulator.model(model_id(2)).apply_revision(
        emulator.model(SOURCE).revisions[1].revision, user_id=ADA.id, at=START, method="Revision synchronized"
    )
    emulator.model(model_id(3)).add_list("Hotfix")
    emulator.model(model_id(3)).record_revision("F" * 32, "Hotfix 7", user_id="unknown", at=START)
    emulator.model(model_id(4)).active_state = "ARCHIVED"
    status = await source.alm.status(["Prod 1", model_id(2), "prod 3", "Prod 4"])

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


async def test_status_and_plan_are_drawn_and_written_for_people(
    emulator: Emulator, source: AsyncClient, tmp_path: Path
) -> None:
    emulator.model(model_id(3)).record_revision("F" * 32, "Hotfix 7", user_id=ADA.id, at=START)
    status = await source.alm.status(names(COUNT))
    graph = await source.alm.graph(names(COUNT))
    assert graph == status.to_graph()
    assert [(column.revision, column.models) for column in graph.history] == [
        ("R1", ("Prod 1", "Prod 2", "Prod 4")),
        ("R3", ("Planning Dev (source)",)),
    ]
    assert [(column.revision, column.models) for column in graph.others] == [("Hotfix 7", ("Prod 3",))]
    assert "Hotfix 7" in status.to_svg()
    assert status.to_mermaid().startswith("flowchart LR")
    plan = await source.alm.plan("R3", status)
    html = plan.to_html(tmp_path / "release.html")
    assert (tmp_path / "release.html").read_text(encoding="utf-8") == html
    for text in (html, plan.to_markdown()):
        for part in ("Module 2", "Prod 4", "not in the history", "48 hours"):
            assert part in text


async def test_what_names_no_model_or_none_distinct_is_rejected(emulator: Emulator, source: AsyncClient) -> None:
    with pytest.raises(ValueError, match="at least one model"):
        await source.alm.status([])
    with pytest.raises(TypeError, match="list"):
        await source.alm.status("Prod 1")  # type: ignore[arg-type]
    assert emulator.count() == 0
    with pytest.raises(NameNotFoundError, match="'Prod 9'"):
        await source.alm.status(["Prod 9"])
    with pytest.raises(ValueError, match="as the source"):
        await source.alm.status(["Planning Dev"])
    with pytest.raises(ValueError, match="as another target"):
        await source.alm.status(["Prod 1", model_id(1)])
    emulator.model(model_id(2)).name = "Prod 1"
    with pytest.raises(AmbiguousNameError):
        await source.alm.status(["Prod 1"])
    with pytest.raises(NameNotFoundError, match="revision 'R9'"):
        await source.alm.plan("R9", ["Prod 3"])


async def test_status_and_plan_need_few_requests(emulator: Emulator, source: AsyncClient) -> None:
    status = await source.alm.status(names(COUNT))
    await source.alm.plan("R3", status)
    reports = emulator.count(path="Report")
    sign_in = emulator.count(path="authenticate")
    # Models, workspaces, revisions and users once; each target's latest revision. That is at most 3 + 2 per target.
    assert emulator.count() - reports - sign_in == 4 + COUNT
    assert reports == 6 * COUNT + 2 * COUNT


async def test_a_plan_changes_nothing_and_is_the_same_again(
    emulator: Emulator, source: AsyncClient, tmp_path: Path
) -> None:
    first = await source.alm.plan("R3", names(COUNT))
    emulator.advance(3600)
    again = await source.alm.plan(revision_id(3), [model_id(number) for number in range(1, COUNT + 1)], source=SOURCE)
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


async def test_a_plan_says_what_cannot_be_synchronized(emulator: Emulator, source: AsyncClient) -> None:
    emulator.model(model_id(1)).active_state = "LOCKED"
    newest = emulator.model(SOURCE).revisions[2].revision
    emulator.model(model_id(2)).apply_revision(newest, user_id=ADA.id, at=START, method="Revision synchronized")
    emulator.model(model_id(3)).active_state = "UNLOCKED"
    emulator.model(model_id(4)).revisions.clear()
    plan = await source.alm.plan("R2", names(COUNT))
    assert [target.problem for target in plan.targets] == ["locked", "ahead", None, "no revision"]
    assert [target.revision_name for target in plan.targets] == ["R1", "R3", "R1", "no revision"]
    assert plan.targets[2].warnings == ("the model is not deployed: changes without a revision may prevent the sync",)
    results = await collect(plan.apply())
    assert sorted(result.outcome for result in results) == ["blocked", "blocked", "blocked", "synced"]


async def test_what_the_user_may_not_read_is_left_out(emulator: Emulator, source: AsyncClient) -> None:
    for path in ("/2/0/users$", "/2/0/workspaces$", f"{model_id(2)}/alm/latestRevision"):
        emulator.inject(Fault(path=path, status=403, times=None))
    emulator.inject(Fault(path=f"{model_id(3)}/alm/latestRevision", status=422))
    emulator.inject(Fault(path=f"{model_id(4)}/alm/comparisonReportTasks", status=424))
    status = await source.alm.status(names(COUNT))
    assert [target.problem for target in status] == [None, "no access", "archived", None]
    assert status.targets[0].revision is not None
    assert status.targets[0].revision.applied_by == ADA.id
    assert status.targets[0].model.room is None
    assert status.to_rows()[0]["size_allowance"] is None
    plan = await source.alm.plan("R3", status)
    assert [target.problem for target in plan.targets] == [None, "no access", "archived", "no access"]
    assert [target.revision_name for target in plan.targets] == ["R1", "unknown", "unknown", "R1"]


async def test_a_report_that_fails_is_a_reason_and_a_lost_one_is_started_again(
    emulator: Emulator, source: AsyncClient
) -> None:
    for number, fault in enumerate(("reset", "truncate"), 3):
        path = f"{model_id(number)}/alm/(comparison|summary)ReportTasks$"
        emulator.inject(Fault(path=path, kind=fault, times=2))  # type: ignore[arg-type]
    emulator.fail_next_task(model_id(2), message="Too different.")
    plan = await source.alm.plan("R3", names(COUNT))
    assert [target.problem for target in plan.targets] == [None, "incompatible", None, None]
    assert "Anaplan cannot compare the two revisions: " in (plan.targets[1].reason or "")
    assert "Too different." in (plan.targets[1].reason or "")


async def test_the_change_log_has_the_changes_of_each_revision(emulator: Emulator, source: AsyncClient) -> None:
    log = await source.alm.changelog("R1")
    assert [(entry.since.name, entry.revision.name, entry.revision.created_by) for entry in log] == [
        ("R1", "R2", "Ada Builder"),
        ("R2", "R3", "Ada Builder"),
    ]
    assert [change.name for change in log.entries[0].changes] == ["List 2", "Module 2", "Amount"]
    assert [row["revision"] for row in log.to_rows()] == ["R2"] * 3 + ["R3"] * 3
    assert len(await source.alm.changelog("R2", "R3")) == 1
    assert len(await source.alm.changelog("R3", revision_id(3))) == 0
    assert json.loads(json.dumps(log.to_dict()))["entries"][1]["changes"][0]["name"] == "List 3"
    with pytest.raises(ValueError, match="must come after since_revision"):
        await source.alm.changelog("R3", "R1")


async def test_the_history_tells_how_each_revision_was_applied(emulator: Emulator, source: AsyncClient) -> None:
    await collect((await source.alm.plan("R3", ["Prod 1"])).apply())
    history = await source.with_model(model_id(1)).alm.history()
    assert [(entry.revision.name, entry.method) for entry in history] == [
        ("R1", "Model copied"),
        ("R3", "Revision synchronized"),
    ]
    assert history[1].to_dict()["applied_by"] == "Ada Builder"


async def test_models_can_be_synced_by_objects_and_names(emulator: Emulator, source: AsyncClient) -> None:
    models = {model.name: model for model in await source.list_models()}
    latest = await source.alm.get_latest_revision()
    assert latest is not None
    task = await source.alm.sync_models(source=models["Planning Dev"], revision=latest, target=models["Prod 1"])
    assert task.result.successful
    production = source.with_model(model_id(2))
    pending = await production.alm.sync_models(
        source=SOURCE, revision=latest.id, target_revision=revision_id(1), wait_for_completion=False
    )
    assert (await production.alm.get_sync_task(pending.id)).id == pending.id
    requests = emulator.count()
    with pytest.raises(TypeError, match="source must be a Model or its id"):
        await production.alm.sync_models(source=latest, revision=SOURCE)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="revision must be a Revision or its id"):
        await production.alm.sync_models(source=SOURCE, revision=models["Prod 1"])  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="must both be set"):
        await production.alm.sync_models(source=SOURCE)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="must be omitted with ids by position"):
        await production.alm.sync_models("R", SOURCE, "T", source=SOURCE, revision="R")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="must be in upper case"):
        await production.alm.sync_models(source=SOURCE.lower(), revision=latest)
    with pytest.raises(TypeError):
        await production.alm.sync_models()  # type: ignore[call-overload]
    assert emulator.count() == requests
    emulator.model(model_id(3)).revisions.clear()
    with pytest.raises(ValueError, match="must have a revision"):
        await source.alm.sync_models(source=SOURCE, revision=latest, target=model_id(3))
