"""The dimensions of a model - lists, subsets, users, time, versions - and their items at this moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from ..state.items import Item
from ..state.model import Model, Tenant, top_level
from ..state.structure import Part, derive_id

LINE_ITEMS = "Line items"
DimensionKind = Literal["list", "listSubset", "lineItemSubset", "users", "time", "versions", "lineItems"]
_BUILT_IN: tuple[tuple[str, str, DimensionKind], ...] = (
    ("101999999999", "Users", "users"),
    ("20000000003", "Time", "time"),
    ("20000000020", "Versions", "versions"),
    ("20000000012", LINE_ITEMS, "lineItems"),
)


class Reference(NamedTuple):
    """A dimension without its items. `part` is its list."""

    id: str
    name: str
    kind: DimensionKind
    part: Part | None = None


@dataclass
class Dimension:
    """A dimension with its items in their order.

    `totals` are the ids of those that add others up, `ancestors` the totals that each of the others counts in.
    """

    id: str
    name: str
    items: Sequence[Item]
    totals: frozenset[str] = frozenset()
    ancestors: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """The items by id."""
        return {item.id: item for item in self.items}

    @cached_property
    def by_name(self) -> dict[str, Item]:
        """The items by name in lower case."""
        return {item.name.casefold(): item for item in self.items}

    @cached_property
    def by_code(self) -> dict[str, Item]:
        """The items by code in lower case."""
        return {item.code.casefold(): item for item in self.items if item.code}


def references(model: Model) -> Iterator[Reference]:
    """Every dimension that the model has."""
    for id, name, kind in _BUILT_IN:
        yield Reference(id, name, kind)
    subsets = dict[str, None]()
    for part in model.structure:
        if part.kind == "lists":
            yield Reference(part.id, part.name, "list", part)
            for id, name in list_subsets(part):
                yield Reference(id, f"{part.name}: {name}", "listSubset", part)
        subsets |= dict.fromkeys(part.subsets if part.kind == "lineItems" else ())
    for name in subsets:
        yield Reference(derive_id("114", name), name, "lineItemSubset")


def list_subsets(part: Part) -> list[tuple[str, str]]:
    """Ids and names of a list's subsets."""
    return [(derive_id("109", f"{part.name}: {name}"), name) for name in part.subsets]


def reference(model: Model, name: str) -> Reference:
    """The dimension of that name. ValueError if there is none."""
    for found in references(model):
        if found.name == name:
            return found
    raise ValueError(f"{name!r} is no dimension")


def load(tenant: Tenant, model: Model, found: Reference, line_items: Sequence[Part] = ()) -> Dimension:
    """A dimension with its items, those of its parents among them; `line_items` are the items of that dimension."""
    if found.part:
        dimension = _hierarchy(model, found.part)
        subset = found.name.removeprefix(f"{found.part.name}: ")
        return _members(found, dimension, subset) if found.kind == "listSubset" else dimension
    if found.kind == "time":
        return _time(model)
    if found.kind == "versions":
        items = [Item(version.id, version.name, version.code or None) for version in model.versions]
        calculated = frozenset(version.id for version in model.versions if version.formula)
        return Dimension(found.id, found.name, items, calculated)
    return Dimension(found.id, found.name, own_items(tenant, model, found, line_items))


def own_items(tenant: Tenant, model: Model, found: Reference, line_items: Sequence[Part] = ()) -> list[Item]:
    """The items of a list, a subset, the users or line items, without parents of another list."""
    if found.part:
        items = model.items_in(found.part)
        subset = found.name.removeprefix(f"{found.part.name}: ")
        if found.kind == "listSubset":
            return [item for item in items.by_id.values() if subset in item.subsets]
        total = top_level(items, found.part)
        return [*items.by_id.values(), *([total] if total else [])]
    if found.kind == "users":
        return [Item(user.id, user.email) for user in tenant.users]
    if found.kind == "lineItemSubset":
        line_items = [part for part in model.parts("lineItems") if found.name in part.subsets]
    return [Item(part.id, part.name) for part in line_items]


def _time(model: Model) -> Dimension:
    periods = model.calendar.periods()
    ancestors = defaultdict[str, list[str]](list)
    for period in periods:
        for part in period.parts:
            ancestors[part].append(period.id)
    items = [Item(period.id, period.text) for period in periods]
    return Dimension(_BUILT_IN[1][0], "Time", items, frozenset(p.id for p in periods if p.parts), ancestors)


def _members(found: Reference, dimension: Dimension, subset: str) -> Dimension:
    items = [item for item in dimension.items if subset in item.subsets and item.id not in dimension.totals]
    return Dimension(found.id, found.name, items)


def _hierarchy(model: Model, part: Part) -> Dimension:
    """The items of a list under their parents, each total after what it adds up."""
    own = model.items_in(part).by_id
    total = top_level(model.items_in(part), part)
    above = _parents(model, part)
    everything = {**own, **above}
    children = defaultdict[str | None, list[Item]](list)
    for item in everything.values():
        children[item.parent_id if item.parent_id in everything else None].append(item)
    if len(children) <= 1 and not total and not above:
        return Dimension(part.id, part.name, list(own.values()))
    ordered = list(_under(children, None))
    totals = {*above, *(id for id in children if id), *([total.id] if total else [])}
    ancestors = {id: [*_chain(everything, id), *([total.id] if total else [])] for id in own if id not in totals}
    return Dimension(part.id, part.name, [*ordered, *([total] if total else [])], frozenset(totals), ancestors)


def _parents(model: Model, part: Part) -> dict[str, Item]:
    """The items of the lists above a list."""
    found = dict[str, Item]()
    seen = {part.name}
    while (name := part.parent_list) and name not in seen:
        seen.add(name)
        part = model.part("lists", name)
        found |= model.items_in(part).by_id
    return found


def _under(children: Mapping[str | None, list[Item]], parent: str | None) -> Iterator[Item]:
    for item in children.get(parent, ()):
        yield from _under(children, item.id)
        yield item


def _chain(everything: Mapping[str, Item], id: str) -> Iterator[str]:
    parent = everything[id].parent_id
    while parent and parent in everything:
        yield parent
        parent = everything[parent].parent_id
