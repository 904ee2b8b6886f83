"""The recipes of the page on schedulers run with the tools that they are for."""

import json
import subprocess
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator, Fault

from .page import STARTS, need, run, run_python, write_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
GOOD, MIXED = "id,amount\n1,10\n2,20\n", "id,amount\n1,10\n2,ten\n3,30\n"


def check(done: "subprocess.CompletedProcess[str]") -> "subprocess.CompletedProcess[str]":
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done


def event_ids(emulator: Emulator) -> set[str]:
    return {str(event.id) for event in emulator.audit.events}


STOPPED = """
import dlt
from audit_events import audit_events
destination = dlt.destinations.duckdb("audit.duckdb")
dlt.pipeline("anaplan_audit", destination=destination, dataset_name="anaplan").extract(audit_events())
"""


def test_dlt_has_each_audit_event_once_also_after_a_crash(emulator: Emulator, tmp_path: Path) -> None:
    need("dlt")
    import duckdb

    # Each run signs in, which is an event for the next one.
    write_files(tmp_path, "audit_events.py")
    check(run_python("audit_events.py", emulator, tmp_path))
    emulator.inject(Fault(path="/events", status=500, nth=1))
    assert run_python("audit_events.py", emulator, tmp_path).returncode != 0
    # This one is stopped between its requests and its load.
    (tmp_path / "stopped.py").write_text(STOPPED)
    check(run_python("stopped.py", emulator, tmp_path))
    before = event_ids(emulator)
    # The next run only loads what that one has read, and the one after it reads what is new.
    check(run_python("audit_events.py", emulator, tmp_path))
    check(run_python("audit_events.py", emulator, tmp_path))
    with duckdb.connect(str(tmp_path / "audit.duckdb"), read_only=True) as database:
        ids = [str(row[0]) for row in database.execute("SELECT id FROM anaplan.audit_events").fetchall()]
    assert len(before) == 3
    assert sorted(ids) == sorted(before)


def test_dlt_appends_only_new_events_to_files(emulator: Emulator, tmp_path: Path) -> None:
    need("dlt")
    from pyarrow import parquet

    write_files(tmp_path, "audit_events.py", "audit_files.py")
    for _ in range(3):
        before = event_ids(emulator)
        check(run_python("audit_files.py", emulator, tmp_path))
    files = list((tmp_path / "audit/anaplan/audit_events").rglob("*.parquet"))
    ids = [str(value) for file in files for value in parquet.read_table(file, columns=["id"])["id"].to_pylist()]
    assert len(files) == 2
    assert len(ids) == len(set(ids))
    assert before <= set(ids)


MATERIALIZE = """
import json
import dagster as dg
from planning_assets import AnaplanModel, flights, nightly, planned_flights
model = AnaplanModel(name="Planning Dev", folder=".")
result = dg.materialize([flights, planned_flights], resources={"model": model}, raise_on_error=False)
events = [event.event_specific_data for event in result.get_asset_materialization_events()]
seen = [{name: str(value.value) for name, value in event.materialization.metadata.items()} for event in events]
print("RESULT", json.dumps([result.success, nightly.cron_schedule, seen]))
"""


def materialize(emulator: Emulator, folder: Path) -> tuple[bool, list[dict[str, str]]]:
    (folder / "run.py").write_text(MATERIALIZE)
    done = check(run_python("run.py", emulator, folder))
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    success, schedule, seen = json.loads(line.removeprefix("RESULT "))
    assert schedule == "15 2 * * 1-5"
    return success, seen


def test_dagster_materializes_the_load_and_the_export(emulator: Emulator, tmp_path: Path) -> None:
    need("dagster")
    write_files(tmp_path, "planning_assets.py")
    (tmp_path / "flights.csv").write_text(GOOD)
    success, (loaded, exported) = materialize(emulator, tmp_path)
    assert success
    assert loaded == {"loaded": "2", "ignored": "0"}
    assert (exported["path"], exported["bytes"]) == ("planned.csv", str(len(GOOD)))
    assert (tmp_path / "planned.csv").read_text() == GOOD
    (tmp_path / "flights.csv").write_text(MIXED)
    starts = emulator.count("POST", STARTS)
    assert materialize(emulator, tmp_path) == (False, [])
    assert emulator.count("POST", STARTS) == starts + 1
    (rejects,) = (tmp_path / "rejects").iterdir()
    assert "ten" in rejects.read_text()


def test_dagster_finds_the_definitions(emulator: Emulator, tmp_path: Path) -> None:
    need("dagster")
    write_files(tmp_path, "planning_assets.py")
    done = check(run(["dagster", "definitions", "validate", "-f", "planning_assets.py"], emulator, tmp_path))
    assert "success" in (done.stdout + done.stderr).lower()


def test_prefect_runs_the_flow(emulator: Emulator, tmp_path: Path) -> None:
    need("prefect")
    write_files(tmp_path, "planning_flow.py")
    (tmp_path / "flights.csv").write_text(GOOD)
    done = check(run_python("planning_flow.py", emulator, tmp_path))
    assert "2 rows are in Anaplan" in done.stderr + done.stdout
    assert (tmp_path / "planned.csv").read_text() == GOOD
    starts = emulator.count("POST", STARTS)
    (tmp_path / "flights.csv").write_text(MIXED)
    failed = run_python("planning_flow.py", emulator, tmp_path)
    assert failed.returncode != 0
    assert "1 row was rejected" in failed.stderr + failed.stdout
    assert emulator.count("POST", STARTS) == starts + 1
    (tmp_path / "tolerant.py").write_text("from planning_flow import planning\nplanning(max_rejected=1)\n")
    check(run_python("tolerant.py", emulator, tmp_path))
    assert (tmp_path / "planned.csv").read_text() == "id,amount\n1,10\n3,30\n"
