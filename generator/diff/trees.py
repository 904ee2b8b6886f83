"""The two trees that `diff` compares, each as a folder: an earlier one, and the regenerated present one."""

import io
import shutil
import subprocess
import tarfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import pipeline

PARTS = ("openapi", "anaplan_client", "anaplan_ext")


class UnknownVersionError(Exception):
    """The reference is neither a folder with specifications nor a git revision of one."""


@contextmanager
def open_earlier(root: Path, reference: str) -> Generator[Path]:
    """Open the tree of a folder, or of a git commit, branch or tag. Temporary files are removed afterwards."""
    folder = Path(reference)
    if folder.is_dir():
        if not (folder / "openapi").is_dir():
            raise UnknownVersionError(f"{reference} has no folder openapi")
        yield folder.resolve()
        return
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if commit is None:
        raise UnknownVersionError(f"{reference} is neither a folder nor a git revision")
    revision = commit.decode().strip()
    present = [part for part in PARTS if _git(root, "ls-tree", "--name-only", revision, part)]
    if "openapi" not in present:
        raise UnknownVersionError(f"{reference} has no folder openapi")
    # Below the root only, which need not be the repository's.
    archive = _git(root, "archive", "--format=tar", revision, *present)
    with TemporaryDirectory() as target, tarfile.open(fileobj=io.BytesIO(archive or b"")) as content:
        content.extractall(target, filter="data")
        yield Path(target).resolve()


@contextmanager
def open_present(root: Path) -> Generator[tuple[Path, bool]]:
    """Open a copy of the tree as regeneration would leave it, and say whether the tree is up to date.

    Raises `InvalidSpecificationError` if it cannot be generated.
    """
    with TemporaryDirectory() as folder:
        built_in, copied = Path(folder).resolve() / "built", Path(folder).resolve() / "tree"
        built = pipeline.build(root, built_in)
        fresh = not any(pipeline.find_differences(root, built_in, built))
        for part in PARTS:
            if (root / part).is_dir():
                shutil.copytree(root / part, copied / part, ignore=shutil.ignore_patterns("__pycache__"))
        pipeline.install(copied, built_in, built)
        yield copied, fresh


def _git(root: Path, *arguments: str) -> bytes | None:
    """Return the output of a git command, or None if it fails."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except OSError as error:
        raise UnknownVersionError(f"git cannot be run: {error.strerror}") from None
    return done.stdout if done.returncode == 0 else None
