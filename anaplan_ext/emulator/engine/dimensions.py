"""The dimensions of a model (lists, subsets, users, time, versions) with their current items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from attrs import define, field

from ..state.items import Item
from ..state.model import Model
from ..state.structure import Part, derive_id, find_total
from ..state.tenant import Tenant

LINE_ITEMS = "Line items"
DimensionKind = Literal["list", "listSubset", "lineItemSubset", "users", "time", "versions", "lineItems"]
_BUILT_IN: tuple[tuple[str, str, DimensionKind], ...] = (
    ("101999999999", "Users", "users"),
    ("20000000003", "Time", "time"),
    ("20000000020", "Versions", "versions"),
    ("20000000012", LINE_ITEMS, "lineItems"),
)


class DimensionRef(NamedTuple):
    """A dimension without its items. `part` is its list."""

    id: str
    name: str
    kind: DimensionKind
    part: Part | None = None


@define(slots=False)
class Dimension:
    """A dimension with its ordered items.

    `totals` are the ids of aggregate items, `ancestors` the totals that include each other item.
    """

    id: str
    name: str
    items: Sequence[Item]
    totals: frozenset[str] = frozenset()
    ancestors: Mapping[str, Sequence[str]] = field(factory=dict[str, Sequence[str]])

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


def iter_dimensions(model: Model) -> Iterator[DimensionRef]:
    """Iterate over the dimensions of the model."""
    for built_in in _BUILT_IN:
        yield DimensionRef(*built_in)
    subsets = dict[str, None]()
    for part in model.structure:
        if part.kind == "lists":
            yield DimensionRef(part.id, part.name, "list", part)
            for subset_id, name in list_subsets(part):
                yield DimensionRef(subset_id, f"{part.name}: {name}", "listSubset", part)
        subsets |= dict.fromkeys(part.subsets if part.kind == "lineItems" else ())
    for name in subsets:
        yield DimensionRef(derive_id("114", name), name, "lineItemSubset")


def list_subsets(part: Part) -> list[tuple[str, str]]:
    """List ids and names of a list's subsets."""
    return [(derive_id("109", f"{part.name}: {name}"), name) for name in part.subsets]


def find_dimension(model: Model, name: str) -> DimensionRef:
    """Find a dimension by name. ValueError if there is none."""
    for ref in iter_dimensions(model):
        if ref.name == name:
            return ref
    raise ValueError(f"name must be a dimension of the model (got {name!r})")


def load_dimension(tenant: Tenant, model: Model, ref: DimensionRef, line_items: Sequence[Part] = ()) -> Dimension:
    """Load a dimension with its items and their parents. `line_items` are the items of that dimension."""
    if ref.part:
        dimension = _load_list(model, ref.part)
        subset = ref.name.removeprefix(f"{ref.part.name}: ")
        return _load_subset(ref, dimension, subset) if ref.kind == "listSubset" else dimension
    if ref.kind == "time":
        return _load_time(model)
    if ref.kind == "versions":
        items = [Item(version.id, version.name, version.code or None) for version in model.versions]
        calculated = frozenset(version.id for version in model.versions if version.formula)
        return Dimension(ref.id, ref.name, items, calculated)
    return Dimension(ref.id, ref.name, list_own_items(tenant, model, ref, line_items))


def list_own_items(tenant: Tenant, model: Model, ref: DimensionRef, line_items: Sequence[Part] = ()) -> list[Item]:
    """List the items of a list, a subset, the users or line items, without parents of another list."""
    if ref.part:
        items = model.items_in(ref.part)
        subset = ref.name.removeprefix(f"{ref.part.name}: ")
        if ref.kind == "listSubset":
            return [item for item in items.by_id.values() if subset in item.subsets]
        total = find_total(items, ref.part)
        return [*items.by_id.values(), *([total] if total else [])]
    if ref.kind == "users":
        return [Item(user.id, user.email) for user in tenant.users]
    if ref.kind == "lineItemSubset":
        line_items = [part for part in model.parts("lineItems") if ref.name in part.subsets]
    return [Item(part.id, part.name) for part in line_items]


def _load_time(model: Model) -> Dimension:
    periods = model.calendar.periods()
    ancestors = defaultdict[str, list[str]](list)
    for period in periods:
        for part in period.parts:
            ancestors[part].append(period.id)
    items = [Item(period.id, period.text) for period in periods]
    totals = frozenset(period.id for period in periods if period.parts)
    return Dimension(_BUILT_IN[1][0], "Time", items, totals, ancestors)


def _load_subset(ref: DimensionRef, dimension: Dimension, subset: str) -> Dimension:
    items = [item for item in dimension.items if subset in item.subsets and item.id not in dimension.totals]
    return Dimension(ref.id, ref.name, items)


def _load_list(model: Model, part: Part) -> Dimension:
    """Load the items of a list below their parents, each total after its items."""
    own = model.items_in(part).by_id
    total = find_total(model.items_in(part), part)
    last = [total] if total else []
    ancestor_items = _find_ancestor_items(model, part)
    all_items = {**own, **ancestor_items}
    children = defaultdict[str | None, list[Item]](list)
    for item in all_items.values():
        children[item.parent_id if item.parent_id in all_items else None].append(item)
    if len(children) <= 1 and not total and not ancestor_items:
        return Dimension(part.id, part.name, list(own.values()))
    ordered = list(_iter_depth_first(children, None))
    last_id = [item.id for item in last]
    totals = frozenset((*ancestor_items, *(parent for parent in children if parent), *last_id))
    leaves = [item_id for item_id in own if item_id not in totals]
    ancestors = {leaf: [*_iter_ancestors(all_items, leaf), *last_id] for leaf in leaves}
    return Dimension(part.id, part.name, [*ordered, *last], totals, ancestors)


def _find_ancestor_items(model: Model, part: Part) -> dict[str, Item]:
    """Collect the items of the lists above a list."""
    items = dict[str, Item]()
    visited = {part.name}
    while (name := part.parent_list) and name not in visited:
        visited.add(name)
        part = model.part("lists", name)
        items |= model.items_in(part).by_id
    return items


def _iter_depth_first(children: Mapping[str | None, list[Item]], parent: str | None) -> Iterator[Item]:
    for item in children.get(parent, ()):
        yield from _iter_depth_first(children, item.id)
        yield item


def _iter_ancestors(all_items: Mapping[str, Item], item_id: str) -> Iterator[str]:
    parent = all_items[item_id].parent_id
    while parent and parent in all_items:
        yield parent
        parent = all_items[parent].parent_id
