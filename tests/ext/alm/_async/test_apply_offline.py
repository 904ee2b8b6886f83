"""Targets are offline during their syncs, and come back whatever happens."""

from pathlib import Path

import pytest

from anaplan_ext import (
    ApplyProgress,
    AsyncClient,
    PromotionError,
)
from anaplan_ext.alm.journal import find_journal
from anaplan_ext.emulator import Emulator, Fault

from ..promotion_tenant import model_id, names
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
