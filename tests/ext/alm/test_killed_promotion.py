"""A promotion that is killed at any point, and resumed: each target is synchronized exactly once.

The points are drawn by seed: a request that the emulator receives, or a write of the journal. The emulator loses
responses and fails by the same seed. `pytest --exhaustive tests/ext/alm/test_killed_promotion.py` tries 200 points.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path
from random import Random

import pytest

from anaplan_ext import AsyncClient, Client, PlanError, PlanLockedError, PromotionError
from anaplan_ext.emulator import Emulator, Fault

from ...contract import conformance
from ..support._async.fixtures import NO_DELAYS
from .promotion_tenant import SOURCE, model_id, names, promotion_tenant, syncs

TARGETS = 10
POINTS = 5
EXHAUSTIVE_POINTS = 200
MAX_REQUESTS = 80
"""About as many as a run needs. A point after its end does not count."""
MAX_WRITES = 51
PATHS = ("syncTasks$", "syncTasks/", "onlineStatus", "latestRevision")


class Killer:
    """Kills a process when the emulator handles its nth request, before the response is sent."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.left = 0
        self._lock = threading.Lock()

    def __call__(self, *exchange: object) -> None:
        conformance.check(*exchange)  # type: ignore[arg-type]
        with self._lock:
            self.left -= 1
            if self.left == 0 and self.process is not None:
                self.process.send_signal(signal.SIGKILL)
                self.process.wait()


def random_fault(random: Random) -> Fault:
    path = random.choice(PATHS)
    kind = random.choice(("reset", "close", "truncate", "response"))
    status = random.choice((500, 502, 503, 504))
    after_effect = random.random() < 0.5 if kind != "truncate" else False
    return Fault(path=path, nth=random.randint(1, 12), kind=kind, status=status, after_effect=after_effect)


def run_until_killed(emulator: Emulator, killer: Killer, path: Path, random: Random) -> bool:
    """Return whether the process was killed, and not done before."""
    arguments = [sys.executable, "-m", "tests.ext.alm.apply_in_process", emulator.url, str(path)]
    kills_by_request = random.random() < 0.5
    number = random.randint(1, MAX_REQUESTS if kills_by_request else MAX_WRITES)
    if not kills_by_request:
        arguments += [str(number), random.choice(("before", "after"))]
    killer.left = number if kills_by_request else 0
    killer.process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    killer.process.wait()
    return killer.process.returncode == -signal.SIGKILL


def resume(client: Client, path: Path) -> None:
    """Apply until nothing is left: a fault can fail a target as well."""
    for _ in range(5):
        try:
            list(client.alm.load_plan(path).apply(resume=True, offline=True))
        except PromotionError:
            continue
        return
    raise AssertionError("five runs were not enough")


@pytest.mark.slow
def test_a_killed_promotion_goes_on_without_a_second_sync(tmp_path: Path, exhaustive: bool) -> None:
    points = EXHAUSTIVE_POINTS if exhaustive else POINTS
    killed = 0
    for seed in count():
        if killed == points:
            break
        random, killer = Random(seed), Killer()
        with Emulator(tenant=promotion_tenant(TARGETS), observer=killer) as emulator:
            arguments = emulator.client_arguments | {"model_id": SOURCE}
            with Client(**arguments, status_poll_delay=0, retry_policy=NO_DELAYS) as client:
                path = client.alm.plan("R3", names(TARGETS)).save(tmp_path / f"{seed}.plan")
                for _ in range(random.randint(0, 3)):
                    emulator.inject(random_fault(random))
                killed += run_until_killed(emulator, killer, path, random)
                killer.process = None
                resume(client, path)
                assert syncs(emulator) == dict.fromkeys(names(TARGETS), 1), seed
                assert emulator.effects["syncTasks"] == TARGETS, seed
                states = {emulator.model(model_id(number)).active_state for number in range(1, TARGETS + 1)}
                assert states == {"PRODUCTION"}, seed


def test_a_line_that_was_not_written_completely_does_not_count(tmp_path: Path) -> None:
    with Emulator(tenant=promotion_tenant(2)) as emulator, Client(**emulator.client_arguments) as client:
        plan = client.with_model(SOURCE).alm.plan("R3", names(2))
        path = plan.save(tmp_path / "release.plan")
        journal = path.with_name("release.plan.journal")
        head = {"format_version": "1.0", "plan_sha256": plan.sha256}
        torn = b'{"event": "done", "model_id": "' + model_id(1).encode() + b'"}'
        journal.write_bytes(json.dumps(head).encode() + b"\n" + torn)
        assert [result.outcome for result in plan.apply(resume=True)] == ["synced", "synced"]
        assert torn not in journal.read_bytes().split(b"\n")
        assert all(json.loads(line) for line in journal.read_bytes().splitlines())

        journal.write_bytes(json.dumps(head).encode() + b"\nnonsense\n")
        with pytest.raises(PlanError, match="line 2 is damaged"):
            list(plan.apply(resume=True))
        journal.write_bytes(json.dumps(head | {"plan_sha256": "0" * 64}).encode() + b"\n")
        with pytest.raises(PlanError, match="must belong to the plan"):
            list(plan.apply(resume=True))
        journal.write_bytes(json.dumps(head | {"format_version": "2.0"}).encode() + b"\n")
        with pytest.raises(PlanError, match=r"format 1\.0"):
            list(plan.apply(resume=True))


def test_a_journal_that_was_not_created_completely_is_started_again(tmp_path: Path) -> None:
    with Emulator(tenant=promotion_tenant(2)) as emulator, Client(**emulator.client_arguments) as client:
        plan = client.with_model(SOURCE).alm.plan("R3", names(2))
        path = plan.save(tmp_path / "release.plan")
        path.with_name("release.plan.journal").write_bytes(b'{"format_ver')
        assert [result.outcome for result in plan.apply()] == ["synced", "synced"]


@pytest.mark.slow
def test_a_second_process_is_rejected_until_the_first_one_is_killed(tmp_path: Path) -> None:
    with Emulator(tenant=promotion_tenant(4)) as emulator, Client(**emulator.client_arguments) as client:
        source = client.with_model(SOURCE)
        path = source.alm.plan("R3", names(4)).save(tmp_path / "release.plan")
        emulator.inject(Fault(path="syncTasks/", kind="stall", times=None))
        arguments = [sys.executable, "-m", "tests.ext.alm.apply_in_process", emulator.url, str(path)]
        with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while len(emulator.stalled) < 3:
                assert process.poll() is None
            requests = emulator.count()
            for resumes in (False, True):
                with pytest.raises(PlanLockedError, match=r"release\.plan\.journal"):
                    list(source.alm.load_plan(path).apply(resume=resumes))
            # Another process is told as well.
            second = [*arguments, "--resume"]
            done = subprocess.run(second, capture_output=True, text=True, timeout=60, check=False)
            assert "PlanLockedError" in done.stderr
            assert emulator.count() == requests
            process.kill()
        emulator.clear_faults()
        emulator.release()
        resume(source, path)
        assert syncs(emulator) == dict.fromkeys(names(4), 1)
        assert offline_targets(emulator) == 0


@pytest.mark.skipif(os.name == "nt", reason="a console's Ctrl-C is another thing there")
@pytest.mark.slow
def test_an_interrupt_brings_every_target_back_online(tmp_path: Path) -> None:
    """Ctrl-C while the targets are offline and their syncs run."""
    with Emulator(tenant=promotion_tenant(4)) as emulator, Client(**emulator.client_arguments) as client:
        path = client.with_model(SOURCE).alm.plan("R3", names(4)).save(tmp_path / "release.plan")
        emulator.inject(Fault(path="syncTasks/", kind="stall", times=None))
        arguments = [sys.executable, "-m", "tests.ext.alm.apply_in_process", emulator.url, str(path)]
        with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while len(emulator.stalled) < 3:
                assert process.poll() is None
            assert offline_targets(emulator) == 3
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        assert offline_targets(emulator) == 0
        emulator.clear_faults()
        emulator.release()
        resume(client.with_model(SOURCE), path)
        assert syncs(emulator) == dict.fromkeys(names(4), 1)
        # The three that ran are waited for, not started again.
        assert emulator.count("POST", "syncTasks$") == 4


@pytest.mark.slow
async def test_a_cancelled_task_brings_every_target_back_online() -> None:
    with Emulator(tenant=promotion_tenant(4)) as emulator:
        arguments = emulator.client_arguments | {"model_id": SOURCE}
        async with AsyncClient(**arguments, status_poll_delay=0, retry_policy=NO_DELAYS) as client:
            plan = await client.alm.plan("R3", names(4))
            emulator.inject(Fault(path="syncTasks/", kind="stall", times=None))

            async def apply() -> None:
                async for _ in plan.apply(offline=True):
                    pass

            task = asyncio.create_task(apply())
            while len(emulator.stalled) < 3:  # noqa: ASYNC110 - the emulator has another thread
                await asyncio.sleep(0)
            assert offline_targets(emulator) == 3
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert offline_targets(emulator) == 0
            emulator.clear_faults()
            emulator.release()
            async for _ in plan.apply():
                pass
            assert syncs(emulator) == dict.fromkeys(names(4), 1)


def offline_targets(emulator: Emulator) -> int:
    return sum(model.active_state == "PRODUCTION_MAINTENANCE" for _, model in emulator.tenant.models())
