"""What the README shows is run, and what it promises is held."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


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


def test_the_operation_that_it_adds_is_generated(tmp_path: Path) -> None:
    for name in ("openapi", "anaplan_client", "anaplan_ext", "tests/_async"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (yaml,) = blocks("yaml")
    spec = tmp_path / "openapi" / "anaplan_integration.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("\ncomponents:\n", f"\n{yaml}\ncomponents:\n", 1), encoding="utf-8")
    command = [sys.executable, "-m", "generator", "--root", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    use = "from anaplan_client.integration import preview_list_items as it; print(it('M', '1/../x'), it.__doc__)"
    done = subprocess.run([sys.executable, "-c", use], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "/2/0/models/M/lists/1%2F..%2Fx/preview" in done.stdout
    assert "Read the first items of a list." in done.stdout
    assert "integration.preview_list_items" in (tmp_path / "docs" / "operations.md").read_text(encoding="utf-8")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = [block.strip() for block in blocks("sh") if "pytest" in block]
    assert len(commands) == 1
    assert commands[0] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
