"""The example of a pipeline: its script runs, and its workflow runs the script."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

from anaplan_ext.emulator import Emulator

from .promotion_tenant import model_id, names, promotion_tenant, syncs

EXAMPLE = Path(__file__).parents[3] / "examples" / "promotion"


def run(emulator: Emulator, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANAPLAN_")} | {
        "ANAPLAN_USER": emulator.user_email,
        "ANAPLAN_PASSWORD": emulator.password,
        "ANAPLAN_BASE_URL": emulator.url,
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, str(EXAMPLE / "promote.py"), *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_a_pipeline_plans_applies_and_continues(tmp_path: Path) -> None:
    release = json.loads((EXAMPLE / "release.json").read_text(encoding="utf-8"))
    assert set(release) == {"source", "revision", "targets", "approve_risks"}
    (tmp_path / "release.json").write_text(json.dumps(release | {"revision": "R3", "targets": names(3)}))
    with Emulator(tenant=promotion_tenant(3)) as emulator:
        planned = run(emulator, tmp_path, "plan", "release.json", "release.plan")
        assert planned.returncode == 0, planned.stderr
        assert "- **Prod 1**: from R1: 6 created" in planned.stdout
        emulator.fail_next_task(model_id(2), "cancel")
        failed = run(emulator, tmp_path, "apply", "release.json", "release.plan")
        assert failed.returncode == 1
        assert "2 of 3 targets done; Prod 2: failed on 'R1'" in failed.stderr
        continued = run(emulator, tmp_path, "apply", "release.json", "release.plan")
        assert continued.returncode == 0, continued.stderr
        assert syncs(emulator) == dict.fromkeys(names(3), 1)


def test_the_workflow_runs_the_script_and_keeps_the_journal() -> None:
    workflow = yaml.safe_load((EXAMPLE / "promotion.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = re.findall(
        r"promote\.py (\w+ release\.json release\.plan)", " ".join(step.get("run", "") for step in steps)
    )
    assert commands == ["plan release.json release.plan", "apply release.json release.plan"]
    assert workflow["jobs"]["apply"]["environment"] == "production"
    (save,) = [step for step in steps if "cache/save" in step.get("uses", "")]
    assert save["if"] == "always()"
    assert save["with"]["path"] == "release.plan.journal"
