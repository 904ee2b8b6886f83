"""Status and plans of random histories, compared with what the emulator knows of its models.

`pytest --exhaustive tests/ext/alm/test_random_histories.py` compares 200 histories.
"""

from collections import Counter
from typing import get_args

from anaplan_ext import Client, PlannedTarget
from anaplan_ext.alm.report_words import singularize
from anaplan_ext.emulator import Emulator, Revision
from anaplan_ext.emulator.engine.revisions import find_syncable_revisions, has_diverged
from anaplan_ext.emulator.engine.structure_diff import compare_kind, compare_lists, split_words
from anaplan_ext.emulator.state.structure import Kind

from ...random_history import History, random_history
from ..support._async.fixtures import NO_DELAYS

HISTORIES = 15
EXHAUSTIVE_HISTORIES = 200
TARGETS = 3
WITHIN_LISTS = ("list item", "list property")


def true_changes(old: Revision, new: Revision) -> Counter[tuple[str, str, str, str]]:
    """The changes from one revision to another, by kind, action, module and name."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for kind in get_args(Kind):
        word = singularize(" ".join(split_words(kind)))
        difference = compare_kind(kind, old.structure, new.structure)
        groups = {
            "added": difference.added,
            "changed": [part for part, _ in difference.changed],
            "deleted": difference.deleted,
            "moved": difference.moved,
        }
        found.update((word, action, part.module, part.name) for action, parts in groups.items() for part in parts)
    return found


def planned_changes(target: PlannedTarget) -> Counter[tuple[str, str, str, str]]:
    return Counter(
        (change.kind, change.action, change.module, change.name)
        for change in target.changes
        if change.kind not in WITHIN_LISTS
    )


def check(history: History, seed: int) -> int:
    """Compare everything, and return the number of targets that can be synchronized."""
    names = [model.name for model in history.targets]
    with Emulator(tenant=history.tenant) as emulator:
        arguments = emulator.client_arguments | {"model_id": history.development.id}
        with Client(**arguments, status_poll_delay=0, retry_policy=NO_DELAYS) as client:
            status = client.alm.status(names)
            plan = client.alm.plan(history.revisions[-1].name, status)
            requests = emulator.count() - emulator.count(path="Report|authenticate")
            assert requests == 4 + TARGETS <= 3 + 2 * TARGETS, seed
            assert client.alm.plan(history.revisions[-1].id, names).to_json() == plan.to_json(), seed
    for model, target, planned in zip(history.targets, status, plan.targets, strict=True):
        syncable = find_syncable_revisions(model, history.development)
        assert target.is_diverged is has_diverged(model, history.development), seed
        assert target.behind == (None if target.is_diverged else len(syncable)), seed
        assert target.revision is not None
        assert target.revision.id == model.revisions[-1].revision.id, seed
        assert planned.can_sync is bool(syncable), seed
        assert [step.id for step in planned.steps] == [applied.revision.id for applied in syncable], seed
        if syncable:
            old, new = model.revisions[-1].revision, history.revisions[-1]
            assert planned_changes(planned) == true_changes(old, new), seed
            cells = [cell for difference in compare_lists(old, new) for cell in difference.cells if cell]
            assert sum(change.kind in WITHIN_LISTS for change in planned.changes) == len(cells), seed
            assert not [warning for warning in planned.warnings if "differ" in warning], seed
    return sum(target.can_sync for target in plan.targets)


def test_status_and_plan_of_random_histories_are_true(exhaustive: bool) -> None:
    seeds = range(EXHAUSTIVE_HISTORIES if exhaustive else HISTORIES)
    assert sum(check(random_history(seed, targets=TARGETS), seed) for seed in seeds) > len(seeds) / 2
