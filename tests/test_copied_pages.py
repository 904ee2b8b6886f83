"""The pages whose blocks are copied whole: each runs alone, as a program of its own, with variables for the sign-in.

Programs run in both faces, in this process: each as `__main__`, with names and a folder of its own.
"""

import importlib
import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from anaplan_ext.emulator import Emulator
from generator.docs.snippets import Snippet, synchronous

from . import pages
from .pages import Face

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("docs/start/real-tenant.md", "docs/cookbook/recipes.md")
HOME = "docs/index.md"


class Block(NamedTuple):
    """A block of a page that can be copied."""

    page: str
    line: int
    section: str
    language: str
    code: str

    def __str__(self) -> str:
        return f"{Path(self.page).stem}-{self.line}"


def read_blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, match.start()) + 1,
            text[: match.start()].rpartition("\n## ")[2].partition("\n")[0],
            match[1],
            match[2],
        )
        for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    ]


BLOCKS = [block for page in PAGES for block in read_blocks(page)]


def in_face(block: Block, face: Face) -> Snippet | None:
    written = Snippet(block.page, block.line + 1, block.code)
    return written if face == "async" else synchronous(written)


PROGRAMS = [
    pytest.param(program, block.section == "A notebook", id=f"{block}-{face}")
    for block in [*BLOCKS, *read_blocks(HOME)]
    if block.language == "python"
    for face in ("sync", "async")
    if (program := in_face(block, face))
]


def make_environment(emulator: Emulator, folder: Path) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "ANAPLAN_USER": emulator.user_email,
        "ANAPLAN_PASSWORD": emulator.password,
        "ANAPLAN_BASE_URL": emulator.url,
        "GITHUB_STEP_SUMMARY": str(folder / "github.md"),
        "ANAPLAN_NO_PROGRESS": "1",
    }


def run(command: list[str], emulator: Emulator, folder: Path) -> "subprocess.CompletedProcess[str]":
    programs = f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**make_environment(emulator, folder), "PATH": programs, "PYTHONPATH": str(ROOT)}
    (folder / "anaplan").write_text(f'#!/bin/sh\nexec {sys.executable} -m anaplan_ext.cli "$@"\n')
    (folder / "anaplan").chmod(0o700)
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(("program", "is_notebook"), PROGRAMS)
def test_a_program_runs_alone(
    program: Snippet,
    is_notebook: bool,
    emulator: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in make_environment(emulator, tmp_path).items():
        monkeypatch.setenv(name, value)
    if is_notebook:  # which has `await` at the top level
        pages.run([program, Snippet(program.file, 1, "")])
    else:
        (tmp_path / "program.py").write_text(program.code, encoding="utf-8")
        runpy.run_path("program.py", run_name="__main__")
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


@pytest.mark.slow
@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "sh"], ids=str)
def test_commands_run_alone(block: Block, emulator: Emulator, tmp_path: Path) -> None:
    done = run(["bash", "-euo", "pipefail", "-c", block.code], emulator, tmp_path)
    assert done.returncode == 0, f"{block.page}:{block.line}\n{done.stdout}{done.stderr}"


@pytest.mark.slow
def test_the_line_for_cron_runs(emulator: Emulator, tmp_path: Path) -> None:
    (block,) = [block for block in BLOCKS if block.language == "cron"]
    (line,) = block.code.splitlines()
    command = line.split(" ", 5)[5]
    (tmp_path / ".anaplan.env").write_text(f"export ANAPLAN_USER={emulator.user_email}\n")
    (tmp_path / "load").mkdir()
    (tmp_path / "load/flights.csv").write_text("id,amount\n1,10\n")
    done = run(["sh", "-c", command], emulator, tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "load/flights.csv").write_text("id,amount\n1,ten\n2,20\n")
    assert run(["sh", "-c", command], emulator, tmp_path).returncode == 3
    assert list((tmp_path / "load/rejects").iterdir())


@pytest.mark.slow
def test_the_commands_of_the_github_action_run(emulator: Emulator, tmp_path: Path) -> None:
    (block,) = [block for block in BLOCKS if block.language == "yaml"]
    job = yaml.safe_load(block.code)["jobs"]["load"]
    (tmp_path / "flights.csv").write_text("id,amount\n1,10\n")
    commands = [step["run"] for step in job["steps"] if "run" in step and "pip install" not in step["run"]]
    model = f"export ANAPLAN_MODEL={shlex.quote(job['env']['ANAPLAN_MODEL'])}\n"
    for command in commands:
        done = run(["bash", "-e", "-c", model + command], emulator, tmp_path)
        assert done.returncode == 0, done.stderr
    assert "Load flights" in (tmp_path / "github.md").read_text()


def test_the_numbers_of_the_limits_are_those_of_the_code() -> None:
    text = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w.]+)\.([A-Z_]+)` = ([\d,]+)", text)
    assert len(named) > 10
    for module, constant, number in named:
        value = getattr(importlib.import_module(f"anaplan_ext.{module}"), constant)
        assert value == int(number.replace(",", "")), constant
