"""A copy of what the generator reads, and what it makes of it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from generator import pipeline
from generator.__main__ import main
from generator.unasync import NAMES

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
GOOD = HERE / "anaplan_good.yaml"
OPENAPI = ROOT / "openapi"
INPUTS = (
    "anaplan_client/__init__.py",
    "anaplan_client/py.typed",
    "anaplan_client/core",
    "anaplan_ext/auth/_async",
    "tests/ext/auth/_async",
    "pyproject.toml",
)
Tree: TypeAlias = dict[str, bytes]


def copy_inputs(target: Path, *specifications: Path) -> Path:
    """Copies what is written by hand and needed, for one capability, and nothing that is generated."""
    (target / "openapi").mkdir(parents=True)
    for path in specifications:
        shutil.copy(path, target / "openapi")
    for name in INPUTS:
        source = ROOT / name
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", "_sync"))
        else:
            shutil.copy(source, target / name)
    # One capability does not use every name of the table.
    (target / "tests/_async").mkdir()
    (target / "tests/_async/names.py").write_text(f"# {' '.join(NAMES)}\n", encoding="utf-8")
    return target


def contents(root: Path) -> Tree:
    """Every file below a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def copy_small_project(target: Path) -> Path:
    """The project with small specifications, which take less time."""
    return copy_inputs(target, OPENAPI / "anaplan_authentication.yaml", GOOD)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, freshly generated. Not to be changed."""
    root = copy_small_project(tmp_path_factory.mktemp("generated"))
    assert main(["--root", str(root)]) == 0
    return root


@pytest.fixture
def tree(generated: Path, tmp_path: Path) -> Path:
    """The small project, freshly generated, to be changed."""
    return shutil.copytree(generated, tmp_path / "tree")


@pytest.fixture
def unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install what was built without a look at it: `test_verify.py` is about that, and it takes most of the time."""
    monkeypatch.setattr(pipeline, "find_problems", lambda *_: [])


@pytest.fixture
def change() -> Callable[[Path, str, str], None]:
    """Replaces a text that occurs once in a file."""

    def change(path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change
