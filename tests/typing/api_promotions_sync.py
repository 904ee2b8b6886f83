"""What type checkers must see of synchronous promotions. Checked by mypy and pyright, never run."""

from collections.abc import Iterator
from typing import assert_type

from anaplan_client.alm.models import Revision, SyncTask
from anaplan_client.integration.models import Model
from anaplan_ext import (
    Alm,
    ApplyProgress,
    BoundPlan,
    Changelog,
    CompletedSyncTask,
    HistoryEntry,
    PendingSyncTask,
    Plan,
    PromotionGraph,
    PromotionStatus,
    TargetResult,
)


def on_step(step: ApplyProgress) -> None: ...


def on_sync(task: SyncTask) -> None: ...


def promotions(alm: Alm, loaded: Plan, bound: BoundPlan) -> None:
    status = alm.status(["Production"], source="Development")
    assert_type(status, PromotionStatus)
    plan = alm.plan("Release 1", ["Production"], source="Development", timeout=60)
    assert_type(plan, BoundPlan)
    assert_type(alm.plan("Release 1", status), BoundPlan)
    assert_type(alm.changelog("Release 1"), Changelog)
    assert_type(alm.changelog("Release 1", "Release 2", timeout=60), Changelog)
    assert_type(alm.graph(["Production"], source="Development"), PromotionGraph)
    assert_type(alm.history(), list[HistoryEntry])
    assert_type(alm.load_plan("release.plan"), BoundPlan)
    assert_type(alm.apply(loaded), Iterator[TargetResult])
    assert_type(alm.apply(plan, parallel=5, on_progress=print), Iterator[TargetResult])
    assert_type(
        bound.apply(
            parallel=5,
            stop_on_error=True,
            offline=True,
            stepwise=True,
            resume=True,
            approve_risks=["deletes data"],
            require_approvals=2,
            timeout=3600,
            on_progress=on_step,
        ),
        Iterator[TargetResult],
    )


def synchronization(alm: Alm, model: Model, revision: Revision, wait: bool) -> None:
    assert_type(alm.sync_models(source=model, revision=revision), CompletedSyncTask)
    assert_type(alm.sync_models(source="model", revision="revision", target=model), CompletedSyncTask)
    assert_type(
        alm.sync_models(source=model, revision=revision, target_revision=revision, timeout=60, progress=on_sync),
        CompletedSyncTask,
    )
    assert_type(alm.sync_models(source=model, revision=revision, wait_for_completion=False), PendingSyncTask)
    assert_type(
        alm.sync_models(source=model, revision=revision, wait_for_completion=wait),
        CompletedSyncTask | PendingSyncTask,
    )
