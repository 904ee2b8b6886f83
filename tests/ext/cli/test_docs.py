"""The page of the command line, and what is written from the commands."""

import re
import shlex
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread, main_thread

import pytest

from anaplan_ext.emulator import Emulator, Fault, Model
from anaplan_ext.emulator.state.tenant import Workspace
from anaplan_ext.transport import clock

from .conftest import Run

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
CALLS = re.findall(r"^\| `-.*\| `anaplan (.*)` \|$", PAGE, re.MULTILINE)
SHOWN = re.findall(r"^\$ anaplan (.*)$", PAGE, re.MULTILINE)
(STAGES,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
CODES = {"alm plan": 10}
"""There is something to do."""


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


def add_production(emulator: Emulator) -> None:
    """Add the models of the page's stages, with a revision that is new to them."""
    development = emulator.model(emulator.development_model_id)
    ada = emulator.tenant.users[0].id
    places = {"Planning": ["Planning Test", "Prod EMEA", "Prod Archive"], "Planning EU": ["Plan EU"]}
    workspaces = {one.name: one for one in emulator.tenant.workspaces}
    for number, (place, name) in enumerate((place, name) for place, names in places.items() for name in names):
        if place not in workspaces:
            workspaces[place] = Workspace(id="8a8b8c8d9e0000000000000000000b02", name=place, models=[])
            emulator.tenant.workspaces.append(workspaces[place])
        model = Model(id=f"D0E5A4B3C2D14F60A7B8C9D0E1F2A40{number}", name=name, active_state="PRODUCTION")
        model.apply_revision(development.revisions[0].revision, user_id=ada, at=1_767_400_000.0, method="Model copied")
        workspaces[place].models.append(model)
    development.remove("lineItems", "Distance", module="Flights")


@pytest.mark.slow
def test_every_command_of_the_page_runs_in_the_order_of_the_page(
    anaplan: Run, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_production(emulator)
    assert anaplan("load", "flights.csv", "--import", "Load flights").code == 0
    assert anaplan("alm", "revisions", "create", "2026.11.2", ANAPLAN_MODEL="Planning Dev").code == 0
    (tmp_path / "today.csv").write_bytes((tmp_path / "flights.csv").read_bytes())
    (tmp_path / "promotion.toml").write_text(STAGES, encoding="utf-8")
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 11, 28, 22, tzinfo=UTC))  # in the window of the stage
    ran = {}
    for line in SHOWN:
        if line.startswith("auth login") or " -p prod" in line:  # asks for a password: see test_sign_in.py
            continue
        words = shlex.split(re.split(r" [|>]", line)[0].replace("/data/", f"{tmp_path}/"))
        done = anaplan(*words)
        ran[line] = (done.code, done.err)
        assert done.code == CODES.get(" ".join(words[:2]), 0), (line, done.err)
    assert len(ran) >= 15


def test_the_pages_are_as_the_commands_say() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci/cli_pages.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
