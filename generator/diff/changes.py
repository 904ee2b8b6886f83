"""Compare two versions of the specifications, and grade each change by the table in `severity`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, TypeAlias, cast

from attrs import evolve, frozen

from ..spec.document import Spec
from ..spec.split_operations import iter_functions
from . import severity as severities
from .renames import Renames, apply_renames, find_renames
from .surface import BOUNDS, Element, Surface, extract_surface

Half: TypeAlias = Literal["specification", "python"]


@frozen(kw_only=True)
class Change:
    """A change, and what it means for users."""

    half: Half
    rule: str
    severity: severities.Severity
    subject: str
    others: int = 0
    """How many other places have the same change, because they share a part."""
    old: str = ""
    new: str = ""
    migration: str
    where: str
    """File and line. For a removal, those of the earlier version."""


def compare(old: Sequence[Spec], new: Sequence[Spec]) -> list[Change]:
    """Return what changed between two sets of specifications, most severe first."""
    new_by_name = {spec.name: spec for spec in new}
    before: Surface = {}
    after: Surface = {}
    found: list[Change] = []
    for spec in old:
        if spec.name in new_by_name:
            names = find_renames(spec, new_by_name[spec.name])
            found += _renamed(new_by_name[spec.name], names)
            before |= extract_surface(apply_renames(spec, names))
        else:
            before |= extract_surface(spec)
    for spec in new:
        after |= extract_surface(spec)
    found += _fold(_changes(before, after))
    return sort_changes(found)


def sort_changes(changes: Iterable[Change]) -> list[Change]:
    """Sort changes by severity, then by name."""
    return sorted(
        changes, key=lambda item: (severities.SEVERITIES.index(item.severity), item.subject, item.rule, item.where)
    )


def _graded(grade: severities.Grade, element: Element, old: object = "", new: object = "") -> Change:
    words = {"subject": element.subject, "owner": element.owner, "name": element.name}
    told = {key: f"`{word}`" for key, word in words.items()}
    return Change(
        half="specification",
        rule=grade.rule,
        severity=grade.severity,
        subject=element.subject,
        old=_text(old),
        new=_text(new),
        migration=grade.migration.format(**told, old=_text(old), new=_text(new)),
        where=element.where,
    )


def _changes(before: Surface, after: Surface) -> Iterator[tuple[Element, Change]]:
    # What came, went, or became something else as a whole is told once, without its parts.
    wholes = {None, *(key for key in before.keys() & after.keys() if _kind_of(before[key]) == _kind_of(after[key]))}
    for identity, element in before.items():
        if identity not in after and element.parent in wholes:
            gone = evolve(element, where=f"{element.where} (before)")
            yield element, _graded(_grade(element, "", "removed"), gone, element.facts.get("request", ""))
    for identity, element in after.items():
        if identity in before:
            yield from _differences(before[identity], element)
        elif element.parent in wholes:
            change = "added-required" if element.facts.get("required") else "added"
            yield element, _graded(_grade(element, "", change), element)


def _differences(old: Element, new: Element) -> Iterator[tuple[Element, Change]]:
    place = evolve(new, where=new.home or new.where)
    for what, value in new.facts.items():
        before = old.facts[what]
        if before != value:
            # A default that went with its media type is told by that.
            if what == "default" and before not in cast("frozenset[str]", new.facts["media"]):
                continue
            change = "changed" if what not in _COMPARED else _COMPARED[what](before, value)
            yield new, _graded(_grade(new, what, change), place, before, value)


def _kind_of(element: Element) -> object:
    return element.facts.get("kind")


def _grade(element: Element, what: str, change: str) -> severities.Grade:
    return severities.find_grade(element.kind, element.direction, what, change)


def _flag(old: object, new: object) -> str:
    return "tightened" if new else "loosened"


def _kind(old: object, new: object) -> str:
    wider = frozenset(str(old).split(" | ")) < frozenset(str(new).split(" | "))
    return "loosened" if wider or (old, new) == ("int", "float") else "changed"


def _accept(old: object, new: object) -> str:
    """Compare media types. The first one is the default of the request."""
    before, after = str(old).split(", "), str(new).split(", ")
    if before[0] != after[0]:
        return "changed"
    return _media(frozenset(before), frozenset(after))


def _media(old: Any, new: Any) -> str:
    return "loosened" if old < new else "tightened" if new < old else "changed"


def _bounds(old: Any, new: Any) -> str:
    before, after = dict(old), dict(new)
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key) and key in after:
            tighter = key not in before or key not in BOUNDS or (after[key] - before[key]) * BOUNDS[key] > 0
            if tighter:
                return "tightened"
    return "loosened"


_COMPARED = {
    **dict.fromkeys(("required", "authorization", "deprecated"), _flag),
    "type": _kind,
    "media": _media,
    "accept": _accept,
    "limit": _bounds,
}


def _text(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(cast("frozenset[str]", value)))
    if isinstance(value, tuple):
        bounds = cast("tuple[tuple[str, object], ...]", value)
        return ", ".join(f"{key} {bound}" for key, bound in bounds) or "no limits"
    return str(value)


def _fold(found: Iterable[tuple[Element, Change]]) -> Iterator[Change]:
    """Merge the changes that one shared part causes: the same rule at the same place."""
    groups: defaultdict[tuple[str, ...], list[tuple[Element, Change]]] = defaultdict(list)
    for element, change in found:
        alone = "" if element.home else change.subject
        groups[change.rule, change.where, change.old, change.new, alone].append((element, change))
    for group in groups.values():
        element, change = group[0]
        if len(group) == 1:
            yield change
        else:
            owner, count = f"`{element.owner}`", len(group) - 1
            others = f"{owner} and {count} other{'s' if count > 1 else ''}"
            yield evolve(change, others=count, migration=change.migration.replace(owner, others))


def _renamed(new: Spec, names: Renames) -> Iterator[Change]:
    pointers = {operation.id: operation.pointer for operation in iter_functions(new)}
    operations = [("operation", pair, new.name, pointers[pair[1]]) for pair in names.operations.items()]
    schemas = [
        ("schema", pair, f"{new.name}.models", ("components", "schemas", pair[1])) for pair in names.schemas.items()
    ]
    for kind, (before, after), owner, pointer in [*operations, *schemas]:
        where = f"{new.file}:{new.line(pointer)}"
        element = Element(kind=kind, key=after, subject=f"{owner}.{after}", where=where)
        grade = _grade(element, "", "renamed")
        yield _graded(grade, element, f"{owner}.{before}", f"{owner}.{after}")
