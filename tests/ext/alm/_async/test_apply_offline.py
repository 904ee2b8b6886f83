"""Targets are offline during their syncs, and come back whatever happens."""

from pathlib import Path

import pytest

from anaplan_ext import (
    ApplyProgress,
    AsyncClient,
    PlanStaleError,
    PromotionError,
    TargetResult,
    TaskTimeout,
)
from anaplan_ext.alm.journal import find_journal
from anaplan_ext.emulator import Emulator, Fault

from ..promotion_tenant import ADA, SOURCE, START, model_id, names, syncs
from .promotions import COUNT, collect
from .promotions import emulator as emulator
from .promotions import source as source


async def test_a_target_that_stays_offline_is_named_and_brought_back_by_the_next_run(
    emulator: Emulator, source: AsyncClient, tmp_path: Path
) -> None:
    plan = await source.alm.plan("R3", ["Prod 1", "Prod 2"])
    plan.save(tmp_path / "release.plan")
    emulator.inject(Fault(path=f"{model_id(1)}/onlineStatus", nth=2, times=None, status=500))
    with pytest.raises(PromotionError, match="Prod 1: synchronized to 'R3'; it is still offline") as caught:
        await collect(plan.apply(offline=True))
    assert [result.is_left_offline for result in caught.value.failed] == [True]
    emulator.clear_faults()
    assert emulator.model(model_id(1)).active_state == "PRODUCTION_MAINTENANCE"
    await collect(plan.apply(resume=True))
    assert emulator.model(model_id(1)).active_state == "PRODUCTION"


async def test_a_target_that_cannot_be_taken_offline_is_not_left_offline(
    emulator: Emulator, source: AsyncClient, tmp_path: Path
) -> None:
    plan = await source.alm.plan("R3", ["Prod 1", "Prod 2"])
    path = plan.save(tmp_path / "release.plan")
    emulator.model(model_id(1)).active_state = "LOCKED"
    with pytest.raises(PromotionError) as caught:
        await collect(plan.apply(offline=True))
    assert [(result.name, result.is_left_offline) for result in caught.value.failed] == [("Prod 1", False)]
    assert emulator.count("PUT", model_id(1)) == 1
    assert find_journal(path, plan.sha256, resume=True).state.offline == ()


async def test_an_error_of_the_callback_ends_the_run_and_leaves_nothing_offline(
    emulator: Emulator, source: AsyncClient
) -> None:
    plan = await source.alm.plan("R3", names(COUNT))

    def fail(step: ApplyProgress) -> None:
        if step.stage == "sync":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await collect(plan.apply(offline=True, on_progress=fail))
    assert emulator.effects["syncTasks"] == 0
    assert {emulator.model(model_id(number)).active_state for number in range(1, COUNT + 1)} == {"PRODUCTION"}


async def test_targets_are_offline_during_the_sync_only(emulator: Emulator, source: AsyncClient) -> None:
    emulator.model(model_id(3)).active_state = "PRODUCTION_MAINTENANCE"
    plan = await source.alm.plan("R3", names(COUNT))
    states: list[str] = []

    def look(step: ApplyProgress) -> None:
        if step.stage in ("done", "failed"):
            states.append(emulator.model(step.model_id).active_state)

    emulator.fail_next_task(model_id(2))
    online: list[bool] = []

    async def read() -> None:
        async for result in plan.apply(offline=True, on_progress=look, parallel=1):
            online.append(emulator.model(result.model_id).active_state == "PRODUCTION")

    with pytest.raises(PromotionError):
        await read()
    # Each is brought back as soon as it is done, without waiting for the others.
    assert online == [True, True, False, True]
    assert set(states) == {"PRODUCTION_MAINTENANCE"}
    after = [emulator.model(model_id(number)).active_state for number in range(1, COUNT + 1)]
    assert after == ["PRODUCTION", "PRODUCTION", "PRODUCTION_MAINTENANCE", "PRODUCTION"]


async def test_a_reader_who_leaves_brings_the_targets_back(emulator: Emulator, source: AsyncClient) -> None:
    plan = await source.alm.plan("R3", names(COUNT))
    results = plan.apply(offline=True, parallel=4)
    first = await anext(results)
    assert first.outcome == "synced"
    await results.aclose()  # type: ignore[attr-defined]
    assert {emulator.model(model_id(number)).active_state for number in range(1, COUNT + 1)} == {"PRODUCTION"}


async def test_a_target_stays_offline_while_its_sync_runs_after_the_timeout(
    emulator: Emulator, source: AsyncClient, tmp_path: Path
) -> None:
    emulator.model(model_id(2)).active_state = "PRODUCTION_MAINTENANCE"
    plan = await source.alm.plan("R3", ["Prod 1", "Prod 2"])
    plan.save(tmp_path / "release.plan")
    emulator.task_polls, emulator.task_seconds = 0, 60.0
    with pytest.raises(PromotionError, match="it is still offline, since its sync may still run") as caught:
        await collect(plan.apply(offline=True, timeout=0))
    assert {result.name: result.is_left_offline for result in caught.value.failed} == {"Prod 1": True, "Prod 2": False}
    assert all(isinstance(result.error, TaskTimeout) for result in caught.value.failed)
    assert emulator.model(model_id(1)).active_state == "PRODUCTION_MAINTENANCE"

    # Another wait that ends too early changes nothing.
    with pytest.raises(PromotionError):
        await collect(plan.apply(resume=True, timeout=0))
    assert emulator.model(model_id(1)).active_state == "PRODUCTION_MAINTENANCE"

    emulator.advance(60)
    await collect(plan.apply(resume=True))
    # The second one was taken offline by somebody else.
    assert [emulator.model(model_id(number)).active_state for number in (1, 2)] == [
        "PRODUCTION",
        "PRODUCTION_MAINTENANCE",
    ]
    # The syncs are waited for, and no other one is tried meanwhile.
    assert emulator.count("POST", "syncTasks$") == 2
    assert syncs(emulator) == dict.fromkeys(names(COUNT), 0) | {"Prod 1": 1, "Prod 2": 1}


async def test_a_sync_that_ends_after_the_timeout_brings_its_target_back_in_the_same_run(
    emulator: Emulator, source: AsyncClient
) -> None:
    plan = await source.alm.plan("R3", ["Prod 1", "Prod 2"])
    emulator.task_polls, emulator.task_seconds = 0, 60.0

    def end_the_first(step: ApplyProgress) -> None:
        if (step.name, step.stage) == ("Prod 2", "offline"):
            emulator.advance(60)

    results: list[TargetResult] = []

    async def read() -> None:
        async for result in plan.apply(offline=True, timeout=0, parallel=1, on_progress=end_the_first):
            results.append(result)

    with pytest.raises(PromotionError) as caught:
        await read()
    assert [result.is_left_offline for result in results] == [True, True]
    assert [result.is_left_offline for result in caught.value.results] == [False, True]
    assert emulator.model(model_id(1)).active_state == "PRODUCTION"
    assert emulator.model(model_id(2)).active_state == "PRODUCTION_MAINTENANCE"


async def test_a_run_that_cannot_go_on_leaves_a_target_offline_while_its_sync_runs(
    emulator: Emulator, source: AsyncClient, tmp_path: Path
) -> None:
    plan = await source.alm.plan("R3", ["Prod 1", "Prod 2"])
    plan.save(tmp_path / "release.plan")
    emulator.task_polls, emulator.task_seconds = 0, 60.0
    with pytest.raises(PromotionError):
        await collect(plan.apply(offline=True, timeout=0, parallel=1, stop_on_error=True))
    revision = emulator.model(SOURCE).revisions[1].revision
    emulator.model(model_id(2)).apply_revision(revision, user_id=ADA.id, at=START, method="Elsewhere")
    with pytest.raises(PlanStaleError):
        await collect(plan.apply(resume=True))
    assert emulator.model(model_id(1)).active_state == "PRODUCTION_MAINTENANCE"
    # What nobody can tell counts as a sync that runs.
    emulator.inject(Fault(path=f"{model_id(1)}/alm/syncTasks$", status=400))
    emulator.advance(60)
    with pytest.raises(PlanStaleError):
        await collect(plan.apply(resume=True))
    assert emulator.model(model_id(1)).active_state == "PRODUCTION_MAINTENANCE"
    with pytest.raises(PlanStaleError):
        await collect(plan.apply(resume=True))
    assert emulator.model(model_id(1)).active_state == "PRODUCTION"


async def test_an_earlier_sync_that_has_ended_says_nothing_about_one_that_runs(
    emulator: Emulator, source: AsyncClient, tmp_path: Path
) -> None:
    plan = await source.alm.plan("R3", ["Prod 1"])
    plan.save(tmp_path / "release.plan")
    emulator.fail_next_task(model_id(1))
    with pytest.raises(PromotionError):
        await collect(plan.apply(offline=True))
    assert emulator.model(model_id(1)).active_state == "PRODUCTION"
    emulator.task_polls, emulator.task_seconds = 0, 60.0
    with pytest.raises(PromotionError):
        await collect(plan.apply(resume=True, offline=True, timeout=0))
    assert emulator.model(model_id(1)).active_state == "PRODUCTION_MAINTENANCE"


async def test_a_target_comes_back_as_soon_as_a_lookup_shows_that_its_sync_has_ended(
    emulator: Emulator, source: AsyncClient
) -> None:
    plan = await source.alm.plan("R3", ["Prod 1", "Prod 2"])
    emulator.inject(Fault(path=f"{model_id(1)}/alm/syncTasks/", status=400))
    states: list[str] = []
    async for _ in plan.apply(offline=True, parallel=1):
        states.append(emulator.model(model_id(1)).active_state)
    assert states == ["PRODUCTION", "PRODUCTION"]
    assert syncs(emulator) == dict.fromkeys(names(COUNT), 0) | {"Prod 1": 1, "Prod 2": 1}
