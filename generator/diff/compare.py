"""Compare the tree with an earlier version, and say what the changes mean for users."""

from collections.abc import Callable
from pathlib import Path

from ruamel.yaml.error import YAMLError

from ..lint import rules
from ..spec import document
from ..spec.document import InvalidSpecificationError, Spec
from . import changes, python_api, trees
from .generated_files import compare_generated_files, read_sources
from .report import Report
from .surface import extract_surface

# What reading a document raises that is not as OpenAPI demands.
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError, StopIteration)


def diff(root: Path, reference: str) -> Report:
    """Compare the tree with a git revision or a folder, without changing either.

    The earlier version need not follow today's rules. Raises `UnknownVersionError` where it cannot be compared for
    another reason, and `InvalidSpecificationError` if the tree cannot be generated.
    """
    with trees.open_earlier(root, reference) as old:
        before = read_earlier(old, reference)
        with trees.open_present(root) as (new, fresh):
            after = [document.load(path, new) for path in _files(new)]
            found = [*changes.compare(before, after), *compare_python(old, new, reference)]
            moved = compare_generated_files(old, new, before, after)
            return Report(reference, changes.sort_changes(found), moved, fresh)


def _files(root: Path) -> list[Path]:
    return sorted((root / "openapi").glob("anaplan_*.yaml"))


def read_earlier(root: Path, reference: str) -> list[Spec]:
    """Return the specifications of an earlier version. Raises `UnknownVersionError` for what cannot be read."""
    if not _files(root):
        raise trees.UnknownVersionError(f"{reference} has no specification openapi/anaplan_*.yaml")
    specs: list[Spec] = []
    for path in _files(root):
        file = path.relative_to(root).as_posix()
        try:
            spec = document.load(path, root)
        except (InvalidSpecificationError, YAMLError, OSError, *_UNREADABLE) as error:
            raise _incomparable(reference, file, error) from None
        for read in (extract_surface, read_sources):
            _check_readable(read, spec, reference)
        specs.append(spec)
    return specs


def _check_readable(read: Callable[[Spec], object], spec: Spec, reference: str) -> None:
    """Raise `UnknownVersionError` with the first problem of a specification that cannot be read."""
    try:
        read(spec)
    except InvalidSpecificationError as error:
        raise _incomparable(reference, spec.file, error) from None
    except _UNREADABLE as error:
        try:
            problems = rules.check(spec)
        except (InvalidSpecificationError, *_UNREADABLE):
            problems = []
        raise _incomparable(reference, spec.file, problems[0] if problems else error) from None


def compare_python(old: Path, new: Path, reference: str) -> list[changes.Change]:
    """Compare the Python half. Raises `UnknownVersionError` for a module that is not Python."""
    try:
        return python_api.compare(old, new)
    except python_api.UnreadableTreeError as error:
        raise trees.UnknownVersionError(f"{reference} cannot be compared: {error}") from None


def _incomparable(reference: str, file: str, reason: object) -> trees.UnknownVersionError:
    told = str(reason) if file in str(reason) else f"{file}: {type(reason).__name__}: {reason}"
    return trees.UnknownVersionError(f"{reference} cannot be compared: {told}")
