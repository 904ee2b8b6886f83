"""The page of the command line, and what is written from the commands."""

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread, main_thread

import pytest

from anaplan_ext.emulator import Emulator, Fault

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
    ("variables", "code"),
    [({"ANAPLAN_PASSWORD": "wrong"}, 4), ({"ANAPLAN_BASE_URL": "http://127.0.0.1:1"}, 75)],
    ids=["wrong password", "no network"],
)
def test_a_call_of_the_table_fails_with_its_code(anaplan: Run, call: str, variables: dict[str, str], code: int) -> None:
    assert anaplan(*shlex.split(call), **variables).code == code


# The objects that the calls name. The list of workspaces names none.
NAMES = ("Load flights", "Reload flights", "Export flights", "Clear flights", "Planning", "anaplan://Planning Dev")
MISSING = [(call, name) for call in CALLS for name in NAMES if re.search(rf"{name}(?! Dev)\b", call)]


@pytest.mark.parametrize(("call", "name"), MISSING)
def test_a_call_of_the_table_with_a_missing_object_fails(anaplan: Run, call: str, name: str) -> None:
    wrong = "anaplan://Nobody" if "://" in name else "Nobody"
    assert anaplan(*shlex.split(call.replace(name, wrong))).code == 5


def test_every_call_that_names_an_object_is_among_them() -> None:
    assert {call for call, _ in MISSING} >= {call for call in CALLS if '"' in call}


@pytest.mark.parametrize("call", [call for call in CALLS if re.search("Load flights|Reload flights", call)])
def test_a_call_of_the_table_tells_rejected_rows(anaplan: Run, emulator: Emulator, call: str) -> None:
    assert anaplan("cp", "mixed.csv", "anaplan://Planning Dev/flights.csv").code == 0
    if "--map" in call:
        emulator.model(emulator.development_model_id).imports[0].prompts = {"Version": "Versions"}
    ran = anaplan(*shlex.split(call.replace("flights.csv", "flights.csv=mixed.csv")))
    assert (ran.code, "1 row was rejected" in ran.err) == (3, True)


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_the_table_can_be_interrupted(anaplan: Run, emulator: Emulator, call: str) -> None:
    emulator.inject(Fault(path="^/2/0/", kind="stall", times=None))
    is_stopped = Event()

    def interrupt() -> None:
        while not emulator.stalled:
            if is_stopped.wait(0.005):
                return
        signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)

    thread = Thread(target=interrupt)
    thread.start()
    try:
        ran = anaplan(*shlex.split(call))
    finally:
        is_stopped.set()
        thread.join()
    assert (ran.code, ran.out, ran.err) == (130, "", "interrupted\n")
    assert not [one for one in emulator.exchanges if one.method in ("PUT", "DELETE")]


def test_the_pages_are_as_the_commands_say() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci/cli_pages.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
