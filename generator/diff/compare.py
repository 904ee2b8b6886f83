"""Compare the tree with an earlier version, and say what the changes mean for users."""

from pathlib import Path

from ..spec import document
from ..spec.document import Spec
from . import changes, python_api, trees
from .generated_files import compare_generated_files
from .report import Report


def diff(root: Path, reference: str) -> Report:
    """Compare the tree with a git revision or a folder, without changing either.

    Raises `UnknownVersionError` for anything else, and `InvalidSpecificationError` if the tree cannot be generated.
    """
    with trees.open_earlier(root, reference) as old, trees.open_present(root) as (new, fresh):
        before, after = _specs(old), _specs(new)
        found = [*changes.compare(before, after), *python_api.compare(old, new)]
        return Report(reference, changes.sort_changes(found), compare_generated_files(old, new, before, after), fresh)


def _specs(root: Path) -> list[Spec]:
    return [document.load(path, root) for path in sorted((root / "openapi").glob("anaplan_*.yaml"))]
