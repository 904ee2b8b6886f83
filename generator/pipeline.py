"""Build everything that is generated in a folder of its own, then compare it with the tree or install it."""

import difflib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from . import unasync, verify
from .docs.operations_page import write_operations_page
from .lint import rules
from .render.common import share_models
from .render.package import render
from .spec import document

PAGE = Path("docs/operations.md")
DOCUMENT = "openapi.json"


@frozen
class BuildResult:
    """The result of a build: whole folders and single files, relative to the root."""

    folders: list[Path]
    files: list[Path]


def build(root: Path, target: Path) -> BuildResult:
    """Build everything into an empty folder. Raises `InvalidSpecificationError` with every problem found."""
    loaded = [document.load(path, root) for path in sorted((root / "openapi").glob("anaplan_*.yaml"))]
    if problems := [problem for spec in loaded for problem in rules.check(spec)]:
        raise document.InvalidSpecificationError(problems)
    folders: list[Path] = []
    for spec in loaded:
        folder = Path("anaplan_client") / spec.name
        (target / folder).parent.mkdir(parents=True, exist_ok=True)
        render(spec, target / folder)
        (target / folder / DOCUMENT).write_text(_document(spec), encoding="utf-8")
        folders.append(folder)
    folders += share_models(target, folders)
    folders += unasync.convert_tree(root, target)
    (target / PAGE).parent.mkdir(parents=True, exist_ok=True)
    (target / PAGE).write_text(write_operations_page(loaded), encoding="utf-8")
    if problems := verify.find_syntax_errors(root, target, folders):
        raise document.InvalidSpecificationError(problems)
    format_code(root, target)
    return BuildResult(folders + _left_over(root, folders), [PAGE])


def _document(spec: document.Spec) -> str:
    """Return the specification as JSON, so that users of the package can read it without a YAML library.

    One line per value keeps its changes reviewable.
    """
    return json.dumps(spec.source, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _left_over(root: Path, folders: list[Path]) -> list[Path]:
    """Return the generated folders of the tree that no source belongs to any more."""
    packages = [path.parent for path in (root / "anaplan_client").glob("*/__init__.py") if path.parent.name != "core"]
    converted = [path for top in unasync.PACKAGES for path in (root / top).rglob("_sync") if path.is_dir()]
    return sorted({path.relative_to(root) for path in packages + converted} - set(folders))


def format_code(root: Path, target: Path) -> None:
    """Sort imports, remove unused ones and format the code like the rest of the tree."""
    config = ["--config", str(root / "pyproject.toml"), "--no-cache"]
    for command in (
        ["check", "--quiet", "--fix", "--select", "I,F401,F811,RUF022", *config, "."],
        ["format", "--quiet", *config, "."],
    ):
        subprocess.run([sys.executable, "-m", "ruff", *command], cwd=target, check=True)


def find_differences(root: Path, target: Path, built: BuildResult) -> Iterator[str]:
    """Yield how the tree differs from the build: changed, missing and surplus files, with their differences."""
    wanted = set(_files(target, built))
    present = set(_files(root, built))
    for path in sorted(wanted - present):
        yield f"missing: {path}\n"
    for path in sorted(present - wanted):
        yield f"not generated: {path}\n"
    for path in sorted(wanted & present):
        old, new = (root / path).read_bytes(), (target / path).read_bytes()
        if old != new:
            yield from difflib.unified_diff(
                old.decode(errors="replace").splitlines(keepends=True),
                new.decode(errors="replace").splitlines(keepends=True),
                f"{path} (in the tree)",
                f"{path} (generated)",
            )


def install(root: Path, target: Path, built: BuildResult) -> None:
    """Copy the build into the tree. Files that were not built are removed, unchanged ones are left alone.

    If it is interrupted, the tree is put back as it was.
    """
    after = {path: (target / path).read_bytes() for path in _files(target, built)}
    before = {path: _read(root / path) for path in {*after, *_files(root, built)}}
    changed = sorted(path for path, content in before.items() if content != after.get(path))
    try:
        for path in changed:
            _put(root / path, after.get(path))
    # Also of Ctrl-C, which is not an `Exception`.
    except BaseException:
        for path in changed:
            _put(root / path, before[path])
        raise


def find_problems(root: Path, target: Path, built: BuildResult) -> list[document.Problem]:
    """Return why a build must not be installed."""
    with tempfile.TemporaryDirectory() as whole:
        return verify.verify(root, target, built.folders, Path(whole))


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _put(path: Path, content: bytes | None) -> None:
    """Write a file in one step, or remove it."""
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _files(top: Path, built: BuildResult) -> Iterator[Path]:
    for folder in built.folders:
        for path in (top / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(top)
    for file in built.files:
        if (top / file).is_file():
            yield file
