"""Compare two versions of the specifications, and grade each change by the table in `severity`."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias, cast

from attrs import evolve, frozen

from ..spec.document import Spec
from ..spec.split_operations import iter_functions
from . import severity as severities
from .element import Element
from .facts import Told
from .normal import find_directions
from .renames import Renames, apply_renames, find_renames
from .surface import Surface, extract_surface
from .tightness import compare as compare_tightness

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
    unchanged = {spec.name for spec in old if spec.name in new_by_name and _same(spec, new_by_name[spec.name])}
    before: Surface = {}
    after: Surface = {}
    found: list[Change] = []
    for spec in old:
        if spec.name in new_by_name and spec.name not in unchanged:
            names = find_renames(spec, new_by_name[spec.name])
            found += _renamed(new_by_name[spec.name], names)
            before |= extract_surface(apply_renames(spec, names))
        elif spec.name not in unchanged:
            before |= extract_surface(spec)
    for spec in new:
        after |= extract_surface(spec) if spec.name not in unchanged else {}
    found += _fold(_changes(_with_new_names(before, after), after))
    return sort_changes(found)


def _same(old: Spec, new: Spec) -> bool:
    # The order of media types counts.
    return json.dumps(old.node, default=str) == json.dumps(new.node, default=str)


def _with_new_names(before: Surface, after: Surface) -> Surface:
    """Return the earlier elements with the arguments of paths under their new names, which are not sent."""
    names = {element.position: element.key for element in after.values() if element.position}
    renamed = {
        element.key: names[element.position]
        for element in before.values()
        if element.position in names and element.identity not in after
    }
    moved = (evolve(item, key=renamed[item.key]) if item.key in renamed else item for item in before.values())
    return {element.identity: element for element in moved}


def sort_changes(changes: Iterable[Change]) -> list[Change]:
    """Sort changes by severity, then by name."""
    return sorted(
        changes, key=lambda item: (severities.SEVERITIES.index(item.severity), item.subject, item.rule, item.where)
    )


def _graded(grade: severities.Grade, element: Element, old: object = "", new: object = "", detail: str = "") -> Change:
    words = {"subject": element.subject, "owner": element.owner, "name": element.name}
    told = {key: f"`{word}`" for key, word in words.items()}
    return Change(
        half="specification",
        rule=grade.rule,
        severity=grade.severity,
        subject=element.subject,
        old=_text(old),
        new=_text(new),
        migration=grade.migration.format(**told, what=detail, old=_text(old), new=_text(new)),
        where=element.where,
    )


def _changes(before: Surface, after: Surface) -> Iterator[tuple[Element, str, Change]]:
    # What came, went, or became something else as a whole is told once, without its parts.
    wholes = {None, *(key for key in before.keys() & after.keys() if _whole(before[key]) == _whole(after[key]))}
    for identity, element in before.items():
        if identity not in after and element.parent in wholes and element.is_told_alone:
            gone = evolve(element, where=f"{element.where} (before)")
            yield element, "", _graded(_grade(element, "", "removed"), gone, element.facts.get("request", ""))
    for identity, element in after.items():
        if identity in before:
            yield from _differences(before[identity], element)
        elif element.parent in wholes and element.is_told_alone:
            change = "added-required" if element.facts.get("required") else "added"
            yield element, "", _graded(_grade(element, "", change), element)


def _differences(old: Element, new: Element) -> Iterator[tuple[Element, str, Change]]:
    place = evolve(new, where=new.home or new.where)
    if _whole(old) != _whole(new) and "kind" in new.facts:
        yield new, "", _compared("kind", old, new, place)
        return
    for fact in sorted(old.facts.keys() | new.facts.keys()):
        before, after = old.facts.get(fact), new.facts.get(fact)
        if before == after or _is_told(fact, old, new):
            continue
        if isinstance(after, Told) and after.home:
            yield evolve(new, home=after.home), fact, _compared(fact, old, new, evolve(place, where=after.home))
        else:
            yield new, fact, _compared(fact, old, new, place)


def _is_told(fact: str, old: Element, new: Element) -> bool:
    """Return whether another fact tells this one."""
    if fact.startswith("choices"):
        return old.facts.get("type") != new.facts.get("type")
    if fact == "media-default":
        return old.facts.get(fact) not in cast("frozenset[str]", new.facts["media"])
    if fact == "public":
        return old.facts["authorization"] != new.facts["authorization"]
    return fact == "security" and any(old.facts[other] != new.facts[other] for other in ("authorization", "public"))


def _compared(fact: str, old: Element, new: Element, place: Element) -> Change:
    before, after = old.facts.get(fact), new.facts.get(fact)
    what, _, detail = fact.partition(" ")
    grade = _grade(new, what, compare_tightness(what, before, after))
    return _graded(grade, place, before, after, detail)


def _whole(element: Element) -> object:
    """Return what an element is as a whole: with another one, its parts are not compared."""
    return {fact: value for fact, value in element.facts.items() if fact.partition(" ")[0] in ("kind", "enum")}


def _grade(element: Element, what: str, change: str) -> severities.Grade:
    return severities.find_grade(element.kind, element.direction, what, change)


def _text(value: object) -> str:
    if value is None or value == frozenset():
        return "nothing"
    if isinstance(value, frozenset):
        return ", ".join(sorted(cast("frozenset[str]", value)))
    if isinstance(value, tuple):
        bounds = cast("tuple[tuple[str, object], ...]", value)
        return ", ".join(f"{key} {bound}" for key, bound in bounds) or "no limits"
    return value.text if isinstance(value, Told) else str(value)


def _fold(found: Iterable[tuple[Element, str, Change]]) -> Iterator[Change]:
    """Merge the changes that one shared part causes: the same rule at the same place."""
    groups: defaultdict[tuple[str, ...], list[tuple[Element, Change]]] = defaultdict(list)
    for element, fact, change in found:
        alone = "" if element.home else change.subject
        groups[change.rule, fact, change.where, change.old, change.new, alone].append((element, change))
    for group in groups.values():
        element, change = group[0]
        count = len(group) - 1
        named = element.owner if f"`{element.owner}`" in change.migration else element.subject
        others = f"`{named}` and {count} other{'s' if count > 1 else ''}" if count else f"`{named}`"
        yield evolve(change, others=count, migration=change.migration.replace(f"`{named}`", others))


def _renamed(new: Spec, names: Renames) -> Iterator[Change]:
    pointers = {operation.id: operation.pointer for operation in iter_functions(new)}
    classes = set(new.schemas) - find_directions(new)["error"]
    operations = [("operation", pair, new.name, pointers[pair[1]]) for pair in names.operations.items()]
    schemas = [
        ("schema", pair, f"{new.name}.models", ("components", "schemas", pair[1]))
        for pair in names.schemas.items()
        if pair[1] in classes
    ]
    for kind, (before, after), owner, pointer in [*operations, *schemas]:
        where = f"{new.file}:{new.line(pointer)}"
        element = Element(kind=kind, key=after, subject=f"{owner}.{after}", where=where)
        grade = _grade(element, "", "renamed")
        yield _graded(grade, element, f"{owner}.{before}", f"{owner}.{after}")
