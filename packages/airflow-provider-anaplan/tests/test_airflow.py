"""The provider in a real Airflow: DAG runs, and a triggerer that is killed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("airflow.sdk")

from servers import AIRFLOW, Servers, make_settings, migrate, wait_until

from anaplan_ext.emulator import Emulator

HERE = Path(__file__).resolve().parent
STARTS, POLLS, CANCELS = "/(imports|exports|processes|actions)/[0-9]+/tasks$", "/tasks/[^/]+$", "/tasks/[^/]+$"
KILLS = int(os.environ.get("TRIGGERER_KILLS", "5"))
"""A kill takes a busy machine up to half a minute; before a release it is 50 of them."""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def find_hook(listed: bytes) -> dict[str, str]:
    (hook,) = [hook for hook in json.loads(listed) if hook["connection_type"] == "anaplan"]
    return dict(hook)


def test_a_dag_loads_exports_and_promotes(emulator: Emulator, tmp_path: Path) -> None:
    dags = HERE.parent / "example_dags"
    settings = make_settings(tmp_path / "home", dags, emulator)
    migrate(settings)
    hooks = subprocess.run([AIRFLOW, "providers", "hooks", "-o", "json"], env=settings, capture_output=True, check=True)
    assert find_hook(hooks.stdout)["class"] == "airflow_provider_anaplan.hooks.AnaplanHook"
    (tmp_path / "flights.csv").write_text("id,amount\n1,10\n2,ten\n3,30\n")
    program = (
        "import runpy\n"
        f"dag = runpy.run_path({str(dags / 'planning.py')!r})['dag']\n"
        f"run = dag.test(run_conf={{'folder': {str(tmp_path)!r}}})\n"
        "print('ENDED', run.state, *sorted(f'{t.task_id}={t.state}' for t in run.get_task_instances()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=settings, capture_output=True, text=True, check=False)
    ended = "ENDED success clear=success export=success load=success promote=success"
    assert ended in done.stdout, done.stdout[-5000:] + done.stderr[-5000:]
    assert (tmp_path / "out.csv").read_text() == "id,amount\n1,10\n3,30\n"
    (rejects,) = (tmp_path / "rejects").iterdir()
    assert "ten" in rejects.read_text()
    source, target = emulator.model(emulator.development_model_id), emulator.model(emulator.production_model_id)
    assert target.revisions[-1].revision.id == source.revisions[-1].revision.id
    assert emulator.count("POST", "/syncTasks$") == 1
    assert emulator.count("POST", STARTS) == 3


def test_a_triggerer_that_is_killed_and_a_user_who_ends_a_task(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "flights.csv").write_text("id,amount\n1,10\n2,20\n")
    emulator.task_seconds = 3600

    def poll(servers: Servers) -> None:
        """Wait until a triggerer has polled Anaplan since now."""
        seen = emulator.count("GET", POLLS)
        wait_until(lambda: emulator.count("GET", POLLS) > seen, "the triggerer polls", servers.check)

    with Servers(tmp_path / "home", HERE / "dags", emulator) as servers:
        conf = {"folder": str(tmp_path), "model": "Planning Dev"}
        first = servers.run_dag("waiting", conf) + "/load"
        servers.wait_for(first, "deferred")
        poll(servers)

        # The wait holds no slot of a worker.
        pool = servers.get("pools/default_pool")
        assert (pool["running_slots"], pool["queued_slots"], pool["occupied_slots"]) == (0, 0, 0)
        assert (pool["deferred_slots"], pool["open_slots"]) == (1, pool["slots"])

        for _ in range(KILLS):
            servers.kill("triggerer")
            servers.start("triggerer")
            poll(servers)
        assert servers.get(first)["state"] == "deferred"
        assert (emulator.count("POST", STARTS), emulator.count("DELETE", CANCELS)) == (1, 0)

        # A user clears the task of another model: it is cancelled in Anaplan, and starts once more.
        second = servers.run_dag("waiting", conf | {"model": "Planning Prod"}) + "/load"
        servers.wait_for(second, "deferred")
        poll(servers)
        run_id = second.split("/")[3]
        body = {"dag_run_id": run_id, "task_ids": ["load"], "only_failed": False, "dry_run": False}
        servers.change("POST", "dags/waiting/clearTaskInstances", body)
        wait_until(lambda: emulator.count("DELETE", CANCELS) == 1, "the task of Anaplan is cancelled", servers.check)
        wait_until(lambda: emulator.count("POST", STARTS) == 3, "the task starts once more", servers.check)
        servers.wait_for(second, "deferred")
        poll(servers)

        # A user fails it: the triggerer cancels the second task, and does not do so again after a restart.
        servers.change("PATCH", second, {"new_state": "failed"})
        wait_until(lambda: emulator.count("DELETE", CANCELS) == 2, "the task of Anaplan is cancelled", servers.check)
        servers.kill("triggerer")
        servers.start("triggerer")
        poll(servers)
        assert servers.get(second)["state"] == "failed"
        assert (emulator.count("POST", STARTS), emulator.count("DELETE", CANCELS)) == (3, 2)

        # The first one has not noticed anything.
        emulator.advance(3601)
        servers.wait_for(first, "success")
        result = servers.get(f"{first}/xcomEntries/return_value?deserialize=true")["value"]
        assert result == {"loaded": 2, "ignored": 0, "rejected": 0}
        assert (emulator.count("POST", STARTS), emulator.count("DELETE", CANCELS)) == (3, 2)
