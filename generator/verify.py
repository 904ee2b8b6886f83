"""Verify a build together with the hand-written code, before any of it is put in place."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from .spec.document import Problem

PACKAGES = ("anaplan_client", "anaplan_ext")
# Kept between runs: a later one checks only what changed since.
CACHE = Path(__file__).resolve().parent.parent / ".mypy_cache" / "generator"
# `dir` of a package is its public names, and reading one imports its module.
IMPORT = """
import importlib, sys, traceback
for name in sys.argv[1:]:
    try:
        module = importlib.import_module(name)
        for public in dir(module):
            getattr(module, public)
    except Exception as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "anaplan_" in frame.filename]
        frames = [frame for frame in frames if "/core/" not in frame.filename]
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name.replace(".", "/") + "/__init__.py:1"
        print(f"{place}: {type(error).__name__}: {' '.join(str(error).split())}")
"""
FOUND = re.compile(r"^(?P<path>[^:\n]+\.py):(?P<line>\d+): (?:error: )?(?P<text>.+)$", re.MULTILINE)


def verify(root: Path, target: Path, folders: Iterable[Path], whole: Path) -> list[Problem]:
    """Return what is wrong with a build, each with the file and line to change.

    `whole` is an empty folder. The packages are put there as they would be after the installation.
    """
    folders = list(folders)
    _assemble(root, target, folders, whole)
    complete = [name for name in PACKAGES if (whole / name / "__init__.py").is_file()]
    apis = [folder for folder in folders if is_api(folder) and (whole / folder).is_dir()]
    text = _import(whole, [*apis, *map(Path, complete)]) + check_types(whole, complete)
    return _problems(root, text)


def find_syntax_errors(root: Path, target: Path, folders: Iterable[Path]) -> list[Problem]:
    """Return the places where a build is not Python."""
    return _problems(root, "".join(_compile(target, folders)))


def is_api(folder: Path) -> bool:
    """Return whether a generated folder is the package of an API."""
    return folder.parent == Path("anaplan_client")


def _assemble(root: Path, target: Path, folders: list[Path], whole: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    for name in PACKAGES:
        if (root / name).is_dir():
            shutil.copytree(root / name, whole / name, ignore=ignored)
    for folder in folders:
        shutil.rmtree(whole / folder, ignore_errors=True)
        if (target / folder).is_dir():
            shutil.copytree(target / folder, whole / folder, ignore=ignored)
    shutil.copy(root / "pyproject.toml", whole)


def _compile(target: Path, folders: Iterable[Path]) -> Iterator[str]:
    for path in sorted(path for folder in folders for path in (target / folder).rglob("*.py")):
        try:
            compile(path.read_bytes(), str(path), "exec")
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            yield f"{path.relative_to(target)}:{line}: {' '.join(str(error).split())}\n"


def _import(whole: Path, packages: Iterable[Path]) -> str:
    """Import every public name in another process, which finds the build before the tree."""
    parts = [(folder, part) for folder in packages for part in ("", "models") if (whole / folder / part).is_dir()]
    names = [".".join((folder / part).parts) for folder, part in parts]
    environment = {**os.environ, "PYTHONPATH": str(whole), "PYTHONDONTWRITEBYTECODE": "1"}
    return _run([sys.executable, "-c", IMPORT, *names], whole, environment).replace(f"{whole}{os.sep}", "")


def check_types(whole: Path, packages: Iterable[str]) -> str:
    """Return what mypy says of packages in a folder; nothing, if all is well."""
    options = ["--no-error-summary", "--hide-error-context", "--no-pretty", "--cache-dir", str(CACHE)]
    named = [option for name in packages for option in ("-p", name)]
    environment = {**os.environ, "PYTHONPATH": "", "MYPYPATH": ""}
    return _run([sys.executable, "-m", "mypy", *options, *named], whole, environment)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """Run a check. That it cannot run is a problem as well."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode and not FOUND.search(done.stdout):
        said = " ".join(f"{done.stdout} {done.stderr}".split())[-300:]
        return f"generator/verify.py:1: {command[2].split()[0]} failed: {said}\n"
    return done.stdout


def _problems(root: Path, text: str) -> list[Problem]:
    """Return the problems at their sources. What only a converted module has is told of its original."""
    found = {(match["path"], int(match["line"]), match["text"]) for match in FOUND.finditer(text)}
    originals = {path for path, _, _ in found}
    problems: set[Problem] = set()
    for path, line, message in found:
        original = path.replace("/_sync/", "/_async/")
        if original == path or original not in originals:
            problems.add(_problem(root, path, original, line, message))
    return sorted(problems)


def _problem(root: Path, path: str, original: str, line: int, message: str) -> Problem:
    place = f"{path}:{line}: {message}"
    parts = Path(path).parts
    specification = f"openapi/anaplan_{parts[1]}.yaml"
    if is_api(Path(*parts[:2])) and (root / specification).is_file():
        return Problem(specification, _line(root / specification, Path(path).stem), "package", place)
    return Problem(original, line, "package", message) if original == path else Problem(original, 1, "package", place)


def _line(specification: Path, module: str) -> int:
    """Return the line of the operation or schema that a module was generated from, or the first."""
    wanted = module.replace("_", "")
    for number, line in enumerate(specification.read_text(encoding="utf-8").splitlines(), 1):
        key, _, value = line.partition("#")[0].strip().partition(":")
        name = value.strip() if key == "operationId" else key if not value else ""
        if name.replace("_", "").lower() == wanted:
            return number
    return 1
