"""What users of the Python packages can reach: what a module exports, and the types that this mentions."""

import ast
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import griffe
from attrs import frozen

PACKAGES = ("anaplan_client", "anaplan_ext")


@frozen
class Item:
    """Something that users can reach by a path, and the path of what it is part of."""

    path: str
    parent: str
    thing: griffe.Object


Items: TypeAlias = dict[str, Item]


def load(root: Path) -> list[griffe.Module]:
    """Reads the packages of a tree, without importing anything; one that is missing is empty."""
    loader = griffe.GriffeLoader(search_paths=[root])
    names = [name for name in PACKAGES if (root / name).is_dir()]
    found = [loader.load(name, try_relative_path=False) for name in names]
    loader.resolve_aliases(external=False, implicit=False)
    modules = {item.name: item for item in found if isinstance(item, griffe.Module)}
    return [modules.get(name) or griffe.Module(name, filepath=root / name / "__init__.py") for name in PACKAGES]


def reachable(packages: list[griffe.Module]) -> Items:
    """Returns what users can reach, by every path that leads to it."""
    found: Items = {}
    waiting: deque[Item] = deque(Item(package.path, "", package) for package in packages)
    while waiting:
        item = waiting.popleft()
        # A module that exports nothing is only where things are.
        if not isinstance(item.thing, griffe.Module) or item.thing.exports is not None:
            found[item.path] = item
        waiting.extend(_members(item))
        if not waiting:
            waiting.extend(_mentioned(found, packages))
    return found


def spelled(annotation: str | griffe.Expr | None) -> str:
    """The text of a type with full names, however a module imports them, and type aliases put in."""
    if annotation is None or isinstance(annotation, str):
        return annotation or ""
    if isinstance(annotation, griffe.ExprName | griffe.ExprAttribute):
        return _named(annotation)
    if isinstance(annotation, griffe.ExprSubscript):
        # A generic alias is not put in: its parameters are given here.
        return f"{_full(annotation.left)}[{spelled(annotation.slice)}]"
    return "".join(spelled(part) for part in annotation.iterate(flat=False))


def _members(item: Item) -> Iterator[Item]:
    scope = item.thing
    exports = {str(name) for name in scope.exports or ()}
    for name, member in scope.all_members.items():
        thing = _target(member)
        if thing is None:
            continue
        public = name in exports if isinstance(scope, griffe.Module) else not name.startswith("_")
        inner_module = isinstance(thing, griffe.Module) and not member.is_alias and not name.startswith("_")
        # What a record is made with is told by its fields.
        written = name == "__init__" and isinstance(scope, griffe.Class) and thing.lineno is not None
        if public or inner_module or written:
            yield Item(f"{item.path}.{name}", item.path, thing)


def _mentioned(found: Items, packages: list[griffe.Module]) -> Iterator[Item]:
    """The public classes that annotations name, although no module exports them."""
    known = {item.thing.canonical_path for item in found.values()}
    names = {name for item in found.values() for text in _types(item.thing) for name in re.findall(r"[\w.]+", text)}
    for name in sorted(names - known):
        package = next((package for package in packages if name.startswith(f"{package.name}.")), None)
        if package is not None and "._" not in name:
            yield Item(name, "", package.modules_collection[name])


def _types(thing: griffe.Object) -> Iterator[str]:
    if isinstance(thing, griffe.Function):
        yield spelled(thing.returns)
        yield from (spelled(parameter.annotation) for parameter in thing.parameters)
    elif isinstance(thing, griffe.Attribute):
        yield spelled(thing.annotation)


def _named(name: griffe.ExprName | griffe.ExprAttribute) -> str:
    thing = _stands_for(name)
    if isinstance(thing, griffe.Attribute) and "TypeAlias" in str(thing.annotation):
        value = thing.value
        if isinstance(value, str) and value[:1] in "'\"" and thing.parent is not None:
            value = griffe.get_annotation(ast.parse(value.strip("'\""), mode="eval").body, parent=thing.parent)
        return spelled(value)
    return _full(name)


def _full(name: str | griffe.Expr) -> str:
    if not isinstance(name, griffe.ExprName | griffe.ExprAttribute):
        return spelled(name)
    thing = _stands_for(name)
    return name.canonical_path if thing is None else thing.canonical_path


def _stands_for(name: griffe.ExprName | griffe.ExprAttribute) -> griffe.Object | None:
    """What a name means, if it is in one of the packages."""
    scope = name.first if isinstance(name, griffe.ExprAttribute) else name
    parent = getattr(scope, "parent", None)
    try:
        return _target(parent.modules_collection[name.canonical_path]) if isinstance(parent, griffe.Object) else None
    except KeyError:
        return None


def _target(member: griffe.Object | griffe.Alias) -> griffe.Object | None:
    if not isinstance(member, griffe.Alias):
        return member
    try:
        return member.final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
