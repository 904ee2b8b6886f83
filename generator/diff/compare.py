"""Compares the tree with an earlier version of it, and says what that means for users."""

from pathlib import Path

from ..spec import document
from ..spec.document import Spec
from . import changes, python_api, trees
from .generated_files import moved
from .report import Report


def diff(root: Path, reference: str) -> Report:
    """Compares with a git revision or a folder. Neither the tree nor the repository is touched.

    Raises `UnknownVersion` for what is neither, and `InvalidSpecification` if nothing can be generated from the tree.
    """
    with trees.earlier(root, reference) as old, trees.present(root) as (new, fresh):
        before, after = _specs(old), _specs(new)
        found = [*changes.compare(before, after), *python_api.compare(old, new)]
        return Report(reference, changes.in_order(found), moved(old, new, before, after), fresh)


def _specs(root: Path) -> list[Spec]:
    return [document.load(path, root) for path in sorted((root / "openapi").glob("anaplan_*.yaml"))]
