# Converted by `python -m generator` from tests/ext/alm/_async/test_apply_stepwise.py. Edit that file, not this one.
"""Promotions through the intermediate revisions, one by one."""

from pathlib import Path

import pytest

from anaplan_ext import (
    ApplyProgress,
    Client,
    PlanStaleError,
    PromotionError,
)
from anaplan_ext.emulator import Emulator

from ..promotion_tenant import SOURCE, START, model_id, names, syncs
from .promotions import COUNT, collect
from .promotions import emulator as emulator
from .promotions import source as source


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
