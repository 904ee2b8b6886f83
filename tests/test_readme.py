"""What the README shows is run, and what it promises is held."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_ext.emulator import Emulator

from .newcomer import section

ROOT = Path(__file__).resolve().parent.parent
WHOLE = (ROOT / "README.md").read_text(encoding="utf-8")
# tests/generator/test_newcomer.py walks the way of the section on adding an endpoint.
README = WHOLE.replace(section(WHOLE), "")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


SNIPPETS = [block for block in blocks("python") if "def test_" not in block]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_a_snippet_runs(snippet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet, "README.md", "exec"), {"__name__": "readme"})


def test_the_pytest_example_passes(tmp_path: Path) -> None:
    (example,) = [block for block in blocks("python") if "def test_" in block]
    (tmp_path / "test_example.py").write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_readme_is_short_and_leads_to_every_guide() -> None:
    assert len(WHOLE.splitlines()) <= 200
    guides = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert guides - set(re.findall(r"docs/[\w/-]+\.md", WHOLE)) == {
        *("docs/index.md", "docs/guides.md"),  # these are for readers of the site
        "docs/error-codes.md",  # the error catalog leads to it
    }


@pytest.mark.slow
def test_the_commands_from_a_shell_run(tmp_path: Path) -> None:
    (block,) = blocks("console")
    install, unzip, start, variables, load, export = [line.removeprefix("$ ") for line in block.splitlines()]
    assert install.startswith("pip install ")
    assert start == "anaplan emulator start --port 8080 --tenant examples/flights.yaml &"
    (tmp_path / "anaplan").write_text(f'#!/bin/sh\nexec {sys.executable} -m anaplan_ext.cli "$@"\n')
    (tmp_path / "anaplan").chmod(0o700)
    environment = {
        "PATH": f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
    }
    with Emulator(ROOT / "examples/flights.yaml", observer=None) as emulator:
        variables = variables.replace("http://127.0.0.1:8080", emulator.url)
        fewer = "sed -i 20001q flights.csv"  # the demo loads all of them
        script = "\n".join(["set -e", unzip, fewer, variables, load, export])
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with (tmp_path / "flights.jsonl").open(encoding="utf-8") as lines:
        assert sum(1 for _ in lines) == 20_000


def test_ci_runs_the_commands_of_the_readme() -> None:
    commands = [block.strip() for block in blocks("sh") if block.startswith("python3 -m venv ")]
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    in_a_clone = re.findall(r"^readme (\w+)$", ci, re.MULTILINE)
    assert [command in ci or any(word in command for word in in_a_clone) for command in commands] == [True] * 3
