"""Which exit code each fault has. None is 0."""

from collections.abc import Callable
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator, Fault

from .conftest import Run

LOAD = "load flights.csv --process Reload~flights"
MIXED = "load flights.csv=mixed.csv --import Load~flights"
Break = Callable[[Emulator], object]


def status(status: int, path: str, method: str = "GET", body: bytes | None = None) -> Break:
    """Return a break that answers requests with a status."""
    fault = Fault(method=method, path=path, status=status, times=None, message="No", body=body)
    return lambda emulator: emulator.inject(fault)


def fail(outcome: str = "fail") -> Break:
    """Return a break that makes the next task of the process fail."""
    return lambda emulator: emulator.fail_next_task("118000000000", outcome, message="The list is locked")


def cut(path: str, method: str = "POST") -> Break:
    """Return a break that cuts the connection after the request."""
    return lambda emulator: emulator.inject(
        Fault(method=method, path=path, kind="reset", after_effect=True, times=None)
    )


def nothing(_: Emulator) -> None:
    """Break nothing: the command line is at fault."""


# What is broken, the command (`~` is a blank), and the code.
FAULTS: list[tuple[str, Break, str, int]] = [
    ("rejected rows", nothing, MIXED, 3),
    ("rejected rows of a process", nothing, "load flights.csv=mixed.csv --process Reload~flights", 3),
    ("a file without content", nothing, "run Load~flights", 1),
    ("a failed task", fail(), LOAD, 1),
    ("a cancelled task", fail("cancel"), LOAD, 9),
    ("a password", nothing, "models list", 4),
    ("no credentials", nothing, "models list", 2),
    ("user without password", nothing, "models list", 2),
    ("certificate without key", nothing, "models list", 2),
    ("a missing certificate", nothing, "models list", 2),
    ("a base URL that is none", nothing, "models list", 2),
    ("a base URL with a path", nothing, "models list --base-url http://127.0.0.1/2/0", 2),
    ("an unknown region", nothing, "models list --region moon", 2),
    ("no network", nothing, "models list --base-url http://127.0.0.1:1", 75),
    ("a dead proxy", nothing, "models list --proxy http://127.0.0.1:1", 75),
    ("a missing CA file", nothing, "models list --ca-bundle none.pem", 2),
    ("an unknown model", nothing, "files list -m Planing", 5),
    ("an unknown model id", nothing, "files list -m D0E5A4B3C2D14F60A7B8C9D0E1F2A3FF", 5),
    ("an unknown workspace", nothing, "workspaces get Planing", 5),
    ("an unknown file", nothing, "load none.csv=flights.csv --process Reload~flights", 5),
    ("an unknown process", nothing, "load flights.csv --process Reload", 5),
    ("an unknown export", nothing, "export Sales", 5),
    ("an unknown action", nothing, "run Sales", 5),
    ("an unknown list", nothing, "lists items Nobody", 5),
    ("an unknown module", nothing, "modules line-items Nobody", 5),
    ("an unknown revision", nothing, "alm revisions get Nobody", 5),
    ("a missing source", nothing, "load gone.csv --import Load~flights", 2),
    ("a missing source of a file", nothing, "load flights.csv=gone.csv --import Load~flights", 2),
    ("an empty source", nothing, "load flights.csv=empty.csv --import Load~flights", 2),
    ("a folder as a source", nothing, "load flights.csv=. --import Load~flights", 2),
    ("no process", nothing, "load flights.csv", 2),
    ("two actions", nothing, f"{LOAD} --import Load~flights", 2),
    ("a file twice", nothing, "load flights.csv flights.csv --import Load~flights", 2),
    ("a wrong limit", nothing, f"{LOAD} --max-rejected many", 2),
    ("a wrong summary", nothing, f"{LOAD} --summary pdf:x", 2),
    ("a wrong mapping", nothing, f"{LOAD} --map Version", 2),
    ("a wrong encoding", nothing, f"{LOAD} --encoding none", 2),
    ("a wrong timeout", nothing, f"{LOAD} --timeout soon", 2),
    ("a negative timeout", nothing, f"{LOAD} --timeout -1", 2),
    ("an endless timeout", nothing, f"{LOAD} --timeout inf", 2),
    ("a timeout that is no number", nothing, f"{LOAD} --timeout nan", 2),
    ("a wrong column", nothing, "models list --columns size", 2),
    ("a wrong sort", nothing, "models list --sort size", 2),
    ("a wrong filter", nothing, "models list --filter size", 2),
    ("a wrong limit of rows", nothing, "models list --limit ten", 2),
    ("a wrong format", nothing, "models list -o xml", 2),
    ("a wrong number of retries", nothing, "models list --retries -1", 2),
    ("an unknown option", nothing, "models list --size", 2),
    ("an unknown command", nothing, "modelz list", 2),
    ("an unknown command of a group", nothing, "models lisst", 2),
    ("no command", nothing, "", 2),
    ("no command of a group", nothing, "models", 2),
    ("no confirmation", nothing, "files rm flights.csv", 2),
    ("new items with ids", nothing, "lists add Airports -f flights.csv", 2),
    ("a page of a proxy", status(200, "/models", body=b"<html>"), "models list", 1),
    ("a role", status(403, "/tasks", "POST"), LOAD, 4),
    ("a locked model", status(423, "/tasks", "POST"), LOAD, 1),
    ("a server error", status(500, "/models"), "models list", 75),
    ("a gateway", status(503, "/models"), "models list", 75),
    ("an upload that is rejected", status(400, "/chunks/", "PUT"), LOAD, 1),
    ("an upload that fails", status(503, "/chunks/", "PUT"), LOAD, 75),
    ("an upload without the role", status(403, "/chunks/", "PUT"), LOAD, 4),
    ("a lost answer to a start", cut("/tasks"), LOAD, 6),
    ("a lost answer to an upload", cut("/chunks/", "PUT"), LOAD, 75),
    ("a target that is a folder", nothing, "export Export~flights -O .", 2),
    ("a target in no folder", nothing, "export Export~flights -O none/x.csv", 2),
    ("a wrong path", nothing, "api GET users", 2),
    ("a wrong method", nothing, "api FETCH /2/0/users", 2),
    ("an unknown path", nothing, "api GET /2/0/nothing", 5),
    ("a wrong input", nothing, "api POST /2/0/models --input none.json", 2),
    ("cp within this machine", nothing, "cp a.csv b.csv", 2),
    ("cp of several to one", nothing, "cp a.csv b.csv anaplan://Planning~Dev/flights.csv", 2),
]
VARIABLES = {
    "a password": {"ANAPLAN_PASSWORD": "wrong"},
    "no credentials": {"ANAPLAN_USER": ""},
    "user without password": {"ANAPLAN_PASSWORD": ""},
    "certificate without key": {"ANAPLAN_USER": "", "ANAPLAN_CERTIFICATE": "cert.pem"},
    "a missing certificate": {
        "ANAPLAN_USER": "",
        "ANAPLAN_CERTIFICATE": "cert.pem",
        "ANAPLAN_PRIVATE_KEY": "key.pem",
    },
    "a base URL that is none": {"ANAPLAN_BASE_URL": "anaplan"},
    "an unknown region": {"ANAPLAN_BASE_URL": ""},
}


@pytest.mark.parametrize(("name", "break_it", "line", "code"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_has_its_exit_code(
    anaplan: Run, emulator: Emulator, name: str, break_it: Break, line: str, code: int
) -> None:
    break_it(emulator)
    ran = anaplan(*(word.replace("~", " ") for word in line.split()), **VARIABLES.get(name, {}))
    assert ran.code == code, ran.err
    assert ran.err.startswith(("error: ", "uploading", "Reload", "Load", "20")), ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", ["ANAPLAN_PASSWORD", "ANAPLAN_TOKEN", "ANAPLAN_PRIVATE_KEY"])
def test_no_secret_is_printed(anaplan: Run, name: str) -> None:
    variables = {"ANAPLAN_CERTIFICATE": "canary-secret", "ANAPLAN_USER": "", "ANAPLAN_PASSWORD": ""}
    if name != "ANAPLAN_PRIVATE_KEY":
        variables = {}
    for options in ([], ["--debug"], ["-o", "json", "--debug", "--log-format", "json"]):
        ran = anaplan("models", "list", *options, **variables, **{name: "canary-secret"})
        assert ran.code in (2, 4)
        assert "canary-secret" not in ran.out + ran.err


@pytest.mark.parametrize("words", ["--rejects-dir flights.csv", "--summary json:.", "--summary json:none/run.json"])
def test_a_place_that_cannot_be_written_is_rejected_before_a_load(anaplan: Run, emulator: Emulator, words: str) -> None:
    assert anaplan("load", "flights.csv", "--import", "Load flights", *words.split()).code == 2
    assert not emulator.exchanges


@pytest.mark.parametrize("option", ["--columns", "--filter", "--sort", "--limit"])
def test_a_wrong_selection_is_rejected_before_the_command_runs(anaplan: Run, emulator: Emulator, option: str) -> None:
    assert anaplan("load", "flights.csv", "--import", "Load flights", option, "none").code == 2
    assert anaplan("models", "close", "Planning Dev", option, "id").code == 2
    assert not emulator.exchanges


def test_a_wrong_row_of_a_file_is_told_with_its_line(anaplan: Run, tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("name,code\nA,B,C\n")
    (tmp_path / "no.jsonl").write_text('{"name": "A"}\n[1]\n')
    (tmp_path / "cut.jsonl").write_text('{"name": "A"}\n{"name": \n')
    for name, message in {
        "long.csv": "line 2 has 3 values",
        "no.jsonl": "line 2 must be an object",
        "cut.jsonl": "line 2 is not JSON",
        "gone.csv": "No such file",
    }.items():
        ran = anaplan("lists", "add", "Airports", "-f", name)
        assert (ran.code, message in ran.err) == (2, True), ran.err
    ran = anaplan("cells", "write", "Flights", "-f", "flights.csv")
    assert (ran.code, "lineItem is missing" in ran.err) == (2, True)
