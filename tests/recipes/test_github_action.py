"""The steps of the GitHub Action run with bash, as GitHub runs them."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from anaplan_ext.cli.command import Argument, Command
from anaplan_ext.cli.options import OPTIONS
from anaplan_ext.cli.tree import get_group
from anaplan_ext.emulator import Emulator

from .page import ROOT, STARTS, make_environment

PAGE = ROOT / "docs/cookbook/github-action.md"
FOLDER = ROOT / "packages/github-action"
ACTION: dict[str, Any] = yaml.safe_load((FOLDER / "action.yml").read_text(encoding="utf-8"))
INPUTS: dict[str, dict[str, Any]] = ACTION["inputs"]
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
OWN = {"command", "package", "accepted-exit-codes"}
POSITIONAL = {"files", "action", "export", "plan"}
LEFT_OUT = {
    "check",  # dry-run says more in a workflow
    "no-wait",  # a step that has ended has done its work
    "show-values",  # a log of GitHub must not have personal data
    "summary",  # the action writes its own
    "graph",
}
MIXED = "id,amount\n1,10\n2,ten\n3,30\n"


class Step(NamedTuple):
    """What a step of the action did."""

    code: int
    log: str
    summary: str
    outputs: dict[str, str]


def run_step(name: str, emulator: Emulator, folder: Path, *, more: dict[str, str] | None = None, **given: str) -> Step:
    """Run a step as GitHub does: its expressions are replaced, and its script goes to bash."""
    inputs = {key: str(each.get("default", "")) for key, each in INPUTS.items()}
    inputs |= {key.replace("_", "-"): value for key, value in given.items()}
    assert inputs.keys() == INPUTS.keys()
    step = STEPS[name]
    variables = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], v) for key, v in step["env"].items()
    }
    assert "${{" not in step["run"]
    environment = make_environment(emulator, folder) | variables
    environment |= {
        "RUNNER_TEMP": str(folder / "temp"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(FOLDER),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "ANAPLAN_MODEL": "Planning Dev",
        **(more or {}),
    }
    for file in ("summary.md", "output"):
        (folder / file).write_text("")
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    outputs = dict(line.split("=", 1) for line in (folder / "output").read_text().splitlines())
    return Step(done.returncode, done.stdout, (folder / "summary.md").read_text(), outputs)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a job, where the client is installed already."""
    programs = tmp_path / "temp/anaplan/bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable) if sys.prefix == sys.base_prefix else _link(programs / "python")
    return tmp_path


def _link(path: Path) -> None:
    # A symbolic link to the Python of an environment would lose the environment.
    path.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    path.chmod(0o700)


@pytest.mark.slow
def test_a_load_with_rejected_rows_fails_the_step_and_shows_which(emulator: Emulator, folder: Path) -> None:
    (folder / "flights.csv").write_text(MIXED)
    step = run_step(
        "Run", emulator, folder, command="load", files="flights.csv", process="Reload flights", rejects_dir="rejects"
    )
    assert step.code == 3
    assert "::error title=rejected row::" in step.log
    assert "::error title=anaplan load::" in step.log
    assert "| Load flights |" in step.summary
    assert "**Exit code 3:**" in step.summary
    assert {name: step.outputs[name] for name in ("exit-code", "loaded", "ignored", "rejected")} == {
        "exit-code": "3",
        "loaded": "2",
        "ignored": "0",
        "rejected": "1",
    }
    assert [row["rejected"] for row in json.loads(Path(step.outputs["result"]).read_text())][-1] == 1
    assert list((folder / "rejects").iterdir())
    accepted = run_step(
        "Run",
        emulator,
        folder,
        command="load",
        files="flights.csv",
        process="Reload flights",
        accepted_exit_codes="0 3",
    )
    assert (accepted.code, accepted.outputs["exit-code"]) == (0, "3")
    assert "::warning title=anaplan load::" in accepted.log
    tolerant = run_step(
        "Run", emulator, folder, command="load", files="flights.csv", process="Reload flights", max_rejected="50%"
    )
    assert (tolerant.code, tolerant.outputs["exit-code"]) == (0, "0")
    assert "::error title=anaplan" not in tolerant.log


@pytest.mark.slow
def test_a_run_and_an_export(emulator: Emulator, folder: Path) -> None:
    (folder / "flights.csv").write_text("id,amount\n1,10\n")
    assert (
        run_step(
            "Run", emulator, folder, command="load", files="flights.csv=./flights.csv", **{"import": "Load flights"}
        ).code
        == 0
    )
    done = run_step("Run", emulator, folder, command="run", action="Load flights", map="Version=Actual\nTime=Jan 26")
    assert (done.code, "no prompt for a mapping parameter" in done.log) == (1, True)
    done = run_step("Run", emulator, folder, command="run", action="Load flights")
    assert (done.code, done.outputs["loaded"], done.outputs["rejected"]) == (0, "1", "0")
    assert "| Load flights |" in done.summary
    done = run_step("Run", emulator, folder, command="export", export="Export flights", to="out.csv")
    assert done.code == 0
    assert (folder / "out.csv").read_text() == "id,amount\n1,10\n"


@pytest.mark.slow
def test_a_promotion_is_planned_reviewed_and_applied(emulator: Emulator, folder: Path) -> None:
    plan = run_step(
        "Run",
        emulator,
        folder,
        command="alm plan",
        source="Planning Dev",
        target="Planning Prod",
        out="release.plan",
        accepted_exit_codes="0 10",
    )
    assert (plan.code, plan.outputs["exit-code"]) == (0, "10")
    assert "Aircraft types" in plan.summary
    assert "::" not in plan.log
    refused = run_step("Run", emulator, folder, command="alm apply", plan="release.plan")
    assert refused.code == 2
    assert emulator.count("POST", "/syncTasks$") == 0
    done = run_step("Run", emulator, folder, command="alm apply", plan="release.plan", yes="true")
    assert done.code == 0, done.log
    assert "| Planning Prod | synced |" in done.summary
    assert emulator.count("POST", "/syncTasks$") == 1
    status = run_step(
        "Run", emulator, folder, command="alm  status", source="Planning Dev", target="Planning*", exit_code="true"
    )
    assert status.code == 0, status.log


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"command": "models delete"}, "command must be one of load, run, export"),
        ({"command": "export", "export": "Export flights"}, "to must name the file to write"),
        ({"command": "load", "allow_empty": "yes"}, "allow-empty must be true or false (got 'yes')"),
        ({"command": "load", "accepted_exit_codes": "some"}, "invalid literal"),
        ({"command": "run", "action": "Load flights", "process": "Reload flights"}, "unrecognized arguments"),
        ({"command": "load", "files": "--show-values", "process": "Reload flights"}, "--show-values"),
    ],
)
def test_inputs_that_do_not_fit_send_nothing(
    emulator: Emulator, folder: Path, given: dict[str, str], message: str
) -> None:
    step = run_step("Run", emulator, folder, **given)
    assert step.code == 2, step.log
    assert message in step.log
    assert "Traceback" not in step.log
    assert emulator.count("POST", STARTS) == 0


@pytest.mark.slow
def test_names_are_data_for_shell_log_and_summary(emulator: Emulator, folder: Path) -> None:
    name = "$(touch owned)`touch owned`\n::set-output name=x::1 <img src=x> | %0A"
    # Neither is what lies in the folder of the job.
    (folder / "httpx.py").write_text("raise SystemExit(99)\n")
    step = run_step("Run", emulator, folder, more={"PYTHONPATH": str(ROOT)}, command="run", action=name)
    assert step.code == 5
    assert not (folder / "owned").exists()
    assert not [line for line in step.log.splitlines() if line.startswith("::set-output")]
    assert "<img" not in step.summary


@pytest.mark.slow
def test_no_secret_is_shown(emulator: Emulator, folder: Path) -> None:
    step = run_step(
        "Run", emulator, folder, command="run", action="Load flights", more={"ANAPLAN_PASSWORD": "canary-4711"}
    )
    assert step.code == 4
    assert "canary-4711" not in step.log + step.summary + json.dumps(step.outputs)


def build_wheel(folder: Path) -> Path:
    """Build a wheel of the client with nothing in it but its metadata: a test uses no network."""
    info, path = "anaplan_client-0.1.0.dist-info", folder / "anaplan_client-0.1.0-py3-none-any.whl"
    files = {
        "METADATA": "Metadata-Version: 2.1\nName: anaplan-client\nVersion: 0.1.0\nProvides-Extra: certificate\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(f"{info}/{name}", content)
    return path


@pytest.mark.slow
def test_the_client_is_installed_beside_the_python_of_the_job(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "temp").mkdir()
    step = run_step("Install", emulator, tmp_path, package=f"{build_wheel(tmp_path)}[certificate]")
    assert step.code == 0, step.log
    installed = tmp_path / "temp/anaplan"
    assert list(installed.rglob("anaplan_client-0.1.0.dist-info"))
    packages = os.pathsep.join([str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))])
    step = run_step("Run", emulator, tmp_path, more={"PYTHONPATH": packages}, command="run", action="Clear flights")
    assert step.code == 0, step.log
    wrong = run_step("Install", emulator, tmp_path, package=str(tmp_path / "missing.whl"))
    assert wrong.code != 0


def options_of(command: Command) -> dict[str, Argument]:
    return {flag.removeprefix("--"): each for each in command.arguments for flag in each.flags if flag.startswith("--")}


def test_the_inputs_are_the_options_of_the_command_line() -> None:
    run = (FOLDER / "run.py").read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "run"}
    exec(compile(run, "run.py", "exec"), names)
    commands = [
        command
        for path in names["POSITIONAL"]
        for command in get_group(path.split()[0]).commands
        if command.path == path
    ]
    assert [command.path for command in commands] == list(names["POSITIONAL"])
    options = {name: argument for command in commands for name, argument in options_of(command).items()}
    shared = {flag.removeprefix("--"): not each.metavar for each in OPTIONS for flag in each.flags}
    assert options.keys() - LEFT_OUT == INPUTS.keys() - OWN - POSITIONAL - shared.keys()
    assert {name for name, each in options.items() if each.repeats} - LEFT_OUT == set(names["LISTS"])
    is_flag = shared | {name: each.is_flag for name, each in options.items()}
    assert {name for name in INPUTS if is_flag.get(name)} == set(names["FLAGS"])
    variables = {name: f"INPUT_{name.upper().replace('-', '_')}" for name in INPUTS}
    given = STEPS["Install"]["env"] | STEPS["Run"]["env"]
    assert given == {variable: f"${{{{ inputs.{name} }}}}" for name, variable in variables.items()}
    assert {*names["VALUES"], *names["LISTS"], *names["FLAGS"], *POSITIONAL} == INPUTS.keys() - OWN


def test_the_page_lists_the_inputs_of_each_command() -> None:
    rows = dict(re.findall(r"^\| `([a-z ]+)` \| (.*?) ?\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    positional = {"load": "files", "run": "action", "export": "export", "alm apply": "plan"}
    positional |= {"alm show": "plan", "alm approve": "plan"}
    for path, inputs in rows.items():
        (command,) = [each for each in get_group(path.split()[0]).commands if each.path == path]
        expected = options_of(command).keys() - LEFT_OUT | {positional.get(path, "")} - {""}
        assert set(re.findall("`([a-z-]+)`", inputs)) == expected, path
    assert len(rows) == 10


@pytest.mark.slow
def test_the_workflows_of_the_page_run(emulator: Emulator, folder: Path) -> None:
    (folder / "flights.csv").write_text("id,amount\n1,10\n")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    codes = {}
    for block in blocks:
        workflow = yaml.safe_load(block)
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                if "/packages/github-action@" in step.get("uses", ""):
                    given = {name: str(value).removesuffix("\n") for name, value in step["with"].items()}
                    given = {name: {"True": "true"}.get(value, value) for name, value in given.items()}
                    given = {k: v.replace("${{ inputs.revision }}", "Aircraft types") for k, v in given.items()}
                    model = job.get("env", {}).get("ANAPLAN_MODEL", "")
                    done = run_step("Run", emulator, folder, more={"ANAPLAN_MODEL": model}, **given)
                    assert done.code == 0, done.log
                    codes[given["command"]] = done.outputs["exit-code"]
    assert codes == {"load": "0", "export": "0", "alm plan": "10", "alm apply": "0"}


def test_there_is_no_input_for_a_secret() -> None:
    assert not [name for name in INPUTS if re.search("token|password|secret|key|certificate|user", name)]
