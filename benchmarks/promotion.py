"""Measure a promotion to 30 models against one to a single model, in an emulator whose syncs take ten seconds."""

import os
import platform
import sys
from time import perf_counter

from common import verdicts, write

from anaplan_ext import Client
from anaplan_ext.emulator import Emulator, Model, Tenant, User, Workspace

TARGETS = 30
SYNC_SECONDS = 10.0
MAX_RATIO = 1.2
"""How much longer 30 targets may take than one."""
START = 1_767_225_600.0


def tenant(targets: int) -> Tenant:
    """Return a tenant with a source of two revisions, and targets with the first of them."""
    user = User(email="ada@example.com", tenant_administrator=True)
    source = Model(id=f"{0:032X}", name="Dev")
    source.add_list("Regions")
    first = source.record_revision(f"{1:032X}", "R1", user_id=user.id, at=START)
    models = [Model(id=f"{number:032X}", name=f"Prod {number}") for number in range(100, 100 + targets)]
    for model in models:
        model.active_state = "PRODUCTION"
        model.apply_revision(first, user_id=user.id, at=START, method="Model copied")
    source.add_list("Products")
    source.record_revision(f"{2:032X}", "R2", user_id=user.id, at=START + 60)
    return Tenant(users=[user], workspaces=[Workspace(id=f"{0:032x}", name="Planning", models=[source, *models])])


def measure(targets: int) -> float:
    """Return the seconds to apply a plan to a number of targets, all concurrently."""
    with Emulator(tenant=tenant(targets)) as emulator, Client(**emulator.client_arguments) as client:
        plan = client.alm.plan("R2", [f"Prod {number}" for number in range(100, 100 + targets)])
        emulator.task_seconds = SYNC_SECONDS
        begin = perf_counter()
        results = list(plan.apply(parallel=targets))
        seconds = perf_counter() - begin
        assert [result.outcome for result in results] == ["synced"] * targets
        return seconds


def main() -> int:
    """Measure, write the table, and return whether the limit holds as an exit code."""
    one, many = measure(1), measure(TARGETS)
    table, holds = verdicts([(f"{TARGETS} targets, as a multiple of one", many / one, MAX_RATIO)])
    cores, python = os.cpu_count(), platform.python_version()
    head = (
        f"Syncs of {SYNC_SECONDS:g} s on {cores} cores with Python {python}: one {one:.1f} s, {TARGETS} {many:.1f} s."
    )
    write("promotion", "\n".join([head, "", *table]))
    print("\n".join([head, *table]))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
