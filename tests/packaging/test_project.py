"""What the project's own files say of one another: dependencies, the lock, workflows."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
LOCK = (ROOT / "uv.lock").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PYTHONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))


def workflow(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def test_each_group_is_an_extra() -> None:
    assert PROJECT["dependency-groups"] == {name: [f"anaplan-client[{name}]"] for name in ("dev", "docs", "test")}
    assert PROJECT["dependency-groups"].keys() <= EXTRAS.keys()


def test_the_lock_has_every_dependency_as_it_is_declared() -> None:
    (own,) = (package for package in tomllib.loads(LOCK)["package"] if package["name"] == "anaplan-client")
    assert set(own["metadata"]["provides-extras"]) == EXTRAS.keys()
    locked = {
        (_normal(entry["name"]), _specifier(entry.get("specifier", ""))) for entry in own["metadata"]["requires-dist"]
    }
    declared = [*PROJECT["project"]["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]
    assert locked == {_requirement(line) for line in declared}, "run `uv lock` (pip install uv)"


def _requirement(line: str) -> tuple[str, frozenset[str]]:
    found = re.fullmatch(r"([\w.-]+)(?:\[.*\])?([^;]*)(?:;.*)?", line)
    assert found is not None
    return _normal(found[1]), _specifier(found[2])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _specifier(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def test_the_lock_names_no_host_but_the_package_index() -> None:
    assert set(re.findall(r"https?://([^/\"]+)", LOCK)) == {"pypi.org", "files.pythonhosted.org"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_do_little_and_pins_what_it_uses(path: Path) -> None:
    content = workflow(path)
    assert content["permissions"] in ({}, {"contents": "read"})
    for job in content["jobs"].values():
        assert job.get("permissions", {}) in ({}, {"contents": "read"}, {"id-token": "write"})
        for step in [job, *job.get("steps", [])]:
            assert re.fullmatch(r"\./.*|[\w/-]+@v\d+\.\d+\.\d+", step.get("uses", "./")), step["uses"]


def test_the_matrix_has_every_python_and_system() -> None:
    matrix = workflow(ROOT / ".github/workflows/test.yml")["jobs"]["library"]["strategy"]["matrix"]
    assert matrix["python"] == PYTHONS
    assert matrix["system"] == ["ubuntu-latest", "macos-latest", "windows-latest"]


def test_hooks_and_forms_can_be_read() -> None:
    forms = [ROOT / ".pre-commit-config.yaml", *(ROOT / ".github").rglob("*.yml")]
    assert all(workflow(form) for form in forms)


def test_no_pattern_is_possessive() -> None:
    """Python before 3.11.5 matches possessive quantifiers and atomic groups wrongly."""
    possessive = re.compile(r"(?:\]|\)|\})[*+?]\+|\{\d+,\d*\}\+|\(\?>")
    found = [
        path.relative_to(ROOT).as_posix()
        for package in ("anaplan_client", "anaplan_ext")
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"""\b[rb]{1,2}["']""", line) and possessive.search(line)
    ]
    assert found == []
