"""The README's way to a new endpoint: from no specification to a typed call against the emulator."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import newcomer

from ..conftest import ROOT

FOLDERS = ("anaplan_client", "anaplan_ext", "docs", "generator", "openapi", "tests/contract/faults/_async", "tests/ext")


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the README's steps were taken."""
    tree = tmp_path_factory.mktemp("newcomer")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tree)
    # What the type checker knows of the other modules is the same in the copy.
    (ROOT / ".mypy_cache").mkdir(exist_ok=True)
    (tree / ".mypy_cache").symlink_to(ROOT / ".mypy_cache")
    newcomer.walk(newcomer.readme_steps(tree, sys.executable))
    return tree


def test_the_steps_lead_to_a_typed_call(walked: Path) -> None:
    done = subprocess.run([sys.executable, "use.py"], cwd=walked, capture_output=True, text=True, check=True)
    assert done.stdout == "B1 Bolts 2026-01-31\n"


def test_the_readme_shows_what_is_written(walked: Path) -> None:
    section = newcomer.section((walked / "README.md").read_text(encoding="utf-8"))
    (shown,) = newcomer.blocks(section, "yaml")
    assert f"\npaths:\n{shown}\n" in (walked / "openapi/anaplan_boxes.yaml").read_text(encoding="utf-8")
    assert f"```python\n{(walked / 'use.py').read_text(encoding='utf-8')}```" in section


def test_nothing_else_of_the_client_changed(walked: Path) -> None:
    command = ["diff", "--recursive", "--brief", "--exclude=__pycache__"]
    done = subprocess.run(
        [*command, str(ROOT / "anaplan_client"), str(walked / "anaplan_client")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"Only in {walked / 'anaplan_client'}: boxes\n"


def test_the_new_package_keeps_the_rules_of_the_house(walked: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "anaplan_client/boxes"], cwd=walked, check=True
    )
