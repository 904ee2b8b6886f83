"""Changes of a model's structure: of its parts, its views, and the items that a revision brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from .items import Items
from .structure import Kind, Part, RecordedItems, Revision, Structure
from .views import View


def move_part(structure: Structure, part: Part, after: Part | None) -> Structure:
    """Return the structure with a part moved after another one, or before all of its kind and module."""
    others = [other for other in structure if other is not part]
    near = (other for other in others if (other.kind, other.module) == (part.kind, part.module))
    first = next(near, None)
    if after is None and first is None:
        return structure
    position = others.index(after) + 1 if after else others.index(first) if first else 0
    return (*others[:position], part, *others[position:])


def change_part(part: Part, properties: Mapping[str, str], names: Mapping[str, tuple[str, ...]]) -> Part:
    """Return the part with other values of some properties."""
    return evolve(part, properties={**part.properties, **properties}, names={**part.names, **names})


def rename_part(structure: Structure, old: Part, new_name: str) -> Structure:
    """Return the structure with a renamed part, and with its new name in all parts that refer to it."""
    renamed = (evolve(part, name=new_name) if part is old else part for part in structure)
    structure = tuple(
        evolve(part, module=new_name) if _belongs_to(part, old.kind, old.name) else part for part in renamed
    )
    return _replace_in_all(structure, old, new_name)


def remove_part(structure: Structure, old: Part) -> Structure:
    """Return the structure without a part, the parts of a removed module or list, and references to it."""
    kept = (part for part in structure if part is not old and not _belongs_to(part, old.kind, old.name))
    return _replace_in_all(tuple(kept), old, "")


def record_items(structure: Structure, stores: Mapping[str, Items]) -> RecordedItems:
    """Return the items that a revision records: those of lists without production data."""
    lists = (part for part in structure if part.kind == "lists" and not part.production and part.id in stores)
    by_list = {part.id: tuple(stores[part.id].by_id.values()) for part in lists}
    return {list_id: items for list_id, items in by_list.items() if items}


def apply_items(stores: dict[str, Items], old: RecordedItems, new: Revision) -> None:
    """Add, replace and remove items by the differences between two revisions. Production lists are left alone."""
    production = {part.id for part in new.structure if part.kind == "lists" and part.production}
    for list_id in {**old, **new.items}.keys() - production:
        before, after = ({item.id: item for item in items.get(list_id, ())} for items in (old, new.items))
        store = stores.setdefault(list_id, Items("2" + list_id[-5:]))
        for item_id in before.keys() - after.keys():
            store.discard(item_id)
        for item in after.values():
            if before.get(item.id) != item:
                store.discard(item.id)
                store.put(item)
        store.next_index = max([store.next_index, *(int(item_id[-6:]) + 1 for item_id in after)])


def names_in_view(view: View, kind: Kind) -> tuple[str, ...]:
    """Return the names of a view's module or dimensions."""
    return {"modules": (view.module,), "lists": (*view.rows, *view.columns, *view.pages)}.get(kind, ())


def rename_in_view(view: View, kind: Kind, old: str, new: str) -> View:
    """Rename a view's module or a list on its axes."""
    if old not in names_in_view(view, kind):
        return view
    if kind == "modules":
        return evolve(view, module=new)

    def renamed(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(new if name == old else name for name in names)

    shown = dict(zip(renamed(view.shown), view.shown.values(), strict=True))
    return evolve(view, rows=renamed(view.rows), columns=renamed(view.columns), pages=renamed(view.pages), shown=shown)


def _replace_in_all(structure: Structure, old: Part, new_name: str) -> Structure:
    """Replace a list in all parts that refer to it, or remove the references."""
    if old.kind != "lists":
        return structure
    return tuple(_replace_list_name(part, old.name, new_name) for part in structure)


def _belongs_to(part: Part, kind: Kind, name: str) -> bool:
    """Return whether the part is one of this module or list."""
    kinds = {"modules": ("lineItems", "savedViews"), "lists": ("listSubsets",)}.get(kind, ())
    return part.kind in kinds and part.module == name


def _replace_list_name(part: Part, old: str, new: str) -> Part:
    """Replace a list that the part refers to, or remove the reference."""
    properties, names = dict(part.properties), dict(part.names)
    if properties.get("Parent Hierarchy") == old:
        properties["Parent Hierarchy"] = new
    if old in part.applies_to:
        renamed = (new if name == old else name for name in part.applies_to)
        names["Applies To"] = tuple(name for name in renamed if name)
    return evolve(part, properties=properties, names=names)
