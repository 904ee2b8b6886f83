"""Compare the Python API of two trees by griffe, which imports nothing.

griffe compares names, parameters and bases. The types are compared here.
"""

import ast
import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import griffe
from attrs import frozen

from .annotations import Key, Role, Typed, pair, read_types
from .changes import Change, sort_changes
from .severity import PYTHON

PACKAGES = ("anaplan_client", "anaplan_ext")
# A removal from the new tree to the old one is an addition.
ADDITIONS = {
    griffe.BreakageKind.OBJECT_REMOVED: "OBJECT_ADDED",
    griffe.BreakageKind.PARAMETER_REMOVED: "PARAMETER_ADDED",
}
# A type that has more, less or other members: what a user gives may be more, and what a user gets may be less.
TYPES: dict[Role, tuple[str, str, str]] = {
    "parameter": ("PARAMETER_WIDENED_TYPE", "PARAMETER_CHANGED_TYPE", "PARAMETER_CHANGED_TYPE"),
    "return": ("RETURN_CHANGED_TYPE", "RETURN_NARROWED_TYPE", "RETURN_CHANGED_TYPE"),
    "attribute": ("ATTRIBUTE_CHANGED_TYPE", "ATTRIBUTE_CHANGED_TYPE", "ATTRIBUTE_CHANGED_TYPE"),
    "overloads": ("OVERLOAD_ADDED", "OVERLOADS_CHANGED", "OVERLOADS_CHANGED"),
}


class UnreadableTreeError(Exception):
    """A tree has a module that is not Python."""


def compare(old: Path, new: Path) -> list[Change]:
    """Return what changed in the packages of two trees, most severe first.

    Raises `UnreadableTreeError` for a module that is not Python.
    """
    before, after = _load(old), _load(new)
    trees = _Trees(old, new, _public_names([*before, *after]))
    types = [read_types(packages, trees.public_names, trees.public_name) for packages in (before, after)]
    found = [trees.type_change(*change) for change in _changed_types(*types)]
    for package in (*before, *after):
        _hide_imports(package)
    for ours, theirs in zip(before, after, strict=True):
        for item in griffe.find_breaking_changes(ours, theirs):
            if item.kind != griffe.BreakageKind.RETURN_CHANGED_TYPE:
                found.append(trees.breakage(item, item.kind.name))
        for item in griffe.find_breaking_changes(theirs, ours):
            required = isinstance(item.old_value, griffe.Parameter) and item.old_value.required
            if item.kind in ADDITIONS and not required:
                found.append(trees.breakage(item, ADDITIONS[item.kind]))
    return sort_changes(found)


def _changed_types(old: dict[Key, Typed], new: dict[Key, Typed]) -> Iterator[tuple[Key, Typed, Typed]]:
    for key in sorted(old.keys() & new.keys()):
        before, after = pair(old[key], new[key])
        if before.types != after.types:
            yield key, before, after


@frozen
class _Trees:
    """Two trees, and the public names of their objects."""

    old: Path
    new: Path
    public_names: dict[str, str]

    def breakage(self, breakage: griffe.Breakage, kind: str) -> Change:
        """Return a breakage that griffe found as a `Change`."""
        parameter = next(
            (value for value in (breakage.old_value, breakage.new_value) if isinstance(value, griffe.Parameter)), None
        )
        old, new = (_text(value, kind) for value in (breakage.old_value, breakage.new_value))
        path = self.public_name(breakage.obj.canonical_path)
        return self._change(kind, path, parameter.name if parameter is not None else "", old, new, breakage.obj)

    def type_change(self, key: Key, old: Typed, new: Typed) -> Change:
        """Return the change of a type as a `Change`."""
        path, role, name = key
        more, less, other = TYPES[role]
        if role == "overloads":
            # Only the ones that differ are told.
            before, after = ("; ".join(sorted(a.types - b.types)) for a, b in ((old, new), (new, old)))
        else:
            before, after = old.text, new.text
        if old.types and new.types:
            other = more if old.types < new.types else less if new.types < old.types else other
        return self._change(other, path, name, before or "fewer", after or "fewer", new.thing)

    def _change(
        self, kind: str, path: str, name: str, old: str, new: str, thing: griffe.Object | griffe.Alias
    ) -> Change:
        grade = PYTHON[kind]
        told = {"subject": f"`{path}`", "owner": f"`{path}`", "name": f"`{name}`"}
        return Change(
            half="python",
            rule=grade.rule,
            severity=grade.severity,
            subject=f"{path}({name})" if name else path,
            old=old,
            new=new,
            migration=grade.migration.format(**told, old=old, new=new),
            where=self._place(thing),
        )

    def public_name(self, path: str) -> str:
        """Return the public name of an object, which may be a member of one with a public name."""
        owner, rest = path, ""
        while owner and owner not in self.public_names:
            owner, _, last = owner.rpartition(".")
            rest = f".{last}{rest}"
        return f"{self.public_names[owner]}{rest}" if owner else path

    def _place(self, thing: griffe.Object | griffe.Alias) -> str:
        target = thing.final_target if isinstance(thing, griffe.Alias) else thing
        file = Path(str(target.filepath))
        root = self.new if file.is_relative_to(self.new) else self.old
        place = f"{file.relative_to(root).as_posix()}:{target.lineno or 1}"
        return place if root == self.new else f"{place} (before)"


def _text(value: object, kind: str) -> str:
    """Return what a breakage says of one of its sides, where the message about its kind has a place for that."""
    if isinstance(value, griffe.Parameter):
        value = {"PARAMETER_CHANGED_DEFAULT": value.default, "PARAMETER_CHANGED_KIND": value.kind}.get(kind, "")
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value))) or "none"
    return "" if isinstance(value, griffe.Object | griffe.Alias) else str(getattr(value, "value", value))


def _load(root: Path) -> list[griffe.Module]:
    """Read the packages of a tree. One that is missing is empty."""
    loader = griffe.GriffeLoader(search_paths=[root])
    names = [name for name in PACKAGES if (root / name).is_dir()]
    for path in (path for name in names for path in sorted((root / name).rglob("*.py"))):
        _check_readable(path, root)
    found = [loader.load(name, try_relative_path=False) for name in names]
    loader.resolve_aliases(external=False, implicit=False)
    modules = {item.name: item for item in found if isinstance(item, griffe.Module)}
    for module in modules.values():
        _mark_public(module)
    return [modules.get(name) or _missing(name, root, loader) for name in PACKAGES]


def _missing(name: str, root: Path, loader: griffe.GriffeLoader) -> griffe.Module:
    return griffe.Module(name, filepath=root / name / "__init__.py", modules_collection=loader.modules_collection)


def _check_readable(path: Path, root: Path) -> None:
    """Raise `UnreadableTreeError` for a module that griffe would leave out, and so report as removed."""
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise UnreadableTreeError(f"{path.relative_to(root).as_posix()} is not Python: {error}") from None


def _mark_public(module: griffe.Module) -> bool:
    """Make private what a module does not export. Return whether the module has anything public."""
    inner = [_mark_public(child) for name, child in module.modules.items() if not name.startswith("_")]
    exported = {str(name) for name in module.exports or ()}
    for name, member in module.members.items():
        if not isinstance(member, griffe.Alias | griffe.Module):
            member.public = name in exported
    module.public = module.exports is not None or any(inner)
    return module.public


def _hide_imports(module: griffe.Module) -> None:
    """Remove what a module imports and does not export: griffe would compare it."""
    exported = {str(name) for name in module.exports or ()}
    classes = [member for member in module.members.values() if isinstance(member, griffe.Class)]
    # Classes have the members of their bases only if griffe finds these.
    bases = {str(base).partition(".")[0] for item in classes for base in item.bases}
    for name, member in list(module.members.items()):
        if isinstance(member, griffe.Alias) and name not in exported | bases:
            del module.members[name]
        elif isinstance(member, griffe.Module) and not name.startswith("_"):
            _hide_imports(member)


def _public_names(packages: Iterable[griffe.Module]) -> dict[str, str]:
    """Return the shortest name that a module exports, by the full name of what it stands for."""
    names: dict[str, str] = {}
    for full, public in sorted(_exports(packages), key=lambda pair: -len(pair[1])):
        names[full] = public
    return names


def _exports(modules: Iterable[griffe.Module]) -> Iterator[tuple[str, str]]:
    for module in modules:
        for name in module.exports or ():
            with contextlib.suppress(KeyError, griffe.AliasResolutionError):
                yield module.members[str(name)].canonical_path, f"{module.path}.{name}"
        yield from _exports(child for child in module.modules.values() if child.public)
