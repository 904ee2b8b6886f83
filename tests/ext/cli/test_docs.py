"""The page of the command line, and what is written from the commands."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator

from .conftest import Run

ROOT = Path(__file__).resolve().parents[3]
CALLS = re.findall(r"^\| `-.*\| `anaplan (.*)` \|$", (ROOT / "docs/cli.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_there_are_twelve_calls() -> None:
    assert len(CALLS) == 12


@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_the_table_works(anaplan: Run, emulator: Emulator, call: str) -> None:
    assert anaplan("cp", "flights.csv", "anaplan://Planning Dev/").code == 0
    assert anaplan("load", "flights.csv", "--import", "Load flights").code == 0
    if "--map" in call:
        emulator.model(emulator.development_model_id).imports[0].prompts = {"Version": "Versions"}
    ran = anaplan(*shlex.split(call))
    assert ran.code == 0, ran.err


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("variables", "codes"),
    [
        ({"ANAPLAN_PASSWORD": "wrong"}, {4}),
        ({"ANAPLAN_BASE_URL": "http://127.0.0.1:1"}, {75}),
        ({"ANAPLAN_MODEL": "Nobody"}, {5}),
    ],
    ids=["wrong password", "no network", "missing model"],
)
def test_a_call_of_the_table_fails_with_its_code(
    anaplan: Run, call: str, variables: dict[str, str], codes: set[int]
) -> None:
    if "ANAPLAN_MODEL" in variables and (call.startswith(("cp", "workspaces", "models"))):
        pytest.skip("it names its model itself, or needs none")
    assert anaplan(*shlex.split(call), **variables).code in codes


def test_the_pages_are_as_the_commands_say() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci/cli_pages.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
