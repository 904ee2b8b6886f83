"""What changed in the Python surface between two trees: read by griffe, without importing anything.

griffe compares parameters. That it says nothing of annotations, values and additions is made up for here: a typed
client promises them as well.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import griffe
from attrs import frozen

from . import severity as severities
from .changes import Change, in_order
from .python_items import Item, Items, load, reachable, spelled

RECORDS = ("frozen", "define", "dataclass")
NAME = r"[\w.]+"


def compare(old: Path, new: Path) -> list[Change]:
    """Returns what changed in the packages of two trees, the gravest first."""
    old_packages, new_packages = load(old), load(new)
    before, after = reachable(old_packages), reachable(new_packages)
    report = _Report(old, new, frozenset(item.thing.canonical_path for item in after.values()))
    found = [*_gone(before, after, report), *_new(before, after, report)]
    for path in before.keys() & after.keys():
        found += _differences(before[path], after[path], report)
    for ours, theirs in zip(old_packages, new_packages, strict=True):
        found += _parameters(ours, theirs, after, report)
    return in_order(_once(found))


def _once(changes: list[Change]) -> Iterable[Change]:
    """Tells each change by the shortest path of several."""
    found: dict[tuple[str, ...], Change] = {}
    for item in sorted(changes, key=lambda item: (len(item.subject), item.subject)):
        last = item.subject.rpartition(".")[2]
        found.setdefault((item.rule, item.where, last, item.old, item.new), item)
    return found.values()


@frozen
class _Report:
    """Makes changes, with places relative to the trees."""

    old: Path
    new: Path
    present: frozenset[str]
    """The full names of all that users can reach now."""

    def change(self, kind: str, item: Item, name: str = "", old: object = "", new: object = "") -> Change:
        """`name` is of a parameter of the item."""
        grade = severities.PYTHON[kind]
        owner = f"`{item.path}`"
        return Change(
            half="python",
            rule=grade.rule,
            severity=grade.severity,
            subject=f"{item.path}({name})" if name else item.path,
            old=str(old),
            new=str(new),
            migration=grade.migration.format(subject=owner, owner=owner, name=f"`{name}`", old=old, new=new),
            where=self._place(item.thing),
        )

    def same(self, old: str, new: str) -> bool:
        """Whether two types are one, which may have moved to another module."""
        gone = set(re.findall(NAME, old)) - set(re.findall(NAME, new))
        return _union(old) == _union(new) or (_union(_short(old)) == _union(_short(new)) and not gone & self.present)

    def _place(self, thing: griffe.Object) -> str:
        file = Path(str(thing.filepath))
        root = self.new if file.is_relative_to(self.new) else self.old
        place = f"{file.relative_to(root).as_posix()}:{thing.lineno or 1}"
        return place if root == self.new else f"{place} (before)"


def _gone(before: Items, after: Items, report: _Report) -> Iterator[Change]:
    for path, item in before.items():
        if path not in after and (item.parent not in before or item.parent in after):
            yield report.change("OBJECT_REMOVED", item)


def _new(before: Items, after: Items, report: _Report) -> Iterator[Change]:
    for path, item in after.items():
        if path in before or (item.parent in after and item.parent not in before):
            continue
        owner = after.get(item.parent)
        if owner is not None and _must_be_given(item.thing, owner.thing):
            yield report.change("PARAMETER_ADDED_REQUIRED", owner, item.thing.name)
        else:
            yield report.change("OBJECT_ADDED", item)


def _must_be_given(thing: griffe.Object, owner: griffe.Object) -> bool:
    """Whether something new is a field that whoever makes a record has to give; answers are made by the client."""
    if not isinstance(thing, griffe.Attribute) or not isinstance(owner, griffe.Class) or "from_dict" in owner.members:
        return False
    decorators = " ".join(str(decorator.value) for decorator in owner.decorators)
    return thing.value is None and "property" not in thing.labels and any(word in decorators for word in RECORDS)


def _differences(old: Item, new: Item, report: _Report) -> Iterator[Change]:
    before, after = old.thing, new.thing
    if before.kind != after.kind:
        yield report.change("OBJECT_CHANGED_KIND", new, "", before.kind.value, after.kind.value)
    elif isinstance(before, griffe.Class) and isinstance(after, griffe.Class):
        kept = [spelled(base) for base in after.bases]
        for base in map(spelled, before.bases):
            if not any(report.same(base, other) for other in kept):
                yield report.change("CLASS_REMOVED_BASE", new, "", _short(base))
    elif isinstance(before, griffe.Function) and isinstance(after, griffe.Function):
        yield from _signatures(before, after, new, report)
    elif isinstance(before, griffe.Attribute) and isinstance(after, griffe.Attribute):
        types = spelled(before.annotation), spelled(after.annotation)
        if not report.same(*types):
            yield report.change("ATTRIBUTE_CHANGED_TYPE" if types[0] else "ATTRIBUTE_TYPED", new, "", *_told(*types))
        elif str(before.value) != str(after.value):
            yield report.change("ATTRIBUTE_CHANGED_VALUE", new, "", before.value, after.value)


def _signatures(before: griffe.Function, after: griffe.Function, item: Item, report: _Report) -> Iterator[Change]:
    old, new = _each(before, _returns), _each(after, _returns)
    if not report.same(old, new):
        kind = "RETURN_NARROWED" if _covers(old, new) else "RETURN_CHANGED_TYPE"
        yield report.change(kind, item, "", *_told(old, new))
    names = {parameter.name: parameter for parameter in before.parameters}
    for parameter in after.parameters:
        if parameter.name not in names:
            if not parameter.required:
                yield report.change("PARAMETER_ADDED", item, parameter.name)
            continue
        old, new = (_each(side, _typed(parameter.name)) for side in (before, after))
        if not report.same(old, new):
            # What one of the overloads takes, the function takes.
            wider = _covers(*(types.replace(" or ", " | ") for types in (new, old)))
            kind = "PARAMETER_WIDENED" if wider else "PARAMETER_CHANGED_TYPE"
            yield report.change(kind, item, parameter.name, *_told(old, new))


def _each(function: griffe.Function, part: Callable[[griffe.Function], str]) -> str:
    """A part of a function and of its overloads."""
    parts = [part(side) for side in (function.overloads or [function])]
    return " or ".join(dict.fromkeys(filter(None, parts)))


def _covers(wide: str, narrow: str) -> bool:
    """Whether each type of a union is in another one."""
    return _union(narrow) < _union(wide)


def _union(annotation: str) -> frozenset[str]:
    """The types of a union; each value of a `Literal` is one."""
    literal = r"([\w.]*Literal)\[([^\]]*)\]"
    values = re.sub(
        literal, lambda found: " | ".join(f"{found[1]}[{value}]" for value in found[2].split(", ")), annotation
    )
    return frozenset(values.split(" | "))


def _returns(function: griffe.Function) -> str:
    return spelled(function.returns)


def _typed(name: str) -> Callable[[griffe.Function], str]:
    return lambda side: "".join(spelled(entry.annotation) for entry in side.parameters if entry.name == name)


def _told(old: str, new: str) -> tuple[str, str]:
    """Two types for people: without the modules, unless these are the difference."""
    short = _short(old), _short(new)
    return short if short[0] != short[1] else (old, new)


def _short(annotation: str) -> str:
    """Without the modules, for people."""
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", annotation) or "untyped"


def _parameters(old: griffe.Module, new: griffe.Module, items: Items, report: _Report) -> Iterator[Change]:
    by_place = {item.thing.canonical_path: item for item in sorted(items.values(), key=lambda item: -len(item.path))}
    for breakage in griffe.find_breaking_changes(old, new):
        item = by_place.get(breakage.obj.canonical_path)
        if item is None or not breakage.kind.name.startswith("PARAMETER_"):
            continue
        before, after = breakage.old_value, breakage.new_value
        name = (before or after).name
        part = {"PARAMETER_CHANGED_DEFAULT": "default", "PARAMETER_CHANGED_KIND": "kind"}.get(breakage.kind.name)
        told = [_part(side, part) for side in (before, after)] if part else ["", ""]
        yield report.change(breakage.kind.name, item, name, *told)


def _part(parameter: griffe.Parameter, part: str) -> str:
    value = getattr(parameter, part)
    return str(getattr(value, "value", value))
