"""The other Python clients of Anaplan, as published, do their jobs on the emulator.

They run in an environment of their own in `build/peers`, which `.ci/run` makes, because they pin what this project
does not: `python3 -m venv build/peers && build/peers/bin/pip install -r tests/contract/peers/requirements.txt`.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from anaplan_ext.emulator import Emulator, Exchange

from .. import conformance

HERE = Path(__file__).resolve().parent
PYTHON = HERE.parents[2] / "build" / "peers" / ("Scripts" if os.name == "nt" else "bin") / "python"

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="needs anaplan-sdk, anaplan-api and apapi in build/peers")

EXPORTED = "id,amount\n1,10\n2,20\n"
DUMP = '_Status_,_Line_,_Error_1_,id,amount\nE,3,"Invalid number in column amount",2,ten\n'
AIRPORTS = ["Newark", "Kennedy", "LaGuardia"]
MODELS = ["Planning Dev", "Planning Prod"]
EVERYBODY = ["ada@example.com", "sam@example.com"]
LISTED: dict[str, Any] = {
    "workspaces": ["Planning"],
    "models": MODELS,
    "files": ["flights.csv"],
    "actions": ["Clear flights"],
    "imports": ["Load flights"],
    "exports": ["Export flights"],
    "processes": ["Reload flights"],
}
SDK = LISTED | {
    "model": "Planning Dev",
    "upload": None,
    "import": True,
    "upload and import": True,
    "export": EXPORTED,
    "rejected": [True, True],
    "action": True,
    "lists": ["Airports", "Carriers", "Aircraft types"],
    "list": 3,
    "items": AIRPORTS,
    "insert": 1,
    "update": 1,
    "delete": 1,
    "modules": ["Flights", "Delays"],
    "views": ["Flights", "Delays"],
    "status": "Open",
    "close": None,
    "revisions": ["Aircraft types", "Initial model"],
    "promote": "=== LISTS ADDED === 4",
}
JOBS: dict[str, dict[str, Any]] = {
    "anaplan-sdk": SDK,
    "anaplan-sdk, asynchronous": SDK,
    "anaplan-api": LISTED
    | {
        "upload": None,
        "stream": EXPORTED,
        "export": [["File export completed."], [], [EXPORTED]],
        "workspaces": ["Planning"],
    },
    "apapi": LISTED
    | {
        "user workspaces": ["Planning"],
        "user models": MODELS,
        "workspace models": MODELS,
        **dict.fromkeys(("users", "workspace users", "model users"), EVERYBODY),
        "upload": 200,
        **dict.fromkeys(("import", "export", "process"), True),
        "download": EXPORTED,
        "rejected": DUMP,
        "items": AIRPORTS,
        "revisions": ["Aircraft types", "Initial model"],
        "end": None,
    },
}


def check_answer(exchange: Exchange) -> None:
    """Check responses against the specifications, but not the requests of other clients."""
    if exchange.status is not None and exchange.status < 400:
        conformance.check_answer(exchange)


@pytest.mark.parametrize("client", JOBS)
def test_another_client_does_its_job(client: str, tmp_path: Path) -> None:
    with Emulator(observer=check_answer) as emulator:
        ends = (emulator.url, emulator.workspace_id, emulator.development_model_id, emulator.user_email)
        command = [str(PYTHON), str(HERE / "clients.py"), client, *ends, emulator.password]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stdout + done.stderr
    steps: dict[str, Any] = dict(json.loads(line) for line in done.stdout.splitlines())
    assert steps | JOBS[client] == steps
    if client == "anaplan-api":
        assert steps["import"][0][0].startswith("Flights: 2 (0/2) rows successful, 0 ignored")
        # It adds each result to those of the actions before.
        assert "117000000000 completed successfully: True" in steps["action"][0]
        assert len(steps["process"][0]) > 1
