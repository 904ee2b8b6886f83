"""What the README shows is run, and what it promises is held."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = [block.strip() for block in blocks("sh") if "pytest" in block]
    assert len(commands) == 1
    assert commands[0] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
